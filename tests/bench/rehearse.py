"""How fast random callers ring the sample hotline: `python -m tests.bench.rehearse [callers] [processes]`.

The service, its ledger and the phone company are the real ones, on virtual time; every call is judged.
Counted is the CPU time of all processes: a busy neighbour moves it less than the time on the wall.
"""

import os
import sys
import time

from ivr.rehearsal.crowd import Seed, rehearse
from ivr.rehearsal.playing import play_of
from ivr.switchboard.draft import check
from tests.house import HOUSE

BUDGET_WALL, BUDGET_CPU = 60, 110
"""Seconds, for 10,000 callers on two processors."""

SEED = Seed(2026, "bench")


def main(callers: int = 10_000, processes: int = os.cpu_count() or 1) -> None:
    checked = check(HOUSE / "menus", HOUSE / "recordings")
    assert checked.hotline is not None, checked.mistakes
    began = time.perf_counter()
    report = rehearse(play_of(checked), checked.hotline, callers, SEED, processes=processes)
    seconds = time.perf_counter() - began
    if report.failure is not None:
        raise SystemExit(f"caller {report.failure.caller + 1}: {report.failure.troubles[0]}")
    names = ("callers", "wall s", "calls/s", "CPU s", "ms/call", "requests", "faults", "MB")
    print("".join(f"{name:>9}" for name in names))
    print(
        f"{report.callers:9,}{seconds:9.1f}{report.callers / seconds:9.0f}{report.cpu:9.1f}"
        f"{1000 * report.cpu / report.callers:9.2f}{report.requests:9,}{0:9}{report.memory >> 20:9}"
    )
    print(
        f"budget for 10,000 callers: {BUDGET_WALL} s, {BUDGET_CPU} CPU s; seed {SEED}, {processes} processes"
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
