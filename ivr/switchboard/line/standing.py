"""What agents choose: to be there, to rest, to go. Whatever they are doing is done first."""

from ivr.core.agents import LEASE_MS, Agent, Status, Way
from ivr.ledger import Transaction, agents, audit
from ivr.ledger.audit import Deed
from ivr.outside.bus import Topic
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.line.dispatch import dispatch_soon


def choose(exchange: Exchange, agent_id: str, status: Status, reason: str = "") -> bool:
    """The agent's status from now on; False if there is no such agent, or they would be ready on a line they
    have not dialled in on."""
    now = exchange.now()
    with exchange.ledger.transaction() as tx:
        agent = agents.held(tx, agent_id)
        dialled_out = agent is not None and agent.way is Way.DIALLED_IN and agent.leg is None
        if agent is None or agent.way is Way.GONE or (status is Status.READY and dialled_out):
            return False
        if status is Status.READY and agent.way in (Way.BROWSER, Way.DIALLED_IN):
            agents.lease(tx, agent_id, now + LEASE_MS)
        if status is Status.READY:
            agents.missed(tx, agent_id, 0)
        agents.becomes(tx, agent, now, status=status, reason=reason)
    exchange.tell(Topic.LINE)
    if status is Status.READY:
        dispatch_soon(exchange)
    return True


def make_stand(exchange: Exchange, who: str, agent: Agent, status: Status, reason: str = "") -> bool:
    """Somebody else chooses for an agent, and it is written down; False where the agent could not either."""
    if not choose(exchange, agent.id, status, reason):
        return False
    with exchange.ledger.transaction() as tx:
        before = {"status": str(agent.status), "reason": agent.reason}
        after = {"status": str(status), "reason": reason}
        audit.note(tx, who, Deed.AGENT_STATUS, agent.name, before, after, exchange.now())
    return True


def lost(tx: Transaction, agent: Agent, now: int) -> None:
    """The line is gone on which an agent was dialled in: they are signed out. Hold the agent before."""
    agents.dialled_in(tx, agent.id, None)
    agents.lease(tx, agent.id, None)
    agents.becomes(tx, agent, now, status=Status.SIGNED_OUT)


RENEW_MS = LEASE_MS // 3
"""A lease is written anew when so much of it is over: every ten seconds at most."""


def heard_of(exchange: Exchange, agent_id: str) -> None:
    """The agent's page, or their line, is there."""
    now = exchange.now()
    with exchange.ledger.reading() as tx:
        agent = agents.find(tx, agent_id)
    if agent is None or agent.lease_until is None or agent.lease_until - now > LEASE_MS - RENEW_MS:
        return
    with exchange.ledger.transaction() as tx:
        agents.lease(tx, agent_id, now + LEASE_MS)
