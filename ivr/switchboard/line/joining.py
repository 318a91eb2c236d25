"""Into the line: whether a queue can be joined now, and the visit that begins then."""

from collections import Counter
from collections.abc import Sequence

from ivr.core.agents import Agent
from ivr.core.calls import Ending, Move
from ivr.core.line.match import rank
from ivr.core.line.patience import is_empty
from ivr.core.line.rules import NO_RULES, Rules, target_of
from ivr.core.line.visits import Visit
from ivr.core.menus import Hotline
from ivr.core.world import Attended, Closed, nobody_closed, nobody_there
from ivr.ledger import Transaction, agents, closures, line, talks
from ivr.ledger.callbacks import Callback


def attended(tx: Transaction | None, live: Hotline, seen: Sequence[Agent], now: int) -> Attended:
    """Says of a queue why it cannot be joined; where the ledger cannot be written nobody can join any. The
    agents who were `seen` a moment ago are enough, if one of them is there."""
    if tx is None:
        return nobody_there

    def why(queue: str) -> Ending | None:
        rules = rules_of(live, queue)
        if rules.room is not None and line.length(tx, queue) >= rules.room:
            return Ending.FULL
        empty = is_empty(seen, queue, rules, now) and is_empty(agents.listed(tx), queue, rules, now)
        return Ending.NO_AGENTS if empty else None

    return why


def closed(tx: Transaction | None) -> Closed:
    """Says of a queue who has closed it by hand; where the ledger cannot be read nobody knows of any."""
    if tx is None:
        return nobody_closed
    return lambda queue: closures.of_queue(tx, queue)


def rules_of(live: Hotline, queue: str) -> Rules:
    """How a queue is served by the live menus."""
    return live.queues[queue].rules if queue in live.queues else NO_RULES


GONE = 2
"""How often an agent may accept a caller and be gone before the two have met: then it is no accident, and
they have declined, or the caller would be offered to them for ever."""


def visit_of(
    tx: Transaction | None, live: Hotline, move: Move, now: int, kept: Callback | None = None
) -> Visit | None:
    """The visit that a move begins, at the place that was `kept` for the caller if there is one; it is the
    same visit however often it is written down."""
    if move.joins is None or tx is None:
        return None
    queue, call = move.joins.queue, move.call
    before = line.first_at(tx, call.id)
    first_at = kept.first_at if kept else now if before is None else before
    joins = move.joins
    last = talks.last_of(tx, call.id) if joins.again or joins.wanted or joins.back else None
    before_them = last.agent if last else None
    had = talks.of_call(tx, call.id) if joins.again else []
    gone = Counter(talk.agent for talk in had if talk.answered_at is None and talk.ended_by == "agent")
    hung_up = {agent for agent, times in gone.items() if times >= GONE}
    return Visit(
        id=f"{call.id}.{call.hop}",
        call=call.id,
        queue=queue,
        language=call.language,
        first_at=first_at,
        rank=kept.rank if kept else rank(first_at, rules_of(live, queue), move.joins.priority),
        entered_at=now,
        preferred=before_them if joins.again and before_them not in hung_up else None,
        declined=frozenset(hung_up),
        wanted=before_them if joins.back else joins.wanted,
        sent_by=before_them if joins.wanted else None,
        target=target_of(rules_of(live, queue)),
    )
