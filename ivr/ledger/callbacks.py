"""Callers who were promised to be rung: their place is kept until they are talked with, or cannot be reached.

In the line each of them is a visit, at the rank they had; between two tries, and while nobody is there to
serve the queue, there is none, and `due_at` says when the next one may begin.
"""

from dataclasses import dataclass
from enum import StrEnum

from ivr.core.line.visits import Left, Visit, WentTo
from ivr.core.webhooks import Event
from ivr.ledger import line, rows
from ivr.ledger.reports import stale
from ivr.ledger.seal import Seal
from ivr.ledger.transaction import Row, Transaction
from ivr.ledger.webhooks import happened, happened_to


class Over(StrEnum):
    """What became of a promise."""

    REACHED = "reached"
    NOT_REACHED = "not_reached"
    """They have not answered as often as we ring."""
    ELSEWHERE = "elsewhere"
    """They have reached an agent by a call of their own."""
    MOVED = "moved"
    """They have called, and their place is that of the new call."""
    EXPIRED = "expired"
    """Nobody could ring them for days."""
    CANCELLED = "cancelled"
    """Somebody of ours has taken it back."""


@dataclass(frozen=True, slots=True)
class Callback:
    """A promise, known by the visit that was left for it. Times are UTC milliseconds.

    `call` is the one in which it was asked for, `number` what is rung, `called` the number of ours they know;
    they go on from `step` of the menus of `revision`. `waited` milliseconds were waited on the phone before.
    `visit` is their place in line now, `leg` the carrier's id of the line on which they were rung last.
    """

    id: str
    call: str
    number: str
    called: str
    queue: str
    language: str
    revision: int
    step: str
    first_at: int
    rank: int
    asked_at: int
    waited: int
    tries: int = 0
    due_at: int | None = None
    visit: str | None = None
    leg: str | None = None
    ended_at: int | None = None
    over: Over | None = None


_CALLBACKS = """
SELECT id, call, number, called, queue, language, revision, step, first_at, rank, asked_at, waited, tries,
       due_at, visit, leg, ended_at, ending, sealed
FROM callback"""

_ASK = """
INSERT INTO callback (id, call, number, called, queue, language, revision, step, first_at, rank, asked_at,
                      waited, due_at, sealed)
VALUES (:id, :call, :number, :called, :queue, :language, :revision, :step, :first_at, :rank, :asked_at,
        :waited, :asked_at, :sealed)
ON CONFLICT DO NOTHING"""


def ask(tx: Transaction, asked: Callback) -> None:
    """Promise it. Told again, or to a number that has a place in this queue, it changes nothing."""
    tx.run(
        _ASK,
        {
            "id": asked.id,
            "call": asked.call,
            "number": tx.seal.caller(asked.number),
            "sealed": rows.sealed(tx.seal, asked.number),
            "called": asked.called,
            "queue": asked.queue,
            "language": asked.language,
            "revision": asked.revision,
            "step": asked.step,
            "first_at": asked.first_at,
            "rank": asked.rank,
            "asked_at": asked.asked_at,
            "waited": asked.waited,
        },
    )
    stale.mark(tx, asked.asked_at)
    happened(tx, Event.CALLBACK_ASKED, asked.id, asked.call, asked.asked_at)


_FIND = f"{_CALLBACKS} WHERE id = :id"


def find(tx: Transaction, callback_id: str) -> Callback | None:
    """A promise, held for the rest of a write transaction: hold its visit before."""
    row = tx.locked_row(_FIND, {"id": callback_id})
    return _callback(tx.seal, row) if row else None


def visit_of(tx: Transaction, callback_id: str) -> str | None:
    """The visit that stands for a promise now: to be held before it."""
    row = tx.row("SELECT visit FROM callback WHERE id = :id", {"id": callback_id})
    return row[0] if row else None


_OF_VISIT = f"{_CALLBACKS} WHERE visit = :visit"


def of_visit(tx: Transaction, visit_id: str) -> Callback | None:
    """The promise whose place in line a visit is."""
    row = tx.row(_OF_VISIT, {"visit": visit_id})
    return _callback(tx.seal, row) if row else None


_OF_NUMBER = f"{_CALLBACKS} WHERE number = :number AND queue = :queue AND ended_at IS NULL"


def of_number(tx: Transaction, number: str, queue: str) -> Callback | None:
    """The promise of a queue to a number that is still to be kept."""
    row = tx.row(_OF_NUMBER, {"number": tx.seal.caller(number), "queue": queue})
    return _callback(tx.seal, row) if row else None


_OF_CALL = f"{_CALLBACKS} WHERE call = :call OR leg = :call ORDER BY asked_at, id"


def of_call(tx: Transaction, call_id: str) -> list[Callback]:
    """The promises made in a call, and the one it keeps."""
    return [_callback(tx.seal, row) for row in tx.rows(_OF_CALL, {"call": call_id})]


_DUE = f"{_CALLBACKS} WHERE ended_at IS NULL AND due_at <= :now ORDER BY rank, id LIMIT :most"


def due(tx: Transaction, now: int, most: int) -> list[Callback]:
    """Those who may be in line from now on, and are not yet; the first by their rank first."""
    return [_callback(tx.seal, row) for row in tx.rows(_DUE, {"now": now, "most": most})]


_IN_LINE = f"{_CALLBACKS} WHERE ended_at IS NULL AND due_at IS NULL ORDER BY rank, id LIMIT :most"


def in_line(tx: Transaction, most: int) -> list[Callback]:
    """Those who are in line, or are being rung."""
    return [_callback(tx.seal, row) for row in tx.rows(_IN_LINE, {"most": most})]


_OPEN = f"{_CALLBACKS} WHERE ended_at IS NULL ORDER BY rank, id LIMIT :most"


def still_open(tx: Transaction, most: int) -> list[Callback]:
    """All who are still to be rung, the first by their rank first."""
    return [_callback(tx.seal, row) for row in tx.rows(_OPEN, {"most": most})]


_RUNG_NOW = """
SELECT callback.id FROM callback JOIN visit ON visit.id = callback.visit
WHERE callback.ended_at IS NULL AND (visit.ended_at IS NOT NULL OR visit.taken_at IS NOT NULL
    OR visit.leaving IS NOT NULL
    OR EXISTS (SELECT 1 FROM offer WHERE offer.visit = visit.id AND offer.ended_at IS NULL))"""


def being_rung(tx: Transaction) -> frozenset[str]:
    """The promises that are being kept at this moment: an agent is offered them, or has taken them."""
    return frozenset(row[0] for row in tx.rows(_RUNG_NOW, {}))


_ENTER = "UPDATE callback SET visit = :visit, due_at = NULL WHERE id = :id AND ended_at IS NULL"


def enter(tx: Transaction, callback_id: str, visit: Visit) -> None:
    """They are in line again, where they were."""
    line.join(tx, visit)
    tx.run(_ENTER, {"id": callback_id, "visit": visit.id})


_LATER = "UPDATE callback SET visit = NULL, due_at = :due_at WHERE id = :id AND ended_at IS NULL"


def later(tx: Transaction, callback_id: str, due_at: int) -> None:
    """They are out of the line until then, and keep their rank."""
    tx.run(_LATER, {"id": callback_id, "due_at": due_at})


_RUNG = "UPDATE callback SET leg = :leg, tries = tries + 1 WHERE id = :id AND (leg IS NULL OR leg <> :leg)"
_RUNG_VISIT = "UPDATE visit SET call = :leg WHERE id = :visit"
_RUNG_TALK = "UPDATE talk SET call = :leg WHERE visit = :visit"


def rung_on(tx: Transaction, callback: Callback, leg: str) -> None:
    """The carrier's id of the line on which they are rung: from now on it is their call. Told twice, it
    counts once."""
    tx.run(_RUNG, {"id": callback.id, "leg": leg})
    tx.run(_RUNG_VISIT, {"visit": callback.visit, "leg": leg})
    tx.run(_RUNG_TALK, {"visit": callback.visit, "leg": leg})


_END = """
UPDATE callback SET ended_at = :now, ending = :ending, due_at = NULL, sealed = NULL
WHERE id = :id AND ended_at IS NULL"""


def end(tx: Transaction, callback_id: str, over: Over, now: int) -> bool:
    """It is over; False if it was before: the first end stays."""
    ended = tx.changed(_END, {"id": callback_id, "ending": over, "now": now}) > 0
    if ended:
        stale.mark(tx, now)
        happened_to(tx, Event.CALLBACK_ENDED, callback_id, now)
    return ended


def give_up_place(tx: Transaction, callback: Callback, over: Over, now: int) -> None:
    """It is over, and so is their place in line, if they have one."""
    if end(tx, callback.id, over, now) and callback.visit is not None:
        line.end(tx, callback.visit, Left.TRANSFERRED, WentTo.QUEUE, now)


def _callback(seal: Seal, row: Row) -> Callback:
    callback_id, call, number, *rest, over, sealed = row
    known = rows.number(seal, number, sealed)
    return Callback(*(callback_id, call, known, *rest, Over(over) if over else None))
