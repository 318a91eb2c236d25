"""Time, real or virtual: one queue of things to do, done one after another.

Everything the phone company does happens here, one thing at a time, under one lock, so legs need no locks
of their own. Requests to the service are the exception: they are *jobs*, done without the lock.
"""

import heapq
import itertools
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

Answer = TypeVar("Answer")
_log = logging.getLogger(__name__)
_REQUESTS_AT_ONCE = 32


@dataclass(slots=True, eq=False)
class Appointment:
    """Something to do at a time; `cancel` it while it has not happened."""

    at: float
    act: Callable[[], None] | None
    unlocked: bool = False

    def cancel(self) -> None:
        self.act = None


class Clock:
    """The queue of appointments. `changed` is the one lock; it is notified whenever something happened."""

    def __init__(self, start: float) -> None:
        self.changed = threading.Condition(threading.RLock())
        self._start = start
        self._appointments: list[tuple[float, int, Appointment]] = []  # by time, then as they were made
        self._order = itertools.count()

    def now(self) -> float:
        """Seconds since 1970, UTC; never goes back."""
        raise NotImplementedError

    def offload(self, job: Callable[[], Answer], done: Callable[[Answer], None], at_least: float) -> None:
        """Does `job` without the lock; `done` gets its answer, `at_least` seconds from now at the soonest."""
        raise NotImplementedError

    def later(self, seconds: float, act: Callable[[], None]) -> Appointment:
        """Does `act` in `seconds`, with the lock held."""
        return self._appoint(self.now() + max(0.0, seconds), act)

    def wait_for(self, happened: Callable[[], bool], seconds: float) -> bool:
        """With the lock held: waits for others to make it happen; virtual time does not pass by waiting."""
        return happened()

    def tell(self) -> None:
        """With the lock held: something happened, for whoever waits for that."""
        self.changed.notify_all()

    def now_ms(self) -> int:
        return round(self.now() * 1000)

    def _appoint(self, at: float, act: Callable[[], None], unlocked: bool = False) -> Appointment:
        with self.changed:
            appointment = Appointment(at, act, unlocked)
            heapq.heappush(self._appointments, (at, next(self._order), appointment))
            self.tell()
            return appointment

    def _next(self) -> Appointment | None:
        while self._appointments and self._appointments[0][2].act is None:
            heapq.heappop(self._appointments)
        return self._appointments[0][2] if self._appointments else None


class VirtualClock(Clock):
    """Time jumps to the next appointment: a call of minutes takes milliseconds. Driven by `run`.

    It starts at a whole second, so that what is written of a call does not depend on when it was made.
    """

    def __init__(self, start: float | None = None) -> None:
        super().__init__(time.time() // 1 if start is None else start)
        self._now = self._start

    def now(self) -> float:
        return self._now

    def offload(self, job: Callable[[], Answer], done: Callable[[Answer], None], at_least: float) -> None:
        def work() -> None:
            answer = job()
            self.later(at_least, lambda: done(answer))

        self._appoint(self._now, work, unlocked=True)

    def tell(self) -> None:
        """Nobody waits: who wants time to pass makes it pass (`run`)."""

    def run(self, until: Callable[[], bool], seconds: float) -> bool:
        """Lives on until `until()` holds or `seconds` have passed; says whether it holds."""
        deadline = self._now + seconds
        while not until():
            if not self._step(deadline):
                self._now = max(self._now, deadline)
                return until()
        return True

    def _step(self, deadline: float) -> bool:
        with self.changed:
            appointment = self._next()
            if appointment is None or appointment.at > deadline or appointment.act is None:
                return False
            heapq.heappop(self._appointments)
            self._now = max(self._now, appointment.at)
            act = appointment.act
            if not appointment.unlocked:
                act()
        if appointment.unlocked:
            act()
        return True


class RealClock(Clock):
    """Time as it passes, or `speed` times as fast: an hour of calls in some minutes.

    Its thread starts with the first appointment, so a fork before that is harmless.
    """

    def __init__(self, speed: float = 1) -> None:
        super().__init__(time.time())
        self._began = time.monotonic()
        self._speed = speed
        self._thread: threading.Thread | None = None
        self._workers: ThreadPoolExecutor | None = None

    def now(self) -> float:
        return self._start + (time.monotonic() - self._began) * self._speed

    def wait_for(self, happened: Callable[[], bool], seconds: float) -> bool:
        return self.changed.wait_for(happened, seconds / self._speed)

    def offload(self, job: Callable[[], Answer], done: Callable[[Answer], None], at_least: float) -> None:
        soonest = self.now() + at_least

        def work() -> None:
            answer = job()
            self.later(soonest - self.now(), lambda: done(answer))

        with self.changed:
            self._workers = self._workers or ThreadPoolExecutor(_REQUESTS_AT_ONCE, "box-request")
            self._workers.submit(work)

    def _appoint(self, at: float, act: Callable[[], None], unlocked: bool = False) -> Appointment:
        with self.changed:
            if self._thread is None:
                self._thread = threading.Thread(target=self._live, name="box-clock", daemon=True)
                self._thread.start()
            return super()._appoint(at, act, unlocked)

    def _live(self) -> None:
        with self.changed:
            while True:
                appointment = self._next()
                wait = None if appointment is None else (appointment.at - self.now()) / self._speed
                if appointment is None or (wait is not None and wait > 0):
                    self.changed.wait(wait)
                    continue
                heapq.heappop(self._appointments)
                self._do(appointment)

    def _do(self, appointment: Appointment) -> None:
        try:
            if appointment.act is not None:
                appointment.act()
        except Exception:  # one broken call must not stop the clock of the others
            _log.exception("the phone company in a box failed")


def quietly(_: Any) -> None:
    """For answers nobody waits for."""
