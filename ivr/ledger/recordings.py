"""Recordings, of callers and of conversations: from the carrier's word to the file that is kept here."""

import secrets
from dataclasses import dataclass

from ivr.ledger.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Recording:
    """What a caller said, or what was said in the `room` of a conversation (then `step` is the queue).
    `state`: announced, ready (to be fetched), kept (as `file`), absent, failed or forgotten.

    `id` is ours, and nobody can guess it: it may stand in addresses, the carrier's may not.
    """

    id: str
    call: str
    carrier_id: str
    step: str
    kind: str
    seconds: float
    state: str
    file: str | None
    at: int
    room: str | None = None


_SELECT = "SELECT id, call, carrier_id, step, kind, seconds, state, file, at, room FROM recording"

_ADD = """
INSERT INTO recording (id, call, carrier_id, step, kind, seconds, state, at, room)
VALUES (:id, :call, :carrier_id, :step, :kind, :seconds, 'announced', :at, :room)
ON CONFLICT (carrier_id) DO UPDATE SET carrier_id = excluded.carrier_id
RETURNING id"""


def add(
    tx: Transaction,
    call_id: str,
    carrier_id: str,
    step: str,
    seconds: float,
    now: int,
    *,
    message: bool = False,
    room: str | None = None,
    known_as: str | None = None,
) -> str:
    """Write down that the caller, or a conversation in a `room`, was recorded; our id of it (`known_as`), the
    same for a repeat."""
    values = {
        "id": known_as or secrets.token_urlsafe(12),
        "call": call_id,
        "carrier_id": carrier_id,
        "step": step,
        "kind": "message" if message else "conversation" if room else "record",
        "seconds": seconds,
        "at": now,
        "room": room,
    }
    row = tx.row(_ADD, values)
    assert row is not None
    recording_id: str = row[0]
    return recording_id


# `kept` is the end of the way; what the carrier says of its own copy later means nothing any more.
_CHANGED = """
UPDATE recording SET state = :state WHERE carrier_id = :carrier_id AND state NOT IN ('kept', 'forgotten')"""


def changed(tx: Transaction, carrier_id: str, state: str) -> bool:
    """Write down what the carrier says of a recording: ready, absent or failed. False if it is not ours,
    or lies here already."""
    return tx.changed(_CHANGED, {"carrier_id": carrier_id, "state": state}) > 0


_KEPT = "UPDATE recording SET state = 'kept', file = :file WHERE id = :id AND state <> 'forgotten'"


def kept(tx: Transaction, recording_id: str, file: str) -> bool:
    """Write down that the recording lies here, in this file; False if it was forgotten meanwhile."""
    return tx.changed(_KEPT, {"id": recording_id, "file": file}) > 0


_LOST = "UPDATE recording SET state = 'failed' WHERE id = :id AND state NOT IN ('kept', 'forgotten')"


def lost(tx: Transaction, recording_id: str) -> None:
    """Write down that it could not be fetched, and is not tried any more."""
    tx.run(_LOST, {"id": recording_id})


_WANTED = "UPDATE recording SET state = 'announced' WHERE id = :id AND state IN ('failed', 'absent')"


def wanted_again(tx: Transaction, recording_id: str) -> bool:
    """Somebody wants one fetched that was lost; False if it was not (any more)."""
    return tx.changed(_WANTED, {"id": recording_id}) > 0


def by_carrier_id(tx: Transaction, carrier_id: str) -> str | None:
    """Our id of a recording, by the carrier's; None if we know nothing of it."""
    row = tx.row("SELECT id FROM recording WHERE carrier_id = :carrier_id", {"carrier_id": carrier_id})
    return row[0] if row else None


def of_room(tx: Transaction, room: str) -> list[Recording]:
    """The recordings of a conversation."""
    return [
        Recording(*row) for row in tx.rows(f"{_SELECT} WHERE room = :room ORDER BY at, id", {"room": room})
    ]


def find(tx: Transaction, recording_id: str) -> Recording | None:
    """A recording by our id."""
    row = tx.row(f"{_SELECT} WHERE id = :id", {"id": recording_id})
    return Recording(*row) if row else None


def of_call(tx: Transaction, call_id: str) -> list[Recording]:
    """The recordings of a call, in their order."""
    return [
        Recording(*row) for row in tx.rows(f"{_SELECT} WHERE call = :call ORDER BY at, id", {"call": call_id})
    ]
