"""What is known of a caller from one call to the next."""

from ivr.core.menus import Language
from ivr.ledger.transaction import Transaction

_REMEMBER = """
INSERT INTO remembered (caller, language, at) VALUES (:caller, :language, :at)
ON CONFLICT (caller) DO UPDATE SET language = excluded.language, at = excluded.at
WHERE remembered.at <= excluded.at"""


def remember(tx: Transaction, caller: str, language: Language, now: int) -> None:
    """Keep the language this caller chose; the last choice stands, in whatever order they are told."""
    tx.run(_REMEMBER, {"caller": tx.seal.caller(caller), "language": language, "at": now})


_REMEMBERED = "SELECT language FROM remembered WHERE caller = :caller"


def remembered_language(tx: Transaction, caller: str) -> Language | None:
    """The language this caller chose last time."""
    row = tx.row(_REMEMBERED, {"caller": tx.seal.caller(caller)})
    return row[0] if row else None


_COUNT = "SELECT COUNT(*) FROM call WHERE caller = :caller AND started_at >= :since"


def count_since(tx: Transaction, caller: str, since: int) -> int:
    """How often this number has called since that time, those turned away included. Nobody else counts them
    before this transaction has ended: what is decided on the number may be written meanwhile."""
    known_as = tx.seal.caller(caller)
    tx.hold(known_as)
    row = tx.row(_COUNT, {"caller": known_as, "since": since})
    return row[0] if row else 0
