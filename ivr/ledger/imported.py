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
    "over": "BIGINT",
    "how": "TEXT",
}
"""What is told of a call: its id; when it arrived, joined a queue and was out of it, when the conversation
began and ended (UTC milliseconds, NULL what is not told); how the visit ended, the queue, the agent who
answered; who called which number in which language; when the call was over, and how."""

_TELL = f"CREATE TEMP TABLE IF NOT EXISTS told ({', '.join(f'{name} {kind}' for name, kind in TOLD.items())})"

_CALL = f"""
INSERT INTO call (id, caller, called, revision, language, started_at, entered_at, silences, wrongs, hop,
                  inputs, pressed, memory, outcome, talk, ended_at, end_source)
SELECT id, caller, called, 0, language, arrived, arrived, 0, 0, 1, 0, '', '{NO_MEMORY}', how,
       COALESCE(ended - began, 0) / 1000.0, over, 'import'
FROM told WHERE true ON CONFLICT DO NOTHING"""  # noqa: S608  (no value of anybody's)

_VISIT = """
INSERT INTO visit (id, call, kind, queue, language, first_at, rank, entered_at, beat_at, agent, taken_at,
                   outcome, went_to, ended_at)
SELECT id || '.1', id, 'call', queue, language, entered, entered, entered, entered, agent,
       CASE outcome WHEN 'answered' THEN out_at END, outcome,
       CASE outcome WHEN 'answered' THEN 'agent' ELSE 'goodbye' END, out_at
FROM told WHERE entered IS NOT NULL ON CONFLICT DO NOTHING"""

_ANSWERED = "FROM told WHERE entered IS NOT NULL AND outcome = 'answered' ON CONFLICT DO NOTHING"

_OFFER = f"""
INSERT INTO offer (id, visit, agent, queue, made_at, until, ringing_at, ended_at, ending)
SELECT id || '.1', id || '.1', agent, queue, entered, out_at, out_at, out_at, 'accepted' {_ANSWERED}"""

_TALK = f"""
INSERT INTO talk (offer, visit, call, agent, queue, room, agent_joined_at, caller_joined_at, answered_at,
                  held, talk_ended_at, ended_by, ended_at)
SELECT id || '.1', id || '.1', id, agent, queue, id || '.1', COALESCE(began, out_at), COALESCE(began, out_at),
       out_at, 0, COALESCE(ended, out_at), 'caller', COALESCE(ended, out_at) {_ANSWERED}"""


def put_down(tx: Transaction, calls: Sequence[Row]) -> None:
    """What is told of calls (TOLD, in its order) becomes rows of the log; those that are there stay as they
    are. The time they were in is counted again."""
    if not calls:
        return
    tx.run(_TELL, {})
    tx.add("told", list(TOLD), bulk.with_callers(tx.seal, calls, CALLER))
    for sql in (_CALL, _VISIT, _OFFER, _TALK, "DELETE FROM told"):
        tx.run(sql, {})
    stale.mark(tx, min(told[ARRIVED] for told in calls), max(told[OVER] for told in calls))


ARRIVED, CALLER, OVER = (list(TOLD).index(name) for name in ("arrived", "caller", "over"))
