"""Dial to a queue: the caller who waited longest is joined to this leg (contract §3.5)."""

from dataclasses import dataclass

from ivr.box.acts.conversing import converse
from ivr.box.acts.listening import inform, listen
from ivr.box.happenings import Act, CalleeGone, CalleeReady, Diverted, Key, LineGone, Summoned, WaitBroken
from ivr.box.leg import Leg
from ivr.box.queues import Queue
from ivr.box.twiml.reading import Place
from ivr.box.twiml.verbs import Dial, FrontOfQueue
from ivr.box.webhooks import Webhook

_LOOKS_AGAIN = 0.5


@dataclass(frozen=True, slots=True)
class Taken:
    """Says to a waiting leg who took it, and what it hears before they are joined."""

    agent: Leg
    screen: Webhook | None


def take_from_queue(leg: Leg, verb: Dial, front: FrontOfQueue) -> Act[Webhook | None]:
    """Waits for a caller until the Dial's timeout; an unknown queue is an error at once."""
    queue = leg.exchange.known_queue(front.name)
    result = "failed" if queue is None else (yield from _take(leg, verb, front, queue))
    leg.doing = ""
    leg.emit("dialed", status=result)
    return verb.action.having([("DialCallStatus", result)]) if verb.action else None


def _take(leg: Leg, verb: Dial, front: FrontOfQueue, queue: Queue) -> Act[str]:
    until = leg.exchange.clock.now() + verb.timeout
    while (caller := queue.front()) is None:
        if leg.exchange.clock.now() >= until:
            return "no-answer"
        yield from listen(leg, _LOOKS_AGAIN)
    queue.take(caller)
    caller.tell(Summoned(Taken(leg, front.screen)))
    try:
        yield from _talk(leg, verb, caller)
    except (LineGone, Diverted) as gone:
        caller.tell(CalleeGone(leg, "completed"))
        if isinstance(gone, LineGone) and verb.action:
            inform(leg, verb.action.having([("DialCallStatus", "completed")]))
        raise
    caller.tell(CalleeGone(leg, "completed"))
    return "completed"


def _talk(leg: Leg, verb: Dial, caller: Leg) -> Act[None]:
    until = leg.exchange.clock.now() + verb.time_limit
    while (left := until - leg.exchange.clock.now()) > 0:
        happening = yield from listen(leg, left)
        if isinstance(happening, CalleeReady):
            leg.doing = "talking"
            leg.emit("bridged")
        if isinstance(happening, CalleeGone) and happening.callee is caller:
            return
        if isinstance(happening, Key) and happening.digit == "*" and verb.hang_up_on_star:
            return


def be_taken(leg: Leg, taken: Taken, told: list[tuple[str, str]]) -> Act[None]:
    """What happens to the waiting caller: the screening document, then the talk."""
    try:
        if taken.screen is not None:
            who = ("DequeingCallSid", taken.agent.sid)  # the carrier's spelling
            yield from converse(leg, taken.screen.having([*told, who]), Place.HOLD)
        taken.agent.tell(CalleeReady(leg))
        leg.doing = "talking"
        leg.emit("bridged")
        while not isinstance((yield from listen(leg, None)), CalleeGone):
            pass
    except (LineGone, Diverted, WaitBroken):
        taken.agent.tell(CalleeGone(leg, "completed"))
        raise
