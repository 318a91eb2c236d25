"""What a queue promises and how it is served. Live: a change reaches callers who wait already.

Durations are seconds.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from ivr.core.line.recording import Recording


class Strategy(StrEnum):
    """Which of the agents who could take a caller is offered them."""

    LONGEST_IDLE = "longest_idle"
    """The one who has been free longest."""
    RING_ALL = "ring_all"
    """Everybody at once; the first to accept has the caller."""
    ROUND_ROBIN = "round_robin"
    """The one whose last offer is longest ago."""
    FEWEST_CALLS = "fewest_calls"
    """The one who has answered the fewest calls today."""
    LEAST_TALK = "least_talk"
    """The one who has talked least today."""
    LINEAR = "linear"
    """Always the first in the order of the agents."""
    RANDOM = "random"
    WEIGHTED = "weighted"
    """By chance, in proportion to the agents' weights."""


class AtClosing(StrEnum):
    """What happens to those who still wait when the hours end."""

    SERVE = "serve"
    LEAVE_WORD = "leave_word"
    CALLBACK = "callback"


class Speaks(StrEnum):
    """How much the caller's language matters."""

    REQUIRED = "required"
    PREFERRED = "prefer"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class Tongue:
    """Whether the agent must speak the caller's language; preferred, only for so many seconds."""

    need: Speaks = Speaks.REQUIRED
    seconds: float = 0

    def must_speak(self, waited: float) -> bool:
        match self.need:
            case Speaks.REQUIRED:
                return True
            case Speaks.PREFERRED:
                return waited < self.seconds
        return False


@dataclass(frozen=True, slots=True)
class Skill:
    """What an agent must know: at the `level` (1 to 9) first, at lower ones after a wait (`widens`)."""

    name: str
    level: int = 1
    widens: tuple[tuple[float, int], ...] = ()
    """Seconds of waiting and the level that is enough from then on, in order; level 0: nothing is needed."""

    def level_after(self, waited: float) -> int:
        return next((level for after, level in reversed(self.widens) if waited >= after), self.level)


@dataclass(frozen=True, slots=True)
class Overflow:
    """After so many seconds the agents of another queue are offered the caller too."""

    after: float
    queue: str


@dataclass(frozen=True, slots=True)
class Goal:
    """The service level a queue promises: a share (0 to 1) of its callers within so many seconds."""

    share: float
    within: float


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything about a queue but its words.

    `weight`: which queue an agent who serves several is given first; `priority`: how many steps ahead its
    callers start, and `head_start`: how long one is. `room` None: as many as come.
    """

    strategy: Strategy = Strategy.LONGEST_IDLE
    skills: tuple[Skill, ...] = ()
    tongue: Tongue = Tongue()
    weight: int = 0
    priority: int = 0
    head_start: float = 60
    ring: float = 20
    wrap_up: float = 30
    misses: int = 3
    """Offers in a row an agent may miss before a break is assumed; 0: any number."""
    max_wait: float | None = None
    room: int | None = None
    overflow: tuple[Overflow, ...] = ()
    at_closing: AtClosing = AtClosing.SERVE
    hours: str | None = None
    goal: Goal | None = None
    callback: bool = False
    announce: float = 60
    """From one word on the place in the line to the next; 0: never a word."""
    dispositions: tuple[str, ...] = ()
    must_dispose: bool = False
    """Whether the wrap-up lasts until a disposition is chosen."""
    record: Recording = Recording.NO

    def moments(self) -> Iterator[float]:
        """The seconds of waiting at which more agents may take a caller, from 0 on, in order."""
        widening = {after for skill in self.skills for after, _ in skill.widens}
        widening |= {overflow.after for overflow in self.overflow}
        if self.tongue.need is Speaks.PREFERRED:
            widening.add(self.tongue.seconds)
        yield 0
        yield from sorted(widening - {0})

    def served_by(self, queue: str, waited: float) -> frozenset[str]:
        """The queues whose agents may take a caller of this one (named `queue`) after so long a wait."""
        return frozenset({queue, *(other.queue for other in self.overflow if waited >= other.after)})


def target_of(rules: Rules) -> int | None:
    """Within how many milliseconds a queue promises an answer; None where it promises nothing."""
    return round(rules.goal.within * 1000) if rules.goal else None


NO_RULES = Rules(max_wait=600)
"""For a queue that is not in the live menus any more: whoever waits in it still, and whom nobody takes, comes
out in ten minutes."""
