"""Forgetting: recordings that were kept long enough, and the details of calls by which somebody is known.

The call itself stays, and so do all figures: what is left of a number is its beginning.
"""

from collections.abc import Sequence

from ivr.ledger.transaction import Transaction

Mark = tuple[int, str]
"""Up to which row of a list somebody has come: its moment and its id."""

START: Mark = (0, "")


_OLD_SOUNDS = """
SELECT at, id, carrier_id, file FROM recording
WHERE at < :before AND state <> 'forgotten' ORDER BY at, id LIMIT :most"""


def old_recordings(tx: Transaction, before: int, most: int) -> list[tuple[int, str, str, str | None]]:
    """So many recordings made before a moment, the oldest first: moment, our id, the carrier's, the file."""
    return [
        (row[0], row[1], row[2], row[3]) for row in tx.rows(_OLD_SOUNDS, {"before": before, "most": most})
    ]


_FORGET_SOUND = "UPDATE recording SET state = 'forgotten', file = NULL WHERE id = :id"


def forget_recording(tx: Transaction, recording_id: str) -> None:
    """Its file is gone; that it was made stays."""
    tx.run(_FORGET_SOUND, {"id": recording_id})


# A withheld number is no sign that a call was forgotten; what its caller typed is one that it was not.
_OLD_CALLS = """
SELECT started_at, id FROM call
WHERE started_at < :before AND (started_at, id) > (:at, :id) AND ended_at IS NOT NULL
    AND (caller NOT LIKE '%…' OR memory <> '[[],[],{},[]]'
        OR EXISTS (SELECT 1 FROM pass WHERE pass.call = call.id AND pass.pressed <> ''))
ORDER BY started_at, id LIMIT :most"""


def old_calls(tx: Transaction, before: int, after: Mark, most: int) -> list[Mark]:
    """So many calls begun before a moment whose details are still known, the oldest first."""
    values = {"before": before, "at": after[0], "id": after[1], "most": most}
    return [(row[0], row[1]) for row in tx.rows(_OLD_CALLS, values)]


_FORGET_DETAILS = (
    """
UPDATE call SET caller = SUBSTR(REPLACE(caller, '…', ''), 1, 4) || '…', pressed = '',
    memory = '[[],[],{},[]]' WHERE id = :call""",
    "UPDATE pass SET pressed = '' WHERE call = :call",
    "UPDATE leg SET party = SUBSTR(REPLACE(party, '…', ''), 1, 4) || '…' WHERE call = :call",
    """
UPDATE message SET caller = SUBSTR(REPLACE(caller, '…', ''), 1, 4) || '…', note = '' WHERE call = :call""",
    """
UPDATE survey_answer SET caller = SUBSTR(REPLACE(caller, '…', ''), 1, 4) || '…', comment = NULL
WHERE call = :call""",
    "UPDATE talk SET notes = '' WHERE call = :call",
    """
UPDATE callback SET number = SUBSTR(REPLACE(number, '…', ''), 1, 4) || '…'
WHERE call = :call AND ended_at IS NOT NULL""",
    "DELETE FROM event WHERE call = :call",
)
"""What is left of a number is its first four characters; done again, it changes nothing."""


def forget_details(tx: Transaction, call_ids: Sequence[str]) -> None:
    """Who called, what they typed and wrote, and what was noted of it."""
    for call_id in call_ids:
        for sql in _FORGET_DETAILS:
            tx.run(sql, {"call": call_id})


_FORGET_WORDS = """
UPDATE feedback SET caller = SUBSTR(caller, 1, 4) || '…', text = '', reply = ''
WHERE at < :before AND caller NOT LIKE '%…'"""
_FORGET_LANGUAGES = "DELETE FROM remembered WHERE at < :before"


def forget_words(tx: Transaction, before: int) -> int:
    """What callers wrote to us before a moment, and which language they chose; how many messages it was."""
    tx.run(_FORGET_LANGUAGES, {"before": before})
    return tx.changed(_FORGET_WORDS, {"before": before})
