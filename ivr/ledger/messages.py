"""Messages: word left by callers, until somebody has seen to them."""

import secrets
from dataclasses import dataclass

from ivr.core.calls import Call
from ivr.core.webhooks import Event
from ivr.ledger.transaction import Transaction
from ivr.ledger.webhooks import happened


@dataclass(frozen=True, slots=True)
class Message:
    """Word left in a mailbox. `state` and `file` are those of its recording; times are UTC milliseconds."""

    id: str
    call: str
    mailbox: str
    recording: str
    caller: str | None
    language: str
    left_at: int
    listened_at: int | None
    done_at: int | None
    done_by: str | None
    note: str
    seconds: float
    state: str
    file: str | None


_LEAVE = """
INSERT INTO message (id, call, mailbox, recording, caller, language, left_at)
VALUES (:id, :call, :mailbox, :recording, :caller, :language, :left_at)
ON CONFLICT (recording) DO NOTHING"""


def leave(tx: Transaction, call: Call, mailbox: str, recording_id: str, now: int) -> None:
    """Write down that the caller left word; a repeat for the same recording changes nothing."""
    values = {
        "id": secrets.token_urlsafe(12),
        "call": call.id,
        "mailbox": mailbox,
        "recording": recording_id,
        "caller": tx.seal.caller(call.caller),
        "language": call.language,
        "left_at": now,
    }
    tx.run(_LEAVE, values)
    happened(tx, Event.MESSAGE_LEFT, recording_id, call.id, now)


_LISTENED = "UPDATE message SET listened_at = COALESCE(listened_at, :at) WHERE id = :id"


def listened(tx: Transaction, message_id: str, now: int) -> None:
    """Somebody has heard it; the first time stands."""
    tx.run(_LISTENED, {"id": message_id, "at": now})


_HEARD = "UPDATE message SET listened_at = COALESCE(listened_at, :at) WHERE recording = :recording"


def heard(tx: Transaction, recording_id: str, now: int) -> None:
    """Somebody has heard this recording; if it is a message's, that is listened to."""
    tx.run(_HEARD, {"recording": recording_id, "at": now})


_DONE = "UPDATE message SET done_at = :at, done_by = :by WHERE id = :id AND done_at IS NULL"


def done(tx: Transaction, message_id: str, by: str, now: int) -> bool:
    """Somebody has seen to it; False if somebody had before (or there is no such message)."""
    return tx.changed(_DONE, {"id": message_id, "by": by, "at": now}) > 0


_UNDONE = "UPDATE message SET done_at = NULL, done_by = NULL WHERE id = :id"


def undone(tx: Transaction, message_id: str) -> None:
    """It is to be seen to after all."""
    tx.run(_UNDONE, {"id": message_id})


_ANNOTATE = "UPDATE message SET note = :note WHERE id = :id"


def annotate(tx: Transaction, message_id: str, note: str) -> None:
    """Replace the note that stands beside the message."""
    tx.run(_ANNOTATE, {"id": message_id, "note": note})


_SELECT = """
SELECT message.id, message.call, mailbox, recording, caller, language, left_at, listened_at, done_at, done_by,
       note, seconds, state, file
FROM message JOIN recording ON recording.id = message.recording"""


def find(tx: Transaction, message_id: str) -> Message | None:
    """A message by its id."""
    row = tx.row(f"{_SELECT} WHERE message.id = :id", {"id": message_id})
    return Message(*row) if row else None


def of_recording(tx: Transaction, recording_id: str) -> Message | None:
    """The message that is this recording."""
    row = tx.row(f"{_SELECT} WHERE recording = :recording", {"recording": recording_id})
    return Message(*row) if row else None


def held(tx: Transaction, message_id: str) -> Message | None:
    """The same, and nobody else changes it until the end of the transaction."""
    tx.locked_row("SELECT id FROM message WHERE id = :id", {"id": message_id})
    return find(tx, message_id)


def of_call(tx: Transaction, call_id: str) -> list[Message]:
    """The messages of a call, in their order."""
    return [
        Message(*row)
        for row in tx.rows(f"{_SELECT} WHERE message.call = :call ORDER BY left_at", {"call": call_id})
    ]


def waiting(tx: Transaction, most: int = 100) -> list[Message]:
    """The messages nobody has seen to, the longest waiting first."""
    sql = f"{_SELECT} WHERE done_at IS NULL ORDER BY left_at, message.id LIMIT :most"
    return [Message(*row) for row in tx.rows(sql, {"most": most})]


def newest(tx: Transaction, before: tuple[int, str] | None = None, most: int = 50) -> list[Message]:
    """All messages, newest first; `before` is the (left_at, id) of the last one of the page before."""
    page = "" if before is None else "WHERE (left_at, message.id) < (:at, :id)"
    sql = f"{_SELECT} {page} ORDER BY left_at DESC, message.id DESC LIMIT :most"
    at, message_id = before or (None, None)
    return [Message(*row) for row in tx.rows(sql, {"at": at, "id": message_id, "most": most})]


_COUNT = "SELECT COUNT(*) FROM message WHERE done_at IS NULL"


def count_waiting(tx: Transaction) -> int:
    """How many messages nobody has seen to."""
    row = tx.row(_COUNT, {})
    return row[0] if row else 0


_OLDEST = "SELECT MIN(left_at) FROM message WHERE done_at IS NULL"


def oldest(tx: Transaction) -> int | None:
    """When the message was left that has waited longest for somebody to see to it."""
    row = tx.row(_OLDEST, {})
    return row[0] if row else None
