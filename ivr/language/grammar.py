"""What an admin can write, one small model per section. The editors' schema is made from these.

The models hold what was written, read but not yet understood: names are still names, steps in place still
stand in their place. `check` makes a hotline of them. Docstrings are the editors' help.
"""

from typing import Annotated

from pydantic import Discriminator, Field, Tag

from ivr.language.fields import (
    AheadTime,
    Always,
    By,
    CheckDigit,
    Choice,
    Count,
    Dates,
    Days,
    Digits,
    Duration,
    EndKey,
    Key,
    KeyTime,
    Kinds,
    LanguageNeed,
    Languages,
    LaterLevel,
    Level,
    LookBack,
    LookupTime,
    Many,
    Misses,
    Names,
    Need,
    Numbers,
    Pattern,
    Place,
    Priority,
    Questions,
    QuietTime,
    Rate,
    RecordingTime,
    Rest,
    Rhythm,
    RingTime,
    ServiceLevel,
    Share,
    SingleKey,
    Spans,
    StepTime,
    Texts,
    ThinkingTime,
    Tries,
    Truth,
    Weekdays,
    Weight,
    WhenClosing,
    WhetherRecorded,
    Word,
    WrapUp,
)
from ivr.language.sections import Section
from ivr.language.source import Row, Table


def _is_name(value: object) -> str:
    return "the name of a step" if isinstance(value, str) else "a step in place"


def _is_long(value: object) -> str:
    return "in full" if isinstance(value, Table) else "in short"


def _is_list(value: object) -> str:
    return "by level" if isinstance(value, Table) else "at any level"


def _is_chain(value: object) -> str:
    return "a chain" if isinstance(value, Row) else "one"


def _is_message(value: object) -> str:
    return "in full" if isinstance(value, Table) and "text" in value else "in short"


Destination = Annotated[
    Annotated[Word, Tag("the name of a step")] | Annotated["Step", Tag("a step in place")],
    Discriminator(_is_name),
]


class Silence(Section):
    """What happens when the caller presses nothing."""

    like = "{after: 6s, tries: 3, then: …}"

    say: Texts | None = None
    """Said before the question is asked again; without it the language's own sentence."""
    after: ThinkingTime | None = None
    """How long the caller may think."""
    tries: Tries | None = None
    """How often the question is asked."""
    then: Destination | None = None
    """Where it goes on after the last try."""


class WrongKeys(Section):
    """What happens when the caller presses what is not there."""

    like = "{tries: 3, then: …}"

    say: Texts | None = None
    """Said before the question is asked again; without it the language's own sentence."""
    tries: Tries | None = None
    """How often the question is asked."""
    then: Destination | None = None
    """Where it goes on after the last try."""


class Ask(Section):
    """A number the caller types."""

    like = "{as: order, digits: 6-10}"

    name: Word = Field(alias="as")
    """The name under which the number is kept: `{order}`."""
    digits: Digits
    """How many digits: `6-10`, or `6` for exactly six."""
    end: EndKey = "#"
    """The key that ends the entry; `none` when only the length does."""
    range: Numbers | None = None
    """The smallest and the largest number: `1-31`."""
    check: CheckDigit | None = None
    """The check digit: `luhn`, `verhoeff` or `mod97`."""
    confirm: Truth = False
    """Say the number and ask whether it is right."""
    secret: Truth = False
    """Never shown, never stored in the clear."""


class Lookup(Section):
    """Asks another system; every field of its JSON answer becomes a value of the call."""

    like = "{get: https://…, timeout: 2s}"

    get: Word
    """The address, with values in it: `https://crm.example/orders/{order}`."""
    timeout: LookupTime = 2.0
    """How long it may take before the caller goes the way of `otherwise`."""


class Dial(Section):
    """Rings somebody; a list is rung one after another."""

    like = "{to: +84…, ring: 30s}"

    to: Many
    """Phone numbers or SIP addresses, with values in them: `sip:{extension}@pbx.example`."""
    ring: RingTime = 30.0
    """How long each is rung."""
    press: Truth = True
    """They must press 1 to take the call, so that no voicemail does."""
    busy: Destination | None = None
    """Where it goes on when the line is busy."""
    no_answer: Destination | None = None
    """Where it goes on when nobody answers."""
    failed: Destination | None = None
    """Where it goes on when the line does not work."""
    otherwise: Destination | None = None
    """Where it goes on when nobody was reached."""


class Record(Section):
    """Records the caller; the recording stays with the call."""

    like = "{as: wish, max: 60s}"

    name: Word = Field(alias="as")
    """The name of the recording."""
    max: RecordingTime = 60.0
    """The longest recording."""
    silence: QuietTime = 3.0
    """So much silence ends it."""
    end: EndKey = "#"
    """This key ends it."""


class Sms(Section):
    """Sends a text message."""

    like = "{text: …}"

    to: Word | None = None
    """A phone number, or a value like `{mobile}`; without it the caller."""
    text: Texts
    """The message."""


class Survey(Section):
    """Asks callers about their call."""

    like = "{ask: [satisfaction, solved]}"

    ask: Questions
    """What is asked, in this order: `satisfaction`, `recommendation`, `solved`, `comment`."""
    share: Share = 1.0
    """How many of the callers are asked: `25%`."""
    rest: Rest = 30 * 86_400.0
    """Nobody is asked twice in so many days; `none`: at every call."""
    by: By = "keypad"
    """How: by `keypad` on the line, or by `sms` after the call."""


Ring = Annotated[Annotated[Many, Tag("in short")] | Annotated[Dial, Tag("in full")], Discriminator(_is_long)]
Fetch = Annotated[
    Annotated[Word, Tag("in short")] | Annotated[Lookup, Tag("in full")], Discriminator(_is_long)
]
Opinion = Annotated[
    Annotated[Questions, Tag("in short")] | Annotated[Survey, Tag("in full")], Discriminator(_is_long)
]
Message = Annotated[
    Annotated[Texts, Tag("in short")] | Annotated[Sms, Tag("in full")], Discriminator(_is_message)
]


class Step(Section):
    """Says something, does at most one thing, and goes on."""

    like = "the name of a step, or {say: …, then: …}"

    name: Word | None = None
    """The name of a step in place."""
    label: Texts | None = None
    """What the key that leads here is for: it completes "For …, press 1."; without it the key is silent."""
    say: Texts | None = None
    """What is said, unless there is a recording."""
    again: Texts | None = None
    """What is said instead when the caller comes back."""
    must_hear: Truth = False
    """Keys do not interrupt it."""
    goal: Truth = False
    """Who passes it got what they wanted, without a person: it counts as contained."""
    keep_as: Word | None = Field(default=None, alias="as")
    """Behind a range of keys: the name under which the number pressed is kept."""

    keys: dict[Key, Destination] | None = Field(default=None, min_length=1, max_length=200)
    """A menu: where each key leads."""
    ask: Ask | None = None
    hours: Word | None = None
    """The name of opening hours; goes on to `open` or `closed`."""
    by: Word | None = None
    """The name of a value; goes on by `when` or `otherwise`."""
    choose_language: Languages | None = None
    """A key for each language: `{1: vi, 2: en}`. `change` is the key that asks again from any menu."""
    lookup: Fetch | None = None
    """Asks another system."""
    queue: Word | None = None
    """The name of the queue to wait in."""
    priority: Priority | None = None
    """Steps of head start for those who wait by this step, beside those of the queue."""
    dial: Ring | None = None
    """Rings somebody."""
    voicemail: Word | None = None
    """The name of the mailbox where word is left."""
    record: Record | None = None
    sms: Message | None = None
    """Sends a text message to the caller."""
    survey: Opinion | None = None
    """Asks callers about their call; `say` is said before the first question."""

    then: Destination | None = None
    """Where it goes on."""
    otherwise: Destination | None = None
    """Where it goes on when it did not work."""
    open: Destination | None = None
    """Where it goes on within the hours."""
    closed: Destination | None = None
    """Where it goes on outside the hours."""
    when: dict[Pattern, Destination] | None = Field(default=None, min_length=1, max_length=200)
    """Where it goes on by the value; `*` stands for any text: `late*`; `""` is the empty value."""
    silence: Silence | None = None
    wrong: WrongKeys | None = None
    between_keys: KeyTime | None = None
    """How long to wait for a next key while a longer match is possible."""
    type_ahead: AheadTime | None = None
    """Collects keys for the next menus too, waiting so long for each."""
    busy: Destination | None = None
    """Where it goes on when the line is busy."""
    no_answer: Destination | None = None
    """Where it goes on when nobody answers."""
    failed: Destination | None = None
    """Where it goes on when the line or the other system does not work."""
    no_agents: Destination | None = None
    """Where it goes on when nobody is signed in."""
    too_long: Destination | None = None
    """Where it goes on after the longest wait."""
    full: Destination | None = None
    """Where it goes on when the queue is full."""
    declined: Destination | None = None
    """Where it goes on when every agent declined."""


THINGS = (
    "keys",
    "ask",
    "hours",
    "by",
    "choose_language",
    "lookup",
    "queue",
    "dial",
    "voicemail",
    "record",
    "sms",
    "survey",
)


class Overflow(Section):
    """Where a long wait may be served too."""

    like = "{after: 3m, queue: …}"

    after: Duration
    """So long only the queue's own agents are offered."""
    queue: Word
    """The queue whose agents are offered too from then on."""


class Skill(Section):
    """How well an agent must know something, less and less well the longer a caller waits."""

    like = "{level: 5, after: {30s: 3, 2m: 0}}"

    level: Level
    """The level at first, 1 to 9."""
    after: dict[Duration, LaterLevel] | None = Field(default=None, min_length=1, max_length=20)
    """The level that is enough after so long a wait; 0: it need not be known at all."""


Knowledge = Annotated[
    Annotated[Level, Tag("in short")] | Annotated[Skill, Tag("in full")], Discriminator(_is_long)
]
Skills = Annotated[
    Annotated[Names, Tag("at any level")]
    | Annotated[dict[Word, Knowledge], Field(min_length=1, max_length=50), Tag("by level")],
    Discriminator(_is_list),
]
Overflows = Annotated[
    Annotated[Overflow, Tag("one")]
    | Annotated[list[Overflow], Field(min_length=1, max_length=20), Tag("a chain")],
    Discriminator(_is_chain),
]


class Queue(Section):
    """A line for agents and its rules. `default` holds what the others do not say."""

    like = "{label: …, no_agents: …}"

    label: Texts | None = None
    """What the key that leads here is for."""
    say: Texts | None = None
    """What is said before the wait begins."""
    strategy: Choice | None = None
    """Which of the agents who could take a caller is offered them."""
    skills: Skills | None = None
    """What an agent must know to be offered: `[tax]`, or with levels `{tax: 5}`."""
    language: LanguageNeed | None = None
    """Whether the agent must speak the caller's language: `required`, `prefer 2m`, or `any`."""
    priority: Priority | None = None
    """0 is everybody; each step above is a head start."""
    head_start: StepTime | None = None
    """How long one step of a head start is."""
    weight: Weight | None = None
    """Agents of several queues serve the one of more weight first."""
    ring: RingTime | None = None
    """How long an agent is rung."""
    wrap_up: WrapUp | None = None
    """An agent's time after each call, or `none`."""
    misses: Misses | None = None
    """After so many missed offers in a row an agent is on break; 0: never."""
    room: Count | None = None
    """How many may wait; the next goes to `full`."""
    max_wait: Duration | None = None
    """The longest wait, then `too_long`."""
    overflow: Overflows | None = None
    """Whose agents help out after a while: one queue, or a list of them."""
    hours: Word | None = None
    """The name of opening hours; outside them callers go to `closed`."""
    at_closing: WhenClosing | None = None
    """What happens to those who still wait when the hours end."""
    service_level: ServiceLevel | None = None
    """The promise: `80% in 20s`."""
    announce: Rhythm | None = None
    """How often callers hear their place, or `never`."""
    music: Word | None = None
    """The name of the recording that is heard while waiting: `recordings/<name>.wav`."""
    keys: dict[SingleKey, Destination] | None = Field(default=None, min_length=1)
    """Keys that count while callers wait: a destination, `call_back` or `place`."""
    callback: Truth | None = None
    """Rings back when it is the caller's turn, for those who ask for it by a key to `call_back`."""
    dispositions: Names | None = None
    """What calls can have been about, for the agent to choose from."""
    disposition: Need | None = None
    """Whether the agent must choose one: `required` or `optional`."""
    record: WhetherRecorded | None = None
    """Records the conversations: of all callers, who hear so before they wait, or (`ask`) of those who
    agree."""
    then: Destination | None = None
    """Where callers go when the agent has left."""
    no_agents: Destination | None = None
    """Where callers go when nobody is signed in."""
    too_long: Destination | None = None
    """Where callers go after the longest wait."""
    full: Destination | None = None
    """Where callers go when the queue is full."""
    closed: Destination | None = None
    """Where callers go outside the hours."""
    declined: Destination | None = None
    """Where callers go when every agent declined."""
    otherwise: Destination | None = None
    """Where callers go when nobody can take them, whatever the reason."""


class Hours(Section):
    """When somebody is there. `closed` beats `open`, `open` beats `holidays`, holidays beat the week."""

    like = "{week: {mon-fri: 08:00-18:00}}"

    week: dict[Weekdays, Spans] | None = None
    """Days and their hours: `{mon-fri: 08:00-12:00 13:00-18:00, sat: 08:00-12:00}`."""
    always: Truth = False
    """Day and night."""
    holidays: Place | None = None
    """The public holidays of a country (`VN`) or a part of one (`US-CA`) are closed."""
    closed: list[Dates] = Field(default_factory=list)
    """Closed days: `2027-02-05`, `2026-03-01..2026-03-07`, or every year `12-25`."""
    open: dict[Dates, Spans] = Field(default_factory=dict)
    """Days with hours of their own."""


Openings = Annotated[
    Annotated[Always, Tag("in short")] | Annotated[Hours, Tag("in full")], Discriminator(_is_long)
]


class Mailbox(Section):
    """Where word is left."""

    like = "{mail: care@example.com}"

    mail: Word | None = None
    """Who is told by mail."""
    max: RecordingTime = 120.0
    """The longest message."""
    silence: QuietTime = 3.0
    """So much silence ends it."""
    end: EndKey = "#"
    """This key ends it."""


class Language(Section):
    """How a language is spoken, and its sentences where ours do not fit or do not exist."""

    like = "{voice: Polly.Joanna-Neural}, or {}"

    voice: Word | None = None
    """The carrier's voice: `Polly.Joanna-Neural`."""
    tag: Word | None = None
    """The language for the carrier: `en-GB`."""
    option: Word | None = None
    """"For {label}, press {key}." """
    repeat: Word | None = None
    """"To hear this again, press {key}." """
    back: Word | None = None
    """"To go back, press {key}." """
    top: Word | None = None
    """"For the main menu, press {key}." """
    hang_up: Word | None = None
    """"To end the call, press {key}." """
    language: Word | None = None
    """"For English, press {key}." """
    silence: Word | None = None
    """"We did not hear a key." """
    wrong: Word | None = None
    """"That is not one of the choices." """
    ask_wrong: Word | None = None
    """"That number is not right." """
    confirm: Word | None = None
    """"You entered {value}. If that is right, press 1. To enter it again, press 2." """
    one_moment: Word | None = None
    """"One moment, please." """
    unattended: Word | None = None
    """"Nobody is free to take your call at the moment." """
    closed_by_fault: Word | None = None
    """"We cannot take your call now because of a technical fault. We are sorry." """
    closed_by_crowd: Word | None = None
    """"So many people are calling that we can take no more calls at the moment." """
    closed_for_short: Word | None = None
    """"We are away for a short while. Please call again later." """
    closed_for_today: Word | None = None
    """"We are closed for the rest of the day." """
    screen: Word | None = None
    """"A call for {hotline}. To take it, press 1." """
    call_back: Word | None = None
    """"To be called back when it is your turn, press {key}." """
    place: Word | None = None
    """"To hear your place in line, press {key}." """
    your_place: Word | None = None
    """"You are number {place} in line." """
    wait_range: Word | None = None
    """"The wait is about {least} to {most} minutes." """
    wait_about: Word | None = None
    """"The wait is about {most} minutes." """
    wait_short: Word | None = None
    """"The wait is a minute or less." """
    thanks_for_waiting: Word | None = None
    """"Thank you for waiting." """
    agent_coming: Word | None = None
    """"Somebody is coming to the phone for you." """
    cut_off: Word | None = None
    """"We have lost the person you were talking to. You are next in line." """
    recorded: Word | None = None
    """"This conversation is recorded." """
    may_record: Word | None = None
    """"If you agree that this conversation is recorded, press 1." """
    ring_here: Word | None = None
    """"To be rung at the number you are calling from, press 1." """
    ring_number: Word | None = None
    """"Type the number at which we shall ring you, then press hash." """
    keep_place: Word | None = None
    """"You have a place in line already. To keep it and wait here instead, press 1." """
    ring_back: Word | None = None
    """"We will ring you when it is your turn. You can hang up now." """
    rings_back: Word | None = None
    """"{hotline} is ringing you back. To talk to us now, press 1." """
    offer: Word | None = None
    """To an agent: "{queue}, a caller from {caller}, in {language}, has waited {minutes} minutes. Press 1
    to take the call." """
    offer_back: Word | None = None
    """To an agent: "{queue}, {caller} is to be rung back, in {language}, after {minutes} minutes. Press 1 to
    have them rung." """
    asked: Word | None = None
    """To an agent: "{agent} asks you about a caller from {caller}. Press 1 to talk." """
    sent_on: Word | None = None
    """To an agent, before the offer: "{agent} sends you a caller." """
    call_out: Word | None = None
    """To an agent: "You wish to call {caller}. Press 1, and we ring them." """
    taken: Word | None = None
    """To an agent: "Somebody else has taken this call." """
    caller_gone: Word | None = None
    """To an agent: "The caller has hung up." """
    agent_number: Word | None = None
    """"Please type your agent number, then press hash." """
    agent_pin: Word | None = None
    """"Please type your PIN, then press hash." """
    agent_wrong: Word | None = None
    """"That is not right." """
    agent_held: Word | None = None
    """"There were too many tries. Please call again later." """
    agent_ready: Word | None = None
    """"You are ready for calls." """
    agent_break: Word | None = None
    """"You are on a break." """
    agent_wrap_up: Word | None = None
    """"The call is over. Press 3 when you are done with it." """
    agent_unsaid: Word | None = None
    """"Say at your desk what the call was about, before you are done with it." """
    agent_keys: Word | None = None
    """"Press 1 when you are ready, 2 for a break, 3 when you are done with a call, star to sign
    out." """
    agent_queues: Word | None = None
    """"To close or open a queue, press 5." """
    agent_queue_open: Word | None = None
    """"{queue} is open. To close it, press {key}." """
    agent_queue_closed: Word | None = None
    """"{queue} is closed. To open it, press {key}." """
    agent_queues_done: Word | None = None
    """"To end, press star." """
    agent_why: Word | None = None
    """"Callers can hear why. To tell them nothing, press 0." """
    agent_because: Word | None = None
    """"To say: {reason} press {key}." """
    agent_closed: Word | None = None
    """"{queue} is closed now." """
    agent_opened: Word | None = None
    """"{queue} is open now." """
    agent_goodbye: Word | None = None
    """"You are signed out. Goodbye." """
    survey_satisfaction: Word | None = None
    """"How satisfied were you with our help? Press 1 for not at all, up to 5 for very." """
    survey_recommendation: Word | None = None
    """"How likely are you to recommend us? Type a number from 0, not at all, to 10, very likely, then
    press hash." """
    survey_solved: Word | None = None
    """"Was it solved? For yes, press 1. For no, press 2." """
    survey_comment: Word | None = None
    """"If you like, tell us more after the tone, then press hash." """
    survey_thanks: Word | None = None
    """"Thank you. Your answers help us." """
    text_satisfaction: Word | None = None
    """"{hotline}: How satisfied were you with our help today? Reply 1 (not at all) to 5 (very). STOP for
    no more messages." """
    text_recommendation: Word | None = None
    """"{hotline}: How likely are you to recommend us? Reply 0 (not at all) to 10 (very likely). STOP for
    no more messages." """
    text_solved: Word | None = None
    """"{hotline}: Was it solved? Reply 1 for yes, 2 for no. STOP for no more messages." """
    text_comment: Word | None = None
    """"{hotline}: If you like, tell us more. STOP for no more messages." """
    text_thanks: Word | None = None
    """"{hotline}: Thank you. Your answers help us." """
    text_noted: Word | None = None
    """"{hotline}: Thank you, we have noted it." """
    answer_yes: Word | None = None
    """What callers may write for yes, commas between: "yes, yeah, sure"."""
    answer_no: Word | None = None
    """What callers may write for no: "no, not yet"."""
    answer_numbers: Word | None = None
    """The numbers from 0 to 10 as callers may write them, eleven of them: "zero, one, two" and so on."""
    answer_points: Word | None = None
    """What may follow such a number: "stars, points"."""
    sorry: Word | None = None
    """"Something went wrong on our side. Please call again in a few minutes." """
    goodbye: Word | None = None
    """"Thank you for calling. Goodbye." """
    star: Word | None = None
    """How the key `*` is called."""
    hash: Word | None = None
    """How the key `#` is called."""


class Defaults(Section):
    """What menus and questions do when they do not say otherwise."""

    like = "{silence: {…}, wrong: {…}}"

    silence: Silence | None = None
    wrong: WrongKeys | None = None


class Limits(Section):
    """What one call may ask of us."""

    like = "{keys: 100, then: …}"

    keys: Count = 100
    """So many answers (silences too), then `then`."""
    then: Destination | None = None
    """Where a call goes that has used them all."""
    calls: Rate | None = None
    """So many calls from one number: `20 per 1h`."""


class Lookups(Section):
    """The other systems that lookups may ask."""

    like = "{hosts: [crm.example]}"

    hosts: Many | None = None
    """Their host names; without it those that stand in the menus."""


class Alert(Section):
    """What a supervisor is told of: one measure with its limit, where and when it counts, and who is told."""

    like = "{longest_wait: 3m, queues: [sales], mail: boss@example.com}"

    service_level: Share | None = None
    """Fewer callers than this were answered within the promise of their queue: `80%`."""
    longest_wait: Duration | None = None
    """Somebody has waited for so long: `3m`."""
    nobody_signed_in: Duration | None = None
    """No agent of the queue has been signed in for so long; a break is not signed out."""
    abandon_rate: Share | None = None
    """So many callers hung up while they waited: `10%`."""
    missed_offers: Count | None = None
    """Agents did not answer so many callers they were offered."""
    faults: Count | None = None
    """So many errands outside came to nothing: the carrier, the mail server or another system refused."""
    old_messages: Duration | None = None
    """Nobody has seen to a message for so long: `2h`."""
    queues: Names | None = None
    """The queues that are watched; without it all of them."""
    hours: Word | None = None
    """The name of opening hours; outside them it is quiet."""
    over: LookBack | None = None
    """How far shares and counts look back; without it `30m`."""
    calls: Count | None = None
    """A share says nothing of fewer callers than these; without it `10`."""
    mail: Many | None = None
    """Who is told by mail."""
    sms: Many | None = None
    """Who is told by text message."""


class Events(Section):
    """Another system that is told what happens, by signed webhooks."""

    like = "{url: https://crm.example/hotline}"

    url: Word
    """Where it listens: `https://crm.example/hotline`."""
    kinds: Kinds | None = None
    """What it is told; without it everything."""


class Keep(Section):
    """How long what callers leave behind is kept; what is not named is kept for ever."""

    like = "{recordings: 90d, details: 365d}"

    recordings: Days | None = None
    """What was recorded, of callers and of conversations."""
    details: Days | None = None
    """Who called, what they typed and wrote, and what agents noted; the call itself stays, without them."""


class Document(Section):
    """The sections of a hotline. They may stand in any file; the same section in two files becomes one."""

    hotline: Word | None = None
    """The name of the hotline, as people say it."""
    zone: Word | None = None
    """The time zone: `Asia/Ho_Chi_Minh`."""
    numbers: dict[Word, Destination] = Field(default_factory=dict)
    """The step a caller of each number meets; numbers begin with + and the country."""
    languages: dict[Word, Language] = Field(default_factory=dict)
    """The languages callers are spoken to in; the first one is met first."""
    hours: dict[Word, Openings] = Field(default_factory=dict)
    """Opening hours by name."""
    mailboxes: dict[Word, Mailbox] = Field(default_factory=dict)
    """Where word is left, by name."""
    queues: dict[Word, Queue] = Field(default_factory=dict)
    """Lines for agents, by name."""
    steps: dict[Word, Step] = Field(default_factory=dict)
    """The steps, by name."""
    defaults: Defaults | None = None
    every_menu: dict[Key, Destination] = Field(default_factory=dict)
    """Keys that every menu has which does not use them itself."""
    limits: Limits | None = None
    emergency: Word | None = None
    """Who is rung when this hotline cannot answer: a phone number or a SIP address that always does."""
    agents_line: Word | None = None
    """The number agents ring to wait for callers on the phone; it is none of `numbers`."""
    blocked: Many = Field(default_factory=list)
    """Numbers that are turned away: `+8490*`, or `withheld`."""
    allowed: Many = Field(default_factory=list)
    """What may be dialled and messaged: `VN` (a country), `+84*`, `sip:*@pbx.example`. Without it the
    countries of the hotline's own numbers and the SIP hosts that stand in the menus."""
    lookups: Lookups | None = None
    alerts: dict[Word, Alert] = Field(default_factory=dict)
    """What supervisors are told of, by name."""
    events: Events | None = None
    """Another system that is told what happens."""
    keep: Keep | None = None
    """How long what callers leave behind is kept."""
