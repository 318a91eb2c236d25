"""The line as it stood a moment ago. With thousands in it, nobody can count for each of them anew."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ivr.core.agents import Agent
from ivr.core.line.estimate import Line
from ivr.core.line.rules import Rules

FRESH_MS = 1_000
"""A snapshot that is older tells nobody their place."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What was so at `at` (UTC milliseconds).

    `ranks` of all who wait in a queue for anybody, those who are to be rung and hold a place included, the
    first first; all `agents`; and of each queue in which somebody waits, how many of the last conversations
    there are, with their mean handling time in seconds.
    """

    at: int
    ranks: Mapping[str, Sequence[int]]
    agents: tuple[Agent, ...]
    handling: Mapping[str, tuple[int, float]]

    def is_fresh(self, now: int, within: int = FRESH_MS) -> bool:
        """Whether it is not older than so many milliseconds."""
        return 0 <= now - self.at < within

    def place(self, queue: str, rank: int) -> int:
        """The place of a rank in a queue; 1 is the next. Two who came in the same millisecond share one."""
        return 1 + bisect_left(self.ranks.get(queue, ()), rank)

    def line(self, queue: str, rules: Rules) -> Line:
        """What an estimate for a queue is made of."""
        serving = rules.served_by(queue, 0)
        agents = sum(
            agent.is_there(self.at) and (agent.queues is None or not agent.queues.isdisjoint(serving))
            for agent in self.agents
        )
        return Line(agents, *self.handling.get(queue, (0, 0.0)))
