"""Opening hours: a week, the days that differ, and whether a moment falls inside. Pure but for the calendar.

Closed days beat opened days, opened days beat holidays, holidays beat the week. A moment is judged by the
wall clock of the hotline's zone, so a day of 23 or 25 hours opens and closes when the clock on the wall says.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

Span = tuple[time, time]
"""From, and until (excluded); `time.min` as the end is midnight: the end of the day."""


@dataclass(frozen=True, slots=True)
class Days:
    """A range of dates, both ends included. Without a year it comes round every year."""

    first: tuple[int | None, int, int]
    last: tuple[int | None, int, int]

    def holds(self, day: date) -> bool:
        first, last = self.first[1:], self.last[1:]
        if self.first[0] is not None and self.last[0] is not None:
            return date(self.first[0], *first) <= day <= date(self.last[0], *last)
        here = (day.month, day.day)
        return first <= here <= last if first <= last else here >= first or here <= last


@dataclass(frozen=True, slots=True)
class Hours:
    """When somebody is there. `week` maps 0 (Monday) to 6 to the spans of that day; `holidays` names a
    country, or country-region (`VN`, `US-CA`), whose public holidays are closed."""

    week: Mapping[int, tuple[Span, ...]] = field(default_factory=dict)
    holidays: str | None = None
    closed: tuple[Days, ...] = ()
    open: tuple[tuple[Days, tuple[Span, ...]], ...] = ()
    always: bool = False


def spans_of(hours: Hours, day: date) -> tuple[Span, ...]:
    """The open spans of one date."""
    if any(days.holds(day) for days in hours.closed):
        return ()
    for days, spans in hours.open:
        if days.holds(day):
            return spans
    if hours.holidays and is_holiday(hours.holidays, day):
        return ()
    return ((time.min, time.min),) if hours.always else hours.week.get(day.weekday(), ())


def is_open(hours: Hours, now_ms: int, zone: str) -> bool:
    """Whether the moment `now_ms` (UTC milliseconds) is inside the hours, by the wall clock of `zone`."""
    here = datetime.fromtimestamp(now_ms / 1000, UTC).astimezone(ZoneInfo(zone))
    clock = here.time()
    return any(
        first <= clock and (until == time.min or clock < until)
        for first, until in spans_of(hours, here.date())
    )


def is_holiday(place: str, day: date) -> bool:
    """Whether `day` is a public holiday of a country (`VN`) or a part of one (`US-CA`)."""
    return day in _calendar(place, day.year)


def knows_holidays_of(place: str) -> bool:
    """Whether there is a calendar for `place`."""
    country, _, region = place.partition("-")
    known = holidays.list_supported_countries()
    return country in known and (not region or region in known[country])


@lru_cache(maxsize=64)
def _calendar(place: str, year: int) -> frozenset[date]:
    country, _, region = place.partition("-")
    return frozenset(holidays.country_holidays(country, subdiv=region or None, years=year))
