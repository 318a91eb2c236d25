"""The floor: what the agents are doing now, who talks with whom, and a supervisor's ear in it."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, Response, current_app

from ivr.core.agents import Agent
from ivr.core.menus import Hotline
from ivr.ledger import Transaction, agents, listeners, messages, talks
from ivr.ledger.listeners import Listener
from ivr.ledger.talks import Talk
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.line.supervising import address_of
from ivr.web.own_line import own_line_at
from ivr.web.pages.follow import followed
from ivr.web.pages.visits import label_of
from ivr.web.seats import who as sits
from ivr.web.wording import language

floor = Blueprint("floor", __name__)


@dataclass(frozen=True, slots=True)
class Conversation:
    """Who an agent talks with, or wraps up after: `caller` None is withheld, `queue` by its label. With the
    caller is only one of the agents in a room (`has_caller`), and who listens in listens to that one; `mine`
    is how the reader does, if they do."""

    talk: Talk
    caller: str | None
    queue: str
    has_caller: bool
    mine: Listener | None


@dataclass(frozen=True, slots=True)
class Seen:
    """An agent, and what they are busy with."""

    agent: Agent
    conversation: Conversation | None


@floor.get("/floor")
def shown() -> Response:
    """Every agent as they stand."""
    exchange: Exchange = current_app.extensions["exchange"]
    now, who = exchange.now(), sits()
    live = exchange.shelf.live(now).hotline
    with exchange.ledger.reading() as tx:
        held = {each.talk.agent: each for each in conversations(tx, live, who)}
        seen = [Seen(agent, held.get(agent.id)) for agent in agents.listed(tx)]
        address = address_of(tx, who) if who else ""
        waiting = messages.count_waiting(tx)
    return followed(
        "floor.html",
        {"now": now},
        seen=seen,
        own_line=own_line_at(exchange.settings, address) if who else "missing",
        address=address,
        reader=who,
        waiting=waiting,
    )


def conversations(tx: Transaction, live: Hotline, who: str | None) -> Iterator[Conversation]:
    """All that are under way, by as many questions as for one."""
    under_way, numbers = talks.under_way(tx), talks.numbers_under_way(tx)
    mine = listeners.of_account(tx, who) if who else {}
    having = {talk.room: talk.offer for talk in reversed(under_way) if talk.is_on}
    for talk in under_way:
        yield Conversation(
            talk,
            numbers.get(talk.offer),
            label_of(live, talk.queue, language()),
            having.get(talk.room) == talk.offer,
            mine.get(talk.room),
        )
