"""Conferences and their participants in the REST interface (contract §4.3)."""

from typing import Any

from flask import Blueprint, Response, jsonify, request

from ivr.box.conferences import Conference, Participant
from ivr.box.exchange import API_VERSION, Exchange
from ivr.box.forms import listed, missing, notices, refuse, seconds, webhook
from ivr.box.recordings import Recording
from ivr.box.resources import shown_recording
from ivr.box.twiml.notices import CALL_EVENTS, CONFERENCE_EVENTS
from ivr.box.twiml.verbs import Dial, Document, Room
from ivr.box.webhooks import Webhook

_EXTRA_RINGING = 5
_PRESENT = "Twilio.CURRENT"


def conference_routes(routes: Blueprint, exchange: Exchange) -> None:
    @routes.get("/Conferences.json")
    def list_conferences(account: str) -> Response:
        with exchange.clock.changed:
            shown = [_shown(each, exchange) for each in exchange.conferences.values()]
        wanted = {"friendly_name": request.args.get("FriendlyName"), "status": request.args.get("Status")}
        named = [each for each in shown if all(has in (None, each[name]) for name, has in wanted.items())]
        return listed("conferences", named)

    @routes.get("/Conferences/<sid>.json")
    def fetch_conference(account: str, sid: str) -> Response:
        with exchange.clock.changed:
            return jsonify(_shown(_room(exchange, sid), exchange))

    @routes.post("/Conferences/<sid>.json")
    def update_conference(account: str, sid: str) -> Response:
        document = webhook("AnnounceUrl", "AnnounceMethod")
        if document is None and request.form.get("Status") != "completed":
            refuse(400, 20001, "A conference can be ended (Status=completed) or hear an AnnounceUrl.")
        with exchange.clock.changed:
            room = _room(exchange, sid)
            if document is not None:
                _in_progress(room)
                room.announce(room.participants.values(), document)
            else:
                room.end("conference-ended-via-api")
            return jsonify(_shown(room, exchange))

    _participants(routes, exchange)
    _recordings(routes, exchange)


def _participants(routes: Blueprint, exchange: Exchange) -> None:
    at = "/Conferences/<sid>/Participants"

    @routes.get(f"{at}.json")
    def list_participants(account: str, sid: str) -> Response:
        with exchange.clock.changed:
            room = _room(exchange, sid)
            return listed("participants", [_member(each, room) for each in room.participants.values()])

    @routes.post(f"{at}.json")
    def create_participant(account: str, sid: str) -> tuple[Response, int]:
        with exchange.clock.changed:
            return jsonify(_called_in(exchange, sid)), 201

    @routes.get(f"{at}/<name>.json")
    def fetch_participant(account: str, sid: str, name: str) -> Response:
        with exchange.clock.changed:
            room = _room(exchange, sid)
            return jsonify(_member(room.find(name) or missing(), room))

    @routes.post(f"{at}/<name>.json")
    def update_participant(account: str, sid: str, name: str) -> Response:
        with exchange.clock.changed:
            room = _room(exchange, sid)
            member = room.find(name) or missing()
            _update(room, member)
            return jsonify(_member(member, room))

    @routes.delete(f"{at}/<name>.json")
    def remove_participant(account: str, sid: str, name: str) -> tuple[str, int]:
        with exchange.clock.changed:
            room = _room(exchange, sid)
            room.put_out(room.find(name) or missing())
            return "", 204


def _recordings(routes: Blueprint, exchange: Exchange) -> None:
    at = "/Conferences/<sid>/Recordings"

    @routes.get(f"{at}.json")
    def list_recordings(account: str, sid: str) -> Response:
        """Also of a room that is over."""
        with exchange.clock.changed:
            made = exchange.recordings.of_conference(_room(exchange, sid).sid)
            return listed("recordings", [_recorded(exchange, each, sid) for each in reversed(made)])

    @routes.post(f"{at}/<name>.json")
    def update_recording(account: str, sid: str, name: str) -> Response:
        """`name` is its sid, or Twilio.CURRENT for the one that is being made."""
        with exchange.clock.changed:
            room = _room(exchange, sid)
            running = _running(exchange, room, name)
            _change(room, running)
            return jsonify(_recorded(exchange, running, sid))


def _running(exchange: Exchange, room: Conference, name: str) -> Recording:
    if room.recording is not None and name in (room.recording.sid, _PRESENT):
        return room.recording
    known = name == _PRESENT or exchange.recordings.find(name)
    return refuse(400, 21220, "Recording is not in-progress.") if known else missing()


def _change(room: Conference, running: Recording) -> None:
    status, behaviour = request.form.get("Status", ""), request.form.get("PauseBehavior")
    if behaviour is not None and (status != "paused" or behaviour not in ("skip", "silence")):
        refuse(400, 20001, f"PauseBehavior {behaviour} is not possible.")
    if status == "paused":
        running.pause(skips=behaviour == "skip")
    elif status == "in-progress":
        running.resume()
    elif status == "stopped":
        room.stop_recording()
    else:
        refuse(400, 20001, f"Status {status} is not possible.")


def _recorded(exchange: Exchange, recording: Recording, sid: str) -> dict[str, Any]:
    shown = shown_recording(exchange, recording)
    parent = f"/{API_VERSION}/Accounts/{exchange.account_sid}/Conferences/{sid}"
    return {**shown, "conference_sid": sid, "uri": f"{parent}/Recordings/{recording.sid}.json"}


def _in_progress(room: Conference) -> None:
    """Only who is in a live room hears an announcement."""
    if room.over or not room.started:
        refuse(400, 21220, f"Conference {room.sid} is not in-progress.")


def _update(room: Conference, member: Participant) -> None:
    if document := webhook("AnnounceUrl", "AnnounceMethod"):
        _in_progress(room)
        room.announce([member], document)
    if "Muted" in request.form:
        room.mute(member, _yes("Muted"))
    if "Coaching" in request.form:
        target = request.form.get("CallSidToCoach", "") if _yes("Coaching") else ""
        if _yes("Coaching") and target not in room.participants:
            refuse(400, 13240, f"{target or 'Nobody'} is not in this conference.")
        room.coach(member, target)
    if "EndConferenceOnExit" in request.form:
        member.ends = _yes("EndConferenceOnExit")
    if "Hold" in request.form:
        url = webhook("HoldUrl", "HoldMethod")
        # The carrier's default for hold music is GET, unlike everywhere else.
        way = "POST" if request.form.get("HoldMethod") == "POST" else "GET"
        room.hold(member, _yes("Hold"), Webhook(url.url, way) if url else None)


def _called_in(exchange: Exchange, sid: str) -> dict[str, Any]:
    """Rings somebody who is in the room as soon as they answer: nobody screens them."""
    to, from_ = request.form.get("To", ""), request.form.get("From", "")
    if not to or not from_:
        refuse(400, 21201 if not to else 21213, "'To' and 'From' are needed.")
    known = next((each for each in exchange.conferences.values() if sid in (each.sid, each.name)), None)
    room = Room(
        name=known.name if known else sid,
        label=request.form.get("Label", ""),
        muted=_yes("Muted"),
        starts=_yes("StartConferenceOnEnter", "true"),
        ends=_yes("EndConferenceOnExit"),
        wait=webhook("WaitUrl", "WaitMethod"),
        coaches=request.form.get("CallSidToCoach", "") if _yes("Coaching") else "",
        notices=notices("ConferenceStatusCallback", CONFERENCE_EVENTS, frozenset({"start", "end"})),
    )
    leg = exchange.new_leg(from_, to, "outbound-api")
    leg.notices = notices("StatusCallback", CALL_EVENTS, frozenset({"completed"}))
    document = Document((Dial((), room),), Webhook(""))
    exchange.ring_out(leg, document, seconds("Timeout", 60, 600) + _EXTRA_RINGING)
    conference = exchange.conference(room)
    return _member(Participant(leg, room, room.muted, room.ends, coaches=room.coaches), conference)


def _yes(name: str, default: str = "false") -> bool:
    return request.form.get(name, default).lower() == "true"


def _room(exchange: Exchange, sid: str) -> Conference:
    """Only a live room can be asked about by REST."""
    found = next((each for each in exchange.conferences.values() if each.sid == sid), None)
    return found or missing()


def _shown(room: Conference, exchange: Exchange) -> dict[str, Any]:
    uri = f"/{API_VERSION}/Accounts/{exchange.account_sid}/Conferences/{room.sid}"
    at = exchange.rfc_time(room.created_at)
    return {
        "sid": room.sid,
        "account_sid": exchange.account_sid,
        "api_version": API_VERSION,
        "friendly_name": room.name,
        "status": "completed" if room.over else "in-progress" if room.started else "init",
        "region": "box",
        "date_created": at,
        "date_updated": at,
        "reason_conference_ended": None,
        "call_sid_ending_conference": None,
        "uri": f"{uri}.json",
        "subresource_uris": {
            "participants": f"{uri}/Participants.json",
            "recordings": f"{uri}/Recordings.json",
        },
    }


def _member(member: Participant, room: Conference) -> dict[str, Any]:
    exchange = member.leg.exchange
    parent = f"/{API_VERSION}/Accounts/{exchange.account_sid}/Conferences/{room.sid}"
    at = exchange.rfc_time(member.leg.created_at)
    return {
        "account_sid": exchange.account_sid,
        "conference_sid": room.sid,
        "call_sid": member.leg.sid,
        "label": member.room.label or None,
        "muted": member.muted,
        "hold": member.held,
        "coaching": bool(member.coaches),
        "call_sid_to_coach": member.coaches or None,
        "start_conference_on_enter": member.room.starts,
        "end_conference_on_exit": member.ends,
        "status": "connected" if member.leg.answered_at is not None else "queued",
        "queue_time": "0",
        "date_created": at,
        "date_updated": at,
        "uri": f"{parent}/Participants/{member.leg.sid}.json",
    }
