"""In a conversation: the caller on hold, the agent muted, and whoever is left in a room keeps the caller.

Each is written down as it shall be, and an errand makes it so: it asks the row, so one that comes late, or
again, does no harm. How long a caller was on hold the room's notices tell, and the errand where they do not.
"""

from ivr.carriers.twilio import twiml
from ivr.core.line.visits import Visit
from ivr.ledger import Transaction, errands, listeners, talks
from ivr.ledger.errands import Errand
from ivr.ledger.listeners import How
from ivr.ledger.talks import Talk
from ivr.outside.bus import Topic
from ivr.switchboard.attempts import settle
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.line.recording import wish_recorder

HOLD, MUTE, KEEP, TAKE_OUT = "hold", "mute", "keep", "take_out"
"""The errands: the caller is held or taken back, an agent is muted or heard, or has the caller alone;
somebody who came too late is taken out."""

HOLD_MOST_MS = 10 * 60_000
"""So long at most a caller is on hold."""

HELD_TOO_LONG = "held_too_long"
"""In a call's log: the caller was on hold for so long that they were taken back without the agent's word."""


def hold(exchange: Exchange, offer_id: str) -> bool:
    """The caller is to hear music, and nothing else; False if there is nobody to be held."""
    return _wish_hold(exchange, offer_id, hold=True)


def resume(exchange: Exchange, offer_id: str) -> bool:
    """The caller is to be back in the conversation: with all who are in the room. False if it is over."""
    return _wish_hold(exchange, offer_id, hold=False)


def _wish_hold(exchange: Exchange, offer_id: str, *, hold: bool) -> bool:
    now = exchange.now()
    with exchange.ledger.transaction() as tx:
        talk = talks.locked(tx, offer_id)
        if talk is None or not talk.is_on or talk.room_id is None:
            return False
        wish_hold(tx, talk, now, hold=hold)
    exchange.tell(Topic.ERRANDS)
    exchange.tell(Topic.LINE)
    return True


def wish_hold(tx: Transaction, talk: Talk, now: int, *, hold: bool) -> None:
    """The caller of a conversation is to be on hold, or back."""
    talks.wish_hold(tx, talk.room, hold=hold)
    errands.wish(tx, HOLD, talk.call, {"offer": talk.offer}, now, now)
    wish_recorder(tx, talk, now)


def mute(exchange: Exchange, offer_id: str, *, muted: bool = True) -> bool:
    """The agent is not to be heard, or heard again; False if the conversation is over."""
    now = exchange.now()
    with exchange.ledger.transaction() as tx:
        talk = talks.find(tx, offer_id)
        if talk is None or not talks.mute(tx, offer_id, muted=muted):
            return False
        errands.wish(tx, MUTE, talk.call, {"offer": offer_id}, now, now)
    exchange.tell(Topic.ERRANDS)
    exchange.tell(Topic.LINE)
    return True


def wish_keep(tx: Transaction, talk: Talk, gone: str | None, now: int) -> None:
    """This agent has the caller alone from now on; the line of the other one, if it is still there, goes."""
    talks.wish_hold(tx, talk.room, hold=False)
    errands.wish(tx, KEEP, talk.call, {"offer": talk.offer, "gone": gone}, now, now)
    wish_recorder(tx, talk, now)


def music(exchange: Exchange) -> bytes:
    """What a caller on hold hears. It is asked for once."""
    return twiml.document(twiml.music(f"{exchange.settings.base_url}/static/waiting.wav")).fill({})


# -- errands -----------------------------------------------------------------------------------------------


def make_held(exchange: Exchange, errand: Errand) -> None:
    """Puts the caller on hold, or takes them back: as it is wished now."""
    talk = _of(exchange, errand)
    if talk is not None and talk.room_id is not None and talk.is_on:
        rooms = exchange.carrier.rooms
        if talk.hold_wished:
            done = rooms.hold(talk.room_id, talk.call, f"{exchange.settings.base_url}/voice/hold")
        else:
            done = rooms.unhold(talk.room_id, talk.call)
        if done:
            _write_down(exchange, talk, hold=talk.hold_wished)
    settle(exchange, errand, {})


def make_muted(exchange: Exchange, errand: Errand) -> None:
    """Mutes the agent, or lets them be heard: as it is wished now."""
    talk = _of(exchange, errand)
    if talk is not None and talk.room_id is not None and talk.leg is not None and talk.is_on:
        rooms = exchange.carrier.rooms
        (rooms.mute if talk.muted else rooms.unmute)(talk.room_id, talk.leg)
    settle(exchange, errand, {})


def make_keep(exchange: Exchange, errand: Errand) -> None:
    """The room is the caller's and this agent's alone: it ends when the agent leaves it, and no more when the
    other one does, who is taken out only then (contract §6.3)."""
    talk = _of(exchange, errand)
    if talk is not None and talk.room_id is not None and talk.is_on:
        rooms, gone = exchange.carrier.rooms, errand.payload["gone"]
        if gone is not None:
            rooms.end_on_exit(talk.room_id, gone, False)
        if talk.leg is not None:
            rooms.end_on_exit(talk.room_id, talk.leg, True)
        if rooms.unhold(talk.room_id, talk.call):
            _write_down(exchange, talk, hold=False)
        if gone is not None:
            rooms.take_out(talk.room_id, gone)
        _hear_again(exchange, talk)
    settle(exchange, errand, {})


def stay_open(exchange: Exchange, asked: Visit) -> None:
    """The room is to last when the agent leaves it who asks somebody else: before that one is rung, or the
    caller is lost with who asked. Raises TryAgain, Unknown."""
    with exchange.ledger.reading() as tx:
        here = talks.in_room(tx, asked.room or "")
    asking = next((talk for talk in here if talk.is_on and talk.agent == asked.sent_by), None)
    if asking is not None and asking.room_id is not None and asking.leg is not None:
        exchange.carrier.rooms.end_on_exit(asking.room_id, asking.leg, False)


def take_out(exchange: Exchange, errand: Errand) -> None:
    """Takes one out of a room, whose line then goes on."""
    exchange.carrier.rooms.take_out(errand.payload["room"], errand.payload["leg"])
    settle(exchange, errand, {})


def _hear_again(exchange: Exchange, talk: Talk) -> None:
    """Whoever whispers is to be heard by the agent who has the caller now."""
    with exchange.ledger.reading() as tx:
        here = listeners.in_room(tx, talk.room)
    for listener in here:
        if listener.how is How.WHISPER and listener.leg and talk.room_id and talk.leg:
            exchange.carrier.rooms.coach(talk.room_id, listener.leg, talk.leg)


def _of(exchange: Exchange, errand: Errand) -> Talk | None:
    with exchange.ledger.reading() as tx:
        return talks.find(tx, errand.payload["offer"])


def _write_down(exchange: Exchange, talk: Talk, *, hold: bool) -> None:
    with exchange.ledger.transaction() as tx:
        (talks.held if hold else talks.resumed)(tx, talk.offer, exchange.now())
