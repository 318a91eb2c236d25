"""What an agent can do with a caller besides talking, at this moment: ask somebody, hand over, send on."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from ivr.core.agents import Agent, skills_written
from ivr.core.line.visits import Kind, Visit
from ivr.core.menus import Hotline
from ivr.ledger import Transaction, agents, calls, line, offers, talks
from ivr.ledger.offers import End
from ivr.ledger.questions import ask
from ivr.ledger.talks import Talk
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.line.sending_on import is_alone
from ivr.web.pages.calls import menus_of
from ivr.web.pages.visits import label_of
from ivr.web.wording import language


class Coming(StrEnum):
    """How it stands with an agent who was asked into a conversation."""

    RUNG = "rung"
    HERE = "here"
    DECLINED = "declined"
    MISSED = "missed"
    """They were rung, and did not answer."""


@dataclass(frozen=True, slots=True)
class Asked:
    """An agent who was asked into a conversation."""

    name: str
    state: Coming

    @property
    def is_needed(self) -> bool:
        """Whether they can still be called off."""
        return self.state in (Coming.RUNG, Coming.HERE)


@dataclass(frozen=True, slots=True)
class Colleague:
    """Another agent who is free: `skills` as people write them, `languages` as tags."""

    agent: str
    name: str
    skills: str
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ways:
    """What is possible now. `queues` by name and label; `can_leave`: the caller has menus to go on in, and
    can be sent there; `numbers`: the hotline may call some."""

    asked: Asked | None = None
    free: tuple[Colleague, ...] = ()
    queues: tuple[tuple[str, str], ...] = ()
    can_leave: bool = False
    numbers: bool = False


def ways_of(exchange: Exchange, tx: Transaction, live: Hotline, talk: Talk) -> Ways | None:
    """What the agent of a conversation can do with the caller; None unless the two are talking."""
    if not talk.is_on or talk.answered_at is None:
        return None
    asked = asked_by(tx, talk)
    call = calls.find(tx, talk.call)
    if call is None or not is_alone(tx, talk):
        return Ways(asked)
    if call.place is None:
        return Ways(asked, free_for(exchange, tx, live, talk))
    theirs = menus_of(exchange, call.revision) or live
    queues = [(name, label_of(live, name, language())) for name in live.queues if name in theirs.queues]
    return Ways(
        asked,
        free_for(exchange, tx, live, talk),
        tuple(queues),
        can_leave=True,
        numbers=bool(live.allowed),
    )


def asked_by(tx: Transaction, talk: Talk) -> Asked | None:
    """Whom the agent has asked last in this conversation, unless that one has gone again."""
    asked = [visit for visit in line.of_call(tx, talk.call) if is_asked_by(talk, visit)]
    visit = max(asked, key=lambda each: each.entered_at, default=None)
    agent = agents.find(tx, visit.wanted or "") if visit else None
    state = coming(tx, talk, visit) if visit else None
    return Asked(agent.name, state) if agent and state else None


def is_asked_by(talk: Talk, visit: Visit) -> bool:
    return visit.kind is Kind.CONSULT and visit.room == talk.room and visit.sent_by == talk.agent


def coming(tx: Transaction, talk: Talk, visit: Visit) -> Coming | None:
    """How it stands with whoever is asked; None for somebody who has gone, or was called off."""
    if visit.is_waiting:
        return Coming.RUNG
    theirs = talks.of_visit(tx, talk.call, visit.id)
    if theirs is not None and theirs.is_on:
        return Coming.HERE if theirs.answered_at is not None else Coming.RUNG
    ended = [offer.ending for offer in offers.of_visit(tx, visit.id)]
    return IN_VAIN.get(ended[-1]) if ended and theirs is None else None


IN_VAIN: Mapping[End | None, Coming] = {End.DECLINED: Coming.DECLINED, End.MISSED: Coming.MISSED}


def free_for(exchange: Exchange, tx: Transaction, live: Hotline, talk: Talk) -> tuple[Colleague, ...]:
    """The other agents who are free, first those who serve this queue and speak the caller's language."""
    visit = line.find(tx, talk.visit)
    spoken = visit.language if visit else ""

    def far(agent: Agent) -> tuple[bool, bool, int]:
        return not agent.serves(talk.queue), spoken not in agent.languages, agent.place

    free = [agent for agent in ask(tx, agents.free(exchange.now())) if agent.id != talk.agent]
    return tuple(colleague(agent, live) for agent in sorted(free, key=far))


def colleague(agent: Agent, live: Hotline) -> Colleague:
    spoken = [voice.tag for name, voice in live.languages.items() if name in agent.languages]
    return Colleague(agent.id, agent.name, skills_written(agent.skills), tuple(spoken))
