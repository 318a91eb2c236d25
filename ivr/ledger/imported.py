"""The calls of another system: what is told of each, and the rows that come of it."""

from collections.abc import Sequence

from ivr.ledger import bulk
from ivr.ledger.bulk import NO_MEMORY
from ivr.ledger.reports import stale
from ivr.ledger.transaction import Row, Transaction

TABLES = ("call", "visit", "offer", "talk")

TOLD = {
    "id": "TEXT",
    "arrived": "BIGINT",
    "entered": "BIGINT",
    "out_at": "BIGINT",
    "began": "BIGINT",
    "ended": "BIGINT",
    "outcome": "TEXT",
    "queue": "TEXT",
    "agent": "TEXT",
    "caller": "TEXT",
    "called": "TEXT",
    "language": "TEXT",
    "rank": "BIGINT",
}
"""What is told of a call: its id; when it arrived, joined a queue and was out of it, when the conversation
began and ended (UTC milliseconds in their order, NULL what is not told); how the visit ended, the queue, the
agent who answered; who called which number in which language; by which rank they were served."""

_TELL = f"CREATE TEMP TABLE IF NOT EXISTS told ({', '.join(f'{name} {kind}' for name, kind in TOLD.items())})"

_OVER = "COALESCE(ended, began, out_at, entered, arrived)"
"""When the call was over: the last that is told of it."""

_HOW = """
CASE WHEN outcome = 'answered' THEN 'connected' WHEN outcome IN ('key', 'callback', 'timeout') THEN 'goodbye'
    ELSE 'hung_up' END"""
"""How a call ended whose visit ended so; it is not told what became of it later."""

_CALL = f"""
INSERT INTO call (id, caller, called, revision, language, started_at, entered_at, silences, wrongs, hop,
                  inputs, pressed, memory, outcome, ended_at, end_source)
SELECT id, caller, called, 0, language, arrived, arrived, 0, 0, 1, 0, '', '{NO_MEMORY}', {_HOW}, {_OVER},
       'import'
FROM told WHERE true ON CONFLICT DO NOTHING"""  # noqa: S608  (no value of anybody's)

_VISIT = """
INSERT INTO visit (id, call, kind, queue, language, first_at, rank, entered_at, beat_at, agent, taken_at,
                   outcome, went_to, ended_at)
SELECT id, id, 'call', queue, language, entered, rank, entered, entered, agent,
       CASE outcome WHEN 'answered' THEN out_at END, outcome,
       CASE outcome WHEN 'answered' THEN 'agent' ELSE 'goodbye' END, out_at
FROM told WHERE entered IS NOT NULL ON CONFLICT DO NOTHING"""

_ANSWERED = "entered IS NOT NULL AND outcome = 'answered'"

_OFFER = f"""
INSERT INTO offer (id, visit, agent, queue, made_at, until, ringing_at, ended_at, ending)
SELECT id, id, agent, queue, entered, out_at, out_at, out_at, 'accepted'
FROM told WHERE {_ANSWERED} ON CONFLICT DO NOTHING"""  # noqa: S608

# Of a conversation whose end is not told nobody knows how long it was: it is answered, and not handled.
_TALK = f"""
INSERT INTO talk (offer, visit, call, agent, queue, room, agent_joined_at, caller_joined_at, answered_at,
                  held, talk_ended_at, ended_by, ended_at)
SELECT id, id, id, agent, queue, id, COALESCE(began, out_at), COALESCE(began, out_at),
       COALESCE(began, out_at), 0, ended, 'caller', COALESCE(ended, began, out_at)
FROM told WHERE {_ANSWERED} ON CONFLICT DO NOTHING"""  # noqa: S608


def put_down(tx: Transaction, calls: Sequence[Row], now: int) -> None:
    """What is told of calls (TOLD, in its order) becomes rows of the log; those that are there stay as they
    are. What their coming changes in the figures is counted again."""
    if not calls:
        return
    tx.run(_TELL, {})
    tx.add("told", list(TOLD), bulk.with_callers(tx.seal, calls, CALLER))
    for sql in (_CALL, _VISIT, _OFFER, _TALK, "DELETE FROM told"):
        tx.run(sql, {})
    stale.mark_all(tx, ((told[ARRIVED], _last(told[TIMES])) for told in calls), now)


def _last(times: Sequence[int | None]) -> int:
    return next(at for at in reversed(times) if at is not None)


ARRIVED, CALLER, ENDED = (list(TOLD).index(name) for name in ("arrived", "caller", "ended"))
TIMES = slice(ARRIVED, ENDED + 1)


_HELD = """
SELECT 1 FROM legal_hold
WHERE released_at IS NULL AND (call >= :first AND call < :last OR EXISTS (
    SELECT 1 FROM call WHERE call.caller IN (legal_hold.caller, legal_hold.known_as)
        AND call.id >= :first AND call.id < :last))
LIMIT 1"""


def are_held(tx: Transaction, ids: str) -> bool:
    """Whether any call whose id begins so is under a legal hold."""
    return tx.row(_HELD, {"first": ids, "last": f"{ids}g"}) is not None  # after all hexadecimal digits
