"""The calls of another system, read from a CSV file into the log: all of them, or none.

The file is read and judged before anything is written. What is written is known by the file's own digest: so
a file that comes twice is there once, and one whose import was cut short is taken out again, or goes on. A
file that is there whole is marked so, and stays when a second import of it is stopped.
"""

import csv
import marshal
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any
from zoneinfo import ZoneInfo

from ivr.core.accounts import known_as
from ivr.core.line.visits import Left, WentTo
from ivr.ledger import bulk, events
from ivr.ledger.bulk import NO_MEMORY, Rows
from ivr.switchboard.exchange import Exchange

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
"""A call as it is read: FIELDS in their order; times UTC milliseconds, what is not told None."""


def bring_in(
    exchange: Exchange,
    file: Path,
    by: Map,
    read: Callable[[int], None] = lambda _: None,
    written: Callable[[int], None] = lambda _: None,
) -> int:
    """Import all calls of a file; how many. `read` and `written` hear how many calls it is so far; what they
    raise ends it, and takes out again what was written, unless the file was there before. Raises BadRows,
    BadMap, OSError, LedgerError."""
    with TemporaryFile() as judged:
        count, agents = _judge(file, by, judged, read)
        judged.seek(0)
        name = f"import.{_digest(file)}"
        number = next(iter(exchange.shelf.live(exchange.now()).hotline.numbers))
        with exchange.ledger.transaction() as tx:
            bulk.staff(tx, sorted(agents), exchange.now())
        try:
            _write(exchange, name, number, judged, written)
        except BaseException:
            if not is_there(exchange, file):
                bulk.take_out(exchange.ledger, name, count)
            raise
        with exchange.ledger.transaction() as tx:
            events.note_once(tx, exchange.now(), IMPORTED, file=_digest(file), calls=count)
    return count


IMPORTED = "imported"
"""The event by which a file is marked that is in the log as a whole."""


def is_there(exchange: Exchange, file: Path) -> bool:
    """Whether all calls of this very file were imported. Raises OSError, LedgerError."""
    with exchange.ledger.reading() as tx:
        marks = events.of_hotline(tx, IMPORTED)
    return _digest(file) in {mark.detail["file"] for mark in marks}


# -- reading -----------------------------------------------------------------------------------------------


def _judge(file: Path, by: Map, judged: IO[bytes], read: Callable[[int], None]) -> tuple[int, set[str]]:
    """Reads all calls, and keeps them; how many there are, and of which agents. Raises BadRows, BadMap."""
    count, bad = 0, 0
    agents: set[str] = set()
    said: list[str] = []
    some: list[Told] = []
    with file.open(encoding="utf-8-sig", newline="") as text:
        rows = csv.reader(text)
        reader = _Reader(next(rows, []), by)
        for row in rows:
            try:
                told = reader.call(row)
            except ValueError as wrong:
                bad += 1
                if bad <= NAMED:
                    said.append(f"{file}:{rows.line_num}: {wrong}")
                continue
            count += 1
            if told[AGENT]:
                agents.add(told[AGENT])
            some.append(told)
            if len(some) == AT_ONCE:
                marshal.dump(some, judged)
                some = []
                read(count)
    if bad:
        more = [f"and {bad - NAMED} more"] if bad > NAMED else []
        raise BadRows("\n".join([*said, *more, "Nothing was imported: mend these rows, or leave them out."]))
    marshal.dump(some, judged)
    read(count)
    return count, agents


AGENT = FIELDS.index("agent")


class _Reader:
    """Reads the rows of one file."""

    def __init__(self, head: list[str], by: Map) -> None:
        unknown = [name for name in by.columns if name not in FIELDS]
        if unknown:
            raise BadMap(f"nothing of a call is called {unknown[0]!r}: say one of {', '.join(FIELDS)}")
        if "arrived" not in by.columns:
            raise BadMap("it must be said which column is when a call arrived: --map arrived=COLUMN")
        for column in (column for columns in by.columns.values() for column in columns):
            if column not in head:
                raise BadMap(f"there is no column {column!r}: there are {', '.join(head)}")
        self._width = len(head)
        self._places = {name: [head.index(column) for column in by.columns[name]] for name in by.columns}
        self._outcomes = by.outcomes
        self._moments = by.moments
        self._zone = ZoneInfo(by.zone)
        self._moment = lru_cache(maxsize=100_000)(self._read_moment)

    def call(self, row: list[str]) -> Told:
        """A row as a call. ValueError says what is wrong with it."""
        if len(row) != self._width:
            raise ValueError(f"{len(row)} cells, and the head has {self._width}")
        texts = {name: _joined([row[place] for place in places]) for name, places in self._places.items()}
        times = [self._time(name, texts) for name in TIMES]
        names = [texts.get(name, "").strip() or None for name in FIELDS[len(TIMES) :]]
        return _checked(times, self._outcome(names[0]), names[1:])

    def _time(self, name: str, texts: Mapping[str, str]) -> int | None:
        text = texts.get(name, "").strip()
        if not text:
            return None
        try:
            return self._moment(text)
        except ValueError:
            expected = self._moments or "2026-11-09 09:15:00"
            raise ValueError(f"{name} {text!r} is no moment written as {expected}") from None

    def _read_moment(self, text: str) -> int:
        found = datetime.strptime(text, self._moments) if self._moments else datetime.fromisoformat(text)  # noqa: DTZ007
        return round((found if found.tzinfo else found.replace(tzinfo=self._zone)).timestamp() * 1000)

    def _outcome(self, text: str | None) -> str | None:
        return self._outcomes.get(text, text) if text else None


def _joined(texts: list[str]) -> str:
    """Cells as one text; a date without its time tells nothing."""
    return " ".join(texts) if all(map(str.strip, texts)) else ""


def _checked(times: list[int | None], outcome: str | None, names: list[str | None]) -> Told:
    arrived, entered, left, began, ended = times
    if arrived is None:
        raise ValueError("it is not told when the call arrived")
    in_order = [
        (name, at)
        for name, at in zip(TIMES, (arrived, entered, left, began, ended), strict=True)
        if at is not None
    ]
    for (earlier, was), (later, at) in pairwise(in_order):
        if at < was:
            raise ValueError(f"{later} is before {earlier}")
        if at - was > DAY_MS:
            raise ValueError(f"{later} is more than a day after {earlier}")
    if entered is not None:
        if outcome not in OUTCOMES:
            raise ValueError(
                f"outcome {outcome!r} is none of {', '.join(OUTCOMES)}: say --outcome {outcome}=…"
            )
        if left is None or not names[0]:
            raise ValueError(f"a visit to a queue needs {'left' if left is None else 'queue'} too")
        if outcome == Left.ANSWERED and not names[1]:
            raise ValueError("an answered visit needs the agent too")
    return (arrived, entered, left, began, ended, outcome, *names)


OUTCOMES = tuple(map(str, Left))


def _digest(file: Path) -> str:
    found = sha256()
    with file.open("rb") as content:
        while some := content.read(1 << 20):
            found.update(some)
    return found.hexdigest()[:12]


# -- writing -----------------------------------------------------------------------------------------------


def _write(
    exchange: Exchange, name: str, number: str, judged: IO[bytes], written: Callable[[int], None]
) -> None:
    count = 0
    for some in _kept(judged):
        rows = Rows()
        for told in some:
            _add(rows, f"{name}.{count:08x}", number, told)
            count += 1
        if some:
            until = max(at for told in some for at in told[: len(TIMES)] if at is not None)
            bulk.put_down(exchange.ledger, rows, min(told[0] for told in some), until)
        written(count)


def _kept(judged: IO[bytes]) -> Iterator[list[Told]]:
    while True:
        try:
            yield marshal.load(judged)  # noqa: S302  (what was put there a moment ago)
        except EOFError:
            return


def _add(rows: Rows, name: str, number: str, told: Told) -> None:
    arrived, entered, left, began, ended, outcome, queue, agent, caller, called, language = told
    over = max(at for at in told[: len(TIMES)] if at is not None)
    language, called = language or "", called or number
    talked = (ended - began) / 1000 if began is not None and ended is not None else 0.0
    how = CALLS.get(outcome or "", "hung_up")
    rows.add(
        "call",
        *(name, caller, called, 0, language, arrived, arrived, 0, 0, 1, 0, ""),
        *(NO_MEMORY, how, talked, over, "import"),
    )
    if entered is None:
        return
    answered = outcome == Left.ANSWERED
    known = known_as(agent) if agent and answered else None
    visit = f"{name}.1"
    rows.add(
        "visit",
        *(visit, name, "call", queue, language, entered, entered, entered, entered, known),
        *(left if answered else None, outcome, WentTo.AGENT if answered else WentTo.GOODBYE, left, None),
    )
    if not answered:
        return
    over_at = ended if ended is not None else left
    begun = began if began is not None else left
    rows.add("offer", visit, visit, known, queue, entered, left, left, left, "accepted")
    rows.add(
        "talk",
        *(visit, visit, name, known, queue, f"room-{visit}", begun, begun, left, 0),
        *(over_at, "caller", over_at, None),
    )


CALLS = {"answered": "connected", "key": "goodbye", "callback": "goodbye", "timeout": "goodbye"}
"""How a call ended whose visit ended so; all others have hung up."""


def columns_of(pairs: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """What was said of the columns: `arrived=date+time`. Raises BadMap."""
    found = {}
    for pair in pairs:
        name, equals, column = pair.partition("=")
        if not equals or not column:
            raise BadMap(f"{pair!r} says nothing: like arrived=COLUMN, or arrived=DATE+TIME")
        found[name] = tuple(column.split("+"))
    return found
