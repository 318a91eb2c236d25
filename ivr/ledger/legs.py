"""Legs: the lines to the parties a call rang."""

from dataclasses import dataclass

from ivr.ledger.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Leg:
    """A line to one party. Times are UTC milliseconds, None for what has not happened (or was not told)."""

    id: str
    call: str
    party: str | None
    started_at: int | None
    answered_at: int | None
    accepted_at: int | None
    ended_at: int | None
    ending: str | None


# What is told of a leg comes in any order and more than once: the first word on each thing stands.
_TOLD = """
INSERT INTO leg (id, call, hop, party, started_at, answered_at, accepted_at, ended_at, ending)
VALUES (:id, :call, :hop, :party, :started_at, :answered_at, :accepted_at, :ended_at, :ending)
ON CONFLICT (id) DO UPDATE SET
    hop = COALESCE(leg.hop, excluded.hop),
    party = COALESCE(leg.party, excluded.party),
    started_at = COALESCE(leg.started_at, excluded.started_at),
    answered_at = COALESCE(leg.answered_at, excluded.answered_at),
    accepted_at = COALESCE(leg.accepted_at, excluded.accepted_at),
    ended_at = COALESCE(leg.ended_at, excluded.ended_at),
    ending = COALESCE(leg.ending, excluded.ending)"""


def told(
    tx: Transaction,
    leg_id: str,
    call_id: str,
    *,
    hop: int | None = None,
    party: str | None = None,
    started_at: int | None = None,
    answered_at: int | None = None,
    accepted_at: int | None = None,
    ended_at: int | None = None,
    ending: str | None = None,
) -> None:
    """Write down what we were told of a leg; what is known already stays."""
    tx.run(
        _TOLD,
        {
            "id": leg_id,
            "call": call_id,
            "hop": hop,
            "party": party,
            "started_at": started_at,
            "answered_at": answered_at,
            "accepted_at": accepted_at,
            "ended_at": ended_at,
            "ending": ending,
        },
    )


def accept(tx: Transaction, call_id: str, leg_id: str, hop: int, now: int) -> None:
    """The party rung by this document of the call pressed 1."""
    told(tx, leg_id, call_id, hop=hop, accepted_at=now)


_ACCEPTED = "SELECT 1 FROM leg WHERE call = :call AND hop = :hop AND accepted_at IS NOT NULL"


def accepted(tx: Transaction, call_id: str, hop: int) -> bool:
    """Whether a party rung by this document of the call pressed 1."""
    return tx.row(_ACCEPTED, {"call": call_id, "hop": hop}) is not None


_OF_CALL = """
SELECT id, call, party, started_at, answered_at, accepted_at, ended_at, ending
FROM leg WHERE call = :call ORDER BY COALESCE(started_at, answered_at, accepted_at, ended_at), id"""


def of_call(tx: Transaction, call_id: str) -> list[Leg]:
    """The legs of a call, in the order they were rung."""
    return [Leg(*row) for row in tx.rows(_OF_CALL, {"call": call_id})]
