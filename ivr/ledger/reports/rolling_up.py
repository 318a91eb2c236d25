"""Counting again what has changed, some thousand calls at a time, so that nobody waits for it.

The records are read and counted while others write; only the tallies are put down in a write transaction, and
those of many calls in several. Whoever finds there that the marks are not those seen before the reading
leaves it to another look: somebody was quicker.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from itertools import groupby
from operator import attrgetter
from zoneinfo import ZoneInfo

from ivr.core.figures.folding import Key, Sums, count, quarter
from ivr.core.figures.intervals import DAY_MS, Every, next_start, start_of, starts
from ivr.core.figures.tally import QUARTER_MS, View
from ivr.ledger.ledger import Ledger
from ivr.ledger.reports import records, stale, tallies
from ivr.ledger.transaction import Row, Transaction

VERSION = 2
"""Of what counts as what: with another one everything is counted again."""

FIGURES = "the figures"
"""What a process holds while it puts tallies down."""

PATIENCE = 10

CALLS = 2_000
"""So many are read and counted together, if they came within a day."""

ROWS = 150
"""So many tallies are put down together: some milliseconds of other writers' time."""

TURN = 0.001
"""Seconds left to other writers between two writings: they look four times as often."""

_NEXT = "SELECT MIN(since) FROM stale WHERE since >= :at"
_MARKS = "SELECT COUNT(*), MAX(id), MAX(until) FROM stale WHERE since >= :since AND since < :before"
_TAKE = "DELETE FROM stale WHERE since >= :since AND since < :before AND id <= :last"


_ENOUGH = """
SELECT started_at FROM call WHERE started_at >= :since AND started_at < :before
ORDER BY started_at LIMIT 1 OFFSET :calls"""
_REST = "INSERT INTO stale (since, until) VALUES (:since, :until) RETURNING id"
_TAKE_REST = "DELETE FROM stale WHERE id = :id"


class Changed(Exception):
    """More has changed since it was counted, or somebody else counts it."""


class NotOurs(Exception):
    """Days are those of another zone by now, or another version counts: it is for others to go on."""


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
    try:
        _see_to_days(ledger, zone, now)
        at: int | None = 0
        while at is not None:
            if time.monotonic() > give_up_at:
                return False
            at = _count_some(ledger, at, ZoneInfo(zone))
            if at is not None and counted is not None:
                counted(at)
        return _roll_days(ledger, ZoneInfo(zone), now, give_up_at)
    except NotOurs:
        return False


def first_stale(tx: Transaction) -> int | None:
    """The first moment of which something is to be counted again; None if nothing is."""
    row = tx.row(_NEXT, {"at": 0})
    return row[0] if row else None


def _count_some(ledger: Ledger, at: int, zone: ZoneInfo) -> int | None:
    """Counts the first time from a moment on in which something has changed; up to which moment it has come,
    or None if nothing has."""
    with ledger.reading(PATIENCE) as tx:
        row = tx.row(_NEXT, {"at": at})
        if row is None or row[0] is None:
            return None
        since = quarter(row[0])
        before = _enough(tx, since)
        seen = tx.row(_MARKS, {"since": since, "before": before})
        assert seen is not None
        marks, last, latest = seen
        if not marks:  # somebody was quicker
            return since
        until = min(before, quarter(latest) + QUARTER_MS)
        counts = count(records.of(tx, since, until))
    rest: int | None = None
    with suppress(Changed):
        for begin, end, some in _by_rows(since, until, counts):
            with ledger.transaction() as tx:
                tx.plan_anew()
                _hold(tx, (str(zone), VERSION))
                if rest is None:
                    taken = tx.changed(_TAKE, {"since": since, "before": before, "last": last}) == marks
                else:
                    taken = tx.changed(_TAKE_REST, {"id": rest}) == 1
                if not taken:
                    raise Changed
                tallies.replace(tx, begin, end, some)
                for day in starts(begin, end, Every.DAY, zone):
                    tx.run(_STALE_DAY, {"at": day})
                if latest >= end:
                    row = tx.row(_REST, {"since": end, "until": latest})
                    assert row is not None
                    rest = row[0]
            time.sleep(TURN)
    return until


def _enough(tx: Transaction, since: int) -> int:
    """Up to when it is to be counted at once."""
    before = quarter(since + DAY_MS)
    row = tx.row(_ENOUGH, {"since": since, "before": before, "calls": CALLS})
    return before if row is None else quarter(row[0]) + QUARTER_MS


def _by_rows(
    since: int, until: int, counts: Mapping[Key, Sums]
) -> Iterator[tuple[int, int, dict[Key, Sums]]]:
    """A time in parts of which each has few tallies, but no quarter hour in two."""
    begin = since
    some: dict[Key, Sums] = {}
    for at, keys in groupby(sorted(counts, key=_at), _at):
        if len(some) >= ROWS:
            yield begin, at, some
            begin, some = at, {}
        some |= {key: counts[key] for key in keys}
    yield begin, until, some


_at = attrgetter("at")


_STALE_DAY = "INSERT INTO stale_day (at) VALUES (:at)"
_OVER = "SELECT at, COUNT(*), MAX(id) FROM stale_day WHERE at < :today GROUP BY at ORDER BY at"
_ROLLED = "DELETE FROM stale_day WHERE at = :at AND id <= :last"


def _roll_days(ledger: Ledger, zone: ZoneInfo, now: int, give_up_at: float) -> bool:
    """Sums up the days that are over and have changed; False if there was no time for all of them."""
    with ledger.reading(PATIENCE) as tx:
        days = tx.rows(_OVER, {"today": start_of(now, Every.DAY, zone)})
    for since, marks, last in days:
        if time.monotonic() > give_up_at:
            return False
        until = next_start(since, Every.DAY, zone)
        with ledger.reading(PATIENCE) as tx:
            rows = tallies.of_day(tx, since, until)
        with suppress(Changed), ledger.transaction() as tx:
            tx.plan_anew()
            _hold(tx, (str(zone), VERSION))
            if tx.changed(_ROLLED, {"at": since, "last": last}) != marks:
                raise Changed
            tallies.replace_day(tx, since, until, rows)
    return True


_ROLLED_UP = "SELECT zone, version FROM rolled_up WHERE slot = 1"
_ROLLS_UP = """
INSERT INTO rolled_up (slot, zone, version) VALUES (1, :zone, :version)
ON CONFLICT (slot) DO UPDATE SET zone = excluded.zone, version = excluded.version"""
_FIRST = """
SELECT MIN(at) FROM (
    SELECT MIN(started_at) AS at FROM call UNION ALL SELECT MIN(entered_at) FROM visit
    UNION ALL SELECT MIN((SELECT MIN(since) FROM span WHERE span.agent = agent.id)) FROM agent
    UNION ALL SELECT MIN(asked_at) FROM callback UNION ALL SELECT MIN(asked_at) FROM survey_answer) AS each"""


def _see_to_days(ledger: Ledger, zone: str, now: int) -> None:
    """Days of another zone are no days here; what another version has counted is counted again. Until a day
    is rolled up anew it is marked, and nobody asks for its old rows."""
    with ledger.reading(PATIENCE) as tx:
        was = tx.row(_ROLLED_UP, {})
        if was == (zone, VERSION):
            return
    with ledger.transaction() as tx:
        tx.plan_anew()
        _hold(tx, was)
        first, since, last = tx.row(_FIRST, {}), first_counted(tx), tx.row(_LAST_COUNTED, {})
        until = max(now, last[0] if last and last[0] is not None else now) + 1
        days = [] if since is None else starts(since, until, Every.DAY, ZoneInfo(zone))
        tx.run("DELETE FROM stale_day", {})
        tx.add("stale_day", ("at",), [(day,) for day in days])
        if was is not None and was[1] != VERSION and first is not None and first[0] is not None:
            stale.mark(tx, first[0], now)
        tx.run(_ROLLS_UP, {"zone": zone, "version": VERSION})


def _hold(tx: Transaction, as_: Row | None) -> None:
    """Lets nobody else write tallies, as long as days are rolled up as they were: in a zone, by a version.
    Raises NotOurs."""
    tx.hold(FIGURES)
    if tx.row(_ROLLED_UP, {}) != as_:
        raise NotOurs


def _counted(which: str) -> str:
    """SQL for the first (MIN) or last (MAX) moment of tallies, kind by kind as their key begins so."""
    each = " UNION ALL ".join(
        f"SELECT {which}(at) AS at FROM {view}_tally WHERE minutes = {minutes}"
        for view in View
        for minutes in (tallies.QUARTER, tallies.HOUR, tallies.DAY)
    )
    return f"SELECT {which}(at) FROM ({each}) AS each"


_FIRST_COUNTED, _LAST_COUNTED = _counted("MIN"), _counted("MAX")


def first_counted(tx: Transaction) -> int | None:
    """The first quarter hour, or day, of which anything is counted; None if nothing is."""
    row = tx.row(_FIRST_COUNTED, {})
    return row[0] if row else None


def pieces(tx: Transaction, zone: str, since: int, until: int, *, days: bool) -> list[tallies.Piece]:
    """Of what rows a time is made: with `days`, of whole days as far as they are rolled up and are days of
    this zone; else of quarter hours."""
    here = ZoneInfo(zone)
    row = tx.row(_ROLLED_UP, {})
    if not days or row is None or row[0] != zone:
        return [(tallies.QUARTER, since, until)]
    bad = {row[0] for row in tx.rows("SELECT DISTINCT at FROM stale_day", {})}
    found: list[tallies.Piece] = []
    for day in starts(since, until, Every.DAY, here):
        end = next_start(day, Every.DAY, here)
        whole = day >= since and end <= until and day not in bad
        piece = (tallies.DAY if whole else tallies.QUARTER, max(day, since), min(end, until))
        if found and found[-1][0] == piece[0]:
            piece = (piece[0], found.pop()[1], piece[2])
        found.append(piece)
    return found


def hours(tx: Transaction, zone: str, since: int, until: int) -> list[tallies.Piece]:
    """Of what rows a time between two settings of the clocks is made, to be told apart by the hour of the
    day: of hours, where a day of this zone is rolled up; else of quarters. Without a zone it has no hours."""
    if not zone:
        return [(tallies.QUARTER, since, until)]
    return [
        (tallies.HOUR if minutes == tallies.DAY else minutes, begin, end)
        for minutes, begin, end in pieces(tx, zone, since, until, days=True)
    ]
