"""The calls behind a figure: a line for each record that it counts, as the records have them now.

What counts as what is said once more here, in SQL; the tests hold every list as long as its figure is large.
"""

from typing import Any, NamedTuple

from ivr.core.figures.behind import Behind
from ivr.core.figures.folding import SHORT_MS, TARGET_MS
from ivr.ledger.reports.records import ARRIVED
from ivr.ledger.reports.tallies import conditions_of
from ivr.ledger.reports.wall_clock import hour_of, weekday_of
from ivr.ledger.transaction import Transaction


class Line(NamedTuple):
    """What was counted at a moment (UTC milliseconds), and its call (the id may be of none: nobody answered
    an agent who called out). `wait` and `talk` in milliseconds; `how` is the word of the log for its end."""

    call: str
    at: int
    caller: str | None
    called: str
    language: str
    queue: str
    agent: str | None
    step: str
    option: str
    wait: int | None
    talk: int | None
    how: str | None
    disposition: str | None
    notes: str


_NONE = "CAST(NULL AS BIGINT)"

_IN_TIME = "{at} >= :since AND {at} < :until"


def _visits(at: str, condition: str = "") -> str:
    return f"""
SELECT visit.call AS call, {at} AS at, call.caller AS caller, COALESCE(call.called, '') AS called,
    visit.language AS language, visit.queue AS queue, visit.agent AS agent, '' AS step, '' AS option,
    visit.ended_at - visit.entered_at AS wait, {_NONE} AS talk, visit.outcome AS how, NULL AS disposition,
    '' AS notes
FROM visit LEFT JOIN call ON call.id = visit.call
WHERE visit.kind = 'call' AND {_IN_TIME.format(at=at)} {condition}"""


def _ended(condition: str) -> str:
    return _visits("visit.ended_at", f"AND {condition}")


def _went(place: str) -> str:
    left = "visit.outcome NOT IN ('answered', 'abandoned', 'error')"
    return _ended(f"{left} AND visit.went_to = '{place}'")


_BEGAN = "CASE WHEN visit.kind = 'consult' THEN talk.took_over_at ELSE talk.answered_at END"


def _talks(condition: str) -> str:
    return f"""
SELECT talk.call AS call, talk.ended_at AS at, call.caller AS caller, COALESCE(call.called, '') AS called,
    visit.language AS language, talk.queue AS queue, talk.agent AS agent, '' AS step, '' AS option,
    {_NONE} AS wait, talk.talk_ended_at - talk.answered_at AS talk, talk.ended_by AS how,
    talk.disposition AS disposition, talk.notes AS notes
FROM talk JOIN visit ON visit.id = talk.visit LEFT JOIN call ON call.id = talk.call
WHERE {_IN_TIME.format(at="talk.ended_at")} AND talk.answered_at IS NOT NULL
    AND talk.talk_ended_at IS NOT NULL AND {condition}"""


_HANDLED = f"visit.kind <> 'outbound' AND {_BEGAN} IS NOT NULL"


def _promises(at: str, condition: str = "") -> str:
    return f"""
SELECT callback.call AS call, {at} AS at, callback.number AS caller, callback.called AS called,
    callback.language AS language, callback.queue AS queue, NULL AS agent, '' AS step, '' AS option,
    callback.waited AS wait, {_NONE} AS talk, callback.ending AS how, NULL AS disposition, '' AS notes
FROM callback WHERE {_IN_TIME.format(at=at)} {condition}"""


def _kept(*endings: str) -> str:
    words = ", ".join(f"'{ending}'" for ending in endings)
    return _promises("callback.ended_at", f"AND callback.ending IN ({words})")


def _offers(condition: str = "") -> str:
    return f"""
SELECT visit.call AS call, offer.ended_at AS at, call.caller AS caller, COALESCE(call.called, '') AS called,
    visit.language AS language, offer.queue AS queue, offer.agent AS agent, '' AS step, '' AS option,
    offer.ended_at - offer.made_at AS wait, {_NONE} AS talk, offer.ending AS how, NULL AS disposition,
    '' AS notes
FROM offer JOIN visit ON visit.id = offer.visit LEFT JOIN call ON call.id = visit.call
WHERE {_IN_TIME.format(at="offer.ended_at")} {condition}"""


_OVER = "call.ended_at IS NOT NULL AND COALESCE(call.outcome, 'lost') NOT IN ('blocked', 'too_many')"

_REACHED = """(EXISTS (SELECT 1 FROM talk WHERE talk.call = call.id AND talk.answered_at IS NOT NULL)
    OR EXISTS (SELECT 1 FROM leg WHERE leg.call = call.id AND leg.ending = 'connected'
        AND COALESCE(leg.accepted_at, leg.answered_at) IS NOT NULL))"""

_ROUTED = f"""(call.outcome IN ('message', 'connected')
    OR EXISTS (SELECT 1 FROM visit WHERE visit.call = call.id AND visit.kind = 'call'
        AND visit.ended_at IS NOT NULL)
    OR EXISTS (SELECT 1 FROM message WHERE message.call = call.id) OR {_REACHED})"""

_ALONE = f"{_OVER} AND NOT COALESCE({_ROUTED}, FALSE)"
"""The menus were alone with the caller. A call may have no outcome: nobody told us of its end."""

_GOAL = "EXISTS (SELECT 1 FROM pass WHERE pass.call = call.id AND pass.goal)"


def _calls(condition: str = "") -> str:
    return f"""
SELECT call.id AS call, call.started_at AS at, call.caller AS caller, call.called AS called,
    call.language AS language, '' AS queue, NULL AS agent, '' AS step, '' AS option, {_NONE} AS wait,
    call.ended_at - call.started_at AS talk, call.outcome AS how, NULL AS disposition, '' AS notes
FROM call WHERE {ARRIVED} {condition}"""


def _passes(condition: str = "") -> str:
    return f"""
SELECT call.id AS call, call.started_at AS at, call.caller AS caller, call.called AS called,
    call.language AS language, '' AS queue, NULL AS agent, pass.step AS step,
    COALESCE(pass.option, '') AS option, {_NONE} AS wait, pass.left_at - pass.entered_at AS talk,
    pass.ending AS how, NULL AS disposition, '' AS notes
FROM call JOIN pass ON pass.call = call.id WHERE {ARRIVED} AND {_OVER} {condition}"""


_NOT_BEFORE = """
AND NOT EXISTS (SELECT 1 FROM pass AS earlier WHERE earlier.call = pass.call AND earlier.step = pass.step
    AND COALESCE(earlier.option, '') = COALESCE(pass.option, '')
    AND (earlier.hop, earlier.nth) < (pass.hop, pass.nth))"""

# The first so many passes that ended closed are those of the visits that did.
_AT_DOOR = f"""
SELECT door.call AS call, door.at AS at, door.caller AS caller, door.called AS called,
    door.language AS language, door.step AS queue, NULL AS agent, '' AS step, '' AS option, {_NONE} AS wait,
    {_NONE} AS talk, door.ending AS how, NULL AS disposition, '' AS notes
FROM (SELECT call.id AS call, call.started_at AS at, call.caller AS caller, call.called AS called,
        call.language AS language, pass.step AS step, pass.ending AS ending,
        ROW_NUMBER() OVER (PARTITION BY pass.call, pass.ending ORDER BY pass.hop, pass.nth) AS which
    FROM call JOIN pass ON pass.call = call.id
    WHERE {ARRIVED} AND {_OVER} AND pass.ending IN ('full', 'closed', 'no_agents')) AS door
WHERE door.ending = 'full' OR door.which > (SELECT COUNT(*) FROM visit
    WHERE visit.call = door.call AND visit.kind = 'call' AND visit.ended_at IS NOT NULL
        AND visit.outcome = door.ending)"""

_SQL = {
    "offered": _visits("visit.entered_at"),
    "ended": _visits("visit.ended_at"),
    "answered": _ended("visit.outcome = 'answered'"),
    "in_target": _ended(
        "visit.outcome = 'answered'"
        f" AND visit.ended_at - visit.entered_at <= COALESCE(visit.target, {TARGET_MS})"
    ),
    "abandoned": _ended("visit.outcome = 'abandoned'"),
    "short_abandoned": _ended(
        f"visit.outcome = 'abandoned' AND visit.ended_at - visit.entered_at <= {SHORT_MS}"
    ),
    "flow_out": _ended("visit.outcome NOT IN ('answered', 'abandoned', 'error')"),
    **{
        name: _ended(f"visit.outcome = '{name}'")
        for name in ("key", "callback", "timeout", "no_agents", "closed", "transferred", "error")
    },
    **{f"to_{place}": _went(place) for place in ("voicemail", "queue", "number", "menu", "goodbye")},
    "at_door": _AT_DOOR,
    "handled": _talks(_HANDLED),
    "sent_on": _talks(f"{_HANDLED} AND talk.onward IS NOT NULL"),
    "consults": _talks(f"{_BEGAN} IS NULL"),
    "calls_out": _talks("visit.kind = 'outbound'"),
    "callbacks_asked": _promises("callback.asked_at"),
    "callbacks_reached": _kept("reached"),
    "callbacks_not_reached": _kept("not_reached"),
    "callbacks_dropped": _kept("elsewhere", "moved", "expired"),
    "offers": _offers(),
    **{
        name: _offers(f"AND offer.ending = '{name}'")
        for name in ("accepted", "declined", "missed", "caller_gone", "withdrawn")
    },
    "arrived": _calls(),
    "blocked": _calls("AND call.ended_at IS NOT NULL AND call.outcome IN ('blocked', 'too_many')"),
    "open": _calls("AND call.ended_at IS NULL"),
    "reached": _calls(f"AND {_OVER} AND {_REACHED}"),
    "contained": _calls(f"AND {_ALONE} AND {_GOAL}"),
    "gave_up": _calls(f"AND {_ALONE} AND NOT {_GOAL}"),
    "routed": _calls(f"AND {_OVER} AND {_ROUTED}"),
    "passed": _passes(),
    "callers": _passes(_NOT_BEFORE),
    "picked": _passes("AND pass.ending = 'key'"),
    "silent": _passes("AND pass.ending = 'silent'"),
    "wrong": _passes("AND pass.ending = 'wrong'"),
    "hung_up": _passes("AND pass.ending = 'hung_up'"),
    "went_on": _passes("AND pass.ending NOT IN ('key', 'silent', 'wrong', 'hung_up')"),
}


def lines(tx: Transaction, behind: Behind, most: int, leaving_out: int = 0) -> list[Line]:
    """So many lines of a list, newest first, behind those that are left out. Agents by their names."""
    sql, values = _asked(behind)
    return [
        Line(*row)
        for row in tx.rows(
            f"""
SELECT each.call, each.at, each.caller, each.called, each.language, each.queue,
    COALESCE(account.name, each.agent), each.step, each.option, each.wait, each.talk, each.how,
    each.disposition, each.notes
FROM ({sql} ORDER BY at DESC, call LIMIT :most OFFSET :leaving_out) AS each
LEFT JOIN account ON account.id = each.agent ORDER BY each.at DESC, each.call""",
            {**values, "most": most, "leaving_out": leaving_out},
        )
    ]


def count(tx: Transaction, behind: Behind, most: int) -> int:
    """How many lines a list has: as many as its figure says. It is not counted beyond `most`."""
    sql, values = _asked(behind)
    some = f"SELECT COUNT(*) FROM (SELECT 1 FROM ({sql}) AS every_line LIMIT :most) AS counted"
    row = tx.row(some, {**values, "most": most})
    assert row is not None
    counted: int = row[0]
    return counted


def _asked(behind: Behind) -> tuple[str, dict[str, Any]]:
    named, values = conditions_of(behind.named, "line.{}")
    sql = f"SELECT * FROM ({_SQL[behind.list]}) AS line WHERE 1 = 1{named}{_coming_round(behind)}"
    round_ = {"hour": behind.hour, "weekday": behind.weekday}
    given = {name: value for name, value in round_.items() if value is not None}
    return sql, {"since": behind.since, "until": behind.until, **values, **given}


def _coming_round(behind: Behind) -> str:
    time = behind.since, behind.until, behind.zone
    hour = "" if behind.hour is None else f" AND {hour_of('line.at', *time)} = :hour"
    return hour if behind.weekday is None else f"{hour} AND {weekday_of('line.at', *time)} = :weekday"
