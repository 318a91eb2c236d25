"""Closures as rows: the open ones are in force, all others are the log of them."""

import json

from ivr.core.line.closures import Closure, Reason
from ivr.ledger.rows import compact
from ivr.ledger.transaction import Row, Transaction

_CLOSE = """
INSERT INTO closure (queue, since, "by", reason, says) VALUES (:queue, :since, :by, :reason, :says)"""


def close(tx: Transaction, closure: Closure) -> None:
    """A queue is closed from now on. Open it before if it is closed already."""
    tx.run(
        _CLOSE,
        {
            "queue": closure.queue,
            "since": closure.since,
            "by": closure.by,
            "reason": closure.reason,
            "says": compact(dict(closure.says)),
        },
    )


_OPEN = "UPDATE closure SET ended_at = :now WHERE queue = :queue AND ended_at IS NULL"


def open_again(tx: Transaction, queue: str, now: int) -> bool:
    """A queue is closed by nobody any more; False if it was not closed."""
    return tx.changed(_OPEN, {"queue": queue, "now": now}) > 0


_ROWS = 'SELECT queue, since, "by", reason, says FROM closure WHERE ended_at IS NULL'
_OF = f"{_ROWS} AND queue = :queue"


def of_queue(tx: Transaction, queue: str) -> Closure | None:
    """By whom a queue is closed now."""
    row = tx.row(_OF, {"queue": queue})
    return _closure(row) if row else None


def every(tx: Transaction) -> dict[str, Closure]:
    """All that are in force, by queue."""
    return {row[0]: _closure(row) for row in tx.rows(_ROWS, {})}


def _closure(row: Row) -> Closure:
    queue, since, by, reason, says = row
    return Closure(queue, since, by, Reason(reason) if reason else None, json.loads(says))
