"""Where the carrier asks what to do: `/voice` for a new call, `/voice/at/…` for what came in at a place."""

import logging
import re
from collections.abc import Callable, Mapping

from flask import Blueprint, Response, current_app, request
from werkzeug.exceptions import HTTPException

from ivr.carriers.events import Instruction
from ivr.carriers.twilio import forms
from ivr.carriers.twilio.body import BadForm, Form
from ivr.core.calls import Place, Turn
from ivr.switchboard import callers
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.safety import safe_document
from ivr.web.voice.gate import XML, signed

log = logging.getLogger(__name__)

voice = Blueprint("voice", __name__, url_prefix="/voice")

AT = "<int:revision>/<step>/<turn>/<int:hop>"
TURN = re.compile(r"([a-z]+)\.(\d{1,4})\.(\d{1,4})")


@voice.post("", strict_slashes=False)
@signed
def arrived(exchange: Exchange, form: Form) -> bytes:
    """A call came in, or came back to its fallback address."""
    return callers.call_arrived(exchange, forms.arrival(form))


@voice.post(f"/at/{AT}")
@signed
def at(exchange: Exchange, form: Form, revision: int, step: str, turn: str, hop: int) -> bytes:
    """Keys or silence, the end of a dialled line, of a recording, or a look: what it is, the place says."""
    place = place_of(step, turn)
    event = READ.get(place.turn, forms.key_press)(form)
    return callers.line_answered(exchange, callers.At(revision, place, hop), event.call_id, event)


@voice.post(f"/screen/{AT}")
@signed
def screen(exchange: Exchange, form: Form, revision: int, step: str, turn: str, hop: int) -> bytes:
    """A party that was rung picked up."""
    return callers.party_answered(exchange, callers.At(revision, place_of(step, turn), hop))


@voice.post(f"/accept/{AT}")
@signed
def accept(exchange: Exchange, form: Form, revision: int, step: str, turn: str, hop: int) -> bytes:
    """The party pressed a key."""
    press, leg = forms.key_press(form), forms.arrival(form)
    at_ = callers.At(revision, place_of(step, turn), hop)
    return callers.party_pressed(exchange, at_, leg.parent_id or press.call_id, press.call_id, press.digits)


@voice.post("/status")
@signed
def status(exchange: Exchange, form: Form) -> None:
    """A leg moved on; the answer is not read (contract §0, R2)."""
    callers.call_ended(exchange, forms.leg_changed(form))


@voice.post("/recording")
@signed
def recording(exchange: Exchange, form: Form) -> None:
    """A recording became ready, or never will."""
    callers.recording_changed(exchange, forms.recording_changed(form))


@voice.errorhandler(Exception)
def failed(error: Exception) -> Response | HTTPException:
    """Whatever went wrong, a caller on the line hears a sentence and is led on, never an error (law 5)."""
    if isinstance(error, HTTPException):
        return error
    log.exception("a webhook failed: %s", request.path)
    if request.endpoint in NOTICES:
        return Response("not written down; please tell us again\n", 503, mimetype="text/plain")
    exchange: Exchange = current_app.extensions["exchange"]
    tries = request.args.get("again", 0, int)
    return Response(safe_document(exchange, request.path, tries), content_type=XML)


NOTICES = frozenset({"voice.status", "voice.recording"})
"""What the carrier only tells us: the answer is not heard, but one that is no 2xx may be told again."""

READ: Mapping[Turn, Callable[[Form], Instruction]] = {
    Turn.DIAL: forms.dial_ended,
    Turn.RECORD: forms.recorded,
}
"""How the form is read that comes in at a place; at all others it is keys."""


def place_of(step: str, turn: str) -> Place:
    """The place of a URL. Raises BadForm for one we never wrote."""
    found = TURN.fullmatch(turn)
    if not found or found[1] not in list(Turn):
        raise BadForm("this address is not one of ours")
    return Place(step, Turn(found[1]), int(found[2]), int(found[3]))
