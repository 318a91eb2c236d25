"""Somebody listens in on a conversation: unheard, heard by the agent alone, or by everybody.

They are rung on a line of their own, press 1 (in a browser they have asked for it there), and are in the
room. When another agent gets the caller, who whispers is heard by that one.
"""

import secrets
from dataclasses import replace

from ivr.carriers import events as said
from ivr.carriers.capabilities import CARRIERS
from ivr.carriers.errors import Refused
from ivr.carriers.twilio import twiml
from ivr.core.agents import own_browser
from ivr.core.phrases import words
from ivr.ledger import Transaction, agents, calls, errands, listeners, talks
from ivr.ledger.errands import Errand
from ivr.ledger.listeners import How, Listener
from ivr.ledger.talks import Talk
from ivr.outside.bus import Topic
from ivr.switchboard.attempts import settle
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.happening import live_script
from ivr.switchboard.line.answering import SILENT
from ivr.switchboard.line.offering import our_number, wish_hang_up
from ivr.switchboard.line.pacing import take_turn
from ivr.switchboard.line.placing import placed

RING_LISTENER, LISTEN = "ring_listener", "listen"
"""The errands that ring who is to listen, and let them be heard as they wish."""

RING_SECONDS = 30


def supervise(exchange: Exchange, offer_id: str, who: str, how: How) -> Listener | None:
    """This account listens in on a conversation, or listens in another way from now on; None if there is
    nothing to listen to. They are rung as an agent is, or in their browser."""
    now = exchange.now()
    with exchange.ledger.transaction() as tx:
        talk = talks.find(tx, offer_id)
        if talk is None or not talk.is_on or talk.answered_at is None:
            return None
        known = next((each for each in listeners.in_room(tx, talk.room) if each.who == who), None)
        if known is not None:
            listeners.change(tx, known.id, how)
            errands.wish(tx, LISTEN, talk.call, {"listener": known.id}, now, now)
            listener = replace(known, how=how)
        else:
            listener = Listener(secrets.token_urlsafe(9), talk.room, who, address_of(tx, who), how, now)
            listeners.add(tx, listener)
            turn = take_turn(tx, now, exchange.settings.calls_per_second)
            errands.wish(tx, RING_LISTENER, talk.call, {"listener": listener.id}, turn, now)
    exchange.tell(Topic.ERRANDS)
    return listener


def address_of(tx: Transaction, who: str) -> str:
    """Where an account is rung to listen: as an agent is, or in their browser."""
    agent = agents.find(tx, who)
    return agent.address if agent is not None and agent.address else own_browser(who)


def stop(exchange: Exchange, listener_id: str) -> bool:
    """They listen no more; False if they had stopped before."""
    now = exchange.now()
    with exchange.ledger.transaction() as tx:
        listener = listeners.find(tx, listener_id)
        if listener is None or not listeners.end(tx, listener_id, now):
            return False
        if listener.leg is not None:
            wish_hang_up(tx, None, listener.leg, now)
    exchange.tell(Topic.ERRANDS)
    return True


# -- on their line -----------------------------------------------------------------------------------------


def answered(exchange: Exchange, listener_id: str) -> bytes:
    """Their line is open: 1 leads them in, which no voicemail presses."""
    found = _found(exchange, listener_id)
    if found is None:
        return SILENT
    listener, talk = found
    if listener.address.startswith("client:"):
        return _into_room(exchange, listener, talk)
    script = live_script(exchange)
    language = script.hotline.first_language
    phrase = script.hotline.languages[language].phrases["screen"]
    question = script.documents.say(language, words(phrase, hotline=script.hotline.name))
    asked = twiml.gather(question, f"{_address(exchange, listener_id)}/key", timeout=5, num_digits=1)
    return twiml.document(asked + asked + twiml.hangup()).fill({})


def pressed(exchange: Exchange, listener_id: str, digits: str | None) -> bytes:
    """1 leads them in."""
    found = _found(exchange, listener_id) if digits == "1" else None
    return _into_room(exchange, *found) if found else SILENT


def left(exchange: Exchange, listener_id: str) -> bytes:
    """They are out of the room, or it is over."""
    with exchange.ledger.transaction() as tx:
        listeners.end(tx, listener_id, exchange.now())
    return SILENT


def leg_changed(exchange: Exchange, listener_id: str, change: said.LegChanged) -> None:
    """The carrier tells how their line fares."""
    if change.state.over:
        left(exchange, listener_id)


def _found(exchange: Exchange, listener_id: str) -> tuple[Listener, Talk] | None:
    """Who listens, and to whom: the agent who has the caller now."""
    with exchange.ledger.reading() as tx:
        listener = listeners.find(tx, listener_id)
        talk = having(tx, listener.room) if listener else None
    if listener is None or listener.ended_at is not None or talk is None:
        return None
    return listener, talk


def having(tx: Transaction, room: str) -> Talk | None:
    """The conversation of the agent who has the caller in this room."""
    return next((talk for talk in talks.in_room(tx, room) if talk.is_on), None)


def _into_room(exchange: Exchange, listener: Listener, talk: Talk) -> bytes:
    with exchange.ledger.transaction() as tx:
        listeners.joined(tx, listener.id, exchange.now())
    retries = CARRIERS[exchange.settings.carrier].retries
    documents = live_script(exchange).documents
    coach = talk.leg if listener.how is How.WHISPER else None
    room = documents.listening(
        f"listener-{listener.id}",
        f"{_address(exchange, listener.id)}/left{retries}",
        muted=listener.how is How.LISTEN,
        coach=coach,
    )
    return twiml.document(room).fill({"room": listener.room})


def _address(exchange: Exchange, listener_id: str) -> str:
    return f"{exchange.settings.base_url}/voice/listen/{listener_id}"


# -- errands -----------------------------------------------------------------------------------------------


def ring(exchange: Exchange, errand: Errand) -> None:
    """Rings who is to listen. It is never done twice: they can ask again."""
    found = _found(exchange, errand.payload["listener"])
    if found is None:
        return settle(exchange, errand, {})
    listener, talk = found
    with exchange.ledger.reading() as tx:
        call = calls.find(tx, talk.call)
    where = _address(exchange, listener.id)
    try:
        leg = placed(
            exchange,
            errand,
            lambda: exchange.carrier.place_call(
                listener.address,
                our_number(exchange, call.called if call else ""),
                where,
                timeout=RING_SECONDS,
                status_callback=f"{where}/leg",
            ),
        )
    except Refused:
        leg = None
    if leg is None:
        left(exchange, listener.id)
        return None
    with exchange.ledger.transaction() as tx:
        now = exchange.now()
        listeners.rings_on(tx, listener.id, leg)
        still = listeners.find(tx, listener.id)
        if still is not None and still.ended_at is not None:
            wish_hang_up(tx, None, leg, now)
        errands.done(tx, errand.id, {"leg": leg}, now)
    return None


def make_heard(exchange: Exchange, errand: Errand) -> None:
    """Lets them be heard as they wish now."""
    found = _found(exchange, errand.payload["listener"])
    if found is not None:
        let_be_heard(exchange, *found)
    settle(exchange, errand, {})


def let_be_heard(exchange: Exchange, listener: Listener, talk: Talk) -> None:
    """By nobody, by the agent who has the caller, or by everybody."""
    if talk.room_id is None or listener.leg is None or listener.joined_at is None:
        return
    rooms = exchange.carrier.rooms
    match listener.how:
        case How.LISTEN:
            rooms.mute(talk.room_id, listener.leg)
        case How.WHISPER if talk.leg is not None:
            rooms.coach(talk.room_id, listener.leg, talk.leg)
        case How.BARGE:
            rooms.join_in(talk.room_id, listener.leg)
