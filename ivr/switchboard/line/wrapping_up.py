"""The wrap-up behind a conversation: the agent writes down what it was about, and is free again in the end.

It lasts a time, or where the queue wants a disposition, until one is chosen; then that time counts as ever.
"""

from ivr.core.agents import Activity
from ivr.core.line.rules import Rules
from ivr.ledger import agents, talks
from ivr.ledger.talks import Talk
from ivr.outside.bus import Topic
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.line.dispatch import dispatch_soon
from ivr.switchboard.line.joining import rules_of


def wrap_up_until(rules: Rules, talk: Talk, ended_at: int) -> int | None:
    """When the wrap-up of a conversation that ended then is over; None: not until a disposition is chosen."""
    if rules.must_dispose and talk.disposition is None:
        return None
    return ended_at + round(rules.wrap_up * 1000)


def is_unsaid(exchange: Exchange, talk: Talk) -> bool:
    """Whether the agent has to say first what a conversation was about: they cannot end its wrap-up so."""
    rules = rules_of(exchange.shelf.live(exchange.now()).hotline, talk.queue)
    return talk.ended_at is None and wrap_up_until(rules, talk, 0) is None


def wrapped_up(exchange: Exchange, offer_id: str) -> bool:
    """The wrap-up is over; False if it was before, or the conversation lasts."""
    now = exchange.now()
    with exchange.ledger.transaction() as tx:
        talk = talks.locked(tx, offer_id)
        if talk is None or not talks.end(tx, offer_id, now):
            return False
        agent = agents.held(tx, talk.agent)
        if agent is not None:
            agents.becomes(tx, agent, now, activity=Activity.IDLE)
    exchange.tell(Topic.LINE)
    dispatch_soon(exchange)
    return True


def write_down(exchange: Exchange, offer_id: str, disposition: str | None, notes: str) -> None:
    """What the agent says it was about. One that had to be said begins the end of the wrap-up; taken back, it
    has to be said again."""
    now = exchange.now()
    with exchange.ledger.transaction() as tx:
        talks.write_down(tx, offer_id, disposition, notes)
        talk = talks.find(tx, offer_id)
        if talk is not None and talk.talk_ended_at is not None:
            rules = rules_of(exchange.shelf.live(now).hotline, talk.queue)
            until = wrap_up_until(rules, talk, talk.talk_ended_at)
            if until is None or talk.wrap_up_until is None:
                talks.wrap_up_until(tx, offer_id, until)
    exchange.tell(Topic.LINE)


def longer(exchange: Exchange, offer_id: str, seconds: float) -> bool:
    """So much more time for the wrap-up, from now; False if there is none, or it is over. One that lasts
    until a disposition is chosen lasts so still."""
    with exchange.ledger.transaction() as tx:
        talk = talks.find(tx, offer_id)
        if talk is None or talk.is_on or talk.ended_at is not None:
            return False
        if talk.wrap_up_until is not None:
            talks.wrap_up_until(tx, offer_id, exchange.now() + round(seconds * 1000))
    exchange.tell(Topic.LINE)
    return True
