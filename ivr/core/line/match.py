"""Who is offered whom (law 7): callers by their ranks, each the agent whom the queue's strategy picks.

No inversion: when an agent is offered a caller, nobody with an earlier rank who could take that agent, and
has not been declined by them, is passed over. Only a queue's weight goes before rank.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from zlib import crc32

from ivr.core.line.rules import NO_RULES, Rules, Strategy
from ivr.core.menus import Language


@dataclass(frozen=True, slots=True)
class Waiting:
    """A caller in a line. Times are UTC milliseconds.

    `rank` is their first enqueue minus their head start, and never changes; `entered_at` is when they came
    into this queue. `preferred`: the agent they were talking with, if they were cut off. `wanted`: the only
    agent they wait for, as somebody has sent them there, whatever that one knows and serves.
    """

    visit: str
    queue: str
    rank: int
    entered_at: int
    language: Language
    declined: frozenset[str] = frozenset()
    preferred: str | None = None
    wanted: str | None = None


@dataclass(frozen=True, slots=True)
class Free:
    """An agent who is ready and idle, since `since` (UTC milliseconds).

    `queues` None: every queue. `calls` and `talk` (seconds) are of today, `place` is their order among the
    agents, `weight` their share where chance decides.
    """

    agent: str
    since: int
    queues: frozenset[str] | None = None
    skills: Mapping[str, int] = field(default_factory=dict)
    languages: frozenset[Language] = frozenset()
    offered_at: int = 0
    calls: int = 0
    talk: float = 0
    place: int = 0
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Match:
    """This caller is offered to these agents: one, or with ring_all several at once."""

    visit: str
    agents: tuple[str, ...]


def rank(first_at: int, rules: Rules, priority: int = 0) -> int:
    """The rank of a caller who first joined a line at `first_at` (UTC milliseconds), with so many steps of
    head start beside those of the queue."""
    return first_at - round((rules.priority + priority) * rules.head_start * 1000)


def match(
    waiting: Sequence[Waiting], free: Sequence[Free], rules: Mapping[str, Rules], now: int
) -> list[Match]:
    """The offers to make now. Every agent is in one of them at most; who waits in vain is in none."""
    left = {agent.agent: agent for agent in free}
    matches = []
    for caller in sorted(waiting, key=lambda caller: turn(caller, rules)):
        if not left:
            break
        asked = rules.get(caller.queue, NO_RULES)
        able = [agent for agent in left.values() if can_take(agent, caller, asked, now)]
        if not able:
            continue
        able.sort(key=lambda agent: _choice(agent, caller, asked))
        chosen = able if asked.strategy is Strategy.RING_ALL else able[:1]
        matches.append(Match(caller.visit, tuple(agent.agent for agent in chosen)))
        for agent in chosen:
            del left[agent.agent]
    return matches


def can_take(agent: Free, caller: Waiting, rules: Rules, now: int) -> bool:
    """Whether this agent may be offered this caller after so long a wait."""
    if caller.wanted is not None:
        return agent.agent == caller.wanted
    waited = max(0, now - caller.entered_at) / 1000
    return (
        agent.agent not in caller.declined
        and (agent.queues is None or not agent.queues.isdisjoint(rules.served_by(caller.queue, waited)))
        and all(agent.skills.get(skill.name, 0) >= skill.level_after(waited) for skill in rules.skills)
        and (caller.language in agent.languages or not rules.tongue.must_speak(waited))
    )


Turn = tuple[int, int, str]
"""The order in which callers are served, the smallest first."""


def turn(caller: Waiting, rules: Mapping[str, Rules]) -> Turn:
    """When it is a caller's turn: the weight of a queue goes before rank."""
    return -rules.get(caller.queue, NO_RULES).weight, caller.rank, caller.visit


def _choice(agent: Free, caller: Waiting, rules: Rules) -> tuple[object, ...]:
    """Smallest first: the agent they were cut off from, then who speaks their language, then who is as good
    as the queue asks at first, then the strategy."""
    falls_short = sum(agent.skills.get(skill.name, 0) < skill.level for skill in rules.skills)
    by_strategy = STRATEGIES[rules.strategy](agent, caller)
    foreign = caller.language not in agent.languages
    return agent.agent != caller.preferred, foreign, falls_short, by_strategy, agent.place, agent.agent


def _chance(agent: Free, caller: Waiting) -> float:
    """From 0 to 1, the same whenever the same two are looked at, so that a match can be repeated."""
    return (crc32(f"{caller.visit} {agent.agent} {len(caller.declined)}".encode()) + 1) / (2**32 + 1)


STRATEGIES: Mapping[Strategy, Callable[[Free, Waiting], float]] = {
    Strategy.LONGEST_IDLE: lambda agent, caller: agent.since,
    Strategy.RING_ALL: lambda agent, caller: agent.since,
    Strategy.ROUND_ROBIN: lambda agent, caller: agent.offered_at,
    Strategy.FEWEST_CALLS: lambda agent, caller: agent.calls,
    Strategy.LEAST_TALK: lambda agent, caller: agent.talk,
    Strategy.LINEAR: lambda agent, caller: agent.place,
    Strategy.RANDOM: _chance,
    # Efraimidis and Spirakis: the largest u ** (1 / w) is a draw in proportion to the weights w.
    Strategy.WEIGHTED: lambda agent, caller: -(_chance(agent, caller) ** (1 / max(agent.weight, 1))),
}
"""What the agent with the smallest value is offered for."""
