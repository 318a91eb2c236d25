"""What happened, each as one frozen value: put down at once, or kept in the spool and replayed later.

A fact holds all that is written for it, ids and times too, so that it is the same rows whenever it is put
down. It is never a claim: nothing in it takes something that somebody else may have taken meanwhile.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from ivr.core.calls import Call, Ending, Outcome, Pass, Turn
from ivr.core.line.visits import Left, Visit, WentTo
from ivr.core.menus import Language
from ivr.core.surveys import Answer, Question
from ivr.core.walk import last_pass
from ivr.ledger import callbacks, callers, calls, errands, events, legs, line, messages, recordings, surveys
from ivr.ledger.callbacks import Callback, Over
from ivr.ledger.reports import stale
from ivr.ledger.transaction import AlreadyAnswered, Transaction

FETCH_AFTER_MS = 5_000
"""A recording is usually ready sooner and says so; this long after, we look for ourselves."""


@dataclass(frozen=True, slots=True)
class Wished:
    """An errand to be carried out from `due_at` on."""

    kind: str
    payload: Mapping[str, Any]
    due_at: int


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a caller said at a step: word left, if it stands in a mailbox. `recording` is our id of it."""

    recording: str
    carrier_id: str
    step: str
    seconds: float
    mailbox: str | None


@dataclass(frozen=True, slots=True)
class Rung:
    """A line to a party that is over, and the seconds talked on it."""

    leg: str
    hop: int
    party: str | None
    started_at: int | None
    ended_at: int
    ending: str
    talked: float


@dataclass(frozen=True, slots=True)
class Noted:
    """An event of the call's log."""

    kind: str
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Ended:
    """Somebody (`source`) says that a call is over."""

    call_id: str
    outcome: Outcome
    at: int
    source: str


@dataclass(frozen=True, slots=True)
class LeftLine:
    """A caller has left a line, or the agent they were given."""

    visit: str
    outcome: Left
    went_to: WentTo


class Row(StrEnum):
    """How the row of a call stood when a move began."""

    NONE = "none"
    """There was none, or only that of an end: the call arrives."""
    THERE = "there"
    BEHIND = "behind"
    """What came before this move waits in a spool, or was lost."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What comes of a move beside the move itself. Most of it counts: it is put down only with its move."""

    chosen: Language | None = None
    wished: tuple[Wished, ...] = ()
    spoken: Spoken | None = None
    rung: Rung | None = None
    noted: tuple[Noted, ...] = ()
    ended: Ended | None = None
    left: LeftLine | None = None
    joined: Visit | None = None
    moved: Callback | None = None
    """The promise whose place the one who has `joined` has now."""
    asked: Callback | None = None
    """To be rung when it is their turn."""
    surveyed: tuple[Answer, ...] = ()
    """Questions of a survey that were put, or answered."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A document was answered: the call after it, its passes, the next document, and all that came of it."""

    call: Call
    passes: tuple[Pass, ...]
    document: bytes
    at: int
    row: Row = Row.THERE
    beside: Beside | None = None

    @property
    def call_id(self) -> str:
        return self.call.id

    @property
    def hop(self) -> int:
        return self.call.hop

    def also(self, what: Noted | Ended) -> "Moved":
        """The same move with one thing more beside it."""
        beside = self.beside or Beside()
        if isinstance(what, Ended):
            return replace(self, beside=replace(beside, ended=what))
        return replace(self, beside=replace(beside, noted=(*beside.noted, what)))


@dataclass(frozen=True, slots=True)
class Accepted:
    """The party rung by a document of a call pressed 1."""

    call_id: str
    leg: str
    hop: int
    at: int


@dataclass(frozen=True, slots=True)
class RecordingTold:
    """The carrier says that a recording is ready, absent or failed."""

    call_id: str
    carrier_id: str
    state: str
    seconds: int | None
    at: int


@dataclass(frozen=True, slots=True)
class Written:
    """Somebody has sent a text message to us."""

    message: str
    caller: str
    called: str
    text: str
    at: int
    readings: Mapping[Question, int] = field(default_factory=dict)
    """What it is as an answer to a question."""

    @property
    def call_id(self) -> str:
        """It belongs to no call; the spool keeps it by itself."""
        return self.message

    @property
    def feedback(self) -> surveys.Feedback:
        return surveys.Feedback(
            self.message, self.caller, self.called, self.text, self.at, surveys.Kind.FEEDBACK
        )


Fact = Moved | Ended | Accepted | RecordingTold | Written


def put_down(tx: Transaction, fact: Moved) -> None:
    """Write a move down where the call stands. AlreadyAnswered if somebody else answered that document."""
    match fact.row:
        case Row.THERE:
            calls.move(tx, fact.call, fact.passes, fact.document)
        case Row.NONE:
            calls.arrive(tx, fact.call, fact.passes, fact.document)
        case Row.BEHIND:
            if not replay(tx, fact):
                raise AlreadyAnswered(fact.call_id)
            return
    if fact.beside is not None:
        _put_down_beside(tx, fact, fact.beside)


def replay(tx: Transaction, fact: Fact) -> bool:
    """Put a fact down late, in any order and perhaps not for the first time.

    False if there was nothing to do: it is here already, or (a word on a recording) what it is about is not.
    """
    match fact:
        case Moved():
            if not calls.replay(tx, fact.call, fact.passes, fact.document):
                return False
            if fact.beside is not None:
                _put_down_beside(tx, fact, fact.beside)
            _see_to_the_end(tx, fact.call_id)
            return True
        case Ended():
            return end(tx, fact)
        case Accepted():
            legs.accept(tx, fact.call_id, fact.leg, fact.hop, fact.at)
            _see_to_the_end(tx, fact.call_id)
            return True
        case RecordingTold():
            return recording_told(tx, fact)
        case Written():
            return _take(tx, fact)


def _take(tx: Transaction, written: Written) -> bool:
    """A message that came while nothing could be written: it counts, and nobody answers it so late."""
    if surveys.find(tx, written.message) is not None:
        return False
    taken, _ = surveys.take(tx, written.feedback, written.readings)
    surveys.wrote(tx, taken)
    return True


def end(tx: Transaction, fact: Ended) -> bool:
    """Write down that a call is over; True if that is news."""
    call = calls.find(tx, fact.call_id)
    ending = cut_short(tx, call) if call else Ending.HUNG_UP
    last = last_pass(call, fact.at, ending) if call else None
    outcome = Outcome.CONNECTED if ending is Ending.CONNECTED else fact.outcome
    return calls.end(tx, fact.call_id, outcome, fact.at, last, fact.source)


def cut_short(tx: Transaction, call: Call) -> Ending:
    """What an end that is told means for the step it comes in: who was joined to a party has talked.

    Not every carrier tells the dial too when it is the caller who hangs up.
    """
    dialling = call.place is not None and call.place.turn is Turn.DIAL
    return Ending.CONNECTED if dialling and legs.accepted(tx, call.id, call.hop) else Ending.HUNG_UP


def _see_to_the_end(tx: Transaction, call_id: str) -> None:
    """An end may be put down before what the caller did last: what it means for that step is known now."""
    call = calls.find(tx, call_id)
    if call is not None and call.ended_at is not None:
        stale.mark(tx, call.started_at)
    if call is not None and call.ended_at is not None and cut_short(tx, call) is Ending.CONNECTED:
        calls.ended_in_conversation(tx, call)


def recording_told(tx: Transaction, fact: RecordingTold) -> bool:
    """Write down what became of a recording, and fetch it at once; False if we do not know it."""
    if recordings.changed(tx, fact.carrier_id, fact.state):
        errands.hurry(tx, fact.call_id, "fetch_recording", fact.at)
        return True
    return recordings.by_carrier_id(tx, fact.carrier_id) is not None  # then it lies here already


def put_down_spoken(tx: Transaction, call: Call, spoken: Spoken, at: int) -> None:
    """Write down what a caller said, and send for it. Told again, it is the same recording."""
    if recordings.by_carrier_id(tx, spoken.carrier_id) is not None:
        return
    recordings.add(
        tx,
        call.id,
        spoken.carrier_id,
        spoken.step,
        spoken.seconds,
        at,
        message=spoken.mailbox is not None,
        known_as=spoken.recording,
    )
    if spoken.mailbox is not None:
        messages.leave(tx, call, spoken.mailbox, spoken.recording, at)
    payload = {"recording": spoken.recording, "carrier_id": spoken.carrier_id}
    errands.wish(tx, "fetch_recording", call.id, payload, at + FETCH_AFTER_MS, at)


def _put_down_beside(tx: Transaction, fact: Moved, beside: Beside) -> None:
    call, at = fact.call, fact.at
    for noted in beside.noted:
        events.note(tx, call.id, at, noted.kind, **noted.detail)
    if beside.chosen and call.caller:
        callers.remember(tx, call.caller, beside.chosen, at)
    if beside.rung:
        _put_down_rung(tx, call, beside.rung)
    if beside.spoken:
        put_down_spoken(tx, call, beside.spoken, at)
    for wished in beside.wished:
        errands.wish(tx, wished.kind, call.id, wished.payload, wished.due_at, at)
    if beside.left:
        line.end(tx, beside.left.visit, beside.left.outcome, beside.left.went_to, at)
    if beside.moved:
        callbacks.give_up_place(tx, beside.moved, Over.MOVED, at)
    if beside.joined:
        line.join(tx, beside.joined)
    if beside.asked:
        callbacks.ask(tx, beside.asked)
    for answer in beside.surveyed:
        if answer.answered_at is None:
            surveys.asked(tx, answer)
        else:
            surveys.answered(tx, answer)
    if beside.ended:
        calls.end(tx, call.id, beside.ended.outcome, beside.ended.at, None, beside.ended.source)
        if beside.rung and not beside.rung.talked:
            calls.had_not_talked(tx, call.id)


def _put_down_rung(tx: Transaction, call: Call, rung: Rung) -> None:
    legs.told(
        tx,
        rung.leg,
        call.id,
        hop=rung.hop,
        party=rung.party,
        started_at=rung.started_at,
        ended_at=rung.ended_at,
        ending=rung.ending,
    )
    if rung.talked:
        calls.talked(tx, call.id, rung.talked)
