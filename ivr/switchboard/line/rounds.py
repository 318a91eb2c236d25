"""What the clock does for the line: whatever ran out of time, or was forgotten, is put right.

Each thing is looked up in rows and done in a transaction of its own that looks again: so any number of
processes may go their rounds at once.
"""

from ivr.core.agents import UNHEARD, Status
from ivr.ledger import agents, calls, line, offers, talks
from ivr.outside.bus import Topic
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.line.dispatch import dispatch
from ivr.switchboard.line.meeting import caller_gone, held, over, wrapped_up
from ivr.switchboard.line.offering import over_in_time
from ivr.switchboard.line.sending_on import is_in_vain, look_after_kept

AT_A_TIME = 50

SILENT_MS = 90_000
"""So long nothing was heard of a caller in a line: a piece of the wait is much shorter."""

LATE_MS = 20_000
"""So long after an agent has accepted, both must be in the room."""

RINGING_MS = 60_000
"""So much longer an agent waits in the room for somebody they call."""


def look_after_line(exchange: Exchange) -> None:
    """One round. Raises LedgerError, NothingPublished."""
    now = exchange.now()
    with exchange.ledger.reading() as tx:
        late = offers.due(tx, now, AT_A_TIME)
        wrapped = talks.due(tx, now, AT_A_TIME)
        unheard = agents.expired(tx, now)
        silent = line.silent(tx, now - SILENT_MS, AT_A_TIME)
        stuck = talks.unanswered(tx, now - LATE_MS, now - LATE_MS - RINGING_MS, AT_A_TIME)
        in_vain = [visit for visit in line.kept(tx) if is_in_vain(tx, visit, now)]
    for offer in late:
        over_in_time(exchange, offer)
    for talk in wrapped:
        wrapped_up(exchange, talk.offer)
    for agent in unheard:
        sign_out(exchange, agent.id, now)
    for visit in silent:
        bury(exchange, visit.call, now)
    for offer_id in stuck:
        give_back(exchange, offer_id, now)
    for visit in in_vain:
        look_after_kept(exchange, visit)
    dispatch(exchange)


def sign_out(exchange: Exchange, agent_id: str, now: int) -> None:
    """An agent who is not heard of any more is offered nobody; what they are in the middle of goes on."""
    with exchange.ledger.transaction() as tx:
        agent = agents.held(tx, agent_id)
        if agent is not None and agent.lease_until is not None and agent.lease_until <= now:
            agents.becomes(tx, agent, now, status=Status.SIGNED_OUT, reason=UNHEARD)
            agents.lease(tx, agent_id, None)
    exchange.tell(Topic.LINE)


def bury(exchange: Exchange, call_id: str, now: int) -> None:
    """A visit whose call is over is over too; one of which nothing is heard is asked about elsewhere."""
    with exchange.ledger.transaction() as tx:
        call = calls.find(tx, call_id)
        if call is None or call.ended_at is not None:
            caller_gone(exchange, tx, call_id, now)
    exchange.tell(Topic.LINE)


def give_back(exchange: Exchange, offer_id: str, now: int) -> None:
    """The two have not met: whoever is there must not wait for the other for ever. The agent is free again,
    and the caller, led out of the room, is next."""
    with exchange.ledger.transaction() as tx:
        talk = held(tx, offer_id)
        if talk is not None and talk.answered_at is None:
            over(exchange, tx, offer_id, "line", now)
    exchange.tell(Topic.ERRANDS)
    exchange.tell(Topic.LINE)
