"""The line now: who waits in which queue, and how many agents are there for them."""

from collections import Counter
from collections.abc import Iterable

from ivr.core.agents import Agent
from ivr.core.line.visits import Kind
from ivr.ledger import Transaction, agents, waiting
from ivr.ledger.waiting import Waiting
from ivr.web.api.exchanging import exchange
from ivr.web.api.routes import route
from ivr.web.api.shapes import Moment, Shown

SHOWN = 100
"""So many callers of a queue are told of one by one."""


class Waits(Shown):
    """A caller in line. `place` 1 is the next; `offered_to` are the agents who are rung for them now."""

    visit: str
    call: str
    kind: Kind
    """`callback`: they do not wait on the phone, but are to be rung."""
    caller: str | None
    """null: withheld."""
    language: str
    place: int
    first_at: Moment
    """When they first joined a line in this call: whoever has waited longest."""
    entered_at: Moment
    """When they joined this one."""
    offered_to: list[str]


class Team(Shown):
    """How many agents serve a queue, by what they are doing, or else have chosen."""

    ready: int = 0
    offered: int = 0
    talking: int = 0
    wrapping_up: int = 0
    on_break: int = 0
    signed_out: int = 0


class QueueNow(Shown):
    """One queue now."""

    queue: str
    waiting: int
    """All who wait, those included who are to be rung."""
    since: Moment | None
    """When the first of them joined the line; null: nobody waits."""
    callers: list[Waits]
    """The first hundred, in the order of their places."""
    agents: Team


class Line(Shown):
    """Every queue of the menus, and those where somebody still waits."""

    queues: list[QueueNow]


@route("GET", "/line")
def line_now() -> Line:
    """The line as it is now."""
    names = exchange().shelf.live(exchange().now()).hotline.queues
    with exchange().ledger.reading() as tx:
        lengths, offered, team = waiting.lengths(tx), waiting.offered(tx), agents.listed(tx)
        busy = dict.fromkeys([*names, *sorted(lengths)])
        queues = [queue(tx, name, lengths.get(name), offered, team) for name in busy]
    return Line(queues=queues)


def queue(
    tx: Transaction,
    name: str,
    length: waiting.Length | None,
    offered: dict[str, list[str]],
    team: list[Agent],
) -> QueueNow:
    callers = waiting.first(tx, name, SHOWN) if length else []
    return QueueNow(
        queue=name,
        waiting=length.waiting if length else 0,
        since=length.since if length else None,
        callers=[waits(each, place, offered) for place, each in enumerate(callers, 1)],
        agents=counted(agent for agent in team if agent.serves(name)),
    )


def waits(one: Waiting, place: int, offered: dict[str, list[str]]) -> Waits:
    return Waits(
        visit=one.visit,
        call=one.call,
        kind=one.kind,
        caller=one.caller,
        language=one.language,
        place=place,
        first_at=one.first_at,
        entered_at=one.entered_at,
        offered_to=offered.get(one.visit, []),
    )


def counted(team: Iterable[Agent]) -> Team:
    return Team.model_validate(Counter(str(agent.state) for agent in team))
