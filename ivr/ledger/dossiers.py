"""Everything that is held on one caller, table by table, in words that people can read.

What agents and others of ours are known by stays out, and so do secrets, which are sealed.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ivr.core.pseudonyms import is_known
from ivr.ledger import rows
from ivr.ledger.seal import Seal
from ivr.ledger.transaction import Transaction, Values


@dataclass(frozen=True, slots=True)
class Person:
    """A caller as the tables may know them: by their number, and by what stands for it. Without a `number`
    somebody is meant of whom only that is known."""

    number: str | None
    known_as: str

    @property
    def values(self) -> Values:
        return {"number": self.number or self.known_as, "known_as": self.known_as}


def person(seal: Seal, caller: str) -> Person:
    """The caller of a number, or of a pseudonym."""
    return Person(caller if is_known(caller) else None, seal.pseudonym(caller))


THEIRS = "{0} IN (:number, :known_as)"
"""SQL for: a column names the person."""

# Who withholds their number may have typed it to be rung back; whom an agent rang in vain had no call.
_CALLS = f"""
SELECT id FROM call WHERE {THEIRS.format("caller")}
UNION SELECT callback.call FROM callback JOIN call ON call.id = callback.call
    WHERE {THEIRS.format("callback.number")} AND call.caller IS NULL
UNION SELECT visit.call FROM visit WHERE visit.kind = 'outbound' AND {THEIRS.format("visit.leads")}
ORDER BY 1"""


def calls_of(tx: Transaction, whose: Person) -> list[str]:
    """The ids of all their calls."""
    return [row[0] for row in tx.rows(_CALLS, whose.values)]


_SOUNDS = "SELECT id FROM recording WHERE call = :call AND state <> 'forgotten' ORDER BY at, id"


def sounds_of(tx: Transaction, call_id: str) -> list[str]:
    """The recordings of a call that are still somewhere, by our ids."""
    return [row[0] for row in tx.rows(_SOUNDS, {"call": call_id})]


OF_CALL: Mapping[str, tuple[str, Sequence[str]]] = {
    "steps": (
        "pass WHERE call = :call ORDER BY hop, nth",
        ("step", "option", "pressed", "ending", "entered_at", "left_at", "language"),
    ),
    "visits": (
        "visit LEFT JOIN account ON account.id = agent WHERE call = :call ORDER BY entered_at, visit.id",
        ("queue", "kind", "language", "entered_at", "ended_at", "outcome", "went_to", "account.name agent"),
    ),
    "conversations": (
        "talk LEFT JOIN account ON account.id = talk.agent WHERE call = :call ORDER BY answered_at, offer",
        (
            *("queue", "account.name agent", "answered_at", "talk_ended_at", "held held_milliseconds"),
            *("ended_by", "disposition", "notes"),
        ),
    ),
    "lines": (
        "leg WHERE call = :call ORDER BY started_at, id",
        ("started_at", "answered_at", "ended_at", "ending"),
    ),
    "recordings": (
        "recording WHERE call = :call ORDER BY at, id",
        ("id", "kind", "step", "seconds", "at", "state", "file"),
    ),
    "messages": (
        "message WHERE call = :call ORDER BY left_at, id",
        ("recording", "mailbox", "left_at", "listened_at", "done_at", "note"),
    ),
    "survey": (
        "survey_answer WHERE call = :call ORDER BY asked_at, step",
        ("question", "means", "asked_at", "answered_at", "value", "comment", "recording"),
    ),
    "callbacks": (
        "callback WHERE call = :call ORDER BY asked_at, id",
        ("queue", "asked_at", "tries", "ended_at", "ending"),
    ),
    "events": ("event WHERE call = :call ORDER BY at, id", ("at", "kind", "detail")),
    "errands": (
        "errand WHERE call = :call ORDER BY id",
        ("kind", "state", "created_at", "done_at", "answer", "cause"),
    ),
}
"""What belongs to a call, by the word it is told under: from where, and which columns."""

CALL = (
    "id",
    "started_at",
    "ended_at",
    "called",
    "language",
    "revision",
    "outcome",
    "talk talk_seconds",
    "memory",
)

MOMENT = "_at"
"""How the columns end that are moments."""


def call(tx: Transaction, call_id: str) -> dict[str, Any] | None:
    """One call and all that belongs to it; None if there is no row of it."""
    found = _rows(tx, "call WHERE id = :call", CALL, {"call": call_id})
    if not found:
        return None
    (told,) = found
    told["values"] = rows.open_values(told.pop("memory"))
    parts = {word: _rows(tx, where, columns, {"call": call_id}) for word, (where, columns) in OF_CALL.items()}
    return told | {word: part for word, part in parts.items() if part}


TEXTS = ("at", "called", "kind", "text", "reply", "call")


def texts(tx: Transaction, whose: Person) -> list[dict[str, Any]]:
    """What they wrote to us, and what we answered."""
    return _rows(tx, f"feedback WHERE {THEIRS.format('caller')} ORDER BY at, id", TEXTS, whose.values)


def callbacks(tx: Transaction, whose: Person) -> list[dict[str, Any]]:
    """All promises to ring them, whoever's call they were asked for in."""
    columns = ("call", "queue", "asked_at", "tries", "ended_at", "ending")
    return _rows(tx, f"callback WHERE {THEIRS.format('number')} ORDER BY asked_at, id", columns, whose.values)


def remembered(tx: Transaction, whose: Person) -> list[dict[str, Any]]:
    """Which language they chose last."""
    return _rows(tx, f"remembered WHERE {THEIRS.format('caller')}", ("language", "at"), whose.values)


def withdrawn(tx: Transaction, whose: Person) -> list[dict[str, Any]]:
    """Since when they want no text messages."""
    return _rows(tx, f"withdrawal WHERE {THEIRS.format('caller')}", ("at",), whose.values)


_COUNTED: Mapping[str, str] = {
    "recordings": "recording WHERE state <> 'forgotten' AND call IN ({calls})",
    "messages": "message WHERE call IN ({calls})",
    "notes": "talk WHERE notes <> '' AND call IN ({calls})",
    "survey_answers": "survey_answer WHERE answered_at IS NOT NULL AND call IN ({calls})",
    "texts": f"feedback WHERE {THEIRS.format('caller')}",
    "callbacks": f"callback WHERE {THEIRS.format('number')}",
    "languages": f"remembered WHERE {THEIRS.format('caller')}",
    "withdrawals": f"withdrawal WHERE {THEIRS.format('caller')}",
}


def counted(tx: Transaction, whose: Person) -> dict[str, int]:
    """How much of each kind is held on them."""
    held = {"calls": len(calls_of(tx, whose))}
    of_calls = _CALLS.replace("ORDER BY 1", "")
    for kind, where in _COUNTED.items():
        row = tx.row(f"SELECT COUNT(*) FROM {where.format(calls=of_calls)}", whose.values)
        held[kind] = row[0] if row else 0
    return held


def _rows(tx: Transaction, where: str, columns: Sequence[str], values: Values) -> list[dict[str, Any]]:
    """Rows by the names of their columns; what is not known is left out."""
    names = [column.rpartition(" ")[2] for column in columns]
    found = tx.rows(f"SELECT {', '.join(columns)} FROM {where}", values)
    return [
        {name: _readable(name, value) for name, value in zip(names, row, strict=True) if value is not None}
        for row in found
    ]


JSON = frozenset({"detail", "answer"})


def _readable(name: str, value: Any) -> Any:
    if name in JSON:
        return json.loads(value)
    if name == "at" or name.endswith(MOMENT):
        return datetime.fromtimestamp(value / 1000, UTC).isoformat(timespec="milliseconds")
    return value
