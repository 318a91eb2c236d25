"""All states a call can be in, and the roads between them.

What a state leaves out cannot change where a call goes: the words said and heard, times, the language and the
values (every branch is taken whatever they are), how many answers were given (only whether they are used up),
and the way behind the caller. The way is left out like this: it matters to `back`, `top` and `repeat` alone,
and those lead to menus the caller has been in. A menu comes onto the way when it is entered from another one
by its name, so right below it stands a menu with a road to it that passes no third. On this ground `back`
leads to *every* such menu. So no call can do what the ground does not show; the other way round, whether a
call can really go round a circle found here is for `circles` to find out, by walking with real ways.

The walk sees steps as names only, so menus with the same keys and tries lead alike, and so do steps that only
say something: one of each shape is walked.
"""

from collections import defaultdict, deque
from collections.abc import Hashable, Iterator
from dataclasses import replace
from typing import NamedTuple

from ivr.core.calls import Turn
from ivr.core.menus import HANG_UP, WAYS, ChooseLanguage, Destination, Hotline, Menu, Step
from ivr.language.proof.answers import Why
from ivr.language.proof.explorer import (
    BEHIND,
    BELOW,
    ENTRY,
    HERE,
    TOPMOST,
    Edge,
    Explorer,
    Way,
)

ENDS = frozenset({HANG_UP, BEHIND})
ON_THE_WAY = frozenset({TOPMOST, BELOW, HERE})


class State(NamedTuple):
    """Where a call is. `entry` is the step its number leads to, until it has been in a menu; `over` says that
    it has used up its answers."""

    step: str
    entry: str | None = None
    turn: Turn = Turn.KEYS
    over: bool = False


class Road(NamedTuple):
    """A way from a state to another one, to a place of the caller's way, or to an end."""

    why: Why
    to: State | str
    branch: int = 0


class Ground:
    """The states of a hotline, found from its numbers on.

    `roots` are the menus a way can begin with; `unknown` the destinations that are not there, with the step
    that names them; `unled` the queues no key leads to: callers may come there by a transfer, from anywhere.
    `complete` is False when the states were too many.
    """

    def __init__(self, hotline: Hotline, budget: int) -> None:
        self.hotline, self.budget = hotline, budget
        self.explorer = Explorer(hotline)
        self.menus = {step.name for step in hotline.steps.values() if isinstance(step.thing, Menu)}
        self.shapes: dict[Hashable, tuple[Edge, ...]] = {}
        self.roads: dict[State, list[Road]] = {}
        self.roots: dict[str, None] = {}
        self.strays: dict[str, None] = {}
        self.unknown: dict[tuple[str, Destination], None] = {}
        self.reached: dict[str, None] = {}
        self.complete = True
        for entry in dict.fromkeys(hotline.numbers.values()):
            self.spread(self.state(State("", entry), entry))
        self.unled = tuple(name for name in hotline.queues if name in hotline.steps and not self.has(name))
        for queue in self.unled:
            self.spread(State(queue, BEHIND))
        for root in self.roots:
            self.add_bottom(State(root))
        self.above = self.find_above()

    def has(self, step: str) -> bool:
        """Whether a caller can come to a step."""
        return step in self.reached

    def is_menu(self, name: str) -> bool:
        return name in self.menus

    # -- finding the states ---------------------------------------------------------------------------

    def spread(self, start: State | str) -> None:
        """Finds all states from one on."""
        waiting = deque([start])
        while waiting:
            state = waiting.popleft()
            if not isinstance(state, State) or state in self.roads:
                continue
            if len(self.roads) >= self.budget:
                self.complete = False
                return
            self.reached[state.step] = None
            self.roads[state] = [
                Road(edge.why, self.state(state, edge.to, edge.turn, edge.why), edge.branch)
                for edge in self.edges(self.hotline.steps[state.step], self.way(state), state)
            ]
            waiting.extend(road.to for road in self.roads[state])

    def state(
        self, here: State, leads: Destination, turn: Turn = Turn.KEYS, why: Why = Why.ON
    ) -> State | str:
        """The state a destination means to a call in a state; a place of the way and an end as they are."""
        if leads == ENTRY and here.entry:
            leads = here.entry
        if leads in ENDS or leads in ON_THE_WAY:
            return leads
        if leads not in self.hotline.steps:
            self.unknown[here.step, leads] = None
            return HANG_UP
        over = here.over or why is Why.LIMIT  # then a menu asks nothing, so no way begins with it
        if self.is_menu(leads) and here.entry and not over:
            (self.strays if here.entry == BEHIND else self.roots)[leads] = None
        return State(leads, None if self.is_menu(leads) else here.entry, turn, over)

    def way(self, state: State) -> Way:
        """The way of a call in a state, in names that stand for any menu."""
        if self.is_menu(state.step):
            return (TOPMOST, BELOW, HERE)
        if state.entry:
            return (BEHIND,) if state.entry == BEHIND else ()
        return (TOPMOST, HERE)

    def add_bottom(self, root: State) -> None:
        """What else a menu can do for a caller who has been in no other."""
        if any(road.to in ON_THE_WAY for road in self.roads.get(root, ())):
            edges = self.edges(self.hotline.steps[root.step], (HERE,), root)
            roads = (Road(edge.why, edge.to, edge.branch) for edge in edges if edge.to == HERE)
            self.roads[root] = list(dict.fromkeys((*self.roads[root], *roads)))

    def edges(self, step: Step, way: Way, state: State) -> list[Edge]:
        """The ways out of a step, as one of its shape has shown them."""
        leads = tuple(step.destinations())
        seen = tuple(name if self.is_seen(name) else "" for name in leads)
        shape = shape_of(step)
        if shape is None:
            return list(self.explorer.through(step, way, state.turn, over=state.over).edges)
        key = (shape, seen, way, state.over)
        if key not in self.shapes:
            self.shapes[key] = self.explorer.through(numbered(step, seen), way, over=state.over).edges
        return [
            edge._replace(to=leads[int(edge.to[1:])]) if edge.to[0] == "#" else edge
            for edge in self.shapes[key]
        ]

    def is_seen(self, name: Destination) -> bool:
        """Whether the walk looks at a destination: a way, or a question for a language (by a change key)."""
        step = self.hotline.steps.get(name)
        return name in WAYS if step is None else isinstance(step.thing, ChooseLanguage)

    # -- what is behind a caller ----------------------------------------------------------------------

    def find_above(self) -> dict[State, dict[str, None]]:
        """By state, the menus that can be the last of the way there (for a menu: the last before it)."""
        above: dict[State, dict[str, None]] = defaultdict(dict)
        starts = [(state.step, state) for state in self.roads if self.is_menu(state.step) and not state.over]
        strays = [(BEHIND, State(menu)) for menu in self.strays]
        for menu, start in starts + strays:
            spreading = [start] if menu == BEHIND else self.states_after(start)
            while spreading:
                state = spreading.pop()
                if state.over or menu in above[state] or state.step == menu:
                    continue
                above[state][menu] = None
                if not self.is_menu(state.step):
                    spreading += self.states_after(state)
        return above

    def states_after(self, state: State) -> list[State]:
        return [road.to for road in self.roads.get(state, ()) if isinstance(road.to, State)]

    def onward(self, state: State) -> Iterator[tuple[Why, State]]:
        """Every state a state leads to, and why."""
        for why, to, _ in self.roads.get(state, ()):
            if isinstance(to, State):
                yield why, to
            elif to in ON_THE_WAY and not state.over:
                yield from ((why, State(menu)) for menu in self.on_the_way(state, to))

    def on_the_way(self, state: State, place: str) -> Iterator[str]:
        if place == HERE and self.is_menu(state.step):
            yield state.step
        elif place == TOPMOST:
            yield from self.roots
        else:
            yield from (menu for menu in self.above.get(state, ()) if menu != BEHIND)


def shape_of(step: Step) -> Hashable:
    """What the walk sees of a step of the two kinds a hotline has by the thousand, destinations apart."""
    match step.thing:
        case None:
            return "words"
        case Menu(options=options, silence=silence, wrong=wrong, type_ahead=ahead):
            keys = tuple((option.first, option.last, option.keep_as) for option in options)
            return (keys, silence.tries, wrong.tries, ahead)
    return None


def numbered(step: Step, seen: tuple[Destination, ...]) -> Step:
    """A step with numbers for the destinations whose names do not matter."""
    name = (leads or f"#{at}" for at, leads in enumerate(seen))
    match step.thing:
        case Menu() as menu:
            options = tuple(replace(option, leads=next(name), label=None) for option in menu.options)
            silence = replace(menu.silence, then=next(name))
            wrong = replace(menu.wrong, then=next(name))
            return Step(HERE, thing=replace(menu, options=options, silence=silence, wrong=wrong))
    return Step("#", next(name))
