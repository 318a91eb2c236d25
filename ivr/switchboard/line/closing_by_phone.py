"""A supervisor closes and opens queues from any phone: each queue has a key, and so has each reason."""

from ivr.carriers.capabilities import CARRIERS
from ivr.carriers.twilio import twiml
from ivr.carriers.twilio.fragment import Fragment
from ivr.core.accounts import RIGHTS, Right
from ivr.core.agents import Agent, Way
from ivr.core.line.closures import Closure, Reason
from ivr.core.menus import Language, Words
from ivr.core.phrases import words
from ivr.ledger import accounts, agents, closures
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.happening import live_script
from ivr.switchboard.line import closing
from ivr.switchboard.line.answering import idle_address, language_of, spoken_name
from ivr.switchboard.line.standing import heard_of
from ivr.switchboard.shelf import Script

MOST = 99
"""Queues that can be told by phone: two keys each."""

SECONDS = 8
"""Between two keys, and for the first one."""


def may_close(exchange: Exchange, agent_id: str) -> bool:
    """Whether this agent is a supervisor, too."""
    with exchange.ledger.reading() as tx:
        account = accounts.find(tx, agent_id)
    return account is not None and account.disabled_at is None and Right.LINE in RIGHTS[account.role]


def queues(exchange: Exchange, number: str, before: str = "", queue: str = "") -> bytes:
    """Each queue, whether it is closed, and its key; `before` it what was done to one of them."""
    agent = _supervisor(exchange, number)
    if agent is None:
        return GONE
    script = live_script(exchange)
    language = language_of(agent, script.hotline)
    with exchange.ledger.reading() as tx:
        shut = closures.every(tx)
    heard = (
        _say(script, language, before, queue=spoken_name(script.hotline, queue, language))
        if before
        else Fragment()
    )
    names = _names(script)
    for key, name in enumerate(names, 1):
        label = spoken_name(script.hotline, name, language)
        sentence = "agent_queue_closed" if name in shut else "agent_queue_open"
        heard += _say(script, language, sentence, queue=label, key=str(key))
    heard += _say(script, language, "agent_queues_done")
    return _asked(exchange, heard, f"queues/0/{number}", len(names))


def chosen(exchange: Exchange, number: str, digits: str | None) -> bytes:
    """The key of a queue: one that is closed is opened, of another one is asked why it is to be closed."""
    agent = _supervisor(exchange, number)
    if agent is None:
        return GONE
    script = live_script(exchange)
    names = _names(script)
    if digits is not None and "*" in digits:
        return _ended(exchange, agent)
    place = int(digits) if digits and digits.isdecimal() else 0
    if not 0 < place <= len(names):
        return queues(exchange, number) if digits else _ended(exchange, agent)
    queue = names[place - 1]
    if closing.open_again(exchange, agent.name, queue):
        return queues(exchange, number, "agent_opened", queue)
    language = language_of(agent, script.hotline)
    heard = _say(script, language, "agent_why")
    phrases = script.hotline.languages[language].phrases
    for key, reason in enumerate(Reason, 1):
        heard += _say(script, language, "agent_because", reason=phrases.get(reason, reason), key=str(key))
    return _asked(exchange, heard, f"why/{place}/{number}", 1)


def because(exchange: Exchange, number: str, place: int, digits: str | None) -> bytes:
    """The key of a reason: the queue is closed; by any other key, or none, it stays open."""
    agent = _supervisor(exchange, number)
    names = _names(live_script(exchange))
    if agent is None or not 0 < place <= len(names):
        return GONE
    reasons: dict[str, Reason | None] = {"0": None}
    reasons |= {str(key): reason for key, reason in enumerate(Reason, 1)}
    if digits not in reasons:
        return queues(exchange, number)
    queue = names[place - 1]
    closing.close(exchange, Closure(queue, exchange.now(), agent.name, reasons[digits]))
    return queues(exchange, number, "agent_closed", queue)


GONE = twiml.document(twiml.hangup()).fill({})


def _supervisor(exchange: Exchange, number: str) -> Agent | None:
    """Who typed this number and proved it: the address was made for them, and is signed."""
    with exchange.ledger.reading() as tx:
        agent = agents.by_number(tx, number)
    if agent is None or not may_close(exchange, agent.id):
        return None
    heard_of(exchange, agent.id)
    return agent


def _names(script: Script) -> list[str]:
    return list(script.hotline.queues)[:MOST]


def _ended(exchange: Exchange, agent: Agent) -> bytes:
    """Back to where they wait for callers, or goodbye."""
    if agent.way is Way.DIALLED_IN and agent.leg is not None:
        return twiml.document(twiml.redirect(idle_address(exchange))).fill({})
    script = live_script(exchange)
    return twiml.document(_say(script, language_of(agent, script.hotline), "goodbye") + twiml.hangup()).fill(
        {}
    )


def _say(script: Script, language: Language, sentence: str, **holes: str | Words) -> Fragment:
    return script.documents.say(
        language, words(script.hotline.languages[language].phrases[sentence], **holes)
    )


def _asked(exchange: Exchange, question: Fragment, door: str, most: int) -> bytes:
    """A key; where there are more than nine, # or a pause ends it."""
    here = address(exchange, door)
    digits = 1 if most < 10 else None
    asked = twiml.gather(
        question, here, timeout=SECONDS, num_digits=digits, finish_on_key="" if digits else "#"
    )
    return twiml.document(asked + twiml.redirect(here)).fill({})


def address(exchange: Exchange, door: str) -> str:
    retries = CARRIERS[exchange.settings.carrier].retries
    return f"{exchange.settings.base_url}/voice/agents/{door}{retries}"
