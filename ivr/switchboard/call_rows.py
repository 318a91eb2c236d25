"""The rows in which another system tells its calls: what each says, or what is wrong with it."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count, pairwise
from typing import Any
from zoneinfo import ZoneInfo

from ivr.core.accounts import known_as
from ivr.core.calls import LONGEST_MS
from ivr.core.figures.asking import Wrong, zone_of
from ivr.core.line.match import rank
from ivr.core.line.rules import NO_RULES
from ivr.core.line.visits import Left

FIELDS = (
    *("arrived", "entered", "left", "began", "ended"),
    *("outcome", "queue", "agent", "caller", "called", "language", "priority"),
)
"""What can be told of a call: its arrival, into the line and out of it, the conversation from and to; how the
visit ended, who and where, and how many steps ahead of others it was served."""

TIMES, WORDS = FIELDS[:5], FIELDS[5:]


class BadMap(ValueError):
    """What cannot be read so: a column that is not there, a field nobody knows."""


@dataclass(frozen=True, slots=True)
class Map:
    """How a file is read: which column (or several, joined by a space) is which of FIELDS, what the outcomes
    are called there, how moments are written (strptime; empty: ISO 8601), in which zone, and what stands in
    cells that tell nothing."""

    columns: Mapping[str, tuple[str, ...]]
    outcomes: Mapping[str, str] = field(default_factory=dict)
    moments: str = ""
    zone: str = "UTC"
    nothing: frozenset[str] = frozenset()


Told = tuple[Any, ...]
"""A call as it is read: what `imported.TOLD` names."""

Line = tuple[int, list[str]]
"""A row, and the line of the file on which it begins."""


class Skipped(ValueError):
    """A moment of an hour that was left out, as clocks were put forward."""


class Reader:
    """Reads the rows of one file, whose first is its `head`. The id of a call begins with `ids`, to which its
    place is added; where it is not told which number was called it was `number`, and no call was after
    `latest` (UTC milliseconds). Raises BadMap."""

    def __init__(self, head: Sequence[str], by: Map, ids: str, number: str, latest: int) -> None:
        _check_map(by, head)
        self._width = len(head)
        self._places = [[head.index(column) for column in by.columns.get(name, ())] for name in FIELDS]
        self._nothing = by.nothing
        self._outcomes = by.outcomes
        self._moments = by.moments
        self._zone = ZoneInfo(by.zone)
        self._minutes = _Minutes(self._minute)
        self._number = number
        self._ids = ids
        self._latest = latest
        self._count = 0
        self._agents: dict[str, str] = {}
        self._new: list[str] = []

    @property
    def agents(self) -> int:
        """How many there were so far."""
        return len(self._agents)

    def new_agents(self) -> list[str]:
        """The names that have come since this was asked last."""
        new, self._new = self._new, []
        return new

    def calls(self, lines: Sequence[Line]) -> tuple[list[Told], list[tuple[int, str]]]:
        """The next rows as calls; and what is wrong with those that are none, by their lines."""
        try:
            return self._together([row for _, row in lines]), []
        except ValueError:
            pass
        calls, wrong = [], []
        for line, row in lines:
            try:
                calls.append(self._alone(row))
            except ValueError as what:
                wrong.append((line, str(what)))
        return calls, wrong

    def _together(self, rows: Sequence[list[str]]) -> list[Told]:
        """Rows read column by column, which takes half as long. ValueError where one of them takes a closer
        look."""
        told = self._told(rows)
        times = [self._times(name, texts) for name, texts in zip(TIMES, told, strict=False)]
        words = [_words(name, texts) for name, texts in zip(WORDS, told[len(TIMES) :], strict=True)]
        calls = list(map(self._call, *times, *words, count(self._count)))
        self._count += len(calls)
        return calls

    def _alone(self, row: list[str]) -> Told:
        """One row; ValueError says what is wrong with it."""
        told = [text for (text,) in self._told([row])]
        words = [_words(name, [text])[0] for name, text in zip(WORDS, told[len(TIMES) :], strict=True)]
        arrived, entered, left, began, ended = self._in_order(told[: len(TIMES)])
        outcome, queue, agent, caller, called, language, priority = words
        call = self._call(
            *(arrived, entered, left, began, ended),
            *(outcome, queue, agent, caller, called, language, priority),
            number=self._count,
        )
        self._count += 1
        return call

    def _told(self, rows: Sequence[list[str]]) -> list[Sequence[str]]:
        """What rows tell of each field."""
        for row in rows:
            if len(row) != self._width:
                raise ValueError(f"{len(row)} cells, and the head has {self._width}")
        columns = [*zip(*rows, strict=True)]
        if self._nothing:
            columns = [tuple("" if cell in self._nothing else cell for cell in cells) for cells in columns]
        return [_told(columns, places, len(rows)) for places in self._places]

    def _in_order(self, texts: Sequence[str]) -> list[int | None]:
        """The moments of one call. In an hour that comes twice each is of the first, but for what was before
        another then."""
        times: list[int | None] = []
        last: int | None = None
        for name, text in zip(TIMES, texts, strict=True):
            at = self._time(name, text)
            if at is not None and last is not None and at < last:
                at = self._moment(text.strip(), fold=1)
            times.append(at)
            last = last if at is None else at
        return times

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
        priority: str,
        number: int,
    ) -> Told:
        outcome = self._outcomes.get(outcome, outcome)
        who = None
        if outcome == ANSWERED:  # who was answered at once did not wait in a line
            left = began if left is None else left
            entered = left if entered is None else entered
            who = self._agents.get(agent) or self._agent(agent) if agent else None
        times = (arrived, entered, left, began, ended)
        _check_times(times, self._latest)
        _check_visit(entered, left, began, outcome, queue, who)
        return (
            *(f"{self._ids}{number:08x}", *times, outcome or None, queue or None, who),
            *(caller or None, called or self._number, language, _rank(entered, priority)),
        )

    def _agent(self, name: str) -> str:
        self._agents[name] = known_as(name)
        self._new.append(name)
        return self._agents[name]

    def _times(self, name: str, texts: Iterable[str]) -> list[int | None]:
        """The moments of a column, in UTC milliseconds."""
        minutes = self._minutes
        try:
            return [minutes[text[:-2]] + SECONDS[text[-2:]] if text else None for text in texts]
        except (KeyError, ValueError, OverflowError):
            return [self._time(name, text) for text in texts]

    def _time(self, name: str, text: str) -> int | None:
        minute, second = self._minutes.get(text[:-2]), SECONDS.get(text[-2:])
        if minute is not None and second is not None:
            return minute + second
        text = text.strip()
        try:
            return self._moment(text) if text else None
        except Skipped:
            raise ValueError(f"{name} {text!r} never was: clocks were put forward then") from None
        except (ValueError, OverflowError):
            expected = self._moments or "2026-11-09 09:15:00"
            raise ValueError(f"{name} {text!r} is no moment written as {expected}") from None

    def _moment(self, text: str, fold: int = 0) -> int:
        """UTC milliseconds; of an hour that comes twice the second with `fold` 1."""
        found = datetime.strptime(text, self._moments) if self._moments else datetime.fromisoformat(text)  # noqa: DTZ007
        if found.tzinfo is None:
            here = found.replace(tzinfo=self._zone, fold=fold)
            if here.astimezone(UTC).astimezone(self._zone).replace(tzinfo=None, fold=0) != found:
                raise Skipped(text)
            found = here
        return round(found.timestamp() * 1000)

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


def _words(name: str, texts: Sequence[str]) -> list[str]:
    """A column of words. ValueError where one has what nobody can have meant."""
    together = "".join(texts)
    if not together.isprintable() and _CONTROL(together):
        raise ValueError(f"{name} {texts[0]!r} has a line break, or another character that stands for none")
    return [*map(str.strip, texts)]


_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]").search


def _check_map(by: Map, head: Sequence[str]) -> None:
    """BadMap where a file with this head cannot be read so."""
    if not any(head):
        raise BadMap("the first line of the file must name its columns, and it is empty")
    for name in by.columns:
        if name not in FIELDS:
            raise BadMap(f"nothing of a call is called {name!r}: say one of {', '.join(FIELDS)}")
    if "arrived" not in by.columns:
        raise BadMap("it must be said which column is when a call arrived: --map arrived=COLUMN")
    for column in (column for columns in by.columns.values() for column in columns):
        if column not in head:
            raise BadMap(f"there is no column {column!r}: there are {', '.join(head)}")
        if head.count(column) > 1:
            raise BadMap(f"{head.count(column)} columns are called {column!r}: name them apart")
    try:
        zone_of(by.zone)
    except Wrong as wrong:
        raise BadMap(str(wrong)) from None
    for outcome in by.outcomes.values():
        if outcome and outcome not in OUTCOMES:
            raise BadMap(f"no visit ends {outcome!r}: say one of {', '.join(OUTCOMES)}, or nothing")


def _check_times(times: Sequence[int | None], latest: int) -> None:
    """ValueError says why a call cannot have been then."""
    if times[0] is None:
        raise ValueError("it is not told when the call arrived")
    told = [at for at in times if at is not None]
    if told != sorted(told) or told[-1] - told[0] > LONGEST_MS:
        _look_at_order([(name, at) for name, at in zip(TIMES, times, strict=True) if at is not None])
    if told[0] < 0 or told[-1] > latest:
        raise ValueError("it lies before 1970" if told[0] < 0 else "it lies in the future")


def _check_visit(
    entered: int | None, left: int | None, began: int | None, outcome: str, queue: str, who: str | None
) -> None:
    """ValueError says what is missing of a visit to a queue, or cannot have been in one."""
    if outcome and outcome not in OUTCOMES:
        raise ValueError(f"outcome {outcome!r} is none of {', '.join(OUTCOMES)}: say --outcome {outcome}=…")
    if began is not None and outcome != ANSWERED:
        raise ValueError(f"a conversation began, and the outcome is {outcome!r}")
    if entered is None:
        if left is not None:
            raise ValueError("it left a queue, and it is not told when it entered")
        if outcome:
            raise ValueError(
                f"the outcome is {outcome!r}, and it is not told when it entered a queue: where it was in "
                "none, leave the outcome empty"
            )
        return
    for name, missing in (("outcome", not outcome), ("left", left is None), ("queue", not queue)):
        if missing:
            raise ValueError(f"a visit to a queue needs {name} too")
    if outcome == ANSWERED and who is None:
        raise ValueError("an answered visit needs the agent too")


def _rank(entered: int | None, priority: str) -> int | None:
    """By what a visit was served: its steps ahead are as long as in a queue of which nothing else is said.
    ValueError where there are no such steps."""
    if not priority or entered is None:
        return entered
    if priority not in STEPS_AHEAD:
        raise ValueError(f"priority {priority!r} is no whole number from 0 to 10")
    return rank(entered, NO_RULES, int(priority))


STEPS_AHEAD = {str(steps) for steps in range(11)}


def _look_at_order(told: Sequence[tuple[str, int]]) -> None:
    for (earlier, was), (later, at) in pairwise(told):
        if at < was:
            raise ValueError(f"{later} is before {earlier}")
    raise ValueError(f"{told[-1][0]} is more than a day after {told[0][0]}")


OUTCOMES = dict.fromkeys(map(str, Left))
ANSWERED = str(Left.ANSWERED)
