"""What a caller hears, and whether words are in it."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

NEAR = 0.6
"""Words less alike than that are no help to anybody."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One thing that began to be heard, at so many UTC milliseconds; `tag` is its language, "" if unknown."""

    words: str
    tag: str
    at: int

    def __str__(self) -> str:
        return f"“{self.words}”" + (f" [{self.tag}]" if self.tag else "")


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a caller's ear has come: so many things heard, and so many characters of the next."""

    things: int = 0
    characters: int = 0


def find(
    words: str, heard: Sequence[Heard], mark: Mark, *, exactly: bool = False, tag: str | None = None
) -> Mark | None:
    """Behind the first of these words after a mark; None if they were not heard (in that language)."""
    wanted = plain(words)
    for number in range(mark.things, len(heard)):
        said = plain(heard[number].words)
        begin = mark.characters if number == mark.things else 0
        at = said.find(wanted, begin)
        right = not exactly or (said == wanted and begin == 0)
        if at >= 0 and right and tag in (None, heard[number].tag):
            return Mark(number, at + len(wanted)) if wanted else Mark(number + 1)
    return None


def plain(words: str) -> str:
    """Words without the differences nobody hears: case, runs of spaces, how an accent is encoded."""
    return " ".join(unicodedata.normalize("NFC", words).casefold().split())


def nearest(words: str, heard: Sequence[Heard]) -> str:
    """The piece of what was heard that is most like these words: whole sentences, if they are; or ""."""
    pieces = [piece for one in heard for piece in _pieces(one.words, len(words.split()))]
    ratios = [(SequenceMatcher(None, plain(words), plain(piece)).ratio(), piece) for piece in pieces]
    ratio, piece = max(ratios, default=(0.0, ""), key=lambda each: each[0])
    return piece if ratio >= NEAR else ""


def sentences(words: str) -> list[str]:
    """A text, sentence by sentence."""
    return re.findall(r"\S.*?(?:[.!?…。？！]+(?=\s|$)|$)", words)


def _pieces(said: str, count: int) -> list[str]:
    """The sentences of what was said, and every run of so many words."""
    words = said.split()
    runs = [" ".join(words[at : at + count]) for at in range(max(1, len(words) - count + 1))]
    return [*sentences(said), *runs]
