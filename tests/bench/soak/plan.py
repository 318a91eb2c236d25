"""How long, how fast, and how often something goes wrong."""

from dataclasses import dataclass, field
from random import Random


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Seconds, on average, from one trouble to the next of its kind."""

    edit: float = 3.0
    kill: float = 3.0
    flush: float = 5.0
    redis_away: float = 35.0
    lock: float = 25.0
    longest_lock: float = 10.0
    longest_redis_away: float = 5.0


@dataclass(frozen=True, slots=True)
class Plan:
    """One soak. Callers live `speed` times as fast as the service; what is said of them is in their time.

    Of the edits a share is `broken`, and a share of them is no edit but a way `back`.
    """

    minutes: float = 6.0
    speed: float = 10.0
    calls_per_second: float = 1.0
    database: str = "sqlite"
    seed: str = "1"
    workers: int = 3
    broken: float = 0.1
    back: float = 0.2
    patience: float = 1200.0
    """Seconds of callers' time after the storm in which calls may come to their own end."""
    rhythm: Rhythm = field(default_factory=Rhythm)

    @property
    def seconds(self) -> float:
        return self.minutes * 60

    def dice(self, *which: object) -> Random:
        """Decides everything about one thing, whatever happens to the others."""
        return Random("/".join(map(str, (self.seed, *which))))
