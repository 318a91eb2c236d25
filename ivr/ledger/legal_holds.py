"""Legal holds: calls that must be neither forgotten nor erased until somebody releases them."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from ivr.ledger.transaction import Row, Transaction


@dataclass(frozen=True, slots=True)
class LegalHold:
    """Why, since when and by whom a `call`, or all calls of a `caller`, past and to come, must be kept.
    Times are UTC milliseconds."""

    id: str
    call: str | None
    caller: str | None
    why: str
    by: str
    since: int
    released_at: int | None = None
    released_by: str | None = None


def held(call: str, caller: str) -> str:
    """SQL for: this call, or this caller, is held; both are columns."""
    return f"""(EXISTS (SELECT 1 FROM legal_hold WHERE released_at IS NULL AND legal_hold.call = {call})
    OR EXISTS (SELECT 1 FROM legal_hold WHERE released_at IS NULL AND legal_hold.caller = {caller})
    OR EXISTS (SELECT 1 FROM legal_hold WHERE released_at IS NULL AND legal_hold.known_as = {caller}))"""


HOLDS = "legal holds"


def keep_still(tx: Transaction) -> None:
    """No hold is put from here until the end of the transaction: what is not held now may go in it. That is
    no question."""
    tx.hold(HOLDS)


_PUT = """
INSERT INTO legal_hold (id, call, caller, known_as, why, by, since)
VALUES (:id, :call, :caller, :known_as, :why, :by, :since)"""


def of_call(call_id: str, why: str, by: str, now: int) -> LegalHold:
    """A hold on one call, to be `put`."""
    return LegalHold(secrets.token_hex(4), call_id, None, why, by, now)


def of_caller(number: str, why: str, by: str, now: int) -> LegalHold:
    """A hold on all calls of a number, to be `put`."""
    return LegalHold(secrets.token_hex(4), None, number, why, by, now)


def put(tx: Transaction, hold: LegalHold) -> None:
    """From now on it is held; what was going while it was put, is gone before."""
    keep_still(tx)
    caller = hold.caller
    tx.run(
        _PUT,
        {
            "id": hold.id,
            "call": hold.call,
            "caller": tx.seal.caller(caller),
            "known_as": tx.seal.pseudonym(caller) if caller else None,
            "why": hold.why,
            "by": hold.by,
            "since": hold.since,
        },
    )


_RELEASE = """
UPDATE legal_hold SET released_at = :now, released_by = :by WHERE id = :id AND released_at IS NULL"""


def release(tx: Transaction, hold_id: str, by: str, now: int) -> bool:
    """It is held no longer; False if it was not (any more)."""
    return tx.changed(_RELEASE, {"id": hold_id, "by": by, "now": now}) > 0


_SELECT = "SELECT id, call, caller, why, by, since, released_at, released_by FROM legal_hold"


def find(tx: Transaction, hold_id: str) -> LegalHold | None:
    """A hold by its id."""
    row = tx.row(f"{_SELECT} WHERE id = :id", {"id": hold_id})
    return _hold(row) if row else None


_ON_CALL = f"""{_SELECT} WHERE released_at IS NULL
    AND (call = :call OR caller = (SELECT caller FROM call WHERE id = :call)
        OR known_as = (SELECT caller FROM call WHERE id = :call))
ORDER BY since, id"""


def on_call(tx: Transaction, call_id: str) -> list[LegalHold]:
    """What holds a call, by itself or with all of its caller."""
    return [_hold(row) for row in tx.rows(_ON_CALL, {"call": call_id})]


def on_calls(tx: Transaction, call_ids: Sequence[str]) -> list[LegalHold]:
    """What holds any of these calls."""
    found = tx.answers([(_ON_CALL, {"call": call_id}) for call_id in call_ids])
    return [_hold(row) for rows in found for row in rows]


# Which calls are theirs `dossiers.calls_of` says; here it is asked of the few that are held.
_THEIRS = "IN (:caller, :known_as)"
_ON_CALLER = f"""{_SELECT} WHERE released_at IS NULL AND (known_as = :known_as
    OR EXISTS (SELECT 1 FROM call WHERE call.id = legal_hold.call AND call.caller {_THEIRS})
    OR EXISTS (SELECT 1 FROM callback JOIN call ON call.id = callback.call
        WHERE callback.call = legal_hold.call AND call.caller IS NULL AND callback.number {_THEIRS})
    OR EXISTS (SELECT 1 FROM visit
        WHERE visit.call = legal_hold.call AND visit.kind = 'outbound' AND visit.leads {_THEIRS}))
ORDER BY since, id"""


def on_caller(tx: Transaction, caller: str) -> list[LegalHold]:
    """What holds anything of a caller: also a call from a withheld number, in which they asked to be rung."""
    values = {"caller": caller, "known_as": tx.seal.pseudonym(caller)}
    return [_hold(row) for row in tx.rows(_ON_CALLER, values)]


def listed(tx: Transaction, *, released: bool = False) -> list[LegalHold]:
    """All that is held now; with `released` also what was, the newest first."""
    now = "" if released else "WHERE released_at IS NULL"
    return [_hold(row) for row in tx.rows(f"{_SELECT} {now} ORDER BY since DESC, id", {})]


def _hold(row: Row) -> LegalHold:
    return LegalHold(*row)
