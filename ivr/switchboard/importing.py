"""The calls of another system, brought from a CSV file into the log: all of them, or none.

Where nobody else has the log open, it is one transaction, which a bad row at the end of the file undoes.
Beside callers who are served it is written a little at a time, and so the whole file is judged before. What
is written is known by the file's own digest: so a file that comes twice is there once, until it is said that
it is to be read anew. Whoever writes has claimed the file: what is left of one who was killed is taken out
by the clock, or by the next import.
"""

import marshal
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from ivr.ledger import LedgerError, Transaction, bulk, imported, imported_files
from ivr.ledger.imported_files import ImportedFile
from ivr.ledger.rows import compact
from ivr.switchboard.call_files import Batch, CallFile
from ivr.switchboard.call_rows import Map, Told
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.turns import patiently

BESIDE = 100
"""Calls of one transaction beside callers who are served: some milliseconds of other writers' time."""

NAMES = 20
"""Agents of one such transaction."""

TURN = 0.002
"""Seconds left to other writers between two transactions: they look some times as often."""

LEASE_MS = 60_000
"""So long nobody else touches a file after whoever brings it in was heard of last."""

FAST_MS = 86_400_000
"""So far another system's clock may be ahead of ours, or its zone another than was said."""

ID = "i"
"""So begins the id of a call that was imported; then the digest of its file, and its number there."""


class NotImported(Exception):
    """Nothing was done, for a reason that is said."""


class Overtaken(Exception):
    """A claim is somebody else's by now."""


class ThereAlready(Exception):
    """The file was imported before; `same` if it was read in the same way."""

    def __init__(self, file: ImportedFile, *, same: bool) -> None:
        super().__init__(f"{file.calls} calls of it are in the log")
        self.calls = file.calls
        self.at = file.at
        self.same = same


HELD = "calls of it are under a legal hold, and must stay as they are"
UNDER_WAY = "it is being imported, or was until a moment ago: try again in a minute"
OVERTAKEN = "it was taken out by another process, as nothing was heard of this one for a minute"


def bring_in(
    exchange: Exchange,
    path: Path,
    by: Map,
    written: Callable[[int], None] = lambda _: None,
    *,
    anew: bool = False,
) -> int:
    """Import all calls of a file; how many. `written` hears how many it is so far; what it raises ends it,
    and nothing of the file is in the log. `anew` takes out what an earlier import of it brought, when all of
    it is judged. Raises ThereAlready, NotImported, BadRows, BadMap, OSError, LedgerError."""
    now = exchange.now()
    number = next(iter(exchange.shelf.live(now).hotline.numbers))
    file = ImportedFile(_digest(path), 0, _read_by(by), now, secrets.token_hex(4))
    calls = CallFile(path, by, number, f"{ID}{file.digest}.", now + FAST_MS)
    calls.look()
    with exchange.ledger.reading() as tx:
        _look(tx, file, now, anew=anew)
    take_out_what_is_left(exchange)
    with calls.reading() as batches:
        with exchange.ledger.alone(imported.TABLES) as tx:
            if tx is not None:
                return _pour(tx, file, batches, now, written, anew=anew)
        return _trickle(exchange, file, batches, written, anew=anew)


def take_out_what_is_left(exchange: Exchange) -> None:
    """Of files that somebody has begun to bring in, and does not go on with."""
    with exchange.ledger.reading() as tx:
        left = imported_files.left_behind(tx, exchange.now())
    for file in left:
        now = exchange.now()
        ours = replace(file, claim=secrets.token_hex(4), at=now, until=now + LEASE_MS)
        with suppress(Overtaken):
            if patiently(exchange, partial(_claim_what_is_left, file=ours)):
                _take_out(exchange, ours, ours.calls)
                patiently(exchange, partial(imported_files.is_gone, file=ours))


def _claim_what_is_left(tx: Transaction, file: ImportedFile) -> bool:
    return not imported.are_held(tx, f"{ID}{file.digest}.") and imported_files.claim(tx, file)


def of_file(exchange: Exchange, path: Path) -> ImportedFile | None:
    """What is in the log of this very file. Raises OSError, LedgerError."""
    with exchange.ledger.reading() as tx:
        return imported_files.find(tx, _digest(path))


def _look(tx: Transaction, file: ImportedFile, now: int, *, anew: bool) -> ImportedFile | None:
    """What is there of a file that may be brought in. Raises ThereAlready, NotImported."""
    before = imported_files.find(tx, file.digest)
    if before is None:
        return None
    if before.is_under_way(now):
        raise NotImported(UNDER_WAY)
    if before.is_whole and not anew:
        raise ThereAlready(before, same=before.read in (file.read, ""))
    if imported.are_held(tx, f"{ID}{file.digest}."):
        raise NotImported(HELD)
    return before


def _digest(path: Path) -> str:
    found = sha256()
    with path.open("rb") as content:
        while some := content.read(1 << 20):
            found.update(some)
    return found.hexdigest()[:12]


def _read_by(by: Map) -> str:
    """A digest of how a file is read."""
    how = [dict(by.columns), dict(by.outcomes), by.moments, by.zone, sorted(by.nothing)]
    return sha256(compact(how).encode()).hexdigest()[:12]


def _pour(
    tx: Transaction,
    file: ImportedFile,
    batches: Iterator[Batch],
    now: int,
    written: Callable[[int], None],
    *,
    anew: bool,
) -> int:
    """All at once, where nobody else is."""
    before = _look(tx, file, now, anew=anew)
    for first in _thousands(before.calls if before else 0):
        bulk.take_out(tx, f"{ID}{file.digest}", first, now)
    count = 0
    for calls, agents in batches:
        bulk.staff(tx, agents, now)
        imported.put_down(tx, calls, now)
        count += len(calls)
        written(count)
    imported_files.claim(tx, file)
    imported_files.is_whole(tx, file, count, now)
    return count


def _trickle(
    exchange: Exchange,
    file: ImportedFile,
    batches: Iterator[Batch],
    written: Callable[[int], None],
    *,
    anew: bool,
) -> int:
    """A little at a time, when all of it is judged; what is written is taken out again if it does not come to
    an end."""
    with TemporaryFile() as judged:
        count, names = _judge(batches, judged)
        claim = partial(_claim, file=file, calls=count, now=exchange.now(), anew=anew)
        ours, there = patiently(exchange, claim)
        new: list[str] = []
        try:
            _take_out(exchange, ours, there)
            for first in range(0, len(names), NAMES):
                some = names[first : first + NAMES]
                new += patiently(exchange, partial(bulk.staff, names=some, now=exchange.now()))
            _write(exchange, ours, judged, written)
        except Overtaken:
            raise NotImported(OVERTAKEN) from None
        except BaseException:
            with suppress(LedgerError, Overtaken):  # what is left the clock takes out
                _take_out(exchange, ours, ours.calls)
                patiently(exchange, partial(bulk.unstaff, ids=new))
                patiently(exchange, partial(imported_files.is_gone, file=ours))
            raise
    exchange.ledger.take_stock((*imported.TABLES, "agent"))
    return count


def _judge(batches: Iterator[Batch], judged: IO[bytes]) -> tuple[int, list[str]]:
    """Reads a file to its end; how many calls are kept then, and the names of all agents."""
    count, names = 0, []
    for calls, agents in batches:
        count += len(calls)
        names += agents
        for first in range(0, len(calls), BESIDE):
            marshal.dump(calls[first : first + BESIDE], judged)
    judged.seek(0)
    return count, names


def _claim(
    tx: Transaction, file: ImportedFile, calls: int, now: int, *, anew: bool
) -> tuple[ImportedFile, int]:
    """A file as we have claimed it, and how many of its calls may be there. Raises as `_look` does."""
    before = _look(tx, file, now, anew=anew)
    there = before.calls if before else 0
    ours = replace(file, calls=max(calls, there), at=now, until=now + LEASE_MS)
    if not imported_files.claim(tx, ours):
        raise NotImported(UNDER_WAY)
    return ours, there


def _write(exchange: Exchange, file: ImportedFile, judged: IO[bytes], written: Callable[[int], None]) -> None:
    count = 0
    for some in _kept(judged):
        patiently(exchange, partial(_put_down, file=file, calls=some, now=exchange.now()))
        count += len(some)
        written(count)
        time.sleep(TURN)
    if not patiently(exchange, partial(imported_files.is_whole, file=file, calls=count, now=exchange.now())):
        raise Overtaken


def _put_down(tx: Transaction, file: ImportedFile, calls: Sequence[Told], now: int) -> None:
    if not imported_files.hold_on(tx, file, now + LEASE_MS):
        raise Overtaken
    imported.put_down(tx, calls, now)


def _take_out(exchange: Exchange, file: ImportedFile, calls: int) -> None:
    """So many calls of a file, as far as they are there. Raises Overtaken."""
    for first in _thousands(calls):
        patiently(exchange, partial(_take_out_some, file=file, first=first, now=exchange.now()))
        time.sleep(TURN)


def _take_out_some(tx: Transaction, file: ImportedFile, first: int, now: int) -> None:
    if not imported_files.hold_on(tx, file, now + LEASE_MS):
        raise Overtaken
    bulk.take_out(tx, f"{ID}{file.digest}", first, now)


def _thousands(calls: int) -> range:
    """Where each thousand calls of a file begins."""
    return range(0, calls, bulk.AT_ONCE)


def _kept(judged: IO[bytes]) -> Iterator[list[Told]]:
    while True:
        try:
            yield marshal.load(judged)  # noqa: S302  (what was put there a moment ago)
        except EOFError:
            return
