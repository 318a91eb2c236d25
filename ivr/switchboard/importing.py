"""The calls of another system, brought from a CSV file into the log: all of them, or none.

Where nobody else has the log open, it is one transaction, which a bad row at the end of the file undoes.
Beside callers who are served it is written a little at a time, and so the whole file is judged before. What
is written is known by the file's own digest: so a file that comes twice is there once. A file that is there
whole is marked so, and stays when a second import of it is stopped.
"""

import marshal
import time
from collections.abc import Callable, Iterator
from functools import partial
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from ivr.ledger import Transaction, bulk, events, imported
from ivr.switchboard.call_files import Batch, CallFile, Map, Told
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.turns import patiently

BESIDE = 100
"""Calls of one transaction beside callers who are served: some milliseconds of other writers' time."""

TURN = 0.002
"""Seconds left to other writers between two transactions: they look some times as often."""

FAST_MS = 86_400_000
"""So far another system's clock may be ahead of ours, or its zone another than was said."""

IMPORTED = "imported"
"""The event by which a file is marked that is in the log as a whole."""

ID = "i"
"""So begins the id of a call that was imported; then the digest of its file, and its number there."""


def bring_in(exchange: Exchange, file: Path, by: Map, written: Callable[[int], None] = lambda _: None) -> int:
    """Import all calls of a file; how many. `written` hears how many it is so far; what it raises ends it,
    and nothing of the file is in the log. Raises BadRows, BadMap, OSError, LedgerError."""
    number = next(iter(exchange.shelf.live(exchange.now()).hotline.numbers))
    digest = _digest(file)
    latest = exchange.now() + FAST_MS
    with CallFile(file, by, number, f"{ID}{digest}.", latest).reading() as batches:
        with exchange.ledger.alone(imported.TABLES) as tx:
            if tx is not None:
                return _pour(tx, digest, batches, exchange.now(), written)
        return _trickle(exchange, digest, batches, written)


def is_there(exchange: Exchange, file: Path) -> bool:
    """Whether all calls of this very file were imported. Raises OSError, LedgerError."""
    with exchange.ledger.reading() as tx:
        return _is_whole(tx, _digest(file))


def _is_whole(tx: Transaction, digest: str) -> bool:
    return digest in {mark.detail["file"] for mark in events.of_hotline(tx, IMPORTED)}


def _digest(file: Path) -> str:
    found = sha256()
    with file.open("rb") as content:
        while some := content.read(1 << 20):
            found.update(some)
    return found.hexdigest()[:12]


def _pour(
    tx: Transaction, digest: str, batches: Iterator[Batch], now: int, written: Callable[[int], None]
) -> int:
    """All at once, where nobody else is."""
    count = 0
    for calls, agents in batches:
        bulk.staff(tx, agents, now)
        imported.put_down(tx, calls)
        count += len(calls)
        written(count)
    events.note_once(tx, now, IMPORTED, file=digest, calls=count)
    return count


def _trickle(
    exchange: Exchange, digest: str, batches: Iterator[Batch], written: Callable[[int], None]
) -> int:
    """A little at a time, when all of it is judged; what is written is taken out again if it does not come to
    an end, unless it was there before."""
    with TemporaryFile() as judged:
        agents = []
        for calls, names in batches:
            agents += names
            for first in range(0, len(calls), BESIDE):
                marshal.dump(calls[first : first + BESIDE], judged)
        judged.seek(0)
        with exchange.ledger.transaction() as tx:
            bulk.staff(tx, agents, exchange.now())
            was_there = _is_whole(tx, digest)
        count = 0
        try:
            for some in _kept(judged):
                patiently(exchange, partial(imported.put_down, calls=some))
                count += len(some)
                written(count)
                time.sleep(TURN)
        except BaseException:
            if not was_there:
                _take_out(exchange, digest, count + BESIDE)
            raise
    with exchange.ledger.transaction() as tx:
        events.note_once(tx, exchange.now(), IMPORTED, file=digest, calls=count)
    exchange.ledger.take_stock((*imported.TABLES, "agent"))
    return count


def _take_out(exchange: Exchange, digest: str, count: int) -> None:
    """So many calls of a file, as far as they are there."""
    for first in range(0, count, bulk.AT_ONCE):
        patiently(exchange, partial(bulk.take_out, beginning=f"{ID}{digest}", first=first))


def _kept(judged: IO[bytes]) -> Iterator[list[Told]]:
    while True:
        try:
            yield marshal.load(judged)  # noqa: S302  (what was put there a moment ago)
        except EOFError:
            return
