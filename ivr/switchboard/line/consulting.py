"""An agent asks another one, in the same room: the caller hears music, or all three talk, until one of the
two agents goes and the other one keeps the caller.

Who is asked has a visit and a conversation of their own (kind `consult`), outside the figures.
"""

import secrets

from ivr.core.line.visits import Kind, Left, Visit, WentTo
from ivr.ledger import line, talks
from ivr.ledger.offers import End
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.line.dispatch import wake
from ivr.switchboard.line.holding import wish_hold, wish_keep
from ivr.switchboard.line.meeting import AGENT, over
from ivr.switchboard.line.offering import let_go
from ivr.switchboard.line.sending_on import Not, is_alone, not_free


def ask(exchange: Exchange, offer_id: str, agent_id: str) -> Not | None:
    """Another agent is rung, and the caller is on hold meanwhile; or why not. If that one does not come, the
    caller is taken back."""
    now = exchange.now()
    with exchange.ledger.transaction() as tx:
        talk = talks.locked(tx, offer_id)
        if talk is None or talk.room_id is None or not is_alone(tx, talk):
            return Not.TALKING
        if (why := not_free(tx, talk, agent_id)) is not None:
            return why
        theirs = line.find(tx, talk.visit)
        first_at = theirs.first_at if theirs else now
        visit = Visit(
            f"{talk.call}.ask.{secrets.token_urlsafe(6)}",
            talk.call,
            talk.queue,
            theirs.language if theirs else "",
            first_at=first_at,
            rank=theirs.rank if theirs else first_at,
            entered_at=now,
            kind=Kind.CONSULT,
            room=talk.room,
            wanted=agent_id,
            sent_by=talk.agent,
        )
        line.join(tx, visit)
        wish_hold(tx, talk, now, hold=True)
    wake(exchange)
    return None


def call_off(exchange: Exchange, offer_id: str) -> bool:
    """Who asks needs the other agent no more, and has the caller back; False if nobody is asked."""
    now = exchange.now()
    with exchange.ledger.transaction() as tx:
        talk = talks.locked(tx, offer_id)
        if talk is None or not talk.is_on:
            return False
        visit = line.open_of(tx, talk.call)
        asked = [each for each in talks.in_room(tx, talk.room) if each.is_on and each.offer != offer_id]
        if visit is None and not asked:
            return False
        if visit is not None:
            let_go(tx, visit, End.WITHDRAWN, now)
            line.end(tx, visit.id, Left.NO_AGENTS, WentTo.AGENT, now)
            wish_keep(tx, talk, None, now)
        for other in asked:
            over(exchange, tx, other.offer, AGENT, now)
    wake(exchange)
    return True


def hand_over(exchange: Exchange, offer_id: str) -> bool:
    """Who was asked keeps the caller, and who asked wraps up; False if nobody has come."""
    now = exchange.now()
    with exchange.ledger.transaction() as tx:
        talk = talks.locked(tx, offer_id)
        if talk is None or not talk.is_on:
            return False
        others = [each for each in talks.in_room(tx, talk.room) if each.is_on and each.offer != offer_id]
        if not any(each.answered_at is not None for each in others):
            return False
        over(exchange, tx, offer_id, AGENT, now)
    wake(exchange)
    return True
