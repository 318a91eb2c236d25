"""Agents as rows, and the spans of their states: the open one is how an agent stands."""

import json
from dataclasses import replace

from ivr.core.agents import Activity, Agent, Status, Way
from ivr.ledger.questions import Question, ask, question
from ivr.ledger.reports import stale
from ivr.ledger.rows import compact
from ivr.ledger.transaction import Row, Transaction

_SET_UP = """
INSERT INTO agent (id, way, address, number, skills, languages, queues, weight, place)
VALUES (:id, :way, :address, :number, :skills, :languages, :queues, :weight, :place)
ON CONFLICT (id) DO UPDATE SET
    way = excluded.way, address = excluded.address, number = excluded.number, skills = excluded.skills,
    languages = excluded.languages, queues = excluded.queues, weight = excluded.weight,
    place = excluded.place"""


def set_up(tx: Transaction, agent: Agent) -> None:
    """What an agent can do and how they are rung, new or changed; not how they stand."""
    tx.run(
        _SET_UP,
        {
            "id": agent.id,
            "way": agent.way,
            "address": agent.address,
            "number": agent.number,
            "skills": compact(dict(agent.skills)),
            "languages": compact(sorted(agent.languages)),
            "queues": None if agent.queues is None else compact(sorted(agent.queues)),
            "weight": agent.weight,
            "place": agent.place,
        },
    )


_AGENTS = """
SELECT agent.id, account.name, agent.way, agent.address, agent.number, agent.skills, agent.languages,
       agent.queues, agent.weight, agent.place, span.status, span.reason, span.activity, span.since,
       agent.lease_until, agent.leg, agent.offered_at, agent.misses, agent.day, agent.calls, agent.talk
FROM agent
JOIN account ON account.id = agent.id
LEFT JOIN span ON span.agent = agent.id AND span.ended_at IS NULL"""

_FIND = f"{_AGENTS} WHERE agent.id = :id"
_HOLD = "SELECT id FROM agent WHERE id = :id"


def find(tx: Transaction, agent_id: str) -> Agent | None:
    """An agent as they stand."""
    return ask(tx, standing(agent_id))


def held(tx: Transaction, agent_id: str) -> Agent | None:
    """An agent, held for the rest of a write transaction: hold a visit before."""
    hold(tx, agent_id)
    return find(tx, agent_id)


def hold(tx: Transaction, agent_id: str) -> None:
    """Hold an agent for the rest of a write transaction, without a look at them: hold a visit before."""
    tx.lock(_HOLD, {"id": agent_id})


def standing(agent_id: str) -> Question[Agent | None]:
    """An agent as they stand."""
    return question(_FIND, {"id": agent_id}, lambda rows: _agent(rows[0]) if rows else None)


_ALL = f"{_AGENTS} WHERE agent.way <> 'gone' ORDER BY agent.place, agent.id"


def listed(tx: Transaction) -> list[Agent]:
    """All agents, in their order; those who are none any more are left out."""
    return [_agent(row) for row in tx.rows(_ALL, {})]


_ON_DUTY = (
    f"{_AGENTS} WHERE span.status = 'ready' AND (agent.lease_until IS NULL OR agent.lease_until > :now)"
)
_FREE = f"{_ON_DUTY} AND span.activity = 'idle'"


def free(now: int) -> Question[list[Agent]]:
    """The agents who can be offered a caller now."""
    return question(_FREE, {"now": now}, lambda rows: [_agent(row) for row in rows])


def on_duty(tx: Transaction, now: int) -> list[Agent]:
    """The agents callers may count on: ready, whatever they are doing."""
    return [_agent(row) for row in tx.rows(_ON_DUTY, {"now": now})]


_CLOSE = "UPDATE span SET ended_at = :now WHERE agent = :agent AND ended_at IS NULL"

_OPEN = """
INSERT INTO span (agent, status, reason, activity, since)
VALUES (:agent, :status, :reason, :activity, :since)"""


def becomes(
    tx: Transaction,
    agent: Agent,
    now: int,
    *,
    status: Status | None = None,
    reason: str | None = None,
    activity: Activity | None = None,
) -> Agent:
    """How an agent stands from now on; nothing is written where nothing changes. Hold the agent before."""
    chosen = status or agent.status
    why = reason if reason is not None else agent.reason if chosen is agent.status else ""
    changed = replace(agent, status=chosen, reason=why, activity=activity or agent.activity)
    if changed == agent and agent.since:
        return agent
    now = max(now, agent.since)  # another process may be a little ahead: no span ends before it began
    tx.run(_CLOSE, {"agent": agent.id, "now": now})
    if agent.since and agent.status is not Status.SIGNED_OUT:
        stale.mark(tx, agent.since, now)
    tx.run(
        _OPEN,
        {
            "agent": agent.id,
            "status": changed.status,
            "reason": changed.reason,
            "activity": changed.activity,
            "since": now,
        },
    )
    return replace(changed, since=now)


_LEASE = "UPDATE agent SET lease_until = :until WHERE id = :id"


def lease(tx: Transaction, agent_id: str, until: int | None) -> None:
    """The agent was heard of, and counts as there until then; None: they need not be heard of."""
    tx.run(_LEASE, {"id": agent_id, "until": until})


_EXPIRED = f"{_AGENTS} WHERE span.status <> 'signed_out' AND agent.lease_until <= :now"


def expired(tx: Transaction, now: int) -> list[Agent]:
    """The agents who are signed in, and have not been heard of for too long."""
    return [_agent(row) for row in tx.rows(_EXPIRED, {"now": now})]


_DIALLED_IN = "UPDATE agent SET leg = :leg WHERE id = :id"


def dialled_in(tx: Transaction, agent_id: str, leg: str | None) -> None:
    """The agent's line to us; None when it is gone."""
    tx.run(_DIALLED_IN, {"id": agent_id, "leg": leg})


_OFFERED = "UPDATE agent SET offered_at = :now WHERE id = :id"


def offered(tx: Transaction, agent_id: str, now: int) -> None:
    """The agent is offered a caller."""
    tx.run(_OFFERED, {"id": agent_id, "now": now})


_MISSES = "UPDATE agent SET misses = :misses WHERE id = :id"


def missed(tx: Transaction, agent_id: str, misses: int) -> None:
    """So many offers in a row were missed."""
    tx.run(_MISSES, {"id": agent_id, "misses": misses})


_COUNT = """
UPDATE agent SET
    calls = CASE WHEN day = :day THEN calls ELSE 0 END + :calls,
    talk = CASE WHEN day = :day THEN talk ELSE 0 END + :talk, day = :day
WHERE id = :id"""


def count(tx: Transaction, agent_id: str, day: str, *, calls: int = 0, talk: float = 0) -> None:
    """So many more calls and seconds of this day (as the hotline's zone has it)."""
    tx.run(_COUNT, {"id": agent_id, "day": day, "calls": calls, "talk": talk})


_PIN = "SELECT pin FROM agent WHERE id = :id"
_SET_PIN = "UPDATE agent SET pin = :pin WHERE id = :id"


def pin(tx: Transaction, agent_id: str) -> str | None:
    """The hash of the agent's PIN."""
    row = tx.row(_PIN, {"id": agent_id})
    return row[0] if row else None


def set_pin(tx: Transaction, agent_id: str, hashed: str | None) -> None:
    """Another PIN, as its hash; None: they cannot dial in."""
    tx.run(_SET_PIN, {"id": agent_id, "pin": hashed})


_BY_NUMBER = f"{_AGENTS} WHERE agent.number = :number"


def by_number(tx: Transaction, number: str) -> Agent | None:
    """The agent who dials in with this number."""
    row = tx.row(_BY_NUMBER, {"number": number})
    return _agent(row) if row else None


_ON_LEG = f"{_AGENTS} WHERE agent.leg = :leg"


def on_leg(tx: Transaction, leg: str) -> Agent | None:
    """The agent who is dialled in on this line."""
    row = tx.row(_ON_LEG, {"leg": leg})
    return _agent(row) if row else None


def _agent(row: Row) -> Agent:
    agent_id, name, way, address, number, skills, languages, queues, weight, place, *state = row
    status, reason, activity, since, lease_until, leg, offered_at, misses, day, calls, talk = state
    return Agent(
        id=agent_id,
        name=name,
        way=Way(way),
        address=address,
        number=number,
        skills=json.loads(skills),
        languages=frozenset(json.loads(languages)),
        queues=None if queues is None else frozenset(json.loads(queues)),
        weight=weight,
        place=place,
        status=Status(status) if status else Status.SIGNED_OUT,
        reason=reason or "",
        activity=Activity(activity) if activity else Activity.IDLE,
        since=since or 0,
        lease_until=lease_until,
        leg=leg,
        offered_at=offered_at,
        misses=misses,
        day=day,
        calls=calls,
        talk=talk,
    )
