"""The box's clock in real time: as it passes, or faster."""

import threading
import time

from ivr.box.clock import RealClock


def test_an_hour_takes_some_minutes_when_it_is_told_to() -> None:
    clock, rang = RealClock(speed=100), threading.Event()
    began, began_here = clock.now(), time.monotonic()
    clock.later(20, rang.set)
    assert rang.wait(10)
    passed, passed_here = clock.now() - began, time.monotonic() - began_here
    assert 20 <= passed <= 101 * passed_here
    assert passed_here >= 0.2


def test_whoever_waits_for_something_waits_as_fast() -> None:
    clock = RealClock(speed=100)
    began = time.monotonic()
    with clock.changed:
        assert not clock.wait_for(lambda: False, 30)
    assert 0.3 <= time.monotonic() - began < 30
