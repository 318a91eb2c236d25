"""Periods by their names, as people ask for them: today, last week, this month."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from ivr.core.figures.intervals import Every, first_day, midnight, next_day
from ivr.core.figures.tally import QUARTER_MS

PERIODS = (
    *("today", "yesterday", "this_week", "last_week", "last_7_days", "this_month", "last_month"),
    *("last_30_days", "this_year"),
)


def period(name: str, now: int, zone: ZoneInfo) -> tuple[int, int] | None:
    """When the period of a name begins and ends (UTC milliseconds, at quarter hours); None for no name of
    one. One that is not over ends with the quarter hour that is under way."""
    today = datetime.fromtimestamp(now / 1000, UTC).astimezone(zone).date()
    days = _days(name, today)
    if days is None:
        return None
    since, until = (midnight(day, zone) for day in days)
    return since, min(until, now - now % QUARTER_MS + QUARTER_MS)


def _days(name: str, today: date) -> tuple[date, date] | None:
    """Its first day, and the first day behind it."""
    one, tomorrow = timedelta(days=1), today + timedelta(days=1)
    match name:
        case "today":
            return today, tomorrow
        case "yesterday":
            return today - one, today
        case "this_week":
            return first_day(today, Every.WEEK), tomorrow
        case "last_week":
            monday = first_day(today, Every.WEEK)
            return monday - 7 * one, monday
        case "last_7_days":
            return today - 6 * one, tomorrow
        case "last_30_days":
            return today - 29 * one, tomorrow
        case "this_month":
            return first_day(today, Every.MONTH), tomorrow
        case "last_month":
            first = first_day(today, Every.MONTH)
            return first_day(first - one, Every.MONTH), first
        case "this_year":
            return today.replace(month=1, day=1), tomorrow
    return None


def fitting(since: int, until: int) -> Every:
    """Intervals of which a picture of this time has enough and not too many."""
    days = (until - since) / 86_400_000
    if days <= 1.1:
        return Every.HALF
    if days <= 3.1:
        return Every.HOUR
    if days <= 62:
        return Every.DAY
    return Every.WEEK if days <= 400 else Every.MONTH


def ends_of_days(since: int, until: int, zone: ZoneInfo) -> tuple[date, date]:
    """The first and the last day of a time."""
    first, last = (
        datetime.fromtimestamp(at / 1000, UTC).astimezone(zone).date() for at in (since, until - 1)
    )
    return first, last


def after(day: date, zone: ZoneInfo) -> int:
    """When a day is over, in UTC milliseconds."""
    return midnight(next_day(day, Every.DAY), zone)
