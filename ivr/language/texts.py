"""Prompts: texts with holes (`Your order {order:digits} is {status}.`) in every language of the hotline."""

import re

from ivr.core.menus import Value, Words
from ivr.language.mistakes import Wrong, did_you_mean

HOLE = re.compile(r"\{([A-Za-z_][A-Za-z0-9_.]*)(?::([^{}]*))?\}")
READINGS = ("digits",)
"""How a value may be read out; `digits` one by one."""


def words(text: str) -> Words:
    """A text with its holes as values; line ends and runs of spaces become one space."""
    text = " ".join(text.split())
    if "{" not in text and "}" not in text:
        return (text,)
    pieces: list[str | Value] = []
    end = 0
    for match in HOLE.finditer(text):
        pieces += [_plain(text[end : match.start()]), _value(match)]
        end = match.end()
    pieces.append(_plain(text[end:]))
    return tuple(piece for piece in pieces if piece)


def _plain(text: str) -> str:
    if "{" in text or "}" in text:
        raise Wrong(
            "a brace in a text begins or ends a value", "write a value like {order} or {order:digits}"
        )
    return text


def _value(match: re.Match[str]) -> Value:
    reading = match[2] or ""
    if reading and reading not in READINGS:
        hint = did_you_mean(reading, READINGS, f"known: {', '.join(READINGS)}")
        raise Wrong(f"'{match[0]}' cannot be read as '{reading}'", hint)
    return Value(match[1], reading)
