"""At whose desk somebody sits: an agent at their own; at the hotline's own machine at any that is there."""

from flask import abort, session

from ivr.core.accounts import known_as
from ivr.core.agents import Agent, Way
from ivr.ledger import agents
from ivr.switchboard.exchange import Exchange
from ivr.web.visitors import visitor
from ivr.web.wording import _

SEAT = "seat"
"""Whose desk somebody at the hotline's own machine has sat down at, as they have no account."""

NO_AGENT = _("You answer no callers: whoever looks after the hotline can set you up as an agent.")


def who() -> str | None:
    """The id of the agent who sits here; whether they are one is another question."""
    asking = visitor()
    if asking is None:
        return None
    return session.get(SEAT) if asking.is_here else known_as(asking.name)


def find(exchange: Exchange, agent_id: str) -> Agent | None:
    """An agent; None for somebody who is none (any more)."""
    with exchange.ledger.reading() as tx:
        agent = agents.find(tx, agent_id)
    return agent if agent is not None and agent.way is not Way.GONE else None


def mine(exchange: Exchange) -> Agent:
    """The agent who sits here; whoever is none has nothing to do here."""
    agent_id = who()
    agent = find(exchange, agent_id) if agent_id is not None else None
    if agent is None:
        abort(404, NO_AGENT)
    return agent
