"""What an agent hears on their phone: who calls, whether they are still there, and then the caller."""

from ivr.carriers import events as said
from ivr.carriers.capabilities import CARRIERS
from ivr.carriers.rooms import RoomLeft
from ivr.carriers.twilio import twiml
from ivr.core.agents import Agent
from ivr.core.line.visits import Kind, Visit
from ivr.core.menus import Hotline, Language, Words
from ivr.core.phrases import words
from ivr.ledger import agents, line, offers, talks
from ivr.ledger.talks import Talk
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.line.calling_back import numbers_of
from ivr.switchboard.line.meeting import line_ended
from ivr.switchboard.line.offering import accept, address, decline, leg_changed
from ivr.switchboard.shelf import Script

SILENT = twiml.document(twiml.hangup()).fill({})


def agent_answered(exchange: Exchange, offer_id: str) -> bytes:
    """Their line is open: who calls, and press 1; or what has become of the call. Only the key takes it, so
    that no voicemail does. Who has accepted on their page is led to the caller at once."""
    script = exchange.shelf.live(exchange.now())
    with exchange.ledger.reading() as tx:
        offer = offers.find(tx, offer_id)
        talk = talks.find(tx, offer_id)
        visit = line.find(tx, offer.visit) if offer else None
        agent = agents.find(tx, offer.agent) if offer else None
        numbers = numbers_of(tx, visit) if visit else None
    if offer is None or visit is None or agent is None:
        return SILENT
    if talk is not None and talk.talk_ended_at is None:
        return _into_room(exchange, script, talk)
    language = language_of(agent, script.hotline)
    if offer.ended_at is not None:
        return _regret(script, language, visit)
    phrases = script.hotline.languages[language].phrases
    since = visit.first_at if visit.kind is Kind.CALLBACK else visit.entered_at
    question = script.documents.say(
        language,
        words(
            phrases["offer_back" if visit.kind is Kind.CALLBACK else "offer"],
            queue=_label(script.hotline, visit.queue, language),
            caller=(numbers[0] if numbers else None) or "",
            language=visit.language,
            minutes=str((exchange.now() - since) // 60_000),
        ),
    )
    asked = twiml.gather(question, f"{address(exchange, offer_id)}/key", timeout=5, num_digits=1)
    return twiml.document(asked + asked + twiml.hangup()).fill({})


def agent_pressed(exchange: Exchange, offer_id: str, leg: str, digits: str | None) -> bytes:
    """1 takes the caller; any other key leaves them to the next agent."""
    script = exchange.shelf.live(exchange.now())
    if digits != "1":
        if digits is not None:
            decline(exchange, offer_id)
        return SILENT
    talk = accept(exchange, offer_id, leg)
    if talk is not None:
        return _into_room(exchange, script, talk)
    with exchange.ledger.reading() as tx:
        offer = offers.find(tx, offer_id)
        visit = line.find(tx, offer.visit) if offer else None
        agent = agents.find(tx, offer.agent) if offer else None
    if visit is None or agent is None:
        return SILENT
    return _regret(script, language_of(agent, script.hotline), visit)


def agent_left(exchange: Exchange, offer_id: str, left: RoomLeft) -> bytes:
    """The agent's line is out of the room: the conversation is over."""
    line_ended(exchange, offer_id, hung_up=left.hung_up)
    return SILENT


def agent_line_changed(exchange: Exchange, offer_id: str, change: said.LegChanged) -> None:
    """The carrier tells how the line to an agent fares: with its end an offer ends, or a conversation."""
    leg_changed(exchange, offer_id, change)
    if change.state.over:
        line_ended(exchange, offer_id, hung_up=True)


def language_of(agent: Agent, hotline: Hotline) -> Language:
    """The language an agent is talked to in: the hotline's first of those they speak."""
    return next((each for each in hotline.languages if each in agent.languages), hotline.first_language)


def _into_room(exchange: Exchange, script: Script, talk: Talk) -> bytes:
    retries = CARRIERS[exchange.settings.carrier].retries
    left = f"{address(exchange, talk.offer)}/left{retries}"
    room = script.documents.in_room("agent", left, start=True, end=True)
    return twiml.document(room).fill({"room": talk.room})


def _regret(script: Script, language: Language, visit: Visit) -> bytes:
    """Somebody else was quicker, or the caller has hung up."""
    gone = visit.taken_at is None
    phrase = script.hotline.languages[language].phrases["caller_gone" if gone else "taken"]
    return twiml.document(script.documents.say(language, words(phrase)) + twiml.hangup()).fill({})


def _label(hotline: Hotline, queue: str, language: Language) -> Words:
    known = hotline.queues.get(queue)
    if known is None or known.label is None:
        return (queue,)
    return known.label.get(language) or (queue,)
