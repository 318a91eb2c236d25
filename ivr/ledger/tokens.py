"""Tokens: what programs show instead of a password. Only the hash is kept, so a lost one is replaced."""

import json
import secrets
from dataclasses import dataclass
from hashlib import sha256

from ivr.core.accounts import Right
from ivr.ledger.rows import compact
from ivr.ledger.transaction import Row, Transaction

PREFIX = "ivr_"
"""By which a token is known for one wherever it was left lying about."""

SEEN_EVERY = 60_000
"""Milliseconds between two notes of when a token was used: a program that asks each second writes no more."""


@dataclass(frozen=True, slots=True)
class Token:
    """A program's token and what it may read; times in UTC milliseconds."""

    name: str
    rights: tuple[Right, ...]
    created_by: str
    created_at: int
    last_used_at: int | None
    revoked_at: int | None


_ADD = """
INSERT INTO token (name, digest, rights, created_by, created_at)
VALUES (:name, :digest, :rights, :by, :now)
ON CONFLICT (name) DO NOTHING"""


def add(tx: Transaction, name: str, rights: tuple[Right, ...], by: str, now: int) -> str | None:
    """Make a token; the token itself, told this once. None if there is, or was, one of that name."""
    token = PREFIX + secrets.token_urlsafe(32)
    values = {"name": name, "digest": _digest(token), "rights": compact(rights), "by": by, "now": now}
    return token if tx.changed(_ADD, values) else None


_SELECT = "SELECT name, rights, created_by, created_at, last_used_at, revoked_at FROM token"


def find(tx: Transaction, token: str) -> Token | None:
    """What somebody who shows this token is; None for a token that is none, or is revoked."""
    sql = f"{_SELECT} WHERE digest = :digest AND revoked_at IS NULL"
    row = tx.row(sql, {"digest": _digest(token)})
    return _token(row) if row else None


def listed(tx: Transaction) -> list[Token]:
    """All tokens by name, those that are revoked too."""
    return [_token(row) for row in tx.rows(f"{_SELECT} ORDER BY name", {})]


_USED = """
UPDATE token SET last_used_at = :now
WHERE name = :name AND (last_used_at IS NULL OR last_used_at < :before)"""


def used(tx: Transaction, name: str, now: int) -> None:
    """It was shown."""
    tx.run(_USED, {"name": name, "now": now, "before": now - SEEN_EVERY})


_REVOKE = "UPDATE token SET revoked_at = :now WHERE name = :name AND revoked_at IS NULL"


def revoke(tx: Transaction, name: str, now: int) -> bool:
    """From now on it opens nothing; False if there is none of that name that does."""
    return tx.changed(_REVOKE, {"name": name, "now": now}) > 0


def _token(row: Row) -> Token:
    name, rights, *rest = row
    return Token(name, tuple(Right(right) for right in json.loads(rights)), *rest)


def _digest(token: str) -> str:
    """A token is too long to be guessed, so a quick hash will do."""
    return sha256(token.encode(errors="surrogatepass")).hexdigest()
