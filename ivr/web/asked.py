"""What the address of a report asks for. What makes no sense there asks for nothing, and is named."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from ivr.core.accounts import known_as
from ivr.core.figures.asking import (
    BACKWARDS,
    INTERVALS_ALREADY,
    LONGEST_MS,
    MOST_INTERVALS,
    NO_CHOICE,
    NO_QUARTER,
    TOO_LONG,
    TOO_MANY,
    Wrong,
    moment,
    zone_of,
)
from ivr.core.figures.intervals import Every
from ivr.core.figures.periods import PERIODS, period
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

SWITCHES = ("compare", "recompute", "all")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and the words of the address that made it: they fill the form and lead on. `wrong`: what is
    the matter with the other words, by the name of the parameter they stood in."""

    question: Question
    of: str
    words: Mapping[str, str]
    wrong: Mapping[str, Wrong] = field(default_factory=dict)

    def but(self, **other: str | None) -> dict[str, str]:
        """The same words with some others; None takes one away."""
        changed = {**self.words, **other}
        return {name: word for name, word in changed.items() if word}


NAMES = (
    *("of", "period", "from", "to", "every", "queue", "language", "number", "agent", "zone"),
    *SWITCHES,
)


def asked(address: Mapping[str, str], now: int, here: str) -> Asked:
    """What is asked for at a moment (UTC milliseconds), by a hotline's own zone if no other is named."""
    words = {name: address[name].strip()[:100] for name in NAMES if address.get(name, "").strip()}
    reading = _Reading(words)
    zone = reading.zone(here)
    of = reading.choice("of", OF) or By.CALLS
    for switch in SWITCHES:
        reading.choice(switch, ("yes",))
    since, until = reading.time(now, zone)
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
        reading.every(of, since, until),
        only,
        compare="compare" in words,
        recompute="recompute" in words,
    )
    return Asked(question, of, words, reading.wrong)


def _one(name: str | None) -> frozenset[str]:
    return frozenset({name}) if name else frozenset()


class _Reading:
    """The words of an address are read one after the other: those that are wrong are taken away."""

    def __init__(self, words: dict[str, str]) -> None:
        self.words = words
        self.wrong: dict[str, Wrong] = {}

    def refuse(self, name: str, why: Wrong) -> None:
        """A word asks for nothing."""
        self.wrong[name] = why
        self.words.pop(name, None)

    def choice(self, name: str, of: Iterable[str]) -> str | None:
        """A word that is one of these; None if there is none."""
        word = self.words.get(name)
        if word is not None and word not in of:
            self.refuse(name, Wrong(NO_CHOICE, word, of))
        return self.words.get(name)

    def zone(self, here: str) -> ZoneInfo:
        """The zone asked for, or that of here."""
        try:
            return zone_of(self.words.get("zone", here))
        except Wrong as wrong:
            self.refuse("zone", wrong)
            return ZoneInfo(here)

    def time(self, now: int, zone: ZoneInfo) -> tuple[int, int]:
        """A period by its name, or days (the last one included), or moments at quarter hours."""
        named = self.choice("period", PERIODS)
        usual = period(named or USUAL, now, zone)
        assert usual is not None
        if named:
            self.words.pop("from", None)
            self.words.pop("to", None)
            return usual
        since, until = self._moment("from", zone), self._moment("to", zone, behind=True)
        if since is None and until is None:
            return usual
        until = until if until is not None else max(usual[1], (since or 0) + QUARTER_MS)
        since = since if since is not None else max(0, until - 7 * 86_400_000)
        if since < until and since >= 0 and until <= since + LONGEST_MS:
            return since, until
        at_fault = "from" if "from" in self.words else "to"
        self.refuse(at_fault, Wrong(BACKWARDS if since >= until else TOO_LONG))
        self.words.pop("to", None)
        return usual

    def _moment(self, name: str, zone: ZoneInfo, behind: bool = False) -> int | None:
        if name not in self.words:
            return None
        try:
            at = moment(self.words[name], zone, behind)
        except Wrong as wrong:
            self.refuse(name, wrong)
            return None
        begun = at - at % QUARTER_MS
        if 0 <= begun < at:
            self.wrong[name] = Wrong(NO_QUARTER)
            self.words[name] = datetime.fromtimestamp(begun / 1000, zone).isoformat()
        return begun

    def every(self, of: str, since: int, until: int) -> Every | None:
        """The intervals that tell the rows apart; None if nothing does."""
        wanted = self.choice("every", EVERY)
        if of in ROUND:
            if wanted:
                self.refuse("every", Wrong(INTERVALS_ALREADY, of))
            return ROUND[of]
        if wanted and (until - since) / QUARTER_MS > MOST_INTERVALS:
            self.refuse("every", Wrong(TOO_MANY))
        return Every(self.words["every"]) if "every" in self.words else None
