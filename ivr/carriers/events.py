"""What a carrier tells us, in our words. Frozen records; whoever decides never sees a carrier's spelling.

Every record of an instruction (the carrier waits for a document) says whether the caller has already hung
up: the answer will then not be heard, so no survey starts and no queue is entered.
"""

from dataclasses import dataclass
from enum import StrEnum

from ivr.carriers.rooms import RoomLeft


class LegState(StrEnum):
    """Where a leg is in its life. A word we do not know is `unknown`, which is neither talking nor over."""

    QUEUED = "queued"
    RINGING = "ringing"
    TALKING = "talking"
    ENDED = "ended"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    FAILED = "failed"
    CANCELED = "canceled"
    UNKNOWN = "unknown"

    @property
    def over(self) -> bool:
        """Whether the leg is gone for good; whatever arrives later cannot bring it back."""
        return self in _OVER


_OVER = frozenset({LegState.ENDED, LegState.BUSY, LegState.NO_ANSWER, LegState.FAILED, LegState.CANCELED})


class DialResult(StrEnum):
    """How dialling somebody for the caller went. Only `connected` means that they talked."""

    CONNECTED = "connected"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    FAILED = "failed"
    CANCELED = "canceled"
    UNKNOWN = "unknown"


class QueueResult(StrEnum):
    """How a wait in the carrier's queue ended. `redirected` was our own wish by REST and settles nothing,
    before or behind a bridge. `unknown` is neither a conversation nor the end of the call.
    """

    BRIDGED = "bridged"
    HUNG_UP = "hung_up"
    LEFT = "left"
    REDIRECTED = "redirected"
    FULL = "full"
    ERROR = "error"
    UNKNOWN = "unknown"


class AnsweredBy(StrEnum):
    """Who the carrier thinks answered. It guesses: only a key proves a person."""

    PERSON = "person"
    MACHINE = "machine"
    FAX = "fax"
    UNKNOWN = "unknown"


class RecordingState(StrEnum):
    """Whether a recording can be fetched. `absent`: nothing was said; `unknown`: ask again later."""

    RUNNING = "running"
    READY = "ready"
    ABSENT = "absent"
    FAILED = "failed"
    UNKNOWN = "unknown"


class MessageState(StrEnum):
    """Where a text message is. `sent` left the carrier; only `delivered` is known to have arrived."""

    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Arrival:
    """A call came in. `caller` is None when the number is withheld.

    `vouched` is the network's word for the caller's number: A, B or C, "failed", or None for no word.
    `sip_headers` are those the sender may set (X-…, User-to-User), names in lower case.
    `fault` is the carrier's error code when it asks here because another address of ours failed.
    """

    call_id: str
    caller: str | None
    called: str
    forwarded_from: str | None = None
    caller_name: str | None = None
    vouched: str | None = None
    outbound: bool = False
    parent_id: str | None = None
    sip_headers: tuple[tuple[str, str], ...] = ()
    fault: str | None = None
    hung_up: bool = False


@dataclass(frozen=True, slots=True)
class Numbers:
    """Who called whom, which the carrier says with every request. `caller` is None when withheld."""

    caller: str | None
    called: str


@dataclass(frozen=True, slots=True)
class KeyPress:
    """The caller pressed `digits`; None: nothing, or nothing that is on a keypad."""

    call_id: str
    digits: str | None
    hung_up: bool = False


@dataclass(frozen=True, slots=True)
class DialEnded:
    """Dialling somebody for the caller ended. `seconds` is how long they talked, if the carrier says."""

    call_id: str
    result: DialResult
    bridged: bool | None = None
    seconds: int | None = None
    leg_id: str | None = None
    hung_up: bool = False


@dataclass(frozen=True, slots=True)
class StillWaiting:
    """The caller is still in the carrier's queue, and the next piece of the wait is wished.

    What the carrier counts (places, times) is not read: it knows one queue, and nothing of ranks.
    """

    call_id: str
    hung_up: bool = False


@dataclass(frozen=True, slots=True)
class QueueEnded:
    """A wait in the carrier's queue ended; `seconds` is its length by the carrier's clock.

    `bridged` is told when the conversation is over, not when it begins. With `hung_up` or `redirected` the
    answer is not run.
    """

    call_id: str
    result: QueueResult
    seconds: int | None = None
    hung_up: bool = False


@dataclass(frozen=True, slots=True)
class Recorded:
    """The caller finished speaking. The sound may not be fetchable yet: wait for `RecordingChanged`.

    `ended_by` is the key pressed, "hangup", or None for silence or the longest time.
    `recording_id` is None when nothing was recorded.
    """

    call_id: str
    recording_id: str | None
    seconds: int | None
    ended_by: str | None = None
    hung_up: bool = False


@dataclass(frozen=True, slots=True)
class RecordingChanged:
    """A recording became ready, or never will. A conference's recording belongs to a room, not to a call."""

    recording_id: str
    state: RecordingState
    call_id: str | None = None
    room_id: str | None = None
    seconds: int | None = None


@dataclass(frozen=True, slots=True)
class LegChanged:
    """A leg moved on: late, twice or out of order, so sort by `sequence` and let `state.over` stick.

    `seconds` is the whole length of the leg and comes with its end. `carrier_at_ms` is the carrier's clock:
    good for lengths within one leg, never to order two.
    """

    call_id: str
    state: LegState
    parent_id: str | None = None
    seconds: int | None = None
    sequence: int | None = None
    sip_code: int | None = None
    carrier_at_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """What the carrier guesses of who answered a leg: with the first document, or in a notice behind it."""

    call_id: str
    by: AnsweredBy
    hung_up: bool = False


@dataclass(frozen=True, slots=True)
class TextReceived:
    """Somebody has sent a text message to a number of ours."""

    message_id: str
    caller: str
    called: str
    body: str


@dataclass(frozen=True, slots=True)
class MessageChanged:
    """A text message moved on; `code` is the carrier's reason when it failed."""

    message_id: str
    state: MessageState
    code: str | None = None


Instruction = KeyPress | DialEnded | StillWaiting | QueueEnded | RoomLeft | Recorded
"""What comes in while the carrier waits for the next document."""
