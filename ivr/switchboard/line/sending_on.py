"""An agent sends the caller on, without asking: to another agent, to a queue, to a number.

The conversation ends by the agent's word, and the caller's line, led out of the room, goes on there: so it
does when the agent merely hangs up, while the carrier's REST is away.
"""

from enum import StrEnum

from ivr.core.destinations import is_allowed, is_number, meant
from ivr.core.line.onward import Onward, To
from ivr.core.line.visits import Kind, Visit
from ivr.ledger import Transaction, agents, calls, line, offers, talks
from ivr.ledger.talks import Talk
from ivr.outside.bus import Topic
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.happening import script_of
from ivr.switchboard.line.dispatch import wake
from ivr.switchboard.line.meeting import AGENT, over
from ivr.switchboard.line.offering import in_vain

KEPT_MS = 60_000
"""So long a caller waits for one agent alone, and so long again for the one who sent them there."""


class Not(StrEnum):
    """Why a caller is not sent on."""

    TALKING = "talking"
    """The agent is not talking with the caller, or in the middle of asking somebody."""
    CALLER = "caller"
    """Whom we have called is in no menus to go on in: another agent can be asked into the room."""
    FREE = "free"
    """That agent is not free."""
    KNOWN = "known"
    """There is no such agent, or no such queue."""
    ALLOWED = "allowed"
    """That number may not be called."""
    CALLED = "called"
    """Somebody else is calling them at this moment, as was promised."""


def send_on(exchange: Exchange, offer_id: str, onward: Onward) -> Not | None:
    """The caller goes on there, and the agent wraps up; or why not. If nobody takes them there, the agent has
    them back."""
    now = exchange.now()
    live = exchange.shelf.live(now)
    if onward.to is To.NUMBER:
        onward = Onward(To.NUMBER, meant(onward.name, next(iter(live.hotline.numbers))))
    with exchange.ledger.transaction() as tx:
        talk = talks.locked(tx, offer_id)
        call = calls.find(tx, talk.call) if talk else None
        if talk is None or call is None or not is_alone(tx, talk):
            return Not.TALKING
        if call.place is None:
            return Not.CALLER
        match onward.to:
            case To.AGENT:
                why = not_free(tx, talk, onward.name)
            case To.NUMBER:
                allowed = is_number(onward.name) and is_allowed(onward.name, live.hotline.allowed)
                why = None if allowed else Not.ALLOWED
            case To.QUEUE:
                theirs = script_of(exchange, call.revision, live)
                known = onward.name in live.hotline.queues and onward.name in theirs.hotline.queues
                why = None if known else Not.KNOWN
        if why is not None:
            return why
        talks.send_on(tx, offer_id, str(onward))
        over(exchange, tx, offer_id, AGENT, now)
    wake(exchange)
    return None


def is_alone(tx: Transaction, talk: Talk) -> bool:
    """Whether an agent is talking with the caller, and asks nobody else."""
    others = [each for each in talks.in_room(tx, talk.room) if each.is_on and each.offer != talk.offer]
    return talk.is_on and talk.answered_at is not None and not others and line.open_of(tx, talk.call) is None


def comes_from(tx: Transaction, visit: Visit) -> Talk | None:
    """The conversation from which a caller comes to this visit: that of the agent who asks for somebody, or
    the last one they had in this call before it."""
    if visit.kind is Kind.CONSULT:
        here = talks.in_room(tx, visit.room or "")
        return next((talk for talk in here if talk.agent == visit.sent_by), None)
    had = [talk for talk in talks.of_call(tx, visit.call) if talk.visit != visit.id]
    return next(
        (talk for talk in reversed(had) if talk.answered_at and talk.answered_at < visit.entered_at), None
    )


def sender(tx: Transaction, visit: Visit, before: Talk | None) -> str | None:
    """The name of the agent who asks somebody else about a caller, or has sent them to this one, or to this
    queue; None for callers who come by themselves. `before` is where they come from."""
    sent_here = before is not None and before.onward == str(Onward(To.QUEUE, visit.queue))
    sent_by = visit.sent_by or (before.agent if before and sent_here else None)
    agent = agents.find(tx, sent_by) if sent_by else None
    return agent.name if agent else None


def not_free(tx: Transaction, talk: Talk, agent_id: str) -> Not | None:
    """Why this agent cannot be asked for the caller now."""
    agent = agents.find(tx, agent_id)
    if agent is None or agent.id == talk.agent:
        return Not.KNOWN
    return None if agent.is_free else Not.FREE


def look_after_kept(exchange: Exchange, visit: Visit) -> None:
    """Nobody waits for one agent for ever: not when that one has gone, nor beyond a time."""
    now = exchange.now()
    with exchange.ledger.transaction() as tx:
        visit_now = line.find(tx, visit.id)
        if visit_now is None or visit_now.wanted is None or not visit_now.is_waiting:
            return
        if offers.is_rung(tx, visit.id) or not is_in_vain(tx, visit_now, now):
            return  # that one has come free since the clock looked
        if not visit_now.is_callers:
            in_vain(tx, visit_now, now)
        else:
            line.send_back(tx, visit.id, visit_now.wanted)
    exchange.tell(Topic.ERRANDS)
    exchange.tell(Topic.LINE)


def is_in_vain(tx: Transaction, visit: Visit, now: int) -> bool:
    """Whether somebody who is kept for one agent, and not rung, waits for nothing."""
    agent = agents.find(tx, visit.wanted or "")
    gone = agent is None or not agent.is_on_duty
    if not visit.is_callers:
        return agent is None or not agent.is_free
    return gone or now - visit.entered_at > (KEPT_MS if visit.sent_by else 2 * KEPT_MS)
