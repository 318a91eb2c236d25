"""The calls of another system, as a CSV file tells them: every bad row is named.

A large file is read by a process of its own, while this one writes.
"""

import csv
import gc
import marshal
import multiprocessing
import signal
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Protocol

from ivr.switchboard.call_rows import BadMap, Line, Map, Reader, Told

NAMED = 20
"""Of so many bad rows it is said what is wrong; of more only how many there are."""

AT_ONCE = 2_000
"""Calls of one batch."""

LARGE = 16 << 20
"""Bytes of a file that is read by a process of its own."""


class BadRows(ValueError):
    """Rows that cannot be calls. The message names them."""


def columns_of(pairs: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """What was said of the columns: `arrived=date+time`. Raises BadMap."""
    found = {}
    for pair in pairs:
        name, equals, column = pair.partition("=")
        if not equals or not column:
            raise BadMap(f"{pair!r} says nothing: like arrived=COLUMN, or arrived=DATE+TIME")
        found[name] = tuple(column.split("+"))
    return found


Batch = tuple[list[Told], list[str]]
"""Calls, and the names of agents who were in none before them."""


@dataclass(frozen=True, slots=True)
class CallFile:
    """A file, how it is read, which number was called where it does not tell, how the ids of its calls begin,
    to which their place in the file is added, and until when calls can have been (UTC milliseconds)."""

    path: Path
    by: Map
    number: str
    ids: str
    latest: int

    @contextmanager
    def reading(self) -> Iterator[Iterator[Batch]]:
        """Its calls as they are read, or what is wrong: BadRows, BadMap, UnicodeError, OSError."""
        if self.path.stat().st_size < LARGE:
            yield _batches(self)
            return
        here, there = multiprocessing.Pipe(duplex=False)
        reader = multiprocessing.get_context("fork").Process(target=_read_to, args=(there, self), daemon=True)
        reader.start()
        there.close()
        try:
            yield _heard(here)
        finally:
            reader.kill()
            reader.join()
            here.close()


def _read_to(out: Connection, file: CallFile) -> None:
    """What the process that reads does; who stops the import stops the other one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()  # nothing it makes leads back to itself, and to look for that takes a quarter of the time
    wrong: Exception | None = None
    try:
        for batch in _batches(file):
            out.send_bytes(marshal.dumps(batch))
    except Exception as error:
        wrong = error
    out.send_bytes(b"")
    out.send(wrong)


def _heard(here: Connection) -> Iterator[Batch]:
    while some := here.recv_bytes():
        yield marshal.loads(some)  # noqa: S302  (our own process put it there)
    if wrong := here.recv():
        raise wrong


def _batches(file: CallFile) -> Iterator[Batch]:
    bad = 0
    named: list[str] = []
    with file.path.open(encoding="utf-8-sig", newline="") as text:
        rows = csv.reader(text)
        try:
            reader = Reader(next(rows, []), file.by, file.ids, file.number, file.latest)
            lines = _lines(rows)
            while some := [*islice(lines, AT_ONCE)]:
                calls, wrong = reader.calls(some)
                bad += len(wrong)
                named += [f"{file.path}:{line}: {what}" for line, what in wrong[: NAMED - len(named)]]
                yield calls, reader.new_agents()
        except csv.Error as error:
            raise BadRows(f"{file.path}:{rows.line_num}: {error}\n{NOTHING}") from None
    if bad:
        more = [f"and {bad - NAMED} more"] if bad > NAMED else []
        raise BadRows("\n".join([*named, *more, NOTHING]))


NOTHING = "Nothing was imported: mend these rows, or leave them out."


class _Rows(Protocol):
    """What `csv.reader` makes."""

    line_num: int

    def __iter__(self) -> Iterator[list[str]]: ...


def _lines(rows: _Rows) -> Iterator[Line]:
    """All rows but those in which nothing stands."""
    last = rows.line_num
    for row in rows:
        if any(row):
            yield last + 1, row
        last = rows.line_num
