"""A fact about a hotline, as phrases with holes, so that whoever shows it can translate them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ivr.core.menus import Destination, Language, Words
from ivr.core.phrases import plain


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

Sides = Iterator[tuple[Phrase, Fact]]
"""The sides of one place, and what is so of each."""


def phrase(text: str, /, **holes: object) -> Phrase:
    return Phrase(text, tuple((name, str(value)) for name, value in holes.items()))


def leads(to: Destination) -> Phrase:
    return phrase("leads to %(step)s", step=to)


def quoted(words: Words) -> Phrase:
    return phrase("“%(words)s”", words=plain(words))


def in_seconds(seconds: float) -> Phrase:
    return phrase("%(seconds)s s", seconds=f"{seconds:g}")


def rules_of_recording(longest: float, quiet: float, end: str) -> Fact:
    longest_ = phrase("at most %(seconds)s s", seconds=f"{longest:g}")
    ended = phrase("ended by %(seconds)s s of silence", seconds=f"{quiet:g}")
    return (longest_, ended, phrase("ended by %(key)s", key=end)) if end else (longest_, ended)
