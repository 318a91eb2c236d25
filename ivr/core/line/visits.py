"""One visit to a queue: one enqueue, one outcome, and where the caller went then."""

from dataclasses import dataclass
from enum import StrEnum

from ivr.core.calls import Act, Ending, Move
from ivr.core.line.estimate import Told
from ivr.core.line.match import Waiting
from ivr.core.menus import Language


class Kind(StrEnum):
    """What a visit is for. Only a caller's own visits are offered to a queue's figures."""

    CALL = "call"
    CALLBACK = "callback"
    """We ring the caller, whose place was kept."""
    CONSULT = "consult"
    """An agent asks another one."""
    OUTBOUND = "outbound"
    """An agent calls somebody."""


class Left(StrEnum):
    """Why a visit ended."""

    ANSWERED = "answered"
    ABANDONED = "abandoned"
    KEY = "key"
    CALLBACK = "callback"
    TIMEOUT = "timeout"
    NO_AGENTS = "no_agents"
    CLOSED = "closed"
    TRANSFERRED = "transferred"
    ERROR = "error"


class WentTo(StrEnum):
    """Where the caller went then."""

    AGENT = "agent"
    VOICEMAIL = "voicemail"
    QUEUE = "queue"
    NUMBER = "number"
    MENU = "menu"
    GOODBYE = "goodbye"


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit as it stands. Times are UTC milliseconds, None for what has not happened.

    `first_at` is the first enqueue of this caller, kept through transfers and cut-off conversations; `agent`
    has accepted it at `taken_at` and meets the caller in the `room`; a caller who pressed a key or may wait
    no longer is `leaving`, for that destination, until their line has followed.
    """

    id: str
    call: str
    queue: str
    language: Language
    first_at: int
    rank: int
    entered_at: int
    kind: Kind = Kind.CALL
    preferred: str | None = None
    declined: frozenset[str] = frozenset()
    agent: str | None = None
    taken_at: int | None = None
    room: str | None = None
    leaving: Left | None = None
    leads: str | None = None
    outcome: Left | None = None
    went_to: WentTo | None = None
    ended_at: int | None = None
    told: Told | None = None
    beat_at: int = 0
    """When the caller was last known to wait."""
    wanted: str | None = None
    """The only agent they wait for, chosen by another one: `sent_by` has them back if it is in vain."""
    sent_by: str | None = None
    target: int | None = None
    """Within how many milliseconds the queue promised an answer when they came."""

    @property
    def is_callers(self) -> bool:
        """Whether it is a caller's own, and not one by which agents reach somebody."""
        return self.kind in (Kind.CALL, Kind.CALLBACK)

    @property
    def is_waiting(self) -> bool:
        """Whether an agent may still be found for it."""
        return self.ended_at is None and self.taken_at is None and self.leaving is None

    @property
    def waiting(self) -> Waiting:
        """As a place in the line."""
        return Waiting(
            self.id,
            self.queue,
            self.rank,
            self.entered_at,
            self.language,
            self.declined,
            self.preferred,
            self.wanted,
        )


def ending_of(left: Left) -> Ending:
    """How the pass of a caller ends who is leaving the line."""
    return ENDINGS[left]


ENDINGS = {
    Left.ANSWERED: Ending.CONNECTED,
    Left.KEY: Ending.KEY,
    Left.CALLBACK: Ending.KEY,
    Left.TIMEOUT: Ending.TOO_LONG,
    Left.NO_AGENTS: Ending.NO_AGENTS,
    Left.CLOSED: Ending.CLOSED,
    Left.TRANSFERRED: Ending.WENT_ON,
    Left.ERROR: Ending.FAILED,
    Left.ABANDONED: Ending.HUNG_UP,
}


def went_to(move: Move) -> WentTo:
    """Where the move that led a caller out of a line has brought them."""
    return PLACES.get(move.document.act, WentTo.MENU)


PLACES = {
    Act.TALK: WentTo.AGENT,
    Act.TALK_RECORDED: WentTo.AGENT,
    Act.RECORD: WentTo.VOICEMAIL,
    Act.WAIT: WentTo.QUEUE,
    Act.DIAL: WentTo.NUMBER,
    Act.HANG_UP: WentTo.GOODBYE,
}
"""By what the line does next; where it listens, the caller is in a menu."""
