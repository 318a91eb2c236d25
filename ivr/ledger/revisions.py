"""Revisions: every set of menus that was ever published, as its author wrote it; which of them is live."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from ivr.core.menus import Language, Sound
from ivr.ledger.rows import compact
from ivr.ledger.transaction import LedgerError, Transaction


@dataclass(frozen=True, slots=True)
class Source:
    """A revision as it was published: the texts of its files by path, its recordings by language and name.

    `replaced` is the revision that was live until then.
    """

    number: int
    author: str
    note: str
    published_at: int
    hotline: str
    replaced: int | None
    files: Mapping[str, str]
    sounds: Mapping[tuple[Language, str], Sound]


@dataclass(frozen=True, slots=True)
class Live:
    """Which revision new calls get, since when (UTC milliseconds), by whom and why."""

    revision: int
    since: int
    author: str
    note: str


class Overtaken(LedgerError):
    """Somebody else published at the same time, and was quicker."""


# -- which one is live ----------------------------------------------------------------------------------

_LIVE = "SELECT revision FROM live"


def live(tx: Transaction) -> int | None:
    """The number of the revision new calls get; None before the first was published."""
    row = tx.row(_LIVE, {})
    return row[0] if row else None


def held(tx: Transaction) -> int | None:
    """The same, held against everybody else who publishes or rolls back until the end of the transaction:
    the draft is theirs so long. (Before the first was published there is no live row to hold.)"""
    tx.locked_row("SELECT slot FROM draft WHERE slot = 1", {})
    return live(tx)


def live_since(tx: Transaction) -> Live | None:
    """The live revision, and how it came to be that."""
    row = tx.row("SELECT revision, since, author, note FROM live", {})
    return Live(*row) if row else None


_STANDING = "SELECT revision, 1 FROM live UNION ALL SELECT revision, 0 FROM withdrawn"


def standing(tx: Transaction) -> tuple[int | None, frozenset[int]]:
    """The live revision, and all that were withdrawn, as of one moment."""
    rows = tx.rows(_STANDING, {})
    number = next((revision for revision, is_live in rows if is_live), None)
    return number, frozenset(revision for revision, is_live in rows if not is_live)


_GO_LIVE = """
INSERT INTO live (slot, revision, since, author, note) VALUES (1, :number, :now, :author, :note)
ON CONFLICT (slot) DO UPDATE SET
    revision = excluded.revision, since = excluded.since, author = excluded.author, note = excluded.note"""

_WITHDRAW = """
INSERT INTO withdrawn (revision, at, author, why)
SELECT number, :now, :author, :note FROM revision WHERE number > :number AND number <= :live
ON CONFLICT (revision) DO NOTHING"""

_BEFORE = """
SELECT MAX(number) FROM revision
WHERE number < :live AND NOT EXISTS (SELECT 1 FROM withdrawn WHERE revision = number)"""


def before(tx: Transaction, number: int) -> int | None:
    """The revision to go back to from this one: the one before it that was not withdrawn."""
    row = tx.row(_BEFORE, {"live": number})
    return row[0] if row else None


def go_back(tx: Transaction, number: int, author: str, note: str, now: int) -> None:
    """Make an earlier revision live again; those published after it, up to the live one, are withdrawn.

    So can one be that was withdrawn itself. KeyError if there is none of that number.
    """
    was = held(tx)
    if was is None or tx.row("SELECT 1 FROM revision WHERE number = :number", {"number": number}) is None:
        raise KeyError(number)
    values = {"number": number, "live": was, "author": author, "note": note, "now": now}
    tx.run(_WITHDRAW, values)
    tx.run("DELETE FROM withdrawn WHERE revision = :number", values)
    tx.run(_GO_LIVE, values)


# -- publishing -----------------------------------------------------------------------------------------

_PUBLISH = """
INSERT INTO revision (number, author, note, published_at, hotline, files, sounds, replaced)
SELECT COALESCE(MAX(number), 0) + 1, :author, :note, :now, :hotline, :files, :sounds,
       CAST(:replaced AS INTEGER)
FROM revision"""


ANY = -1
"""Whatever is live."""


def publish(
    tx: Transaction,
    files: Mapping[str, str],
    sounds: Mapping[tuple[Language, str], Sound],
    hotline: str,
    author: str,
    note: str,
    now: int,
    *,
    instead_of: int | None = ANY,
) -> int:
    """Store a revision and make it live; its number, and numbers have no gaps. The sounds themselves go into
    `keep_sound`.

    Overtaken if another revision is live than `instead_of`; nothing is written then.
    """
    replaced = held(tx)
    if instead_of not in (ANY, replaced):
        raise Overtaken(f"revision {replaced} went live meanwhile")
    values = {
        "author": author,
        "note": note,
        "now": now,
        "hotline": hotline,
        "files": compact(dict(files)),
        "sounds": compact(
            [(*place, sound.digest, sound.kind, sound.seconds) for place, sound in sorted(sounds.items())]
        ),
        "replaced": replaced,
    }
    tx.run(_PUBLISH, values)
    number = newest_number(tx) or 1
    tx.run(_GO_LIVE, {"number": number, "now": now, "author": author, "note": note})
    return number


_AMEND = "UPDATE revision SET author = :author, note = :note WHERE number = :number"

_AMEND_LIVE = """
UPDATE live SET author = :author, note = :note
WHERE revision = :number AND since = (SELECT published_at FROM revision WHERE number = :number)"""


def amend(tx: Transaction, number: int, author: str, note: str) -> None:
    """Say who published a revision and why, after the fact: of itself it stays what it is."""
    values = {"number": number, "author": author, "note": note}
    tx.run(_AMEND, values)
    tx.run(_AMEND_LIVE, values)


def newest_number(tx: Transaction) -> int | None:
    """The number of the revision that was published last, whether it is live or not."""
    row = tx.row("SELECT MAX(number) FROM revision", {})
    return row[0] if row else None


_BEGAN = "SELECT published_at FROM revision ORDER BY number LIMIT 1"


def began(tx: Transaction) -> int | None:
    """When the first menus of all were published, in UTC milliseconds: since then there is a hotline."""
    row = tx.row(_BEGAN, {})
    return row[0] if row else None


# -- what was published ---------------------------------------------------------------------------------

_SOURCE = """
SELECT number, author, note, published_at, hotline, replaced, files, sounds
FROM revision WHERE number = :number"""


def source(tx: Transaction, number: int) -> Source:
    """A revision as it was published. KeyError if there is none of that number."""
    row = tx.row(_SOURCE, {"number": number})
    if row is None:
        raise KeyError(number)
    *about, files, sounds = row
    places = {(language, name): Sound(*sound) for language, name, *sound in json.loads(sounds)}
    return Source(*(*about, json.loads(files), places))


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """When (UTC milliseconds), by whom and why a revision was taken back."""

    at: int
    author: str
    why: str


@dataclass(frozen=True, slots=True)
class Published:
    """A line in the list of revisions."""

    number: int
    author: str
    note: str
    published_at: int
    withdrawn: Withdrawal | None = None


_NEWEST = """
SELECT number, revision.author, note, published_at, withdrawn.at, withdrawn.author, why
FROM revision LEFT JOIN withdrawn ON withdrawn.revision = number
WHERE number < :below ORDER BY number DESC LIMIT :most"""


def newest(tx: Transaction, most: int = 50, below: int | None = None) -> list[Published]:
    """The last revisions (of those before the number `below`), newest first."""
    rows = tx.rows(_NEWEST, {"most": most, "below": below or 2**31 - 1})
    return [
        Published(number, author, note, published_at, Withdrawal(at, by, why) if at is not None else None)
        for number, author, note, published_at, at, by, why in rows
    ]


_KEEP_READING = """
INSERT INTO reading (revision, version, content) VALUES (:revision, :version, :content)
ON CONFLICT (revision, version) DO UPDATE SET content = excluded.content"""

READINGS = 50
"""Readings that are kept; calls on an older revision are over, or have it read again."""


def keep_reading(tx: Transaction, number: int, version: str, content: bytes) -> None:
    """Store a revision as a version of the program has read it; those of old revisions are forgotten."""
    tx.run(_KEEP_READING, {"revision": number, "version": version, "content": content})
    tx.run("DELETE FROM reading WHERE revision <= :old", {"old": number - READINGS})


_READING = """
SELECT content FROM reading JOIN revision ON number = revision
WHERE revision = :revision AND version = :version"""


def reading(tx: Transaction, number: int, version: str) -> bytes | None:
    """A revision as this version of the program has read it, if it has."""
    row = tx.row(_READING, {"revision": number, "version": version})
    return bytes(row[0]) if row else None


_KEEP_SOUND = """
INSERT INTO sound (digest, kind, content) VALUES (:digest, :kind, :content) ON CONFLICT (digest) DO NOTHING"""


def keep_sound(tx: Transaction, digest: str, kind: str, content: bytes) -> None:
    """Store a recording of a prompt by its content; many revisions may use it."""
    tx.run(_KEEP_SOUND, {"digest": digest, "kind": kind, "content": content})


_HAS_SOUND = "SELECT 1 FROM sound WHERE digest = :digest"


def has_sound(tx: Transaction, digest: str) -> bool:
    """Whether a recording is stored already."""
    return tx.row(_HAS_SOUND, {"digest": digest}) is not None


_SOUND = "SELECT kind, content FROM sound WHERE digest = :digest"


def sound(tx: Transaction, digest: str) -> tuple[str, bytes] | None:
    """The media type and the content of a prompt's recording."""
    row = tx.row(_SOUND, {"digest": digest})
    return (row[0], bytes(row[1])) if row else None
