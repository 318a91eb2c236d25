"""The agents of a rehearsal: they know and speak everything, serve every queue, and do what is said of them
when they are rung."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial

from ivr.box.clock import VirtualClock
from ivr.box.parties import Party
from ivr.core.accounts import Role
from ivr.core.agents import Agent, Status, Way
from ivr.core.menus import Hotline
from ivr.ledger import accounts, agents, emptying
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.line.standing import choose

BEST = 9
"""The level at which they know everything."""


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who is signed in; on a break for the first `away` seconds, None: all the time."""

    name: str
    does: Party
    away: float | None = 0

    @property
    def address(self) -> str:
        """Where they are rung."""
        return f"sip:{self.name}@desk.invalid"


def later(staff: Iterable[Colleague], seconds: float) -> tuple[Colleague, ...]:
    """The same people, so many seconds later."""
    return tuple(replace(each, away=max(0, each.away - seconds)) if each.away else each for each in staff)


def sign_in(exchange: Exchange, clock: VirtualClock, staff: Iterable[Colleague]) -> None:
    """They are there, and nobody else is."""
    now, everybody = exchange.now(), tuple(staff)
    hotline = exchange.shelf.live(now).hotline
    with exchange.ledger.transaction() as tx:
        emptying.dismiss(tx)
        for place, each in enumerate(everybody):
            accounts.add(tx, each.name, Role.AGENT, "nobody signs in", now)
            agents.set_up(tx, _agent(each, place, hotline))
    for each in everybody:
        at_once = each.away == 0
        choose(exchange, _id(each), Status.READY if at_once else Status.ON_BREAK, "" if at_once else "break")
        if each.away:
            clock.later(each.away, partial(_comes_back, exchange, each))


def _comes_back(exchange: Exchange, each: Colleague) -> None:
    choose(exchange, _id(each), Status.READY)


def _agent(each: Colleague, place: int, hotline: Hotline) -> Agent:
    skills = {skill.name: BEST for queue in hotline.queues.values() for skill in queue.rules.skills}
    return Agent(
        _id(each),
        each.name,
        Way.SIP,
        each.address,
        skills=skills,
        languages=frozenset(hotline.languages),
        place=place,
    )


def _id(each: Colleague) -> str:
    return each.name.casefold()
