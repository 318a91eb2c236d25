"""The call log: calls newest first, and everything one caller lived through."""

import math
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from ivr.core.calls import Ending, Outcome, Pass
from ivr.ledger import errands, events, legs, messages, recordings, rows
from ivr.ledger.errands import Errand
from ivr.ledger.events import Event
from ivr.ledger.ledger import Ledger
from ivr.ledger.legs import Leg
from ivr.ledger.messages import Message
from ivr.ledger.recordings import Recording
from ivr.ledger.seal import Seal
from ivr.ledger.search import where, with_part
from ivr.ledger.transaction import Row, Transaction


@dataclass(frozen=True, slots=True)
class Line:
    """A call as one line of the log. `talk` in seconds, with agents and parties, holds apart; `step` is where
    it is, or the last one it was in."""

    id: str
    caller: str | None
    called: str
    revision: int
    language: str
    started_at: int
    ended_at: int | None
    outcome: Outcome | None
    talk: float
    step: str | None
    inputs: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which calls: started in [since, until), from a number (or a part of it), ended so, with a text in the
    number, a step, an option, or the note of a message. `open` wants those still on the line; `caller` is the
    whole number, if it is known."""

    since: int | None = None
    until: int | None = None
    number: str | None = None
    caller: str | None = None
    outcome: Outcome | None = None
    text: str | None = None
    open: bool = False


EVERY = Wanted()

Mark = tuple[int, str]
"""Where a page ends: `started_at` and `id` of its last line."""

_WITH_AGENTS = """
CAST(COALESCE((
    SELECT SUM(talk_ended_at - held - CASE visit.kind WHEN 'consult' THEN took_over_at ELSE answered_at END)
    FROM talk JOIN visit ON visit.id = talk.visit
    WHERE talk.call = call.id), 0) AS DOUBLE PRECISION) / 1000"""
"""Seconds; who was only asked had the caller from when they took over, and a conversation that goes on
counts when it is over."""

_LINES = f"""
SELECT id, caller, called, revision, language, started_at, ended_at, outcome, talk + {_WITH_AGENTS},
       COALESCE(step, (SELECT step FROM pass WHERE pass.call = call.id ORDER BY hop DESC, nth DESC LIMIT 1)),
       inputs
FROM call"""  # noqa: S608  (no value of anybody's)

_OF_NUMBER = "(LOWER(caller) LIKE :number ESCAPE '!' OR caller = :known_as)"

_WITH_TEXT = """(LOWER(caller) LIKE :text ESCAPE '!' OR LOWER(called) LIKE :text ESCAPE '!'
    OR EXISTS (SELECT 1 FROM pass WHERE pass.call = call.id
        AND (LOWER(pass.step) LIKE :text ESCAPE '!' OR LOWER(pass.option) LIKE :text ESCAPE '!'))
    OR EXISTS (SELECT 1 FROM message WHERE message.call = call.id AND LOWER(note) LIKE :text ESCAPE '!')
    OR EXISTS (SELECT 1 FROM talk WHERE talk.call = call.id
        AND (LOWER(talk.notes) LIKE :text ESCAPE '!' OR LOWER(talk.disposition) LIKE :text ESCAPE '!'))
    OR EXISTS (SELECT 1 FROM survey_answer WHERE survey_answer.call = call.id
        AND LOWER(survey_answer.comment) LIKE :text ESCAPE '!')
    OR EXISTS (SELECT 1 FROM feedback WHERE feedback.call = call.id
        AND LOWER(feedback.text) LIKE :text ESCAPE '!'))"""


def newest(
    tx: Transaction,
    wanted: Wanted = EVERY,
    after: Mark | None = None,
    most: int = 50,
    down_to: Mark | None = None,
) -> list[Line]:
    """A page of the log, newest first. `after` is the mark of the last line of the page before; nothing is
    looked at beyond `down_to`."""
    conditions, values = _behind(tx, wanted, after)
    if down_to is not None:
        conditions.append("(started_at, id) >= (:down_at, :down_id)")
        values |= {"down_at": down_to[0], "down_id": down_to[1]}
    sql = f"{_LINES} {where(conditions)} ORDER BY started_at DESC, id DESC LIMIT :most"
    return [_line(row) for row in tx.rows(sql, {**values, "most": most})]


WINDOW = 5_000
"""Among so many calls it is looked for something at once: some tenths of a second."""


class Found(NamedTuple):
    """Calls that were looked for, newest first. Those behind `rest` were not looked at; None: all were."""

    lines: list[Line]
    rest: Mark | None


def search(
    ledger: Ledger,
    wanted: Wanted,
    after: Mark | None = None,
    most: int = 50,
    seconds: float = math.inf,
    patience: float = 60,
) -> Found:
    """A page of the calls that are wanted, from a mark on: what no index knows is looked for until there are
    so many, or the time is over. LedgerError, if the ledger says nothing for so long."""
    give_up_at = time.monotonic() + seconds
    lines: list[Line] = []
    while True:
        with ledger.reading(patience) as tx:
            end = _window(tx, wanted, after) if wanted.text or wanted.number or wanted.outcome else None
            lines += newest(tx, wanted, after, most - len(lines), end)
        if len(lines) == most:
            return Found(lines, (lines[-1].started_at, lines[-1].id))
        if end is None or time.monotonic() > give_up_at:
            return Found(lines, end)
        after = end


_MARKS = "SELECT started_at, id FROM call"


def _window(tx: Transaction, wanted: Wanted, after: Mark | None) -> Mark | None:
    """The last of the calls that are looked through together; None if there are not so many any more."""
    conditions, values = _behind(tx, Wanted(wanted.since, wanted.until), after)
    sql = f"{_MARKS} {where(conditions)} ORDER BY started_at DESC, id DESC LIMIT 1 OFFSET :others"
    row = tx.row(sql, {**values, "others": WINDOW - 1})
    return (row[0], row[1]) if row else None


def every(ledger: Ledger, wanted: Wanted = EVERY, page: int = 500) -> Iterator[Line]:
    """All lines that are wanted, newest first, read page by page: an export of a year holds nobody up."""
    rest: Mark | None = None
    while True:
        lines, rest = search(ledger, wanted, rest, page)
        yield from lines
        if rest is None:
            return


def _behind(tx: Transaction, wanted: Wanted, after: Mark | None) -> tuple[list[str], dict[str, Any]]:
    """SQL for what is wanted and stands behind a mark, and the values in it."""
    conditions, values = _conditions(tx.seal, wanted)
    if after is not None:
        conditions.append("(started_at, id) < (:after_at, :after_id)")
        values |= {"after_at": after[0], "after_id": after[1]}
    return conditions, values


def _conditions(seal: Seal, wanted: Wanted) -> tuple[list[str], dict[str, Any]]:
    """SQL for what is wanted, and the values in it."""
    asked: list[tuple[str, str, Any]] = [
        ("started_at >= :since", "since", wanted.since),
        ("started_at < :until", "until", wanted.until),
        ("outcome = :outcome", "outcome", str(wanted.outcome) if wanted.outcome else None),
        (_OF_NUMBER, "number", with_part(wanted.number)),
        (_WITH_TEXT, "text", with_part(wanted.text)),
    ]
    given = [(condition, name, value) for condition, name, value in asked if value is not None]
    still = ["ended_at IS NULL"] if wanted.open else []
    known_as = {"known_as": seal.pseudonym(wanted.caller) if seal.hashing and wanted.caller else None}
    values = {name: value for _, name, value in given}
    return still + [condition for condition, _, _ in given], values | known_as


def _line(row: Row) -> Line:
    return Line(*(*row[:7], Outcome(row[7]) if row[7] else None, *row[8:]))


@dataclass(frozen=True, slots=True)
class Story:
    """One call, and everything that belongs to it. `values` are those that are no secrets."""

    call: Line
    end_source: str | None
    values: Mapping[str, str]
    passes: tuple[Pass, ...]
    legs: tuple[Leg, ...]
    recordings: tuple[Recording, ...]
    messages: tuple[Message, ...]
    events: tuple[Event, ...]
    errands: tuple[Errand, ...]


_ABOUT = "SELECT end_source, memory FROM call WHERE id = :id"

_PASSES = """
SELECT step, option, pressed, silences, wrongs, entered_at, left_at, ending, language, goal
FROM pass WHERE call = :id ORDER BY hop, nth"""


def story(tx: Transaction, call_id: str) -> Story | None:
    """What one caller lived through; None if there was no such call."""
    line = tx.row(f"{_LINES} WHERE id = :id", {"id": call_id})
    about = tx.row(_ABOUT, {"id": call_id})
    if line is None or about is None:
        return None
    return Story(
        _line(line),
        about[0],
        rows.open_values(about[1]),
        tuple(_pass(row) for row in tx.rows(_PASSES, {"id": call_id})),
        tuple(legs.of_call(tx, call_id)),
        tuple(recordings.of_call(tx, call_id)),
        tuple(messages.of_call(tx, call_id)),
        tuple(events.of_call(tx, call_id)),
        tuple(errands.of_call(tx, call_id)),
    )


def passes(tx: Transaction, call_id: str) -> list[Pass]:
    """The passes of a call so far that are over, in their order."""
    return [_pass(row) for row in tx.rows(_PASSES, {"id": call_id})]


def _pass(row: Row) -> Pass:
    return Pass(*(*row[:7], Ending(row[7]), row[8], bool(row[9])))


_STEPS = """
SELECT step FROM (
    SELECT step, hop, nth FROM pass WHERE call = :id
    UNION ALL SELECT step, hop, -1 FROM call WHERE id = :id AND ended_at IS NULL AND step IS NOT NULL
) AS entered ORDER BY hop, nth"""


def steps(tx: Transaction, call_id: str) -> list[str]:
    """The steps a call has entered so far, one for each pass, the present one last."""
    return [row[0] for row in tx.rows(_STEPS, {"id": call_id})]
