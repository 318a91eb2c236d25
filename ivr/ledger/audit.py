"""The audit: who changed what, and when. Rows are added, and never changed or removed; only what names a
caller who is erased is struck out of them (`striking`), and the marks are made anew from there on.

Each row carries a mark, made with the hotline's key of the row and the mark before it: whoever changes or
removes rows behind the hotline's back cannot make the marks fit again.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from ivr.ledger.ledger import Ledger
from ivr.ledger.rows import compact
from ivr.ledger.seal import Seal
from ivr.ledger.search import page_by_page, where, with_part
from ivr.ledger.transaction import Row, Transaction

State = Mapping[str, Any]
"""What something was before, or is after: JSON."""


class Deed(StrEnum):
    """What was done."""

    SIGNED_IN = "signed_in"
    SIGNED_OUT = "signed_out"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGN_IN_HELD = "sign_in_held"
    ACCOUNT_ADDED = "account_added"
    ACCOUNT_CHANGED = "account_changed"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - a word of the audit
    TOKEN_ADDED = "token_added"  # noqa: S105
    TOKEN_REVOKED = "token_revoked"  # noqa: S105
    TOKEN_USED = "token_used"  # noqa: S105
    TOKEN_REFUSED = "token_refused"  # noqa: S105
    AGENT_SET_UP = "agent_set_up"
    AGENT_REMOVED = "agent_removed"
    AGENT_STATUS = "agent_status"
    CALLBACK_CANCELLED = "callback_cancelled"
    TALK_CHANGED = "talk_changed"
    LISTENED_IN = "listened_in"
    CALLER_MOVED = "caller_moved"
    QUEUE_CLOSED = "queue_closed"
    QUEUE_OPENED = "queue_opened"
    MESSAGE_CHANGED = "message_changed"
    RECORDING_HEARD = "recording_heard"
    RECORDING_FETCHED = "recording_fetched"
    CALLS_EXPORTED = "calls_exported"
    FORGOTTEN = "forgotten"
    NUMBERS_HASHED = "numbers_hashed"
    CALL_HELD = "call_held"
    CALLER_HELD = "caller_held"
    HOLD_RELEASED = "hold_released"
    CALLER_EXPORTED = "caller_exported"
    CALLER_ERASED = "caller_erased"
    PUBLISHED = "published"
    AMENDED = "amended"
    ROLLED_BACK = "rolled_back"


@dataclass(frozen=True, slots=True)
class Entry:
    """One deed: `who` did `what` to `subject`, `at` UTC milliseconds."""

    number: int
    at: int
    who: str
    what: str
    subject: str
    before: State | None
    after: State | None


SECRET = frozenset({"password", "secret", "token", "key", "pin"})
"""Of whatever has one of these words in its name, the audit keeps only that it was there."""

MASKED = "•••"

_END = "SELECT number, mark FROM audit_end"

_ADD = """
INSERT INTO audit (number, at, who, what, subject, before, after, mark)
VALUES (:number, :at, :who, :what, :subject, :before, :after, :mark)"""

_MOVE_END = "UPDATE audit_end SET number = :number, mark = :mark"


def note(
    tx: Transaction,
    who: str,
    what: Deed,
    subject: str,
    before: State | None,
    after: State | None,
    now: int,
) -> None:
    """Write down a deed, in the transaction that does it: the last thing there, as others wait for the end
    of the audit meanwhile."""
    end = locked_end(tx)
    row = (end.number + 1, now, who, str(what), subject, _json(before), _json(after))
    mark = marked(tx.seal, end.mark, row)
    tx.run(_ADD, dict(zip(COLUMNS, (*row, mark), strict=True)))
    move_end(tx, End(row[0], mark))


COLUMNS = ("number", "at", "who", "what", "subject", "before", "after", "mark")


class End(NamedTuple):
    """The number and the mark of the last row."""

    number: int
    mark: str


def end(tx: Transaction) -> End:
    """Where the audit ends."""
    row = tx.row(_END, {})
    assert row is not None, "the first migration of the audit makes its end"
    return End(*row)


def locked_end(tx: Transaction) -> End:
    """Where it ends; nobody else adds to it until this transaction is over."""
    row = tx.locked_row(_END, {})
    assert row is not None, "the first migration of the audit makes its end"
    return End(*row)


def move_end(tx: Transaction, to: End) -> None:
    """From now on it ends there."""
    tx.run(_MOVE_END, {"number": to.number, "mark": to.mark})


def marked(seal: Seal, before: str, row: Row) -> str:
    """The mark of a row, made of it and of the mark before it."""
    return seal.mark(compact([before, *row]))


_LATELY = "SELECT 1 FROM audit WHERE who = :who AND what = :what AND subject = :subject AND at > :since"


def note_once(
    tx: Transaction, who: str, what: Deed, subject: str, after: State | None, now: int, within: int
) -> None:
    """Write down what happens often, unless the same stands there already from the last `within` ms."""
    same = {"who": who, "what": str(what), "subject": subject, "since": now - within}
    if tx.row(f"{_LATELY} LIMIT 1", same) is None:
        note(tx, who, what, subject, None, after, now)


@dataclass(frozen=True, slots=True)
class Sought:
    """Which deeds: in [since, until), by somebody (or a part of the name), of one kind, of one subject."""

    since: int | None = None
    until: int | None = None
    who: str | None = None
    what: str | None = None
    subject: str | None = None


ANY = Sought()

_SELECT = "SELECT number, at, who, what, subject, before, after FROM audit"

_SOUGHT = {
    "since": "at >= :since",
    "until": "at < :until",
    "who": "LOWER(who) LIKE :who ESCAPE '!'",
    "what": "what = :what",
    "subject": "LOWER(subject) LIKE :subject ESCAPE '!'",
}


def newest(tx: Transaction, sought: Sought = ANY, before: int | None = None, most: int = 50) -> list[Entry]:
    """A page of the audit, newest first; `before` is the number of the last entry of the page before."""
    asked = {"since": sought.since, "until": sought.until, "what": sought.what}
    asked |= {"who": with_part(sought.who), "subject": with_part(sought.subject)}
    values = {name: value for name, value in asked.items() if value is not None}
    conditions = [_SOUGHT[name] for name in values] + (["number < :before"] if before is not None else [])
    sql = f"{_SELECT} {where(conditions)} ORDER BY number DESC LIMIT :most"
    return [_entry(row) for row in tx.rows(sql, {**values, "before": before, "most": most})]


def every(ledger: Ledger, sought: Sought = ANY, page: int = 500) -> Iterator[Entry]:
    """All entries, newest first, read page by page."""
    return page_by_page(
        ledger, lambda tx, before: newest(tx, sought, before, page), lambda last: last.number, page
    )


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the audit is whole: so many rows fit; `broken` is the number of the first that does not.

    `mark` is that of the last row that fits: noted down elsewhere, it proves all rows before it.
    """

    rows: int
    mark: str
    broken: int | None


_CHAIN = """
SELECT audit_end.number, audit_end.mark, audit.number, at, who, what, subject, before, after, audit.mark
FROM audit_end LEFT JOIN audit ON audit.number > :after ORDER BY audit.number LIMIT :most"""


def verify(ledger: Ledger, page: int = 1_000) -> Verdict:
    """Follow the marks from the first row to the end."""
    number, mark = 0, ""
    while True:
        with ledger.reading(patience=60) as tx:
            links = tx.rows(_CHAIN, {"after": number, "most": page})
        for end, end_mark, *row, right in links:
            if row[0] is None:
                whole = (end, end_mark) == (number, mark)
                return Verdict(number, mark, None if whole else number + 1)
            if row[0] != number + 1 or marked(tx.seal, mark, tuple(row)) != right:
                return Verdict(number, mark, number + 1)
            number, mark = row[0], right
        if not links:
            return Verdict(number, mark, number + 1)  # the end itself was removed


def _entry(row: Row) -> Entry:
    number, at, who, what, subject, before, after = row
    return Entry(number, at, who, what, subject, _state(before), _state(after))


def _state(text: str | None) -> State | None:
    return json.loads(text) if text is not None else None


def _json(state: State | None) -> str | None:
    return compact(_masked(dict(state))) if state is not None else None


def _masked(state: dict[str, Any]) -> dict[str, Any]:
    def is_secret(name: str) -> bool:
        return not SECRET.isdisjoint(name.lower().split("_"))

    return {
        name: MASKED if is_secret(name) else _masked(value) if isinstance(value, dict) else value
        for name, value in state.items()
    }
