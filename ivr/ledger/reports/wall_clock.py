"""What the clock on the wall of a zone shows at a moment, in SQL."""

from zoneinfo import ZoneInfo

from ivr.core.figures.intervals import offsets


def hour_of(column: str, since: int, until: int, zone: str) -> str:
    """SQL for the hour of the day, 0 to 23, of a column of UTC milliseconds that are in [since, until)."""
    return f"({_local(column, since, until, zone)}) / 3600000 % 24"


def weekday_of(column: str, since: int, until: int, zone: str) -> str:
    """SQL for the weekday, 0 being Monday: 1970 began on a Thursday."""
    return f"(({_local(column, since, until, zone)}) / 86400000 + 3) % 7"


def _local(column: str, since: int, until: int, zone: str) -> str:
    (*_, first), *later = offsets(since, max(until, since + 1), ZoneInfo(zone))
    ahead = f"{first}"
    for at, _, offset in later:
        ahead = f"CASE WHEN {column} >= {at} THEN {offset} ELSE {ahead} END"
    return f"{column} + {ahead}"
