"""The desk: the page an agent works on all day. What do I do now?"""

import secrets
from dataclasses import replace

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    jsonify,
    redirect,
    render_template,
    request,
    session,
)
from werkzeug.wrappers import Response as AnyResponse

from ivr.carriers.twilio.token import voice_token
from ivr.core.accounts import Problem, Role, known_as
from ivr.core.agents import Agent, Status, Way
from ivr.core.line.rules import Rules
from ivr.ledger import agents, messages, offers, talks
from ivr.ledger.talks import Talk
from ivr.switchboard import accounts as accounts_changing
from ivr.switchboard.agents import Wanted, set_up
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.line import holding, meeting, offering, standing
from ivr.switchboard.line.joining import rules_of
from ivr.switchboard.signing_in import NotDone
from ivr.web.own_line import has_own_line
from ivr.web.pages.agents import skills_asked_for
from ivr.web.pages.at_desk import desk_of
from ivr.web.pages.calls import zone_of
from ivr.web.pages.follow import followed
from ivr.web.visitors import name_of_visitor, visitor
from ivr.web.wording import BREAKS, PROBLEMS, _

desk = Blueprint("desk", __name__)

SEAT = "seat"
"""Whose desk somebody at the hotline's own machine has sat down at, as they have no account."""

LONGER = 60
"""So many seconds more for the wrap-up, each time they are asked for."""

TYPING = 15
"""While notes are typed the wrap-up goes on for so many seconds at least."""

LONGEST_NOTES = 10_000
NO_LINE = _("There is no line for this page: agents are rung elsewhere, or the carrier’s key is missing.")
NOT_THEIRS = _("This call is not at your desk any more.")


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
    page = render_template("no_desk.html", seats=seats, at_machine=here, problem=problem, waiting=waiting)
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


@desk.post("/desk/status")
def chosen() -> AnyResponse:
    """Ready, on a break, gone."""
    exchange: Exchange = current_app.extensions["exchange"]
    agent = mine(exchange)
    status, reason = request.form.get("status", ""), request.form.get("reason", "")
    if status in list(Status):
        resting = Status(status) is Status.ON_BREAK and reason in BREAKS
        standing.choose(exchange, agent.id, Status(status), reason if resting else "")
    return redirect("/desk", 303)


@desk.post("/desk/offer")
def answered() -> AnyResponse:
    """The caller is accepted, or left to somebody else. Who is rung on a phone accepts there."""
    exchange: Exchange = current_app.extensions["exchange"]
    agent = mine(exchange)
    with exchange.ledger.reading() as tx:
        offer = offers.find(tx, request.form.get("offer", ""))
    if offer is None or offer.agent != agent.id:
        abort(404, NOT_THEIRS)
    if request.form.get("answer") == "accept" and agent.way is Way.BROWSER:
        offering.accept(exchange, offer.id)
    elif request.form.get("answer") == "decline":
        offering.decline(exchange, offer.id)
    return redirect("/desk", 303)


@desk.post("/desk/talk")
def worked() -> AnyResponse:
    """What is noted of a conversation is kept; and it, or its wrap-up, ends or goes on."""
    exchange: Exchange = current_app.extensions["exchange"]
    talk = my_talk(exchange, mine(exchange))
    if "notes" in request.form:
        written = noted(exchange, talk)
        meeting.write_down(exchange, talk.offer, written.disposition, written.notes)
        ends_soon = talk.wrap_up_until is not None and talk.wrap_up_until - exchange.now() < TYPING * 1000
        if ends_soon and written.notes != talk.notes:
            meeting.longer(exchange, talk.offer, TYPING)
        talk = written
    match request.form.get("deed"):
        case "hang_up":
            meeting.agent_hung_up(exchange, talk.offer)
        case "hold":
            holding.hold(exchange, talk.offer)
        case "resume":
            holding.resume(exchange, talk.offer)
        case "mute" | "unmute" as deed:
            holding.mute(exchange, talk.offer, muted=deed == "mute")
        case "longer":
            meeting.longer(exchange, talk.offer, LONGER)
        case "finish" if may_finish(exchange, talk):
            meeting.wrapped_up(exchange, talk.offer)
    return redirect("/desk", 303)


def noted(exchange: Exchange, talk: Talk) -> Talk:
    """The conversation with what the form says of it; a disposition the queue does not have is none."""
    choices = rules(exchange, talk).dispositions
    wanted = request.form.get("disposition", "")
    return replace(
        talk,
        disposition=wanted if wanted in choices else None,
        notes=request.form["notes"].replace("\0", "").replace("\r\n", "\n")[:LONGEST_NOTES],
    )


def rules(exchange: Exchange, talk: Talk) -> Rules:
    return rules_of(exchange.shelf.live(exchange.now()).hotline, talk.queue)


def may_finish(exchange: Exchange, talk: Talk) -> bool:
    return talk.disposition is not None or not rules(exchange, talk).must_dispose


@desk.get("/desk/token")
def token() -> Response:
    """The pass with which this browser becomes the agent's phone at the carrier."""
    exchange: Exchange = current_app.extensions["exchange"]
    agent, settings = mine(exchange), exchange.settings
    if not has_own_line(settings) or agent.way is not Way.BROWSER:
        abort(404, NO_LINE)
    made = voice_token(
        settings.account_sid,
        settings.api_key,
        settings.api_secret,
        identity=agent.address.removeprefix("client:"),
        now=exchange.now() // 1000,
    )
    return jsonify(token=made)


def who() -> str | None:
    """The id of the agent who sits here; whether they are one is another question."""
    asking = visitor()
    if asking is None:
        return None
    return session.get(SEAT) if asking.is_here else known_as(asking.name)


def find(exchange: Exchange, agent_id: str) -> Agent | None:
    with exchange.ledger.reading() as tx:
        agent = agents.find(tx, agent_id)
    return agent if agent is not None and agent.way is not Way.GONE else None


def mine(exchange: Exchange) -> Agent:
    """The agent who sits here; whoever is none has nothing to do here."""
    agent_id = who()
    agent = find(exchange, agent_id) if agent_id is not None else None
    if agent is None:
        abort(404, NOT_THEIRS)
    return agent


def my_talk(exchange: Exchange, agent: Agent) -> Talk:
    with exchange.ledger.reading() as tx:
        talk = talks.find(tx, request.form.get("offer", ""))
    if talk is None or talk.agent != agent.id:
        abort(404, NOT_THEIRS)
    return talk
