"""Callers by pseudonyms alone: their numbers are dropped when no call needs them any more, and those that
stood here before are hashed.

Numbers are looked for in one transaction, which may read whole tables, and hashed in another: while that one
writes, nobody else does.
"""

from collections.abc import Mapping, Sequence

from ivr.ledger import rows
from ivr.ledger.legal_holds import held
from ivr.ledger.reports import stale
from ivr.ledger.transaction import Transaction

Found = tuple[str, str]
"""What names a row, or some of them, and the number that stands there."""

_PLAIN = "{0} NOT LIKE '~%' AND {0} NOT LIKE '%…'"

# -- numbers that a call needed ----------------------------------------------------------------------------

_DROP = """
UPDATE call SET number = NULL WHERE id IN (
    SELECT id FROM call WHERE number IS NOT NULL AND ended_at < :before AND NOT EXISTS (
        SELECT 1 FROM talk WHERE talk.call = call.id AND talk.ended_at IS NULL)
    ORDER BY ended_at LIMIT :most)"""


def drop_numbers(tx: Transaction, before: int, most: int) -> int:
    """Of so many calls that ended before a moment, and are written down; how many it was."""
    return tx.changed(_DROP, {"before": before, "most": most})


_CALLED = f"""
SELECT id, leads FROM visit
WHERE ended_at >= :since AND ended_at < :before AND kind = 'outbound' AND {_PLAIN.format("leads")}
    AND NOT EXISTS (SELECT 1 FROM talk WHERE talk.visit = visit.id AND talk.ended_at IS NULL)
ORDER BY ended_at LIMIT :most"""


def called(tx: Transaction, since: int, before: int, most: int) -> list[Found]:
    """So many visits for which agents called numbers, that ended in this time, and are written down."""
    return [(row[0], row[1]) for row in tx.rows(_CALLED, {"since": since, "before": before, "most": most})]


_HASH_CALLED = "UPDATE visit SET leads = :who WHERE id = :id"


def drop_called(tx: Transaction, some: Sequence[Found]) -> None:
    """Of the numbers of these visits their pseudonyms stay."""
    for visit, leads in some:
        tx.run(_HASH_CALLED, {"id": visit, "who": tx.seal.pseudonym(tx.seal.open(leads) or leads)})


# -- numbers that stood here before ------------------------------------------------------------------------


def _known_by(table: str, kept: str = "FALSE") -> str:
    return f"""
SELECT DISTINCT caller FROM {table}
WHERE caller > :after AND {_PLAIN.format("caller")} AND NOT {kept} ORDER BY caller LIMIT :most"""


_NUMBERS: Mapping[str, str] = {
    "call": _known_by("call", held("call.id", "call.caller")),
    "survey_answer": _known_by("survey_answer", held("survey_answer.call", "survey_answer.caller")),
    "remembered": _known_by("remembered"),
    "withdrawal": _known_by("withdrawal"),
}


def numbers(tx: Transaction, table: str, after: str, most: int) -> list[Found]:
    """So many numbers by which callers are still known in a table, in their order."""
    return [(row[0], row[0]) for row in tx.rows(_NUMBERS[table], {"after": after, "most": most})]


_OPEN = "UPDATE call SET number = :sealed WHERE caller = :number AND ended_at IS NULL"
_LATEST = "SELECT MAX(started_at) FROM call WHERE caller = :number"
_HASH_CALLS = f"""
UPDATE call SET caller = :who, known_as = NULL
WHERE caller = :number AND NOT {held("call.id", "call.caller")}"""


def hash_calls(tx: Transaction, some: Sequence[Found], since: int, now: int) -> None:
    """All calls of these numbers. Who had called since a moment, and has again under their pseudonym, may not
    have been taken for the same: that is counted anew."""
    for _, number in some:
        row = tx.row(_LATEST, {"number": number})
        values = {"number": number, "who": tx.seal.pseudonym(number), "sealed": tx.seal.close(number)}
        tx.run(_OPEN, values)
        tx.run(_HASH_CALLS, values)
        if row is not None and row[0] is not None and row[0] >= since:
            stale.mark(tx, since, now)


_RENAME: Mapping[str, Sequence[str]] = {
    "survey_answer": ("UPDATE survey_answer SET caller = :who WHERE caller = :number",),
    "remembered": (
        """
INSERT INTO remembered (caller, language, at) SELECT :who, language, at FROM remembered WHERE caller = :number
ON CONFLICT (caller) DO NOTHING""",
        "DELETE FROM remembered WHERE caller = :number",
    ),
    "withdrawal": (
        """
INSERT INTO withdrawal (caller, at) SELECT :who, at FROM withdrawal WHERE caller = :number
ON CONFLICT (caller) DO NOTHING""",
        "DELETE FROM withdrawal WHERE caller = :number",
    ),
}


def hash_named(tx: Transaction, some: Sequence[Found], table: str) -> None:
    """Whom surveys have asked, which language callers chose, or who wants no messages. What they said since,
    under their pseudonym, stands."""
    for _, number in some:
        for sql in _RENAME[table]:
            tx.run(sql, {"number": number, "who": tx.seal.pseudonym(number)})


_ROWS = {
    table: f"""
SELECT id, {column} FROM {table}
WHERE id > :after AND {_PLAIN.format(column)} AND NOT {held(f"{table}.call", f"{table}.{column}")}
ORDER BY id LIMIT :most"""
    for table, column in (("message", "caller"), ("feedback", "caller"), ("callback", "number"))
}


def with_numbers(tx: Transaction, table: str, after: str, most: int) -> list[Found]:
    """So many messages, texts or promises with a number, in the order of their ids."""
    return [(row[0], row[1]) for row in tx.rows(_ROWS[table], {"after": after, "most": most})]


_HASH_ROW = {
    "message": "UPDATE message SET caller = :who WHERE id = :id",
    "feedback": "UPDATE feedback SET caller = :who WHERE id = :id",
    "callback": """
UPDATE callback SET number = :who, sealed = CASE WHEN ended_at IS NULL THEN :sealed END WHERE id = :id""",
}


def hash_rows(tx: Transaction, some: Sequence[Found], table: str) -> None:
    """These messages, texts or promises."""
    for key, number in some:
        sealed = rows.sealed(tx.seal, number)
        tx.run(_HASH_ROW[table], {"id": key, "who": tx.seal.pseudonym(number), "sealed": sealed})
