"""Every leg, visit, offer, conversation and state of a time, for programs that count by themselves.

What belongs to a visit is found by when that began: a day before at the most (LONGEST_MS), and a conversation
may end a day after it.
"""

from typing import NamedTuple

from ivr.core.calls import LONGEST_MS
from ivr.ledger.transaction import Transaction


class Line(NamedTuple):
    """One line to one party: a call (`kind` call), a party it was put through to (leg), or an agent who was
    offered it (offer). Times are UTC milliseconds; `ending` is the log's word for how it ended."""

    kind: str
    id: str
    call: str
    caller: str | None
    party: str | None
    queue: str
    started_at: int
    answered_at: int | None
    ended_at: int | None
    ending: str | None


_CALLS = """
SELECT 'call', id, id, caller, called, '', started_at, started_at, ended_at, outcome FROM call
WHERE started_at >= :since AND started_at < :until AND hop > 0"""

_LEGS = """
SELECT 'leg', leg.id, leg.call, call.caller, leg.party, '', COALESCE(leg.started_at, leg.answered_at,
       leg.ended_at), CASE WHEN leg.ending = 'connected' THEN COALESCE(leg.accepted_at, leg.answered_at) END,
       leg.ended_at, leg.ending
FROM leg JOIN call ON call.id = leg.call WHERE call.started_at >= :since AND call.started_at < :until"""

_OFFERS = """
SELECT 'offer', COALESCE(offer.leg, offer.id), visit.call, call.caller, account.name, offer.queue,
       offer.made_at, talk.answered_at, COALESCE(talk.talk_ended_at, offer.ended_at), offer.ending
FROM offer JOIN visit ON visit.id = offer.visit LEFT JOIN talk ON talk.offer = offer.id
LEFT JOIN call ON call.id = visit.call LEFT JOIN account ON account.id = offer.agent
WHERE offer.made_at >= :since AND offer.made_at < :until
    AND visit.entered_at >= :a_day_before AND visit.entered_at < :until"""


def lines(tx: Transaction, since: int, until: int) -> list[Line]:
    """The lines of a time, by their begin; the legs of a call are of the time of their call."""
    values = {"since": since, "until": until, "a_day_before": since - LONGEST_MS}
    found = [Line(*row) for sql in (_CALLS, _LEGS, _OFFERS) for row in tx.rows(sql, values)]
    return sorted(found, key=lambda line: (line.started_at or 0, line.kind, line.id))


class Visit(NamedTuple):
    """A visit with the place in line at its begin (`place`) and at its end. `pressed` is what was pressed in
    it, first of all the key that led out."""

    call: str
    queue: str
    caller: str | None
    entered_at: int
    ended_at: int | None
    outcome: str | None
    pressed: str | None
    place: int
    last_place: int


class Offer(NamedTuple):
    """An offer that is over; `rang` milliseconds."""

    call: str
    queue: str
    agent: str
    at: int
    ending: str
    rang: int


class Talk(NamedTuple):
    """A conversation: how long the caller had waited and the agent was rung, in milliseconds. `onward` is
    where the agent sent the caller; `met_in` the room in which another one they had asked took them over."""

    call: str
    queue: str
    agent: str
    leg: str | None
    answered_at: int
    talk_ended_at: int | None
    ended_by: str | None
    onward: str | None
    met_in: str | None
    waited: int
    rang: int
    place: int


class State(NamedTuple):
    """How an agent stood from a moment on, and before that; `since_login`: since when they had been there."""

    agent: str
    address: str
    at: int
    status: str
    reason: str
    before: str | None
    since_login: int | None


def _place(at: str) -> str:
    """How many stood before a visit in its queue at a moment, and itself."""
    return f"""(SELECT 1 + COUNT(*) FROM visit AS other WHERE other.queue = visit.queue
        AND other.entered_at <= {at} AND other.entered_at > {at} - {LONGEST_MS}
        AND (other.ended_at IS NULL OR other.ended_at > {at}) AND other.id <> visit.id
        AND (other.rank < visit.rank OR (other.rank = visit.rank AND other.id < visit.id)))"""


_PRESSED = """
       (SELECT pressed FROM pass WHERE pass.call = visit.call AND pass.ending = 'key'
            AND pass.left_at > visit.entered_at ORDER BY pass.hop, pass.nth LIMIT 1)"""

_VISITS = f"""
SELECT visit.call, visit.queue, call.caller, visit.entered_at, visit.ended_at, visit.outcome,
       {_PRESSED},
       {_place("visit.entered_at")}, {_place("COALESCE(visit.ended_at, visit.entered_at)")}
FROM visit LEFT JOIN call ON call.id = visit.call
WHERE visit.kind = 'call' AND (visit.entered_at >= :since AND visit.entered_at < :until
    OR visit.ended_at >= :since AND visit.ended_at < :until)
ORDER BY visit.entered_at, visit.id"""

_ENDED_OFFERS = """
SELECT visit.call, offer.queue, COALESCE(account.name, offer.agent), offer.ended_at, offer.ending,
       offer.ended_at - COALESCE(offer.ringing_at, offer.ended_at)
FROM offer JOIN visit ON visit.id = offer.visit LEFT JOIN account ON account.id = offer.agent
WHERE offer.ended_at >= :since AND offer.ended_at < :until AND visit.kind = 'call'
ORDER BY offer.ended_at, offer.made_at, offer.agent, offer.id"""

_ONWARD = """
       COALESCE((SELECT 'agent:' || other.name FROM account AS other
            WHERE 'agent:' || other.id = talk.onward), talk.onward)"""

_MET_IN = """
       (SELECT COALESCE(talk.room_id, talk.room) FROM talk AS asked WHERE asked.room = talk.room
            AND asked.offer <> talk.offer AND asked.took_over_at = talk.talk_ended_at)"""

_TALKS = f"""
SELECT talk.call, talk.queue, COALESCE(account.name, talk.agent), talk.leg, talk.answered_at,
       talk.talk_ended_at, talk.ended_by, {_ONWARD}, {_MET_IN}, talk.answered_at - visit.entered_at,
       offer.ended_at - COALESCE(offer.ringing_at, offer.ended_at), {_place("visit.entered_at")}
FROM talk JOIN visit ON visit.id = talk.visit JOIN offer ON offer.id = talk.offer
LEFT JOIN account ON account.id = talk.agent
WHERE visit.kind = 'call' AND visit.entered_at >= :two_days_before AND visit.entered_at < :until
    AND (talk.answered_at >= :since AND talk.answered_at < :until
        OR talk.answered_at IS NOT NULL AND talk.talk_ended_at >= :since AND talk.talk_ended_at < :until)
ORDER BY talk.answered_at, talk.agent, talk.offer"""

# Spans of an agent follow one another without a gap. CROSS: SQLite begins with the agents then.
_STATES = """
SELECT COALESCE(account.name, span.agent), agent.address, span.since, span.status, span.reason,
       (SELECT earlier.status FROM span AS earlier
        WHERE earlier.agent = span.agent AND earlier.since <= span.since AND earlier.id < span.id
        ORDER BY earlier.since DESC, earlier.id DESC LIMIT 1),
       (SELECT there.since FROM span AS there
        WHERE there.agent = span.agent AND there.since <= span.since AND there.id < span.id
            AND there.since >= COALESCE((SELECT away.ended_at FROM span AS away
                WHERE away.agent = span.agent AND away.since <= span.since AND away.id < span.id
                    AND away.status = 'signed_out' ORDER BY away.since DESC, away.id DESC LIMIT 1), 0)
        ORDER BY there.since, there.id LIMIT 1)
FROM agent CROSS JOIN span LEFT JOIN account ON account.id = span.agent
WHERE span.agent = agent.id AND span.since >= :since AND span.since < :until ORDER BY span.since, span.id"""


def of_line(
    tx: Transaction, since: int, until: int
) -> tuple[list[Visit], list[Offer], list[Talk], list[State]]:
    """What happened in the lines in a time, also the ends of what had begun before."""
    values = {"since": since, "until": until, "two_days_before": since - 2 * LONGEST_MS}
    return (
        [Visit(*row) for row in tx.rows(_VISITS, values)],
        [Offer(*row) for row in tx.rows(_ENDED_OFFERS, values)],
        [Talk(*row) for row in tx.rows(_TALKS, values)],
        [State(*row) for row in tx.rows(_STATES, values)],
    )
