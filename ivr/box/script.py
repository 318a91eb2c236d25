"""What a caller will do, written down: `1,2,wait,wait 3s,speak 5s,#,hangup`."""

import re
from dataclasses import dataclass


class BadScript(ValueError):
    """The script says something no caller can do."""


@dataclass(frozen=True, slots=True)
class Move:
    """What the caller does: press `keys`, wait, speak or hangup; without `seconds` as long as it takes."""

    does: str
    keys: str = ""
    seconds: float | None = None

    def __str__(self) -> str:
        if self.does == "press":
            return self.keys
        return self.does if self.seconds is None else f"{self.does} {self.seconds:g}s"


_TIMED = re.compile(r"(wait|speak)(?:\s+([0-9]+(?:\.[0-9]+)?)\s*s?)?")
_SPEAKING_SECONDS = 5.0


def read_script(text: str) -> tuple[Move, ...]:
    """The moves in `text`, separated by commas; raises BadScript naming the one that is none."""
    return tuple(_move(word.strip()) for word in text.split(",") if word.strip())


def _move(word: str) -> Move:
    if word == "hangup":
        return Move("hangup")
    if re.fullmatch(r"[0-9*#]+", word):
        return Move("press", word)
    timed = _TIMED.fullmatch(word)
    if timed is None:
        raise BadScript(f"{word!r} is no key: write keys, 'wait', 'wait 3s', 'speak 5s' or 'hangup'")
    seconds = float(timed[2]) if timed[2] else None
    return Move(timed[1], seconds=seconds or (_SPEAKING_SECONDS if timed[1] == "speak" else None))
