"""Signing in and out."""

from flask import Blueprint, current_app, redirect, request, session
from werkzeug.exceptions import HTTPException, ServiceUnavailable
from werkzeug.wrappers import Response

from ivr.core.accounts import Problem
from ivr.switchboard import signing_in
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.signing_in import Busy, NotDone, TooOften
from ivr.web.pages.door import NotSignedIn, back_where_they_were, too_many
from ivr.web.visitors import TICKET, browser, visitor
from ivr.web.wording import PROBLEMS, _

sign_in = Blueprint("sign_in", __name__)

A_YEAR = 365 * 86_400
BUSY = _("Too many people are signing in at this moment. Please try again.")


@sign_in.get("/sign-in")
def asked() -> Response:
    """The address of the form, typed or loaded again."""
    if visitor() is None:
        raise NotSignedIn
    return redirect("/")


@sign_in.post("/sign-in")
def shown() -> Response:
    """Somebody shows name and password: the right ones become a session and lead on to what they wanted."""
    exchange: Exchange = current_app.extensions["exchange"]
    name, password = request.form.get("name", ""), request.form.get("password", "")
    try:
        ticket, known = signing_in.sign_in(exchange, name, password, browser())
    except (NotDone, TooOften, Busy) as refused:
        raise said_why(refused) from None
    begin(ticket)
    answer = redirect(back_where_they_were(), 303)
    config = current_app.config
    answer.set_cookie(
        config["KNOWN_COOKIE_NAME"],
        known,
        max_age=A_YEAR,
        secure=config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )
    return answer


def said_why(refused: Exception) -> HTTPException:
    """Why a password did not open anything, as an answer."""
    match refused:
        case NotDone(problem=Problem.WRONG):
            return NotSignedIn(PROBLEMS[Problem.WRONG])
        case TooOften():
            return too_many(refused)
    return ServiceUnavailable(BUSY, retry_after=1)


def begin(ticket: str) -> None:
    """A session begins in this browser; nothing of the one before it goes on, except the language."""
    language = session.get("language")
    session.clear()
    session.permanent = True
    session[TICKET] = ticket
    if language:
        session["language"] = language


@sign_in.post("/sign-out")
def signed_out() -> Response:
    """The session ends on the server; what the browser still holds opens nothing."""
    signing_in.sign_out(current_app.extensions["exchange"], str(session.get(TICKET, "")))
    language = session.get("language")
    session.clear()
    if language:
        session["language"] = language
    return redirect("/sign-in", 303)
