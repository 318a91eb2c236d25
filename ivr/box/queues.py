"""The carrier's queues: who waits, since when. They only park; the service decides who is next."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ivr.box.leg import Leg

MOST_WAITING = 1000


class Queue:
    """One queue by name, made when somebody is first put into it."""

    def __init__(self, sid: str, name: str, most: int = MOST_WAITING) -> None:
        self.sid, self.name, self._most = sid, name, most
        self._since: dict[Leg, float] = {}
        self._taken: set[Leg] = set()

    @property
    def full(self) -> bool:
        return len(self._since) >= self._most

    def join(self, leg: "Leg") -> None:
        self._since[leg] = leg.exchange.clock.now()

    def front(self) -> "Leg | None":
        """Who has waited longest and was not taken yet."""
        return next((leg for leg in self._since if leg not in self._taken), None)

    def take(self, leg: "Leg") -> None:
        self._taken.add(leg)

    def leave(self, leg: "Leg") -> None:
        self._since.pop(leg, None)
        self._taken.discard(leg)

    def result(self, leg: "Leg") -> list[tuple[str, str]]:
        """What the action is told about the wait."""
        return [("QueueSid", self.sid), ("QueueTime", str(self._seconds(leg)))]

    def fields(self, leg: "Leg") -> list[tuple[str, str]]:
        """What the wait document is told; the average is of those waiting now, not an estimate."""
        waits = [self._seconds(each) for each in self._since]
        return [
            *self.result(leg),
            ("QueuePosition", str(list(self._since).index(leg) + 1)),
            ("AvgQueueTime", str(sum(waits) // len(waits))),
            ("CurrentQueueSize", str(len(waits))),
            ("MaxQueueSize", str(self._most)),
        ]

    def _seconds(self, leg: "Leg") -> int:
        return int(leg.exchange.clock.now() - self._since[leg])
