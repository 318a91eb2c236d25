"""One step of the menus, gone through in every way a call can go through it.

The walk is the very one that serves callers (`ivr.core.walk`). All other steps are walls at which it stops at
once, so it tells where a step leads without going further.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import NamedTuple

from ivr.core.calls import (
    Call,
    DialEnded,
    Ending,
    Input,
    Keys,
    LookedUp,
    Move,
    Outcome,
    Place,
    Recorded,
    Silence,
    Turn,
)
from ivr.core.menus import (
    HANG_UP,
    Ask,
    ChooseLanguage,
    Destination,
    Dial,
    Hotline,
    Language,
    Lookup,
    Menu,
    Option,
    Record,
    Step,
    Voicemail,
    Words,
)
from ivr.core.walk import QUESTIONS, answer, consumed, is_valid, resume

ENTRY, TOPMOST, BELOW, HERE, BEHIND = "<entry>", "<topmost>", "<below>", "<here>", "<behind>"
"""Places that have a name only in one call: the step its number leads to; the first, the last but one and
the last menu of its way; and a menu of the way that nobody needs to know."""

PLENTY = 1 << 30
"""Answers nobody gives; the limit of a call is told apart from everything before it, whatever it is."""

NO_KEY = "A"
"""A key that telephones have and menus do not."""

TRIED = 200
"""Numbers tried to find one that an `ask` takes; every check digit fits one in 97."""

WALL = "\0"

Way = tuple[str, ...]


class Why(StrEnum):
    """What made a caller leave a step."""

    ON = "on"
    """It had said what it had to say."""
    AFTER = "after"
    """The line had rung, recorded or looked up, and the call goes on."""
    DONE = "done"
    """The caller had talked to a person, or left word."""
    KEY = "key"
    SILENCE = "silence"
    WRONG = "wrong"
    LIMIT = "limit"
    """The call had used all its answers."""
    LOST = "lost"
    """The line was lost, and found again."""


class Edge(NamedTuple):
    """A way out of a step: the name of the next one, a place of the way, or `hang_up`.

    `branch` tells the ways of a step apart that goes on by hours or by a value.
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

    def allows(self, destination: str) -> bool:
        return self.take(2) == 0

    def answers(self, get: Words) -> bool:
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
        self.steps[step.name] = step
        place = Place(step.name, turn)
        call = Call("", None, "", 0, self.hotline.first_language, 0, 0, place, way=way)
        return _Visit(self, step, replace(call, inputs=PLENTY + 1 if over else 0)).passage()

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


def is_first(place: Place) -> bool:
    return place.silences == place.wrongs == 0


def answers(step: Step, place: Place) -> Iterator[tuple[Why, Input]]:
    """Everything that can come in at a place of a step.

    How often a question failed matters to nothing but giving up, and its silences know nothing of its wrong
    keys: so each is counted to its end alone, and the right keys are pressed at the first try.
    """
    match step.thing:
        case Menu() | ChooseLanguage() | Ask():
            if not place.wrongs:
                yield Why.SILENCE, Silence()
            if not place.silences:
                yield Why.WRONG, Keys(NO_KEY)
            yield from ((Why.KEY, Keys(keys)) for keys in right_keys(step, place) if is_first(place))
            if place.turn is Turn.CONFIRM:
                yield Why.WRONG, Keys("2")
        case Dial():
            for ending in (Ending.CONNECTED, Ending.BUSY, Ending.NO_ANSWER, Ending.FAILED):
                yield Why.AFTER, DialEnded(ending)
        case Voicemail() | Record():
            yield Why.AFTER, Recorded("a recording", 1)
            yield Why.AFTER, Recorded(None, 0)
        case Lookup():
            yield Why.AFTER, LookedUp(values={})
            yield Why.AFTER, LookedUp(failed=True)
            yield Why.AFTER, LookedUp()


def right_keys(step: Step, place: Place) -> Iterator[str]:
    """One way to press each thing a question offers."""
    match step.thing:
        case Menu() as menu:
            yield from (keys for option in menu.options if (keys := keys_of(menu, option)))
        case ChooseLanguage(keys=keys):
            yield from keys
        case Ask() if place.turn is Turn.CONFIRM:
            yield "1"
        case Ask() as ask:
            if digits := digits_for(ask):
                yield digits


def keys_of(menu: Menu, option: Option) -> str | None:
    """Keys that choose an option; None when other options take all of them."""
    candidates = [option.first]
    if option.first != option.last:
        edges = {int(key) + by for other in menu.options for key in (other.first, other.last)
                 if key.isdecimal() for by in (-1, 0, 1)}  # fmt: skip
        candidates += [str(edge).zfill(len(option.first)) for edge in sorted(edges) if edge >= 0]
    return next((keys for keys in candidates if consumed(menu, keys) == (option, len(keys))), None)


def digits_for(ask: Ask) -> str | None:
    """A number that an `ask` takes; None when there is none."""
    for length in range(ask.fewest, ask.most + 1):
        last = 10**length - 1 if ask.largest is None else min(ask.largest, 10**length - 1)
        first = ask.smallest or 0
        for number in range(first, min(last, first + TRIED) + 1):
            if is_valid(ask, digits := str(number).zfill(length)):
                return digits
    return None
