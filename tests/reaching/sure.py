"""What must be so on a floor at every moment, looked up in the rows behind it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from ivr.core.agents import Activity, Agent
from ivr.core.line.match import can_take
from ivr.core.line.rules import NO_RULES, Rules
from ivr.core.line.visits import Left, Visit
from ivr.ledger import Ledger, Transaction, agents, line
from ivr.ledger.line import _VISITS
from ivr.ledger.line import _visit as visit_of
from ivr.ledger.offers import End, Offer
from ivr.ledger.offers import _offer as offer_of
from ivr.ledger.questions import ask

PATIENCE_MS = 1_000
"""So long at most a caller waits beside a free agent who could take them."""

VISITS = f"{_VISITS} ORDER BY entered_at, id"
OFFERS = """
SELECT id, visit, agent, queue, made_at, until, rings_at, leg, ringing_at, ended_at, ending
FROM offer ORDER BY made_at, id"""


@dataclass
class Watcher:
    """Looks again and again, and remembers what it has seen."""

    ledger: Ledger
    slack: int = 0
    """Milliseconds between what a process of several writes down as its time and its commit."""
    beside: dict[tuple[str, str], int] = field(default_factory=dict)
    """Since when a caller and a free agent who could take them are there side by side."""
    looked_at: set[str] = field(default_factory=set)
    """The offers that were compared with who was passed over."""

    def look(self, now: int, rules: Mapping[str, Rules]) -> None:
        """Everything that must be so now. Raises AssertionError."""
        with self.ledger.reading() as tx:
            visits = [visit_of(row) for row in tx.rows(VISITS, {})]
            made = [offer_of(row) for row in tx.rows(OFFERS, {})]
            people = agents.listed(tx)
            self.agents_do_one_thing(tx, people)
            self.spans_have_no_gaps(tx)
            self.ended_calls_have_no_open_visit(tx)
        visits_are_accepted_once(visits, made)
        figures_add_up(visits)
        self.nobody_was_passed_over(visits, made, people, rules)
        self.nobody_waits_beside_a_free_agent(visits, made, people, rules, now)

    def agents_do_one_thing(self, tx: Transaction, people: list[Agent]) -> None:
        """One offer, one conversation, and the state that follows from them."""
        offered = Counter(agent for (agent,) in tx.rows("SELECT agent FROM offer WHERE ended_at IS NULL", {}))
        open_talks = tx.rows("SELECT agent, talk_ended_at FROM talk WHERE ended_at IS NULL", {})
        talking = Counter(agent for agent, _ in open_talks)
        over = {agent for agent, ended_at in open_talks if ended_at is not None}
        for agent in people:
            assert offered[agent.id] + talking[agent.id] <= 1, f"{agent.name} is asked for two things"
            does = Activity.IDLE
            if offered[agent.id]:
                does = Activity.OFFERED
            elif talking[agent.id]:
                does = Activity.WRAPPING_UP if agent.id in over else Activity.TALKING
            assert agent.activity is does, f"{agent.name} is {agent.activity}, but by the rows {does}"

    def spans_have_no_gaps(self, tx: Transaction) -> None:
        """Each state lasts until the next one begins."""
        last: dict[str, int | None] = {}
        for agent, since, ended_at in tx.rows("SELECT agent, since, ended_at FROM span ORDER BY id", {}):
            assert last.get(agent, since) == since, f"{agent}: a state begins when none has ended"
            assert ended_at is None or since <= ended_at
            last[agent] = ended_at
        assert set(last.values()) <= {None}, "somebody has no state"

    def ended_calls_have_no_open_visit(self, tx: Transaction) -> None:
        forgotten = """
SELECT visit.id FROM visit JOIN call ON call.id = visit.call
WHERE visit.ended_at IS NULL AND call.ended_at IS NOT NULL"""
        assert tx.rows(forgotten, {}) == [], "a visit of a call that is over"

    def nobody_was_passed_over(
        self, visits: list[Visit], made: list[Offer], people: list[Agent], rules: Mapping[str, Rules]
    ) -> None:
        """No inversion (DESIGN §6): at the moment of an offer no caller ranked before, eligible for that
        agent, not being rung and not declined by that agent, was passed over."""
        by_id = {visit.id: visit for visit in visits}
        known = {agent.id: agent.free("") for agent in people}
        for offer in made:
            if offer.id in self.looked_at:
                continue
            self.looked_at.add(offer.id)
            served, at = by_id[offer.visit], offer.made_at
            for other in visits:
                if turn(other, rules) >= turn(served, rules):
                    continue
                if other.leaving or not self.waits_at(other, made, at):
                    continue
                if can_take(known[offer.agent], other.waiting, rules.get(other.queue, NO_RULES), at):
                    raise AssertionError(f"{other} was passed over by {offer}")

    def nobody_waits_beside_a_free_agent(
        self,
        visits: list[Visit],
        made: list[Offer],
        people: list[Agent],
        rules: Mapping[str, Rules],
        now: int,
    ) -> None:
        """Work is conserved: whoever can be brought together is, within a second."""
        rung = {offer.visit for offer in made if offer.ended_at is None}
        waiting = [visit for visit in visits if visit.is_waiting and visit.id not in rung]
        pairs = {
            (visit.id, agent.id)
            for visit in waiting
            for agent in people
            if agent.is_free
            and (agent.lease_until is None or agent.lease_until > now)
            and can_take(agent.free(""), visit.waiting, rules.get(visit.queue, NO_RULES), now)
        }
        self.beside = {pair: self.beside.get(pair, now) for pair in pairs}
        for (visit_id, agent_id), since in self.beside.items():
            assert now - since <= PATIENCE_MS, f"{visit_id} waits beside {agent_id}, who is free"

    def waits_at(self, visit: Visit, made: list[Offer], at: int) -> bool:
        """Whether a caller was waiting at that moment, and nobody was rung for them (nor is from then on)."""
        if not visit.entered_at + self.slack < at < (visit.taken_at or visit.ended_at or at + 1):
            return False
        theirs = [offer for offer in made if offer.visit == visit.id]
        return not any(
            offer.made_at - self.slack <= at <= (offer.ended_at or at) + self.slack for offer in theirs
        )


def turn(visit: Visit, rules: Mapping[str, Rules]) -> tuple[int, int]:
    """Who is served first: a queue's weight goes before rank. Equal ranks have no order."""
    return -rules.get(visit.queue, NO_RULES).weight, visit.rank


def visits_are_accepted_once(visits: list[Visit], made: list[Offer]) -> None:
    accepted = Counter(offer.visit for offer in made if offer.ending is End.ACCEPTED)
    for visit in visits:
        assert accepted[visit.id] == (visit.taken_at is not None), f"{visit} was accepted {accepted}"
        assert (visit.outcome is None) == (visit.ended_at is None)
        assert visit.ended_at is None or visit.ended_at >= visit.entered_at
        assert visit.outcome is not Left.ANSWERED or visit.taken_at is not None
    open_ = Counter(visit.call for visit in visits if visit.ended_at is None)
    assert not open_ or max(open_.values()) == 1, "a call in two lines"


def figures_add_up(visits: list[Visit]) -> None:
    """Law 8, for every queue and for every interval that begins and ends with something that happened:
    waiting at start + offered = answered + abandoned + flow-out + error + waiting at end."""
    moments = sorted({at for visit in visits for at in (visit.entered_at, visit.ended_at) if at is not None})
    for queue in {visit.queue for visit in visits}:
        of_queue = [visit for visit in visits if visit.queue == queue]
        for since in moments[::7]:
            until = moments[-1]
            begun = sum(since <= visit.entered_at < until for visit in of_queue)
            ended = Counter(
                visit.outcome for visit in of_queue if visit.ended_at and since <= visit.ended_at < until
            )
            assert waiting(of_queue, since) + begun == ended.total() + waiting(of_queue, until)
            assert None not in ended


def waiting(visits: list[Visit], at: int) -> int:
    return sum(visit.entered_at < at <= (visit.ended_at or at) for visit in visits)


def nothing_is_open(ledger: Ledger) -> None:
    """At the end of the day."""
    with ledger.reading() as tx:
        assert tx.rows("SELECT id, taken_at, leaving FROM visit WHERE ended_at IS NULL", {}) == []
        assert tx.rows("SELECT id, agent FROM offer WHERE ended_at IS NULL", {}) == []
        assert tx.rows("SELECT offer, agent FROM talk WHERE ended_at IS NULL", {}) == []
        assert tx.rows("SELECT id, step, turn FROM call WHERE ended_at IS NULL", {}) == []
        assert ask(tx, line.lines()) == []
        assert {agent.activity for agent in agents.listed(tx)} <= {Activity.IDLE}
