"""The handset's JSON interface: what a phone in a browser asks of the phone company."""

import ipaddress
from collections.abc import Callable, Mapping
from math import isfinite
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, jsonify, make_response, request, send_from_directory

from ivr.box import sounds
from ivr.box.exchange import Exchange
from ivr.box.happenings import Finished, Key, PickedUp, Spoke, TurnedDown
from ivr.box.leg import Leg

_PAGE = Path(__file__).parent / "phone"
_LONGEST_WAIT = 25.0
_CLOSED_SECONDS = 20.0
"""A caller's page that asks no more for so long is gone, with its browser perhaps: it could say nothing."""
_LOADED_ANEW_SECONDS = 60.0
"""A desk's page goes on with its call when it is loaded anew."""
_KEYS = frozenset("0123456789*#")
_LARGEST_VOICE = 32 * 1024 * 1024
_LONGEST_TEXT = 1600
_LARGEST_JSON = 16 * 1024


def handset_routes(exchange: Exchange, public_host: str | None, pages: Mapping[str, str]) -> Blueprint:
    """The page, and the interface it speaks; only pages of this machine, or behind its door, may use it."""
    routes = Blueprint("handset", __name__, static_folder=str(_PAGE / "static"), static_url_path="/static")
    routes.before_request(lambda: _refuse_strangers(public_host))
    _page_and_state(routes, exchange, pages)
    _calls(routes, exchange)
    _during_a_call(routes, exchange)
    _incoming(routes, exchange)
    return routes


def _page_and_state(routes: Blueprint, exchange: Exchange, pages: Mapping[str, str]) -> None:
    @routes.get("/")
    def page() -> Response:
        return send_from_directory(_PAGE, "index.html")

    @routes.get("/state")
    def state() -> Response:
        numbers = dict(exchange.numbers())
        hotline = next(iter(numbers.values()), "")
        return jsonify(numbers=numbers, hotline=hotline, account=exchange.account_sid, pages=dict(pages))

    @routes.get("/messages")
    def messages() -> Response:
        with exchange.clock.changed:
            sent = exchange.messages.of(request.args.get("of", ""))
        shown = [{"to": m.to, "from": m.from_, "body": m.body, "at": int(m.at * 1000)} for m in sent]
        return jsonify(messages=shown)

    @routes.post("/messages")
    def write() -> Response:
        asked = _json()
        from_, to, body = (str(asked.get(name) or "") for name in ("from", "to", "body"))
        if to not in exchange.numbers() or not from_.startswith("+"):
            _refuse(404, f"{from_ or 'nobody'} cannot write to {to or 'nobody'}")
        if not body.strip() or len(body) > _LONGEST_TEXT:
            _refuse(400, f"a message has 1 to {_LONGEST_TEXT} characters")
        with exchange.clock.changed:
            return jsonify(message=exchange.messages.receive(from_, to, body).sid)

    @routes.get("/faults")
    def faults() -> Response:
        with exchange.clock.changed:
            found = [
                {"call": sid, "code": f.code, "text": f.text, "url": f.url} for sid, f in exchange.faults
            ]
        return jsonify(faults=found)


def _calls(routes: Blueprint, exchange: Exchange) -> None:
    @routes.get("/calls")
    def calls() -> Response:
        with exchange.clock.changed:
            return jsonify(calls=[_shown(leg) for leg in exchange.legs.values()])

    @routes.post("/calls")
    def ring() -> Response:
        asked = _json()
        try:
            leg = exchange.ring_in(str(asked.get("from") or ""), str(asked.get("to") or ""))
        except KeyError as unknown:
            _refuse(404, f"nobody can be reached at {unknown.args[0] or 'an empty number'}")
        leg.reports_prompts = True
        _watch_over(exchange, leg, _CLOSED_SECONDS)
        return jsonify(call=leg.sid)

    @routes.get("/calls/<sid>/events")
    def events(sid: str) -> Response:
        after, wait = _number("after"), min(_number("wait"), _LONGEST_WAIT)
        with exchange.clock.changed:
            leg = _leg(exchange, sid)
            leg.seen_at = exchange.clock.now() + wait
            exchange.clock.wait_for(lambda: len(leg.events) > after or leg.over, wait)
            leg.seen_at = exchange.clock.now()
            return jsonify(events=leg.events[int(after) :], status=leg.status)

    @routes.get("/calls/<sid>/sounds/<int:number>")
    def sound(sid: str, number: int) -> Response:
        """What the service has played, from here: its own address may be none that a browser may ask."""
        with exchange.clock.changed:
            played = _leg(exchange, sid).sounds.get(number)
        if played is None:
            _refuse(404, f"event {number} of {sid} plays no sound now")
        answer = Response(played.content, content_type=played.content_type)
        answer.headers["X-Content-Type-Options"] = "nosniff"
        return answer


def _during_a_call(routes: Blueprint, exchange: Exchange) -> None:
    @routes.post("/calls/<sid>/keys")
    def keys(sid: str) -> Response:
        pressed = str(_json().get("keys", ""))
        if not pressed or not set(pressed) <= _KEYS:
            _refuse(400, "keys are 0 to 9, * and #")
        return _tell(exchange, sid, lambda leg: _press(leg, pressed))

    @routes.post("/calls/<sid>/finished")
    def finished(sid: str) -> Response:
        number = _json().get("n")
        if not isinstance(number, int):
            _refuse(400, "n is the number of the event that was played")
        return _tell(exchange, sid, lambda leg: leg.tell(Finished(number)))

    @routes.post("/calls/<sid>/voice")
    def voice(sid: str) -> Response:
        samples = _samples()
        return _tell(exchange, sid, lambda leg: _heard(exchange, leg, samples))

    @routes.post("/calls/<sid>/hangup")
    def hangup(sid: str) -> Response:
        if request.content_length:
            _json()
        return _tell(exchange, sid, _hang_up)


def _incoming(routes: Blueprint, exchange: Exchange) -> None:
    """A handset that can be rung: open while it is asked about."""

    @routes.get("/handsets/<number>/events")
    def handset_events(number: str) -> Response:
        after, wait = _number("after"), min(_number("wait"), _LONGEST_WAIT)
        with exchange.clock.changed:
            handset = exchange.handsets.seen(number, request.args.get("page", ""))
            known = handset.known(after)
            exchange.clock.wait_for(lambda: handset.count > known, wait)
            return jsonify(events=[event for event in handset.events if event["n"] > known])

    @routes.post("/handsets/<number>/close")
    def close(number: str) -> Response:
        with exchange.clock.changed:
            exchange.handsets.close(number, request.args.get("page", ""))
        return jsonify({})

    @routes.post("/calls/<sid>/answer")
    def answer(sid: str) -> Response:
        _json()
        return _tell(exchange, sid, lambda leg: _pick_up(exchange, leg))

    @routes.post("/calls/<sid>/decline")
    def decline(sid: str) -> Response:
        _json()
        return _tell(exchange, sid, lambda leg: leg.tell(TurnedDown("busy")))


def _watch_over(exchange: Exchange, leg: Leg, patience: float) -> None:
    """Hangs up when nobody has listened for so many seconds: a browser can end without a word."""
    with exchange.clock.changed:
        leg.seen_at = max(leg.seen_at, leg.created_at)
        left = leg.seen_at + patience - exchange.clock.now()
        if left <= 0:
            _hang_up(leg)
        elif not leg.over:
            exchange.clock.later(max(left, 1), lambda: _watch_over(exchange, leg, patience))


def _pick_up(exchange: Exchange, leg: Leg) -> None:
    leg.tell(PickedUp())
    leg.seen_at = exchange.clock.now()
    _watch_over(exchange, leg, _LOADED_ANEW_SECONDS)


def _hang_up(leg: Leg) -> None:
    """Whoever holds the handset puts it down."""
    leg.hang_up("caller" if leg.direction == "inbound" else "callee")


def _press(leg: Leg, keys: str) -> None:
    for key in keys:
        leg.tell(Key(key))


def _heard(exchange: Exchange, leg: Leg, samples: bytes) -> None:
    """A voice for the recording that runs, or for one that has just ended: uploads come a little late."""
    if leg.doing == "recorded":
        leg.tell(Spoke(samples))
        return
    recording = exchange.recordings.latest_of(leg)
    if recording is None:
        _refuse(409, "this call has no recording")
    recording.add(samples)


def _shown(leg: Leg) -> dict[str, Any]:
    return {
        "call": leg.sid,
        "from": leg.from_,
        "to": leg.to,
        "status": leg.status,
        "direction": leg.direction,
        "parent": leg.parent.sid if leg.parent else None,
        "doing": leg.doing,
        "at": int(leg.created_at * 1000),
        "faults": len(leg.faults),
    }


def _tell(exchange: Exchange, sid: str, act: Callable[[Leg], object]) -> Response:
    with exchange.clock.changed:
        leg = _leg(exchange, sid)
        act(leg)
        return jsonify(status=leg.status)


def _leg(exchange: Exchange, sid: str) -> Leg:
    leg = exchange.legs.get(sid)
    if leg is None:
        _refuse(404, f"there is no call {sid}")
    return leg


def _number(name: str) -> float:
    asked = request.args.get(name, 0.0, type=float)
    return max(0.0, asked) if isfinite(asked) else 0.0


def _json() -> dict[str, Any]:
    request.max_content_length = _LARGEST_JSON
    asked = request.get_json(silent=True) if request.mimetype == "application/json" else None
    if not isinstance(asked, dict):
        _refuse(415, "send a JSON object, as application/json")
    return asked


def _samples() -> bytes:
    if request.mimetype not in ("audio/wav", "audio/x-wav"):
        _refuse(415, "send audio/wav")
    request.max_content_length = _LARGEST_VOICE
    try:
        return sounds.samples_of(request.get_data())
    except sounds.NotAudio as error:
        _refuse(415, f"this voice cannot be used: {error}")


def _refuse_strangers(public_host: str | None) -> None:
    """No page of another site may place calls: neither directly nor by a name it points to this machine."""
    host = urlsplit(f"//{request.host}").hostname or ""
    if public_host is not None and host not in ("localhost", public_host) and not _is_address(host):
        _refuse(403, f"the phone does not answer to {host}")
    if request.method != "GET" and not _from_its_page():
        _refuse(403, "only the phone's own page may do this")


def _from_its_page() -> bool:
    """As the browser says: of an old one the origin, which a tunnel that changes the host would belie."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.host


def _is_address(host: str) -> bool:
    try:
        return bool(ipaddress.ip_address(host))
    except ValueError:
        return False


def _refuse(status: int, why: str) -> NoReturn:
    abort(make_response(jsonify(error=why), status))
