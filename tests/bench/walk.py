"""How long one key press takes in the menus alone: `python -m tests.bench.walk`."""

from statistics import median
from time import process_time

from ivr.core import walk
from ivr.core.calls import Keys
from tests.core.hotlines import Caller, hotline, menu

KEYS = {"1": "orders", "2": "bills", "3": "visits", "4": "jobs", "9": "repeat", "*": "back"}
ROUNDS, PRESSES = 200, 500


def microseconds_of_a_key() -> list[float]:
    """The mean CPU time of each round: a caller in the second of two menus presses a key of it."""
    menus = [menu(name, KEYS) for name in ("main", "orders", "bills", "visits", "jobs")]
    caller = Caller(hotline(*menus)).dials()
    caller.presses("1")
    call, world, key = caller.call, caller.world, Keys("3")
    means = []
    for _ in range(ROUNDS):
        start = process_time()
        for _ in range(PRESSES):
            walk.answer(caller.hotline, call, key, world)
        means.append((process_time() - start) / PRESSES * 1e6)
    return means


if __name__ == "__main__":
    rounds = microseconds_of_a_key()
    print(
        f"one key press through walk.answer: {min(rounds):.1f} µs at best,"
        f" {median(rounds):.1f} µs median ({ROUNDS} rounds of {PRESSES})"
    )
