"""The desk: the page an agent works on all day. What do I do now?"""

import secrets

from flask import Blueprint, Response, current_app, redirect, render_template, request, session
from werkzeug.wrappers import Response as AnyResponse

from ivr.core.accounts import Problem, Role, known_as
from ivr.core.agents import Way
from ivr.ledger import agents, messages
from ivr.switchboard import accounts as accounts_changing
from ivr.switchboard.agents import Wanted, set_up
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.line import standing
from ivr.switchboard.signing_in import NotDone
from ivr.web.pages.agents import skills_asked_for
from ivr.web.pages.at_desk import calling_of, desk_of
from ivr.web.pages.calls import zone_of
from ivr.web.pages.follow import followed, on_every_page
from ivr.web.seats import SEAT, find, who
from ivr.web.visitors import name_of_visitor, visitor
from ivr.web.wording import BREAKS, PROBLEMS

desk = Blueprint("desk", __name__)


@desk.get("/desk")
def shown() -> Response:
    """The agent's desk as it is now. A page that asks is there: that keeps the agent signed in."""
    exchange: Exchange = current_app.extensions["exchange"]
    agent_id = who()
    if agent_id is not None:
        standing.heard_of(exchange, agent_id)
    with exchange.ledger.reading() as tx:
        found = desk_of(exchange, tx, agent_id) if agent_id is not None else None
        waiting = messages.count_waiting(tx)
    if found is None:
        return nobody(waiting)
    return followed(
        "desk.html",
        {"now": exchange.now()},
        desk=found,
        calling=calling_of(exchange, request.args.get("call", ""), request.args.get("queue", "")),
        breaks=BREAKS,
        waiting=waiting,
        zone=zone_of(exchange),
    )


def nobody(waiting: int, problem: str | None = None) -> Response:
    """For somebody who is no agent: what to ask for, or at this machine, at whose desk they sit."""
    exchange: Exchange = current_app.extensions["exchange"]
    asking = visitor()
    here = asking is not None and asking.is_here
    with exchange.ledger.reading() as tx:
        seats = [agent for agent in agents.listed(tx) if agent.way is Way.BROWSER] if here else []
    page = render_template(
        "no_desk.html", seats=seats, at_machine=here, problem=problem, waiting=waiting, **on_every_page()
    )
    return Response(page, 400 if problem else 200)


@desk.post("/desk/seat")
def sat_down() -> AnyResponse:
    """At the hotline's own machine somebody sits down at a desk: one that is there, or a new agent's."""
    exchange: Exchange = current_app.extensions["exchange"]
    asking = visitor()
    if asking is None or not asking.is_here:
        return redirect("/desk", 303)
    name = request.form.get("name", "").strip()
    try:
        if name and find(exchange, known_as(name)) is None:
            new_agent(exchange, name)
    except NotDone as refused:
        return nobody(0, PROBLEMS[refused.problem])
    session[SEAT] = known_as(name) if name else None
    return redirect("/desk", 303)


def new_agent(exchange: Exchange, name: str) -> None:
    """Somebody who tries the hotline becomes an agent; nobody knows the password, as nobody needs it here."""
    try:
        accounts_changing.add(exchange, name_of_visitor(), name, Role.AGENT, secrets.token_urlsafe(24))
    except NotDone as refused:
        if refused.problem is not Problem.TAKEN:
            raise
    skills = skills_asked_for(exchange.shelf.live(exchange.now()).hotline)
    set_up(exchange, name_of_visitor(), name, Wanted(skills=dict.fromkeys(skills, 1)))
