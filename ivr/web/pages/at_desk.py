"""What an agent sees at their desk: how they stand, who calls, what that caller did before, their own day."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time
from zoneinfo import ZoneInfo

from ivr.core.agents import Activity, Agent, Status, Way
from ivr.core.calls import Pass
from ivr.core.destinations import is_allowed, is_number
from ivr.core.line.visits import Kind, Visit
from ivr.core.menus import ChooseLanguage, Hotline, Menu
from ivr.ledger import Transaction, agents, calls, days, errands, line, log, offers, talks
from ivr.ledger.days import Earlier, Talked
from ivr.ledger.offers import Offer
from ivr.ledger.talks import Talk
from ivr.switchboard.attempts import IN_A_CALL
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.line.calling_back import numbers_of
from ivr.switchboard.line.joining import rules_of
from ivr.switchboard.line.sending_on import comes_from, sender
from ivr.switchboard.tongues import tongue
from ivr.web.own_line import own_line_at
from ivr.web.pages.calls import menus_of, zone_of
from ivr.web.pages.onward import Ways, ways_of
from ivr.web.pages.queued import name_of
from ivr.web.pages.visits import in_some_words, label_of
from ivr.web.wording import language, local


@dataclass(frozen=True, slots=True)
class Stands:
    """How an agent stands. `own_line` is how their browser is rung (`box`, `carrier`), `missing` if it should
    be and cannot, "" for a phone of their own; `client` is what is rung then."""

    agent: str
    name: str
    way: Way
    status: Status
    reason: str
    activity: Activity
    since: int
    own_line: str
    client: str


@dataclass(frozen=True, slots=True)
class Before:
    """What the agent from whom a caller comes has written down of them so far, in this call."""

    agent: str
    disposition: str | None
    notes: str


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, or is called: `caller` None is withheld, `language` a tag, `path` the options they chose, in
    words. `sent_by`: the agent who asks for somebody, or sends the caller on. `is_kept`: a promised call
    that nobody else is offered. `is_held`: whoever has the caller has them on hold."""

    kind: Kind
    call: str
    caller: str | None
    queue: str
    language: str
    path: tuple[str, ...]
    entered_at: int
    earlier: tuple[Earlier, ...]
    sent_by: str | None = None
    before: Before | None = None
    is_kept: bool = False
    is_held: bool = False


@dataclass(frozen=True, slots=True)
class Work:
    """A conversation, or the wrap-up behind it. `must_dispose`: it lasts until a disposition is chosen.
    `ways`: what can be done with the caller besides talking; None unless they talk. `asking`: the name of the
    agent who has asked this one in, as long as they are there. `is_delayed`: the carrier does not answer, so
    that what was asked of it for this call is still to come."""

    talk: Talk
    dispositions: tuple[str, ...]
    must_dispose: bool
    ways: Ways | None = None
    asking: str | None = None
    is_delayed: bool = False

    @property
    def is_over(self) -> bool:
        return self.talk.talk_ended_at is not None


@dataclass(frozen=True, slots=True)
class Day:
    """What an agent did today; `talk` in seconds, the queues of what they `talked` by their labels."""

    calls: int
    talk: float
    missed: int
    talked: tuple[Talked, ...]


@dataclass(frozen=True, slots=True)
class Calling:
    """Whom the agent may call: a `number` they came to the desk for, or any. `queues`, whose wrap-up and
    dispositions may follow, by name and label."""

    number: str
    may: bool
    queue: str
    queues: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything on the desk."""

    stands: Stands
    offer: Offer | None
    work: Work | None
    caller: Caller | None
    day: Day


def desk_of(exchange: Exchange, tx: Transaction, agent_id: str) -> Desk | None:
    """The desk of an agent; None for somebody who is none."""
    agent = agents.find(tx, agent_id)
    if agent is None or agent.way is Way.GONE:
        return None
    live = exchange.shelf.live(exchange.now()).hotline
    offer, talk = offers.open_of(tx, agent_id), talks.open_of(tx, agent_id)
    visit_id = offer.visit if offer else talk.visit if talk else None
    visit = line.find(tx, visit_id) if visit_id else None
    return Desk(
        _stands(exchange, agent),
        offer,
        _work(exchange, tx, live, talk, visit) if talk else None,
        _caller(exchange, tx, live, visit, agent) if visit else None,
        _day(exchange, tx, live, agent),
    )


def calling_of(exchange: Exchange, number: str, queue: str) -> Calling | None:
    """Who can be called from a desk, where a number was asked for or none was; None if nobody ever can."""
    live = exchange.shelf.live(exchange.now()).hotline
    wanted = number if is_number(number) else ""
    if not live.allowed and not wanted:
        return None
    return Calling(
        wanted,
        is_allowed(wanted, live.allowed) if wanted else True,
        queue if queue in live.queues else "",
        tuple((name, label_of(live, name, language())) for name in live.queues),
    )


def _stands(exchange: Exchange, agent: Agent) -> Stands:
    return Stands(
        agent.id,
        agent.name,
        agent.way,
        agent.status,
        agent.reason,
        agent.activity,
        agent.since,
        own_line_at(exchange.settings, agent.address),
        agent.address,
    )


def _work(exchange: Exchange, tx: Transaction, live: Hotline, talk: Talk, visit: Visit | None) -> Work:
    rules, ways = rules_of(live, talk.queue), ways_of(exchange, tx, live, talk)
    asking = visit.sent_by if visit and talk.is_on and visit.kind is Kind.CONSULT else None
    is_there = any(each.is_on and each.agent == asking for each in talks.in_room(tx, talk.room))
    name = name_of(tx, asking) if asking and is_there else None
    delayed = talk.is_on and not IN_A_CALL.isdisjoint(errands.delayed(tx, talk.call))
    return Work(talk, rules.dispositions, rules.must_dispose, ways, name, delayed)


def _caller(exchange: Exchange, tx: Transaction, live: Hotline, visit: Visit, agent: Agent) -> Caller | None:
    """Who a visit is. Whom we are to ring is known before there is a call."""
    numbers = numbers_of(tx, visit)
    if numbers is None:
        return None
    number, _ours = numbers
    call = calls.find(tx, visit.call)
    known = days.earlier(tx, number, visit.call) if number else []
    menus = menus_of(exchange, call.revision) if call else None
    before = comes_from(tx, visit)
    path = tuple(in_words(log.passes(tx, visit.call), menus, language())) if menus else ()
    voice = (menus or live).languages.get(visit.language)
    return Caller(
        visit.kind,
        visit.call,
        number,
        label_of(live, visit.queue, language()),
        voice.tag if voice else visit.language,
        path,
        visit.entered_at,
        tuple(known),
        sender(tx, visit, before),
        Before(name_of(tx, before.agent), before.disposition, before.notes) if before else None,
        visit.kind is Kind.CALLBACK and visit.wanted == agent.id,
        any(talk.hold_wished for talk in talks.in_room(tx, visit.room or "") if talk.is_on),
    )


def in_words(passes: Sequence[Pass], menus: Hotline, reader: str) -> Iterator[str]:
    """What a caller chose on their way through the menus, each choice by its label."""
    for one in passes:
        step = menus.steps.get(one.step)
        if step is None or one.option is None:
            continue
        match step.thing:
            case ChooseLanguage() if one.option in menus.languages:
                yield tongue(menus.languages[one.option].tag, reader)
            case Menu(options=options):
                label = next((option.label for option in options if option.name == one.option), None)
                yield in_some_words(menus, label, reader) or one.option


def _day(exchange: Exchange, tx: Transaction, live: Hotline, agent: Agent) -> Day:
    now, zone = exchange.now(), zone_of(exchange)
    here = local(now, zone)
    is_today = agent.day == f"{here:%Y-%m-%d}"
    since = _midnight(here, zone)
    return Day(
        agent.calls if is_today else 0,
        agent.talk if is_today else 0,
        days.missed(tx, agent.id, since),
        tuple(
            replace(each, queue=label_of(live, each.queue, language()))
            for each in days.talked(tx, agent.id, since)
        ),
    )


def _midnight(here: datetime, zone: ZoneInfo) -> int:
    """When this day began there, in UTC milliseconds."""
    return round(datetime.combine(here.date(), time.min, zone).timestamp() * 1000)
