"""Callers by pseudonyms alone: their numbers are dropped when no call needs them any more, and those that
stood here before are hashed.
"""

from collections.abc import Sequence

from ivr.ledger import rows
from ivr.ledger.legal_holds import held
from ivr.ledger.reports import stale
from ivr.ledger.transaction import Transaction

# -- numbers that a call needed ----------------------------------------------------------------------------

_DROP = """
UPDATE call SET number = NULL WHERE id IN (
    SELECT id FROM call WHERE number IS NOT NULL AND ended_at < :before AND NOT EXISTS (
        SELECT 1 FROM talk WHERE talk.call = call.id AND talk.ended_at IS NULL)
    ORDER BY ended_at LIMIT :most)"""


def drop_numbers(tx: Transaction, before: int, most: int) -> int:
    """Of so many calls that ended before a moment, and are written down; how many it was."""
    return tx.changed(_DROP, {"before": before, "most": most})


_CALLED = """
SELECT id, leads FROM visit
WHERE ended_at >= :since AND ended_at < :before AND kind = 'outbound' AND leads NOT LIKE '~%'
    AND NOT EXISTS (SELECT 1 FROM talk WHERE talk.visit = visit.id AND talk.ended_at IS NULL)
ORDER BY ended_at LIMIT :most"""
_HASH_CALLED = "UPDATE visit SET leads = :who WHERE id = :id"


def drop_called(tx: Transaction, since: int, before: int, most: int) -> int:
    """The same of numbers that agents called."""
    found = tx.rows(_CALLED, {"since": since, "before": before, "most": most})
    for visit, leads in found:
        tx.run(_HASH_CALLED, {"id": visit, "who": tx.seal.pseudonym(tx.seal.open(leads) or leads)})
    return len(found)


# -- numbers that stood here before ------------------------------------------------------------------------

_PLAIN = "{0} NOT LIKE '~%' AND {0} NOT LIKE '%…'"

_NUMBERS = f"""
SELECT DISTINCT caller FROM call
WHERE caller > :after AND {_PLAIN.format("caller")} AND NOT {held("call.id", "call.caller")}
ORDER BY caller LIMIT :most"""


def numbers(tx: Transaction, after: str, most: int) -> list[str]:
    """So many numbers that calls are still known by, in their order."""
    return [row[0] for row in tx.rows(_NUMBERS, {"after": after, "most": most})]


_OPEN = "UPDATE call SET number = :sealed WHERE caller = :number AND ended_at IS NULL"
_LATEST = "SELECT MAX(started_at) FROM call WHERE caller = :number"
_HASH_CALLS = f"""
UPDATE call SET caller = :who, known_as = NULL
WHERE caller = :number AND NOT {held("call.id", "call.caller")}"""


def hash_calls(tx: Transaction, some: Sequence[str], since: int, now: int) -> None:
    """All calls of these numbers. Who had called since a moment, and has again under their pseudonym, may not
    have been taken for the same: that is counted anew."""
    for number in some:
        row = tx.row(_LATEST, {"number": number})
        values = {"number": number, "who": tx.seal.pseudonym(number), "sealed": tx.seal.close(number)}
        tx.run(_OPEN, values)
        tx.run(_HASH_CALLS, values)
        if row is not None and row[0] is not None and row[0] >= since:
            stale.mark(tx, since, now)


_OTHERS = {
    table: f"""
SELECT id, {column} FROM {table}
WHERE {_PLAIN.format(column)} AND NOT {held(f"{table}.call", f"{table}.{column}")}
ORDER BY id LIMIT :most"""
    for table, column in (("message", "caller"), ("feedback", "caller"), ("callback", "number"))
}
_HASH_OTHERS = {
    "message": "UPDATE message SET caller = :who WHERE id = :id",
    "feedback": "UPDATE feedback SET caller = :who WHERE id = :id",
    "callback": """
UPDATE callback SET number = :who, sealed = CASE WHEN ended_at IS NULL THEN :sealed END WHERE id = :id""",
}


def hash_others(tx: Transaction, table: str, most: int) -> int:
    """So many messages, texts or promises; how many it was."""
    found = tx.rows(_OTHERS[table], {"most": most})
    for key, number in found:
        sealed = rows.sealed(tx.seal, number)
        tx.run(_HASH_OTHERS[table], {"id": key, "who": tx.seal.pseudonym(number), "sealed": sealed})
    return len(found)


_ASKED = f"""
SELECT DISTINCT caller FROM survey_answer
WHERE {_PLAIN.format("caller")} AND NOT {held("survey_answer.call", "survey_answer.caller")} LIMIT :most"""
_HASH_ASKED = "UPDATE survey_answer SET caller = :who WHERE caller = :number"


def hash_asked(tx: Transaction, most: int) -> int:
    """Whom surveys have asked: so many of them."""
    found = tx.rows(_ASKED, {"most": most})
    for (number,) in found:
        tx.run(_HASH_ASKED, {"number": number, "who": tx.seal.pseudonym(number)})
    return len(found)


_REMEMBERED = f"SELECT caller, language, at FROM remembered WHERE {_PLAIN.format('caller')} LIMIT :most"
_REMEMBER = """
INSERT INTO remembered (caller, language, at) VALUES (:who, :language, :at) ON CONFLICT (caller) DO NOTHING"""
_FORGET = "DELETE FROM remembered WHERE caller = :number"

_WITHDRAWN = f"SELECT caller, at FROM withdrawal WHERE {_PLAIN.format('caller')} LIMIT :most"
_WITHDRAW = "INSERT INTO withdrawal (caller, at) VALUES (:who, :at) ON CONFLICT (caller) DO NOTHING"
_RETURN = "DELETE FROM withdrawal WHERE caller = :number"


def hash_wishes(tx: Transaction, most: int) -> int:
    """Which language callers chose, and who wants no messages: so many of them. What they said since, under
    their pseudonym, stands."""
    languages = tx.rows(_REMEMBERED, {"most": most})
    for number, language, at in languages:
        values = {"number": number, "who": tx.seal.pseudonym(number), "language": language, "at": at}
        tx.run(_REMEMBER, values)
        tx.run(_FORGET, values)
    wishes = tx.rows(_WITHDRAWN, {"most": most})
    for number, at in wishes:
        values = {"number": number, "who": tx.seal.pseudonym(number), "at": at}
        tx.run(_WITHDRAW, values)
        tx.run(_RETURN, values)
    return max(len(languages), len(wishes))
