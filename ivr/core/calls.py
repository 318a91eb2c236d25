"""One call through the menus: where it is, what it has done, and how it ended."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from ivr.core.line.onward import Onward
from ivr.core.line.recording import Consent
from ivr.core.menus import Destination, Language, Words
from ivr.core.surveys import Question

LONGEST_MS = 86_400_000
"""No carrier's call lasts longer, and so nobody waits or talks for longer than a day."""


class Outcome(StrEnum):
    """How a call ended, seen from the hotline."""

    GOODBYE = "goodbye"
    """The menus came to their end and said goodbye."""
    HUNG_UP = "hung_up"
    """The caller hung up on the way."""
    MESSAGE = "message"
    """The caller left word."""
    CONNECTED = "connected"
    """The caller talked to a party the menus rang."""
    BLOCKED = "blocked"
    """Turned away at the door: the number is on the block list."""
    TOO_MANY = "too_many"
    """Turned away at the door: too many calls from this number."""
    LOST = "lost"
    """The line broke, or the carrier never told us the end."""


class Ending(StrEnum):
    """How one pass through a step ended."""

    KEY = "key"
    """By a key of its menu (or the number asked for)."""
    WENT_ON = "went_on"
    """It had said what it had to say."""
    SILENT = "silent"
    """The caller was silent as often as the step allows."""
    WRONG = "wrong"
    """The caller pressed wrong keys as often as the step allows."""
    HUNG_UP = "hung_up"
    CONNECTED = "connected"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    MESSAGE = "message"
    FAILED = "failed"
    """The thing of the step did not work (a lookup, a line, a destination that is not allowed)."""
    NO_AGENTS = "no_agents"
    CLOSED = "closed"
    """The queue was closed at this hour."""
    FULL = "full"
    """As many waited in the queue as may."""
    TOO_LONG = "too_long"
    """The caller had waited as long as one may."""
    DECLINED = "declined"
    """Every agent who could have taken the caller has declined."""
    LIMIT = "limit"
    """The call had used all the answers one call may give."""
    WITHDRAWN = "withdrawn"
    """The menus were taken back; the call went on in the live ones."""


WENT_WELL = frozenset({Ending.WENT_ON, Ending.KEY, Ending.MESSAGE})
"""The endings after which a step has done what it is there for."""


class Turn(StrEnum):
    """What a caller can be in the middle of; part of the place in every URL."""

    KEYS = "keys"
    CHANGE = "change"
    """Choosing another language, by its key; afterwards the caller is back where the key was pressed."""
    CONFIRM = "confirm"
    DIAL = "dial"
    RECORD = "record"
    LOOKUP = "lookup"
    WAIT = "wait"
    """In a queue."""
    TALK = "talk"
    """In conversation with an agent."""
    KEEP = "keep"
    """Asked whether the place they have in line already shall be that of this call."""
    HERE = "here"
    """Asked whether they shall be rung back at the number they are calling from."""
    NUMBER = "number"
    """Asked for the number at which they shall be rung back."""
    CONSENT = "consent"
    """Asked whether the conversation may be recorded."""


BESIDE_LINE = frozenset({Turn.KEEP, Turn.HERE, Turn.NUMBER, Turn.CONSENT})
"""The turns in which a caller is asked something at a queue, and is not in its line meanwhile."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a call stands: a step, what it is waiting for there, and how often it has failed.

    `silences` and `wrongs` count this pass's failures; for `dial` `wrongs` is the party being rung,
    for `lookup` `silences` counts the looks.
    """

    step: str
    turn: Turn = Turn.KEYS
    silences: int = 0
    wrongs: int = 0


@dataclass(frozen=True, slots=True)
class Call:
    """A call as the menus know it. `hop` counts its documents, `inputs` its keys and silences.

    `way` holds the menus behind the caller, the present one last; `heard` the menus greeted once already;
    `pressed` what was pressed in the present pass, tries apart by a space, silence as `-`. `consent` is None
    for who was never told of a recording. Times are UTC milliseconds.
    """

    id: str
    caller: str | None
    called: str
    revision: int
    language: Language
    started_at: int
    entered_at: int
    place: Place | None = None
    hop: int = 0
    inputs: int = 0
    way: tuple[str, ...] = ()
    heard: frozenset[str] = frozenset()
    pressed: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    secrets: frozenset[str] = frozenset()
    outcome: Outcome | None = None
    ended_at: int | None = None
    consent: Consent | None = None

    def value(self, name: str) -> str:
        """What is known under a name: a value of the call, or one of the built-in ones."""
        match name:
            case "caller":
                return self.caller or ""
            case "called":
                return self.called
            case "language":
                return self.language
            case _:
                return self.values.get(name, "")


@dataclass(frozen=True, slots=True)
class Pass:
    """One caller gone once through one step, from entering to leaving it (UTC milliseconds).

    `pressed` is masked where the step is secret; `option` is the name of where a key led. `goal`: with it the
    caller had what they wanted.
    """

    step: str
    option: str | None
    pressed: str
    silences: int
    wrongs: int
    entered_at: int
    left_at: int
    ending: Ending
    language: Language
    goal: bool = False


@dataclass(frozen=True, slots=True)
class Keys:
    """The caller pressed keys."""

    digits: str


@dataclass(frozen=True, slots=True)
class Silence:
    """The caller pressed nothing until the time was over."""


@dataclass(frozen=True, slots=True)
class DialEnded:
    """The party that was rung is off the line. `ending` is CONNECTED, BUSY, NO_ANSWER or FAILED."""

    ending: Ending


@dataclass(frozen=True, slots=True)
class Recorded:
    """The recording of the caller ended. Without a `recording` nothing was said."""

    recording: str | None
    seconds: float


@dataclass(frozen=True, slots=True)
class LookedUp:
    """What a lookup brought so far: `values` once it is there, `failed` when it will not come."""

    values: Mapping[str, str] | None = None
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Waited:
    """The wait in a queue is over: for CONNECTED an agent has accepted the caller, and they talk, perhaps
    `recorded`; for KEY they pressed the
    key that `leads` there, or are to be rung back; with WENT_ON it goes on, as only the carrier's parking
    failed; for all other endings nobody could take them, and they go where it says, or where the queue
    does."""

    ending: Ending
    leads: Destination | None = None
    recorded: bool = False


@dataclass(frozen=True, slots=True)
class Talked:
    """The conversation with an agent is over. `cut_off`: the agent's line broke; before they had spoken at
    all, `ending` is FAILED. `onward`: the agent has sent the caller on."""

    ending: Ending = Ending.CONNECTED
    cut_off: bool = False
    onward: Onward | None = None


Input = Keys | Silence | DialEnded | Recorded | LookedUp | Waited | Talked


class Part(StrEnum):
    """The things a step can say."""

    SAY = "say"
    AGAIN = "again"
    SILENCE = "silence"
    WRONG = "wrong"
    CONFIRM = "confirm"
    CHANGE = "change"
    """The other languages and the key that leads to them, once for a caller whose language we remembered."""
    MOMENT = "moment"
    CUT_OFF = "cut_off"
    """The agent's line broke, and another one comes first of all."""
    UNATTENDED = "unattended"
    CLOSURE = "closure"
    """Why somebody has closed the queue by hand: words that are not known before."""
    KEEP = "keep_place"
    HERE = "ring_here"
    NUMBER = "ring_number"
    RING_BACK = "ring_back"
    """The promise to ring the caller when it is their turn."""
    RECORDED = "recorded"
    """That the conversation will be recorded."""
    CONSENT = "may_record"
    """Whether it may be."""
    GOODBYE = "goodbye"


@dataclass(frozen=True, slots=True)
class Speech:
    """A step saying one of its parts."""

    step: str
    part: Part


class Act(StrEnum):
    """What a document does after its words."""

    LISTEN = "listen"
    DIAL = "dial"
    RECORD = "record"
    LOOK = "look"
    WAIT = "wait"
    TALK = "talk"
    TALK_RECORDED = "talk_recorded"
    HANG_UP = "hang_up"


@dataclass(frozen=True, slots=True)
class Document:
    """What the caller hears next, and what the line does then. `place` is None only for HANG_UP."""

    language: Language
    speech: tuple[Speech, ...]
    act: Act
    place: Place | None


@dataclass(frozen=True, slots=True)
class SendMessage:
    """A wish: send a text message."""

    to: str
    text: str


@dataclass(frozen=True, slots=True)
class LookUp:
    """A wish: ask another system. `get` still has its holes; the values fill them when it is asked."""

    get: Words
    timeout: float


@dataclass(frozen=True, slots=True)
class AskByText:
    """A wish: put the questions of a survey to the caller by text messages, once the call is over."""

    step: str
    questions: tuple[Question, ...]


Wish = SendMessage | LookUp | AskByText


@dataclass(frozen=True, slots=True)
class Join:
    """The caller joins a queue's line, with so many steps of head start; `again` after being cut off. They
    `keep` the place at which they were to be rung back. They wait for the agent who is `wanted` alone, or for
    the one they come `back` to."""

    queue: str
    priority: int = 0
    again: bool = False
    keep: bool = False
    wanted: str | None = None
    back: bool = False


@dataclass(frozen=True, slots=True)
class RingBack:
    """The caller of a queue shall be rung at that number when it is their turn; they go on from that step."""

    queue: str
    number: str
    step: str


@dataclass(frozen=True, slots=True)
class Move:
    """What one input did: the call after it, the passes it finished, the document, and the wishes.

    `chosen` is the language the caller chose with a key, to be remembered for their next call; `joins` the
    line they are in from now on, `ring_back` the promise to ring them; `consent` what they were told, or have
    said, of being recorded.
    """

    call: Call
    passes: tuple[Pass, ...]
    document: Document
    wishes: tuple[Wish, ...] = ()
    chosen: Language | None = None
    joins: Join | None = None
    ring_back: RingBack | None = None
    consent: Consent | None = None
