"""Errands: wishes to the world outside, committed with their cause and performed afterwards.

Who performs one claims it for a while (a lease). If they die the lease runs out and it is claimed again,
with one try more: what may have been done already is then looked up before it is done once more.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ivr.ledger.rows import compact
from ivr.ledger.seal import Seal
from ivr.ledger.transaction import Row, Transaction


@dataclass(frozen=True, slots=True)
class Errand:
    """A wish. `state`: waiting, running, done, failed, unknown (it may have happened; nobody will ever know).

    `tries` counts the claims, the present one too. The payload is empty once the errand is over. What must
    not be wished for twice has a name, `once`.
    """

    id: int
    call: str | None
    kind: str
    payload: Mapping[str, Any]
    state: str
    due_at: int
    tries: int
    answer: Mapping[str, Any] | None
    cause: str | None
    created_at: int
    done_at: int | None
    once: str | None = None


_WISH = """
INSERT INTO errand (call, kind, payload, state, due_at, created_at)
VALUES (:call, :kind, :payload, 'waiting', :due_at, :now)
RETURNING id"""


def wish(
    tx: Transaction, kind: str, call_id: str | None, payload: Mapping[str, Any], due_at: int, now: int
) -> int:
    """Put a wish down, to be performed from `due_at` on; its id. The payload, which may hold
    secrets, is sealed."""
    sealed = tx.seal.close(compact(dict(payload)))
    row = tx.row(_WISH, {"call": call_id, "kind": kind, "payload": sealed, "due_at": due_at, "now": now})
    return row[0] if row else 0


_DUE_KINDS = "SELECT DISTINCT kind FROM errand WHERE state IN ('waiting', 'running') AND due_at <= :now"


def due_kinds(tx: Transaction, now: int) -> frozenset[str]:
    """The kinds of which there is something to claim; cheap, and holds up nobody."""
    return frozenset(row[0] for row in tx.rows(_DUE_KINDS, {"now": now}))


_NEXT_DUE = "SELECT MIN(due_at) FROM errand WHERE state IN ('waiting', 'running')"


def next_due(tx: Transaction) -> int | None:
    """When the next errand is due, perhaps long ago; None if none is open."""
    row = tx.row(_NEXT_DUE, {})
    return row[0] if row else None


_DUE = """
SELECT id FROM errand WHERE state IN ('waiting', 'running') AND kind = :kind AND due_at <= :now
ORDER BY due_at LIMIT 1"""

_CLAIM = """
UPDATE errand SET state = 'running', due_at = :lease_until, tries = tries + 1
WHERE id = :id
RETURNING id, call, kind, payload, state, due_at, tries, answer, cause, created_at, done_at,
          once"""


def claim(tx: Transaction, kind: str, now: int, lease_ms: int) -> Errand | None:
    """Take the errand of this kind that is due longest; nobody else gets it until the lease is over."""
    due = tx.locked_row(_DUE, {"kind": kind, "now": now}, skip=True)
    if due is None:
        return None
    row = tx.row(_CLAIM, {"id": due[0], "lease_until": now + lease_ms})
    return _errand(tx.seal, row) if row else None


# Whoever brings an end first is believed, even if their lease had run out: it happened.
_OVER = """
UPDATE errand SET state = :state, answer = :answer, cause = :cause, done_at = :now, payload = ''
WHERE id = :id AND state IN ('waiting', 'running')"""


def done(tx: Transaction, errand_id: int, answer: Mapping[str, Any], now: int) -> bool:
    """It came true, with this answer. False if it was over: somebody else has seen to what follows."""
    over = {"id": errand_id, "state": "done", "answer": compact(dict(answer)), "cause": None, "now": now}
    return tx.changed(_OVER, over) > 0


def fail(tx: Transaction, errand_id: int, cause: str, now: int) -> None:
    """It will not come true."""
    tx.run(_OVER, {"id": errand_id, "state": "failed", "answer": None, "cause": told(tx, cause), "now": now})


def unknown(tx: Transaction, errand_id: int, cause: str, now: int) -> None:
    """It may have come true, nobody can tell, and it must not be tried again."""
    tx.run(_OVER, {"id": errand_id, "state": "unknown", "answer": None, "cause": told(tx, cause), "now": now})


_UNSURE = """
UPDATE errand SET state = 'unknown', cause = :cause, done_at = :now WHERE id = :id AND state = 'running'"""


def unsure(tx: Transaction, errand_id: int, cause: str, now: int) -> bool:
    """From now on it may have come true: whoever is killed in the middle of it leaves nothing to try again.
    False if it is over, or somebody else's. `sure` takes it back."""
    return tx.changed(_UNSURE, {"id": errand_id, "cause": told(tx, cause), "now": now}) > 0


_SURE = "UPDATE errand SET state = 'running', done_at = NULL WHERE id = :id AND state = 'unknown'"


def sure(tx: Transaction, errand_id: int) -> None:
    """It is known what became of it: it can be told, or tried again."""
    tx.run(_SURE, {"id": errand_id})


# Not if the lease ran out and somebody else has claimed it since: it is theirs, and they are at it.
_RETRY = """
UPDATE errand SET state = 'waiting', due_at = :due_at, cause = :cause
WHERE id = :id AND state = 'running' AND tries = :tries"""


def retry(tx: Transaction, claimed: Errand, due_at: int, cause: str) -> None:
    """Put back what one has claimed, to be claimed again from `due_at` on."""
    tx.run(_RETRY, {"id": claimed.id, "tries": claimed.tries, "due_at": due_at, "cause": told(tx, cause)})


_NUMBER = re.compile(r"\+?[0-9]{7,15}")


def told(tx: Transaction, cause: str) -> str:
    """A cause as it may be kept: a carrier likes to repeat the number it was given."""
    return _NUMBER.sub("…", cause) if tx.seal.hashing else cause


_HURRY = """
UPDATE errand SET due_at = :now WHERE call = :call AND kind = :kind AND state = 'waiting' AND due_at > :now"""


def hurry(tx: Transaction, call_id: str, kind: str, now: int) -> None:
    """What it waited for has happened: errands of this kind for this call are due at once."""
    tx.run(_HURRY, {"call": call_id, "kind": kind, "now": now})


_IS_OPEN = """
SELECT 1 FROM errand WHERE call = :call AND kind = :kind AND state IN ('waiting', 'running')"""


def is_open(tx: Transaction, call_id: str, kind: str) -> bool:
    """Whether an errand of this kind for this call is still to be carried out."""
    return tx.row(_IS_OPEN, {"call": call_id, "kind": kind}) is not None


_LATEST = """
SELECT id, call, kind, payload, state, due_at, tries, answer, cause, created_at, done_at,
       once
FROM errand WHERE call = :call AND kind = :kind ORDER BY id DESC LIMIT 1"""


_DELAYED = "SELECT DISTINCT kind FROM errand WHERE call = :call AND state = 'waiting' AND tries > 0"


def delayed(tx: Transaction, call_id: str) -> frozenset[str]:
    """The kinds of what did not come true for a call yet, and is tried again."""
    return frozenset(row[0] for row in tx.rows(_DELAYED, {"call": call_id}))


def latest(tx: Transaction, call_id: str, kind: str) -> Errand | None:
    """The newest errand of this kind for this call."""
    row = tx.row(_LATEST, {"call": call_id, "kind": kind})
    return _errand(tx.seal, row) if row else None


_OF_CALL = """
SELECT id, call, kind, payload, state, due_at, tries, answer, cause, created_at, done_at,
       once
FROM errand WHERE call = :call ORDER BY id"""


def of_call(tx: Transaction, call_id: str) -> list[Errand]:
    """The errands of a call, in the order they were wished for."""
    return [_errand(tx.seal, row) for row in tx.rows(_OF_CALL, {"call": call_id})]


_FORGET_LOOKUPS = "UPDATE errand SET answer = NULL WHERE call = :call AND kind = 'lookup'"


def forget_lookups(tx: Transaction, call_id: str) -> None:
    """Drop what other systems said of a caller whose call is over."""
    tx.run(_FORGET_LOOKUPS, {"call": call_id})


_FAILED = """
SELECT COUNT(*) FROM errand
WHERE done_at >= :since AND state IN ('failed', 'unknown') AND kind <> 'lookup'"""


def failed_since(tx: Transaction, since: int) -> int:
    """How many errands have come to nothing since then. Look-ups do not count: they are tried once, and their
    callers are led on."""
    row = tx.row(_FAILED, {"since": since})
    return row[0] if row else 0


_BACKLOG = """
SELECT kind, COUNT(*), MIN(due_at) FROM errand WHERE state IN ('waiting', 'running') AND id > 0
GROUP BY kind ORDER BY kind"""


def backlog(tx: Transaction, now: int) -> tuple[Mapping[str, int], int]:
    """How many errands of each kind are to be carried out, and by how many milliseconds the latest is late.
    Rounds are none of them."""
    rows = tx.rows(_BACKLOG, {})
    return {row[0]: row[1] for row in rows}, max((now - row[2] for row in rows if row[2] < now), default=0)


_FORGET = """
DELETE FROM errand WHERE id IN (SELECT id FROM errand WHERE done_at < :before ORDER BY done_at LIMIT :most)"""


def forget(tx: Transaction, before: int, most: int) -> int:
    """Drop so many errands that were over before that time; how many it was."""
    return tx.changed(_FORGET, {"before": before, "most": most})


ROUNDS = {"tidy": 0, "watch": -1}
"""The errands that are never over, but put back each time; each is there once, as this number."""

_ROUND = """
INSERT INTO errand (id, kind, payload, state, due_at, created_at)
VALUES (:id, :kind, '', 'waiting', :now, :now)
ON CONFLICT (id) DO NOTHING"""


def wish_rounds(tx: Transaction, kind: str, now: int) -> None:
    """Put down an errand of ROUNDS."""
    tx.run(_ROUND, {"id": ROUNDS[kind], "kind": kind, "now": now})


def _errand(seal: Seal, row: Row) -> Errand:
    errand_id, call_id, kind, payload, state, due_at, tries, answer, *end = row
    opened = seal.open(payload) if payload else None
    return Errand(
        errand_id,
        call_id,
        kind,
        json.loads(opened) if opened else {},
        state,
        due_at,
        tries,
        json.loads(answer) if answer else None,
        *end,
    )
