"""Circles: roads on which a caller who chooses nothing goes round for ever.

Found in two looks. The first, on the ground, forgets the way behind a caller, so it misses no circle but may
show some that nobody can go round. The second walks each of those with every real way, and believes a circle
only when the walk comes back to the same place with the same way. There the hours do not open and close and
no value changes while a caller goes round; allowed destinations, lines and other systems may do anything.
"""

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ivr.core.menus import ByHours, ByValue, ChooseLanguage, Enqueue, Hotline, Lookup, Step
from ivr.language.proof.answers import Why
from ivr.language.proof.explorer import BEHIND, BELOW, Edge, Passage, Way
from ivr.language.proof.ground import Ground, State

Whys = frozenset[Why]
Roads = Mapping[State, Sequence[State]]
Known = frozenset[tuple[object, int]]

BY_ITSELF: Whys = frozenset({Why.ON, Why.AFTER, Why.DONE})
SILENT: Whys = frozenset({Why.ON, Why.AFTER, Why.SILENCE})
WRONG: Whys = frozenset({Why.ON, Why.AFTER, Why.WRONG})
LOST = SILENT | WRONG

KINDS = (BY_ITSELF, SILENT, WRONG, LOST)
"""Callers who choose nothing: not asked; pressing nothing; pressing only wrong keys; now this, now that."""


class TooManyError(Exception):
    """The second look had to walk more than its budget."""


@dataclass(frozen=True, slots=True)
class Circle:
    """States that lead to each other for a caller who does nothing but `whys`; without `sure` the second look
    was given up."""

    whys: Whys
    states: tuple[State, ...]
    sure: bool = True


class Config(NamedTuple):
    """A state with a real way, and the branches taken by hours and values so far."""

    state: State
    way: Way
    known: Known = frozenset()


def circles(ground: Ground, budget: int) -> Iterator[Circle]:
    """The circles of a ground: one of every knot of roads and every kind of caller."""
    look = SecondLook(ground, budget)
    for suspects in knots(roads_of(ground, ground.roads, BY_ITSELF | LOST)):
        told: set[State] = set()
        asked_nothing: set[State] = set()
        for whys in KINDS:
            for knot in knots(roads_of(ground, suspects, whys)):
                if knot & (told if whys is LOST else asked_nothing):
                    continue
                if circle := look.at(knot, whys):
                    told |= knot
                    asked_nothing |= knot if whys is BY_ITSELF else set()
                    yield circle


def roads_of(ground: Ground, states: Collection[State], whys: Whys) -> Roads:
    """The roads between some states that callers who do nothing but `whys` can take."""
    return {
        state: [to for why, to in ground.onward(state) if why in whys and to in states] for state in states
    }


class SecondLook:
    """Walks knots of the ground with real ways."""

    def __init__(self, ground: Ground, budget: int) -> None:
        self.ground, self.budget = ground, budget
        self.seen = 0
        self.passages: dict[tuple[State, Way], Passage] = {}
        self.pushes = pushes(ground)

    def at(self, knot: set[State], whys: Whys) -> Circle | None:
        """A circle in a knot, if a call can go round one."""
        if not self.climbs(knot, whys):
            return None
        done: set[Config] = set()
        try:
            for start in self.starts(knot):
                if met := self.comes_back(start, knot, whys, done):
                    return Circle(whys, self.shortest(met, knot, whys))
        except TooManyError:
            return Circle(whys, tuple(sorted(knot)), sure=False)
        return None

    def climbs(self, knot: set[State], whys: Whys) -> bool:
        """Whether a knot does more than go back: a way only gets shorter by that, and ends."""
        return not all(self.ground.is_menu(state.step) for state in knot) or any(
            road.to != BELOW and (isinstance(road.to, str) or road.to in knot)
            for state in knot
            for road in self.ground.roads[state]
            if road.why in whys
        )

    def starts(self, knot: set[State]) -> Iterator[Config]:
        """Every real way of a call that can be in a knot; what it cannot come back to is BEHIND."""
        for state in knot:
            if not self.ground.is_menu(state.step):
                yield Config(state, () if state.entry not in (None, BEHIND) else (BEHIND,))
        for way in self.ways({state.step for state in knot if self.ground.is_menu(state.step)}):
            yield Config(State(way[-1]), way[:-1])

    def ways(self, menus: set[str]) -> Iterator[Way]:
        """Every way that ends in one of these menus."""
        first = [*self.ground.roots, *self.ground.strays]
        waiting: deque[Way] = deque((menu,) for menu in self.ground.roots if menu in menus)
        waiting.extend((BEHIND, menu) for menu in self.ground.strays if menu in menus)
        waiting.extend((BEHIND, menu) for menu in self.beyond(first, menus))
        while waiting:
            self.count()
            way = waiting.popleft()
            yield way
            nexts = self.pushes.get(way[-1], [])
            waiting.extend((*way, menu) for menu in nexts if menu in menus and menu not in way)
            waiting.extend((*way, BEHIND, menu) for menu in self.beyond(nexts, menus) if menu not in way)

    def beyond(self, first: Iterable[str], menus: set[str]) -> list[str]:
        """The menus that can be reached through others only."""
        others = dict.fromkeys(menu for menu in first if menu not in menus)
        found: dict[str, None] = {}
        waiting = list(others)
        while waiting:
            for menu in self.pushes.get(waiting.pop(), ()):
                if menu in menus:
                    found[menu] = None
                elif menu not in others:
                    others[menu] = None
                    waiting.append(menu)
        return list(found)

    # -- walking --------------------------------------------------------------------------------------

    def comes_back(self, start: Config, knot: set[State], whys: Whys, done: set[Config]) -> Config | None:
        """A config on a circle that can be reached from `start`; what leads to none is added to `done`."""
        path = {start: self.nexts(start, knot, whys)} if start not in done else {}
        while path:
            here, nexts = next(reversed(path.items()))
            there = next(nexts, None)
            if there is None:
                del path[here]
                done.add(here)
            elif there in path:
                return there
            elif there not in done:
                path[there] = self.nexts(there, knot, whys)
        return None

    def shortest(self, start: Config, knot: set[State], whys: Whys) -> tuple[State, ...]:
        """The states of the shortest circle through a config."""
        before: dict[Config, Config] = {}
        waiting = deque([start])
        while waiting:
            here = waiting.popleft()
            for there in self.nexts(here, knot, whys):
                if there == start:
                    return tuple(config.state for config in back(here, before))
                if there not in before:
                    before[there] = here
                    waiting.append(there)
        raise AssertionError("a circle that was walked once is there the second time")

    def nexts(self, config: Config, knot: set[State], whys: Whys) -> Iterator[Config]:
        passage = self.passage(config.state, config.way)
        for edge in passage.edges:
            to = self.ground.state(config.state, edge.to, edge.turn, edge.why)
            if edge.why not in whys or not isinstance(to, State) or to not in knot:
                continue
            known = self.learned(config, edge, knot)
            if known is not None:
                yield Config(to, passage.way, known)

    def passage(self, state: State, way: Way) -> Passage:
        if (state, way) not in self.passages:
            self.count()
            step = self.ground.hotline.steps[state.step]
            passage = self.ground.explorer.through(step, way, state.turn, over=state.over)
            self.passages[state, way] = passage
        return self.passages[state, way]

    def learned(self, config: Config, edge: Edge, knot: set[State]) -> Known | None:
        """What is known after an edge; None if it takes a branch that cannot be taken any more."""
        steps = self.ground.hotline.steps
        changing = any(isinstance(steps[state.step].thing, Lookup) for state in knot)
        about = what_decides(self.ground.hotline, steps[config.state.step], changing)
        if about is None:
            return config.known
        branch = dict(config.known).get(about, edge.branch)
        return config.known | {(about, branch)} if branch == edge.branch else None

    def count(self) -> None:
        self.seen += 1
        if self.seen > self.budget:
            raise TooManyError


def what_decides(hotline: Hotline, step: Step, changing: bool) -> object | None:
    """What the branch of a step hangs on, as far as it stays the same while a call goes round."""
    match step.thing:
        case ByHours(hours=hours):
            return ("hours", hours)
        case Enqueue(queue=name) if queue := hotline.queues.get(name):
            return ("hours", queue.rules.hours) if queue.rules.hours else ("closed by hand", name)
        case ByValue(value=value, when=when) if not changing:
            return ("value", value, tuple(pattern for pattern, _ in when))
        case ChooseLanguage():
            return "remembered"
    return None


def pushes(ground: Ground) -> dict[str, list[str]]:
    """By menu, the menus that can come right after it on a way."""
    after: dict[str, list[str]] = {}
    for state, menus in ground.above.items():
        if ground.is_menu(state.step):
            for menu in menus:
                after.setdefault(menu, []).append(state.step)
    return after


def back(last: Config, before: Mapping[Config, Config]) -> list[Config]:
    path = [last]
    while path[-1] in before:
        path.append(before[path[-1]])
    return path[::-1]


def knots(roads: Roads) -> Iterator[set[State]]:
    """The sets of states that all lead to each other (Tarjan 1972, without recursion)."""
    found: dict[State, int] = {}
    low: dict[State, int] = {}
    open_: dict[State, None] = {}
    for root in roads:
        work = [] if root in found else [(root, iter(roads[root]))]
        while work:
            state, nexts = work[-1]
            if state not in found:
                found[state] = low[state] = len(found)
                open_[state] = None
            for there in nexts:
                if there not in found:
                    work.append((there, iter(roads[there])))
                    break
                if there in open_:
                    low[state] = min(low[state], found[there])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[state])
                if low[state] == found[state]:
                    knot = closed(open_, state)
                    if len(knot) > 1 or state in roads[state]:
                        yield knot


def closed(open_: dict[State, None], first: State) -> set[State]:
    """Takes a finished knot off the open states: everything that was opened since its first state."""
    knot: set[State] = set()
    while first not in knot:
        knot.add(open_.popitem()[0])
    return knot
