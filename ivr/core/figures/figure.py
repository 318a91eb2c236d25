"""A figure: a function of a tally, and what everybody must know who reads it.

The definition is the function's docstring: what it says, then `Formula:` and `Source:`. It stands under the
column's head, in the docs and in the terminal, and nowhere else.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from ivr.core.figures.tally import Tally, View


class Unit(StrEnum):
    """How a figure is written."""

    COUNT = "count"
    EACH = "each"
    """So many of something, on average."""
    SHARE = "share"
    """0 to 1, written in percent."""
    SECONDS = "seconds"
    SCORE = "score"
    """From -100 to 100."""


@dataclass(frozen=True, slots=True)
class Figure:
    """`of` says it of a tally: a number in its unit, or None where nothing was counted (never 0 or 100 %).

    `opens` is the list of calls behind it (one of `ivr.core.figures.behind.LISTS`); None where there is none.
    """

    name: str
    label: str
    unit: Unit
    view: View
    of: Callable[[Tally], float | None]
    opens: str | None = None

    @property
    def definition(self) -> str:
        """What it says, without its formula."""
        return self._part(0)

    @property
    def formula(self) -> str:
        return self._part(1)

    @property
    def source(self) -> str:
        """Whose definition it is."""
        return self._part(2)

    def _part(self, number: int) -> str:
        return self._parts()[number]

    def _parts(self) -> tuple[str, str, str]:
        text = inspect.cleandoc(self.of.__doc__ or "")
        says, _, rest = text.partition("Formula:")
        formula, _, source = rest.partition("Source:")
        return _line(says), _line(formula), _line(source)


def _line(text: str) -> str:
    return " ".join(text.split())


Function = Callable[[Tally], float | None]


def share(part: float, whole: float) -> float | None:
    """A part of a whole; None of nothing."""
    return part / whole if whole > 0 else None


def mean(milliseconds: float, count: int) -> float | None:
    """So many milliseconds of so many, as seconds each; None of nobody."""
    return milliseconds / 1000 / count if count > 0 else None
