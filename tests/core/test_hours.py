"""Opening hours by the clock on the wall: weeks, exceptional days, holidays, and the two odd Sundays."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.hours import Days, Hours, Span, is_holiday, is_open, knows_holidays_of, spans_of
from tests.core.hotlines import moment

SAIGON, NEW_YORK = "Asia/Ho_Chi_Minh", "America/New_York"
MORNING, AFTERNOON = (time(8), time(12)), (time(13), time(18))
SPLIT = (MORNING, AFTERNOON)
WEEK = {**dict.fromkeys(range(5), SPLIT), 5: (MORNING,)}


def days(first: str, last: str | None = None) -> Days:
    """`2027-02-05`, `12-25`, or a range of such."""

    def day(text: str) -> tuple[int | None, int, int]:
        *year, month, date_ = map(int, text.split("-"))
        return (year[0] if year else None, month, date_)

    return Days(day(first), day(last or first))


def opened(hours: Hours, text: str, zone: str = SAIGON) -> bool:
    return is_open(hours, moment(text, zone), zone)


# -- a week ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("clock", "there"),
    [
        ("2026-11-23 07:59:59.999", False),
        ("2026-11-23 08:00", True),
        ("2026-11-23 11:59:59.999", True),
        ("2026-11-23 12:00", False),
        ("2026-11-23 12:59:59", False),
        ("2026-11-23 13:00", True),
        ("2026-11-23 17:59:59", True),
        ("2026-11-23 18:00", False),
        ("2026-11-28 11:00", True),
        ("2026-11-28 14:00", False),
        ("2026-11-29 09:00", False),
    ],
)
def test_a_split_week_opens_on_the_minute_and_closes_on_the_minute(clock: str, there: bool) -> None:
    assert opened(Hours(WEEK), clock) is there


def test_the_zone_decides_the_day() -> None:
    sunday_in_utc = int(datetime(2026, 11, 22, 23, 30, tzinfo=UTC).timestamp() * 1000)
    early = Hours({0: ((time(6), time(7)),)})
    assert is_open(early, sunday_in_utc, SAIGON)
    assert not is_open(early, sunday_in_utc, "UTC")


def test_midnight_ends_the_day_and_not_the_night() -> None:
    late = Hours({4: ((time(18), time.min),)})
    assert opened(late, "2026-11-27 23:59:59.999")
    assert not opened(late, "2026-11-28 00:00")
    assert not opened(late, "2026-11-27 17:59")


def test_always_is_every_moment_of_every_day() -> None:
    assert opened(Hours(always=True), "2026-11-29 00:00")
    assert opened(Hours(always=True), "2026-11-29 23:59:59.999")


def test_no_hours_are_never() -> None:
    assert not opened(Hours(), "2026-11-23 10:00")


# -- exceptional days -----------------------------------------------------------------------------------


def test_christmas_comes_round_every_year() -> None:
    hours = Hours(always=True, closed=(days("12-25"),))
    assert [opened(hours, f"{year}-12-25 10:00") for year in (2026, 2027, 2044)] == [False] * 3
    assert opened(hours, "2026-12-24 23:59")
    assert opened(hours, "2026-12-26 00:00")


def test_a_date_with_a_year_is_that_day_alone() -> None:
    hours = Hours(always=True, closed=(days("2027-02-05"),))
    assert not opened(hours, "2027-02-05 10:00")
    assert opened(hours, "2028-02-05 10:00")


def test_a_range_holds_both_its_ends() -> None:
    hours = Hours(always=True, closed=(days("2026-03-01", "2026-03-07"),))
    assert [opened(hours, f"2026-03-{day:02} 10:00") for day in (1, 4, 7, 8)] == [False, False, False, True]
    assert opened(hours, "2026-02-28 23:59")


@pytest.mark.parametrize(
    ("day", "inside"),
    [("12-23", False), ("12-24", True), ("12-31", True), ("01-01", True), ("01-03", True), ("01-04", False)],
)
@pytest.mark.parametrize("year", [2026, 2027])
def test_a_range_without_a_year_may_run_across_new_year(year: int, day: str, inside: bool) -> None:
    assert days("12-24", "01-03").holds(date.fromisoformat(f"{year}-{day}")) is inside


def test_a_range_with_years_may_run_across_new_year_once() -> None:
    shut = days("2026-12-24", "2027-01-03")
    held = [shut.holds(date(2026, 12, 24)), shut.holds(date(2027, 1, 3)), shut.holds(date(2027, 12, 24))]
    assert held == [True, True, False]


def test_leap_day_comes_round_when_it_does() -> None:
    assert days("02-29").holds(date(2028, 2, 29))
    assert not days("02-29").holds(date(2027, 2, 28))
    assert not days("02-29").holds(date(2027, 3, 1))


def test_an_opened_day_has_its_own_spans() -> None:
    hours = Hours(WEEK, open=((days("2026-11-29"), (MORNING,)), (days("2026-11-23"), (AFTERNOON,))))
    assert opened(hours, "2026-11-29 09:00")
    assert not opened(hours, "2026-11-23 09:00")
    assert opened(hours, "2026-11-23 14:00")


# -- what beats what ------------------------------------------------------------------------------------


def test_holidays_beat_the_week() -> None:
    assert opened(Hours(WEEK), "2026-09-02 09:00")
    assert not opened(Hours(WEEK, holidays="VN"), "2026-09-02 09:00")
    assert not opened(Hours(always=True, holidays="VN"), "2026-09-02 09:00")


def test_opened_days_beat_holidays() -> None:
    hours = Hours(WEEK, holidays="VN", open=((days("2026-09-02"), (MORNING,)),))
    assert opened(hours, "2026-09-02 09:00")
    assert not opened(hours, "2026-09-02 14:00")


def test_closed_days_beat_opened_days() -> None:
    hours = Hours(WEEK, closed=(days("2026-11-23"),), open=((days("2026-11-20", "2026-11-30"), SPLIT),))
    assert not opened(hours, "2026-11-23 09:00")
    assert opened(hours, "2026-11-24 09:00")


def test_the_first_opened_day_that_fits_counts() -> None:
    hours = Hours(open=((days("2026-11-23"), (MORNING,)), (days("11-23"), (AFTERNOON,))))
    assert spans_of(hours, date(2026, 11, 23)) == (MORNING,)
    assert spans_of(hours, date(2027, 11, 23)) == (AFTERNOON,)


# -- holidays -------------------------------------------------------------------------------------------


def test_tet_2027_is_closed() -> None:
    hours = Hours(always=True, holidays="VN")
    about_tet = ["02-03", "02-05", "02-06", "02-07", "02-08", "02-09", "02-11"]
    assert [opened(hours, f"2027-{day} 10:00") for day in about_tet] == [True, *[False] * 5, True]


def test_a_part_of_a_country_has_its_own_holidays() -> None:
    chavez_day = date(2026, 3, 31)
    assert is_holiday("US-CA", chavez_day)
    assert not is_holiday("US", chavez_day)


@pytest.mark.parametrize(
    ("place", "known"),
    [("VN", True), ("US-CA", True), ("XX", False), ("US-XX", False), ("", False), ("vn", False)],
)
def test_it_is_known_which_places_have_a_calendar(place: str, known: bool) -> None:
    assert knows_holidays_of(place) is known


# -- the two odd Sundays --------------------------------------------------------------------------------

NIGHT = Hours({6: ((time(1), time(3)),)})


def utc(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(
    ("at", "clock", "there"),
    [
        ("2026-03-08 05:59:59", "00:59:59", False),
        ("2026-03-08 06:00", "01:00", True),
        ("2026-03-08 06:59:59", "01:59:59", True),
        ("2026-03-08 07:00", "03:00", False),
    ],
)
def test_in_spring_the_hour_after_two_is_skipped(at: str, clock: str, there: bool) -> None:
    here = datetime.fromtimestamp(utc(at) / 1000, UTC).astimezone(ZoneInfo(NEW_YORK))
    assert here.time() == time.fromisoformat(clock)
    assert is_open(NIGHT, utc(at), NEW_YORK) is there


def test_in_spring_hours_inside_the_gap_do_not_happen() -> None:
    gap = Hours({6: ((time(2), time(3)),)})
    sunday = utc("2026-03-08 00:00")
    assert not any(is_open(gap, sunday + minute * 60_000, NEW_YORK) for minute in range(24 * 60))


@pytest.mark.parametrize(
    ("at", "there"),
    [
        ("2026-11-01 04:59:59", False),
        ("2026-11-01 05:00", True),
        ("2026-11-01 05:30", True),
        ("2026-11-01 06:30", True),
        ("2026-11-01 07:59:59", True),
        ("2026-11-01 08:00", False),
    ],
)
def test_in_autumn_the_hour_after_one_comes_twice(at: str, there: bool) -> None:
    assert is_open(NIGHT, utc(at), NEW_YORK) is there


def test_half_past_one_is_open_both_times_and_half_past_two_is_an_hour_later() -> None:
    twice = Hours({6: ((time(1, 30), time(2)),)})
    first, second = (moment("2026-11-01 01:30", NEW_YORK, fold=fold) for fold in (0, 1))
    assert second - first == 3_600_000
    assert is_open(twice, first, NEW_YORK)
    assert not is_open(twice, first + 1_800_000, NEW_YORK)
    assert is_open(twice, second, NEW_YORK)
    assert not is_open(twice, second + 1_800_000, NEW_YORK)


@pytest.mark.parametrize(("day", "hours"), [("2026-03-08", 23), ("2026-11-01", 25), ("2026-11-08", 24)])
def test_always_is_as_long_as_the_day(day: str, hours: int) -> None:
    start = moment(f"{day} 00:00", NEW_YORK)
    end = moment(f"{date.fromisoformat(day) + timedelta(1)} 00:00", NEW_YORK)
    only = Hours(open=((days(day), ((time.min, time.min),)),))
    quarters = range(start - 7_200_000, end + 7_200_000, 900_000)
    assert sum(is_open(only, at, NEW_YORK) for at in quarters) == hours * 4


# -- any hours ------------------------------------------------------------------------------------------

DATES = st.dates(date(2020, 1, 1), date(2035, 12, 31))
CLOCKS = st.times().map(lambda clock: clock.replace(second=0, microsecond=0))


@st.composite
def spans(draw: st.DrawFn) -> tuple[Span, ...]:
    """Spans of one day in order, the last one perhaps until midnight."""
    ends = sorted(draw(st.sets(CLOCKS, max_size=6)))
    found = [(first, until) for first, until in zip(ends[::2], ends[1::2], strict=False)]
    if len(ends) % 2:
        found.append((ends[-1], time.min))
    return tuple(found)


@given(spans(), DATES, st.integers(0, 24 * 60 - 1), st.sampled_from([SAIGON, "UTC", "Asia/Kathmandu"]))
def test_a_minute_is_open_when_a_span_holds_it(
    day_spans: tuple[Span, ...], day: date, minute: int, zone: str
) -> None:
    def minutes(clock: time, *, end: bool = False) -> int:
        return 24 * 60 if end and clock == time.min else clock.hour * 60 + clock.minute

    hours = Hours({day.weekday(): day_spans})
    at = moment(f"{day} {minute // 60:02}:{minute % 60:02}", zone)
    inside = any(minute in range(minutes(first), minutes(until, end=True)) for first, until in day_spans)
    assert is_open(hours, at, zone) is inside


@given(DATES, DATES, DATES)
def test_a_range_of_days_holds_every_day_from_its_first_to_its_last(a: date, b: date, day: date) -> None:
    first, last = sorted((a, b))
    with_year = Days((first.year, first.month, first.day), (last.year, last.month, last.day))
    assert with_year.holds(day) is (first <= day <= last)


@given(DATES, DATES)
def test_a_range_without_a_year_and_its_rest_of_the_year_share_no_day(first: date, day: date) -> None:
    after = first + timedelta(10)
    inside = Days((None, first.month, first.day), (None, after.month, after.day))
    day_before, day_after = first - timedelta(1), after + timedelta(1)
    outside = Days((None, day_after.month, day_after.day), (None, day_before.month, day_before.day))
    leap = {(2, 29)} & {(one.month, one.day) for one in (day, first, after, day_before, day_after)}
    assert leap or inside.holds(day) is not outside.holds(day)
