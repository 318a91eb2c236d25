"""The words in which facts are told: phrases with holes, so that whoever shows them can translate them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ivr.core.menus import Language


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words with holes: `leads to %(step)s`. They are English; pages translate `text` and fill it then."""

    text: str
    holes: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return self.text % dict(self.holes)


@dataclass(frozen=True, slots=True)
class Subject:
    """What a fact is about: a place (`main`), one side of it (`pressing 1`), and whose words they are."""

    place: Phrase
    side: Phrase | None = None
    language: Language | None = None


Fact = tuple[Phrase, ...]
"""What is so; an empty one says no more than that the place is there."""

Facts = Mapping[Subject, Fact]


def phrase(text: str, /, **holes: object) -> Phrase:
    return Phrase(text, tuple((name, str(value)) for name, value in holes.items()))


def in_seconds(seconds: float) -> Phrase:
    return phrase("%(seconds)s s", seconds=f"{seconds:g}")


Sides = Iterator[tuple[Phrase, Fact]]
"""The sides of a place and what is so there."""
