"""The wall board as this process saw it last: one look serves all boards that ask meanwhile."""

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from hashlib import sha256
from threading import Lock

from ivr.core.board import Board

GOOD_FOR = 0.5
"""Seconds a look is good for, where nobody tells what happens in other processes."""

NEW_FOR = 0.2
"""Seconds a look is good for whatever happens: as often at most a process looks."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A board, and its `number`: of two that show the same it is the same, in every process."""

    board: Board
    number: str
    made: dict[Hashable, str] = field(default_factory=dict, compare=False)
    """What was made of this look for those who read it alike: so a hundred screens cost what one does."""


class Glance:
    """Keeps the last look at the board. Safe to share between threads."""

    def __init__(self) -> None:
        self._seen: Seen | None = None
        self._at = 0.0
        self._spoilt = False
        self._looking = Lock()

    def spoil(self) -> None:
        """Something has happened: the last look tells it no more."""
        self._spoilt = True

    def get(self, look: Callable[[], Board]) -> Seen:
        """The board as it was a moment ago, or as it is by a look. Who comes while somebody looks is told
        what was seen before, unless there is nothing yet."""
        seen = self._seen
        if seen is not None and (self._is_good() or not self._looking.acquire(blocking=False)):
            return seen
        if seen is None:
            self._looking.acquire()
        try:
            if self._seen is None or not self._is_good():
                self._spoilt, at = False, time.monotonic()
                board = look()
                self._seen = Seen(board, sha256(repr(board).encode()).hexdigest()[:32])
                self._at = at
            return self._seen
        finally:
            self._looking.release()

    def _is_good(self) -> bool:
        return time.monotonic() - self._at < (NEW_FOR if self._spoilt else GOOD_FOR)
