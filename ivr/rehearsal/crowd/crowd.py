"""Thousands of random callers: day after day, in one process or several, until one call goes wrong."""

import math
import multiprocessing
import time
import traceback
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.sharedctypes import Synchronized
from random import SystemRandom
from resource import RUSAGE_SELF, getrusage

from ivr.core.menus import Hotline
from ivr.rehearsal.complaints import Complaints
from ivr.rehearsal.coverage import Reached
from ivr.rehearsal.crowd.day import CALLERS, Calendar, Day, Failure
from ivr.rehearsal.stage import Play, staged


@dataclass(frozen=True, slots=True)
class Seed:
    """What decides who calls, when, and what they do: `2026-48213`, a year and anything."""

    year: int
    text: str

    @classmethod
    def read(cls, text: str, this_year: int) -> "Seed":
        """A seed without a year means this year."""
        year, dash, rest = text.partition("-")
        if dash and len(year) == 4 and year.isdecimal() and 1970 <= int(year) <= 9000:
            return cls(int(year), rest)
        return cls(this_year, text)

    @classmethod
    def any(cls, this_year: int) -> "Seed":
        return cls(this_year, str(SystemRandom().randrange(100_000)))

    def __str__(self) -> str:
        return f"{self.year}-{self.text}"


@dataclass(slots=True)
class Report:
    """What came of a rehearsal so far. `cpu` in seconds, `memory` the most of any process, in bytes."""

    wanted: int
    callers: int = 0
    requests: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    reached: Reached = field(default_factory=Reached)
    failure: Failure | None = None
    cpu: float = 0
    memory: int = 0

    def add(self, news: "Day | Spent") -> None:
        if isinstance(news, Spent):
            self.cpu += news.cpu
            self.memory = max(self.memory, news.memory)
            return
        self.callers += news.callers
        self.requests += news.requests
        self.outcomes.update(news.outcomes)
        self.reached.join(news.reached)
        for failure in news.failures:
            if self.failure is None or failure.caller < self.failure.caller:
                self.failure = failure


@dataclass(frozen=True, slots=True)
class Spent:
    """What one process has spent."""

    cpu: float
    memory: int


class CrowdBroke(Exception):
    """The rehearsal itself could not go on; the text says where."""


def rehearse(
    play: Play,
    hotline: Hotline,
    callers: int,
    seed: Seed,
    *,
    carrier: str = "twilio",
    processes: int = 1,
    seconds: float = math.inf,
    tell: Callable[[Report], None] = lambda report: None,
) -> Report:
    """Lets so many callers ring; the first one with whom anything goes wrong ends it, and so does the first
    day that is over after so many `seconds`.

    The same seed brings the same callers, and the same first failure, in however many processes; `tell` is
    told after each day. With more than one process nothing else may run in this one. Raises CrowdBroke.
    """
    days = _Days(play, Calendar(hotline, seed.text, seed.year), callers, carrier)
    report, until = Report(callers), time.monotonic() + seconds
    with closing(days.lived() if processes < 2 else days.lived_in(processes)) as every:
        for news in every:
            report.add(news)
            tell(report)
            if time.monotonic() >= until:
                break
    return report


News = Generator[Day | Spent, None, None]


@dataclass(frozen=True, slots=True)
class _Days:
    """The days of a rehearsal."""

    play: Play
    calendar: Calendar
    callers: int
    carrier: str

    @property
    def count(self) -> int:
        return -(-self.callers // CALLERS)

    def lived(self, first: int = 0, step: int = 1, last: Callable[[], float] = lambda: math.inf) -> News:
        """Every `step`th day, up to the first one with a failure, or to the `last`."""
        complaints, began = Complaints(), time.process_time()
        with complaints.collected(), staged(self.play, at=0, carrier=self.carrier) as stage:
            for number in range(first, self.count, step):
                if number > last():
                    break
                count = min(CALLERS, self.callers - number * CALLERS)
                day = self.calendar.live(stage, complaints, number, count)
                yield day
                if day.failures:
                    break
        yield Spent(time.process_time() - began, getrusage(RUSAGE_SELF).ru_maxrss * 1024)

    def lived_in(self, processes: int) -> News:
        """Each process has every nth day. The first failure is known when all days before it are over."""
        forking = multiprocessing.get_context("fork")
        last = forking.Value("d", math.inf)
        readers: list[Connection] = []
        parts = []
        for first in range(processes):
            reader, writer = forking.Pipe(duplex=False)
            readers.append(reader)
            mine = (writer, list(readers), first, processes, last)
            parts.append(forking.Process(target=self._part, args=mine, daemon=True))
            parts[-1].start()
            writer.close()
        try:
            for news in _received(readers):
                if isinstance(news, Day) and news.failures:
                    last.value = min(last.value, news.number)
                yield news
        finally:
            for reader in readers:
                reader.close()  # who still tells something notices, and leaves the stage
            for part in parts:
                part.join()

    def _part(
        self,
        writer: Connection,
        readers: list[Connection],
        first: int,
        step: int,
        last: "Synchronized[float]",
    ) -> None:
        """One process. It keeps no end to read at: so it notices when the one that listens is gone."""
        for reader in readers:
            reader.close()
        try:
            with closing(self.lived(first, step, lambda: last.value)) as days:
                for news in days:
                    writer.send(news)
        except (KeyboardInterrupt, BrokenPipeError):  # nobody listens any more
            pass
        except Exception:
            writer.send(traceback.format_exc())


def _received(readers: list[Connection]) -> News:
    """What several processes tell, until each has told everything. Raises CrowdBroke."""
    telling = list(readers)
    while telling:
        ready = wait(telling)
        for reader in [each for each in telling if each in ready]:
            try:
                news = reader.recv()
            except EOFError:
                telling.remove(reader)
                continue
            if isinstance(news, str):
                raise CrowdBroke(news)
            yield news
