"""The carrier's REST interface, as far as a hotline needs it (contract §4)."""

import hmac
import re

from flask import Blueprint, Response, jsonify, request

from ivr.box.exchange import API_VERSION, Exchange
from ivr.box.faults import Refused
from ivr.box.forms import listed, missing, notices, refuse, seconds, webhook
from ivr.box.happenings import Redirected
from ivr.box.leg import Leg
from ivr.box.resources import shown_call, shown_message, shown_number, shown_recording
from ivr.box.rest_conferences import conference_routes
from ivr.box.sounds import NotAudio, samples_of
from ivr.box.twiml.notices import CALL_EVENTS
from ivr.box.twiml.reading import read_inline
from ivr.box.twiml.verbs import Document
from ivr.box.webhooks import Webhook

_PHONE_NUMBER = re.compile(r"\+[1-9][0-9]{4,14}")
_ADDRESS = re.compile(r"\+[1-9][0-9]{4,14}|client:\S{1,256}|sips?:\S+@\S+")
_RECORDING_SID = re.compile(r"RE[0-9a-f]{32}")
_LARGEST_RECORDING = 64 * 1024 * 1024
_LONGEST_MESSAGE = 1600
_LONGEST_RINGING = 600
_EXTRA_RINGING = 5


def rest_routes(exchange: Exchange) -> Blueprint:
    routes = Blueprint("carrier", __name__, url_prefix=f"/carrier/{API_VERSION}/Accounts/<account>")
    routes.before_request(lambda: _authenticate(exchange))
    _calls(routes, exchange)
    _messages(routes, exchange)
    _recordings(routes, exchange)
    _numbers(routes, exchange)
    conference_routes(routes, exchange)
    return routes


def _calls(routes: Blueprint, exchange: Exchange) -> None:
    @routes.post("/Calls.json")
    def create_call(account: str) -> tuple[Response, int]:
        with exchange.clock.changed:
            return jsonify(shown_call(_created(exchange))), 201

    @routes.get("/Calls.json")
    def list_calls(account: str) -> Response:
        with exchange.clock.changed:
            shown = [shown_call(leg) for leg in reversed(exchange.legs.values()) if _wanted(leg)]
        return listed("calls", shown)

    @routes.get("/Calls/<sid>.json")
    def fetch_call(account: str, sid: str) -> Response:
        with exchange.clock.changed:
            return jsonify(shown_call(_found(exchange, sid)))

    @routes.post("/Calls/<sid>.json")
    def update_call(account: str, sid: str) -> Response:
        with exchange.clock.changed:
            leg = _found(exchange, sid)
            _update(leg)
            return jsonify(shown_call(leg))


def _messages(routes: Blueprint, exchange: Exchange) -> None:
    @routes.post("/Messages.json")
    def create_message(account: str) -> tuple[Response, int]:
        to, from_, body = (request.form.get(name, "") for name in ("To", "From", "Body"))
        if not _PHONE_NUMBER.fullmatch(to):
            refuse(400, 21211, f"The 'To' number {to} is not a valid phone number.")
        if from_ not in exchange.numbers() and not request.form.get("MessagingServiceSid"):
            refuse(400, 21606, f"The 'From' number {from_} is not one of this account's.")
        if not body or len(body) > _LONGEST_MESSAGE:
            refuse(400, 21617 if body else 21602, f"The message body has {len(body)} characters.")
        with exchange.clock.changed:
            message = exchange.messages.send(from_, to, body)
            exchange.tell_message(message, request.form.get("StatusCallback"))
            return jsonify(shown_message(exchange, message)), 201

    @routes.get("/Messages.json")
    def list_messages(account: str) -> Response:
        with exchange.clock.changed:
            sent = exchange.messages.sent(request.args.get("To", ""))
        return listed("messages", [shown_message(exchange, each) for each in reversed(sent)])

    @routes.get("/Messages/<sid>.json")
    def fetch_message(account: str, sid: str) -> Response:
        with exchange.clock.changed:
            message = exchange.messages.find(sid) or missing()
        return jsonify(shown_message(exchange, message))


def _recordings(routes: Blueprint, exchange: Exchange) -> None:
    @routes.get("/Recordings/<sid>.json")
    def fetch_recording(account: str, sid: str) -> Response:
        with exchange.clock.changed:
            return jsonify(shown_recording(exchange, exchange.recordings.find(sid) or missing()))

    @routes.get("/Recordings/<sid>.wav")
    @routes.get("/Recordings/<sid>")
    def fetch_sound(account: str, sid: str) -> Response:
        with exchange.clock.changed:
            recording = exchange.recordings.find(sid)
            if recording is None or not recording.fetchable:
                missing()
            return Response(recording.wav(), content_type="audio/x-wav")

    @routes.put("/Recordings/<sid>.wav")
    def take_in_recording(account: str, sid: str) -> tuple[str, int]:
        """No carrier has this: a terminal leaves here what was recorded in its call (see `beside`)."""
        request.max_content_length = _LARGEST_RECORDING
        if not _RECORDING_SID.fullmatch(sid):
            missing()
        try:
            samples = samples_of(request.get_data())
        except NotAudio as error:
            refuse(400, 20001, str(error))
        with exchange.clock.changed:
            exchange.recordings.take_in(sid, request.args.get("CallSid", ""), samples)
        return "", 204

    @routes.delete("/Recordings/<sid>.json")
    def delete_recording(account: str, sid: str) -> tuple[str, int]:
        with exchange.clock.changed:
            if not exchange.recordings.delete(sid):
                missing()
            return "", 204


def _numbers(routes: Blueprint, exchange: Exchange) -> None:
    @routes.get("/IncomingPhoneNumbers.json")
    def list_numbers(account: str) -> Response:
        shown = [shown_number(exchange, number, name) for number, name in exchange.numbers().items()]
        return listed("incoming_phone_numbers", shown)


def _created(exchange: Exchange) -> Leg:
    """Places the call the form asks for; it rings when its turn comes."""
    to, from_ = request.form.get("To", ""), request.form.get("From", "")
    _check_parties(exchange, to, from_)
    leg = exchange.new_leg(from_, to, "outbound-api")
    first = _document()
    if first is None:
        refuse(400, 21205, "Url or Twiml is needed.")
    if fallback := webhook("FallbackUrl", "FallbackMethod"):
        leg.fallback = fallback
    leg.notices = notices("StatusCallback", CALL_EVENTS, frozenset({"completed"}))
    leg.time_limit = seconds("TimeLimit", 14400, 86400)
    exchange.ring_out(leg, first, seconds("Timeout", 60, _LONGEST_RINGING) + _EXTRA_RINGING)
    return leg


def _check_parties(exchange: Exchange, to: str, from_: str) -> None:
    if not to or not _ADDRESS.fullmatch(to):
        refuse(400, 21211 if to else 21201, f"Invalid 'To' Phone Number: {to}")
    if not from_ or (_PHONE_NUMBER.fullmatch(to) and not _PHONE_NUMBER.fullmatch(from_)):
        refuse(400, 21212 if from_ else 21213, f"Invalid 'From' Phone Number: {from_}")
    if _PHONE_NUMBER.fullmatch(from_) and from_ not in exchange.numbers():
        refuse(400, 21210, f"Source phone number {from_} is not yours.")


def _update(leg: Leg) -> None:
    if leg.over:
        refuse(400, 21220, "Call is not in-progress. Cannot redirect.")
    status = request.form.get("Status")
    if status == "completed" or (status == "canceled" and leg.answered_at is None):
        leg.hang_up("service", unanswered="canceled")
    elif status:
        refuse(400, 21218, f"Status {status} is not possible now.")
    elif leg.answered_at is None:
        refuse(400, 21220, "Call is not in-progress. Cannot redirect.")
    elif to := _document():
        leg.tell(Redirected(to))
    else:
        refuse(400, 21205, "Status, Url or Twiml is needed.")


def _document() -> Webhook | Document | None:
    twiml = request.form.get("Twiml")
    if twiml is None:
        return webhook("Url", "Method")
    try:
        return read_inline(twiml)
    except Refused as refused:
        refuse(400, refused.fault.code, refused.fault.text)


def _wanted(leg: Leg) -> bool:
    asked = {"Status": leg.status, "To": leg.to, "From": leg.from_}
    parent = leg.parent.sid if leg.parent else None
    return all(request.args.get(name, has) == has for name, has in asked.items()) and (
        request.args.get("ParentCallSid", parent) == parent
    )


def _found(exchange: Exchange, sid: str) -> Leg:
    return exchange.legs.get(sid) or missing()


def _authenticate(exchange: Exchange) -> None:
    given = request.authorization
    name, secret = exchange.account_sid.encode(), exchange.line.auth_token.encode()
    right = (
        given is not None
        and given.type == "basic"
        and hmac.compare_digest((given.username or "").encode(), name)
        and hmac.compare_digest((given.password or "").encode(), secret)
    )
    if not right or (request.view_args or {}).get("account") != exchange.account_sid:
        refuse(401, 20003, "Authenticate")
