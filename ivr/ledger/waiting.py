"""The line as boards and programs read it: who waits in which queue, since when, and who is offered whom."""

import json
from dataclasses import dataclass
from functools import lru_cache

from ivr.core.agents import Activity, State, Status, state_of
from ivr.core.board import Seat
from ivr.core.line.visits import Kind
from ivr.ledger.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Length:
    """How many wait in a queue, those included who are to be rung, and since when the first of them does."""

    waiting: int
    since: int


# Here and below the empty text keeps SQLite from the index of queues, in which all who ever waited stand.
_LENGTHS = """
SELECT queue || '', COUNT(*), MIN(first_at) FROM visit
WHERE kind IN ('call', 'callback') AND ended_at IS NULL AND taken_at IS NULL AND leaving IS NULL
GROUP BY queue || ''"""


def lengths(tx: Transaction) -> dict[str, Length]:
    """The queues in which somebody waits."""
    return {queue: Length(waiting, since) for queue, waiting, since in tx.rows(_LENGTHS, {})}


_ON_PHONE = """
SELECT queue || '', COUNT(*), MIN(entered_at) FROM visit
WHERE kind = 'call' AND ended_at IS NULL AND taken_at IS NULL AND leaving IS NULL
GROUP BY queue || ''"""


def on_phone(tx: Transaction) -> dict[str, Length]:
    """Where callers wait on the phone: how many, and since when the first of them does in this line."""
    return {queue: Length(waiting, since) for queue, waiting, since in tx.rows(_ON_PHONE, {})}


_PROMISED = "SELECT queue, COUNT(*) FROM callback WHERE ended_at IS NULL GROUP BY queue"


def promised(tx: Transaction) -> dict[str, int]:
    """How many each queue has still to call back."""
    return dict(tx.rows(_PROMISED, {}))


_SEATS = """
SELECT agent.id, account.name, span.status, span.activity, span.reason, span.since, agent.queues
FROM agent JOIN account ON account.id = agent.id
LEFT JOIN span ON span.agent = agent.id AND span.ended_at IS NULL
WHERE agent.way <> 'gone' ORDER BY agent.place, agent.id"""


def seats(tx: Transaction) -> list[Seat]:
    """All agents as they stand, and nothing else of them: boards ask often."""
    return [
        Seat(agent, name, _state(status, activity), reason or "", since or 0, _queues(queues))
        for agent, name, status, activity, reason, since, queues in tx.rows(_SEATS, {})
    ]


def _state(status: str | None, activity: str | None) -> State:
    return state_of(Status(status or Status.SIGNED_OUT), Activity(activity or Activity.IDLE))


@lru_cache(maxsize=1_000)
def _queues(written: str | None) -> frozenset[str] | None:
    return None if written is None else frozenset(json.loads(written))


@dataclass(frozen=True, slots=True)
class Waiting:
    """A caller in line; `caller` None is withheld. `first_at`: when they first joined a line in this call."""

    visit: str
    call: str
    kind: Kind
    language: str
    caller: str | None
    first_at: int
    entered_at: int


_FIRST = """
SELECT visit.id, visit.call, visit.kind, visit.language, COALESCE(callback.number, call.caller),
       visit.first_at, visit.entered_at
FROM visit
LEFT JOIN call ON call.id = visit.call
LEFT JOIN callback ON callback.visit = visit.id
WHERE visit.queue || '' = :queue AND visit.kind IN ('call', 'callback')
    AND visit.ended_at IS NULL AND visit.taken_at IS NULL AND visit.leaving IS NULL
ORDER BY visit.rank, visit.id LIMIT :most"""


def first(tx: Transaction, queue: str, most: int) -> list[Waiting]:
    """The first of those who wait in a queue, in the order of their places."""
    rows = tx.rows(_FIRST, {"queue": queue, "most": most})
    return [Waiting(visit, call, Kind(kind), *rest) for visit, call, kind, *rest in rows]


def offered(tx: Transaction) -> dict[str, list[str]]:
    """By visit, the agents who are rung for it now."""
    found: dict[str, list[str]] = {}
    for visit, agent in tx.rows("SELECT visit, agent FROM offer WHERE ended_at IS NULL ORDER BY agent", {}):
        found.setdefault(visit, []).append(agent)
    return found


def talking(tx: Transaction) -> dict[str, str]:
    """By agent, the conversation they are in or wrap up: its offer."""
    return dict(tx.rows("SELECT agent, offer FROM talk WHERE ended_at IS NULL", {}))
