"""Intervals of a named zone: of 15, 30 or 60 minutes, days, weeks, months, hours of the day, weekdays.

A day is from midnight to midnight of the wall clock, so it may have 23 or 25 hours. Where the clock is set
back, an hour of the day holds both of that name, and an interval of 15 minutes comes twice.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from ivr.core.figures.tally import QUARTER_MS

DAY_MS = 86_400_000


class Every(StrEnum):
    """How long an interval is, or what of the clock it is."""

    QUARTER = "15m"
    HALF = "30m"
    HOUR = "1h"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    HOUR_OF_DAY = "hour of the day"
    WEEKDAY = "weekday"


MINUTES = {Every.QUARTER: 15, Every.HALF: 30, Every.HOUR: 60}

OF_DAYS = frozenset({Every.DAY, Every.WEEK, Every.MONTH, Every.WEEKDAY})
"""What can be said of whole days."""

COMING_ROUND = frozenset({Every.HOUR_OF_DAY, Every.WEEKDAY})
"""What is no interval of its own, but all that come round."""


def start_of(at: int, every: Every, zone: ZoneInfo) -> int:
    """Where the interval begins that holds a moment, both UTC milliseconds; of what comes round, which one it
    is: an hour from 0 to 23, a weekday from 0 (Monday)."""
    here = datetime.fromtimestamp(at / 1000, UTC).astimezone(zone)
    if every is Every.HOUR_OF_DAY:
        return here.hour
    if every is Every.WEEKDAY:
        return here.weekday()
    if every in MINUTES:
        into = timedelta(
            minutes=here.minute % MINUTES[every], seconds=here.second, microseconds=here.microsecond
        )
        return at - into // timedelta(milliseconds=1)
    return midnight(first_day(here.date(), every), zone)


def first_day(day: date, every: Every) -> date:
    """The first day of the day, week (from Monday) or month that holds a day."""
    if every is Every.WEEK:
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if every is Every.MONTH else day


def next_day(day: date, every: Every) -> date:
    """The first day of the interval after the one that begins with a day."""
    if every is Every.WEEK:
        return day + timedelta(days=7)
    return first_day(day + timedelta(days=31), every) if every is Every.MONTH else day + timedelta(days=1)


def offsets(since: int, until: int, zone: ZoneInfo) -> Iterator[tuple[int, int, int]]:
    """A time in the parts between which clocks were set, each with how far they were ahead of UTC; all in
    milliseconds. They are set at a quarter of an hour."""
    begun = since
    for day in range(since, until, DAY_MS):
        ahead, end = _ahead(day, zone), min(day + DAY_MS, until)
        if _ahead(end, zone) != ahead:
            set_at = next(at for at in range(day, end + 1, QUARTER_MS) if _ahead(at, zone) != ahead)
            yield begun, set_at, ahead
            begun = set_at
    if begun < until:
        yield begun, until, _ahead(begun, zone)


def _ahead(at: int, zone: ZoneInfo) -> int:
    offset = datetime.fromtimestamp(at / 1000, zone).utcoffset() or timedelta()
    return offset // timedelta(milliseconds=1)


def next_start(at: int, every: Every, zone: ZoneInfo) -> int:
    """When the day, week or month is over that begins at a moment."""
    return midnight(next_day(datetime.fromtimestamp(at / 1000, UTC).astimezone(zone).date(), every), zone)


def end_of(at: int, every: Every, zone: ZoneInfo) -> int:
    """When the interval is over that begins at a moment. Nothing that comes round."""
    return at + MINUTES[every] * 60_000 if every in MINUTES else next_start(at, every, zone)


def midnight(day: date, zone: ZoneInfo) -> int:
    """When a day begins, as UTC milliseconds; where the clock skips midnight, when it does."""
    return round(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp() * 1000)


def starts(since: int, until: int, every: Every, zone: ZoneInfo) -> Iterator[int]:
    """Where the intervals begin of which [since, until) holds a part, in order. Nothing that comes round."""
    if every in MINUTES:
        step = MINUTES[every] * 60_000
        at = start_of(since, every, zone)
        while at < until:
            yield at
            at = start_of(at + step, every, zone) if start_of(at + step, every, zone) > at else at + step
        return
    day = first_day(datetime.fromtimestamp(since / 1000, UTC).astimezone(zone).date(), every)
    while (at := midnight(day, zone)) < until:
        day = next_day(day, every)
        if midnight(day, zone) > at:  # else the zone has left the day out
            yield at


def before(since: int, until: int, zone: ZoneInfo) -> tuple[int, int]:
    """The period just before: for whole months as many months, else the same hours of as many days."""
    first, last = (datetime.fromtimestamp(at / 1000, UTC).astimezone(zone) for at in (since, until))
    months = (last.year - first.year) * 12 + last.month - first.month
    if (_starts_month(since, first, zone) and _starts_month(until, last, zone)) and months:
        day = first.date()
        for _ in range(months):
            day = (day - timedelta(days=1)).replace(day=1)
        return midnight(day, zone), since
    last_moment = datetime.fromtimestamp((until - 1) / 1000, UTC).astimezone(zone)
    days = timedelta(days=(last_moment.date() - first.date()).days + 1)
    return _at(first - days), _at(last - days)


def _starts_month(at: int, here: datetime, zone: ZoneInfo) -> bool:
    return here.day == 1 and midnight(here.date(), zone) == at


def _at(here: datetime) -> int:
    return round(here.timestamp() * 1000)
