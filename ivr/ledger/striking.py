"""Striking a caller out of the audit: what names them goes, and the marks are made anew from there on.

That is worked out beforehand, while others go on writing; the transaction puts it down, with the few rows
that were added meanwhile.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from ivr.ledger import audit
from ivr.ledger.audit import COLUMNS, End
from ivr.ledger.ledger import Ledger
from ivr.ledger.rows import compact
from ivr.ledger.seal import Seal
from ivr.ledger.transaction import Row, Transaction

STRUCK = "…"
"""What stands in the audit instead of what named an erased caller."""

WORDS = frozenset({"note", "notes"})
"""What people of ours write about a caller, by its name in the audit."""


@dataclass(frozen=True, slots=True)
class Whose:
    """A caller's number, in each of the ways to write it, and the messages and conversations of which all
    notes go."""

    digits: Sequence[str]
    subjects: Collection[str]


class Anew(NamedTuple):
    """A row as it is to stand, with its mark; `struck` where something of it is gone."""

    row: Row
    mark: str
    struck: bool


@dataclass(frozen=True, slots=True)
class WorkedOut:
    """The rows from the first that changes on, up to where the audit ended `then`, and the mark of its last
    row as it becomes."""

    whose: Whose
    rows: Sequence[Anew]
    then: End
    mark: str


_STRIKING = """
SELECT number, at, who, what, subject, before, after FROM audit
WHERE number >= :first AND number <= :last ORDER BY number"""

_MARK_OF = "SELECT mark FROM audit WHERE number = :number"

_NAMING = """
SELECT MIN(number) FROM audit
WHERE subject LIKE :part OR before LIKE :part OR after LIKE :part"""

_ABOUT = "SELECT MIN(number) FROM audit WHERE subject = :subject"


def work_out(ledger: Ledger, whose: Whose, patience: float) -> WorkedOut:
    """What is to be struck out, as the audit is now; it is looked for in so many seconds."""
    with ledger.reading(patience) as tx:
        seal, then = tx.seal, audit.end(tx)
        naming = [tx.row(_NAMING, {"part": f"%{each}%"}) for each in whose.digits]
        about = [tx.row(_ABOUT, {"subject": each}) for each in whose.subjects]
        found = [row[0] for row in (*naming, *about) if row and row[0] is not None]
        if not found:
            return WorkedOut(whose, (), then, then.mark)
        first = min(found)
        before = _mark_of(tx, first - 1)
        rows = tx.rows(_STRIKING, {"first": first, "last": then.number})
    anew = [*_anew(seal, before, rows, whose)]
    return WorkedOut(whose, anew, then, anew[-1].mark)


_STRIKE = "UPDATE audit SET subject = :subject, before = :before, after = :after WHERE number = :number"

_KEEP = "CREATE TEMP TABLE IF NOT EXISTS marked_anew (number INTEGER PRIMARY KEY, mark TEXT)"

_MARK = """
UPDATE audit SET mark = (SELECT mark FROM marked_anew WHERE marked_anew.number = audit.number)
WHERE number >= :first AND number <= :last"""


class Overtaken(Exception):
    """Somebody else was struck out since it was worked out: that is to be done anew."""


def strike_out(tx: Transaction, ready: WorkedOut) -> int:
    """Put down what was worked out; in how many rows something is gone. Raises Overtaken."""
    end = audit.locked_end(tx)
    if _mark_of(tx, ready.then.number) != ready.then.mark:
        raise Overtaken
    since = tx.rows(_STRIKING, {"first": ready.then.number + 1, "last": end.number})
    later = [*_anew(tx.seal, ready.mark, since, ready.whose)]
    rows = [*ready.rows, *later]
    struck = [anew.row for anew in rows if anew.struck]
    if not struck:
        return 0
    for row in struck:
        tx.run(_STRIKE, {name: row[COLUMNS.index(name)] for name in ("number", "subject", "before", "after")})
    tx.run(_KEEP, {})
    tx.add("marked_anew", ("number", "mark"), [(anew.row[0], anew.mark) for anew in rows])
    tx.run(_MARK, {"first": rows[0].row[0], "last": end.number})
    tx.run("DELETE FROM marked_anew", {})
    audit.move_end(tx, End(end.number, rows[-1].mark))
    return len(struck)


def _mark_of(tx: Transaction, number: int) -> str:
    """Before the first row there is none."""
    row = tx.row(_MARK_OF, {"number": number})
    return row[0] if row else ""


def _anew(seal: Seal, mark: str, rows: Iterable[Row], whose: Whose) -> Iterator[Anew]:
    for number, at, who, what, subject, before, after in rows:
        words = WORDS if subject in whose.subjects else frozenset()
        states = [_state_without(state, whose.digits, words) for state in (before, after)]
        row = (number, at, who, what, _without(subject, whose.digits), *states)
        mark = audit.marked(seal, mark, row)
        yield Anew(row, mark, row[4:] != (subject, before, after))


def _without(text: str, digits: Sequence[str]) -> str:
    for each in digits:
        text = text.replace(each, STRUCK)
    return text


def _state_without(written: str | None, digits: Sequence[str], words: frozenset[str]) -> str | None:
    if written is None:
        return None
    state = json.loads(written)
    if words.isdisjoint(state) and _without(written, digits) == written:
        return written
    said = {name: STRUCK if name in words and value else value for name, value in state.items()}
    return compact(without(said, digits))


def without(said: Any, digits: Sequence[str]) -> Any:
    """JSON without a number, however deep it stands in there."""
    match said:
        case str():
            return _without(said, digits)
        case dict():
            return {_without(name, digits): without(value, digits) for name, value in said.items()}
        case list():
            return [without(each, digits) for each in said]
        case int() if any(each in str(said) for each in digits):
            return STRUCK
    return said
