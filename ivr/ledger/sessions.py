"""Sessions: who is signed in, where. A row that is gone ends one at once, on every machine."""

import secrets
from dataclasses import dataclass
from hashlib import sha256

from ivr.core.accounts import Role
from ivr.ledger.transaction import Transaction

STAY = 12 * 3_600_000
"""Milliseconds after which somebody signs in again, whatever they did meanwhile."""


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody's sign-in. `id` is a hash: what the browser holds cannot be had from it."""

    id: str
    name: str
    role: Role
    address: str
    started_at: int


_START = """
INSERT INTO session (id, account, address, started_at, ends_at)
VALUES (:id, :account, :address, :now, :ends_at)"""


def start(tx: Transaction, account_id: str, address: str, now: int) -> str:
    """Somebody signed in; what their browser is to hold, told this once."""
    ticket = secrets.token_urlsafe(32)
    values = {"id": _hash(ticket), "account": account_id, "address": address, "now": now}
    tx.run(_START, {**values, "ends_at": now + STAY})
    return ticket


_SELECT = """
SELECT session.id, name, role, address, started_at FROM session JOIN account ON account.id = session.account
WHERE ends_at > :now AND disabled_at IS NULL"""


def find(tx: Transaction, ticket: str, now: int) -> Session | None:
    """The session of a browser that holds this, if it has not ended."""
    row = tx.row(f"{_SELECT} AND session.id = :id", {"id": _hash(ticket), "now": now})
    return Session(row[0], row[1], Role(row[2]), *row[3:]) if row else None


def of_account(tx: Transaction, account_id: str, now: int) -> list[Session]:
    """Where somebody is signed in now, the newest first."""
    sql = f"{_SELECT} AND account = :account ORDER BY started_at DESC, session.id"
    rows = tx.rows(sql, {"account": account_id, "now": now})
    return [Session(row[0], row[1], Role(row[2]), *row[3:]) for row in rows]


def end(tx: Transaction, session_id: str) -> None:
    """They signed out."""
    tx.run("DELETE FROM session WHERE id = :id", {"id": session_id})


_END_ALL = "DELETE FROM session WHERE account = :account AND id <> :but"


def end_all(tx: Transaction, account_id: str, but: str = "") -> int:
    """An account's sessions end, except the one with the id `but`; how many there were."""
    return tx.changed(_END_ALL, {"account": account_id, "but": but})


def forget(tx: Transaction, before: int) -> None:
    """Drop those that ended by themselves before that time."""
    tx.run("DELETE FROM session WHERE ends_at < :before", {"before": before})


def _hash(ticket: str) -> str:
    return sha256(ticket.encode()).hexdigest()
