"""What is to be counted again: marked in the transaction that changes a record, and cheap there.

A mark is a row of its own, and not one of its quarter hour: so nobody who writes waits for somebody else who
does. Whoever counts again takes the marks away.
"""

from ivr.ledger.transaction import Transaction

_MARK = "INSERT INTO stale (since, until) VALUES (:since, :until)"


def mark(tx: Transaction, since: int, until: int | None = None) -> None:
    """The records of a moment (UTC milliseconds), or of all moments up to another one, have changed."""
    tx.run(_MARK, {"since": since, "until": since if until is None else max(since, until)})


_MARK_CALL = """
INSERT INTO stale (since, until) SELECT call.started_at, call.started_at
FROM visit JOIN call ON call.id = visit.call WHERE visit.id = :visit AND call.ended_at IS NOT NULL"""


def mark_call_of(tx: Transaction, visit_id: str) -> None:
    """The call of a visit has changed by it, if it was over before."""
    tx.run(_MARK_CALL, {"visit": visit_id})
