"""Who may see the pages: whoever sits at this machine while it is only tried, else whoever has the key."""

import hmac
from datetime import timedelta
from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, current_app, redirect, request, session
from werkzeug.wrappers import Response as AnyResponse

from ivr.settings import secret_file
from ivr.switchboard.exchange import Exchange

door = Blueprint("door", __name__)

STAY = timedelta(hours=12)
HERE = frozenset({"127.0.0.1", "localhost", "::1"})


def guarded(blueprint: Blueprint) -> Blueprint:
    """Puts the door before every page of a blueprint, and the headers of a private page behind it."""
    blueprint.before_request(may_enter)
    blueprint.after_request(privately)
    return blueprint


def may_enter() -> AnyResponse | None:
    """Lets people in who belong here. A key in the address becomes a session, and leaves the address."""
    exchange: Exchange = current_app.extensions["exchange"]
    if request.method != "GET" and not from_our_page():
        abort(403, "this request came from another site")
    if session.get("in") or (exchange.settings.boxed and is_here()):
        return None
    key = request.args.get("key", "")
    if not key or not hmac.compare_digest(key.encode(), secret_file(exchange.settings, "door_key").encode()):
        abort(403, "open the address with the key that the hotline printed when it started")
    session.permanent = True
    current_app.permanent_session_lifetime = STAY
    session["in"] = True
    return redirect(request.path)


def is_here() -> bool:
    """Whether the browser runs on this machine and asked for it by its own name (no other site's name)."""
    try:
        near = ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False
    return near and urlsplit(request.host_url).hostname in HERE and "X-Forwarded-For" not in request.headers


def from_our_page() -> bool:
    """Whether a form was sent by one of our own pages: what the browser says, which no page can change."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.host


def privately(response: Response) -> Response:
    """What a caller said or did is kept by no cache, shown in no frame, and runs no script but ours."""
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers["Content-Security-Policy"] = (
        "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    return response


@door.get("/")
def entrance() -> AnyResponse:
    """The first page: the log."""
    return redirect("/calls")
