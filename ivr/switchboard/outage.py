"""Whether the ledger is away, as far as this process knows: so that not every caller waits to find out."""

import logging
import time

log = logging.getLogger(__name__)

LOOK_AGAIN = 1.0
"""Seconds between two tries to write while the ledger is away; the clock's own tries count too."""


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
        """Whether to try to write now. In an outage that is one try each second, whoever asks first."""
        if self._began is None:
            return True
        now = time.monotonic()
        if now < self._try_at:
            return False
        self._try_at = now + LOOK_AGAIN
        return True

    def begins(self, why: Exception) -> None:
        """Something could not be written."""
        now = time.monotonic()
        self._try_at = now + LOOK_AGAIN
        if self._began is None:
            self._began = now
            log.warning("the ledger is away (%s): what happens goes into the spool", why)

    def ends(self) -> None:
        """Something could be written."""
        began, self._began = self._began, None
        self.is_blind = self.has_told = False
        if began is not None:
            log.warning("the ledger is back after %.1f seconds", time.monotonic() - began)
