"""The agents, for those who look after them: what each can do, and how they are rung."""

from flask import Blueprint, Response, current_app, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from ivr.core.accounts import Problem
from ivr.core.agents import Way, skills_of, skills_written
from ivr.core.menus import Hotline
from ivr.ledger import accounts, messages
from ivr.ledger import agents as kept
from ivr.switchboard import agents as changing
from ivr.switchboard.agents import Wanted
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.signing_in import NotDone
from ivr.web.pages.calls import tags_of
from ivr.web.pages.follow import on_every_page
from ivr.web.visitors import name_of_visitor
from ivr.web.wording import AGENT_WAYS, PROBLEMS

agents = Blueprint("agents", __name__)


@agents.get("/agents")
def listed(problem: str | None = None) -> Response:
    """Who answers callers; and which accounts could."""
    exchange: Exchange = current_app.extensions["exchange"]
    with exchange.ledger.reading() as tx:
        known = kept.listed(tx)
        names = {agent.id for agent in known}
        others = [each for each in accounts.listed(tx) if each.id not in names and each.disabled_at is None]
        waiting = messages.count_waiting(tx)
    hotline = exchange.shelf.live(exchange.now()).hotline
    page = render_template(
        "agents.html",
        agents=known,
        others=others,
        ways=list(AGENT_WAYS),
        skills={agent.id: skills_written(agent.skills) for agent in known},
        queues=list(hotline.queues),
        asked_for=skills_asked_for(hotline),
        tags=tags_of(exchange),
        problem=problem,
        waiting=waiting,
        **on_every_page(),
    )
    return Response(page, 400 if problem else 200)


@agents.post("/agents")
def added() -> AnyResponse:
    """An account becomes an agent, who can do all that callers may ask for until somebody says otherwise."""
    return done(request.form.get("name", ""), Wanted(skills=dict.fromkeys(request.form.getlist("skill"), 1)))


@agents.post("/agents/<name>")
def changed(name: str) -> AnyResponse:
    """What an agent can do, or how they are rung."""
    form = request.form
    try:
        skills = skills_of(form.get("skills", ""))
    except ValueError:
        return listed(PROBLEMS[Problem.SKILLS])
    way = form.get("way", "")
    wanted = Wanted(
        way=Way(way) if way in AGENT_WAYS else None,
        address=form.get("address", "").strip(),
        skills=skills,
        languages=frozenset(form.getlist("language")),
        queues=frozenset(form.getlist("queue")),
        number=form.get("number", "").strip(),
        pin=form.get("pin", "").strip() or None,
    )
    return done(name, wanted)


@agents.post("/agents/<name>/remove")
def removed(name: str) -> AnyResponse:
    """Somebody is no agent any more."""
    try:
        changing.remove(current_app.extensions["exchange"], name_of_visitor(), name)
    except NotDone as refused:
        return listed(PROBLEMS[refused.problem])
    return redirect("/agents", 303)


def done(name: str, wanted: Wanted) -> AnyResponse:
    try:
        changing.set_up(current_app.extensions["exchange"], name_of_visitor(), name, wanted)
    except NotDone as refused:
        return listed(PROBLEMS[refused.problem])
    return redirect("/agents", 303)


def skills_asked_for(hotline: Hotline) -> list[str]:
    """The skills for which the queues ask, so that nobody has to look them up."""
    return sorted({skill.name for queue in hotline.queues.values() for skill in queue.rules.skills})
