"""When people call: any time of a year, and more often when something changes at that very moment."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from random import Random
from zoneinfo import ZoneInfo

from ivr.core.hours import Hours, is_holiday, spans_of
from ivr.core.menus import Hotline

_DAY = timedelta(days=1)
_HOUR = 3600
_NEAR_SECONDS = 240
"""So much before or after an edge: calls that begin there are still going on when it comes."""


class Occasions:
    """The moments of one year that matter to a hotline, in UTC seconds."""

    def __init__(self, hotline: Hotline, year: int) -> None:
        self._zone = ZoneInfo(hotline.zone)
        self._hours = list(hotline.hours.values())
        self._first = date(year, 1, 1)
        self._days = (date(year + 1, 1, 1) - self._first).days

    def moment(self, dice: Random) -> int:
        """Any time; near an opening or closing; on a day unlike others; where the clocks are changed."""
        kind = dice.choices((self._any, self._edge, self._special, self._change), (5, 3, 2, 1))[0]
        return kind(dice)

    def _any(self, dice: Random) -> int:
        return self._at(self._day(dice), time.min) + dice.randrange(24 * _HOUR)

    def _edge(self, dice: Random) -> int:
        """Midnight is an edge, too: the date changes."""
        day = self._day(dice)
        spans = spans_of(dice.choice(self._hours), day) if self._hours else ()
        edges = [edge for span in spans for edge in span] or [time.min]
        return self._at(day, dice.choice(edges)) + dice.randint(-_NEAR_SECONDS, _NEAR_SECONDS)

    def _special(self, dice: Random) -> int:
        if not self._special_days:
            return self._any(dice)
        return self._at(dice.choice(self._special_days), time.min) + dice.randrange(24 * _HOUR)

    def _change(self, dice: Random) -> int:
        """Where the clocks are never changed, the year's."""
        changes = self._changes or [self._at(self._first, time.min)]
        return dice.choice(changes) + dice.randint(-2 * _HOUR, 2 * _HOUR)

    def _day(self, dice: Random) -> date:
        return self._first + _DAY * dice.randrange(self._days)

    def _at(self, day: date, clock: time) -> int:
        return round(datetime.combine(day, clock, self._zone).timestamp())

    def _year(self) -> Iterator[date]:
        return (self._first + _DAY * day for day in range(self._days))

    @cached_property
    def _special_days(self) -> list[date]:
        """Those on which the hours are not those of the week."""
        return [day for day in self._year() if any(_is_special(hours, day) for hours in self._hours)]

    @cached_property
    def _changes(self) -> list[int]:
        """The days on which the zone's distance from UTC changes, at the change."""
        found = []
        for day in self._year():
            begin, end = (self._at(each, time.min) for each in (day, day + _DAY))
            if end - begin != 24 * _HOUR:
                found.append(_changed_at(begin, end, self._zone))
        return found


def _is_special(hours: Hours, day: date) -> bool:
    named = (*hours.closed, *(days for days, _ in hours.open))
    return any(days.holds(day) for days in named) or bool(hours.holidays and is_holiday(hours.holidays, day))


def _changed_at(begin: int, end: int, zone: ZoneInfo) -> int:
    """The moment between two at which the zone's distance from UTC changes."""
    before = datetime.fromtimestamp(begin, UTC).astimezone(zone).utcoffset()
    while end - begin > 1:
        middle = (begin + end) // 2
        same = datetime.fromtimestamp(middle, UTC).astimezone(zone).utcoffset() == before
        begin, end = (middle, end) if same else (begin, middle)
    return end
