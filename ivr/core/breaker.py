"""A fuse for something outside: after three failures in a row it is left alone, and probed each ten seconds.

Closed, everybody may try. Open, nobody waits for a host that is down; one probe at a time finds out
whether it is back. Times are UTC milliseconds.
"""

from dataclasses import dataclass, replace

FAILURES_TO_OPEN = 3
PROBE_AFTER_MS = 10_000


@dataclass(frozen=True, slots=True)
class Breaker:
    """`failures` in a row; `probe_at` is when the next probe may be made, None while it is closed."""

    failures: int = 0
    probe_at: int | None = None


CLOSED = Breaker()


def ask(breaker: Breaker, now: int) -> tuple[bool, Breaker]:
    """Whether to try now, and the state after that: a probe takes the right to probe until the next one."""
    if breaker.probe_at is None:
        return True, breaker
    if now < breaker.probe_at:
        return False, breaker
    return True, replace(breaker, probe_at=now + PROBE_AFTER_MS)


def succeeded() -> Breaker:
    """It answered: closed again."""
    return CLOSED


def failed(breaker: Breaker, now: int) -> Breaker:
    """It did not answer: open from the third time in a row."""
    failures = breaker.failures + 1
    return Breaker(failures, now + PROBE_AFTER_MS if failures >= FAILURES_TO_OPEN else None)
