"""Counting again what has changed, an hour at a time, so that nobody waits for it.

The records are read and counted while others write; only the tallies are put down in a write transaction.
Whoever finds there that the marks are not those seen before the reading leaves it to another look: somebody
was quicker, or more has changed.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from zoneinfo import ZoneInfo

from ivr.core.figures.folding import fold, quarter
from ivr.core.figures.intervals import Every, next_start, start_of, starts
from ivr.core.figures.tally import QUARTER_MS, View
from ivr.ledger.ledger import Ledger
from ivr.ledger.reports import records, stale, tallies
from ivr.ledger.transaction import Transaction

VERSION = 2
"""Of what counts as what: with another one everything is counted again."""

FIGURES = "the figures"
"""What a process holds while it puts tallies down."""

HOUR_MS = 4 * QUARTER_MS
PATIENCE = 10

_NEXT = "SELECT MIN(since) FROM stale WHERE since >= :at"
_MARKS = "SELECT COUNT(*), MAX(id), MAX(until) FROM stale WHERE since >= :since AND since < :before"
_TAKE = "DELETE FROM stale WHERE since >= :since AND since < :before AND id <= :last"


class Changed(Exception):
    """More has changed since it was counted."""


def count_again(
    ledger: Ledger,
    zone: str,
    now: int,
    seconds: float | None = None,
    counted: Callable[[int], None] | None = None,
) -> bool:
    """Count everything that had changed, in so many seconds at the most; False if some is left to be counted.
    Days are those of the hotline's zone. `counted` hears up to which moment it has come."""
    give_up_at = float("inf") if seconds is None else time.monotonic() + seconds
    _see_to_days(ledger, zone, now)
    at: int | None = 0
    while at is not None:
        if time.monotonic() > give_up_at:
            return False
        at = _count_hour(ledger, at, ZoneInfo(zone))
        if at is not None and counted is not None:
            counted(at)
    return _roll_days(ledger, ZoneInfo(zone), now, give_up_at)


def first_stale(tx: Transaction) -> int | None:
    """The first moment of which something is to be counted again; None if nothing is."""
    row = tx.row(_NEXT, {"at": 0})
    return row[0] if row else None


def _count_hour(ledger: Ledger, at: int, zone: ZoneInfo) -> int | None:
    """Counts the first hour from a moment on in which something has changed; up to which moment it has come,
    or None if nothing has."""
    with ledger.reading(PATIENCE) as tx:
        row = tx.row(_NEXT, {"at": at})
        if row is None or row[0] is None:
            return None
        since = quarter(row[0])
        before = since + HOUR_MS
        seen = tx.row(_MARKS, {"since": since, "before": before})
        assert seen is not None
        count, last, latest = seen
        if not count:  # somebody was quicker
            return since
        until = min(before, quarter(latest) + QUARTER_MS)
        counted = fold(records.of(tx, since, until))
    with suppress(Changed), ledger.transaction() as tx:
        tx.hold(FIGURES)
        if tx.changed(_TAKE, {"since": since, "before": before, "last": last}) != count:
            raise Changed
        if latest >= before:
            stale.mark(tx, before, latest)
        tallies.replace(tx, since, until, counted)
        for day in starts(since, until, Every.DAY, zone):
            tx.run(_STALE_DAY, {"at": day})
    return until


_STALE_DAY = "INSERT INTO stale_day (at) VALUES (:at) ON CONFLICT (at) DO NOTHING"
_OVER = "SELECT at FROM stale_day WHERE at < :today ORDER BY at"
_ROLLED = "DELETE FROM stale_day WHERE at = :at"


def _roll_days(ledger: Ledger, zone: ZoneInfo, now: int, give_up_at: float) -> bool:
    """Sums up the days that are over and have changed; False if there was no time for all of them."""
    with ledger.reading(PATIENCE) as tx:
        days = [row[0] for row in tx.rows(_OVER, {"today": start_of(now, Every.DAY, zone)})]
    for day in days:
        if time.monotonic() > give_up_at:
            return False
        with ledger.transaction() as tx:
            tx.hold(FIGURES)
            tallies.roll_day(tx, day, next_start(day, Every.DAY, zone))
            tx.run(_ROLLED, {"at": day})
    return True


_ROLLED_UP = "SELECT zone, version FROM rolled_up WHERE slot = 1"
_ROLLS_UP = """
INSERT INTO rolled_up (slot, zone, version) VALUES (1, :zone, :version)
ON CONFLICT (slot) DO UPDATE SET zone = excluded.zone, version = excluded.version"""
_QUARTERS = " UNION ".join(f"SELECT DISTINCT at FROM {view}_tally WHERE minutes = 15" for view in View)
_FIRST = """
SELECT MIN(at) FROM (
    SELECT MIN(started_at) AS at FROM call UNION ALL SELECT MIN(entered_at) FROM visit
    UNION ALL SELECT MIN(since) FROM span UNION ALL SELECT MIN(asked_at) FROM callback
    UNION ALL SELECT MIN(asked_at) FROM survey_answer) AS each"""


def _see_to_days(ledger: Ledger, zone: str, now: int) -> None:
    """Days of another zone are no days here; what another version has counted is counted again."""
    with ledger.reading(PATIENCE) as tx:
        if tx.row(_ROLLED_UP, {}) == (zone, VERSION):
            return
    with ledger.transaction() as tx:
        tx.hold(FIGURES)
        was = tx.row(_ROLLED_UP, {})
        if was == (zone, VERSION):
            return
        tallies.forget_days(tx)
        tx.run("DELETE FROM stale_day", {})
        for day in {start_of(row[0], Every.DAY, ZoneInfo(zone)) for row in tx.rows(_QUARTERS, {})}:
            tx.run(_STALE_DAY, {"at": day})
        first = tx.row(_FIRST, {})
        if was is not None and was[1] != VERSION and first is not None and first[0] is not None:
            stale.mark(tx, first[0], now)
        tx.run(_ROLLS_UP, {"zone": zone, "version": VERSION})


def pieces(tx: Transaction, zone: str, since: int, until: int, *, days: bool) -> list[tallies.Piece]:
    """Of what rows a time is made: with `days`, of whole days as far as they are rolled up and are days of
    this zone; else of quarter hours."""
    here = ZoneInfo(zone)
    row = tx.row(_ROLLED_UP, {})
    if not days or row is None or row[0] != zone:
        return [(tallies.QUARTER, since, until)]
    bad = {row[0] for row in tx.rows("SELECT at FROM stale_day", {})}
    found: list[tallies.Piece] = []
    for day in starts(since, until, Every.DAY, here):
        end = next_start(day, Every.DAY, here)
        whole = day >= since and end <= until and day not in bad
        piece = (tallies.DAY if whole else tallies.QUARTER, max(day, since), min(end, until))
        if found and found[-1][0] == piece[0]:
            piece = (piece[0], found.pop()[1], piece[2])
        found.append(piece)
    return found
