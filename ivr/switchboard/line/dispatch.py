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
from ivr.core.line.match import Free, Match, Turn, Waiting, match, turn
from ivr.core.line.patience import has_waited_out
from ivr.core.line.rules import NO_RULES, Rules
from ivr.core.line.visits import Visit
from ivr.core.menus import Hotline
from ivr.ledger import LedgerError, Transaction, agents, errands, line, offers
from ivr.ledger.offers import Offer
from ivr.ledger.questions import Question, ask, each
from ivr.outside.bus import Topic
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.line import calling_back
from ivr.switchboard.line.pacing import next_ring
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
        promised, somebody_free = line.to_do(tx, now)
        coming = calling_back.due(tx, hotline, now) if promised else []
    if not (coming or somebody_free):
        return 0
    with exchange.ledger.transaction() as tx:
        tx.hold(line.DISPATCH)
        calling_back.enter(tx, coming, now)
        floor = ask(
            tx, line.lines(), line.kept(), agents.free(now)
        )  # our turn is with this answer, not before
        made = offer_all(
            tx, Floor(*floor), Live.of(hotline, exchange.now()), exchange.settings.calls_per_second
        )
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


def wake(exchange: Exchange) -> None:
    """Behind a commit that changed the line: its errands are run, the pages look, and whoever can be brought
    together now is."""
    exchange.tell(Topic.ERRANDS)
    exchange.tell(Topic.LINE)
    dispatch_soon(exchange)


WIDEST = 4_000
"""So many of each line are looked at, at most, or as many as there are free agents. Who has declined all of
those is offered nobody behind them until some have left: nobody else waits for so long a look."""


@dataclass(frozen=True, slots=True)
class Floor:
    """Whom there is to bring together."""

    lines: Sequence[tuple[str, str]]
    """Queues and languages in which somebody waits."""
    kept: Sequence[Visit]
    """Those who wait for one agent alone."""
    free: Sequence[Agent]


def offer_all(tx: Transaction, floor: Floor, live: Live, per_second: float) -> int:
    """Offers whom the match brings together; how many callers that were."""
    free = [agent.free(live.day) for agent in floor.free]
    most = len(free)
    while True:
        heads = heads_of(tx, floor, free, live, most)
        matches = match(list(heads.waiting.values()), free, live.rules, live.now)
        if most >= WIDEST or not heads.may_hide_somebody(matches, live.rules):
            break
        most = min(4 * most, WIDEST)
    return sum(offer(tx, live, found.visit, found.agents, per_second) for found in matches)


@dataclass(frozen=True, slots=True)
class Heads:
    """Callers by their visits. By agent, when it is the turn of the last one known of a line they may serve
    of which there are more callers: of two such lines the earlier turn."""

    waiting: Mapping[str, Waiting]
    cut_short: Mapping[str, Turn]

    def may_hide_somebody(self, matches: Sequence[Match], rules: Mapping[str, Rules]) -> bool:
        """Whether somebody behind these is to be offered to an agent instead: one who has declined all that
        are known of a line, and has found nobody, or a caller whose turn is after theirs."""
        served = {agent: turn(self.waiting[each.visit], rules) for each in matches for agent in each.agents}
        return any(agent not in served or served[agent] > last for agent, last in self.cut_short.items())


def heads_of(tx: Transaction, floor: Floor, free: Sequence[Free], live: Live, most: int) -> Heads:
    """The callers among whom those are who are offered now: the first of every line that a free agent may
    serve, as many as there are free agents. Who has waited long may be taken by more agents, so those count
    apart, where they are not the first of all anyway: a newcomer with a head start must not hide them."""
    there = {agent.agent for agent in free}
    waiting = {visit.id: visit.waiting for visit in floor.kept if visit.wanted in there}
    cut_short: dict[str, Turn] = {}
    reaches = [reach for queue, language in floor.lines for reach in _reaches(queue, language, free, live)]
    widest = {(reach.queue, reach.language): reach for reach in reversed(reaches)}
    found = dict(zip(widest, ask(tx, each(reach.heads(most) for reach in widest.values())), strict=True))
    for reach in reaches:
        rules, known = live.of_queue(reach.queue), found[reach.queue, reach.language]
        if len(known) == most and any(visit.entered_at > reach.came_before for visit in known):
            known = found[reach.queue, reach.language] = ask(tx, reach.heads(most))
        waiting |= {visit.id: visit.waiting for visit in known if not has_waited_out(visit, rules, live.now)}
        if len(known) == most:
            last = max(turn(visit.waiting, live.rules) for visit in known)
            cut_short |= {agent: min(last, cut_short.get(agent, last)) for agent in reach.agents}
    return Heads(waiting, cut_short)


@dataclass(frozen=True, slots=True)
class Reach:
    """How far into a line some agents reach: to those of its callers who came before a moment."""

    queue: str
    language: str
    came_before: int
    agents: frozenset[str]

    def heads(self, most: int) -> Question[list[Visit]]:
        return line.heads(self.queue, self.language, self.came_before, most)


def _reaches(queue: str, language: str, free: Sequence[Free], live: Live) -> Iterator[Reach]:
    """Into this line, the widest first."""
    rules = live.of_queue(queue)
    for moment in rules.moments():
        serving = frozenset(
            agent.agent for agent in free if _may_serve(agent, queue, language, rules, moment)
        )
        if serving:
            yield Reach(queue, language, live.now - round(moment * 1000), serving)


def _may_serve(agent: Free, queue: str, language: str, rules: Rules, waited: float) -> bool:
    """Whether an agent may take anybody of this line after so long a wait."""
    return (
        (language in agent.languages or not rules.tongue.must_speak(waited))
        and (agent.queues is None or not agent.queues.isdisjoint(rules.served_by(queue, waited)))
        and all(agent.skills.get(skill.name, 0) >= skill.level_after(waited) for skill in rules.skills)
    )


def offer(tx: Transaction, live: Live, visit_id: str, to: Sequence[str], per_second: float) -> bool:
    """Offers one caller to these agents; False if the caller, or each of them, is not free any more."""
    line.hold(tx, visit_id)
    for agent_id in to:
        agents.hold(tx, agent_id)
    visit, found = ask(tx, line.standing(visit_id), each(agents.standing(agent_id) for agent_id in to))
    if visit is None or not visit.is_waiting:
        return False
    free = [agent for agent in found if agent is not None and agent.is_free]
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
    rings_at = None if agent.way is Way.DIALLED_IN else next_ring(tx, live.now, per_second)
    due = rings_at or live.now
    errands.wish(tx, RING, visit.call, {"offer": made.id}, due, live.now)
    return replace(made, rings_at=rings_at, until=due + ring + UNTIL_IT_RINGS_MS)
