"""Whether the ledger is away, as far as this process knows: so that not every caller waits to find out."""

import logging
import time

log = logging.getLogger(__name__)

LOOK_AGAIN = 5.0
"""Seconds after a try while the ledger is away before a caller makes another. The clock's tries count too,
and it makes one at least every other second: so a caller waits only where the clock stands still."""


class Outage:
    """The state of one process. It begins with a failure, and ends when something could be written."""

    def __init__(self) -> None:
        self._began: float | None = None
        self._try_at = 0.0
        self.is_blind = False
        """Whether the ledger cannot be read either."""
        self.has_told = False
        """Whether the other processes were told how our calls stand, as they cannot read it."""

    @property
    def is_on(self) -> bool:
        return self._began is not None

    def may_write(self) -> bool:
        """Whether to try to write now. In an outage that is for the clock, while it does so."""
        if self._began is None:
            return True
        if time.monotonic() < self._try_at:
            return False
        self.tries()
        return True

    def tries(self) -> None:
        """Somebody tries now: until it is known what came of it, nobody else does."""
        self._try_at = time.monotonic() + LOOK_AGAIN

    def begins(self, why: Exception) -> None:
        """Something could not be written."""
        self.tries()
        if self._began is None:
            self._began = time.monotonic()
            log.warning("the ledger is away (%s): what happens goes into the spool", why)

    def ends(self) -> None:
        """Something could be written."""
        began, self._began = self._began, None
        self.is_blind = self.has_told = False
        if began is not None:
            log.warning("the ledger is back after %.1f seconds", time.monotonic() - began)
