"""The accounts of everybody, for those who look after them; and the tokens of programs."""

from flask import Blueprint, Response, current_app, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from ivr.core.accounts import HERE, Problem, Role
from ivr.ledger import accounts as kept
from ivr.ledger import messages, tokens
from ivr.switchboard import accounts as changing
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.signing_in import NotDone
from ivr.web.pages.calls import zone_of
from ivr.web.pages.follow import on_every_page
from ivr.web.visitors import visitor
from ivr.web.wording import PROBLEMS

accounts = Blueprint("accounts", __name__)


@accounts.get("/accounts")
def listed(problem: str | None = None, typed: str = "") -> Response:
    """Who may sign in, and as what; which programs may read."""
    exchange: Exchange = current_app.extensions["exchange"]
    with exchange.ledger.reading() as tx:
        everybody, programs = kept.listed(tx), tokens.listed(tx)
        waiting = messages.count_waiting(tx)
    page = render_template(
        "accounts.html",
        accounts=everybody,
        tokens=programs,
        roles=list(Role),
        problem=problem,
        typed=typed,
        waiting=waiting,
        zone=zone_of(exchange),
        **on_every_page(),
    )
    return Response(page, 400 if problem else 200)


@accounts.post("/accounts")
def added() -> AnyResponse:
    """Somebody gets an account."""
    exchange: Exchange = current_app.extensions["exchange"]
    name, password = request.form.get("name", "").strip(), request.form.get("password", "")
    try:
        if password != request.form.get("again", ""):
            raise NotDone(Problem.DIFFERENT)
        changing.add(exchange, who(), name, role_of() or Role.AGENT, password)
    except NotDone as refused:
        return listed(PROBLEMS[refused.problem], typed=name)
    return redirect("/accounts", 303)


@accounts.post("/accounts/<name>")
def changed(name: str) -> AnyResponse:
    """An account gets another role, is disabled, or opens again."""
    exchange: Exchange = current_app.extensions["exchange"]
    disabled = {"disabled": True, "open": False}.get(request.form.get("state", ""))
    try:
        changing.change(exchange, who(), name, role=role_of(), disabled=disabled)
    except NotDone as refused:
        return listed(PROBLEMS[refused.problem])
    return redirect("/accounts", 303)


@accounts.post("/accounts/tokens/<name>")
def token_revoked(name: str) -> AnyResponse:
    """A program may not read any more."""
    try:
        changing.revoke_token(current_app.extensions["exchange"], who(), name)
    except NotDone as refused:
        return listed(PROBLEMS[refused.problem])
    return redirect("/accounts", 303)


def role_of() -> Role | None:
    """The role the form asks for; None if it asks for none."""
    role = request.form.get("role", "")
    return Role(role) if role in list(Role) else None


def who() -> str:
    asking = visitor()
    return asking.name if asking else HERE
