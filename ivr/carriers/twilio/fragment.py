"""Finished documents with holes: made once when menus are published, filled while a caller waits.

A value stays in its hole: it is never markup, never another part of an address, and bounded in length.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote
from xml.sax.saxutils import escape

Reading = Literal["text", "digits", "url", "number"]

#: The most characters of a value that are spoken; the size of a document is known when it is made.
LONGEST_VALUE = 200

# XML 1.0 cannot hold these (contract §2.1: error 12100).
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_SPACE = re.compile(r"\s+")
_NOT_DIALLED = re.compile(r"[^0-9+*#]")


@dataclass(frozen=True, slots=True)
class Hole:
    """The place of the value `name`, and how it is put there: `text` as it is, `digits` one by one
    ("1 2 3"), `url` as one part of an address, `number` as a phone number."""

    name: str
    reading: Reading = "text"

    def filled(self, value: str) -> str:
        """The value as it stands in the document."""
        match self.reading:
            case "text":
                return escaped(value[:LONGEST_VALUE])
            case "digits":
                return escaped(" ".join(speakable(value).replace(" ", "")[: LONGEST_VALUE // 2]))
            case "url":
                return quote(value, safe="", errors="replace")
            case "number":
                return dialled(value)


Pieces = str | Hole | Sequence[str | Hole]
"""A text with holes in it, or an address with holes in it."""


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece of a document: bytes and holes, never two bytes beside each other."""

    parts: tuple[bytes | Hole, ...] = ()

    @classmethod
    def of(cls, parts: Iterable[bytes | Hole]) -> "Fragment":
        """The parts as one fragment."""
        joined: list[bytes | Hole] = []
        beside: list[bytes] = []
        for part in (*parts, None):
            if isinstance(part, bytes):
                beside.append(part)
                continue
            if text := b"".join(beside):
                joined.append(text)
            beside = []
            if part is not None:
                joined.append(part)
        return cls(tuple(joined))

    def __add__(self, other: "Fragment") -> "Fragment":
        return Fragment.of(self.parts + other.parts)

    def __bool__(self) -> bool:
        return bool(self.parts)

    @property
    def holes(self) -> frozenset[str]:
        """The names of the values it needs."""
        return frozenset(part.name for part in self.parts if isinstance(part, Hole))

    @property
    def largest(self) -> int:
        """The most bytes any filling makes (values in addresses are ours, and short)."""
        return sum(len(part) if isinstance(part, bytes) else 6 * LONGEST_VALUE for part in self.parts)

    def fill(self, values: Mapping[str, str]) -> bytes:
        """The finished bytes. Raises KeyError for a value that is missing."""
        return b"".join(
            [
                part if isinstance(part, bytes) else part.filled(values[part.name]).encode()
                for part in self.parts
            ]
        )

    def around(self, name: str) -> tuple[bytes, ...] | None:
        """The bytes around the only hole: `value.join(around)` is then the finished document, at no cost.

        None if there is another hole. Only for values that need no care: `[A-Za-z0-9._~-]`.
        """
        if self.holes - {name}:
            return None
        around = [b""]
        for part in self.parts:
            if isinstance(part, bytes):
                around[-1] = part
            else:
                around.append(b"")
        return tuple(around)


NOTHING = Fragment()


def speakable(text: str) -> str:
    """The text without what XML cannot hold, each run of spaces, tabs and line ends as one space."""
    return _SPACE.sub(" ", _FORBIDDEN.sub("", text))


def escaped(text: str) -> str:
    """The text as it stands in an element or between double quotes."""
    return escape(speakable(text), {'"': "&quot;"})


def dialled(number: str) -> str:
    """The number with nothing in it but what can be dialled."""
    return _NOT_DIALLED.sub("", number)


def pieces_of(pieces: Pieces) -> Sequence[str | Hole]:
    """The pieces as a sequence, also when there is only one."""
    return (pieces,) if isinstance(pieces, str | Hole) else pieces
