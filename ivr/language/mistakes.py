"""What is wrong with the menus: where, what, and what to do about it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches

from ivr.core.menus import Where


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing to mend. Prints as `menus/main.yaml:14:7: what is wrong; what to do`."""

    where: Where
    text: str
    hint: str = ""

    @property
    def what(self) -> str:
        """What is wrong and what to do, without its place."""
        return self.text + (f"; {self.hint}" if self.hint else "")

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


class Wrong(ValueError):
    """A text that cannot be read as what it should be; whoever knows its place makes a Mistake of it."""

    def __init__(self, text: str, hint: str = "") -> None:
        super().__init__(text)
        self.text, self.hint = text, hint


MOST = 500
"""Nobody reads more mistakes than these; a hostile file makes no more work."""
MOST_HINTS, MOST_COMPARED = 100, 300
"""Looking for a near word takes a hundredth of a millisecond for each word compared."""


@dataclass(slots=True)
class Findings:
    """The mistakes and warnings found so far.

    `spoiled` are the places where the spelling itself is wrong: nothing more is said about those.
    `nodes` counts what was read, in all files together.
    """

    mistakes: list[Mistake] = field(default_factory=list)
    warnings: list[Mistake] = field(default_factory=list)
    spoiled: set[Where] = field(default_factory=set)
    nodes: int = 0
    hints: int = 0

    @property
    def full(self) -> bool:
        """Whether there are so many mistakes that more would help nobody."""
        return len(self.mistakes) >= MOST

    def mistake(self, where: Where, text: str, hint: str = "") -> None:
        if where not in self.spoiled and not self.full:
            self.mistakes.append(Mistake(where, text, hint))

    def misspelled(self, where: Where, text: str, hint: str = "") -> None:
        """A mistake that makes what stands there unreadable."""
        self.mistake(where, text, hint)
        self.spoiled.add(where)

    def warning(self, where: Where, text: str, hint: str = "") -> None:
        if len(self.warnings) < MOST:
            self.warnings.append(Mistake(where, text, hint))

    def nearest(self, word: str, known: Iterable[str], otherwise: str = "") -> str:
        """The hint that names the known word nearest to `word`, while there are few hints yet."""
        self.hints += 1
        if self.hints > MOST_HINTS:
            return otherwise
        alike = [each for each in known if abs(len(each) - len(word)) <= 3]
        if len(alike) > MOST_COMPARED:
            alike = [each for each in alike if each[:1] == word[:1]][:MOST_COMPARED]
        return did_you_mean(word, alike, otherwise)


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
