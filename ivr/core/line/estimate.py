"""How long somebody will wait, as far as anybody can know: a range, or nothing.

Of `agents` people who each need `handling` seconds for a caller, one is free every handling/agents seconds.
The caller at place p is served by the p-th of these moments: on average p × handling / agents, and, as
conversations end independently of each other (an Erlang distribution of order p), with a standard deviation
of the square root of p times handling / agents. The range is one such deviation to each side.
"""

from dataclasses import dataclass, replace
from math import ceil, floor, sqrt

FEWEST = 5
"""Conversations before anything is said of the next one."""

LONGEST = 3600
"""Seconds; what would be longer is not said: nobody can know it, and nobody should wait for it."""


@dataclass(frozen=True, slots=True)
class Line:
    """What is known of a queue: agents on duty who serve it (free, talking or wrapping up, not on a break),
    and how many of the last conversations there are, with their mean handling time in seconds."""

    agents: int
    conversations: int
    handling: float


@dataclass(frozen=True, slots=True)
class Estimate:
    """Seconds from now, at the least and at the most."""

    least: float
    most: float

    def after(self, seconds: float) -> "Estimate":
        """What is left of it when so much time has passed."""
        return Estimate(max(0.0, self.least - seconds), max(0.0, self.most - seconds))


def estimate(place: int, line: Line) -> Estimate | None:
    """The wait from now of a caller at this place (1 is the next). None when nobody can know it."""
    if line.agents < 1 or line.conversations < FEWEST or place < 1:
        return None
    each = line.handling / line.agents
    mean, deviation = place * each, sqrt(place) * each
    if mean + deviation > LONGEST:
        return None
    return Estimate(max(0.0, mean - deviation), mean + deviation)


@dataclass(frozen=True, slots=True)
class Told:
    """What a caller was told: the last estimate (None while nobody could know one), at their place then, with
    so many agents on duty, at `at`; and when their place was said last. Times are UTC milliseconds."""

    estimate: Estimate | None
    place: int
    agents: int
    at: int
    said_at: int

    @property
    def spoken(self) -> Estimate | None:
        """The estimate that is said with the place; None if only the place is."""
        return self.estimate if self.at == self.said_at else None


def tell(before: Told | None, place: int, line: Line, now: int) -> Told:
    """What a caller is told now. It never grows while nothing has changed for the worse: neither their place
    nor the agents on duty. Where nobody can know, and once the time told is over, no time is said."""
    found, last = estimate(place, line), before.estimate if before else None
    if before is not None and last is not None and place <= before.place and line.agents >= before.agents:
        left = last.after((now - before.at) / 1000)
        kept = Estimate(min(found.least, left.least), min(found.most, left.most)) if found else None
        found = kept if left.most else None
    if found is None and before is not None and last is not None:
        return replace(before, said_at=now)
    return Told(found, place, line.agents, now, now)


def minutes(told: Estimate) -> tuple[int, int]:
    """As it is said: whole minutes, the least rounded down and the most up, and at least one at the end."""
    return floor(told.least / 60), max(1, ceil(told.most / 60))


def error(told: Estimate, waited: float) -> float:
    """By how many seconds a wait missed what was told: negative when it was shorter, 0 within the range."""
    if waited < told.least:
        return waited - told.least
    return max(0.0, waited - told.most)
