"""A report: rows of figures, their sum, and whether it adds up."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from ivr.core.figures.balance import Balance
from ivr.core.figures.behind import Behind
from ivr.core.figures.catalogue import FIGURES
from ivr.core.figures.figure import Figure
from ivr.core.figures.intervals import COMING_ROUND, Every, end_of
from ivr.core.figures.question import NAMES, Question
from ivr.core.figures.tally import Tally

Key = tuple[int | str, ...]
"""What a row is of: the start of its interval if it has one, then the names the report tells apart."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a report, or its sum (its key is empty then).

    `since` and `until` are the time it is of; of what comes round, that of the whole report. `before` is the
    tally of the period before. `exact` holds the figures that were taken from the records themselves.
    `without` names those that a sum does not have, as they do not add up: a caller of two steps is not two.
    """

    key: Key
    since: int
    until: int
    tally: Tally
    before: Tally | None = None
    exact: Mapping[str, float | None] = field(default_factory=dict)
    without: frozenset[str] = frozenset()

    def value(self, figure: Figure) -> float | None:
        """The figure of this row, in its unit; None where nothing was counted, or it does not add up."""
        if figure.name in self.without:
            return None
        return self.exact[figure.name] if figure.name in self.exact else figure.of(self.tally)

    def value_before(self, figure: Figure) -> float | None:
        """The figure of the period before; None also where that was not asked for."""
        return None if self.before is None or figure.name in self.without else figure.of(self.before)


@dataclass(frozen=True, slots=True)
class Report:
    """The answer to a question. `approximate` are the figures that are known only about, from histograms.

    `is_whole` is False while something is still to be counted; `counted_at` says when it was looked up.
    """

    question: Question
    rows: tuple[Row, ...]
    total: Row
    balances: tuple[Balance, ...]
    counted_at: int
    waiting: int = 0
    """How many wait now, of those asked about."""
    oldest_wait: float | None = None
    """The seconds the one of them has waited who has waited longest."""
    approximate: frozenset[str] = frozenset()
    is_whole: bool = True
    from_calls: frozenset[str] = frozenset()
    """The queues whose service levels by the promises of today the tallies do not tell: they were counted
    from the calls themselves, and are exact."""
    people: Mapping[str, str] = field(default_factory=dict)
    """What agents are called, by the ids that stand in the keys of rows."""
    no_such_queue: Mapping[str, str | None] = field(default_factory=dict)
    """The queues asked for that neither the menus of today have nor the log, each with the name in the menus
    that is most like it."""

    @property
    def figures(self) -> tuple[Figure, ...]:
        """The columns: what can be told of these rows, each figure once."""
        found = {name: each for view in self.question.views for name, each in FIGURES[view].items()}
        return tuple(found.values())

    @property
    def adds_up(self) -> bool:
        """Whether every identity of its figures holds."""
        return all(balance.holds for balance in self.balances)

    def name_of(self, row: Row) -> Mapping[str, int | str]:
        """What a row is of, by the names of the keys; its interval is `at`."""
        names = (*(("at",) if self.question.every else ()), *NAMES[self.question.by])
        return dict(zip(names, row.key, strict=False)) if row.key else {}

    def is_part(self, row: Row) -> bool:
        """Whether the interval of a row began before what is asked for, or goes on behind it, or is not over:
        its figures are not those of a whole one."""
        every = self.question.every
        if every is None or every in COMING_ROUND or not row.key:
            return False
        at, zone = int(row.key[0]), ZoneInfo(self.question.zone)
        return at < self.question.since or end_of(at, every, zone) > min(self.question.until, self.counted_at)

    def behind(self, row: Row, figure: Figure) -> Behind | None:
        """The list of calls behind a cell. None where there is none."""
        if figure.opens is None or figure.name in row.without:
            return None
        names = {name: frozenset({str(value)}) for name, value in self.name_of(row).items() if name != "at"}
        every = self.question.every if row.key else None
        return Behind(
            figure.opens,
            row.since,
            row.until,
            {**self.question.only.given, **names},
            hour=int(row.key[0]) if every is Every.HOUR_OF_DAY else None,
            weekday=int(row.key[0]) if every is Every.WEEKDAY else None,
            zone=self.question.zone,
        )
