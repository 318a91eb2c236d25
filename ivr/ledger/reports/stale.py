"""What is to be counted again: marked in the transaction that changes a record, and cheap there.

A mark is a row of its own, and not one of its quarter hour: so nobody who writes waits for somebody else who
does. Whoever counts again takes the marks away.
"""

from collections.abc import Iterable

from ivr.core.figures.records import RETURN_MS
from ivr.ledger.transaction import Transaction

_MARK = "INSERT INTO stale (since, until) VALUES (:since, :until)"


def mark(tx: Transaction, since: int, until: int | None = None) -> None:
    """The records of a moment (UTC milliseconds), or of all moments up to another one, have changed."""
    tx.run(_MARK, {"since": since, "until": since if until is None else max(since, until)})


def mark_all(tx: Transaction, times: Iterable[tuple[int, int]], now: int) -> None:
    """So have the records of some times. What came in the week after each is counted again as well: whether
    a caller comes again is seen from those before."""
    spans: list[list[int]] = []
    for begins, ends in sorted(times):
        felt = max(ends, min(ends + RETURN_MS, now))
        if spans and begins <= spans[-1][1]:
            spans[-1][1] = max(spans[-1][1], felt)
        else:
            spans.append([begins, felt])
    for since, until in spans:
        mark(tx, since, until)


_MARK_CALL = """
INSERT INTO stale (since, until) SELECT call.started_at, call.started_at
FROM visit JOIN call ON call.id = visit.call WHERE visit.id = :visit AND call.ended_at IS NOT NULL"""


def mark_call_of(tx: Transaction, visit_id: str) -> None:
    """The call of a visit has changed by it, if it was over before."""
    tx.run(_MARK_CALL, {"visit": visit_id})
