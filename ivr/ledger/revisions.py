"""Revisions: every set of menus that was ever published, as its author wrote it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from ivr.core.menus import Language, Sound
from ivr.ledger.rows import compact
from ivr.ledger.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Source:
    """A revision as it was published: the texts of its files by path, its recordings by language and name."""

    number: int
    author: str
    note: str
    published_at: int
    hotline: str
    files: Mapping[str, str]
    sounds: Mapping[tuple[Language, str], Sound]


_LIVE = "SELECT revision FROM live"


def live(tx: Transaction) -> int | None:
    """The number of the revision new calls get; None before the first was published."""
    row = tx.row(_LIVE, {})
    return row[0] if row else None


_PUBLISH = """
INSERT INTO revision (number, author, note, published_at, hotline, files, sounds)
VALUES (:number, :author, :note, :published_at, :hotline, :files, :sounds)"""

_GO_LIVE = """
INSERT INTO live (slot, revision) VALUES (1, :number)
ON CONFLICT (slot) DO UPDATE SET revision = excluded.revision"""


def publish(
    tx: Transaction,
    files: Mapping[str, str],
    sounds: Mapping[tuple[Language, str], Sound],
    hotline: str,
    author: str,
    note: str,
    now: int,
) -> int:
    """Store a revision and make it live; its number. The sounds themselves go into `keep_sound`."""
    number = _next_number(tx)
    values = {
        "number": number,
        "author": author,
        "note": note,
        "published_at": now,
        "hotline": hotline,
        "files": compact(dict(files)),
        "sounds": compact(
            [(*place, sound.digest, sound.kind, sound.seconds) for place, sound in sorted(sounds.items())]
        ),
    }
    tx.run(_PUBLISH, values)
    tx.run(_GO_LIVE, {"number": number})
    return number


def _next_number(tx: Transaction) -> int:
    """Numbers have no gaps, so two who publish at once must wait for each other: on the live row."""
    tx.locked_row("SELECT revision FROM live WHERE slot = 1", {})
    row = tx.row("SELECT COALESCE(MAX(number), 0) + 1 FROM revision", {})
    return row[0] if row else 1


def go_live(tx: Transaction, number: int) -> None:
    """Make an earlier revision live again. KeyError if there is none of that number."""
    if tx.row("SELECT number FROM revision WHERE number = :number", {"number": number}) is None:
        raise KeyError(number)
    tx.run(_GO_LIVE, {"number": number})


_SOURCE = """
SELECT number, author, note, published_at, hotline, files, sounds FROM revision WHERE number = :number"""


def source(tx: Transaction, number: int) -> Source:
    """A revision as it was published. KeyError if there is none of that number."""
    row = tx.row(_SOURCE, {"number": number})
    if row is None:
        raise KeyError(number)
    *about, files, sounds = row
    places = {(language, name): Sound(*sound) for language, name, *sound in json.loads(sounds)}
    return Source(*(*about, json.loads(files), places))


@dataclass(frozen=True, slots=True)
class Published:
    """A line in the list of revisions."""

    number: int
    author: str
    note: str
    published_at: int


_NEWEST = "SELECT number, author, note, published_at FROM revision ORDER BY number DESC LIMIT :most"


def newest(tx: Transaction, most: int = 50) -> list[Published]:
    """The last revisions, newest first."""
    return [Published(*row) for row in tx.rows(_NEWEST, {"most": most})]


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
