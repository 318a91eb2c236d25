"""The records of a time, read as they are counted: [since, until) in UTC milliseconds."""

import json
from collections import defaultdict
from collections.abc import Iterable

from ivr.core.calls import Ending, Outcome
from ivr.core.figures.records import (
    BACK_MS,
    RETURN_MS,
    Asked,
    Call,
    Ended,
    Entered,
    Offer,
    Pass,
    Promise,
    Records,
    Span,
    Surveyed,
    Talk,
)
from ivr.core.line.estimate import Estimate
from ivr.core.line.visits import Kind, Left, WentTo
from ivr.core.surveys import SCALES
from ivr.ledger.transaction import Row, Transaction


def of(tx: Transaction, since: int, until: int) -> Records:
    """All that is counted of a time, as the ledger has it now."""
    values = {"since": since, "until": until}
    return Records(
        entered=[_entered(row) for row in tx.rows(_ENTERED, values)],
        ended=[_ended(row) for row in tx.rows(_ENDED, values)],
        talks=[_talk(row) for row in tx.rows(_TALKS, values)],
        offers=[Offer(*row) for row in tx.rows(_OFFERS, values)],
        spans=spans(tx, since, until),
        calls=_calls(tx, values),
        asked=[Asked(*row) for row in tx.rows(_ASKED, values)],
        promises=[Promise(*row) for row in tx.rows(_PROMISES, values)],
        surveys=_surveys(tx.rows(_SURVEYS, values)),
    )


def spans(tx: Transaction, since: int, until: int) -> list[Span]:
    """How agents stood, as far as it is over, cut at the edges of a time."""
    return [_span(row, since, until) for row in tx.rows(_SPANS, {"since": since, "until": until})]


def standing(tx: Transaction, since: int, until: int, now: int) -> list[Span]:
    """How agents stand now, as far as it falls into a time: what is not over is not rolled up."""
    rows = tx.rows(_STANDING, {"until": until})
    stand = (Span(agent, status, activity, begun, now) for agent, status, activity, begun in rows)
    return [_clipped(span, since, until) for span in stand if span.until > since]


_ENTERED = """
SELECT visit.queue, visit.language, COALESCE(call.called, ''), visit.kind, visit.entered_at
FROM visit LEFT JOIN call ON call.id = visit.call
WHERE visit.entered_at >= :since AND visit.entered_at < :until"""

_WAITED_BEFORE = """
COALESCE((SELECT SUM(earlier.ended_at - earlier.entered_at) FROM visit AS earlier
    WHERE earlier.call = visit.call AND earlier.kind = 'call'
        AND earlier.entered_at < visit.entered_at), 0)"""

# Of a number that an earlier version has cut, nobody knows whose it was.
_CUT = "call.caller LIKE '%…'"


def _same(earlier: str) -> str:
    """SQL for: of the same caller there was such an `earlier` call, as a query of `{who}`. Who is still known
    by a number may stand under a pseudonym shortly before."""
    by = earlier.format
    return f"""(EXISTS ({by(who="call.caller")})
        OR call.known_as IS NOT NULL AND EXISTS ({by(who="call.known_as")}))"""


_HAD = f"""SELECT 1 FROM call AS earlier JOIN visit AS had ON had.call = earlier.id
        WHERE earlier.caller = {{who}} AND earlier.started_at >= visit.entered_at - {RETURN_MS}
            AND earlier.started_at < visit.entered_at AND earlier.id <> call.id
            AND had.queue = visit.queue AND had.kind = 'call' AND had.outcome = 'answered'
            AND had.ended_at < visit.entered_at"""

_RETURNED = f"""
CASE WHEN visit.kind <> 'call' OR visit.outcome <> 'answered' OR call.caller IS NULL OR {_CUT} THEN NULL
    WHEN {_same(_HAD)} THEN 1
    ELSE 0 END"""

_ENDED = f"""
SELECT visit.queue, visit.language, COALESCE(call.called, ''), visit.kind, visit.first_at, visit.entered_at,
       visit.ended_at, visit.outcome, visit.went_to, visit.target, {_WAITED_BEFORE}, {_RETURNED}, visit.told
FROM visit LEFT JOIN call ON call.id = visit.call
WHERE visit.ended_at >= :since AND visit.ended_at < :until"""

_TALKS = """
SELECT talk.queue, visit.language, COALESCE(call.called, ''), talk.agent, visit.kind, visit.taken_at,
       talk.answered_at, CASE WHEN visit.kind = 'consult' THEN talk.took_over_at ELSE talk.answered_at END,
       talk.held, talk.talk_ended_at, talk.ended_at,
       CASE WHEN talk.agent_joined_at IS NULL OR talk.caller_joined_at IS NULL THEN 1 ELSE 0 END,
       CASE WHEN talk.onward IS NULL THEN 0 ELSE 1 END
FROM talk JOIN visit ON visit.id = talk.visit LEFT JOIN call ON call.id = talk.call
WHERE talk.ended_at >= :since AND talk.ended_at < :until AND talk.answered_at IS NOT NULL
    AND talk.talk_ended_at IS NOT NULL"""

_OFFERS = """
SELECT agent, queue, ended_at, ending FROM offer WHERE ended_at >= :since AND ended_at < :until"""

# From each agent's last span before the time on: a span may have begun days ago, and nothing tells how many.
# Two questions in one: what has begun before, and ended since, both databases take for half of all there is.
# CROSS: SQLite begins with the agents then, and not with all spans there ever were.
_SPANS = """
SELECT span.agent, span.status, span.activity, span.since, span.ended_at
FROM agent CROSS JOIN span
WHERE span.agent = agent.id AND span.ended_at > :since AND span.since = (
    SELECT MAX(last.since) FROM span AS last WHERE last.agent = agent.id AND last.since < :since)
UNION ALL
SELECT span.agent, span.status, span.activity, span.since, span.ended_at
FROM agent CROSS JOIN span
WHERE span.agent = agent.id AND span.ended_at > :since AND span.since >= :since AND span.since < :until"""

_STANDING = "SELECT agent, status, activity, since FROM span WHERE ended_at IS NULL AND since < :until"

_ASKED = """
SELECT queue, language, called, asked_at FROM callback WHERE asked_at >= :since AND asked_at < :until"""

_PROMISES = """
SELECT queue, language, called, ended_at, ending, tries FROM callback
WHERE ended_at >= :since AND ended_at < :until"""

# The questions put about one conversation are one survey.
_SURVEYS = """
SELECT first.call, first.step, first.queue, COALESCE(first.language, ''), COALESCE(first.called, ''),
       first.agent, first.asked_at, each.question, each.answered_at, each.value
FROM survey_answer AS first
JOIN survey_answer AS each ON each.call = first.call AND COALESCE(each.talk, '') = COALESCE(first.talk, '')
WHERE first.asked_at >= :since AND first.asked_at < :until AND NOT EXISTS (
    SELECT 1 FROM survey_answer AS earlier
    WHERE earlier.call = first.call AND COALESCE(earlier.talk, '') = COALESCE(first.talk, '')
        AND (earlier.asked_at < first.asked_at
            OR earlier.asked_at = first.asked_at AND earlier.step < first.step))"""

# Those that agents made are no calls of callers, nor are those that keep a promise.
ARRIVED = """
call.started_at >= :since AND call.started_at < :until AND NOT EXISTS (
    SELECT 1 FROM visit WHERE visit.call = call.id AND visit.kind IN ('callback', 'outbound'))"""

_CONTAINED = f"""SELECT 1 FROM call AS earlier WHERE earlier.caller = {{who}}
                AND earlier.started_at >= call.started_at - {BACK_MS}
                AND earlier.started_at <= call.started_at AND earlier.ended_at <= call.started_at
                AND earlier.id <> call.id
                AND COALESCE(earlier.outcome, 'lost') NOT IN ('message', 'connected')
                AND EXISTS (SELECT 1 FROM pass WHERE pass.call = earlier.id AND pass.goal)
                AND NOT EXISTS (SELECT 1 FROM visit WHERE visit.call = earlier.id)
                AND NOT EXISTS (SELECT 1 FROM message WHERE message.call = earlier.id)"""

_CALLS = f"""
SELECT call.id, call.called, call.language, call.started_at, call.outcome, call.ended_at,
       CASE WHEN EXISTS (SELECT 1 FROM message WHERE message.call = call.id) THEN 1 ELSE 0 END,
       (SELECT MIN(talk.answered_at) FROM talk WHERE talk.call = call.id),
       (SELECT MIN(COALESCE(leg.accepted_at, leg.answered_at)) FROM leg
        WHERE leg.call = call.id AND leg.ending = 'connected'),
       CASE WHEN NOT {_CUT} AND {_same(_CONTAINED)} THEN 1 ELSE 0 END
FROM call WHERE {ARRIVED}"""

_LEFT = f"""
SELECT visit.call, visit.outcome FROM call JOIN visit ON visit.call = call.id
WHERE {ARRIVED} AND visit.kind = 'call' AND visit.ended_at IS NOT NULL
ORDER BY visit.entered_at, visit.id"""

_PASSES = f"""
SELECT pass.call, pass.step, pass.option, pass.ending, pass.silences, pass.wrongs, pass.goal
FROM call JOIN pass ON pass.call = call.id
WHERE {ARRIVED} AND call.ended_at IS NOT NULL ORDER BY pass.call, pass.hop, pass.nth"""


def _calls(tx: Transaction, values: dict[str, int]) -> list[Call]:
    left: dict[str, list[Left]] = defaultdict(list)
    for call, outcome in tx.rows(_LEFT, values):
        left[call].append(_LEFTS[outcome])
    passes: dict[str, list[Pass]] = defaultdict(list)
    for call, step, option, ending, silences, wrongs, goal in tx.rows(_PASSES, values):
        passes[call].append(Pass(step, option, _ENDINGS[ending], silences, wrongs, bool(goal)))
    return [_call(row, tuple(left[row[0]]), tuple(passes[row[0]])) for row in tx.rows(_CALLS, values)]


_LEFTS = {str(left): left for left in Left}
_ENDINGS = {str(ending): ending for ending in Ending}
_KINDS = {str(kind): kind for kind in Kind}
_PLACES = {str(place): place for place in WentTo}


def _call(row: Row, left: tuple[Left, ...], passes: tuple[Pass, ...]) -> Call:
    _, called, language, at, outcome, ended_at, message, talked_at, joined_at, came_back = row
    over = Outcome(outcome or Outcome.LOST) if ended_at is not None else None
    answered = [each for each in (talked_at, joined_at) if each is not None]
    first = min(answered, default=None)
    return Call(called, language, at, over, left, bool(message), first, bool(came_back), passes)


def _entered(row: Row) -> Entered:
    queue, language, called, kind, at = row
    return Entered(queue, language, called, _KINDS[kind], at)


def _ended(row: Row) -> Ended:
    queue, language, called, kind, first_at, entered_at, at, outcome, went_to, target, *more = row
    before, returned, told = more
    estimate, told_at = _told(told)
    return Ended(
        queue,
        language,
        called,
        _KINDS[kind],
        first_at,
        entered_at,
        at,
        _LEFTS[outcome],
        _PLACES[went_to],
        target,
        int(before),
        None if returned is None else bool(returned),
        estimate,
        told_at,
    )


def _told(written: str | None) -> tuple[Estimate | None, int]:
    if written is None:
        return None, 0
    least, most, _, _, at, *_ = json.loads(written)
    if most is None:
        return None, 0
    return Estimate(least, most), at


def _talk(row: Row) -> Talk:
    return Talk(*row)._replace(kind=_KINDS[row[4]], inferred=bool(row[-2]), sent_on=bool(row[-1]))


def _surveys(rows: Iterable[Row]) -> list[Surveyed]:
    surveys: dict[tuple[str, str], Surveyed] = {}
    for call, step, queue, language, called, agent, at, question, answered_at, value in rows:
        new = Surveyed(queue, language, called, agent, at, answered=False)
        survey = surveys.setdefault((call, step), new)
        if answered_at is not None:
            said = {question: value} if question in SCALES else {}
            surveys[call, step] = survey._replace(answered=True, **said)
    return list(surveys.values())


def _span(row: Row, since: int, until: int) -> Span:
    return _clipped(Span(*row), since, until)


def _clipped(span: Span, since: int, until: int) -> Span:
    agent, status, activity, begun, ended = span
    return Span(agent, status, activity, max(begun, since), min(ended, until))
