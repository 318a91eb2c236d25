"""One step of the menus, gone through in every way a call can go through it.

The walk is the very one that serves callers (`ivr.core.walk`). All other steps are walls at which it stops at
once, so it tells where a step leads without going further. The ways out of a wait are listed (`waits`), and
walked from there.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from ivr.core.calls import (
    Call,
    Ending,
    Input,
    Move,
    Outcome,
    Place,
    Silence,
    Turn,
)
from ivr.core.menus import (
    HANG_UP,
    WAYS,
    ChooseLanguage,
    Destination,
    Enqueue,
    Hotline,
    Language,
    Step,
    Survey,
    Voicemail,
    Words,
)
from ivr.core.questions import QUESTIONS
from ivr.core.walk import answer, resume
from ivr.language.proof.answers import Why, answers, is_first
from ivr.language.proof.waits import exits

ENTRY, TOPMOST, BELOW, HERE, BEHIND = "<entry>", "<topmost>", "<below>", "<here>", "<behind>"
"""Places that have a name only in one call: the step its number leads to; the first, the last but one and
the last menu of its way; and a menu of the way that nobody needs to know."""

PLENTY = 1 << 30
"""Answers nobody gives; the limit of a call is told apart from everything before it, whatever it is."""

WALL = "\0"

Way = tuple[str, ...]


class Edge(NamedTuple):
    """A way out of a step: the name of the next one, a place of the way, or `hang_up`.

    `branch` tells the ways of a step apart that goes on by hours or by a value. Of hours, 0 is open.
    """

    why: Why
    to: Destination
    turn: Turn = Turn.KEYS
    branch: int = 0


class Passage(NamedTuple):
    """All ways out of a step, and the way of a caller who stands in it."""

    edges: tuple[Edge, ...]
    way: Way


@dataclass(slots=True)
class Crossroads:
    """A world that takes every road: `script` says which to take at each crossing, `met` how many there were.

    A language is remembered or not; which one cannot matter, since every branch of a value is taken anyhow.
    """

    now: int = 0
    remembered: Language | None = None
    script: list[int] = field(default_factory=list)
    met: list[int] = field(default_factory=list)
    branched: int = 0

    def branch(self, step: Step, call: Call) -> Destination:
        roads = tuple(step.destinations())
        self.branched = self.take(len(roads))
        return roads[self.branched]

    def open_now(self, hours: str) -> bool:
        self.branched = self.take(2)
        return self.branched == 0

    def allows(self, destination: str) -> bool:
        return self.take(2) == 0

    def answers(self, get: Words) -> bool:
        return self.take(2) == 0

    def refusal(self, queue: str) -> Ending | None:
        """Nobody asks: the ways out of a wait are listed, and those at its door with them."""
        raise NotImplementedError

    def closure(self, queue: str) -> None:
        """What somebody closes by hand leads where its hours would."""

    def has_place(self, queue: str, caller: str | None) -> bool:
        """Nobody asks either: who has a place is asked about it at the door, and joins the line."""
        raise NotImplementedError

    def asks(self, survey: Survey, call: Call) -> bool:
        return self.take(2) == 0

    def take(self, roads: int) -> int:
        if len(self.script) == len(self.met):
            self.script.append(0)
        self.met.append(roads)
        return self.script[len(self.met) - 1]

    def every(self, move: Callable[[], Move]) -> Iterator[Move]:
        """The move once for every road there is."""
        self.script.clear()
        while True:
            self.met.clear()
            self.branched = 0
            yield move()
            while self.script and self.script[-1] + 1 == self.met[len(self.script) - 1]:
                self.script.pop()
            if not self.script:
                return
            self.script[-1] += 1


class _OneStep(dict[str, Step]):
    """The steps of a hotline for a walk through a single one: whoever asks for a second finds a wall."""

    def __init__(self, steps: dict[str, Step]) -> None:
        super().__init__(steps)
        self.inside = False
        self.walls: dict[str, Step] = {}

    def __getitem__(self, name: str) -> Step:
        if not self.inside:
            self.inside = True
            return super().__getitem__(name)
        if name not in self.walls:
            self.walls[name] = Step(WALL + name, thing=Voicemail(""))
        return self.walls[name]


class Explorer:
    """Goes through the steps of a hotline, one at a time; `moves` counts what that took."""

    def __init__(self, hotline: Hotline) -> None:
        self.steps = _OneStep(dict(hotline.steps))
        limits = replace(hotline.limits, keys=PLENTY)
        self.hotline = replace(hotline, steps=self.steps, numbers={"": ENTRY}, limits=limits)
        self.world = Crossroads()
        self.moves = 0

    def through(self, step: Step, way: Way, turn: Turn = Turn.KEYS, *, over: bool = False) -> Passage:
        """Every way out of a step for a caller who came by `way`; `over`: with all answers used up."""
        if isinstance(step.thing, Enqueue):
            return Passage(tuple(self.out_of(step, step.thing, way, over=over)), way)
        self.steps[step.name] = step
        place = Place(step.name, turn)
        call = Call("", None, "", 0, self.hotline.first_language, 0, 0, place, way=way)
        return _Visit(self, step, replace(call, inputs=PLENTY + 1 if over else 0)).passage()

    def out_of(self, step: Step, wait: Enqueue, way: Way, *, over: bool) -> Iterator[Edge]:
        """The ways out of a wait; where `back` and `top` lead is walked, by a step that does nothing else."""
        for why, leads, branch in dict.fromkeys(exits(self.hotline, step, wait, over=over)):
            if leads in WAYS and leads != HANG_UP:
                (edge,) = self.through(Step(step.name, leads), way, over=over).edges
                yield edge._replace(why=why, branch=branch)
            else:
                yield Edge(why, leads, branch=branch)

    def enter(self, call: Call) -> Iterator[Move]:
        return self._every(lambda: resume(self.hotline, call, self.world))

    def give(self, call: Call, given: Input) -> Iterator[Move]:
        return self._every(lambda: answer(self.hotline, call, given, self.world))

    def _every(self, move: Callable[[], Move]) -> Iterator[Move]:
        def from_outside() -> Move:
            self.steps.inside = False
            self.moves += 1
            return move()

        return self.world.every(from_outside)


class _Visit:
    """The ways out of one step, as they are found."""

    def __init__(self, explorer: Explorer, step: Step, call: Call) -> None:
        self.explorer, self.step, self.call = explorer, step, call
        self.edges: dict[Edge, None] = {}
        self.stops: list[Call] = []
        self.seen: set[Place] = set()
        self.way = call.way

    def passage(self) -> Passage:
        place = self.call.place
        if place and place.turn is Turn.CHANGE:
            self.stops.append(self.call)
            self.edges[Edge(Why.LOST, self.step.name)] = None
        else:
            self.enter()
        for stop in self.stops:
            self.way = stop.way
            self.answer(stop)
        return Passage(tuple(self.edges), self.way)

    def enter(self) -> None:
        chooses = isinstance(self.step.thing, ChooseLanguage)
        world = self.explorer.world
        for remembered in (None, self.explorer.hotline.first_language) if chooses else (None,):
            world.remembered = remembered
            for move in self.explorer.enter(self.call):
                self.note(Why.ON, move, int(bool(remembered)) or world.branched)
        world.remembered = None

    def answer(self, stop: Call) -> None:
        assert stop.place is not None
        for why, given in answers(self.step, stop.place):
            for move in self.explorer.give(stop, given):
                self.note(why, move)
        if isinstance(self.step.thing, QUESTIONS) and is_first(stop.place):
            for move in self.explorer.give(replace(stop, inputs=PLENTY), Silence()):
                self.note(Why.LIMIT, move)

    def note(self, why: Why, move: Move, branch: int = 0) -> None:
        if move.call.outcome in (Outcome.CONNECTED, Outcome.MESSAGE):
            why = Why.DONE
        place = move.document.place
        if place is None:
            self.edges[Edge(why, HANG_UP, branch=branch)] = None
        elif place.step.startswith(WALL):
            self.edges[Edge(why, place.step.removeprefix(WALL), branch=branch)] = None
        elif place.step != self.step.name:
            self.edges[Edge(why, place.step, place.turn)] = None
        elif place not in self.seen:
            self.seen.add(place)
            self.stops.append(move.call)
