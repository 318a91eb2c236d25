"""Where the carrier asks what to do: `/voice` for a new call, `/voice/at/…` for what came in at a place."""

import logging
import re
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from ivr.carriers.events import Instruction
from ivr.carriers.twilio import forms
from ivr.carriers.twilio.body import BadForm, Form
from ivr.carriers.twilio.room_forms import conference_changed, room_left
from ivr.core.calls import Place, Turn
from ivr.switchboard import callers, recorded, surveys
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.happening import NotKnownYet
from ivr.switchboard.line import (
    answering,
    called_back,
    calling_out,
    closing_by_phone,
    dialled_in,
    holding,
    meeting,
    recording,
    supervising,
    waiting,
)
from ivr.switchboard.safety import safe_document
from ivr.web.voice.gate import Asked, Environ, Refused, signed

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication

log = logging.getLogger(__name__)

ROOT = "/voice"
TEXT = f"{ROOT}/text"
"""Text messages to our numbers come here; nobody waits on a line."""

XML = "text/xml; charset=utf-8"
PLAIN = "text/plain; charset=utf-8"
PLACE = re.compile(
    r"/voice/(at|wait|key|screen|accept)/(\d{1,9})/([^/]+)/([a-z]+)\.(\d{1,4})\.(\d{1,4})/(\d{1,9})"
)

OFFER = re.compile(r"/voice/offer/([\w-]{6,40})(?:/(key|left|leg))?")
BACK = re.compile(r"/voice/back/([\w-]{6,40})(?:/(key|leg))?")
CALLED = re.compile(r"/voice/out/([\w-]{6,40})(/left)?")
LISTENER = re.compile(r"/voice/listen/([\w-]{6,40})(?:/(key|left|leg))?")

ROOM_RECORDED = re.compile(r"/voice/recording/([\w-]{6,40})")
AGENTS = re.compile(r"/voice/agents/(number|pin|idle|key|queues|why)(?:/(\d{1,2})(?:/(\d{1,20}))?)?")

Reply = tuple[str, list[tuple[str, str]], bytes]


class Voice:
    """The webhooks: a WSGI application that answers /voice and what is below it, and leaves the rest."""

    def __init__(self, exchange: Exchange, rest: "WSGIApplication") -> None:
        self._exchange = exchange
        self._rest = rest

    def __call__(self, environ: Environ, start: "StartResponse") -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if not path.startswith(ROOT) or path[len(ROOT) :][:1] not in ("", "/"):
            return self._rest(environ, start)
        status, headers, body = self.reply(environ)
        start(status, [*headers, ("Content-Length", str(len(body)))])
        return [body]

    def reply(self, environ: Environ) -> Reply:
        path = environ["PATH_INFO"]
        try:
            asked = signed(self._exchange, environ)
            document = self.document(path, asked)
        except Refused as refusal:
            return refusal.status, [("Content-Type", PLAIN), *refusal.headers], f"{refusal.why}\n".encode()
        return ("200 OK", XML_ONLY, document) if document is not None else ("204 No Content", [], b"")

    def document(self, path: str, asked: Asked) -> bytes | None:
        """What the carrier is to do now; None for what it only tells us. Raises Refused.

        Whatever goes wrong, a caller on the line is led on and never hears an error (law 5).
        """
        try:
            return answer(self._exchange, path, asked)
        except BadForm as error:
            raise Refused("400 Bad Request", str(error)) from None
        except Refused:
            raise
        except NotKnownYet:
            return safe_document(self._exchange, asked.url, asked.form, asked.tries, asked.call)
        except Exception:
            log.exception("a webhook failed: %s", path)
            if path in NOTICES or path == TEXT or ROOM_RECORDED.fullmatch(path):
                raise UNHEARD from None
            return safe_document(self._exchange, asked.url, asked.form, asked.tries, asked.call)


XML_ONLY = [("Content-Type", XML)]
UNHEARD = Refused("503 Service Unavailable", "not written down; please tell us again")
NOT_OURS = Refused("404 Not Found", "this address is not one of ours")


def answer(exchange: Exchange, path: str, asked: Asked) -> bytes | None:
    """Does what the address says with what the form says. Raises BadForm, Refused, NotKnownYet."""
    form = asked.form
    found = PLACE.fullmatch(path)
    if found:
        door, revision, step, turn, silences, wrongs, hop = found.groups()
        if turn not in TURNS:
            raise NOT_OURS
        place = Place(step, TURNS[turn], int(silences), int(wrongs))
        here = callers.At(int(revision), place, int(hop), asked.call, asked.tries)
        return DOORS[door](exchange, here, form)
    if path in NOTICES:
        NOTICES[path](exchange, form)
        return None
    room = ROOM_RECORDED.fullmatch(path)
    if room:
        recording.recording_changed(exchange, room[1], forms.recording_changed(form))
        return None
    offer = OFFER.fullmatch(path)
    if offer:
        return of_offer(exchange, offer[1], offer[2], form)
    back = BACK.fullmatch(path)
    if back:
        return of_callback(exchange, back[1], back[2], form)
    if path == f"{ROOT}/hold":
        return holding.music(exchange)
    called = CALLED.fullmatch(path)
    if called:
        return (calling_out.left if called[2] else calling_out.answered)(exchange, called[1])
    listener = LISTENER.fullmatch(path)
    if listener:
        return of_listener(exchange, listener[1], listener[2], form)
    agents = AGENTS.fullmatch(path)
    if agents:
        return of_agent(exchange, agents[1], int(agents[2] or 0), agents[3] or "", form)
    if path == TEXT:
        return surveys.text_received(exchange, forms.text_received(form))
    if path.rstrip("/") == ROOT:
        arrival = forms.arrival(form)
        if dialled_in.is_theirs(exchange, arrival.called):
            return dialled_in.rang(exchange)
        return callers.call_arrived(exchange, arrival)
    raise NOT_OURS


def of_listener(exchange: Exchange, listener: str, door: str | None, form: Form) -> bytes | None:
    """On the line to somebody who listens in."""
    match door:
        case None:
            return supervising.answered(exchange, listener)
        case "key":
            return supervising.pressed(exchange, listener, forms.key_press(form).digits)
        case "left":
            return supervising.left(exchange, listener)
    supervising.leg_changed(exchange, listener, forms.leg_changed(form))
    return None


def of_agent(exchange: Exchange, door: str, tried: int, number: str, form: Form) -> bytes:
    """On the line on which an agent dials in."""
    press = forms.key_press(form)
    match door:
        case "number":
            return dialled_in.typed_number(exchange, tried, press.digits)
        case "pin":
            return dialled_in.typed_pin(exchange, tried, number, press.digits, press.call_id)
        case "key":
            return dialled_in.pressed(exchange, press.call_id, press.digits)
        case "queues":
            return closing_by_phone.chosen(exchange, number, press.digits)
        case "why":
            return closing_by_phone.because(exchange, number, tried, press.digits)
    return dialled_in.still_there(exchange, press.call_id)


def status(exchange: Exchange, form: Form) -> None:
    """A line to one of our numbers is over: a caller's, or that of an agent who was dialled in."""
    change = forms.leg_changed(form)
    if not dialled_in.is_theirs(exchange, forms.numbers(form).called):
        callers.call_ended(exchange, change)
    elif change.state.over:
        dialled_in.line_gone(exchange, change.call_id)


def of_offer(exchange: Exchange, offer: str, door: str | None, form: Form) -> bytes | None:
    """On the line to an agent: it is open, a key was pressed, it has left the room, or how it fares."""
    match door:
        case None:
            return answering.agent_answered(exchange, offer)
        case "key":
            press = forms.key_press(form)
            return answering.agent_pressed(exchange, offer, press.call_id, press.digits)
        case "left":
            return answering.agent_left(exchange, offer, room_left(form))
    answering.agent_line_changed(exchange, offer, forms.leg_changed(form))
    return None


def of_callback(exchange: Exchange, offer: str, door: str | None, form: Form) -> bytes | None:
    """On the line to a caller who is rung back: it is open, a key was pressed, or how it fares."""
    if door == "leg":
        called_back.caller_leg_changed(exchange, offer, forms.leg_changed(form))
        return None
    press = forms.key_press(form)
    if door == "key":
        return called_back.caller_pressed(exchange, offer, press.call_id, press.digits)
    return called_back.caller_answered(exchange, offer, press.call_id)


TURNS = {str(turn): turn for turn in Turn}


def at(exchange: Exchange, here: callers.At, form: Form) -> bytes:
    """Keys or silence, the end of a dialled line, of a recording, or a look: what it is, the place says."""
    event = READ.get(here.place.turn, forms.key_press)(form)
    return callers.line_answered(exchange, here, lambda: forms.numbers(form), event)


def screen(exchange: Exchange, here: callers.At, form: Form) -> bytes:
    """A party that was rung picked up."""
    return callers.party_answered(exchange, here)


def accept(exchange: Exchange, here: callers.At, form: Form) -> bytes:
    """The party pressed a key."""
    press, leg = forms.key_press(form), forms.arrival(form)
    return callers.party_pressed(exchange, here, leg.parent_id or press.call_id, press.call_id, press.digits)


DOORS: Mapping[str, Callable[[Exchange, callers.At, Form], bytes]] = {
    "at": at,
    "wait": lambda exchange, here, form: waiting.still_waiting(exchange, here, forms.still_waiting(form)),
    "key": lambda exchange, here, form: waiting.pressed_waiting(exchange, here, forms.key_press(form)),
    "screen": screen,
    "accept": accept,
}

NOTICES: Mapping[str, Callable[[Exchange, Form], None]] = {
    f"{ROOT}/status": status,
    f"{ROOT}/room": lambda exchange, form: meeting.room_changed(exchange, conference_changed(form)),
    f"{ROOT}/recording": lambda exchange, form: recorded.recording_changed(
        exchange, forms.recording_changed(form)
    ),
}
"""What the carrier only tells us: the answer is not heard, but one that is no 2xx may be told again."""

READ: Mapping[Turn, Callable[[Form], Instruction]] = {
    Turn.DIAL: forms.dial_ended,
    Turn.RECORD: forms.recorded,
    Turn.WAIT: forms.queue_ended,
    Turn.TALK: room_left,
}
"""How the form is read that comes in at a place; at all others it is keys."""
