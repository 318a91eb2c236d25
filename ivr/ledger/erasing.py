"""Erasing one caller: the person goes, and every figure stays, as their calls keep a caller in common.

What stands in their place is a pseudonym that no number leads to.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from ivr.ledger.dossiers import THEIRS, Person
from ivr.ledger.rows import compact
from ivr.ledger.striking import STRUCK, without
from ivr.ledger.transaction import Transaction, Value

BY_ERASURE = "erased"
"""Why an errand came to nothing, and who has seen to a message, whose caller was erased."""

_TO_CALLER = "kind IN ('message', 'survey', 'lookup', 'mail', 'fetch_recording')"

_OF_CALL = (
    """
UPDATE call SET pressed = '', memory = '[[],[],{},[]]', number = NULL, known_as = NULL, forgotten_at = :now
WHERE id = :call""",
    "UPDATE pass SET pressed = '' WHERE call = :call",
    f"UPDATE leg SET party = '{STRUCK}' WHERE call = :call AND party IS NOT NULL",
    f"""
UPDATE message SET note = '', done_at = COALESCE(done_at, :now), done_by = COALESCE(done_by, '{BY_ERASURE}')
WHERE call = :call""",
    "UPDATE survey_answer SET comment = NULL WHERE call = :call",
    f"""
UPDATE talk SET notes = '', onward = CASE WHEN onward LIKE 'number:%' THEN 'number:{STRUCK}' ELSE onward END
WHERE call = :call""",
    "DELETE FROM event WHERE call = :call",
    "DELETE FROM answer WHERE call = :call",
    f"""
UPDATE errand SET state = 'failed', cause = '{BY_ERASURE}', payload = '', done_at = :now
WHERE call = :call AND state IN ('waiting', 'running') AND {_TO_CALLER}""",
    f"UPDATE errand SET cause = '{BY_ERASURE}' WHERE call = :call AND cause IS NOT NULL",
    "UPDATE errand SET answer = NULL WHERE call = :call",
)
"""All that says more of a call than its figures need; done again, it changes nothing."""


def erase_calls(tx: Transaction, call_ids: Sequence[str], now: int) -> None:
    """What these calls hold beside the caller's own name, which goes last."""
    for call_id in call_ids:
        for sql in _OF_CALL:
            tx.run(sql, {"call": call_id, "now": now})


_ABOUT_THEM = """
SELECT id FROM message WHERE call = :call UNION SELECT offer FROM talk WHERE call = :call"""


def subjects_of(tx: Transaction, call_ids: Sequence[str]) -> set[str]:
    """What the audit may hold notes on: the messages and conversations of these calls."""
    return {row[0] for call_id in call_ids for row in tx.rows(_ABOUT_THEM, {"call": call_id})}


_TEXTS = f"UPDATE feedback SET caller = :who, text = '', reply = '' WHERE {THEIRS.format('caller')}"
_LANGUAGE = f"DELETE FROM remembered WHERE {THEIRS.format('caller')}"

# Who wants no messages gets none, whatever else is forgotten of them: that stays, under their pseudonym.
_WANTS_NONE = f"SELECT MIN(at) FROM withdrawal WHERE {THEIRS.format('caller')}"
_FORGET_WISH = f"DELETE FROM withdrawal WHERE {THEIRS.format('caller')}"
_KEEP_WISH = "INSERT INTO withdrawal (caller, at) VALUES (:known_as, :at)"

_NAMED = (
    f"UPDATE call SET caller = :who, known_as = NULL WHERE {THEIRS.format('caller')}",
    f"UPDATE message SET caller = :who WHERE {THEIRS.format('caller')}",
    f"UPDATE survey_answer SET caller = :who WHERE {THEIRS.format('caller')}",
    f"UPDATE callback SET number = :who, sealed = NULL WHERE {THEIRS.format('number')}",
    f"UPDATE legal_hold SET caller = :who, known_as = :who WHERE {THEIRS.format('caller')}",
    _TEXTS,
    _LANGUAGE,
)

# By the calls: nobody can write while all visits there ever were are looked through.
_DIALLED = f"""
UPDATE visit SET leads = :who WHERE call = :call AND kind = 'outbound' AND {THEIRS.format("leads")}"""


def unname(tx: Transaction, whose: Person, call_ids: Sequence[str], who: str) -> bool:
    """From now on they are `who` in all they have done here, and in these calls; whether their wish for no
    messages is kept."""
    values = {**whose.values, "who": who}
    for call_id in call_ids:
        tx.run(_DIALLED, {**values, "call": call_id})
    wish = tx.row(_WANTS_NONE, values)
    for sql in _NAMED:
        tx.run(sql, values)
    if wish is None or wish[0] is None:
        return False
    tx.run(_FORGET_WISH, values)
    tx.run(_KEEP_WISH, {"known_as": whose.known_as, "at": wish[0]})
    return True


# -- where others may have written the number down ---------------------------------------------------------


class Place(NamedTuple):
    """Columns in which people, or other systems, may have written a number: of a table, the columns of its
    key, that of its call if it has one, and the texts."""

    table: str
    key: tuple[str, ...]
    call: str | None
    texts: tuple[str, ...]


PLACES = (
    Place("call", ("id",), "id", ("pressed", "memory")),
    Place("pass", ("call", "hop", "nth"), "call", ("pressed",)),
    Place("visit", ("id",), "call", ("leads",)),
    Place("talk", ("offer",), "call", ("notes", "onward", "disposition")),
    Place("survey_answer", ("call", "step"), "call", ("comment",)),
    Place("feedback", ("id",), "call", ("text", "reply")),
    Place("leg", ("id",), "call", ("party",)),
    Place("message", ("id",), "call", ("note",)),
    Place("event", ("id",), "call", ("detail",)),
    Place("errand", ("id",), "call", ("answer", "cause")),
    Place("legal_hold", ("id",), "call", ("why",)),
    Place("closure", ("id",), None, ("says",)),
    Place("withdrawn", ("revision",), None, ("why",)),
)

JSON = frozenset({"memory", "detail", "answer", "says"})


class Found(NamedTuple):
    """A text with the number in it: where, in which row, of which call."""

    place: Place
    text: str
    row: Mapping[str, Value]
    call: str | None


def written_down(tx: Transaction, place: Place, digits: Sequence[str]) -> list[Found]:
    """The texts of a table in which the number stands, in one of the ways to write it. All rows are read."""
    found = []
    names = ", ".join((*place.key, place.call or "NULL"))
    for text in place.texts:
        sql = f'SELECT {names} FROM "{place.table}" WHERE {text} LIKE :part'
        for each in digits:
            for *key, call in tx.rows(sql, {"part": f"%{each}%"}):
                found.append(Found(place, text, dict(zip(place.key, key, strict=True)), call))
    return found


def strike_out(tx: Transaction, found: Found, digits: Sequence[str]) -> bool:
    """Take the number out of a text as it stands now, and leave the rest of it; False if it is out already.

    Since it was found the call may have gone on, or somebody has written on: what they did stays.
    """
    table, text = f'"{found.place.table}"', found.text
    where = " AND ".join(f"{name} = :{name}" for name in found.place.key)
    row = tx.locked_row(f"SELECT {text} FROM {table} WHERE {where}", found.row)
    written = row[0] if row else None
    if written is None or not any(each in written for each in digits):
        return False
    new = compact(without(json.loads(written), digits)) if text in JSON else without(written, digits)
    tx.run(f"UPDATE {table} SET {text} = :new WHERE {where}", {**found.row, "new": new})
    return True


_LEFTOVER = """
SELECT call, hop, document FROM answer WHERE (call, hop) > (:call, :hop) ORDER BY call, hop LIMIT 500"""


def leftovers(tx: Transaction, digits: Sequence[str]) -> list[tuple[str, int]]:
    """The documents of other calls that have the number in them; an hour after a call they are dropped."""
    found: list[tuple[str, int]] = []
    mark: tuple[str, int] = ("", -1)
    while page := tx.rows(_LEFTOVER, {"call": mark[0], "hop": mark[1]}):
        mark = (page[-1][0], page[-1][1])
        found += [
            (call, hop)
            for call, hop, document in page
            if any(each.encode() in bytes(document) for each in digits)
        ]
    return found


_FORGET_DOCUMENT = """
DELETE FROM answer WHERE call = :call AND hop = :hop
    AND EXISTS (SELECT 1 FROM call WHERE call.id = answer.call AND ended_at IS NOT NULL)"""


def forget_document(tx: Transaction, call_id: str, hop: int) -> None:
    """Drop a document of a call that is over."""
    tx.run(_FORGET_DOCUMENT, {"call": call_id, "hop": hop})


_OWN = f"SELECT id FROM call WHERE {THEIRS.format('caller')}"


def has_called_since(tx: Transaction, whose: Person, call_ids: Collection[str]) -> bool:
    """Whether there are calls of theirs beside these."""
    return any(row[0] not in call_ids for row in tx.rows(_OWN, whose.values))


# -- whether it can be done now ----------------------------------------------------------------------------

_ON_LINE = f"SELECT 1 FROM call WHERE ended_at IS NULL AND hop > 0 AND {THEIRS.format('caller')} LIMIT 1"
_WRAPPED_UP = f"""
SELECT 1 FROM talk JOIN call ON call.id = talk.call
WHERE talk.ended_at IS NULL AND {THEIRS.format("call.caller")} LIMIT 1"""


def is_on_line(tx: Transaction, whose: Person) -> bool:
    """Whether they are on the line now, or an agent still writes down what it was about."""
    return any(tx.row(sql, whose.values) is not None for sql in (_ON_LINE, _WRAPPED_UP))


_OPEN_PROMISES = f"SELECT id FROM callback WHERE ended_at IS NULL AND {THEIRS.format('number')} ORDER BY id"


def open_promises(tx: Transaction, whose: Person) -> list[str]:
    """The promises to ring them that are still to be kept."""
    return [row[0] for row in tx.rows(_OPEN_PROMISES, whose.values)]


_STAFF = """
SELECT COUNT(*) FROM agent WHERE address LIKE :part OR number LIKE :part"""
_REVISIONS = "SELECT COUNT(*) FROM revision WHERE files LIKE :part OR note LIKE :part"


def of_ours(tx: Transaction, digits: Sequence[str]) -> Mapping[str, int]:
    """Where the number stands as one of ours, and is left: agents, and published menus."""
    counts = dict.fromkeys(("agents", "revisions"), 0)
    for each in digits[:1]:
        for name, sql in (("agents", _STAFF), ("revisions", _REVISIONS)):
            row = tx.row(sql, {"part": f"%{each}%"})
            counts[name] = row[0] if row else 0
    return {name: count for name, count in counts.items() if count}
