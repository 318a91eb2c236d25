"""Dispatch: whoever can be brought together is offered to each other, at once.

It runs in the request that freed an agent or brought a caller, after its commit, and on each look of the
clock. One process at a time decides, so nobody is passed over between two of them.
"""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from ivr.core.agents import Activity, Agent, Way
from ivr.core.line.match import Waiting, match
from ivr.core.line.patience import has_waited_out
from ivr.core.line.rules import NO_RULES, Rules
from ivr.core.line.visits import Visit
from ivr.core.menus import Hotline
from ivr.ledger import LedgerError, Transaction, agents, errands, line, offers
from ivr.ledger.offers import Offer
from ivr.outside.bus import Topic
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.line import calling_back
from ivr.switchboard.shelf import NothingPublished

RING = "ring"
"""The errand that rings an agent."""

UNTIL_IT_RINGS_MS = 30_000
"""So much longer an offer lasts until the carrier has said that it rings: only then its own time counts."""


@dataclass(frozen=True, slots=True)
class Live:
    """What is decided by now: the rules of the live menus, and the day in the hotline's zone."""

    rules: Mapping[str, Rules]
    day: str
    now: int
    """UTC milliseconds."""

    @classmethod
    def of(cls, hotline: Hotline, now: int) -> "Live":
        here = datetime.fromtimestamp(now / 1000, UTC).astimezone(ZoneInfo(hotline.zone))
        return cls({name: queue.rules for name, queue in hotline.queues.items()}, f"{here:%Y-%m-%d}", now)

    def of_queue(self, queue: str) -> Rules:
        return self.rules.get(queue, NO_RULES)


def dispatch(exchange: Exchange) -> int:
    """Makes every offer that can be made now; how many that were. Raises LedgerError."""
    now = exchange.now()
    hotline = exchange.shelf.live(now).hotline
    with exchange.ledger.reading() as tx:
        coming = calling_back.due(tx, hotline, now)
        if not coming and (not agents.free(tx, now) or not line.lines(tx)):
            return 0
    live = Live.of(hotline, now)
    with exchange.ledger.transaction() as tx:
        tx.hold(line.DISPATCH)
        calling_back.enter(tx, coming, now)
        made = offer_all(tx, live, exchange.settings.calls_per_second)
    if made:
        exchange.tell(Topic.ERRANDS)
        exchange.tell(Topic.LINE)
    return made


def dispatch_soon(exchange: Exchange) -> None:
    """Dispatch behind a commit: if it cannot be done now, the clock does it."""
    try:
        dispatch(exchange)
    except (LedgerError, NothingPublished):
        exchange.due.set()


def offer_all(tx: Transaction, live: Live, per_second: float) -> int:
    """Offers whom the match brings together; how many callers that were."""
    free = agents.free(tx, live.now)
    waiting = list(heads(tx, free, live))
    matches = match(waiting, [agent.free(live.day) for agent in free], live.rules, live.now)
    return sum(offer(tx, live, each.visit, each.agents, per_second) for each in matches)


def heads(tx: Transaction, free: Sequence[Agent], live: Live) -> Iterator[Waiting]:
    """The callers among whom those are who are offered now: the first of every line that a free agent may
    serve, as many as there are free agents. Who has waited long may be taken by more agents, so those count
    apart: a newcomer with a head start must not hide them."""
    if not free:
        return
    there = {agent.id for agent in free}
    yield from (visit.waiting for visit in line.kept(tx) if visit.wanted in there)
    seen = set()
    for queue, language in line.lines(tx):
        rules = live.of_queue(queue)
        for moment in rules.moments():
            if not any(_may_serve(agent, queue, language, rules, moment) for agent in free):
                continue
            came_before = live.now - round(moment * 1000)
            for visit in line.heads(tx, queue, language, came_before, len(free) + DECLINERS):
                if visit.id not in seen and not has_waited_out(visit, rules, live.now):
                    seen.add(visit.id)
                    yield visit.waiting


DECLINERS = 20
"""More heads than free agents, as some of the callers may have been declined by them."""


def _may_serve(agent: Agent, queue: str, language: str, rules: Rules, waited: float) -> bool:
    """Whether an agent may take anybody at all of this line after so long a wait."""
    speaks = language in agent.languages or not rules.tongue.must_speak(waited)
    serves = agent.queues is None or not agent.queues.isdisjoint(rules.served_by(queue, waited))
    return speaks and serves


def offer(tx: Transaction, live: Live, visit_id: str, to: Sequence[str], per_second: float) -> bool:
    """Offers one caller to these agents; False if the caller, or each of them, is not free any more."""
    visit = line.find(tx, visit_id)
    if visit is None or not visit.is_waiting:
        return False
    held = (agents.held(tx, agent) for agent in to)
    free = [agent for agent in held if agent is not None and agent.is_free]
    for agent in free:
        made = _offer_to(agent, visit, live, tx, per_second)
        offers.make(tx, made)
        agents.offered(tx, agent.id, live.now)
        agents.becomes(tx, agent, live.now, activity=Activity.OFFERED)
    return bool(free)


def _offer_to(agent: Agent, visit: Visit, live: Live, tx: Transaction, per_second: float) -> Offer:
    """An offer, and the wish to ring for it. On a page, or on a line that is open, it rings at once."""
    made = Offer(secrets.token_urlsafe(9), visit.id, agent.id, visit.queue, live.now, 0)
    ring = round(live.of_queue(visit.queue).ring * 1000)
    if agent.way is Way.BROWSER:
        return replace(made, ringing_at=live.now, until=live.now + ring)
    rings_at = None if agent.way is Way.DIALLED_IN else _next_ring(tx, live.now, per_second)
    due = rings_at or live.now
    errands.wish(tx, RING, visit.call, {"offer": made.id}, due, live.now)
    return replace(made, rings_at=rings_at, until=due + ring + UNTIL_IT_RINGS_MS)


def _next_ring(tx: Transaction, now: int, per_second: float) -> int:
    """Our own pacer: the carrier makes so many calls a second and lets the rest wait without a word."""
    last = offers.last_ring(tx)
    return now if last is None else max(now, last + round(1000 / per_second))
