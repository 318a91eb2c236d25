"""A page of the calls behind a figure, however long its list is.

How many lines there are, and in which quarters of an hour those of a page are, the tallies know: only those
quarters are looked through. Where something is still to be counted, or tallies cannot tell what is asked, the
list is read from its beginning, and is counted up to MOST_COUNTED lines.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple
from zoneinfo import ZoneInfo

from ivr.core.figures.behind import COUNTED_BY, Behind, view_of
from ivr.core.figures.intervals import Every, next_start, start_of
from ivr.core.figures.tally import QUARTER_MS, View
from ivr.ledger.reports import behind as lists
from ivr.ledger.reports.behind import Line
from ivr.ledger.reports.rolling_up import first_stale, hours, pieces
from ivr.ledger.reports.tallies import DAY, HOURLY, QUARTER, Piece, conditions_of
from ivr.ledger.transaction import Transaction

MOST_COUNTED = 10_000


class Page(NamedTuple):
    """Some lines of a list, newest first, and how many it has; without `is_all` it has more than that."""

    lines: list[Line]
    length: int
    is_all: bool


class _Slot(NamedTuple):
    """A time [since, until) with so many lines."""

    since: int
    until: int
    length: int


def page(tx: Transaction, wanted: Behind, zone: str, most: int, leaving_out: int = 0) -> Page:
    """So many lines behind those that are left out. `zone` is the hotline's: its days are rolled up."""
    view = view_of(wanted)
    at_quarters = wanted.since % QUARTER_MS == wanted.until % QUARTER_MS == 0
    stale = first_stale(tx)
    if view is None or not at_quarters or (stale is not None and stale < wanted.until):
        return _read_through(tx, wanted, most, leaving_out)
    slots = [*_slots(tx, view, wanted, _pieces(tx, view, wanted, zone), zone)]
    lines: list[Line] = []
    skip = leaving_out
    for slot in reversed(slots):
        if skip >= slot.length:
            skip -= slot.length
            continue
        for part in reversed([*_quarters(tx, view, wanted, slot, zone)]):
            if skip < part.length and len(lines) < most:
                of_part = replace(wanted, since=part.since, until=part.until)
                lines += lists.lines(tx, of_part, most - len(lines), skip)
            skip = max(0, skip - part.length)
        if len(lines) >= most:
            break
    return Page(lines, sum(slot.length for slot in slots), is_all=True)


def _read_through(tx: Transaction, wanted: Behind, most: int, leaving_out: int) -> Page:
    count = lists.count(tx, wanted, MOST_COUNTED + 1)
    lines = lists.lines(tx, wanted, most, leaving_out)
    return Page(lines, min(count, MOST_COUNTED), is_all=count <= MOST_COUNTED)


def _pieces(tx: Transaction, view: View, wanted: Behind, zone: str) -> list[Piece]:
    """The largest rows of which each holds only what is asked for."""
    time = wanted.since, wanted.until
    if wanted.hour is not None:
        return hours(tx, wanted.zone if view in HOURLY else "", *time)
    return pieces(tx, zone if wanted.weekday is None else wanted.zone, *time, days=True)


def _quarters(tx: Transaction, view: View, wanted: Behind, slot: _Slot, zone: str) -> Iterator[_Slot]:
    """The quarters of an hour of a slot that have lines."""
    if slot.until - slot.since == QUARTER_MS:
        yield slot
        return
    yield from _slots(tx, view, wanted, [(QUARTER, slot.since, slot.until)], zone)


def _slots(tx: Transaction, view: View, wanted: Behind, made_of: list[Piece], zone: str) -> Iterator[_Slot]:
    """The times that have lines, oldest first."""
    counted = " + ".join(f"COALESCE({name}, 0)" for name in COUNTED_BY[wanted.list])
    conditions, values = conditions_of(wanted.named)
    sql = f"""
SELECT at, SUM({counted}) FROM {view}_tally
WHERE minutes = :minutes AND at >= :since AND at < :until {conditions}
GROUP BY at HAVING SUM({counted}) > 0 ORDER BY at"""
    here = ZoneInfo(wanted.zone)
    for minutes, since, until in made_of:
        for at, count in tx.rows(sql, {"minutes": minutes, "since": since, "until": until, **values}):
            if wanted.hour not in (None, start_of(at, Every.HOUR_OF_DAY, here)):
                continue
            if wanted.weekday not in (None, start_of(at, Every.WEEKDAY, here)):
                continue
            end = (
                next_start(at, Every.DAY, ZoneInfo(zone if wanted.weekday is None else wanted.zone))
                if minutes == DAY
                else at + minutes * 60_000
            )
            yield _Slot(at, end, int(count))
