"""Long texts cut into parts a voice takes at once: behind a sentence, else behind a word, else anywhere."""

import re
from collections.abc import Iterator, Sequence
from urllib.parse import quote

from ivr.carriers.twilio.fragment import LONGEST_VALUE, Hole, Pieces, pieces_of, speakable

# Voices take 3,000 to 5,000 characters, less in scripts that grow when percent-encoded (contract §3.1).
LONGEST_SAY = 1_000
LONGEST_SAY_QUOTED = 4_500
MOST_QUOTED = len(quote("\U0010ffff"))
"""What one character can become; a text that is short even so need not be quoted to be measured."""

_CUTS = (re.compile(r".+?(?:[.!?…]+ |[。！？]+|$)"), re.compile(r"[^ ]+ ?| "), re.compile("."))
_HOLE = "\0"


def parts_to_say(pieces: Pieces) -> Iterator[Sequence[str | Hole]]:
    """The text in parts, each short enough for one voice element; nothing for a text of spaces."""
    listed = pieces_of(pieces)
    holes = iter([piece for piece in listed if isinstance(piece, Hole)])
    text = "".join(_HOLE if isinstance(piece, Hole) else speakable(piece) for piece in listed)
    for part in filter(None, map(str.strip, _cut(text))):
        yield [next(holes) if piece == _HOLE else piece for piece in re.split(f"({_HOLE})", part)]


def _cut(text: str, cuts: Sequence[re.Pattern[str]] = _CUTS) -> list[str]:
    if _fits(text):
        return [text]
    parts = [""]
    for unit in cuts[0].findall(text):
        if _fits(parts[-1] + unit):
            parts[-1] += unit
        else:
            parts += [unit] if _fits(unit) else _cut(unit, cuts[1:])
    return parts


def _fits(text: str) -> bool:
    """Whether a voice takes it at once, its holes filled; the carrier also counts it percent-encoded."""
    holes = text.count(_HOLE)
    longest = len(text) + holes * LONGEST_VALUE
    if longest > LONGEST_SAY:
        return False
    quoted = 3 * holes * LONGEST_VALUE
    return (
        quoted + MOST_QUOTED * len(text) <= LONGEST_SAY_QUOTED
        or quoted + len(quote(text)) <= LONGEST_SAY_QUOTED
    )
