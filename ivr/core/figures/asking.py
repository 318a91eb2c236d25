"""What is written to ask for a report, and what is said of words that make no sense: the same wherever they
are typed."""

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ivr.core.figures.intervals import midnight
from ivr.core.figures.periods import after

NO_ZONE = "'%(word)s' is no time zone: like Europe/Berlin"
NO_MOMENT = "'%(word)s' is no day and no moment: like 2026-11-09, or 2026-11-09T09:15"
NO_CHOICE = "'%(word)s' is none of these: %(of)s"
NO_QUARTER = "a report begins and ends at a quarter of an hour, as 09:00, 09:15"
BACKWARDS = "a report ends after it begins: say another `from` or `to`"
TOO_LONG = "a report is of 800 days at the most, from 1970 on: say another `from` or `to`"
TOO_MANY = "that is more than 3,000 intervals: ask for longer ones, or for a shorter time"
INTERVALS_ALREADY = "%(word)s are intervals already: leave this away, or ask for calls"

LONGEST_MS = 800 * 86_400_000
MOST_INTERVALS = 3_000


class Wrong(ValueError):
    """Words that ask for nothing. `why` is one of the sentences above, `holes` what it has room for: so it
    can be translated. As text it is English."""

    def __init__(self, why: str, word: str = "", of: Iterable[str] = ()) -> None:
        self.why = why
        self.holes = {"word": word, "of": ", ".join(of)}
        super().__init__(why % self.holes)


def zone_of(word: str) -> ZoneInfo:
    """The time zone of a name. Raises Wrong."""
    try:
        return ZoneInfo(word)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Wrong(NO_ZONE, word) from None


def moment(word: str, zone: ZoneInfo, behind: bool = False) -> int:
    """A moment (UTC milliseconds) by the clock of a zone; of a day alone its midnight, or with `behind` the
    next one. Raises Wrong."""
    try:
        if len(word) == len("2026-11-09"):
            day = date.fromisoformat(word)
            return after(day, zone) if behind else midnight(day, zone)
        found = datetime.fromisoformat(word)
        return round((found if found.tzinfo else found.replace(tzinfo=zone)).timestamp() * 1000)
    except (ValueError, OverflowError, OSError):
        raise Wrong(NO_MOMENT, word) from None
