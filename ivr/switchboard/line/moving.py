"""A supervisor moves somebody who waits: to the front, to another queue, or to one agent.

A rank is sacred (law 6), and this is the only way in which it is ever changed: whoever does it stands in the
audit, with the place before and after.
"""

from enum import StrEnum

from ivr.core.calls import Ending
from ivr.core.line.onward import Onward, To
from ivr.core.line.visits import Kind, Left, Visit
from ivr.core.world import Today
from ivr.ledger import Transaction, agents, audit, calls, errands, line
from ivr.ledger.audit import Deed, State
from ivr.ledger.offers import End
from ivr.outside.bus import Topic
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.happening import script_of
from ivr.switchboard.line.dispatch import dispatch_soon, wake
from ivr.switchboard.line.joining import closed
from ivr.switchboard.line.offering import BRING, let_go


class Stays(StrEnum):
    """Why somebody is not moved."""

    GONE = "gone"
    """They do not wait any more: an agent has them, or they have left."""
    CALLBACK = "callback"
    """They are to be rung back: they are on no line that could be led elsewhere."""
    FIRST = "first"
    """They are the first already."""
    KNOWN = "known"
    """There is no such agent, or no such queue for them."""
    HERE = "here"
    """That is the queue in which they wait."""
    CLOSED = "closed"
    """That queue is closed."""
    FREE = "free"
    """That agent is not free."""


def to_front(exchange: Exchange, who: str, visit_id: str) -> Stays | None:
    """They are the next of their queue; or why not."""
    now = exchange.now()
    with exchange.ledger.transaction() as tx:
        tx.hold(line.DISPATCH)
        visit = _waiting(tx, visit_id)
        if visit is None:
            return Stays.GONE
        place = line.place(tx, visit)
        if place == 1:
            return Stays.FIRST
        line.to_front(tx, visit)
        told: State = {"queue": visit.queue, "place": place}
        audit.note(tx, who, Deed.CALLER_MOVED, visit.call, told, {**told, "place": 1}, now)
    exchange.tell(Topic.LINE)
    dispatch_soon(exchange)
    return None


def move(exchange: Exchange, who: str, visit_id: str, onward: Onward) -> Stays | None:
    """They go on to another queue, with the time they have waited so far; or they are offered to one agent,
    and to everybody again if that one does not take them. Or why not."""
    match onward.to:
        case To.QUEUE:
            why = _to_queue(exchange, who, visit_id, onward.name)
        case To.AGENT:
            why = _to_agent(exchange, who, visit_id, onward.name)
        case _:
            why = Stays.KNOWN
    if why is None:
        wake(exchange)
    return why


def _to_queue(exchange: Exchange, who: str, visit_id: str, queue: str) -> Stays | None:
    now = exchange.now()
    live = exchange.shelf.live(now)
    with exchange.ledger.transaction() as tx:
        visit = _waiting(tx, visit_id)
        if visit is None:
            return Stays.GONE
        if visit.kind is not Kind.CALL:
            return Stays.CALLBACK
        if queue == visit.queue:
            return Stays.HERE
        call = calls.find(tx, visit.call)
        theirs = script_of(exchange, call.revision, live).hotline if call else live.hotline
        if queue not in live.hotline.queues or queue not in theirs.queues:
            return Stays.KNOWN
        if Today(now, live.hotline, closed=closed(tx)).refusal(queue) is Ending.CLOSED:
            return Stays.CLOSED
        place = line.place(tx, visit)
        line.leave(tx, visit.id, Left.TRANSFERRED, queue)
        let_go(tx, visit, End.WITHDRAWN, now)
        errands.wish(tx, BRING, visit.call, {"visit": visit.id}, now, now)
        before: State = {"queue": visit.queue, "place": place}
        audit.note(tx, who, Deed.CALLER_MOVED, visit.call, before, {"queue": queue}, now)
    return None


def _to_agent(exchange: Exchange, who: str, visit_id: str, agent_id: str) -> Stays | None:
    now = exchange.now()
    with exchange.ledger.transaction() as tx:
        visit = _waiting(tx, visit_id)
        if visit is None:
            return Stays.GONE
        agent = agents.find(tx, agent_id)
        if agent is None:
            return Stays.KNOWN
        if not agent.is_free:
            return Stays.FREE
        let_go(tx, visit, End.WITHDRAWN, now)
        line.want(tx, visit.id, agent.id)
        before: State = {"queue": visit.queue, "place": line.place(tx, visit)}
        after: State = {"queue": visit.queue, "agent": agent.name}
        audit.note(tx, who, Deed.CALLER_MOVED, visit.call, before, after, now)
    return None


def _waiting(tx: Transaction, visit_id: str) -> Visit | None:
    """Somebody who waits for nobody in particular, held for the rest of the transaction."""
    visit = line.find(tx, visit_id)
    return visit if visit is not None and visit.is_waiting and visit.is_callers else None
