"""What is asked of the carrier about the room of a conversation: the errands that ring the agent into it, see
whether the two have met there, and end it.
"""

from ivr.carriers.errors import Refused
from ivr.core.line.visits import Kind
from ivr.ledger import agents, errands, line, offers, talks
from ivr.ledger.errands import Errand
from ivr.outside.bus import Topic
from ivr.switchboard.attempts import settle
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.line.calling_back import numbers_of
from ivr.switchboard.line.holding import stay_open
from ivr.switchboard.line.meeting import LINE, line_ended, met, over
from ivr.switchboard.line.offering import ring_once, wish_hang_up

PICKS_UP_IN = 15
"""Seconds in which the browser of an agent picks up by itself, if it is there."""


def connect(exchange: Exchange, errand: Errand) -> None:
    """Rings the browser of an agent who has accepted on their page: it picks up by itself, and is led to the
    caller. It is never done twice; a browser that cannot be rung is a broken line."""
    offer_id = errand.payload["offer"]
    with exchange.ledger.reading() as tx:
        talk = talks.find(tx, offer_id)
        agent = agents.find(tx, talk.agent) if talk else None
        visit = line.find(tx, talk.visit) if talk else None
        numbers = numbers_of(tx, visit) if visit else None
    if talk is None or visit is None or agent is None or numbers is None or not talk.is_on:
        return settle(exchange, errand, {})
    if visit.kind is Kind.CONSULT:
        stay_open(exchange, visit)
    try:
        leg = ring_once(exchange, errand, numbers[1], agent, offer_id, PICKS_UP_IN)
    except Refused:
        return line_ended(exchange, offer_id, hung_up=True)
    if leg is None:
        return None
    now = exchange.now()
    with exchange.ledger.transaction() as tx:
        still = talks.locked(tx, offer_id)
        offers.rings_on(tx, offer_id, leg)
        if still is not None and still.talk_ended_at is not None:
            wish_hang_up(tx, errand.call, leg, now)
        errands.done(tx, errand.id, {"leg": leg}, now)
    return None


def end_room(exchange: Exchange, errand: Errand) -> None:
    """Ends a room in which nobody talks any more."""
    rooms = exchange.carrier.rooms
    room_id = errand.payload["room"] or rooms.find(errand.payload["name"])
    if room_id:
        rooms.end(room_id)
    settle(exchange, errand, {})


def ask_room(exchange: Exchange, errand: Errand) -> None:
    """Asks the carrier whether the two have met of whom nothing was heard. Whoever is there alone must not
    wait for the other for ever: the agent is free again, and the caller, led out of the room, is next."""
    offer_id, rooms = errand.payload["offer"], exchange.carrier.rooms
    with exchange.ledger.reading() as tx:
        talk = talks.find(tx, offer_id)
    if talk is None or talk.answered_at is not None or talk.talk_ended_at is not None:
        return settle(exchange, errand, {})
    room_id = rooms.find(talk.room)
    found = bool(room_id) and all(
        leg is not None and rooms.find_participant(room_id or "", leg) is not None
        for leg in (talk.leg, talk.call)
    )
    now = exchange.now()
    with exchange.ledger.transaction() as tx:
        known = talks.locked(tx, offer_id)
        if known is not None and known.answered_at is None and known.talk_ended_at is None:
            if found:
                met(exchange, tx, known, now, room_id)
            else:
                over(exchange, tx, offer_id, LINE, now, alone=True)
        errands.done(tx, errand.id, {"met": str(found)}, now)
    exchange.tell(Topic.ERRANDS)
    exchange.tell(Topic.LINE)
    return None
