"""Tries that are counted, by whatever they have in common: one row for all workers of all machines."""

from ivr.core.accounts import Throttle
from ivr.ledger.transaction import Transaction


class TooOften(Exception):
    """There were too many tries; `wait` is how many milliseconds to leave it alone."""

    def __init__(self, wait: int) -> None:
        super().__init__(f"too many tries; again in {wait} ms")
        self.wait = wait


_COUNT = """
INSERT INTO throttle (key, until) VALUES (:key, :fresh)
ON CONFLICT (key) DO UPDATE
SET until = CASE WHEN throttle.until > :now THEN throttle.until + :every ELSE excluded.until END
RETURNING until"""


def count(tx: Transaction, throttle: Throttle, of: str, now: int) -> int:
    """Count a try; how many there are now. Raises TooOften: undo the transaction, and it has not counted."""
    every = throttle.every
    values = {"key": _key(tx, throttle, of), "now": now, "fresh": now + every, "every": every}
    row = tx.row(_COUNT, values)
    until: int = row[0] if row else now
    if wait := throttle.wait(until - every, now):
        raise TooOften(wait)
    return -(-(until - now) // every)


_UNTIL = "SELECT until FROM throttle WHERE key = :key"


def look(tx: Transaction, throttle: Throttle, of: str, now: int) -> None:
    """Raises TooOften if a try would be too much now; counts nothing and holds nobody up."""
    row = tx.row(_UNTIL, {"key": _key(tx, throttle, of)})
    if row and (wait := throttle.wait(row[0], now)):
        raise TooOften(wait)


_TAKE_BACK = "UPDATE throttle SET until = until - :every WHERE key = :key"


def take_back(tx: Transaction, throttle: Throttle, of: str) -> None:
    """A try that turned out well does not count."""
    tx.run(_TAKE_BACK, {"key": _key(tx, throttle, of), "every": throttle.every})


_FORGIVE = "DELETE FROM throttle WHERE key = :key"


def forgive(tx: Transaction, throttle: Throttle, of: str) -> None:
    """All tries before are forgotten."""
    tx.run(_FORGIVE, {"key": _key(tx, throttle, of)})


_FORGET = "DELETE FROM throttle WHERE until < :before"


def forget(tx: Transaction, before: int) -> None:
    """Drop the rows that have meant nothing since that time."""
    tx.run(_FORGET, {"before": before})


def _key(tx: Transaction, throttle: Throttle, of: str) -> str:
    """Not the text itself: people type passwords where a name belongs, and numbers would be guessed."""
    return f"{throttle.kind}:{tx.seal.mark(of)[:32]}"


# -- calls we make ------------------------------------------------------------------------------------------

_CALLS = "calls"
"""The row that says when the carrier may be asked for the next call that is no offer."""

_TAKE_CALL = """
INSERT INTO throttle (key, until) VALUES (:key, :over)
ON CONFLICT (key) DO UPDATE
SET until = CASE WHEN throttle.until > :turn THEN throttle.until + :gap ELSE excluded.until END
RETURNING until"""


def next_call(tx: Transaction) -> int:
    """From when on the next one may be made, as far as those are concerned that have their turn here."""
    row = tx.row(_UNTIL, {"key": _CALLS})
    return row[0] if row else 0


def take_call(tx: Transaction, turn: int, gap: int) -> int:
    """A turn for a call, `gap` milliseconds apart from all others: at `turn`, or as soon as there is one."""
    row = tx.row(_TAKE_CALL, {"key": _CALLS, "turn": turn, "over": turn + gap, "gap": gap})
    return row[0] - gap if row else turn


def forget_calls(tx: Transaction) -> None:
    """No call has its turn any more: time begins anew."""
    tx.run(_FORGIVE, {"key": _CALLS})
