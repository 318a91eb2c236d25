"""The calls of another system, brought from a CSV file into the log: all of them, or none.

Where nobody else has the log open, it is one transaction, which a bad row at the end of the file undoes.
Beside callers who are served it is written a little at a time, and so the whole file is judged before. What
is written is known by the file's own digest, and a file that is there whole is marked so: one that comes
twice is there once, until it is said that it is to be read anew.
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
from ivr.ledger.events import Event
from ivr.switchboard.call_files import Batch, CallFile
from ivr.switchboard.call_rows import Map, Told
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


class ThereAlready(Exception):
    """The file was imported before: so many `calls`, `at` (UTC milliseconds)."""

    def __init__(self, calls: int, at: int) -> None:
        super().__init__(f"{calls} calls of it are in the log")
        self.calls = calls
        self.at = at


class Held(Exception):
    """Calls of the file are under a legal hold, and must stay as they are."""


def bring_in(
    exchange: Exchange,
    file: Path,
    by: Map,
    written: Callable[[int], None] = lambda _: None,
    *,
    anew: bool = False,
) -> int:
    """Import all calls of a file; how many. `written` hears how many it is so far; what it raises ends it,
    and nothing of the file is in the log. `anew` takes out what an earlier import of it brought, when all of
    it is judged. Raises ThereAlready, Held, BadRows, BadMap, OSError, LedgerError."""
    number = next(iter(exchange.shelf.live(exchange.now()).hotline.numbers))
    digest = _digest(file)
    with exchange.ledger.reading() as tx:
        before = _brought(tx, digest)
        if before is not None and not anew:
            raise ThereAlready(before.detail["calls"], before.at)
    latest = exchange.now() + FAST_MS
    with CallFile(file, by, number, f"{ID}{digest}.", latest).reading() as batches:
        with exchange.ledger.alone(imported.TABLES) as tx:
            if tx is not None:
                return _pour(tx, digest, batches, exchange.now(), written)
        return _trickle(exchange, digest, batches, written)


def is_there(exchange: Exchange, file: Path) -> bool:
    """Whether all calls of this very file were imported. Raises OSError, LedgerError."""
    with exchange.ledger.reading() as tx:
        return _brought(tx, _digest(file)) is not None


def _brought(tx: Transaction, digest: str) -> Event | None:
    """The mark of a file that is in the log as a whole."""
    marks = (mark for mark in events.of_hotline(tx, IMPORTED) if mark.detail["file"] == digest)
    return next(marks, None)


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
    for first in _earlier(tx, digest):
        bulk.take_out(tx, f"{ID}{digest}", first)
    count = 0
    for calls, agents in batches:
        bulk.staff(tx, agents, now)
        imported.put_down(tx, calls)
        count += len(calls)
        written(count)
    events.note(tx, None, now, IMPORTED, file=digest, calls=count)
    return count


def _trickle(
    exchange: Exchange, digest: str, batches: Iterator[Batch], written: Callable[[int], None]
) -> int:
    """A little at a time, when all of it is judged; what is written is taken out again if it does not come to
    an end."""
    with TemporaryFile() as judged:
        agents = []
        for calls, names in batches:
            agents += names
            for first in range(0, len(calls), BESIDE):
                marshal.dump(calls[first : first + BESIDE], judged)
        judged.seek(0)
        with exchange.ledger.transaction() as tx:
            bulk.staff(tx, agents, exchange.now())
            earlier = _earlier(tx, digest)
        _take_out(exchange, digest, earlier)
        count = 0
        try:
            for some in _kept(judged):
                patiently(exchange, partial(imported.put_down, calls=some))
                count += len(some)
                written(count)
                time.sleep(TURN)
        except BaseException:
            _take_out(exchange, digest, range(0, count + BESIDE, bulk.AT_ONCE))
            raise
    with exchange.ledger.transaction() as tx:
        events.note(tx, None, exchange.now(), IMPORTED, file=digest, calls=count)
    exchange.ledger.take_stock((*imported.TABLES, "agent"))
    return count


def _earlier(tx: Transaction, digest: str) -> range:
    """Where the calls begin, a thousand each, that an earlier import of a file brought; it counts as brought
    no longer. Raises Held."""
    mark = _brought(tx, digest)
    if mark is None:
        return range(0)
    if imported.are_held(tx, f"{ID}{digest}."):
        raise Held("calls of it are under a legal hold, and must stay as they are")
    events.take_back(tx, mark)
    return range(0, mark.detail["calls"], bulk.AT_ONCE)


def _take_out(exchange: Exchange, digest: str, firsts: range) -> None:
    """The calls of a file, as far as they are there."""
    for first in firsts:
        patiently(exchange, partial(bulk.take_out, beginning=f"{ID}{digest}", first=first))


def _kept(judged: IO[bytes]) -> Iterator[list[Told]]:
    while True:
        try:
            yield marshal.load(judged)  # noqa: S302  (what was put there a moment ago)
        except EOFError:
            return
