"""How long a caller is let wait, and when a queue is empty."""

from collections.abc import Iterable
from dataclasses import dataclass

from ivr.core.agents import Agent, Status
from ivr.core.line.match import can_take
from ivr.core.line.rules import AtClosing, Rules
from ivr.core.line.visits import Kind, Left, Visit

EMPTY_AFTER_MS = 60_000
"""A queue is empty when nobody who serves it has been signed in for so long; a break is not empty."""


@dataclass(frozen=True, slots=True)
class Present:
    """What is so at this moment: whether the caller is being offered, the queue's hours, who is known."""

    now: int
    is_rung: bool
    is_open: bool
    agents: tuple[Agent, ...]


def must_leave(visit: Visit, rules: Rules, present: Present) -> Left | None:
    """Why a caller cannot wait any longer; None while they can. Nobody leaves while an agent is rung, or
    while they are kept for one: that is soon over."""
    if present.is_rung or visit.wanted is not None:
        return None
    if not present.is_open and rules.at_closing is AtClosing.LEAVE_WORD:
        return Left.CLOSED
    if not present.is_open and rules.at_closing is AtClosing.CALLBACK:
        return Left.CALLBACK
    if is_empty(present.agents, visit.queue, rules, present.now):
        return Left.NO_AGENTS
    return Left.TIMEOUT if has_waited_out(visit, rules, present.now) else None


def has_waited_out(visit: Visit, rules: Rules, now: int) -> bool:
    """Whether a caller has waited as long as one may. No agent is rung for them any more, or one who never
    answers would keep them in line for ever. Who is to be rung back is not on the phone."""
    if rules.max_wait is None or visit.kind is Kind.CALLBACK:
        return False
    return now - visit.entered_at >= rules.max_wait * 1000


def all_declined(visit: Visit, rules: Rules, present: Present) -> bool:
    """Whether agents have declined this caller, and no other on duty could ever take them."""
    if not visit.declined or present.is_rung or visit.wanted is not None:
        return False
    at_last = present.now + LONGEST_MS
    able = {
        agent.id
        for agent in present.agents
        if agent.is_on_duty and can_take(agent.free(""), visit.waiting, rules, at_last)
    }
    return not able


LONGEST_MS = 10**9
"""After so long a wait everything is widened that ever will be."""


def is_empty(known: Iterable[Agent], queue: str, rules: Rules, now: int) -> bool:
    """Whether nobody is there, and has not been for a while, who serves a queue or takes its overflow."""
    serving = rules.served_by(queue, float("inf"))
    return not any(
        (agent.queues is None or not agent.queues.isdisjoint(serving)) and was_there(agent, now)
        for agent in known
    )


def unattended_for(known: Iterable[Agent], queue: str, rules: Rules, began: int, now: int) -> float:
    """For how many seconds nobody has been signed in who serves a queue or takes its overflow; 0 while
    somebody is, a day at the most. Who was never there has been away since the hotline began, at the first
    menus that were ever published: nobody can be missed for longer."""
    serving = rules.served_by(queue, float("inf"))
    able = [agent for agent in known if agent.queues is None or not agent.queues.isdisjoint(serving)]
    return min((_away_for(agent, began, now) for agent in able), default=_lasting(began, now))


LONGEST_AWAY = 86_400.0


def _away_for(agent: Agent, began: int, now: int) -> float:
    left_at = (agent.since or began) if agent.status is Status.SIGNED_OUT else agent.lease_until
    return 0.0 if left_at is None else _lasting(left_at, now)


def _lasting(since: int, now: int) -> float:
    return min(max(0, now - since) / 1000, LONGEST_AWAY)


def was_there(agent: Agent, now: int) -> bool:
    """Whether an agent is signed in, or was a moment ago."""
    if agent.status is Status.SIGNED_OUT:
        return now - EMPTY_AFTER_MS < agent.since
    return agent.lease_until is None or now - EMPTY_AFTER_MS < agent.lease_until
