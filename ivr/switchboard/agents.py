"""Agents are set up, changed and removed; each change is in the audit, with who made it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from ivr.core.accounts import ROWS, Problem
from ivr.core.agents import ADDRESSES, NUMBER, PIN, Agent, Status, Way, own_browser, skills_written
from ivr.core.menus import Hotline, Language
from ivr.ledger import Transaction, accounts, agents, audit, passwords
from ivr.ledger.audit import Deed, State
from ivr.outside.bus import Topic
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.line.dispatch import dispatch_soon
from ivr.switchboard.signing_in import NotDone


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be changed of an agent; None stays as it is, or as it is usual for a new one.

    `queues` empty: every queue. `number` empty: none, so they cannot dial in.
    """

    way: Way | None = None
    address: str | None = None
    skills: Mapping[str, int] | None = None
    languages: frozenset[Language] | None = None
    queues: frozenset[str] | None = None
    number: str | None = None
    pin: str | None = None
    weight: int | None = None
    place: int | None = None


def is_account(exchange: Exchange, name: str) -> bool:
    """Whether somebody of that name can be made an agent."""
    with exchange.ledger.reading() as tx:
        return accounts.find(tx, name) is not None


def set_up(exchange: Exchange, who: str, name: str, wanted: Wanted) -> bool:
    """An account is an agent from now on, or another one; False if it was so already. Raises NotDone."""
    now = exchange.now()
    hotline = exchange.shelf.live(now).hotline
    pin = _pin_of(wanted)
    with exchange.ledger.transaction() as tx:
        account = accounts.held(tx, name)
        if account is None:
            raise NotDone(Problem.UNKNOWN)
        known = agents.held(tx, account.id)
        old = known if known is not None and known.way is not Way.GONE else None
        new = changed(old or _usual(tx, account.id, account.name, hotline), wanted)
        _check(tx, new, old, hotline)
        if new == old and pin is None:
            return False
        agents.set_up(tx, new)
        if new.way is not Way.BROWSER and new.way is not Way.DIALLED_IN:
            agents.lease(tx, new.id, None)
        if pin is not None:
            agents.set_pin(tx, new.id, pin)
        after = state(new) | ({"pin": "another one"} if pin is not None else {})
        audit.note(tx, who, Deed.AGENT_SET_UP, account.name, state(old) if old else None, after, now)
    exchange.tell(Topic.LINE)
    dispatch_soon(exchange)
    return True


def remove(exchange: Exchange, who: str, name: str) -> None:
    """They are no agent any more: signed out, and what they are in the middle of goes on. Raises NotDone."""
    now = exchange.now()
    with exchange.ledger.transaction() as tx:
        account = accounts.held(tx, name)
        agent = agents.held(tx, account.id) if account else None
        if agent is None or agent.way is Way.GONE:
            raise NotDone(Problem.NO_AGENT)
        agents.becomes(tx, agent, now, status=Status.SIGNED_OUT)
        agents.set_up(tx, replace(agent, way=Way.GONE, address="", number=None))
        agents.set_pin(tx, agent.id, None)
        agents.lease(tx, agent.id, None)
        audit.note(tx, who, Deed.AGENT_REMOVED, agent.name, state(agent), None, now)
    exchange.tell(Topic.LINE)


def changed(agent: Agent, wanted: Wanted) -> Agent:
    """The agent as they are wanted. A browser's address is the account's own, whatever was typed."""
    way = wanted.way or agent.way
    address = wanted.address if wanted.address is not None else agent.address if way is agent.way else ""
    return replace(
        agent,
        way=way,
        address=own_browser(agent.id) if way is Way.BROWSER else "" if way is Way.DIALLED_IN else address,
        skills=agent.skills if wanted.skills is None else wanted.skills,
        languages=agent.languages if wanted.languages is None else wanted.languages,
        queues=agent.queues if wanted.queues is None else wanted.queues or None,
        number=agent.number if wanted.number is None else wanted.number or None,
        weight=agent.weight if wanted.weight is None else wanted.weight,
        place=agent.place if wanted.place is None else wanted.place,
    )


def _usual(tx: Transaction, agent_id: str, name: str, hotline: Hotline) -> Agent:
    """A new agent, of whom nothing is said yet: the last one in the order, with every language."""
    last = max((agent.place for agent in agents.listed(tx)), default=-1)
    return Agent(
        agent_id,
        name,
        Way.BROWSER,
        own_browser(agent_id),
        languages=frozenset(hotline.languages),
        place=last + 1,
    )


def _check(tx: Transaction, new: Agent, old: Agent | None, hotline: Hotline) -> None:
    """What an agent had before may stay, even if the menus have lost it. Raises NotDone."""
    had_languages = old.languages if old else frozenset()
    had_queues = (old.queues if old else None) or frozenset()
    if not ADDRESSES[new.way].fullmatch(new.address):
        raise NotDone(Problem.ADDRESS)
    if not new.languages <= had_languages | set(hotline.languages):
        raise NotDone(Problem.LANGUAGES)
    if not (new.queues or frozenset()) <= had_queues | set(hotline.queues):
        raise NotDone(Problem.QUEUES)
    if new.number is not None:
        other = agents.by_number(tx, new.number)
        if not NUMBER.fullmatch(new.number) or (other is not None and other.id != new.id):
            raise NotDone(Problem.AGENT_NUMBER)
    elif new.way is Way.DIALLED_IN:
        raise NotDone(Problem.AGENT_NUMBER)


def _pin_of(wanted: Wanted) -> str | None:
    """The hash of the PIN that is wanted; it takes a while, so not in a transaction. Raises NotDone."""
    pin = wanted.pin
    if not pin:
        return None
    in_a_row = any(pin in row or pin[::-1] in row for row in ROWS)
    if not PIN.fullmatch(pin) or in_a_row or len(set(pin)) < 3 or pin == wanted.number:
        raise NotDone(Problem.PIN)
    return passwords.hashed(pin)


def state(agent: Agent) -> dict[str, object]:
    """An agent as the audit shows them; no queues named: every queue."""
    shown: State = {
        "way": str(agent.way),
        "address": agent.address,
        "agent_number": agent.number,
        "skills": skills_written(agent.skills),
        "languages": sorted(agent.languages),
        "queues": sorted(agent.queues or ()),
        "order": agent.place,
        "weight": agent.weight,
    }
    return dict(shown)
