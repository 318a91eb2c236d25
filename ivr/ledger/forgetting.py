"""Forgetting: recordings that were kept long enough, and the details of calls by which somebody is known.

The call itself stays, and so do all figures: what is left of a number is its pseudonym, as whoever comes
again is counted. What is held stays as it is.
"""

from collections.abc import Sequence

from ivr.core.figures.records import RETURN_MS
from ivr.core.pseudonyms import is_known
from ivr.ledger.legal_holds import held, keep_still
from ivr.ledger.transaction import Transaction

Mark = tuple[int, str]
"""Up to which row of a list somebody has come: its moment and its id."""

_HELD_SOUND = (
    f"EXISTS (SELECT 1 FROM call WHERE call.id = recording.call AND {held('call.id', 'call.caller')})"
)

_FIRST_SOUND = "SELECT MIN(at) FROM recording"

_OLD_SOUNDS = f"""
SELECT at, id FROM recording
WHERE at < :before AND (at, id) > (:at, :id) AND state <> 'forgotten' AND NOT {_HELD_SOUND}
ORDER BY at, id LIMIT :most"""


def first_recording(tx: Transaction) -> int | None:
    """When the first of all was made, in UTC milliseconds."""
    row = tx.row(_FIRST_SOUND, {})
    return row[0] if row else None


def old_recordings(tx: Transaction, before: int, after: Mark, most: int) -> list[Mark]:
    """So many recordings made before a moment, the oldest first."""
    values = {"before": before, "at": after[0], "id": after[1], "most": most}
    return [(row[0], row[1]) for row in tx.rows(_OLD_SOUNDS, values)]


# Its file as it is now: since it was found it may have been fetched.
_SOUND = f"""
SELECT carrier_id, file FROM recording WHERE id = :id AND state <> 'forgotten' AND NOT {_HELD_SOUND}"""

_FORGET_SOUND = "UPDATE recording SET state = 'forgotten', file = NULL WHERE id = :id"


def forget_recording(tx: Transaction, recording_id: str) -> tuple[str, str | None] | None:
    """It is forgotten, and that it was made stays: what is to be deleted now, by the carrier's id and our
    file. None if it is held since it was found, or forgotten already."""
    keep_still(tx)
    row = tx.locked_row(_SOUND, {"id": recording_id})
    if row is None:
        return None
    tx.run(_FORGET_SOUND, {"id": recording_id})
    return row[0], row[1]


_IS_OLD = "started_at < :before AND ended_at IS NOT NULL AND forgotten_at IS NULL"

_FIRST_CALL = "SELECT MIN(started_at) FROM call"

_OLD_CALLS = f"""
SELECT started_at, id FROM call
WHERE {_IS_OLD} AND (started_at, id) > (:at, :id) AND NOT {held("call.id", "call.caller")}
ORDER BY started_at, id LIMIT :most"""


def first_call(tx: Transaction) -> int | None:
    """When the first of all began, in UTC milliseconds."""
    row = tx.row(_FIRST_CALL, {})
    return row[0] if row else None


def old_calls(tx: Transaction, before: int, after: Mark, most: int) -> list[Mark]:
    """So many calls begun before a moment whose details are still known, the oldest first."""
    values = {"before": before, "at": after[0], "id": after[1], "most": most}
    return [(row[0], row[1]) for row in tx.rows(_OLD_CALLS, values)]


# From the few that are held to their calls; from the calls to what holds each would be all calls there are.
_HELD = """(
    SELECT legal_hold.call FROM legal_hold WHERE released_at IS NULL AND legal_hold.call IS NOT NULL
    UNION SELECT call.id FROM legal_hold JOIN call ON call.caller = legal_hold.caller
        WHERE released_at IS NULL
    UNION SELECT call.id FROM legal_hold JOIN call ON call.caller = legal_hold.known_as
        WHERE released_at IS NULL)"""

_HELD_SOUNDS = f"""
SELECT COUNT(*) FROM recording WHERE at < :before AND state <> 'forgotten' AND call IN {_HELD}"""

_HELD_CALLS = f"SELECT COUNT(*) FROM call WHERE {_IS_OLD} AND id IN {_HELD}"


def held_recordings(tx: Transaction, before: int) -> int:
    """How many recordings made before a moment are left alone."""
    row = tx.row(_HELD_SOUNDS, {"before": before})
    return row[0] if row else 0


def held_calls(tx: Transaction, before: int) -> int:
    """How many calls begun before a moment are left alone."""
    row = tx.row(_HELD_CALLS, {"before": before})
    return row[0] if row else 0


_CUT = "SUBSTR(REPLACE({0}, '…', ''), 1, 4) || '…'"

DETAILS = (
    """
UPDATE call SET caller = :who, pressed = '', memory = '[[],[],{},[]]', number = NULL, known_as = NULL,
    forgotten_at = :now WHERE id = :call""",
    "UPDATE pass SET pressed = '' WHERE call = :call",
    f"UPDATE leg SET party = {_CUT.format('party')} WHERE call = :call",
    "UPDATE message SET caller = :who, note = '' WHERE call = :call",
    "UPDATE survey_answer SET caller = :who, comment = NULL WHERE call = :call",
    "UPDATE talk SET notes = '' WHERE call = :call",
    "DELETE FROM event WHERE call = :call",
)
"""What is known of a call beyond its figures goes, and `who` stays of its caller; done again, it changes
nothing."""

_CALLER = f"""
SELECT caller, started_at FROM call WHERE id = :call AND NOT {held("call.id", "call.caller")}"""

# Whoever counts a call that is younger finds those before it by this.
_STILL_KNOWN = """
UPDATE call SET known_as = :who WHERE caller = :caller AND started_at >= :at AND started_at <= :until"""

_PROMISED = "SELECT id, number FROM callback WHERE call = :call AND ended_at IS NOT NULL"

_FORGET_PROMISED = "UPDATE callback SET number = :who, sealed = NULL WHERE id = :id"


def forget_details(tx: Transaction, call_ids: Sequence[str], now: int) -> int:
    """Who called, what they typed and wrote, and what was noted of it; not of a call that is held since it
    was found. Of how many calls it was."""
    keep_still(tx)
    forgotten = 0
    for call_id in call_ids:
        row = tx.row(_CALLER, {"call": call_id})
        if row is None:
            continue
        caller, at = row
        who = tx.seal.pseudonym(caller) if caller else None
        if caller and is_known(caller):
            tx.run(_STILL_KNOWN, {"who": who, "caller": caller, "at": at, "until": at + RETURN_MS})
        for sql in DETAILS:
            tx.run(sql, {"call": call_id, "who": who, "now": now})
        for promise, number in tx.rows(_PROMISED, {"call": call_id}):
            tx.run(_FORGET_PROMISED, {"id": promise, "who": tx.seal.pseudonym(number)})
        forgotten += 1
    return forgotten


_OLD_WORDS = f"""
SELECT id, caller FROM feedback
WHERE at < :before AND (text <> '' OR reply <> '' OR caller NOT LIKE '~%' AND caller NOT LIKE '%…')
    AND NOT {held("feedback.call", "feedback.caller")}
ORDER BY at, id LIMIT :most"""
_FORGET_WORDS = "UPDATE feedback SET caller = :who, text = '', reply = '' WHERE id = :id"


def forget_words(tx: Transaction, before: int, most: int) -> int:
    """What callers wrote to us before a moment, so many messages; how many it was."""
    keep_still(tx)
    old = tx.rows(_OLD_WORDS, {"before": before, "most": most})
    for message, caller in old:
        tx.run(_FORGET_WORDS, {"id": message, "who": tx.seal.pseudonym(caller)})
    return len(old)


_FORGET_LANGUAGES = f"DELETE FROM remembered WHERE at < :before AND NOT {held('NULL', 'remembered.caller')}"


def forget_languages(tx: Transaction, before: int) -> None:
    """Which language callers chose last, if that was before a moment."""
    keep_still(tx)
    tx.run(_FORGET_LANGUAGES, {"before": before})
