"""The calls of another system, as a CSV file tells them: every bad row is named.

A large file is read by a process of its own, while this one writes.
"""

import csv
import gc
import marshal
import multiprocessing
import os
import signal
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Protocol, TextIO

from ivr.switchboard.call_rows import BadMap, Line, Map, Reader, Told

NAMED = 20
"""Of so many bad rows it is said what is wrong; of more only how many there are."""

AT_ONCE = 2_000
"""Calls of one batch."""

AGENTS = 5_000
"""More agents than any hotline has."""

LARGE = 16 << 20
"""Bytes of a file that is read by a process of its own."""


class BadRows(ValueError):
    """Rows that cannot be calls. The message names them."""


def columns_of(pairs: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """What was said of the columns: `arrived=date+time`. Raises BadMap."""
    named = dict(_parted(pair, "arrived=COLUMN, or arrived=DATE+TIME") for pair in pairs)
    if nameless := [name for name, column in named.items() if not column]:
        raise BadMap(f"'{nameless[0]}=' says nothing: like {nameless[0]}=COLUMN")
    return {name: tuple(column.split("+")) for name, column in named.items()}


def outcomes_of(pairs: Iterable[str]) -> dict[str, str]:
    """What was said of the words for outcomes: `HANG=abandoned`, or `PHANTOM=`. Raises BadMap."""
    return dict(_parted(pair, "HANG=abandoned, or PHANTOM= for none") for pair in pairs)


def _parted(pair: str, like: str) -> tuple[str, str]:
    name, equals, value = pair.partition("=")
    if not equals:
        raise BadMap(f"{pair!r} says nothing: like {like}")
    return name, value


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

    def look(self) -> None:
        """Whether it can be read so, as far as its first line tells: BadMap, UnicodeError, OSError."""
        with self.path.open(encoding="utf-8-sig", newline="") as text:
            self._reader(_rows_of(text))

    def _reader(self, rows: "Rows") -> Reader:
        return Reader(next(iter(rows), []), self.by, self.ids, self.number, self.latest)

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
            yield _heard(here, self.path)
        finally:
            reader.kill()
            reader.join()
            here.close()


def _read_to(out: Connection, file: CallFile) -> None:
    """What the process that reads does; who stops the import stops the other one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _let_go(out.fileno())
    gc.disable()  # nothing it makes leads back to itself, and to look for that takes a quarter of the time
    wrong: Exception | None = None
    with suppress(BrokenPipeError):  # nobody hears it any more
        try:
            for batch in _batches(file):
                out.send_bytes(marshal.dumps(batch))
        except (ValueError, OSError) as error:
            wrong = error
        out.send_bytes(b"")
        out.send(wrong)


def _let_go(but: int) -> None:
    """Of all that was open when this process began, but one: locks of the log that would outlive whoever
    holds them, and the other end of the pipe, without which it is not seen that nobody hears."""
    for opened in [int(each.name) for each in Path("/dev/fd").iterdir()]:
        if opened > SAID_TO and opened != but:
            with suppress(OSError):  # the folder itself, which is closed again
                os.close(opened)


SAID_TO = 2
"""What a process reads, says and complains to is open as 0 to 2."""


def _heard(here: Connection, path: Path) -> Iterator[Batch]:
    try:
        while some := here.recv_bytes():
            yield marshal.loads(some)  # noqa: S302  (our own process put it there)
        wrong = here.recv()
    except EOFError:
        raise BadRows(f"{path}: the process that read it was ended by somebody. {UNDONE}") from None
    if wrong:
        raise wrong


def _batches(file: CallFile) -> Iterator[Batch]:
    bad = 0
    named: list[str] = []
    count = 0
    with file.path.open(encoding="utf-8-sig", newline="") as text:
        rows = _rows_of(text)
        try:
            reader = file._reader(rows)
            lines = _lines(rows)
            while some := [*islice(lines, AT_ONCE)]:
                calls, wrong = reader.calls(some)
                if reader.agents > AGENTS:
                    raise BadMap(
                        f"there are more than {AGENTS:,} agents: is it another column that names them?"
                    )
                count += len(some)
                bad += len(wrong)
                named += [f"{file.path}:{line}: {what}" for line, what in wrong[: NAMED - len(named)]]
                yield calls, reader.new_agents()
        except csv.Error as error:
            raise BadRows(f"{file.path}:{rows.line_num}: {error}\n{NOTHING}") from None
    if bad:
        more = [f"and {bad - NAMED} more"] if bad > NAMED else []
        raise BadRows("\n".join([*named, *more, NOTHING]))
    if not count:
        raise BadRows(f"{file.path}: there is no call below its first line. {UNDONE}")


UNDONE = "Nothing was imported."
NOTHING = "Nothing was imported: mend these rows, or leave them out."


def _rows_of(text: TextIO) -> "Rows":
    """Cells are parted by what parts most of them in the first line: comma, semicolon, or tabulator, as
    spreadsheets of many countries write."""
    first = text.readline()
    text.seek(0)
    return csv.reader(text, delimiter=max(",;\t", key=first.count))


class Rows(Protocol):
    """What `csv.reader` makes."""

    line_num: int

    def __iter__(self) -> Iterator[list[str]]: ...


def _lines(rows: Rows) -> Iterator[Line]:
    """All rows but those in which nothing stands."""
    last = rows.line_num
    for row in rows:
        if any(row):
            yield last + 1, row
        last = rows.line_num
