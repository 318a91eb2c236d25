"""My account: who I am here, where I am signed in, another password."""

from flask import Blueprint, Response, current_app, redirect, render_template, request, session
from werkzeug.wrappers import Response as AnyResponse

from ivr.core.accounts import Problem
from ivr.ledger import accounts, messages, sessions
from ivr.switchboard import accounts as changing
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.signing_in import Busy, NotDone, TooOften
from ivr.web.pages.calls import zone_of
from ivr.web.pages.follow import on_every_page
from ivr.web.pages.sign_in import begin, said_why
from ivr.web.visitors import TICKET, browser, visitor
from ivr.web.wording import PROBLEMS, _

account = Blueprint("account", __name__)

WRONG_PASSWORD = _("Your present password is another one.")
DONE = _("Your password is changed. You are signed out everywhere else.")


@account.get("/account")
def mine(problem: str | None = None) -> Response:
    """Who I am here, and where I am signed in."""
    exchange: Exchange = current_app.extensions["exchange"]
    asking, now = visitor(), exchange.now()
    with exchange.ledger.reading() as tx:
        found = accounts.find(tx, asking.name) if asking and not asking.is_here else None
        places = sessions.of_account(tx, found.id, now) if found else []
        this = sessions.find(tx, str(session.get(TICKET, "")), now)
        waiting = messages.count_waiting(tx)
    page = render_template(
        "account.html",
        places=places,
        this=this,
        problem=problem,
        done=DONE if session.pop("password_changed", False) else None,
        waiting=waiting,
        zone=zone_of(exchange),
        **on_every_page(),
    )
    return Response(page, 400 if problem else 200)


@account.post("/account/password")
def password_changed() -> AnyResponse:
    """Another password; every other browser has to show it."""
    asking, new = visitor(), request.form.get("new", "")
    if asking is None or asking.is_here:
        return redirect("/account")
    if new != request.form.get("again", ""):
        return mine(PROBLEMS[Problem.DIFFERENT])
    exchange: Exchange = current_app.extensions["exchange"]
    try:
        ticket = changing.change_password(
            exchange, asking.name, request.form.get("password", ""), new, browser()
        )
    except NotDone as refused:
        wrong = refused.problem is Problem.WRONG
        return mine(WRONG_PASSWORD if wrong else PROBLEMS[refused.problem])
    except (TooOften, Busy) as refused:
        raise said_why(refused) from None
    begin(ticket)
    session["password_changed"] = True
    return redirect("/account", 303)


@account.post("/account/sessions")
def signed_out_elsewhere() -> AnyResponse:
    """Every session of mine ends except this one."""
    exchange: Exchange = current_app.extensions["exchange"]
    changing.sign_out_elsewhere(exchange, str(session.get(TICKET, "")))
    return redirect("/account", 303)
