"""Somebody closes a queue by hand, or opens it again: at once, at the door and for those who wait."""

from dataclasses import replace

from ivr.core.line.closures import Closure
from ivr.ledger import audit, closures
from ivr.ledger.audit import Deed, State
from ivr.outside.bus import Topic
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.line.dispatch import dispatch_soon


def close(exchange: Exchange, closure: Closure) -> Closure:
    """The queue is closed from now on, by whom and why the closure says. Whoever closes it again gives other
    reasons: it has been closed since it was."""
    now = exchange.now()
    with exchange.ledger.transaction() as tx:
        before = closures.of_queue(tx, closure.queue)
        after = replace(closure, since=before.since if before else now)
        if before is not None:
            closures.open_again(tx, closure.queue, now)
        closures.close(tx, after)
        told = state(before) if before else None
        audit.note(tx, closure.by, Deed.QUEUE_CLOSED, closure.queue, told, state(after), now)
    exchange.tell(Topic.LINE)
    return after


def open_again(exchange: Exchange, who: str, queue: str) -> bool:
    """The queue is open by its hours again; False if nobody had closed it."""
    now = exchange.now()
    with exchange.ledger.transaction() as tx:
        before = closures.of_queue(tx, queue)
        if before is None or not closures.open_again(tx, queue, now):
            return False
        audit.note(tx, who, Deed.QUEUE_OPENED, queue, state(before), None, now)
    exchange.tell(Topic.LINE)
    dispatch_soon(exchange)
    return True


def state(closure: Closure) -> State:
    """A closure as the audit shows it."""
    return {
        "closed_by": closure.by,
        "reason": str(closure.reason) if closure.reason else None,
        "says": dict(closure.says),
    }
