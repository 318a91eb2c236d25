"""A failure's path is made shorter and plainer for as long as the same goes wrong on it."""

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ivr.box.leg import Event
from ivr.language.calls.written import HangUp, Move, Press, Speak, Wait
from ivr.rehearsal.crowd.audience import Verdict
from ivr.rehearsal.crowd.day import Failure
from ivr.rehearsal.crowd.listener import is_in_line
from ivr.rehearsal.crowd.path import NONE, NOTHING, Path
from ivr.rehearsal.crowd.walking import Walk

MOST_WALKS = 150


@dataclass(frozen=True, slots=True)
class Shortened:
    """The plainest path on which the same goes wrong. `alone`: it does when nobody else calls that day.

    `story` are its moves to the very end of the call, every silence among them: who waits longer than the
    path says waits there, too.
    """

    path: Path
    verdict: Verdict
    alone: bool
    story: tuple[Move, ...]


def shortened(failure: Failure, walk: Walk, most: int = MOST_WALKS, seconds: float = math.inf) -> Shortened:
    """Walks at most so many paths, and begins none after so many seconds; where the first one fails no more,
    it is left as it was."""
    until = time.monotonic() + seconds

    def fails(verdict: Verdict) -> bool:
        return any(trouble.kind is failure.troubles[0].kind for trouble in verdict.troubles)

    found: Verdict | None = None
    waiting: Iterator[Path] = iter((failure.path,))
    for _ in range(most):
        path = next(waiting, None)
        if path is None or (found is not None and time.monotonic() >= until):
            break
        verdict = walk(path)
        if fails(verdict):
            found, waiting = verdict, plainer(verdict.path, verdict.events)
    if found is None:
        as_it_was = Verdict(failure.path, failure.troubles, None, failure.events)
        return Shortened(failure.path, as_it_was, False, failure.path.moves)
    story = tuple(moves_in(found.events))
    told = fails(walk(replace(found.path, moves=story)))
    return Shortened(found.path, found, True, story if told else found.path.moves)


def plainer(path: Path, events: Sequence[Event]) -> Iterator[Path]:
    """Paths a little plainer than this one, the boldest first. `events` is what happened on it."""
    natural = tuple(moves_in(events))
    if len(natural) < len(path.moves):
        yield replace(path, moves=natural)
    for moves in _shorter(path.moves):
        yield replace(path, moves=moves)
    if path.mischief != NONE:
        yield replace(path, mischief=NONE)
    if path.lookups != NOTHING:
        yield replace(path, lookups=NOTHING)
    if any(found.after for found in path.lookups):
        yield replace(path, lookups=tuple(replace(found, after=0) for found in path.lookups))
    if len(path.lookups) > 1:
        yield replace(path, lookups=path.lookups[:1])
    if path.staff:
        yield replace(path, staff=())
        yield from (replace(path, staff=(each,)) for each in path.staff if len(path.staff) > 1)
    if path.remembered:
        yield replace(path, remembered=None)
    for at, move in enumerate(path.moves):
        for other in _simpler(move):
            yield replace(path, moves=(*path.moves[:at], other, *path.moves[at + 1 :]))


def moves_in(events: Sequence[Event]) -> Iterator[Move]:
    """What a caller did, told as one would tell it: keys when asked, silence where there was silence."""
    asked: Event | None = None
    acted = events[0]["at"] if events else 0
    for event in events:
        match event["kind"]:
            case "gather":
                asked = event
            case "gather_end" if asked and not event["digits"] and is_in_line(asked["action"]):
                pass
            case "gather_end" if event["digits"]:
                yield Press(event["digits"] + (_end(asked, event["digits"]) if asked else ""))
                acted = event["at"]
            case "gather_end":
                yield Wait()
                acted = event["at"]
            case "record_end" if event["spoken"] or event["key"]:
                yield from ([Speak(event["spoken"])] if event["spoken"] else [])
                yield from ([Press(event["key"])] if event["key"] else [])
                acted = event["at"]
            case "record_end":
                yield Wait()
                acted = event["at"]
            case "hangup" if event["by"] == "caller":
                yield from (Wait(round((event["at"] - acted) / 1000, 1)), HangUp())


def _end(asked: Event, digits: str) -> str:
    """The key that says there are no more, where neither their number nor the time does."""
    return str(asked["finish"])[:1] if asked["digits"] is None or len(digits) < asked["digits"] else ""


def _shorter(moves: tuple[Move, ...]) -> Iterator[tuple[Move, ...]]:
    """The moves without some: without half of them, a quarter, … one; the last ones first."""
    size = len(moves) // 2
    while size:
        for begin in range(len(moves) - size, -1, -size):
            yield moves[:begin] + moves[begin + size :]
        size //= 2
    if len(moves) == 1:
        yield ()


def _simpler(move: Move) -> Iterator[Move]:
    match move:
        case Press(keys=keys, early=early):
            if early:
                yield Press(keys)
            for at in range(len(keys) - 1, -1, -1) if len(keys) > 1 else ():
                yield Press(keys[:at] + keys[at + 1 :], early)
        case Wait(seconds=float() as seconds) if seconds != round(seconds):
            yield Wait(float(round(seconds)))
        case Speak(seconds=seconds) if seconds != 5:
            yield Speak()
        case _:
            pass
