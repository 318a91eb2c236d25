"""What stands on an agent's page beside the call: what this caller wanted before, and the agent's own day."""

from dataclasses import dataclass

from ivr.core.calls import Outcome
from ivr.ledger.transaction import Row, Transaction


@dataclass(frozen=True, slots=True)
class Earlier:
    """A call of the same number: how it ended, and what the agent who talked to them wrote down."""

    call: str
    started_at: int
    outcome: Outcome | None
    agent: str | None
    disposition: str | None
    notes: str


# A call may hold several conversations: the last one tells.
_EARLIER = """
SELECT call.id, call.started_at, call.outcome, account.name, talk.disposition, talk.notes
FROM call
LEFT JOIN talk ON talk.offer = (
    SELECT offer FROM talk AS last WHERE last.call = call.id ORDER BY last.answered_at DESC LIMIT 1)
LEFT JOIN account ON account.id = talk.agent
WHERE call.caller = :caller AND call.id <> :but
ORDER BY call.started_at DESC LIMIT :most"""


def earlier(tx: Transaction, caller: str, but: str, most: int = 5) -> list[Earlier]:
    """The last calls of a number, newest first, `but` for this one."""
    rows = tx.rows(_EARLIER, {"caller": tx.seal.caller(caller), "but": but, "most": most})
    return [_earlier(row) for row in rows]


def _earlier(row: Row) -> Earlier:
    call, started_at, outcome, agent, disposition, notes = row
    return Earlier(call, started_at, Outcome(outcome) if outcome else None, agent, disposition, notes or "")


@dataclass(frozen=True, slots=True)
class Talked:
    """A conversation of an agent's day. `talk` is in milliseconds."""

    call: str
    caller: str | None
    queue: str
    answered_at: int
    talk: int
    disposition: str | None
    notes: str


_TALKED = """
SELECT talk.call, call.caller, talk.queue, talk.answered_at, talk.talk_ended_at - talk.answered_at,
       talk.disposition, talk.notes
FROM talk JOIN call ON call.id = talk.call
WHERE talk.agent = :agent AND talk.answered_at >= :since AND talk.ended_at IS NOT NULL
    AND talk.talk_ended_at IS NOT NULL
ORDER BY talk.answered_at DESC LIMIT :most"""


def talked(tx: Transaction, agent: str, since: int, most: int = 20) -> list[Talked]:
    """The conversations an agent has finished since that time, newest first."""
    return [Talked(*row) for row in tx.rows(_TALKED, {"agent": agent, "since": since, "most": most})]


_MISSED = """
SELECT COUNT(*) FROM offer WHERE agent = :agent AND made_at >= :since AND ending = 'missed'"""


def missed(tx: Transaction, agent: str, since: int) -> int:
    """How many offers an agent has missed since that time."""
    row = tx.row(_MISSED, {"agent": agent, "since": since})
    return row[0] if row else 0
