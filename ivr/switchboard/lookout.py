"""The line as this process saw it last: one look a second serves all callers who ask meanwhile."""

from threading import Lock

from ivr.core.agents import Agent
from ivr.core.line.snapshot import FRESH_MS, Snapshot
from ivr.ledger import Transaction, agents, line, talks

RECENT_MS = 4 * 3_600_000
"""How far back conversations tell how long the next ones will take."""

SOON_MS = FRESH_MS // 2
"""A snapshot of this age is taken anew by whoever comes first; the others need not wait for it."""


class Lookout:
    """Keeps the last snapshot of a process. Safe to share between threads."""

    def __init__(self) -> None:
        self._seen: Snapshot | None = None
        self._looking = Lock()

    def look(self, tx: Transaction, queue: str, now: int) -> Snapshot:
        """The line by now, at most a second old, with everything about this queue. Raises LedgerError."""
        seen = self._seen
        if seen is None or queue not in seen.handling or not seen.is_fresh(now):
            return self._look(tx, queue, now)
        if seen.is_fresh(now, SOON_MS) or not self._looking.acquire(blocking=False):
            return seen
        try:
            return self._look(tx, queue, now)
        finally:
            self._looking.release()

    def agents(self, now: int) -> tuple[Agent, ...]:
        """All agents as they stood, if a snapshot is at hand that is fresh; else nobody."""
        seen = self._seen
        return seen.agents if seen is not None and seen.is_fresh(now) else ()

    def _look(self, tx: Transaction, queue: str, now: int) -> Snapshot:
        ranks = line.ranks(tx)
        handling = {name: talks.handling(tx, name, now - RECENT_MS) for name in {queue, *ranks}}
        self._seen = Snapshot(now, ranks, tuple(agents.listed(tx)), handling)
        return self._seen
