"""The door before every page: who may come in, what a form must carry, what a browser may do with a page."""

import hmac
import secrets
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, abort, current_app, redirect, request, session
from werkzeug.exceptions import Forbidden, TooManyRequests, Unauthorized
from werkzeug.wrappers import Response as AnyResponse

from ivr.core.accounts import Right, known_as
from ivr.core.agents import Way
from ivr.ledger import agents
from ivr.ledger.throttles import TooOften
from ivr.switchboard.exchange import Exchange
from ivr.web.own_line import has_own_line
from ivr.web.rights import RULES, Rule
from ivr.web.visitors import Visitor, bearer, program, visitor
from ivr.web.wording import LANGUAGES, _

door = Blueprint("door", __name__)

CHANGES_NOTHING = ("GET", "HEAD", "OPTIONS")
SEAL = "seal"
"""The field of every form of ours that shows it is one: no other site can know what is in it."""

SEAL_HEADER = "X-Seal"
"""And the header in which a script of ours sends it along."""

SIGN_IN = _("Please sign in.")
NOT_YOURS = _("Your account is not meant for this page. Whoever looks after the accounts can change that.")
NO_TOKEN = _("This token is not known here, or has been revoked.")
NOT_ITS_RIGHT = _("This token has not the right for this.")
NOT_FOR_TOKENS = _("A token does not open this page.")
FROM_ELSEWHERE = _("This was sent by a page of another site, so nothing was changed.")
OUT_OF_DATE = _("This page was out of date, so nothing was changed. Go back, load it again, and repeat it.")
TOO_MANY = _("There were too many tries. Please wait a moment, then try again.")


class NotSignedIn(Unauthorized):
    """Whoever asks is nobody we know: they are asked to sign in, and led on to the page they wanted."""

    description = SIGN_IN


def stand_before(app: Flask) -> None:
    """Puts the door before every route of the app, and its headers behind."""
    app.before_request(by_our_page_only)
    app.before_request(by_those_who_may)
    app.before_request(by_our_form_only)
    app.before_request(of_letters_only)
    app.after_request(guarded)
    app.jinja_env.globals.update(seal=seal, visitor=visitor, Right=Right)


def by_our_page_only() -> None:
    """What changes anything is sent by our own pages."""
    if request.method not in CHANGES_NOTHING and not from_our_page():
        abort(403, FROM_ELSEWHERE)


def by_those_who_may() -> None:
    """Lets in whom the route's rule lets in; an address that is no route is told so later, to everybody."""
    if request.endpoint is None:
        return
    rule = RULES.get(request.endpoint)
    if rule is None:
        abort(403, NOT_YOURS)
    if not rule.open:
        let_in(rule, by_token(rule) if bearer() is not None else visitor())


def let_in(rule: Rule, asking: Visitor | None) -> None:
    if asking is None:
        raise NotSignedIn(NO_TOKEN if bearer() is not None else SIGN_IN)
    if not rule.lets_in(asking.rights):
        abort(403, NOT_YOURS if bearer() is None else NOT_ITS_RIGHT)


def by_token(rule: Rule) -> Visitor | None:
    """The program that asks, where programs may."""
    if not rule.token:
        abort(403, NOT_FOR_TOKENS)
    try:
        return program(request.path)
    except TooOften as held:
        raise too_many(held) from None


def too_many(held: TooOften) -> TooManyRequests:
    return TooManyRequests(TOO_MANY, retry_after=-(-held.wait // 1000))


def by_our_form_only() -> None:
    """A form carries what only our page could write into it, wherever the browser says it is from; a script
    of ours sends it along in a header. A program that was let in by its token has no forms."""
    if request.method in CHANGES_NOTHING or request.endpoint is None:
        return
    if bearer() is not None and RULES[request.endpoint].token:
        return
    shown, known = request.headers.get(SEAL_HEADER) or request.form.get(SEAL, ""), session.get(SEAL)
    if not known or not hmac.compare_digest(shown.encode(errors="replace"), str(known).encode()):
        raise Forbidden(OUT_OF_DATE)


def of_letters_only() -> None:
    """The character 0 stands in no address of ours, and not every database takes it. (What the API is asked
    for behind the `?` has its shapes, which say so field by field.)"""
    asked = () if request.path.startswith("/api/") else (*request.args, *request.args.values())
    if any("\0" in part for part in (request.path, *asked)):
        abort(404)


def seal() -> str:
    """What the forms for this browser carry; another one after each sign-in."""
    if SEAL not in session:
        session[SEAL] = secrets.token_urlsafe(24)
    return str(session[SEAL])


def from_our_page() -> bool:
    """Whether a form was sent by one of our own pages: what the browser says, which no page can change."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.host


def guarded(response: Response) -> Response:
    """What a caller said or did is kept by no cache, shown in no frame, and runs no script but ours."""
    exchange: Exchange = current_app.extensions["exchange"]
    rule = RULES.get(request.endpoint or "")
    if rule is None or not rule.public:
        response.headers["Cache-Control"] = "no-store"
    response.headers.update(HEADERS | (TALKING if talks_in_the_browser(exchange) else {}))
    if exchange.settings.base_url.startswith("https:"):
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    return response


def talks_in_the_browser(exchange: Exchange) -> bool:
    """Whether this is a page on which somebody talks by the carrier's own software."""
    return request.endpoint in ("desk.shown", "floor.shown") and has_own_line(exchange.settings)


HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Permissions-Policy": (
        "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}


TALKING = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "media-src 'self' blob: mediastream: https://sdk.twilio.com; "
        "connect-src 'self' https://*.twilio.com wss://*.twilio.com; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Permissions-Policy": (
        "camera=(), display-capture=(), geolocation=(), microphone=(self), payment=(), usb=()"
    ),
}
"""What these need besides: the microphone, and the carrier's servers."""


@door.get("/")
def entrance() -> AnyResponse:
    """The first page: the log; for those it is not meant for the desk if they are agents, else messages."""
    asking = visitor()
    if asking and asking.may(Right.CALLS):
        return redirect("/calls")
    exchange: Exchange = current_app.extensions["exchange"]
    with exchange.ledger.reading() as tx:
        agent = agents.find(tx, known_as(asking.name)) if asking else None
    return redirect("/messages" if agent is None or agent.way is Way.GONE else "/desk")


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
        return "/"
    return back.geturl().removesuffix("?")
