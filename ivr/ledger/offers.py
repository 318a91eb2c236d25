"""Offers: this caller to this agent, until a time. An agent has one at most; one of a visit is accepted."""

from dataclasses import dataclass
from enum import StrEnum

from ivr.ledger.reports import stale
from ivr.ledger.transaction import Row, Transaction


class End(StrEnum):
    """How an offer ended."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    MISSED = "missed"
    """It rang, and nobody answered."""
    CALLER_GONE = "caller_gone"
    WITHDRAWN = "withdrawn"
    """Somebody else was quicker, or it never rang."""


@dataclass(frozen=True, slots=True)
class Offer:
    """An offer. Times are UTC milliseconds; `leg` is the carrier's id of the line to the agent.

    The carrier is to ring it at `rings_at`, and says that it does at `ringing_at`.
    """

    id: str
    visit: str
    agent: str
    queue: str
    made_at: int
    until: int
    rings_at: int | None = None
    leg: str | None = None
    ringing_at: int | None = None
    ended_at: int | None = None
    ending: End | None = None

    @property
    def is_in_vain(self) -> bool:
        """Whether it is over, and the agent need not be rung any more."""
        return self.ended_at is not None and self.ending is not End.ACCEPTED


_OFFERS = """
SELECT id, visit, agent, queue, made_at, until, rings_at, leg, ringing_at, ended_at, ending FROM offer"""

_MAKE = """
INSERT INTO offer (id, visit, agent, queue, made_at, until, rings_at, ringing_at)
VALUES (:id, :visit, :agent, :queue, :made_at, :until, :rings_at, :ringing_at)"""


def make(tx: Transaction, offer: Offer) -> None:
    """Offer it: the agent has no other, and the transaction fails if that is not so."""
    tx.run(
        _MAKE,
        {
            "id": offer.id,
            "visit": offer.visit,
            "agent": offer.agent,
            "queue": offer.queue,
            "made_at": offer.made_at,
            "until": offer.until,
            "rings_at": offer.rings_at,
            "ringing_at": offer.ringing_at,
        },
    )


_LAST_RING = """
SELECT rings_at FROM offer WHERE rings_at IS NOT NULL AND (ended_at IS NULL OR ended_at >= rings_at)
ORDER BY rings_at DESC LIMIT 1"""


def last_ring(tx: Transaction) -> int | None:
    """When the carrier is to ring, or was, for the offer that comes last; None before the first. One that was
    over before its turn came has taken none."""
    row = tx.row(_LAST_RING, {})
    return row[0] if row else None


_FIND = f"{_OFFERS} WHERE id = :id"


def find(tx: Transaction, offer_id: str) -> Offer | None:
    """An offer, held for the rest of a write transaction: hold its visit before."""
    row = tx.locked_row(_FIND, {"id": offer_id})
    return _offer(row) if row else None


_VISIT_OF = "SELECT visit FROM offer WHERE id = :id"


def visit_of(tx: Transaction, offer_id: str) -> str | None:
    """The visit that is offered: to be held before the offer."""
    row = tx.row(_VISIT_OF, {"id": offer_id})
    return row[0] if row else None


_OF_VISIT = f"{_OFFERS} WHERE visit = :visit ORDER BY made_at, agent, id"


def of_visit(tx: Transaction, visit_id: str) -> list[Offer]:
    """All offers of a visit, open and over, in the order they were made; of one moment, by their agents."""
    return [_offer(row) for row in tx.rows(_OF_VISIT, {"visit": visit_id})]


_RUNG = "SELECT 1 FROM offer WHERE visit = :visit AND ended_at IS NULL"


def is_rung(tx: Transaction, visit_id: str) -> bool:
    """Whether an agent is being offered this visit."""
    return tx.row(_RUNG, {"visit": visit_id}) is not None


_OPEN_OF = f"{_OFFERS} WHERE agent = :agent AND ended_at IS NULL"


def open_of(tx: Transaction, agent: str) -> Offer | None:
    """The offer an agent has now."""
    row = tx.row(_OPEN_OF, {"agent": agent})
    return _offer(row) if row else None


_RINGS = "UPDATE offer SET leg = COALESCE(leg, :leg) WHERE id = :id"


def rings_on(tx: Transaction, offer_id: str, leg: str) -> None:
    """The carrier's id of the line on which the agent is rung."""
    tx.run(_RINGS, {"id": offer_id, "leg": leg})


_RINGING = """
UPDATE offer SET ringing_at = :now, until = :until
WHERE id = :id AND ringing_at IS NULL AND ended_at IS NULL"""


def ringing(tx: Transaction, offer_id: str, until: int, now: int) -> bool:
    """It rings from now on, and the agent has until then; False if that is known, or it is over."""
    return tx.changed(_RINGING, {"id": offer_id, "until": until, "now": now}) > 0


_END = "UPDATE offer SET ending = :ending, ended_at = :now WHERE id = :id AND ended_at IS NULL"


def end(tx: Transaction, offer_id: str, ending: End, now: int) -> bool:
    """It is over; False if it was before: the first end stays."""
    ended = tx.changed(_END, {"id": offer_id, "ending": ending, "now": now}) > 0
    if ended:
        stale.mark(tx, now)
    return ended


_DUE = f"{_OFFERS} WHERE ended_at IS NULL AND until <= :now ORDER BY until LIMIT :most"


def due(tx: Transaction, now: int, most: int) -> list[Offer]:
    """Offers whose time is over, the longest over first."""
    return [_offer(row) for row in tx.rows(_DUE, {"now": now, "most": most})]


def _offer(row: Row) -> Offer:
    *plain, ended_at, ending = row
    offer_id, visit, agent, queue, made_at, until, rings_at, leg, ringing_at = plain
    over = End(ending) if ending else None
    return Offer(offer_id, visit, agent, queue, made_at, until, rings_at, leg, ringing_at, ended_at, over)
