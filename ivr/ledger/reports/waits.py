"""Waits as the records have them, where tallies do not tell: each of them, and who waits now or did then."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from ivr.core.calls import LONGEST_MS
from ivr.core.figures.question import Only
from ivr.ledger.reports.tallies import conditions_of
from ivr.ledger.transaction import Row, Transaction


class Wait(NamedTuple):
    """A visit of a caller that is over; `wait` in milliseconds."""

    queue: str
    language: str
    called: str
    at: int
    outcome: str
    wait: int


_FROM = "FROM visit LEFT JOIN call ON call.id = visit.call WHERE visit.kind = 'call'"


def _only(only: Only) -> tuple[str, dict[str, str]] | None:
    """SQL for what is counted only; None if visits cannot tell."""
    given = dict(only.given)
    numbers = given.pop("called", frozenset())
    if "agent" in given:
        return None
    # The empty text keeps SQLite from the index of all who ever were in that queue.
    sql, values = conditions_of(given, "visit.{} || ''")
    more, named = conditions_of({"called": numbers} if numbers else {}, "call.{}")
    return sql + more, values | named


def of(tx: Transaction, since: int, until: int, only: Only) -> list[Wait]:
    """Each visit that ended in a time."""
    asked = _only(only)
    if asked is None:
        return []
    sql = f"""
SELECT visit.queue, visit.language, COALESCE(call.called, ''), visit.ended_at, visit.outcome,
       visit.ended_at - visit.entered_at
{_FROM} AND visit.ended_at >= :since AND visit.ended_at < :until {asked[0]}"""
    return [Wait(*row) for row in tx.rows(sql, {"since": since, "until": until, **asked[1]})]


def was_there(tx: Transaction, queue: str) -> bool:
    """Whether anybody was ever in a queue: visits may be forgotten by now, what was counted is not."""
    found = tx.row(
        """
SELECT 1 FROM visit WHERE queue = :queue
UNION ALL SELECT 1 FROM line_tally WHERE minutes = 1440 AND queue = :queue
LIMIT 1""",
        {"queue": queue},
    )
    return found is not None


def longest(tx: Transaction, since: int, than: int, only: Only) -> int | None:
    """The longest wait of the visits that ended since then, if it was longer `than`; all in milliseconds."""
    asked = _only(only)
    if asked is None:
        return None
    sql = f"""
SELECT MAX(visit.ended_at - visit.entered_at)
{_FROM} AND visit.ended_at >= :since AND visit.ended_at - visit.entered_at > :than {asked[0]}"""
    row = tx.row(sql, {"since": since, "than": than, **asked[1]})
    return row[0] if row else None


_NAMES = {"queue": "visit.queue", "language": "visit.language", "called": "COALESCE(call.called, '')"}
_ENDINGS = ("answered", "abandoned", "callback")


def within(
    tx: Transaction,
    time: tuple[int, int],
    by: Sequence[str],
    targets: Mapping[str, int],
    only: Only,
) -> Iterator[tuple[Row, Mapping[str, int]]]:
    """How many visits to some queues ended within these targets (milliseconds) in a time [since, until), by
    their end. Told apart `by` queue, language and number called, or any SQL of a visit."""
    asked = _only(only)
    if asked is None:
        return
    queues = {f"within{number}": queue for number, queue in enumerate(targets)}
    cases = " ".join(f"WHEN :{name} THEN {int(targets[queue])}" for name, queue in queues.items())
    keys = ", ".join(_NAMES.get(name, name) for name in by)
    places = ", ".join(str(place) for place in range(1, len(by) + 1))
    sums = ", ".join(f"SUM(CASE WHEN visit.outcome = '{ending}' THEN 1 ELSE 0 END)" for ending in _ENDINGS)
    sql = f"""
SELECT {keys}, {sums} {_FROM} AND visit.ended_at >= :since AND visit.ended_at < :until
    AND visit.outcome IN ('answered', 'abandoned', 'callback')
    AND visit.ended_at - visit.entered_at <= CASE visit.queue {cases} END {asked[0]}
GROUP BY {places}"""
    for row in tx.rows(sql, {"since": time[0], "until": time[1], **queues, **asked[1]}):
        counts = zip(_ENDINGS, row[len(by) :], strict=True)
        yield row[: len(by)], {f"{ending}_in_target": count for ending, count in counts}


def waiting_at(tx: Transaction, at: int, only: Only) -> int:
    """How many callers were waiting at a moment."""
    asked = _only(only)
    if asked is None:
        return 0
    # The plus keeps SQLite from the index of all who ever came.
    sql = f"""
SELECT (SELECT COUNT(*) {_FROM} AND visit.ended_at IS NULL AND +visit.entered_at < :at {asked[0]})
    + (SELECT COUNT(*) {_FROM} AND visit.ended_at >= :at AND visit.ended_at < :at_most
        AND visit.entered_at < :at {asked[0]})"""
    row = tx.row(sql, {"at": at, "at_most": at + LONGEST_MS, **asked[1]})
    return row[0] if row else 0


def waiting_now(tx: Transaction, only: Only) -> list[int]:
    """When those came who wait now."""
    asked = _only(only)
    if asked is None:
        return []
    sql = f"SELECT visit.entered_at {_FROM} AND visit.ended_at IS NULL AND visit.taken_at IS NULL {asked[0]}"
    return [row[0] for row in tx.rows(sql, asked[1])]
