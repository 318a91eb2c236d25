"""The calls this process answered last, as they stand: for the time when the ledger cannot even be read."""

from dataclasses import dataclass
from threading import Lock

from ivr.core.calls import Call

KEPT = 5_000
"""Calls of one process; more are hardly on its lines at once."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """A call after its last answer, and the document that was."""

    call: Call
    document: bytes


class Memory:
    """What a process remembers. Safe to share between threads."""

    def __init__(self) -> None:
        self._calls: dict[str, Remembered] = {}
        self._changing = Lock()

    def keep(self, call: Call, document: bytes) -> None:
        """Remember a call that was answered; the one answered longest ago is forgotten for it."""
        with self._changing:
            self._calls.pop(call.id, None)
            self._calls[call.id] = Remembered(call, document)
            if len(self._calls) > KEPT:
                del self._calls[next(iter(self._calls))]

    def of(self, call_id: str) -> Remembered | None:
        return self._calls.get(call_id)

    def on_the_line(self) -> list[Call]:
        """The calls that can still come back to be answered."""
        with self._changing:
            return [known.call for known in self._calls.values() if known.call.place is not None]
