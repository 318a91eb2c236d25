"""The calls of another system, read from a CSV file into the log: all of them, or none.

Where nobody else has the log open, it is one transaction, which a bad row at the end of the file undoes.
Beside callers who are served it is written a little at a time, and so the whole file is judged before. What
is written is known by the file's own digest: so a file that comes twice is there once. A file that is there
whole is marked so, and stays when a second import of it is stopped.
"""

import csv
import marshal
import multiprocessing
import signal
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from hashlib import sha256
from itertools import pairwise
from multiprocessing.connection import Connection
from operator import itemgetter
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any
from zoneinfo import ZoneInfo

from ivr.core.accounts import known_as
from ivr.core.line.visits import Left
from ivr.ledger import Transaction, bulk, events, imported
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.turns import patiently

FIELDS = (
    *("arrived", "entered", "left", "began", "ended"),
    *("outcome", "queue", "agent", "caller", "called", "language"),
)
"""What can be told of a call: its arrival, into the line and out of it, the conversation from and to; how the
visit ended, and who and where."""

TIMES = FIELDS[:5]

DAY_MS = 86_400_000
"""No caller waits, or talks, for longer."""

NAMED = 20
"""Of so many bad rows it is said what is wrong; of more only how many there are."""

AT_ONCE = 2_000
"""Calls that are put down together."""

BESIDE = 100
"""Calls of one transaction beside callers who are served: some milliseconds of other writers' time."""

TURN = 0.002
"""Seconds left to other writers between two transactions: they look some times as often."""

LARGE = 16 << 20
"""Bytes of a file that is read by a process of its own, while this one writes."""


class BadRows(ValueError):
    """Rows that cannot be calls; nothing was imported. The message names them."""


class BadMap(ValueError):
    """What cannot be read so: a column that is not there, a field nobody knows."""


@dataclass(frozen=True, slots=True)
class Map:
    """How a file is read: which column (or several, joined by a space) is which of FIELDS, what the outcomes
    are called there, how moments are written (strptime; empty: ISO 8601), and in which zone."""

    columns: Mapping[str, tuple[str, ...]]
    outcomes: Mapping[str, str] = field(default_factory=dict)
    moments: str = ""
    zone: str = "UTC"


Told = tuple[Any, ...]
"""A call as it is read: what `imported.TOLD` names, but for its id."""


def bring_in(exchange: Exchange, file: Path, by: Map, written: Callable[[int], None] = lambda _: None) -> int:
    """Import all calls of a file; how many. `written` hears how many it is so far; what it raises ends it,
    and nothing of the file is in the log. Raises BadRows, BadMap, OSError, LedgerError."""
    number = next(iter(exchange.shelf.live(exchange.now()).hotline.numbers))
    digest = _digest(file)
    with _reading(file, by, number) as batches:
        with exchange.ledger.alone(imported.TABLES) as tx:
            if tx is not None:
                return _pour(tx, digest, batches, exchange.now(), written)
        return _trickle(exchange, digest, batches, written)


IMPORTED = "imported"
"""The event by which a file is marked that is in the log as a whole."""


def is_there(exchange: Exchange, file: Path) -> bool:
    """Whether all calls of this very file were imported. Raises OSError, LedgerError."""
    with exchange.ledger.reading() as tx:
        return _is_whole(tx, _digest(file))


def _is_whole(tx: Transaction, digest: str) -> bool:
    return digest in {mark.detail["file"] for mark in events.of_hotline(tx, IMPORTED)}


# -- reading -----------------------------------------------------------------------------------------------

Batch = tuple[list[Told], list[str]]
"""Calls, and the names of agents who were in none before them."""


@contextmanager
def _reading(file: Path, by: Map, number: str) -> Iterator[Iterator[Batch]]:
    """The calls of a file as they are read, which end with what is wrong with them: BadRows."""
    if file.stat().st_size < LARGE:
        yield _batches(file, by, number)
        return
    here, there = multiprocessing.Pipe(duplex=False)
    reader = multiprocessing.get_context("fork").Process(
        target=_read_to, args=(there, file, by, number), daemon=True
    )
    reader.start()
    there.close()
    try:
        yield _heard(here)
    finally:
        reader.kill()
        reader.join()
        here.close()


def _read_to(out: Connection, file: Path, by: Map, number: str) -> None:
    """What the process that reads does; who stops the import stops the other one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    wrong: Exception | None = None
    try:
        for batch in _batches(file, by, number):
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


def _batches(file: Path, by: Map, number: str) -> Iterator[Batch]:
    bad = 0
    said: list[str] = []
    calls: list[Told] = []
    with file.open(encoding="utf-8-sig", newline="") as text:
        rows = _rows(file, text)
        _, head = next(rows, (0, []))
        reader = _Reader(head, by, number)
        for line, row in rows:
            try:
                calls.append(reader.call(row))
            except ValueError as wrong:
                bad += 1
                if bad <= NAMED:
                    said.append(f"{file}:{line}: {wrong}")
            if len(calls) >= AT_ONCE:
                yield calls, reader.new_agents()
                calls = []
    if bad:
        more = [f"and {bad - NAMED} more"] if bad > NAMED else []
        raise BadRows("\n".join([*said, *more, NOTHING]))
    yield calls, reader.new_agents()


NOTHING = "Nothing was imported: mend these rows, or leave them out."


def _rows(file: Path, text: IO[str]) -> Iterator[tuple[int, list[str]]]:
    """The rows of a file, each with the number of its last line; BadRows where it is no CSV."""
    rows = csv.reader(text)
    try:
        for row in rows:
            yield rows.line_num, row
    except csv.Error as wrong:
        raise BadRows(f"{file}:{rows.line_num}: {wrong}\n{NOTHING}") from None


class _Reader:
    """Reads the rows of one file. A year has five hundred thousand minutes and ten times as many calls: so it
    remembers the minutes."""

    def __init__(self, head: list[str], by: Map, number: str) -> None:
        unknown = [name for name in by.columns if name not in FIELDS]
        if unknown:
            raise BadMap(f"nothing of a call is called {unknown[0]!r}: say one of {', '.join(FIELDS)}")
        if "arrived" not in by.columns:
            raise BadMap("it must be said which column is when a call arrived: --map arrived=COLUMN")
        for column in (column for columns in by.columns.values() for column in columns):
            if column not in head:
                raise BadMap(f"there is no column {column!r}: there are {', '.join(head)}")
        self._width = len(head)
        places = [[head.index(column) for column in by.columns.get(name, ())] for name in FIELDS]
        self._pick = itemgetter(*(found[0] if found else len(head) for found in places))
        self._joined = [(at, found) for at, found in enumerate(places) if len(found) > 1]
        self._outcomes = by.outcomes
        self._moments = by.moments
        self._zone = ZoneInfo(by.zone)
        self._minutes: dict[str, int] = {}
        self._number = number
        self._agents: dict[str, str] = {}
        self._new: list[str] = []

    def new_agents(self) -> list[str]:
        """The names that have come since this was asked last."""
        new, self._new = self._new, []
        return new

    def call(self, row: list[str]) -> Told:
        """A row as a call. ValueError says what is wrong with it."""
        if len(row) != self._width:
            raise ValueError(f"{len(row)} cells, and the head has {self._width}")
        row.append("")  # for what no column tells
        cells = list(self._pick(row))
        for at, places in self._joined:
            cells[at] = _joined([row[place] for place in places])
        times = [self._time(name, text) for name, text in zip(TIMES, cells, strict=False)]
        outcome, queue, agent, caller, called, language = [
            text.strip() or None for text in cells[len(TIMES) :]
        ]
        outcome = self._outcomes.get(outcome, outcome) if outcome else None
        over = _checked(times, outcome, queue, agent)
        who = self._agent(agent) if agent and outcome == Left.ANSWERED else None
        how = CALLS.get(outcome or "", "hung_up")
        return (*times, outcome, queue, who, caller, called or self._number, language or "", over, how)

    def _agent(self, name: str) -> str:
        if name not in self._agents:
            self._agents[name] = known_as(name)
            self._new.append(name)
        return self._agents[name]

    def _time(self, name: str, text: str) -> int | None:
        minute, second = self._minutes.get(text[:-2]), SECONDS.get(text[-2:])
        if minute is not None and second is not None:
            return minute + second
        text = text.strip()
        return self._slowly(name, text) if text else None

    def _slowly(self, name: str, text: str) -> int:
        found, second = self._moment(name, text), SECONDS.get(text[-2:])
        to_the_second = self._moments.endswith(":%S") if self._moments else len(text) == ISO_SECONDS
        if to_the_second and second is not None:
            if len(self._minutes) >= MINUTES:
                self._minutes.clear()
            self._minutes[text[:-2]] = found - second
        return found

    def _moment(self, name: str, text: str) -> int:
        try:
            found = datetime.strptime(text, self._moments) if self._moments else datetime.fromisoformat(text)  # noqa: DTZ007
        except ValueError:
            expected = self._moments or "2026-11-09 09:15:00"
            raise ValueError(f"{name} {text!r} is no moment written as {expected}") from None
        return round((found if found.tzinfo else found.replace(tzinfo=self._zone)).timestamp() * 1000)


ISO_SECONDS = len("2026-11-09 09:15:00")
SECONDS = {f"{second:02}": second * 1000 for second in range(60)}
MINUTES = 1_000_000
"""So many are remembered at most."""


def _joined(texts: list[str]) -> str:
    """Cells as one text; a date without its time tells nothing."""
    return " ".join(texts) if all(map(str.strip, texts)) else ""


def _checked(times: list[int | None], outcome: str | None, queue: str | None, agent: str | None) -> int:
    """When the call was over, if it can have been one. ValueError says why not."""
    arrived, entered, left, _, _ = times
    if arrived is None:
        raise ValueError("it is not told when the call arrived")
    told = [at for at in times if at is not None]
    if told != sorted(told) or told[-1] - arrived > DAY_MS:
        _look_at_order([(name, at) for name, at in zip(TIMES, times, strict=True) if at is not None])
    if entered is not None:
        if outcome not in OUTCOMES:
            raise ValueError(
                f"outcome {outcome!r} is none of {', '.join(OUTCOMES)}: say --outcome {outcome}=…"
            )
        if left is None or not queue:
            raise ValueError(f"a visit to a queue needs {'left' if left is None else 'queue'} too")
        if outcome == Left.ANSWERED and not agent:
            raise ValueError("an answered visit needs the agent too")
    return told[-1]


def _look_at_order(told: Sequence[tuple[str, int]]) -> None:
    for (earlier, was), (later, at) in pairwise(told):
        if at < was:
            raise ValueError(f"{later} is before {earlier}")
        if at - was > DAY_MS:
            raise ValueError(f"{later} is more than a day after {earlier}")


OUTCOMES = tuple(map(str, Left))

CALLS = {"answered": "connected", "key": "goodbye", "callback": "goodbye", "timeout": "goodbye"}
"""How a call ended whose visit ended so; all others have hung up."""


def _digest(file: Path) -> str:
    found = sha256()
    with file.open("rb") as content:
        while some := content.read(1 << 20):
            found.update(some)
    return found.hexdigest()[:12]


def columns_of(pairs: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """What was said of the columns: `arrived=date+time`. Raises BadMap."""
    found = {}
    for pair in pairs:
        name, equals, column = pair.partition("=")
        if not equals or not column:
            raise BadMap(f"{pair!r} says nothing: like arrived=COLUMN, or arrived=DATE+TIME")
        found[name] = tuple(column.split("+"))
    return found


# -- writing -----------------------------------------------------------------------------------------------


def _pour(
    tx: Transaction, digest: str, batches: Iterator[Batch], now: int, written: Callable[[int], None]
) -> int:
    """All at once, where nobody else is."""
    count = 0
    for calls, agents in batches:
        bulk.staff(tx, agents, now)
        imported.put_down(tx, _named(digest, count, calls))
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
                patiently(exchange, partial(imported.put_down, calls=_named(digest, count, some)))
                count += len(some)
                written(count)
                time.sleep(TURN)
        except BaseException:
            if not was_there:
                _take_out(exchange, digest, count + BESIDE)
            raise
    with exchange.ledger.transaction() as tx:
        events.note_once(tx, exchange.now(), IMPORTED, file=digest, calls=count)
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


ID = "i"
"""So begins the id of a call that was imported; then the digest of its file, and its number there."""


def _named(digest: str, first: int, calls: Sequence[Told]) -> list[Told]:
    """Each with its id."""
    return [(f"{ID}{digest}.{number:08x}", *told) for number, told in enumerate(calls, first)]
