"""Periods by their names, on the clock of a zone."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from ivr.core.figures.intervals import Every
from ivr.core.figures.periods import PERIODS, ends_of_days, fitting, period

BERLIN = ZoneInfo("Europe/Berlin")
NOW = round(datetime(2026, 11, 1, 10, 7, tzinfo=BERLIN).timestamp() * 1000)
"""A Sunday, and the first of a month."""


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("today", "2026-11-01", "2026-11-01"),
        ("yesterday", "2026-10-31", "2026-10-31"),
        ("this_week", "2026-10-26", "2026-11-01"),
        ("last_week", "2026-10-19", "2026-10-25"),
        ("last_7_days", "2026-10-26", "2026-11-01"),
        ("this_month", "2026-11-01", "2026-11-01"),
        ("last_month", "2026-10-01", "2026-10-31"),
        ("last_30_days", "2026-10-03", "2026-11-01"),
        ("this_year", "2026-01-01", "2026-11-01"),
    ],
)
def test_a_period_is_of_whole_days_up_to_now(name: str, first: str, last: str) -> None:
    found = period(name, NOW, BERLIN)
    assert found is not None
    assert tuple(map(str, ends_of_days(*found, BERLIN))) == (first, last)
    if last == "2026-11-01":
        assert datetime.fromtimestamp(found[1] / 1000, BERLIN).strftime("%H:%M") == "10:15"


def test_nothing_else_is_a_period() -> None:
    assert period("tomorrow", NOW, BERLIN) is None
    assert all(period(name, NOW, BERLIN) for name in PERIODS)


def test_a_picture_has_enough_intervals_and_not_too_many() -> None:
    day = 86_400_000
    assert [fitting(0, days * day) for days in (1, 3, 31, 365, 1000)] == [
        *(Every.HALF, Every.HOUR, Every.DAY, Every.WEEK, Every.MONTH)
    ]
