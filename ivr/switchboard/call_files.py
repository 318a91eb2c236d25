"""The calls of another system, as a CSV file tells them: every bad row is named.

A large file is read by a process of its own, while this one writes.
"""

import csv
import gc
import marshal
import multiprocessing
import re
import signal
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count, islice, pairwise
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from ivr.core.accounts import known_as
from ivr.core.calls import LONGEST_MS
from ivr.core.line.visits import Left

FIELDS = (
    *("arrived", "entered", "left", "began", "ended"),
    *("outcome", "queue", "agent", "caller", "called", "language"),
)
"""What can be told of a call: its arrival, into the line and out of it, the conversation from and to; how the
visit ended, and who and where."""

TIMES = FIELDS[:5]

NAMED = 20
"""Of so many bad rows it is said what is wrong; of more only how many there are."""

AT_ONCE = 2_000
"""Calls of one batch."""

LARGE = 16 << 20
"""Bytes of a file that is read by a process of its own."""


class BadRows(ValueError):
    """Rows that cannot be calls. The message names them."""


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


def columns_of(pairs: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """What was said of the columns: `arrived=date+time`. Raises BadMap."""
    found = {}
    for pair in pairs:
        name, equals, column = pair.partition("=")
        if not equals or not column:
            raise BadMap(f"{pair!r} says nothing: like arrived=COLUMN, or arrived=DATE+TIME")
        found[name] = tuple(column.split("+"))
    return found


Told = tuple[Any, ...]
"""A call as it is read: what `imported.TOLD` names."""

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
            reader = _Reader(next(rows, []), file)
            while some := [(rows.line_num, row) for row in islice(rows, AT_ONCE)]:
                try:
                    calls = reader.calls([row for _, row in some])
                except ValueError:
                    wrong = [(line, what) for line, row in some if (what := reader.wrong(row))]
                    assert wrong, "what is wrong with rows together is wrong with one of them"
                    bad += len(wrong)
                    named += [f"{file.path}:{line}: {what}" for line, what in wrong[: NAMED - len(named)]]
                else:
                    yield calls, reader.new_agents()
        except csv.Error as error:
            raise BadRows(f"{file.path}:{rows.line_num}: {error}\n{NOTHING}") from None
    if bad:
        more = [f"and {bad - NAMED} more"] if bad > NAMED else []
        raise BadRows("\n".join([*named, *more, NOTHING]))


NOTHING = "Nothing was imported: mend these rows, or leave them out."


class _Reader:
    """Reads the rows of one file."""

    def __init__(self, head: list[str], file: CallFile) -> None:
        by = file.by
        unknown = [name for name in by.columns if name not in FIELDS]
        if unknown:
            raise BadMap(f"nothing of a call is called {unknown[0]!r}: say one of {', '.join(FIELDS)}")
        if "arrived" not in by.columns:
            raise BadMap("it must be said which column is when a call arrived: --map arrived=COLUMN")
        for column in (column for columns in by.columns.values() for column in columns):
            if column not in head:
                raise BadMap(f"there is no column {column!r}: there are {', '.join(head)}")
        self._width = len(head)
        self._places = [[head.index(column) for column in by.columns.get(name, ())] for name in FIELDS]
        self._outcomes = by.outcomes
        self._moments = by.moments
        self._zone = ZoneInfo(by.zone)
        self._minutes = _Minutes(self._minute)
        self._number = file.number
        self._ids = file.ids
        self._latest = file.latest
        self._count = 0
        self._agents: dict[str, str] = {}
        self._new: list[str] = []

    def new_agents(self) -> list[str]:
        """The names that have come since this was asked last."""
        new, self._new = self._new, []
        return new

    def wrong(self, row: list[str]) -> str:
        """What is wrong with a row; nothing if it can be a call."""
        try:
            self.calls([row])
        except ValueError as wrong:
            return str(wrong)
        return ""

    def calls(self, rows: Sequence[list[str]]) -> list[Told]:
        """The next rows as calls; read column by column, which takes half as long. ValueError says what is
        wrong with one of them."""
        for row in rows:
            if len(row) != self._width:
                raise ValueError(f"{len(row)} cells, and the head has {self._width}")
        columns = [*zip(*rows, strict=True)]
        told = [_told(columns, places, len(rows)) for places in self._places]
        times = [self._times(name, texts) for name, texts in zip(TIMES, told, strict=False)]
        words = [map(str.strip, texts) for texts in told[len(TIMES) :]]
        calls = list(map(self._call, *times, *words, count(self._count)))
        self._count += len(calls)
        return calls

    def _call(
        self,
        arrived: int | None,
        entered: int | None,
        left: int | None,
        began: int | None,
        ended: int | None,
        outcome: str,
        queue: str,
        agent: str,
        caller: str,
        called: str,
        language: str,
        number: int,
    ) -> Told:
        times = (arrived, entered, left, began, ended)
        outcome = self._outcomes.get(outcome, outcome)
        over = _checked(times, self._latest, outcome, queue, agent)
        who = self._agents.get(agent) or self._agent(agent) if agent and outcome == ANSWERED else None
        told = (outcome or None, queue or None, who, caller or None, called or self._number, language)
        return (f"{self._ids}{number:08x}", *times, *told, over, CALLS.get(outcome, "hung_up"))

    def _agent(self, name: str) -> str:
        self._agents[name] = known_as(name)
        self._new.append(name)
        return self._agents[name]

    def _times(self, name: str, texts: Iterable[str]) -> list[int | None]:
        """The moments of a column, in UTC milliseconds."""
        minutes = self._minutes
        try:
            return [minutes[text[:-2]] + SECONDS[text[-2:]] if text else None for text in texts]
        except (KeyError, ValueError):
            return [self._time(name, text) for text in texts]

    def _time(self, name: str, text: str) -> int | None:
        minute, second = self._minutes.get(text[:-2]), SECONDS.get(text[-2:])
        if minute is not None and second is not None:
            return minute + second
        text = text.strip()
        try:
            return self._moment(text) if text else None
        except ValueError:
            expected = self._moments or "2026-11-09 09:15:00"
            raise ValueError(f"{name} {text!r} is no moment written as {expected}") from None

    def _moment(self, text: str) -> int:
        found = datetime.strptime(text, self._moments) if self._moments else datetime.fromisoformat(text)  # noqa: DTZ007
        return round((found if found.tzinfo else found.replace(tzinfo=self._zone)).timestamp() * 1000)

    def _minute(self, written: str) -> int:
        """When a minute begins that is written so, but for the two digits of its seconds. KeyError where
        it is not sure that the last two are these."""
        sure = self._moments.endswith(":%S") if self._moments else _ISO_MINUTE(written) is not None
        if not sure:
            raise KeyError(written)
        return self._moment(f"{written}00")


_ISO_MINUTE = re.compile(r".{10}[T ]\d\d:\d\d:").fullmatch
"""As of `2026-11-09 09:15:00`; another two digits at the end might be minutes, or those of an offset."""

SECONDS = {f"{second:02}": second * 1000 for second in range(60)}

MINUTES = 1_000_000
"""So many are remembered at most."""


class _Minutes(dict[str, int]):
    """When minutes begin, by how they are written. A year has five hundred thousand, and its calls a hundred
    times as many moments: so those that came are remembered."""

    def __init__(self, begins: Callable[[str], int]) -> None:
        super().__init__()
        self._begins = begins

    def __missing__(self, written: str) -> int:
        begins = self._begins(written)
        if len(self) >= MINUTES:
            self.clear()
        self[written] = begins
        return begins


def _told(columns: Sequence[tuple[str, ...]], places: Sequence[int], rows: int) -> Sequence[str]:
    """What the columns at these places tell together of each row."""
    match places:
        case []:
            return [""] * rows
        case [place]:
            return columns[place]
    return [*map(_joined, zip(*(columns[place] for place in places), strict=True))]


def _joined(texts: Sequence[str]) -> str:
    """Cells as one text; a date without its time tells nothing."""
    return " ".join(texts) if all(map(str.strip, texts)) else ""


def _checked(times: Sequence[int | None], latest: int, outcome: str, queue: str, agent: str) -> int:
    """When the call was over, if it can have been one by now. ValueError says why not."""
    arrived, entered, left, _, _ = times
    if arrived is None:
        raise ValueError("it is not told when the call arrived")
    told = [at for at in times if at is not None]
    if told != sorted(told) or told[-1] - arrived > LONGEST_MS:
        _look_at_order([(name, at) for name, at in zip(TIMES, times, strict=True) if at is not None])
    if arrived < 0 or told[-1] > latest:
        raise ValueError("it lies before 1970" if arrived < 0 else "it lies in the future")
    if entered is not None:
        if outcome not in OUTCOMES:
            raise ValueError(
                f"outcome {outcome!r} is none of {', '.join(OUTCOMES)}: say --outcome {outcome}=…"
                if outcome
                else "a visit to a queue needs its outcome too"
            )
        if left is None or not queue:
            raise ValueError(f"a visit to a queue needs {'left' if left is None else 'queue'} too")
        if outcome == ANSWERED and not agent:
            raise ValueError("an answered visit needs the agent too")
    return told[-1]


def _look_at_order(told: Sequence[tuple[str, int]]) -> None:
    for (earlier, was), (later, at) in pairwise(told):
        if at < was:
            raise ValueError(f"{later} is before {earlier}")
    raise ValueError(f"{told[-1][0]} is more than a day after {told[0][0]}")


OUTCOMES = dict.fromkeys(map(str, Left))
ANSWERED = str(Left.ANSWERED)

CALLS = {"answered": "connected", "key": "goodbye", "callback": "goodbye", "timeout": "goodbye"}
"""How a call ended whose visit ended so; all others have hung up."""
