"""A wait in a queue, and every way out of it.

What happens there is up to agents, callers and the clock, so it is not walked: all that can happen is listed.
"""

from collections.abc import Iterator
from typing import NamedTuple

from ivr.core.line.rules import AtClosing, Rules
from ivr.core.menus import CALL_BACK, HANG_UP, PLACE, Destination, Enqueue, Hotline, Step
from ivr.language.proof.answers import Why

OPEN, CLOSED = 0, 1
"""The branches of a queue: by its hours, or as somebody has closed it by hand."""


class Exit(NamedTuple):
    """A way out of a wait."""

    why: Why
    leads: Destination
    branch: int = OPEN


def exits(hotline: Hotline, step: Step, wait: Enqueue, *, over: bool) -> Iterator[Exit]:
    """Every way out of a wait. Who has used up all answers (`over`) waits on, and is asked for none."""
    queue = hotline.queues.get(wait.queue)
    rules = queue.rules if queue else Rules()
    yield from at_the_door(step, rules)
    yield Exit(Why.DONE, step.then)
    if rules.max_wait is not None:
        yield Exit(Why.AFTER, step.way_out("too_long"))
    yield Exit(Why.AFTER, step.way_out("declined"))
    yield Exit(Why.AFTER, step.way_out(""))
    if wait.options and not over:
        for option in wait.options:
            if option.leads != PLACE:
                yield from pressed(step, option.leads)
        yield Exit(Why.LIMIT, hotline.limits.then)
    if rules.at_closing is AtClosing.CALLBACK:
        yield Exit(Why.AFTER, HANG_UP)


def at_the_door(step: Step, rules: Rules) -> Iterator[Exit]:
    """The reasons for which somebody need not wait at all; what follows is heard at one go. That nobody is
    there, and that the hours are over, may come out later too: then it leads to the same places. A queue
    without hours is closed by hand only, and where its menus say nothing of it, to where all else leads."""
    yield Exit(Why.ON, step.way_out("no_agents"))
    if rules.room is not None:
        yield Exit(Why.ON, step.way_out("full"))
    if rules.hours is not None or "closed" in step.otherwise:
        yield Exit(Why.ON, step.way_out("closed"), CLOSED)


def pressed(step: Step, leads: Destination) -> Iterator[Exit]:
    """Where a key leads. Who asks to be called back is promised it, and the call is over; or does not say
    where to, and waits on."""
    if leads != CALL_BACK:
        yield Exit(Why.KEY, leads)
        return
    yield Exit(Why.KEY, HANG_UP)
    yield Exit(Why.KEY, step.name)
