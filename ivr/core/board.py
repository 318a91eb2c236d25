"""The wall board: how callers fare now and today, queue by queue and over all.

Nothing in it counts up by itself, so it is the same until something happens: what has lasted so long is told
by when it began (UTC milliseconds).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from ivr.core.agents import State, Status
from ivr.core.figures.tally import Tally
from ivr.core.figures.waiting import service_level
from ivr.core.line.closures import Closure
from ivr.core.line.rules import Goal

NEAR = 0.1
"""A service level that is not further below its goal is near it."""

LONG = 3
"""Times of its goal: whoever waits longer shows that the promise is broken."""


class Band(StrEnum):
    """How a queue stands to what it promises."""

    KEPT = "kept"
    NEAR = "near"
    BROKEN = "broken"


def band(goal: Goal | None, level: float | None, oldest: float | None) -> Band | None:
    """The worse of two: today's service level, and the wait in seconds of whoever has waited longest now.
    None where nothing is promised."""
    if goal is None:
        return None
    waited, reached = oldest or 0, goal.share if level is None else level
    if reached < goal.share - NEAR or waited > LONG * goal.within:
        return Band.BROKEN
    return Band.NEAR if reached < goal.share or waited > goal.within else Band.KEPT


@dataclass(frozen=True, slots=True)
class Seat:
    """An agent as they stand, `since` then. `queues` None: they serve every queue."""

    agent: str
    name: str
    state: State
    reason: str
    since: int
    queues: frozenset[str] | None = None

    def serves(self, queue: str) -> bool:
        """Whether they are there for this queue's callers."""
        return self.queues is None or queue in self.queues


@dataclass(frozen=True, slots=True)
class Lane:
    """A queue, or all of them. `waiting` are on the phone, the first of them since `oldest`; `promised` are
    to be called back. `today` is counted since midnight; `agents` are those who serve it, by their state."""

    queue: str
    waiting: int
    oldest: int | None
    promised: int
    today: Tally
    agents: Mapping[State, int]
    goal: Goal | None = None
    band: Band | None = None
    is_open: bool = True
    closure: Closure | None = None

    @property
    def level(self) -> float | None:
        """Today's service level."""
        return service_level(self.today)

    @property
    def free(self) -> int:
        """Agents who could be offered a caller now."""
        return self.agents.get(Status.READY, 0)

    @property
    def there(self) -> int:
        """Agents who are signed in, whatever they do."""
        return sum(count for state, count in self.agents.items() if state is not Status.SIGNED_OUT)


@dataclass(frozen=True, slots=True)
class Hour:
    """What was counted in an hour that began `at`."""

    at: int
    tally: Tally


@dataclass(frozen=True, slots=True)
class Board:
    """Everything on the wall. `whole`: all that has happened is counted, but for the last moment."""

    all: Lane
    lanes: tuple[Lane, ...]
    seats: tuple[Seat, ...]
    hours: tuple[Hour, ...]
    messages: int
    whole: bool = True
