"""Agents who are dialled in: they ring a number of ours (`agents_line`), say who they are, and wait there.

On that line they hear of callers, talk with them, and come back to it. Its keys: 1 ready, 2 a break, 3 the
wrap-up is done, 5 for supervisors the queues, * signed out. Whoever hangs up is signed out, and so is a line
that is lost.
"""

import re

from ivr.carriers.capabilities import CARRIERS
from ivr.carriers.twilio import twiml
from ivr.carriers.twilio.fragment import Fragment
from ivr.core.accounts import PINS_BY_AGENT
from ivr.core.agents import UNHEARD, Activity, Agent, Status, Way
from ivr.core.menus import Language
from ivr.core.phrases import words
from ivr.ledger import agents, offers, passwords, talks, throttles
from ivr.ledger.throttles import TooOften
from ivr.outside.bus import Topic
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.happening import live_script
from ivr.switchboard.line import closing_by_phone
from ivr.switchboard.line.answering import idle_address, language_of
from ivr.switchboard.line.dispatch import dispatch_soon
from ivr.switchboard.line.meeting import line_ended
from ivr.switchboard.line.offering import wish_hang_up, withdraw
from ivr.switchboard.line.standing import choose, heard_of, lost
from ivr.switchboard.line.wrapping_up import is_unsaid, wrapped_up
from ivr.switchboard.shelf import Script
from ivr.switchboard.signing_in import Busy, compared

TRIES = 3
"""How often an agent may mistype on one call; how often on many, the throttle of their number says."""

LONGEST_NUMBER = 20
"""Digits of an agent number: more is none."""

BEAT = 10
"""Seconds of silence on the line before the carrier asks again: it tells that the agent is still there."""

PIN = re.compile(r"[0-9]{6,12}")


class NotAPin(ValueError):
    """A PIN has 6 to 12 digits, and not the same one again and again."""


def set_pin(exchange: Exchange, agent_id: str, pin: str) -> None:
    """Another PIN for an agent. Raises NotAPin."""
    if not PIN.fullmatch(pin) or len(set(pin)) == 1:
        raise NotAPin("a PIN has 6 to 12 digits, and not the same one again and again")
    hashed = passwords.hashed(pin)
    with exchange.ledger.transaction() as tx:
        agents.set_pin(tx, agent_id, hashed)


def is_theirs(exchange: Exchange, called: str) -> bool:
    """Whether this is the number that agents ring."""
    return called == live_script(exchange).hotline.agents_line


# -- who they are ------------------------------------------------------------------------------------------


def rang(exchange: Exchange) -> bytes:
    """Somebody rings the agents' line: their number, please."""
    return _ask_number(exchange, live_script(exchange), tried=0)


def typed_number(exchange: Exchange, tried: int, digits: str | None) -> bytes:
    """The agent's number, or nothing: then they are asked again."""
    script = live_script(exchange)
    number = "".join(filter(str.isdecimal, digits or ""))
    if not 0 < len(number) <= LONGEST_NUMBER:
        return _ask_number(exchange, script, tried=tried + 1, before="agent_wrong")
    question = _say(script, script.hotline.first_language, "agent_pin")
    return _asked(exchange, question, f"pin/{tried}/{number}")


def typed_pin(exchange: Exchange, tried: int, number: str, pin: str | None, leg: str) -> bytes:
    """The PIN: with the right one they are signed in and ready; a supervisor who is rung in another way hears
    of the queues. Of a wrong one nobody learns what was wrong with it."""
    script = live_script(exchange)
    try:
        agent = proven(exchange, number, pin or "")
    except (TooOften, Busy):
        return _goodbye(script, script.hotline.first_language, "agent_held")
    if agent is None:
        return _ask_number(exchange, script, tried=tried + 1, before="agent_wrong")
    if agent.way is not Way.DIALLED_IN:
        return closing_by_phone.queues(exchange, number)
    _sign_in(exchange, agent, leg)
    language = language_of(agent, script.hotline)
    return _waiting(exchange, script, language, "agent_ready", *_keys(exchange, agent))


def _keys(exchange: Exchange, agent: Agent) -> tuple[str, ...]:
    """What is said of the keys: supervisors have one more."""
    return (
        ("agent_keys", "agent_queues") if closing_by_phone.may_close(exchange, agent.id) else ("agent_keys",)
    )


def proven(exchange: Exchange, number: str, pin: str) -> Agent | None:
    """The agent of this number, if this is their PIN. Raises TooOften, Busy."""
    now = exchange.now()
    with exchange.ledger.transaction() as tx:
        throttles.count(tx, PINS_BY_AGENT, number, now)
        agent = agents.by_number(tx, number)
        kept = agents.pin(tx, agent.id) if agent is not None and agent.way is not Way.GONE else None
    right = compared(kept, pin)
    if agent is None or kept is None or not right:
        return None
    if agent.way is not Way.DIALLED_IN and not closing_by_phone.may_close(exchange, agent.id):
        return None
    with exchange.ledger.transaction() as tx:
        throttles.forgive(tx, PINS_BY_AGENT, number)
    return agent


def _sign_in(exchange: Exchange, agent: Agent, leg: str) -> None:
    """This is the agent's line from now on; another one they had is hung up."""
    now = exchange.now()
    with exchange.ledger.transaction() as tx:
        agents.dialled_in(tx, agent.id, leg)
        if agent.leg is not None and agent.leg != leg:
            wish_hang_up(tx, None, agent.leg, now)
    exchange.tell(Topic.ERRANDS)
    choose(exchange, agent.id, Status.READY)


# -- on the line -------------------------------------------------------------------------------------------


def still_there(exchange: Exchange, leg: str) -> bytes:
    """The line is asked about again and again while the agent waits. Somebody we had not heard of for a while
    is back; on a line of nobody's there is nothing to wait for."""
    script = live_script(exchange)
    agent = _on(exchange, leg)
    if agent is None:
        return _goodbye(script, script.hotline.first_language, "goodbye")
    if agent.status is Status.SIGNED_OUT and agent.reason == UNHEARD:
        choose(exchange, agent.id, Status.READY)
    heard_of(exchange, agent.id)
    language = language_of(agent, script.hotline)
    wraps_up = agent.activity is Activity.WRAPPING_UP and exchange.now() - agent.since < BEAT * 1000
    return _waiting(exchange, script, language, *(["agent_wrap_up"] if wraps_up else []))


def pressed(exchange: Exchange, leg: str, digits: str | None) -> bytes:
    """A key while they wait."""
    script = live_script(exchange)
    agent = _on(exchange, leg)
    if agent is None:
        return _goodbye(script, script.hotline.first_language, "goodbye")
    heard_of(exchange, agent.id)
    language = language_of(agent, script.hotline)
    match digits:
        case "1":
            choose(exchange, agent.id, Status.READY)
            return _waiting(exchange, script, language, "agent_ready")
        case "2":
            choose(exchange, agent.id, Status.ON_BREAK)
            return _waiting(exchange, script, language, "agent_break")
        case "3":
            return _waiting(exchange, script, language, _wrap_up_done(exchange, agent))
        case "5" if agent.number is not None and closing_by_phone.may_close(exchange, agent.id):
            choose(exchange, agent.id, Status.ON_BREAK)
            return closing_by_phone.queues(exchange, agent.number)
        case "*":
            line_gone(exchange, leg)
            return _goodbye(script, language, "agent_goodbye")
    return _waiting(exchange, script, language, *_keys(exchange, agent))


def _wrap_up_done(exchange: Exchange, agent: Agent) -> str:
    with exchange.ledger.reading() as tx:
        talk = talks.open_of(tx, agent.id)
    if talk is not None and is_unsaid(exchange, talk):
        return "agent_unsaid"
    if talk is not None:
        wrapped_up(exchange, talk.offer)
    return "agent_ready" if agent.status is Status.READY else "agent_break"


def line_gone(exchange: Exchange, leg: str) -> None:
    """The agent has hung up, or their line is lost: nobody is offered to them any more."""
    now = exchange.now()
    with exchange.ledger.transaction() as tx:
        found = agents.on_leg(tx, leg)
        agent = agents.held(tx, found.id) if found is not None else None
        if agent is None:
            return
        lost(tx, agent, now)
        offer, talk = offers.open_of(tx, agent.id), talks.open_of(tx, agent.id)
    if offer is not None:
        withdraw(exchange, offer.id)
    if talk is not None:
        line_ended(exchange, talk.offer)
    exchange.tell(Topic.LINE)
    dispatch_soon(exchange)


def _on(exchange: Exchange, leg: str) -> Agent | None:
    with exchange.ledger.reading() as tx:
        return agents.on_leg(tx, leg)


# -- what they hear ----------------------------------------------------------------------------------------


def _ask_number(exchange: Exchange, script: Script, *, tried: int, before: str = "") -> bytes:
    language = script.hotline.first_language
    if tried >= TRIES:
        return _goodbye(script, language, "goodbye")
    sentences = [name for name in (before, "agent_number") if name]
    return _asked(exchange, _say(script, language, *sentences), f"number/{tried}")


def _asked(exchange: Exchange, question: Fragment, door: str) -> bytes:
    """A number that is ended by #, or by a pause."""
    here = _address(exchange, door)
    asked = twiml.gather(question, here, timeout=5, finish_on_key="#")
    return twiml.document(asked + twiml.redirect(here)).fill({})


def _waiting(exchange: Exchange, script: Script, language: Language, *sentences: str) -> bytes:
    heard = _say(script, language, *sentences)
    asked = twiml.gather(heard, _address(exchange, "key"), timeout=BEAT, num_digits=1)
    return twiml.document(asked + twiml.redirect(idle_address(exchange))).fill({})


def _goodbye(script: Script, language: Language, sentence: str) -> bytes:
    return twiml.document(_say(script, language, sentence) + twiml.hangup()).fill({})


def _say(script: Script, language: Language, *sentences: str) -> Fragment:
    phrases = script.hotline.languages[language].phrases
    said = (script.documents.say(language, words(phrases[name])) for name in sentences)
    return sum(said, Fragment())


def _address(exchange: Exchange, door: str) -> str:
    retries = CARRIERS[exchange.settings.carrier].retries
    return f"{exchange.settings.base_url}/voice/agents/{door}{retries}"
