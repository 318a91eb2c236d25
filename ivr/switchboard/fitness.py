"""Whether a hotline's steps can be done by the carrier it is to run on, and its languages be spoken there."""

from collections.abc import Iterator

from ivr.carriers.capabilities import Capability, Carrier
from ivr.carriers.voices import voice_problem
from ivr.core.line.recording import Recording
from ivr.core.menus import Ask, Enqueue, Hotline, Lookup, Menu, Step, Where
from ivr.language import Mistake
from ivr.language.mistakes import listed


def impossible(hotline: Hotline, carrier: Carrier) -> Iterator[Mistake]:
    """The steps this carrier cannot do. A caller would be the first to find out."""
    for step in hotline.steps.values():
        for lacking in carrier.lacks(needed(hotline, step)):
            yield Mistake(
                step.at,
                f"'{step.name}' cannot be done: {carrier.kind} has no {lacking}",
                "write it another way, or run it with another carrier (IVR_CARRIER)",
            )


def needed(hotline: Hotline, step: Step) -> Iterator[Capability]:
    """What a step asks of the carrier beyond what every one of them can."""
    match step.thing:
        case Enqueue(queue=queue) if queue in hotline.queues:
            yield Capability.QUEUE
            yield Capability.CONFERENCE  # in which the caller meets the agent
            if hotline.queues[queue].rules.record is not Recording.NO:
                yield Capability.RECORDING_PAUSE  # while the caller is on hold, or reads a card
        case Lookup():
            yield Capability.PAUSE  # between two looks for the answer
        case Menu(longest=longest, type_ahead=ahead) if longest > 1 or ahead is not None:
            yield Capability.PAUSE  # the first key may take longer than the next ones
        case Ask(after=after, between_keys=between) if after > between:
            yield Capability.PAUSE


def doubtful(hotline: Hotline) -> Iterator[Mistake]:
    """Voices that do not seem to fit their language; lists of voices change, so an admin may know better."""
    home = next((step.at for step in hotline.steps.values()), Where("", 0, 0))
    for language, spoken in hotline.languages.items():
        problem = voice_problem(spoken.voice, spoken.tag) if spoken.voice else None
        if problem:
            yield Mistake(Where(home.file, 1, 1), f"language {language}: {problem}")


def undelivered(hotline: Hotline, mail_server: str) -> Iterator[Mistake]:
    """Alerts that mail somebody while there is no mail server: nobody would hear of them that way."""
    if letters := mailing(hotline, mail_server):
        home = next((step.at for step in hotline.steps.values()), Where("", 0, 0))
        told = f"{named(letters)} somebody, and {NO_SERVER}"
        yield Mistake(Where(home.file, 1, 1), told, SET_ONE)


NO_SERVER, SET_ONE = "no mail server is set", "set SMTP_URL, or have them told by `sms`"


def mailing(hotline: Hotline, mail_server: str) -> list[str]:
    """The alerts whose mails cannot be sent."""
    return [] if mail_server else [alert.name for alert in hotline.alerts if alert.mail]


def named(alerts: list[str]) -> str:
    """These alerts, and that they mail."""
    return f"alert {alerts[0]} mails" if len(alerts) == 1 else f"alerts {listed(alerts, 'and')} mail"
