"""Intervals of a zone, also on the days on which clocks are set."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from ivr.core.figures.intervals import Every, before, next_start, offsets, start_of, starts

SAIGON, BERLIN, KOLKATA, APIA = map(
    ZoneInfo, ("Asia/Ho_Chi_Minh", "Europe/Berlin", "Asia/Kolkata", "Pacific/Apia")
)


def at(text: str, zone: ZoneInfo) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=zone).timestamp() * 1000)


def utc(moment: int) -> str:
    return f"{datetime.fromtimestamp(moment / 1000, UTC):%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("every", "start"),
    [
        (Every.QUARTER, "2026-11-12 09:30"),
        (Every.HALF, "2026-11-12 09:30"),
        (Every.HOUR, "2026-11-12 09:00"),
        (Every.DAY, "2026-11-12 00:00"),
        (Every.WEEK, "2026-11-09 00:00"),
        (Every.MONTH, "2026-11-01 00:00"),
    ],
)
@pytest.mark.parametrize("zone", [SAIGON, BERLIN, KOLKATA, APIA])
def test_a_moment_is_in_the_interval_of_the_clock_on_the_wall(
    every: Every, start: str, zone: ZoneInfo
) -> None:
    assert start_of(at("2026-11-12 09:44:59.999", zone), every, zone) == at(start, zone)
    assert start_of(at(start, zone), every, zone) == at(start, zone)
    assert start_of(at(start, zone) - 1, every, zone) < at(start, zone)


def test_what_comes_round_is_told_by_the_wall_too() -> None:
    sunday_night = at("2026-11-15 23:59", KOLKATA)
    assert start_of(sunday_night, Every.HOUR_OF_DAY, KOLKATA) == 23
    assert start_of(sunday_night, Every.WEEKDAY, KOLKATA) == 6
    assert start_of(sunday_night, Every.HOUR_OF_DAY, BERLIN) == 19


def test_the_day_on_which_clocks_go_forward_has_23_hours() -> None:
    spring, after = at("2026-03-29 00:00", BERLIN), at("2026-03-30 00:00", BERLIN)
    assert list(starts(spring, after, Every.DAY, BERLIN)) == [spring]
    assert next_start(spring, Every.DAY, BERLIN) == after == spring + 23 * 3_600_000
    hours = list(starts(spring, after, Every.HOUR, BERLIN))
    assert [start_of(hour, Every.HOUR_OF_DAY, BERLIN) for hour in hours] == [0, 1, *range(3, 24)]


def test_the_day_on_which_clocks_go_back_has_25_hours_and_one_hour_twice() -> None:
    autumn, after = at("2026-10-25 00:00", BERLIN), at("2026-10-26 00:00", BERLIN)
    assert next_start(autumn, Every.DAY, BERLIN) == after == autumn + 25 * 3_600_000
    hours = list(starts(autumn, after, Every.HOUR, BERLIN))
    assert len(set(hours)) == 25
    assert [start_of(hour, Every.HOUR_OF_DAY, BERLIN) for hour in hours] == [0, 1, 2, 2, *range(3, 24)]
    assert len(list(starts(autumn, after, Every.QUARTER, BERLIN))) == 100


def test_a_time_falls_into_parts_where_clocks_are_set() -> None:
    since, until = at("2026-10-01 00:00", BERLIN), at("2026-11-01 00:00", BERLIN)
    set_at = at("2026-10-25 03:00", BERLIN)  # of the two, by the second
    assert list(offsets(since, until, BERLIN)) == [
        (since, set_at - 3_600_000, 7_200_000),
        (set_at - 3_600_000, until, 3_600_000),
    ]
    assert list(offsets(since, until, KOLKATA)) == [(since, until, 19_800_000)]


def test_a_day_that_an_island_left_out_is_no_interval() -> None:
    days = list(starts(at("2011-12-29 00:00", APIA), at("2012-01-01 00:00", APIA), Every.DAY, APIA))
    assert days == [at("2011-12-29 00:00", APIA), at("2011-12-31 00:00", APIA)]


def test_every_moment_is_in_one_of_the_intervals() -> None:
    since, until = at("2026-10-24 22:00", BERLIN), at("2026-10-26 03:00", BERLIN)
    for every in (Every.QUARTER, Every.HALF, Every.HOUR, Every.DAY, Every.WEEK, Every.MONTH):
        expected = {start_of(moment, every, BERLIN) for moment in range(since, until, 450_000)}
        assert list(starts(since, until, every, BERLIN)) == sorted(expected)


@pytest.mark.parametrize(
    ("since", "until", "was", "then"),
    [
        ("2026-03-01", "2026-04-01", "2026-02-01", "2026-03-01"),
        ("2026-01-01", "2027-01-01", "2025-01-01", "2026-01-01"),
        ("2026-03-30", "2026-04-06", "2026-03-23", "2026-03-30"),
        ("2026-03-30", "2026-03-31", "2026-03-29", "2026-03-30"),
        ("2026-03-30 09:00", "2026-03-30 12:00", "2026-03-29 09:00", "2026-03-29 12:00"),
        ("2026-03-30 00:00", "2026-03-30 12:00", "2026-03-29 00:00", "2026-03-29 12:00"),
    ],
)
def test_the_period_before_is_as_many_months_or_days(since: str, until: str, was: str, then: str) -> None:
    found = before(at(since, BERLIN), at(until, BERLIN), BERLIN)
    assert [utc(moment) for moment in found] == [utc(at(text, BERLIN)) for text in (was, then)]
