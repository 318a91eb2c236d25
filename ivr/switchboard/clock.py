"""The clock every worker carries: it looks each half second, or at once when something is due."""

import logging
import threading
import time
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress

from ivr.ledger import LedgerError, errands
from ivr.ledger.errands import Errand
from ivr.outside.bus import Topic
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.line.dispatch import dispatch_soon
from ivr.switchboard.line.rounds import look_after_line
from ivr.switchboard.replaying import look_after_spool
from ivr.switchboard.shelf import NothingPublished
from ivr.switchboard.watching import Watch
from ivr.switchboard.wishes import CARRIED_OUT, carry_out

log = logging.getLogger(__name__)

LOOK_EVERY = 0.5
CHECKPOINT_EVERY = 1.0
"""Seconds between two checkpoints of the ledger: what was written meanwhile is little, and soon done."""

AT_ONCE = 8
"""Errands of one kind that a worker carries out at the same time. Each kind has its own places: a caller
who waits for a look-up does not wait for a slow mail server too."""

LEASE_MS = 30_000
"""How long an errand belongs to who claimed it; then it is somebody else's to try."""

LONG_LEASE_MS = 300_000
"""For the kinds that take their time: sixty seconds of sound, a mail server that thinks about every line."""

LONG = frozenset({"fetch_recording", "mail", "letter", "tell", "tidy"})


class Clock:
    """A thread that carries out what is due. Each worker has one; the ledger's leases keep them apart."""

    def __init__(self, exchange: Exchange, lease_ms: int | None = None) -> None:
        self._exchange = exchange
        self._lease_ms = lease_ms
        self._stopped = threading.Event()
        self._free = {kind: threading.Semaphore(AT_ONCE) for kind in CARRIED_OUT}
        self._pool = ThreadPoolExecutor(AT_ONCE * len(CARRIED_OUT) + 1, thread_name_prefix="errand")
        self._checkpoint: Future[None] | None = None
        self._checkpoint_at = 0.0
        self._thread = threading.Thread(target=self._run, name="clock", daemon=True)
        self._rounds_wished = False
        self._watch = Watch(exchange)

    def start(self) -> None:
        self._thread.start()
        self._exchange.bus.listen(self._hear)

    def stop(self) -> None:
        """Takes nothing new and waits for what is under way."""
        self._stopped.set()
        self._exchange.bus.close()
        self._exchange.due.set()
        if self._thread.is_alive():
            self._thread.join()
        self._pool.shutdown()

    def _hear(self, topic: Topic) -> None:
        """Another process tells. Who waits in line does so for this, and not for the rest of a round."""
        if topic is Topic.LINE:
            try:
                dispatch_soon(self._exchange)
            except Exception:
                log.exception("nobody could be brought together")
        self._exchange.look(topic)

    def _run(self) -> None:
        self._exchange.spool.try_aside_again()
        while not self._stopped.is_set():
            self._exchange.due.wait(LOOK_EVERY)
            self._exchange.due.clear()
            try:
                self._look_at_ledger()
                self._watch_folder()
                self._wish_rounds()
                self._look_after_line()
                self.look()
                self._wish_checkpoint()
            except LedgerError as error:
                if not self._exchange.outage.is_on:  # of that it was told
                    log.warning("the clock could not look: %s", error)
            except Exception:
                log.exception("the clock could not look")

    def _look_at_ledger(self) -> None:
        """What waits for the ledger is put down; while it takes nothing, it may still tell what is live."""
        try:
            look_after_spool(self._exchange)
        finally:
            self._make_ready()

    def _make_ready(self) -> None:
        """What was just published is compiled here, and not while a caller waits."""
        with suppress(NothingPublished):
            self._exchange.shelf.look(self._exchange.now())

    def _look_after_line(self) -> None:
        """Who waits, who is free, and what has run out of time."""
        with suppress(NothingPublished):
            look_after_line(self._exchange)

    def _watch_folder(self) -> None:
        """In local use the admin's folder goes live by itself."""
        if self._exchange.settings.boxed:
            self._watch.look()

    def _wish_rounds(self) -> None:
        """Whoever looks first sees to it that somebody tidies up each minute, and looks for alerts."""
        if not self._rounds_wished:
            with self._exchange.ledger.transaction() as tx:
                for kind in errands.ROUNDS:
                    errands.wish_rounds(tx, kind, self._exchange.now())
            self._rounds_wished = True

    def _wish_checkpoint(self) -> None:
        """A disk that takes its time keeps neither a caller nor the clock, and is not asked twice at once."""
        now = time.monotonic()
        under_way = self._checkpoint is not None and not self._checkpoint.done()
        if now >= self._checkpoint_at and not under_way:
            self._checkpoint_at = now + CHECKPOINT_EVERY
            self._checkpoint = self._pool.submit(self._carry_down)

    def _carry_down(self) -> None:
        try:
            self._exchange.ledger.checkpoint()
        except LedgerError as error:
            log.warning("the ledger's log stays as it is for now: %s", error)

    def look(self) -> None:
        """Carries out every errand that is due and finds a place: one of each kind in turn, so that a kind of
        which there are many, and quickly done, keeps no other waiting."""
        started = True
        while started and not self._stopped.is_set():
            started = sum(self._start(kind) for kind in self._due()) > 0

    def _due(self) -> Iterable[str]:
        with self._exchange.ledger.reading() as tx:
            return errands.due_kinds(tx, self._exchange.now()) & self._free.keys()

    def _start(self, kind: str) -> bool:
        """Starts one errand of a kind, if one is due and has a place; who ends gives the place on."""
        if not self._free[kind].acquire(blocking=False):
            return False
        errand = None
        try:
            errand = self._claimed(kind)
        finally:
            if errand is None:  # also when the ledger is away: it comes back, a lost place does not
                self._free[kind].release()
        if errand is None:
            return False
        self._pool.submit(self._carry_out, errand)
        return True

    def _claimed(self, kind: str) -> Errand | None:
        lease_ms = self._lease_ms or (LONG_LEASE_MS if kind in LONG else LEASE_MS)
        with self._exchange.ledger.transaction() as tx:
            return errands.claim(tx, kind, self._exchange.now(), lease_ms)

    def _carry_out(self, errand: Errand) -> None:
        try:
            carry_out(self._exchange, errand)
        except LedgerError as error:
            log.warning("errand %s will be tried again: %s", errand.id, error)
        finally:
            self._free[errand.kind].release()
            self._exchange.due.set()
