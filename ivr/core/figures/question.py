"""What is asked of the figures: of which time and whom, and what they are told apart by."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from ivr.core.figures.intervals import Every
from ivr.core.figures.tally import KEYS, View


class By(StrEnum):
    """What the rows of a report are told apart by, beside their interval."""

    CALLS = "calls"
    """By nothing: one row, or one for each interval."""
    QUEUES = "queues"
    AGENTS = "agents"
    OPTIONS = "options"
    LANGUAGES = "languages"
    NUMBERS = "numbers"


NAMES: Mapping[By, tuple[str, ...]] = {
    By.CALLS: (),
    By.QUEUES: ("queue",),
    By.AGENTS: ("agent",),
    By.OPTIONS: ("called", "step", "option"),
    By.LANGUAGES: ("language",),
    By.NUMBERS: ("called",),
}
"""The keys that tell the rows apart."""

VIEWS: Mapping[By, tuple[View, ...]] = {
    By.CALLS: (View.CALL, View.LINE, View.FLOOR, View.AGENT),
    By.QUEUES: (View.LINE,),
    By.AGENTS: (View.AGENT,),
    By.OPTIONS: (View.OPTION,),
    By.LANGUAGES: (View.CALL, View.LINE),
    By.NUMBERS: (View.CALL, View.LINE),
}
"""The tallies that go into the rows. What two of them count is taken from the first."""


@dataclass(frozen=True, slots=True)
class Only:
    """What is counted only: of these queues, languages, numbers called, agents; empty: of all."""

    queues: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    agents: frozenset[str] = frozenset()

    @property
    def given(self) -> Mapping[str, frozenset[str]]:
        """The names asked for, by the key they are of."""
        wanted = {
            "queue": self.queues,
            "language": self.languages,
            "called": self.numbers,
            "agent": self.agents,
        }
        return {key: names for key, names in wanted.items() if names}

    def of(self, view: View) -> Mapping[str, frozenset[str]] | None:
        """What the tallies of a view must be, by their keys; None if they cannot tell."""
        return self.given if self.given.keys() <= set(KEYS[view]) else None


ALL = Only()


@dataclass(frozen=True, slots=True)
class Question:
    """A report that is wanted: of [since, until), UTC milliseconds at quarter hours.

    `every` also tells the rows apart by intervals of the `zone`. `compare`: beside the period before.
    `recompute`: by the targets of today, and not by those that were promised then.
    """

    since: int
    until: int
    zone: str
    by: By = By.CALLS
    every: Every | None = None
    only: Only = ALL
    compare: bool = False
    recompute: bool = False

    @property
    def views(self) -> tuple[View, ...]:
        """The tallies that can tell what is asked."""
        return tuple(view for view in VIEWS[self.by] if self.only.of(view) is not None)
