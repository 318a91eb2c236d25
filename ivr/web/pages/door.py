"""Who may see the pages: whoever sits at this machine while it is only tried, else whoever has the key."""

import hmac
from datetime import timedelta
from hashlib import sha256
from ipaddress import ip_address
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Response, abort, current_app, redirect, request, session
from werkzeug.wrappers import Response as AnyResponse

from ivr.settings import secret_file
from ivr.switchboard.exchange import Exchange
from ivr.web.wording import LANGUAGES, _

door = Blueprint("door", __name__)

STAY = timedelta(hours=12)
HERE = frozenset({"127.0.0.1", "localhost", "::1"})
PROXIES = ("X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Forwarded", "Via")
"""With any of these the request has come from elsewhere, through a proxy or a tunnel on this machine."""

NEEDS_KEY = _("Open the address that the hotline printed when it started: it ends with the key of its pages.")
FROM_ELSEWHERE = _("This was sent by a page of another site, so nothing was changed.")


def guarded(blueprint: Blueprint) -> Blueprint:
    """Puts the door before every page of a blueprint, and the headers of a private page behind it."""
    blueprint.before_request(may_enter)
    blueprint.after_request(privately)
    return blueprint


def may_enter() -> AnyResponse | None:
    """Lets people in who belong here. A key in the address becomes a session, and leaves the address."""
    exchange: Exchange = current_app.extensions["exchange"]
    if request.method not in ("GET", "HEAD") and not from_our_page():
        abort(403, FROM_ELSEWHERE)
    if exchange.settings.boxed and is_here():
        return None
    key = secret_file(exchange.settings, "door_key")
    ticket = sha256(key.encode()).hexdigest()[:32]
    if hmac.compare_digest(str(session.get("ticket", "")), ticket):
        return None
    if not hmac.compare_digest(request.args.get("key", "").encode(), key.encode()):
        abort(403, NEEDS_KEY)
    session.permanent = True
    current_app.permanent_session_lifetime = STAY
    session["ticket"] = ticket  # a new key ends all sessions of the old one
    return redirect(address_without_key())


def address_without_key() -> str:
    rest = urlencode([(name, value) for name, value in request.args.items(multi=True) if name != "key"])
    return f"{request.path}?{rest}" if rest else request.path


def is_here() -> bool:
    """Whether the browser runs on this machine and asked for it by its own name (no other site's name)."""
    try:
        near = ip_address(request.remote_addr or "").is_loopback
        host = urlsplit(request.host_url).hostname
    except ValueError:
        return False
    return near and host in HERE and not any(name in request.headers for name in PROXIES)


def from_our_page() -> bool:
    """Whether a form was sent by one of our own pages: what the browser says, which no page can change."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.host


def privately(response: Response) -> Response:
    """What a caller said or did is kept by no cache, shown in no frame, and runs no script but ours."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    return response


POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


guarded(door)


@door.get("/")
def entrance() -> AnyResponse:
    """The first page: the log."""
    return redirect("/calls")


@door.post("/language")
def language_chosen() -> AnyResponse:
    """The reader chose a language for the pages; back to where they were."""
    if request.form.get("language") in LANGUAGES:
        session["language"] = request.form["language"]
    back = urlsplit(request.form.get("back", ""))
    here = not back.scheme and not back.netloc and back.path.startswith("/") and "\\" not in back.path
    return redirect(back.geturl().removesuffix("?") if here else "/calls")
