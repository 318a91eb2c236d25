"""How pages speak: in the reader's language, with times on the hotline's clock.

The catalogs stand in `locales/`; its README says how to change them.
"""

from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time
from babel.support import NullTranslations, Translations
from flask import Flask, request, session
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from ivr.core.accounts import HERE, Problem, Role
from ivr.core.agents import MISSED, UNHEARD, Activity, Status, Way
from ivr.core.alerts import Measure, written
from ivr.core.alerts import Over as WhyOver
from ivr.core.calls import Ending, Outcome
from ivr.core.line.visits import Left
from ivr.core.pseudonyms import is_pseudonym, short
from ivr.core.surveys import SCALES, Answer, Question
from ivr.ledger.audit import Deed
from ivr.ledger.callbacks import Over
from ivr.ledger.offers import End
from ivr.switchboard.line.moving import Stays
from ivr.switchboard.line.sending_on import Not
from ivr.switchboard.tongues import tongue

LOCALES = Path(__file__).parent / "locales"
LANGUAGES = {"en": "English", "vi": "Tiếng Việt", "es": "Español"}
"""The languages of the pages, each by its own name."""


def _(text: str) -> str:
    """Marks a text for the catalogs; it is translated where it is shown."""
    return text


def teach(app: Flask) -> None:
    """Gives the templates their words, and the filters that write times and lengths."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        say,
        lambda one, many, count: translations(language()).ungettext(one, many, count),
        newstyle=True,
    )
    app.jinja_env.filters.update(
        day=day,
        clock=clock,
        duration=duration,
        outcome=outcome,
        ending=ending,
        leg_ending=leg_ending,
        left_line=left_line,
        offer_ending=offer_ending,
        ended_by=ended_by,
        promise_over=promise_over,
        consent=consent,
        question=question,
        rating=rating,
        language_name=language_name,
        measure=measure,
        measured=measured,
        why_over=why_over,
        means=means,
        role=role,
        agent_way=agent_way,
        status=status,
        activity=activity,
        reason=reason,
        person=person,
        deed=deed,
        aspect=aspect,
        subject=subject,
        caller=caller,
        held_kind=held_kind,
    )
    app.jinja_env.globals.update(language=language, languages=LANGUAGES)


def language() -> str:
    """The reader's language: the one they chose, else what the browser asks for, of those we have."""
    chosen = session.get("language")
    return chosen if chosen in LANGUAGES else _understood(request.headers.get("Accept-Language", ""))


@lru_cache(maxsize=64)
def _understood(asked: str) -> str:
    """Of the languages a browser asks for (its header) the one it likes best of ours: looked at once, and not
    for every text of a page."""
    return parse_accept_header(asked, LanguageAccept).best_match(LANGUAGES) or "en"


def language_name(tag: str) -> str:
    """What the reader calls a language (`vi`, `pt-BR`); one that nobody knows by its tag."""
    return tongue(tag, language())


@lru_cache(maxsize=8)
def translations(name: str) -> NullTranslations:
    return Translations.load(LOCALES, [name])


def say(text: str) -> str:
    """A text marked for the catalogs, in the reader's language."""
    return translations(language()).ugettext(text)


def local(at: int, zone: ZoneInfo) -> datetime:
    return datetime.fromtimestamp(at / 1000, UTC).astimezone(zone)


def day(at: int, zone: ZoneInfo) -> str:
    """The date of a moment (UTC milliseconds) as people there write it."""
    return format_date(local(at, zone), "medium", locale=language())


def clock(at: int, zone: ZoneInfo) -> str:
    """The time of day of a moment, with seconds."""
    return format_time(local(at, zone), "HH:mm:ss", locale=language())


def duration(seconds: float) -> str:
    """A length of time: `0:07`, `12:30`, `1:02:03`."""
    whole = round(seconds)
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


OUTCOMES = {
    Outcome.GOODBYE: _("Reached the end"),
    Outcome.HUNG_UP: _("Hung up"),
    Outcome.MESSAGE: _("Left a message"),
    Outcome.CONNECTED: _("Connected"),
    Outcome.BLOCKED: _("Blocked"),
    Outcome.TOO_MANY: _("Called too often"),
    Outcome.LOST: _("Line lost"),
}

ENDINGS = {
    Ending.KEY: _("pressed a key"),
    Ending.WENT_ON: _("went on"),
    Ending.SILENT: _("stayed silent"),
    Ending.WRONG: _("too many wrong keys"),
    Ending.HUNG_UP: _("hung up here"),
    Ending.CONNECTED: _("talked"),
    Ending.BUSY: _("was busy"),
    Ending.NO_ANSWER: _("no answer"),
    Ending.MESSAGE: _("left word"),
    Ending.FAILED: _("did not work"),
    Ending.NO_AGENTS: _("nobody was there"),
    Ending.CLOSED: _("was closed"),
    Ending.FULL: _("too many were waiting"),
    Ending.TOO_LONG: _("waited too long"),
    Ending.DECLINED: _("nobody took the call"),
    Ending.LIMIT: _("the call had gone on too long"),
    Ending.WITHDRAWN: _("its menus were taken back"),
}


ANOTHER_LANGUAGE = "another language"
"""What the key means that asks for the language anew; no step has such a name."""

WAYS = {
    "repeat": _("hear it again"),
    "back": _("go back"),
    "top": _("the main menu"),
    "hang_up": _("end the call"),
    ANOTHER_LANGUAGE: _("choose another language"),
}

LEG_ENDINGS: dict[str, str] = {
    Ending.CONNECTED: _("talked"),
    Ending.BUSY: _("was busy"),
    Ending.NO_ANSWER: _("did not take the call"),
    Ending.FAILED: _("could not be reached"),
}


LEFT_LINE = {
    Left.ANSWERED: _("was answered"),
    Left.ABANDONED: _("hung up here"),
    Left.KEY: _("pressed a key"),
    Left.CALLBACK: _("asked to be called back"),
    Left.TIMEOUT: _("had waited as long as one may"),
    Left.NO_AGENTS: _("nobody was there"),
    Left.CLOSED: _("was closed"),
    Left.TRANSFERRED: _("was passed on"),
    Left.ERROR: _("did not work"),
}

OFFER_ENDINGS = {
    End.ACCEPTED: _("accepted"),
    End.DECLINED: _("declined"),
    End.MISSED: _("missed"),
    End.CALLER_GONE: _("the caller was gone"),
    End.WITHDRAWN: _("withdrawn"),
}

ENDED_BY = {
    "agent": _("the agent hung up"),
    "caller": _("the caller hung up"),
    "line": _("the line broke"),
}

CONSENTS = {
    "told": _("Told that the conversation is recorded"),
    "agreed": _("Agreed to be recorded"),
    "refused": _("Did not agree to be recorded"),
}

PROMISES = {
    None: _("still to be called"),
    Over.REACHED: _("reached"),
    Over.NOT_REACHED: _("not reached"),
    Over.ELSEWHERE: _("reached an agent by a call of their own"),
    Over.MOVED: _("waited on the phone instead"),
    Over.EXPIRED: _("nobody could call for days"),
    Over.CANCELLED: _("called off by somebody here"),
}


def left_line(name: Left) -> str:
    """Why a caller is not in line any more, in words."""
    return say(LEFT_LINE[name])


def offer_ending(name: End) -> str:
    """What became of an offer, in words."""
    return say(OFFER_ENDINGS[name])


def ended_by(name: str) -> str:
    """Who ended a conversation, in words."""
    return say(ENDED_BY[name]) if name in ENDED_BY else name


def consent(name: str) -> str:
    """What a caller was told, or has said, of being recorded, in words."""
    return say(CONSENTS[name]) if name in CONSENTS else name


QUESTIONS = {
    Question.SATISFACTION: _("Satisfied"),
    Question.RECOMMENDATION: _("Would recommend us"),
    Question.SOLVED: _("Solved"),
    Question.COMMENT: _("In their own words"),
}


def question(name: Question) -> str:
    """What a survey asked, in words."""
    return say(QUESTIONS[name])


def rating(answer: Answer) -> str:
    """An answer on a scale, in words: `4 of 5`, `yes`."""
    if answer.question is Question.SOLVED:
        return say(_("yes") if answer.value == 1 else _("no"))
    return say(_("%(value)s of %(most)s")) % {"value": answer.value, "most": SCALES[answer.question][1]}


def promise_over(name: Over | None) -> str:
    """What became of the promise to call somebody back, in words."""
    return say(PROMISES[name])


def outcome(name: Outcome) -> str:
    """How a call ended, in words."""
    return say(OUTCOMES[name])


def ending(name: Ending) -> str:
    """How a pass ended, in words."""
    return say(ENDINGS[name])


def way(name: str, reader: str) -> str:
    """What a key means that has no label but leads `back`, `repeat` ..., to a reader of that language."""
    return translations(reader).ugettext(WAYS[name])


def leg_ending(name: str) -> str:
    """How the line to a party ended, in words."""
    return say(LEG_ENDINGS[name]) if name in LEG_ENDINGS else name


AGENT_WAYS = {
    Way.BROWSER: _("in the browser, on the desk’s page"),
    Way.PHONE: _("on a phone"),
    Way.SIP: _("on a SIP phone"),
    Way.DIALLED_IN: _("on the line on which they have dialled in"),
}
"""How an agent is rung."""

STATUSES = {
    Status.READY: _("Ready"),
    Status.ON_BREAK: _("On break"),
    Status.SIGNED_OUT: _("Signed out"),
}

ACTIVITIES = {
    Activity.IDLE: _("waiting for a caller"),
    Activity.OFFERED: _("somebody calls"),
    Activity.TALKING: _("in conversation"),
    Activity.WRAPPING_UP: _("wrapping up"),
}

BREAKS = {
    "short": _("a short break"),
    "meal": _("a meal"),
    "meeting": _("a meeting"),
    "training": _("training"),
    "other_work": _("other work"),
}
"""The reasons an agent chooses from."""

REASONS = {
    **BREAKS,
    MISSED: _("several callers in a row were not answered"),
    UNHEARD: _("the desk’s page was not heard of any more"),
}
"""Why an agent stands as they do, by how the log writes it down."""

MEASURES = {
    Measure.SERVICE_LEVEL: _("service level"),
    Measure.LONGEST_WAIT: _("longest wait"),
    Measure.NOBODY_SIGNED_IN: _("nobody signed in"),
    Measure.ABANDON_RATE: _("callers who hang up while they wait"),
    Measure.MISSED_OFFERS: _("callers whom agents missed"),
    Measure.FAULTS: _("errands that failed"),
    Measure.OLD_MESSAGES: _("messages nobody has seen to"),
}
"""What alerts watch."""

WHY_OVER = {
    WhyOver.WELL: _("all was well again"),
    WhyOver.QUIET: _("its hours ended"),
    WhyOver.UNWATCHED: _("the menus changed"),
}
"""Why an incident ended."""

MEANS = {"mail": _("by mail"), "sms": _("by text message"), "webhook": _("another system")}
"""How somebody is told of an alert."""

ROLES = {
    Role.AGENT: _("Agent"),
    Role.SUPERVISOR: _("Supervisor"),
    Role.ADMIN: _("Admin"),
}

DEEDS = {
    Deed.SIGNED_IN: _("signed in"),
    Deed.SIGNED_OUT: _("signed out"),
    Deed.SIGN_IN_FAILED: _("failed to sign in"),
    Deed.SIGN_IN_HELD: _("was held back after too many tries"),
    Deed.ACCOUNT_ADDED: _("added an account"),
    Deed.ACCOUNT_CHANGED: _("changed an account"),
    Deed.PASSWORD_CHANGED: _("changed a password"),
    Deed.TOKEN_ADDED: _("added a token"),
    Deed.TOKEN_REVOKED: _("revoked a token"),
    Deed.TOKEN_USED: _("read by a token"),
    Deed.TOKEN_REFUSED: _("showed a token that is none"),
    Deed.AGENT_SET_UP: _("set up an agent"),
    Deed.AGENT_REMOVED: _("removed an agent"),
    Deed.AGENT_STATUS: _("changed how an agent stands"),
    Deed.CALLBACK_CANCELLED: _("took back the promise to call somebody"),
    Deed.TALK_CHANGED: _("acted in an agent’s conversation"),
    Deed.LISTENED_IN: _("listened in on a conversation"),
    Deed.CALLER_MOVED: _("moved a caller who waits"),
    Deed.QUEUE_CLOSED: _("closed a queue"),
    Deed.QUEUE_OPENED: _("opened a queue again"),
    Deed.MESSAGE_CHANGED: _("changed a message"),
    Deed.RECORDING_HEARD: _("listened to a recording"),
    Deed.RECORDING_FETCHED: _("had a recording fetched again"),
    Deed.CALLS_EXPORTED: _("took calls along"),
    Deed.FORGOTTEN: _("forgot what was kept long enough"),
    Deed.NUMBERS_HASHED: _("hashed old numbers"),
    Deed.CALL_HELD: _("held a call"),
    Deed.CALLER_HELD: _("held all calls of a caller"),
    Deed.HOLD_RELEASED: _("released what was held"),
    Deed.CALLER_EXPORTED: _("took along what is held on a caller"),
    Deed.CALLER_ERASED: _("erased a caller"),
    Deed.PUBLISHED: _("published menus"),
    Deed.AMENDED: _("put their name to menus"),
    Deed.ROLLED_BACK: _("took menus back"),
}

ASPECTS = {
    "address": _("address"),
    "agent": _("agent"),
    "closed_by": _("closed by"),
    "agent_number": _("agent number"),
    "asked": _("asked by surveys"),
    "audit": _("rows of the audit"),
    "callers": _("callers"),
    "held_calls": _("calls that are held"),
    "held_recordings": _("recordings that are held"),
    "hold": _("hold"),
    "why": _("why"),
    "wishes": _("wishes"),
    "written_down": _("written down elsewhere"),
    "calls": _("calls"),
    "deed": _("what was done"),
    "disabled": _("disabled"),
    "done": _("done"),
    "done_by": _("done by"),
    "how": _("how"),
    "languages": _("languages"),
    "live": _("live revision"),
    "note": _("note"),
    "order": _("order"),
    "place": _("place"),
    "queue": _("queue"),
    "queues": _("queues"),
    "reason": _("why"),
    "recordings": _("recordings"),
    "revoked": _("revoked"),
    "rights": _("rights"),
    "role": _("role"),
    "says": _("words of their own"),
    "sessions_ended": _("sessions ended"),
    "skills": _("skills"),
    "status": _("status"),
    "way": _("how they are rung"),
    "weight": _("weight"),
}
"""What the audit tells of a thing before and after."""

PROBLEMS = {
    Problem.NAME: _("A name is one word of at most 50 letters and digits; . _ - and @ may be in it."),
    Problem.TAKEN: _("This name is taken."),
    Problem.UNKNOWN: _("Nobody has this name."),
    Problem.SHORT: _("A password has at least 12 characters."),
    Problem.LONG: _("A password has at most 1,000 characters."),
    Problem.LIKE_NAME: _("This password is the name over again; take another one."),
    Problem.COMMON: _("This password is among the first that are guessed; take another one."),
    Problem.DIFFERENT: _("The two passwords differ."),
    Problem.WRONG: _("This name and this password do not belong together."),
    Problem.LAST_ADMIN: _("This is the last admin: nobody could look after the accounts any more."),
    Problem.NO_AGENT: _("No agent has this name."),
    Problem.SKILLS: _("Skills are words, each with a level from 1 to 9 if it is not 1: tax=5, cars."),
    Problem.LANGUAGES: _("The menus have no such language."),
    Problem.QUEUES: _("The menus have no such queue."),
    Problem.ADDRESS: _(
        "A phone is rung at a number like +84901234567, SIP at an address like sip:an@pbx.example."
    ),
    Problem.AGENT_NUMBER: _("An agent number has 3 to 8 digits, and is nobody else’s."),
    Problem.PIN: _("A PIN has 6 to 12 digits, and is not easily guessed."),
}

NOT_SO = {
    Not.TALKING: _("You are not talking with the caller, or you are asking somebody."),
    Not.CALLER: _("Whom you have called cannot be sent on; you can ask another agent into the call."),
    Not.FREE: _("That agent is not free."),
    Not.KNOWN: _("There is no such agent or queue."),
    Not.ALLOWED: _("This number may not be called from here."),
    Not.CALLED: _("Somebody else is calling this number now, as it was promised a call."),
}
"""Why a caller is not sent on, or somebody not called."""

STAYS = {
    Stays.GONE: _("They do not wait any more."),
    Stays.CALLBACK: _("They are not on the phone: who is to be called back stays in this queue."),
    Stays.FIRST: _("They are the first already."),
    Stays.KNOWN: _("There is no such agent or queue."),
    Stays.HERE: _("They wait in that queue already."),
    Stays.CLOSED: _("That queue is closed."),
    Stays.FREE: _("That agent is not free."),
}
"""Why somebody who waits is not moved."""

AT_THIS_MACHINE = _("somebody at the hotline’s machine")
BY_ITSELF = {
    "the first start": _("the first start"),
    "the folder": _("the folder, by itself"),
    "the clock": _("the hotline, by itself"),
}
"""Who acts when nobody does, by how the audit writes them down."""

PEOPLE = {
    "command by ": _("%(name)s, by a command"),
    "token ": _("the token %(name)s"),
    "somebody at ": _("somebody at %(name)s"),
}
"""Who is no account, by how the audit writes them down."""


def measure(name: Measure) -> str:
    """What an alert watches, in words."""
    return say(MEASURES[name])


def measured(value: float, of: Measure) -> str:
    """A value of a measure, in its unit."""
    return written(of, value)


def why_over(name: WhyOver) -> str:
    """Why an incident ended, in words."""
    return say(WHY_OVER[name])


def means(name: str) -> str:
    """How somebody was told, in words."""
    return say(MEANS[name])


def role(name: Role) -> str:
    """What an account is for, in words."""
    return say(ROLES[name])


def agent_way(name: Way) -> str:
    """How an agent is rung, in words."""
    return say(AGENT_WAYS[name])


def status(name: Status) -> str:
    """What an agent has chosen, in words."""
    return say(STATUSES[name])


def activity(name: Activity) -> str:
    """What an agent is doing, in words."""
    return say(ACTIVITIES[name])


def reason(name: str) -> str:
    """Why an agent stands as they do; as it is written down if nobody knows words for it."""
    return say(REASONS[name]) if name in REASONS else name


def deed(name: str) -> str:
    """What somebody did, in words; as it is written down if this version knows no words for it."""
    return say(DEEDS[Deed(name)]) if name in list(Deed) else name.replace("_", " ")


def aspect(name: str) -> str:
    """What is told of a thing that was changed; as it is written down if nobody knows words for it."""
    words = ASPECTS.get(name) or HELD_KINDS.get(name)
    return say(words) if words else name.replace("_", " ")


CALLER = _("caller %(name)s")
SUBJECTS = {"revision ": _("revision %(name)s"), "caller ": CALLER}
"""What the audit calls by a word of its own."""


def subject(name: str) -> str:
    """What somebody did something to."""
    for beginning, words in SUBJECTS.items():
        if name.startswith(beginning):
            return say(words) % {"name": name.removeprefix(beginning)}
    return name


def caller(known_as: str | None) -> str:
    """A caller as they are shown: by their number, or what stands for it, cut short; "" if withheld."""
    if known_as and is_pseudonym(known_as):
        return say(CALLER) % {"name": short(known_as)}
    return known_as or ""


HELD_KINDS = {
    "calls": _("calls"),
    "recordings": _("recordings"),
    "messages": _("messages left"),
    "notes": _("notes of agents"),
    "survey_answers": _("answers to surveys"),
    "texts": _("text messages"),
    "callbacks": _("callbacks"),
    "languages": _("remembered language"),
    "withdrawals": _("wish for no text messages"),
}
"""What is held on a caller."""


def held_kind(kind: str) -> str:
    """A kind of what is held on a caller, in words."""
    return say(HELD_KINDS[kind])


def person(name: str) -> str:
    """Whoever did something, as the reader calls them."""
    if name == HERE:
        return say(AT_THIS_MACHINE)
    if name in BY_ITSELF:
        return say(BY_ITSELF[name])
    for beginning, words in PEOPLE.items():
        if name.startswith(beginning):
            return say(words) % {"name": name.removeprefix(beginning)}
    return name
