"""The clock every worker carries: it looks each half second, or at once when something is due."""

import logging
import threading
from concurrent.futures import ThreadPoolExecutor

from ivr.core.calls import Ending, Outcome
from ivr.core.walk import last_pass
from ivr.ledger import LedgerError, calls, errands
from ivr.ledger.errands import Errand
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.wishes import carry_out

log = logging.getLogger(__name__)

LOOK_EVERY = 0.5
AT_ONCE = 8
"""Errands a worker carries out at the same time."""

LEASE_MS = 30_000
"""How long an errand belongs to who claimed it; then it is somebody else's to try."""

TIDY_EVERY_MS = 60_000
KEEP_ANSWERS_MS = 3_600_000
SILENT_MS = 4 * 3_600_000
"""A call silent for so long has ended without anybody telling us: no call of the carrier's is longer."""


class Clock:
    """A thread that carries out what is due. Each worker has one; the ledger's leases keep them apart."""

    def __init__(self, exchange: Exchange, lease_ms: int = LEASE_MS) -> None:
        self._exchange = exchange
        self._lease_ms = lease_ms
        self._stopped = threading.Event()
        self._free = threading.Semaphore(AT_ONCE)
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="errand")
        self._thread = threading.Thread(target=self._run, name="clock", daemon=True)
        self._tidied_at = 0

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Takes nothing new and waits for what is under way."""
        self._stopped.set()
        self._exchange.due.set()
        if self._thread.is_alive():
            self._thread.join()
        self._pool.shutdown()

    def _run(self) -> None:
        while not self._stopped.is_set():
            self._exchange.due.wait(LOOK_EVERY)
            self._exchange.due.clear()
            try:
                self.look()
            except LedgerError as error:
                log.warning("the clock could not look: %s", error)
            except Exception:
                log.exception("the clock could not look")

    def look(self) -> None:
        """Carries out every errand that is due, and tidies up now and then."""
        while not self._stopped.is_set() and self._free.acquire(timeout=LOOK_EVERY):
            errand = None
            try:
                errand = self._claimed()
            finally:
                if errand is None:  # also when the ledger is away: it comes back, a lost place does not
                    self._free.release()
            if errand is None:
                break
            self._pool.submit(self._carry_out, errand)
        now = self._exchange.now()
        if now - self._tidied_at >= TIDY_EVERY_MS:
            self._tidied_at = now
            tidy(self._exchange)

    def _claimed(self) -> Errand | None:
        now = self._exchange.now()
        with self._exchange.ledger.reading() as tx:
            if not errands.any_due(tx, now):
                return None
        with self._exchange.ledger.transaction() as tx:
            return errands.claim(tx, now, self._lease_ms)

    def _carry_out(self, errand: Errand) -> None:
        try:
            carry_out(self._exchange, errand)
        except LedgerError as error:
            log.warning("errand %s will be tried again: %s", errand.id, error)
        finally:
            self._free.release()


def tidy(exchange: Exchange) -> None:
    """Ends the calls whose end nobody told us, and forgets the documents of those long over."""
    now = exchange.now()
    with exchange.ledger.transaction() as tx:
        calls.forget_answers(tx, now - KEEP_ANSWERS_MS)
        for call in calls.silent_since(tx, now - SILENT_MS):
            final = last_pass(call, call.entered_at, Ending.HUNG_UP)
            calls.end(tx, call.id, call.outcome or Outcome.LOST, call.entered_at, final, source="clock")
