"""The admin's folder as it was last looked at: what keeps it from going live, for every page to show."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from ivr.ledger.rows import compact
from ivr.ledger.transaction import Transaction

Line = tuple[str, str]
"""One mistake: its place (`menus/main.yaml:14:7`), and what is wrong and what to do about it."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A folder that was not published: when (UTC milliseconds), for whom, and every mistake in it."""

    at: int
    author: str
    mistakes: tuple[Line, ...]


_REFUSAL = "SELECT at, author, mistakes FROM draft WHERE slot = 1 AND mistakes <> '[]'"


def refusal(tx: Transaction) -> Refusal | None:
    """Why the folder was refused the last time; None if it was published then."""
    row = tx.row(_REFUSAL, {})
    return (
        Refusal(row[0], row[1], tuple((place, text) for place, text in json.loads(row[2]))) if row else None
    )


_LOOKED_AT = "UPDATE draft SET at = :at, author = :author, mistakes = :mistakes WHERE slot = 1"


def looked_at(tx: Transaction, mistakes: Sequence[Line], author: str, now: int) -> None:
    """Keep what was found in the folder; no mistakes if it was published."""
    values = {"at": now, "author": author, "mistakes": compact([list(line) for line in mistakes])}
    tx.run(_LOOKED_AT, values)
