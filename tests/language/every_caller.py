"""A second opinion on the proof: real walks from number to end, with real ways, in one world at a time.

Slow and plain on purpose. It shares nothing with the proof but the walk that serves callers.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from random import Random

from ivr.core.calls import (
    BESIDE_LINE,
    Act,
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
    Talked,
    Turn,
    Waited,
)
from ivr.core.menus import (
    CALL_BACK,
    WAITING_WAYS,
    Ask,
    ByHours,
    ChooseLanguage,
    Destination,
    Enqueue,
    Hotline,
    Language,
    Menu,
    Option,
    Step,
    Survey,
    Words,
)
from ivr.core.walk import LONGEST_WAY, answer, arrive, resume

Stand = tuple[object, tuple[str, ...]]
"""Where a call stands: its place and its way. In a world that stays the same nothing else can matter."""


@dataclass
class Settled:
    """A world in which nothing changes: these hours are open, everything may be called."""

    open: frozenset[str] = frozenset()
    queues: Mapping[str, str | None] = field(default_factory=dict)
    """The hours of each queue."""
    shut: frozenset[str] = frozenset()
    """The queues that are closed by hand."""
    remembered: Language | None = None
    now: int = 0

    def branch(self, step: Step, call: Call) -> Destination:
        assert isinstance(step.thing, ByHours)
        return step.thing.open if self.open_now(step.thing.hours) else step.thing.closed

    def open_now(self, hours: str) -> bool:
        return hours in self.open

    def allows(self, destination: str) -> bool:
        return True

    def answers(self, get: Words) -> bool:
        return True

    def refusal(self, queue: str) -> Ending | None:
        hours = self.queues.get(queue)
        return Ending.CLOSED if queue in self.shut or (hours and not self.open_now(hours)) else None

    def closure(self, queue: str) -> None:
        return None

    def has_place(self, queue: str, caller: str | None) -> bool:
        return False

    def asks(self, survey: Survey, call: Call) -> bool:
        return True


@dataclass
class Moody:
    """A world that decides anew whenever it is asked."""

    chance: Random
    now: int = 0

    @property
    def remembered(self) -> Language | None:
        return None

    def branch(self, step: Step, call: Call) -> Destination:
        return self.chance.choice(tuple(step.destinations()))

    def open_now(self, hours: str) -> bool:
        return self.chance.random() < 0.7

    def allows(self, destination: str) -> bool:
        return self.chance.random() < 0.7

    def answers(self, get: Words) -> bool:
        return self.chance.random() < 0.7

    def refusal(self, queue: str) -> Ending | None:
        return self.chance.choice((None, None, Ending.CLOSED, Ending.NO_AGENTS))

    def closure(self, queue: str) -> None:
        return None

    def has_place(self, queue: str, caller: str | None) -> bool:
        return self.chance.random() < 0.3

    def asks(self, survey: Survey, call: Call) -> bool:
        return self.chance.random() < 0.5


def first_call(hotline: Hotline, called: str) -> Call:
    return Call("CA1", None, called, 1, hotline.first_language, 0, 0)


def inputs(hotline: Hotline, move: Move) -> Iterator[tuple[str, Input]]:
    """Everything a caller and the line can answer to a document."""
    place = move.document.place
    thing = hotline.steps[place.step].thing if place else None
    if move.document.act is Act.LISTEN:
        yield "silent", Silence()
        yield "wrong", Keys("A")
    match thing:
        case Menu(options=options):
            yield from (("key", Keys(option.first)) for option in options)
        case ChooseLanguage(keys=keys):
            yield from (("key", Keys(key)) for key in keys)
        case Ask() if place and place.turn is Turn.CONFIRM:
            yield from (("key", Keys("1")), ("wrong", Keys("2")))
        case Enqueue() if place and place.turn in BESIDE_LINE:
            yield from (("key", Keys("1")), ("key", Keys("+84901234567")))
        case Ask(fewest=fewest):
            yield "key", Keys("5" * fewest)
    if move.document.act is Act.DIAL:
        yield from (("done", DialEnded(Ending.CONNECTED)), ("line", DialEnded(Ending.BUSY)))
    if move.document.act is Act.RECORD:
        yield from (("done", Recorded("RE1", 2)), ("line", Recorded(None, 0)))
    if move.document.act is Act.WAIT and isinstance(thing, Enqueue):
        yield from (("key", Waited(Ending.KEY, option.leads)) for option in leading_out(thing))
        if any(option.leads == CALL_BACK for option in thing.options):
            yield "key", Waited(Ending.KEY, CALL_BACK)
        yield "line", Waited(Ending.CONNECTED)
        yield from (("line", Waited(why)) for why in (Ending.NO_AGENTS, Ending.TOO_LONG, Ending.DECLINED))
    if move.document.act is Act.TALK:
        yield from (("done", Talked()), ("line", Talked(Ending.FAILED)))
    if move.document.act is Act.LOOK:
        yield from (("line", LookedUp({})), ("line", LookedUp(failed=True)), ("line", LookedUp()))


def leading_out(wait: Enqueue) -> Iterator[Option]:
    return (option for option in wait.options if option.leads not in WAITING_WAYS)


KINDS = {
    "unasked": {"line", "done"},
    "silent": {"line", "silent"},
    "wrong": {"line", "wrong"},
    "mixed": {"line", "silent", "wrong"},
}
"""What callers do who choose nothing."""


def circles(hotline: Hotline, worlds: list[Settled]) -> set[str]:
    """Which callers go round for ever: those who are asked nothing, the silent, the wrong, the mixed.

    The world may change on the way to a circle, between any two steps of it; not on the circle.
    """
    found = set()
    passed: set[str] = set()
    all_roads: list[dict[Stand, set[tuple[str, Stand]]]] = [{} for _ in worlds]
    waiting = [
        arrive(hotline, first_call(hotline, number), world) for number in hotline.numbers for world in worlds
    ]
    seen = set()
    while waiting:
        move = waiting.pop()
        stand = (move.call.place, move.call.way)
        for step in {done.step for done in move.passes} - passed:
            passed.add(step)
            there = replace(move.call, place=Place(step))
            if any(len(resume(hotline, there, world).passes) >= LONGEST_WAY for world in worlds):
                found.add("unasked")
        if move.call.place is None or stand in seen:
            continue
        seen.add(stand)
        for world, roads in zip(worlds, all_roads, strict=True):
            roads[stand] = set()
            waiting.append(resume(hotline, move.call, world))
            for kind, given in inputs(hotline, move):
                after = answer(hotline, move.call, given, world)
                waiting.append(after)
                ended = after.call.outcome in (Outcome.CONNECTED, Outcome.MESSAGE)
                kind = "line" if kind == "done" and not ended else kind
                roads[stand].add((kind, (after.call.place, after.call.way)))
    return found | {
        kind for kind, does in KINDS.items() if any(has_circle(roads, does) for roads in all_roads)
    }


def has_circle(roads: dict[Stand, set[tuple[str, Stand]]], does: set[str]) -> bool:
    """Whether something is left when all that leads nowhere has been taken away again and again."""
    left = {stand: {to for kind, to in nexts if kind in does} for stand, nexts in roads.items()}
    while ends := [stand for stand, nexts in left.items() if not nexts & left.keys()]:
        for stand in ends:
            del left[stand]
    return bool(left)


def random_call(hotline: Hotline, chance: Random) -> Iterator[Move]:
    """The moves of a caller who does anything, in a world that does anything."""
    world = Moody(chance)
    move = arrive(hotline, first_call(hotline, chance.choice(list(hotline.numbers))), world)
    while move.call.place is not None:
        yield move
        _, given = chance.choice(list(inputs(hotline, move)))
        move = answer(hotline, move.call, given, world)
    yield move
