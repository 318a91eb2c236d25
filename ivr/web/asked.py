"""What the address of a report asks for. What makes no sense there asks for nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ivr.core.accounts import known_as
from ivr.core.figures.intervals import Every, midnight
from ivr.core.figures.periods import after, period
from ivr.core.figures.question import By, Only, Question
from ivr.core.figures.tally import QUARTER_MS

ROUND = {
    "hours": Every.HOUR_OF_DAY,
    "weekdays": Every.WEEKDAY,
    "days": Every.DAY,
    "weeks": Every.WEEK,
    "months": Every.MONTH,
}
OF = (*By, *ROUND)
"""What a report can be of, by its word in the address."""

EVERY = (Every.QUARTER, Every.HALF, Every.HOUR)

USUAL = "last_7_days"

LONGEST_MS = 800 * 86_400_000
MOST_INTERVALS = 3_000


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and the words of the address that made it: they fill the form and lead on."""

    question: Question
    of: str
    words: Mapping[str, str]

    def but(self, **other: str | None) -> dict[str, str]:
        """The same words with some others; None takes one away."""
        changed = {**self.words, **other}
        return {name: word for name, word in changed.items() if word}


NAMES = (
    *("of", "period", "from", "to", "every", "queue", "language", "number", "agent", "zone", "compare"),
    *("recompute", "all"),
)


def asked(address: Mapping[str, str], now: int, here: str) -> Asked:
    """What is asked for at a moment (UTC milliseconds), by a hotline's own zone if no other is named."""
    words = {name: address[name].strip()[:100] for name in NAMES if address.get(name, "").strip()}
    zone = _zone(words, here)
    of = words.get("of", By.CALLS)
    if of not in OF:
        of, words = By.CALLS, {name: word for name, word in words.items() if name != "of"}
    since, until = _time(words, now, zone)
    every = ROUND.get(of) or next((each for each in EVERY if each == words.get("every")), None)
    if every in EVERY and (until - since) / QUARTER_MS > MOST_INTERVALS:
        every = None
    only = Only(
        queues=_one(words.get("queue")),
        languages=_one(words.get("language")),
        numbers=_one(words.get("number")),
        agents=_one(known_as(words.get("agent", ""))),
    )
    question = Question(
        since,
        until,
        zone.key,
        By.CALLS if of in ROUND else By(of),
        every,
        only,
        compare="compare" in words,
        recompute="recompute" in words,
    )
    return Asked(question, of, words)


def _one(name: str | None) -> frozenset[str]:
    return frozenset({name}) if name else frozenset()


def _zone(words: dict[str, str], here: str) -> ZoneInfo:
    try:
        return ZoneInfo(words.get("zone", here))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        words.pop("zone", None)
        return ZoneInfo(here)


def _time(words: dict[str, str], now: int, zone: ZoneInfo) -> tuple[int, int]:
    """A period by its name, or days (the last one included), or moments at quarter hours."""
    usual = period(words.get("period", USUAL), now, zone) or period(USUAL, now, zone)
    assert usual is not None
    if "period" in words:
        words.pop("from", None)
        words.pop("to", None)
        return usual
    since = _moment(words.get("from", ""), zone)
    until = _moment(words.get("to", ""), zone, behind=True)
    if since is None and until is None:
        return usual
    until = until if until is not None else max(usual[1], (since or 0) + QUARTER_MS)
    since = since if since is not None else max(0, until - 7 * 86_400_000)
    return (since, until) if 0 <= since < until <= since + LONGEST_MS else usual


def _moment(text: str, zone: ZoneInfo, behind: bool = False) -> int | None:
    """A moment of the clock there; of a day alone its midnight, or with `behind` the next one."""
    try:
        if len(text) == len("2026-11-09"):
            day = date.fromisoformat(text)
            return after(day, zone) if behind else midnight(day, zone)
        found = datetime.fromisoformat(text)
        at = round((found if found.tzinfo else found.replace(tzinfo=zone)).timestamp() * 1000)
    except (ValueError, OverflowError, OSError):
        return None
    return at - at % QUARTER_MS
