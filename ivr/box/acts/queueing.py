"""Enqueue: the caller waits, hearing the wait document again and again (contract §3.6)."""

from ivr.box.acts.conversing import converse
from ivr.box.acts.dequeuing import Taken, be_taken
from ivr.box.acts.listening import inform, listen
from ivr.box.faults import QUEUE_FULL, Fault
from ivr.box.happenings import Act, Diverted, Ended, Interrupted, Left, LineGone, WaitBroken
from ivr.box.leg import Leg
from ivr.box.queues import Queue
from ivr.box.twiml.reading import Place
from ivr.box.twiml.verbs import Enqueue
from ivr.box.webhooks import Webhook


def enqueue(leg: Leg, verb: Enqueue) -> Act[Webhook | None]:
    """None without an `action`: the document goes on with the next verb."""
    queue = leg.exchange.queue(verb.queue)
    if queue.full:
        leg.fault(Fault(QUEUE_FULL, verb.queue))
        return verb.action.having([("QueueResult", "queue-full")]) if verb.action else None
    queue.join(leg)
    leg.emit("hold", queue=verb.queue)
    leg.doing = "queued"
    leg.can_be_summoned = True
    try:
        result = yield from _wait(leg, verb, queue)
    except WaitBroken:
        result = "error"
    except (LineGone, Ended, Diverted) as gone:
        _inform(leg, verb, queue, _ending(leg, gone))
        queue.leave(leg)
        leg.can_be_summoned = False
        raise
    leg.can_be_summoned = False
    told = queue.result(leg)
    queue.leave(leg)
    leg.doing = ""
    return verb.action.having([("QueueResult", result), *told]) if verb.action else None


def _wait(leg: Leg, verb: Enqueue, queue: Queue) -> Act[str]:
    try:
        while verb.wait is not None:
            leg.doing = "queued"
            yield from converse(leg, verb.wait.having(queue.fields(leg)), Place.WAIT)
        while True:
            yield from listen(leg, None)
    except Left:
        return "leave"
    except Interrupted as interrupted:
        taken = interrupted.by
    leg.can_be_summoned = False
    if isinstance(taken, Taken):
        yield from be_taken(leg, taken, queue.result(leg))
    return "bridged"


def _ending(leg: Leg, gone: Exception) -> str:
    bridged = any(event["kind"] == "bridged" for event in leg.events)
    if isinstance(gone, Diverted):
        return "redirected-from-bridged" if bridged else "redirected"
    return "bridged" if bridged else "hangup"


def _inform(leg: Leg, verb: Enqueue, queue: Queue, result: str) -> None:
    """The action is asked although its answer is not run: the caller is gone, or led elsewhere by REST."""
    if verb.action is not None:
        inform(leg, verb.action.having([("QueueResult", result), *queue.result(leg)]))
