"""The menus of one hotline, as values: checked, complete, and the same for everybody who reads them.

A step says something, does at most one thing, and goes on. `ivr.language` makes these from YAML;
nothing here knows how they were spelled. Durations are seconds.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ivr.core.alerts import Alert
from ivr.core.hours import Hours
from ivr.core.keeping import FOR_EVER, Keeping
from ivr.core.line.rules import NO_RULES, Rules
from ivr.core.surveys import Means, Question
from ivr.core.webhooks import Webhook

Language = str
"""A language as the admin names it: `vi`, `en`."""

Destination = str
"""Where to go next: the name of a step, or one of the four ways of WAYS."""

REPEAT, BACK, TOP, HANG_UP = "repeat", "back", "top", "hang_up"
WAYS = frozenset({REPEAT, BACK, TOP, HANG_UP})

CALL_BACK, PLACE = "call_back", "place"
"""Where else a key may lead while a caller waits: to be rung when it is their turn, to hear their place."""
WAITING_WAYS = frozenset({CALL_BACK, PLACE})


@dataclass(frozen=True, slots=True)
class Where:
    """A place in an admin's file; lines and columns count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


NOWHERE = Where("", 0, 0)


@dataclass(frozen=True, slots=True)
class Value:
    """A hole in a prompt, filled with what is known of the call: `{order:digits}`."""

    name: str
    reading: str = ""


Words = tuple[str | Value, ...]
"""One prompt in one language: text, with holes."""

Texts = Mapping[Language, Words]
"""One prompt in every language of the hotline."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How often a question is asked when the caller is silent (or wrong), and what happens then.

    With `tries` 3 the caller is asked three times; the third failure leads to `then`.
    """

    say: Texts | None
    tries: int
    then: Destination


@dataclass(frozen=True, slots=True)
class Option:
    """A key of a menu, or a range of keys of one length, and where it leads."""

    first: str
    last: str
    leads: Destination
    name: str
    label: Texts | None = None
    keep_as: str | None = None

    def matches(self, keys: str) -> bool:
        if self.first == self.last:
            return keys == self.first
        return len(keys) == len(self.first) and keys.isdecimal() and self.first <= keys <= self.last


@dataclass(frozen=True, slots=True)
class Menu:
    """A question answered with one key (or one short number): the options, and the caller's silence."""

    options: tuple[Option, ...]
    silence: Patience
    wrong: Patience
    after: float
    between_keys: float
    type_ahead: float | None = None

    @property
    def longest(self) -> int:
        return max((len(option.first) for option in self.options), default=1)


@dataclass(frozen=True, slots=True)
class ChooseLanguage:
    """A question asked in every language at once. `change` is the key that asks it again from any menu."""

    keys: Mapping[str, Language]
    change: str | None
    silence: Patience
    wrong: Patience
    after: float


@dataclass(frozen=True, slots=True)
class Ask:
    """A number the caller types: `fewest` to `most` digits, ended by `end` or by its length."""

    keep_as: str
    fewest: int
    most: int
    end: str | None
    silence: Patience
    wrong: Patience
    after: float
    between_keys: float
    smallest: int | None = None
    largest: int | None = None
    check: str | None = None
    confirm: bool = False
    secret: bool = False
    question: Question | None = None
    """Of a survey."""


@dataclass(frozen=True, slots=True)
class ByHours:
    """Goes on by whether the named hours are open now."""

    hours: str
    open: Destination
    closed: Destination


@dataclass(frozen=True, slots=True)
class ByValue:
    """Goes on by a value of the call; the first pattern that fits wins, `*` stands for any text."""

    value: str
    when: tuple[tuple[str, Destination], ...]


@dataclass(frozen=True, slots=True)
class Lookup:
    """Asks another system over HTTP; every field of its answer becomes a value of the call."""

    get: Words
    timeout: float


@dataclass(frozen=True, slots=True)
class Enqueue:
    """Joins the named queue, with so many steps of head start beside the queue's own. `then` follows when the
    agent has left.

    `options` are the keys that count while the caller waits, single ones; beside the usual destinations they
    may lead to CALL_BACK and PLACE. `music` is the name of a recording (Hotline.sounds has it in every
    language), None the carrier's own or ours.
    """

    queue: str
    options: tuple[Option, ...] = ()
    priority: int = 0
    music: str | None = None


@dataclass(frozen=True, slots=True)
class Dial:
    """Rings the parties one after another. With `press` they must press 1, so no voicemail takes the call."""

    parties: tuple[Words, ...]
    ring: float
    press: bool = True


@dataclass(frozen=True, slots=True)
class Voicemail:
    """The caller leaves word in a mailbox."""

    mailbox: str


@dataclass(frozen=True, slots=True)
class Record:
    """Records the caller; the recording stays with the call under the name `keep_as`."""

    keep_as: str
    longest: float
    silence: float
    end: str
    question: Question | None = None
    """Of a survey."""


@dataclass(frozen=True, slots=True)
class Sms:
    """Sends a text message; `to` is the caller unless it says otherwise."""

    to: Words
    text: Texts


@dataclass(frozen=True, slots=True)
class Survey:
    """Asks a share of the callers (0 to 1) about their call, nobody twice within `rest` seconds.

    By keypad the questions are the steps from `first` on; by SMS they are put after the call, one by one.
    """

    questions: tuple[Question, ...]
    first: Destination
    share: float = 1.0
    rest: float = 0.0
    means: Means = Means.KEYPAD


Thing = (
    Menu
    | ChooseLanguage
    | Ask
    | ByHours
    | ByValue
    | Lookup
    | Enqueue
    | Dial
    | Voicemail
    | Record
    | Sms
    | Survey
)


@dataclass(frozen=True, slots=True)
class Step:
    """A named node: says something, does at most one thing, goes on.

    `otherwise` holds the ways out when the thing did not work, by reason (`busy`, `no_answer`, `failed`,
    `closed`, `no_agents` ...); the empty reason stands for all that are not named.
    """

    name: str
    then: Destination = HANG_UP
    say: Texts | None = None
    again: Texts | None = None
    must_hear: bool = False
    thing: Thing | None = None
    label: Texts | None = None
    goal: bool = False
    """Who passes it got what they wanted, without a person."""
    otherwise: Mapping[str, Destination] = field(default_factory=dict)
    at: Where = field(default=NOWHERE, compare=False)

    def way_out(self, reason: str) -> Destination:
        """Where a caller goes for whom this step failed for `reason`."""
        return self.otherwise.get(reason) or self.otherwise.get("") or self.then

    def destinations(self) -> Iterator[Destination]:
        """Every place this step can lead to, in the order of its text."""
        match self.thing:
            case Menu(options=options, silence=silence, wrong=wrong):
                yield from (option.leads for option in options)
                yield from (silence.then, wrong.then)
            case Ask(silence=silence, wrong=wrong):
                yield from (self.then, silence.then, wrong.then)
            case ChooseLanguage(silence=silence, wrong=wrong):
                yield from (self.then, silence.then, wrong.then)
            case ByHours(open=opened, closed=closed):
                yield from (opened, closed)
            case Survey(first=first, means=Means.KEYPAD):
                yield from (first, self.then)
            case ByValue(when=when):
                yield from (destination for _, destination in when)
                yield self.way_out("")
            case Enqueue(options=options):
                yield from (option.leads for option in options if option.leads not in WAITING_WAYS)
                yield self.then
                yield from self.otherwise.values()
            case _:
                yield self.then
                yield from self.otherwise.values()


@dataclass(frozen=True, slots=True)
class Voice:
    """How a language is spoken: its BCP-47 tag, the carrier's voice, its sentences (see `phrases`)."""

    tag: str
    voice: str | None
    phrases: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Where word is left: recorded up to `longest` seconds, ended by `silence` seconds or the `end` key."""

    name: str
    mail: str | None = None
    longest: float = 120
    silence: float = 3
    end: str = "#"


@dataclass(frozen=True, slots=True)
class Queue:
    """A line for agents and its rules. Its destinations stand in the step of the same name."""

    name: str
    label: Texts | None = None
    rules: Rules = NO_RULES


@dataclass(frozen=True, slots=True)
class Limits:
    """What one call may ask of us: `keys` answers (silences too), then `then`; calls per number and time."""

    keys: int = 100
    then: Destination = HANG_UP
    calls: int | None = None
    per: float = 3600


@dataclass(frozen=True, slots=True)
class Sound:
    """A recording by its content: `digest` is the start of its SHA-256, in hex; `kind` its media type."""

    digest: str
    kind: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Hotline:
    """Everything published at once. The first language is the one a caller meets first."""

    name: str
    zone: str
    numbers: Mapping[str, Destination]
    languages: Mapping[Language, Voice]
    steps: Mapping[str, Step]
    hours: Mapping[str, Hours] = field(default_factory=dict)
    mailboxes: Mapping[str, Mailbox] = field(default_factory=dict)
    queues: Mapping[str, Queue] = field(default_factory=dict)
    limits: Limits = Limits()
    emergency: str | None = None
    agents_line: str | None = None
    """The number that agents ring to sign in by phone."""
    blocked: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()
    lookup_hosts: tuple[str, ...] = ()
    alerts: tuple[Alert, ...] = ()
    webhook: Webhook | None = None
    """Where other systems are told what happens."""
    keep: Keeping = FOR_EVER
    sounds: Mapping[tuple[Language, str], Sound] = field(default_factory=dict)

    @property
    def first_language(self) -> Language:
        return next(iter(self.languages))

    def entry(self, called: str) -> Destination:
        """The step a caller of this number meets; a number the menus do not name meets the first one."""
        return self.numbers.get(called) or next(iter(self.numbers.values()))
