"""A caller in line, as people read it: how long, who was offered them, who answered, and what came of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ivr.core.line.onward import Onward, To
from ivr.core.line.visits import Kind, Visit
from ivr.ledger import Transaction, agents, callbacks, line, offers, talks
from ivr.ledger.callbacks import Callback
from ivr.ledger.offers import Offer
from ivr.ledger.talks import Talk


@dataclass(frozen=True, slots=True)
class Queued:
    """One visit to a queue with its offers; agents by their names, `queue` by its label. Seconds; None for
    what is not over."""

    visit: Visit
    queue: str
    offers: tuple[tuple[str, Offer], ...]
    talk: Talk | None = None
    agent: str = ""
    asked_by: str = ""
    """The agent who asked another one, if that is what it is."""
    sent_to: str = ""
    """The agent, the queue or the number to which the caller was sent on."""

    @property
    def waited(self) -> float | None:
        """Until an agent answered, or the caller left the line."""
        return seconds(self.visit.entered_at, self.visit.ended_at)

    @property
    def talked(self) -> float | None:
        return seconds(self.talk.answered_at, self.talk.talk_ended_at) if self.talk else None

    @property
    def wrapped_up(self) -> float | None:
        return seconds(self.talk.talk_ended_at, self.talk.ended_at) if self.talk else None


def seconds(since: int | None, until: int | None) -> float | None:
    return None if since is None or until is None else (until - since) / 1000


def queued(tx: Transaction, call_id: str, labels: Mapping[str, str]) -> list[Queued]:
    """The visits of a call, in their order; queues by these labels."""
    had = {talk.visit: talk for talk in talks.of_call(tx, call_id)}
    return [_queued(tx, visit, had.get(visit.id), labels) for visit in line.of_call(tx, call_id)]


def promises(tx: Transaction, call_id: str) -> list[Callback]:
    """What was promised in a call: to ring the caller back."""
    return [back for back in callbacks.of_call(tx, call_id) if back.call == call_id]


def _queued(tx: Transaction, visit: Visit, talk: Talk | None, labels: Mapping[str, str]) -> Queued:
    made = tuple((name_of(tx, offer.agent), offer) for offer in offers.of_visit(tx, visit.id))
    onward = Onward.read(talk.onward) if talk and talk.onward else None
    return Queued(
        visit,
        labels.get(visit.queue, visit.queue),
        made,
        talk,
        name_of(tx, talk.agent) if talk else "",
        name_of(tx, visit.sent_by) if visit.kind is Kind.CONSULT and visit.sent_by else "",
        _whither(tx, onward, labels) if onward else "",
    )


def _whither(tx: Transaction, onward: Onward, labels: Mapping[str, str]) -> str:
    match onward.to:
        case To.AGENT:
            return name_of(tx, onward.name)
        case To.QUEUE:
            return labels.get(onward.name, onward.name)
        case To.NUMBER:
            return onward.name


def name_of(tx: Transaction, agent_id: str) -> str:
    """An agent as they are called; one who is gone by their id."""
    agent = agents.find(tx, agent_id)
    return agent.name if agent else agent_id


Moments = Iterator[tuple[int, str, object]]


def moments(visits: list[Queued], promised: list[Callback]) -> Moments:
    """When each came, its kind and its record."""
    yield from ((each.visit.entered_at, "queued", each) for each in visits)
    yield from ((each.asked_at, "promise", each) for each in promised)
