"""What is wrong with the menus: where, what, and what to do about it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches

from ivr.core.menus import Where


@dataclass(frozen=True, slots=True, order=True)
class Mistake:
    """One thing to mend. Prints as `menus/main.yaml:14:7: what is wrong; what to do`."""

    where: Where
    text: str
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.where}: {self.text}" + (f"; {self.hint}" if self.hint else "")


class Wrong(ValueError):
    """A text that cannot be read as what it should be; whoever knows its place makes a Mistake of it."""

    def __init__(self, text: str, hint: str = "") -> None:
        super().__init__(text)
        self.text, self.hint = text, hint


@dataclass(slots=True)
class Findings:
    """The mistakes and warnings found so far.

    `spoiled` are the places where the spelling itself is wrong: nothing more is said about those.
    """

    mistakes: list[Mistake] = field(default_factory=list)
    warnings: list[Mistake] = field(default_factory=list)
    spoiled: set[Where] = field(default_factory=set)

    def mistake(self, where: Where, text: str, hint: str = "") -> None:
        if where not in self.spoiled:
            self.mistakes.append(Mistake(where, text, hint))

    def misspelled(self, where: Where, text: str, hint: str = "") -> None:
        """A mistake that makes what stands there unreadable."""
        self.mistake(where, text, hint)
        self.spoiled.add(where)

    def warning(self, where: Where, text: str, hint: str = "") -> None:
        self.warnings.append(Mistake(where, text, hint))


def in_order(mistakes: Iterable[Mistake]) -> tuple[Mistake, ...]:
    """By file and line, none twice."""
    return tuple(
        sorted(set(mistakes), key=lambda it: (it.where.file, it.where.line, it.where.column, it.text))
    )


def did_you_mean(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """The hint that names the known word nearest to `word`, or `otherwise` when none is near."""
    near = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"did you mean '{near[0]}'?" if near else otherwise


def listed(words: Iterable[str], last: str = "or") -> str:
    """Words as a person lists them: `a, b or c`."""
    *front, end = words
    return f"{', '.join(front)} {last} {end}" if front else end
