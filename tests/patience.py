"""Waiting for what other threads and processes do."""

import time
from collections.abc import Callable


def until(holds: Callable[[], bool]) -> None:
    """Waits until it is so. A minute is many times what it takes on a busy machine."""
    for _ in range(1_200):
        if holds():
            return
        time.sleep(0.05)
    raise AssertionError("it did not come to that in a minute")
