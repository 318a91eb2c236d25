"""The agents: how they stand, what each can do, and how they are rung."""

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from ivr.core.accounts import Problem, known_as
from ivr.core.agents import Activity, Status, Way, skills_of
from ivr.core.agents import Agent as Kept
from ivr.ledger import agents, waiting
from ivr.switchboard import agents as changing
from ivr.switchboard.line.standing import make_stand
from ivr.switchboard.signing_in import NotDone
from ivr.web import seats
from ivr.web.api.exchanging import exchange
from ivr.web.api.me import Chosen
from ivr.web.api.refusals import not_now, not_there, wrong
from ivr.web.api.routes import route
from ivr.web.api.shapes import NO_ZERO, Asked, Moment, Name, Shown
from ivr.web.visitors import name_of_visitor
from ivr.web.wording import PROBLEMS, _

NOT_DIALLED_IN = _("They are rung on a line on which they have not dialled in.")
MOST = 10_000

FIELDS = {
    Problem.ADDRESS: "address",
    Problem.LANGUAGES: "languages",
    Problem.QUEUES: "queues",
    Problem.AGENT_NUMBER: "number",
    Problem.PIN: "pin",
}
"""Which field a problem is about."""


def one_skill(name: str) -> str:
    if skills_of(name) != {name: 1}:
        raise ValueError("a skill is one word of letters, digits, - and _")
    return name


Skill = Annotated[Name, AfterValidator(one_skill)]
Level = Annotated[int, Field(ge=1, le=9)]
Text = Annotated[str, StringConstraints(max_length=200, pattern=NO_ZERO)]


class Agent(Shown):
    """An agent as they stand."""

    agent: str
    """By which the other addresses know them."""
    name: str
    way: Way
    """How they are rung."""
    skills: dict[str, int]
    languages: list[str]
    queues: list[str] | None
    """The only queues they serve; null: every queue."""
    weight: int
    order: int
    status: Status
    reason: str
    activity: Activity
    since: Moment | None
    """Since when they stand so; null: they never did anything."""
    talk: str | None
    """The conversation they are in or wrap up, as `/api/talks/…` knows it."""


class Agents(Shown):
    """All agents, in their order."""

    agents: list[Agent]


class Wanted(Asked):
    """What an agent is to be; what is not given stays, or is as it is usual for a new one."""

    way: Way | None = None
    address: Text | None = None
    """A number, or a SIP address; a browser has its own."""
    skills: dict[Skill, Level] | None = None
    """Each with a level from 1 to 9."""
    languages: list[Name] | None = None
    queues: list[Name] | None = None
    """The only queues they serve; empty: every queue."""
    number: Text | None = None
    """What they type to dial in: 3 to 8 digits; empty: they do not."""
    pin: Annotated[Text | None, Field(repr=False)] = None
    """6 to 12 digits that are not easily guessed. It is never shown."""
    weight: Annotated[int, Field(ge=1, le=MOST)] | None = None
    order: Annotated[int, Field(ge=0, le=MOST)] | None = None


@route("GET", "/agents")
def agents_now() -> Agents:
    """All agents as they stand."""
    with exchange().ledger.reading() as tx:
        talks = waiting.talking(tx)
        return Agents(agents=[shown(agent, talks.get(agent.id)) for agent in agents.listed(tx)])


@route("PUT", "/agents/{name}", 404)
def agent_set_up(name: str, body: Wanted) -> Agent:
    """An account is an agent from now on, or another one."""
    wanted = changing.Wanted(
        way=body.way,
        address=body.address,
        skills=body.skills,
        languages=None if body.languages is None else frozenset(body.languages),
        queues=None if body.queues is None else frozenset(body.queues),
        number=body.number,
        pin=body.pin or None,
        weight=body.weight,
        place=body.order,
    )
    try:
        if body.way is Way.GONE:
            raise wrong("way", PROBLEMS[Problem.NO_AGENT])
        changing.set_up(exchange(), name_of_visitor(), name, wanted)
    except NotDone as refused:
        raise why(refused.problem) from None
    return agent_of(name)


@route("DELETE", "/agents/{name}", 404)
def agent_removed(name: str) -> None:
    """They are no agent any more, and stay in the log. What they are in the middle of goes on."""
    try:
        changing.remove(exchange(), name_of_visitor(), name)
    except NotDone as refused:
        raise not_there(PROBLEMS[refused.problem]) from None


@route("PUT", "/agents/{name}/status", 404, 409)
def agent_stands(name: str, body: Chosen) -> Agent:
    """You choose for an agent: they are ready, on a break, or out of the line. It stands in the audit."""
    agent = found(name)
    reason = body.reason if body.status is Status.ON_BREAK else ""
    if not make_stand(exchange(), name_of_visitor(), agent, body.status, reason):
        raise not_now(NOT_DIALLED_IN)
    return agent_of(name)


def found(name: str) -> Kept:
    agent = seats.find(exchange(), known_as(name))
    if agent is None:
        raise not_there(PROBLEMS[Problem.NO_AGENT])
    return agent


def agent_of(name: str) -> Agent:
    agent = found(name)
    with exchange().ledger.reading() as tx:
        return shown(agent, waiting.talking(tx).get(agent.id))


def shown(agent: Kept, talk: str | None) -> Agent:
    return Agent(
        agent=agent.id,
        name=agent.name,
        way=agent.way,
        skills=dict(agent.skills),
        languages=sorted(agent.languages),
        queues=None if agent.queues is None else sorted(agent.queues),
        weight=agent.weight,
        order=agent.place,
        status=agent.status,
        reason=agent.reason,
        activity=agent.activity,
        since=agent.since or None,
        talk=talk,
    )


def why(problem: Problem) -> Exception:
    """What is wrong with an agent, as an answer."""
    if problem in FIELDS:
        return wrong(FIELDS[problem], PROBLEMS[problem])
    return not_there(PROBLEMS[problem])
