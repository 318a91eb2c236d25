"""Outages for tests, and what must be the same after one as if there had been none."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ivr.ledger import Ledger, LedgerAway, LedgerBusy, Seal, errands
from ivr.ledger.facts import Fact
from ivr.ledger.spool_files import FACTS, SpoolFile
from ivr.ledger.spool_lines import Strange
from tests.service import House

CALL = (
    "id, caller, called, revision, language, started_at, entered_at, step, turn, silences, wrongs, hop, "
    "inputs, pressed, memory, outcome, talk, ended_at, end_source"
)
PASS = "call, hop, nth, step, option, pressed, silences, wrongs, entered_at, left_at, ending, language"
COMPARED = {
    "call": CALL,
    "pass": PASS,
    "answer": "call, hop, document",
    "remembered": "caller, language, at",
    "event": "call, at, kind, detail",
    "leg": "id, call, hop, party, started_at, answered_at, accepted_at, ended_at, ending",
    "recording": "id, call, carrier_id, step, kind, seconds, state, file, at",
    "message": "call, mailbox, recording, caller, language, left_at",
    "errand": "call, kind, payload, state, due_at, created_at",
}
"""All that webhooks write, but for the ids that are only counted or random."""


def rows_of(ledger: Ledger, seal: Seal) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, in an order of its own; what is sealed is opened."""
    with ledger.reading() as tx:
        tables = {name: tx.rows(f"SELECT {columns} FROM {name}", {}) for name, columns in COMPARED.items()}
    tables["call"] = [_open(row, 14, lambda text: _memory(seal, text)) for row in tables["call"]]
    tables["answer"] = [(*row[:2], bytes(row[2])) for row in tables["answer"]]
    tables["errand"] = [_open(row, 2, seal.open) for row in tables["errand"] if row[1] not in errands.ROUNDS]
    return {name: sorted(rows, key=repr) for name, rows in tables.items()}


def _open(row: tuple[Any, ...], at: int, opened: Callable[[str], Any]) -> tuple[Any, ...]:
    return (*row[:at], opened(row[at]) if row[at] else "", *row[at + 1 :])


def _memory(seal: Seal, text: str) -> str:
    way, heard, values, secrets = json.loads(text)
    plain = {name: seal.open(value) if name in secrets else value for name, value in values.items()}
    return json.dumps([way, heard, plain, secrets])


@contextmanager
def away(house: House, *, blind: bool = False) -> Iterator[None]:
    """The ledger of this process cannot be written; if it is blind, not read either.

    The menus were seen before, as every worker's clock sees to that.
    """
    house.exchange.shelf.live(house.now)

    def fails(*_: object, **__: object) -> Any:
        raise LedgerAway("gone") if blind else LedgerBusy("held")

    ledger: Any = house.exchange.ledger
    ledger.transaction = fails
    if blind:
        ledger.reading = fails
    try:
        yield
    finally:
        del ledger.transaction
        if blind:
            del ledger.reading


def spooled(folder: Path, seal: Seal) -> Sequence[Fact]:
    """The facts in a data folder's spool."""
    files = [SpoolFile(path, -1, seal) for path in (folder / "spool").glob(f"*{FACTS}")]
    return [fact for file in files for fact in file.lines() if not isinstance(fact, Strange)]
