"""How the elements of a document are written: everything escaped once, addresses whole, holes kept."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Literal

from ivr.carriers.twilio.fragment import NOTHING, Fragment, Hole, Pieces, Reading, dialled, escaped, pieces_of

Method = Literal["POST", "GET"]
Attributes = Mapping[str, Pieces | int | bool | None]

_OUR_ADDRESS = re.compile(r"https?://[!-~]+")


def element(name: str, attributes: Attributes, content: Fragment = NOTHING) -> Fragment:
    """An element without the attributes that are None."""
    given = [_attribute(key, value) for key, value in attributes.items() if value is not None]
    if not content:
        return joined([markup(f"<{name}"), *given, markup("/>")])
    return joined([markup(f"<{name}"), *given, markup(">"), content, markup(f"</{name}>")])


def text(pieces: Pieces) -> Fragment:
    """The pieces, escaped."""
    return Fragment.of(
        [piece if isinstance(piece, Hole) else escaped(piece).encode() for piece in pieces_of(pieces)]
    )


def markup(written: str) -> Fragment:
    """What stands in the document as it is written here."""
    return Fragment((written.encode(),))


def joined(fragments: Sequence[Fragment]) -> Fragment:
    """The fragments, one behind the other."""
    return Fragment.of([part for fragment in fragments for part in fragment.parts])


def read(pieces: Pieces, reading: Reading) -> Sequence[str | Hole]:
    """The pieces with every hole read as the place demands, whatever its own reading."""
    return [Hole(piece.name, reading) if isinstance(piece, Hole) else piece for piece in pieces_of(pieces)]


def address(pieces: Pieces) -> Sequence[str | Hole]:
    """An address of ours. Raises ValueError for one that is not whole, as it leads nowhere."""
    whole = read(pieces, "url")
    if not _OUR_ADDRESS.fullmatch(_written(whole)):
        raise ValueError("an address in a document is absolute (http:// or https://) and plain ASCII")
    return whole


def number(pieces: Pieces) -> Sequence[str | Hole]:
    """A phone number."""
    return [dialled(piece) if isinstance(piece, str) else piece for piece in read(pieces, "number")]


def name(pieces: Pieces, longest: int, what: str) -> Pieces:
    """A name we gave. Raises ValueError for none, or one that is longer than the carrier takes."""
    if not pieces or len(_written(pieces_of(pieces))) > longest:
        raise ValueError(f"the name of a {what} has 1 to {longest} characters")
    return pieces


def told(callback: Pieces | None, prefix: str, events: str) -> dict[str, Pieces | int | bool | None]:
    """The attributes that have `callback` told of these events; none without it."""
    if not callback:
        return {}
    return {prefix: address(callback), f"{prefix}Method": "POST", f"{prefix}Event": events}


def _written(pieces: Sequence[str | Hole]) -> str:
    return "".join(piece for piece in pieces if isinstance(piece, str))


def _attribute(key: str, value: Pieces | int | bool) -> Fragment:
    if isinstance(value, bool):
        value = "true" if value else "false"
    if isinstance(value, int | str):
        return _plain_attribute(key, str(value))
    return joined([markup(f' {key}="'), text(value), markup('"')])


@lru_cache(maxsize=256)
def _plain_attribute(key: str, value: str) -> Fragment:
    """A voice, a time: the same few in every document."""
    return joined([markup(f' {key}="'), text(value), markup('"')])
