"""Who listens in on a conversation, and how. The rows stay: a hotline must be able to tell who has."""

from dataclasses import dataclass
from enum import StrEnum

from ivr.ledger.transaction import Row, Transaction


class How(StrEnum):
    """How somebody takes part who is neither the caller nor their agent."""

    LISTEN = "listen"
    """Nobody hears them."""
    WHISPER = "whisper"
    """Only the agent hears them."""
    BARGE = "barge"
    """Everybody hears them."""


@dataclass(frozen=True, slots=True)
class Listener:
    """Somebody who listens in (`who`, an account), rung at `address` on a line the carrier calls `leg`.

    Times are UTC milliseconds, None for what has not happened.
    """

    id: str
    room: str
    who: str
    address: str
    how: How
    asked_at: int
    leg: str | None = None
    joined_at: int | None = None
    ended_at: int | None = None


_LISTENERS = "SELECT id, room, who, address, how, asked_at, leg, joined_at, ended_at FROM listener"

_ADD = """
INSERT INTO listener (id, room, who, address, how, asked_at)
VALUES (:id, :room, :who, :address, :how, :asked_at)"""


def add(tx: Transaction, listener: Listener) -> None:
    """Somebody is to listen in."""
    tx.run(
        _ADD,
        {
            "id": listener.id,
            "room": listener.room,
            "who": listener.who,
            "address": listener.address,
            "how": listener.how,
            "asked_at": listener.asked_at,
        },
    )


def find(tx: Transaction, listener_id: str) -> Listener | None:
    """A listener, held for the rest of a write transaction."""
    row = tx.locked_row(f"{_LISTENERS} WHERE id = :id", {"id": listener_id})
    return _listener(row) if row else None


_IN_ROOM = f"{_LISTENERS} WHERE room = :room AND ended_at IS NULL ORDER BY asked_at, who, id"


def in_room(tx: Transaction, room: str) -> list[Listener]:
    """Those who listen in on a room, or are about to."""
    return [_listener(row) for row in tx.rows(_IN_ROOM, {"room": room})]


_OF = f"{_LISTENERS} WHERE who = :who AND ended_at IS NULL"


def of_account(tx: Transaction, who: str) -> dict[str, Listener]:
    """Where somebody listens in, or is about to, by room."""
    return {listener.room: listener for listener in map(_listener, tx.rows(_OF, {"who": who}))}


def change(tx: Transaction, listener_id: str, how: How) -> None:
    """Another way of listening."""
    tx.run("UPDATE listener SET how = :how WHERE id = :id", {"id": listener_id, "how": how})


_RINGS = "UPDATE listener SET leg = COALESCE(leg, :leg) WHERE id = :id"


def rings_on(tx: Transaction, listener_id: str, leg: str) -> None:
    """The carrier's id of their line."""
    tx.run(_RINGS, {"id": listener_id, "leg": leg})


_JOINED = "UPDATE listener SET joined_at = :now WHERE id = :id AND joined_at IS NULL"


def joined(tx: Transaction, listener_id: str, now: int) -> None:
    """They are led into the room."""
    tx.run(_JOINED, {"id": listener_id, "now": now})


_END = "UPDATE listener SET ended_at = :now WHERE id = :id AND ended_at IS NULL"


def end(tx: Transaction, listener_id: str, now: int) -> bool:
    """They listen no more; False if that is known."""
    return tx.changed(_END, {"id": listener_id, "now": now}) > 0


def _listener(row: Row) -> Listener:
    listener_id, room, who, address, how, *times = row
    return Listener(listener_id, room, who, address, How(how), *times)
