"""Who may see the pages: whoever sits at this machine while it is only tried, else whoever has the key."""

import hmac
from hashlib import sha256
from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, current_app, redirect, request, session
from werkzeug.exceptions import Forbidden
from werkzeug.wrappers import Response as AnyResponse

from ivr.settings import secret_file
from ivr.switchboard.exchange import Exchange
from ivr.web.wording import LANGUAGES, _

door = Blueprint("door", __name__)

HERE = frozenset({"127.0.0.1", "localhost", "::1"})
PROXIES = ("X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Forwarded", "Via")
"""With any of these the request has come from elsewhere, through a proxy or a tunnel on this machine."""

NEEDS_KEY = _("These pages have a key: it is in the file door_key, in the hotline’s data folder.")
FROM_ELSEWHERE = _("This was sent by a page of another site, so nothing was changed.")


class Locked(Forbidden):
    """Whoever asks has not shown the key: they are asked for it, and led on to the page they wanted."""

    description = NEEDS_KEY


def guarded(blueprint: Blueprint) -> Blueprint:
    """Puts the door before every page of a blueprint, and the headers of a private page behind it."""
    blueprint.before_request(by_our_page_only)
    blueprint.before_request(may_enter)
    blueprint.before_request(of_letters_only)
    blueprint.after_request(privately)
    return blueprint


def by_our_page_only() -> None:
    """What changes anything is sent by our own pages."""
    if request.method not in ("GET", "HEAD") and not from_our_page():
        abort(403, FROM_ELSEWHERE)


def may_enter() -> None:
    """Lets people in who belong here."""
    exchange: Exchange = current_app.extensions["exchange"]
    if exchange.settings.boxed and is_here():
        return
    if not hmac.compare_digest(str(session.get("ticket", "")), ticket(key_of(exchange))):
        raise Locked


def of_letters_only() -> None:
    """The character 0 stands in no address of ours, and not every database takes it."""
    if any("\0" in part for part in (request.path, *request.args, *request.args.values())):
        abort(404)


def key_of(exchange: Exchange) -> str:
    return secret_file(exchange.settings, "door_key")


def ticket(key: str) -> str:
    """What the session of somebody who showed the key carries; a new key ends all sessions of the old one."""
    return sha256(key.encode()).hexdigest()[:32]


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
    return redirect(back_where_they_were())


def back_where_they_were() -> str:
    """The page a form was sent from, as its field `back` says: a path of ours, and no other site."""
    back = urlsplit(request.form.get("back", ""))
    ours = not back.scheme and not back.netloc and back.path.startswith("/")
    if not ours or back.path.startswith("//") or "\\" in back.path:
        return "/calls"
    return back.geturl().removesuffix("?")
