"""Waiting for what other threads and processes do, and measuring how long something takes."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


def until(holds: Callable[[], bool], every: float = 0.05) -> None:
    """Waits until it is so, and looks so often. A minute is many times what it takes on a busy machine."""
    give_up = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < give_up, "it did not come to that in a minute"
        time.sleep(every)


@contextmanager
def taking(at_least: float = 0.0, *, less_than: float) -> Iterator[None]:
    """What is done in the block takes so many seconds. What the machine kept us waiting for a processor does
    not count: that is said of the product, which is not to blame for what else is being done there."""
    began, queued = time.monotonic(), in_the_queue()
    yield
    took = time.monotonic() - began
    assert took > at_least
    assert took - (in_the_queue() - queued) < less_than


def in_the_queue() -> float:
    """Seconds this thread has stood ready and had to wait for a processor, as Linux counts them."""
    with suppress(OSError):
        return int(Path("/proc/thread-self/schedstat").read_text().split()[1]) / 1e9
    return 0.0
