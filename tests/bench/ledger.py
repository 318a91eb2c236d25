"""What one keypress costs in SQL: find the call, move it on, a pass, the answer, commit.

    python -m tests.bench.ledger [keypresses]

Prints microseconds per keypress of the ledger on SQLite and on PostgreSQL, beside the same five statements
on the bare driver in the same run: what is above that floor is ours.
"""

import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from ivr.core.calls import Call, Ending, Pass, Place
from ivr.ledger import Ledger, calls

DOCUMENT = b"x" * 900
START = 1_760_000_000_000


def call(number: int) -> Call:
    return Call(
        id=f"CA{number:032x}",
        caller="+84900000001",
        called="+842873001234",
        revision=1,
        language="vi",
        started_at=START,
        entered_at=START,
        place=Place("main"),
        hop=1,
        way=("main",),
        heard=frozenset({"main"}),
        values={"order": "123456"},
    )


def finished(at: int) -> Pass:
    return Pass("main", "main.sales", "1", 0, 0, at - 4000, at, Ending.KEY, "vi")


def press(ledger: Ledger, call_id: str, at: int) -> None:
    with ledger.transaction() as tx:
        found = calls.find(tx, call_id)
        assert found
        way = (*found.way[-3:], f"menu_{found.hop % 7}")
        moved = replace(found, hop=found.hop + 1, entered_at=at, inputs=found.inputs + 1, way=way)
        calls.move(tx, moved, (finished(at),), DOCUMENT)


def of_ledger(ledger: Ledger) -> Callable[[int], None]:
    ledger.upgrade()
    for number in range(50):
        with ledger.transaction() as tx:
            calls.arrive(tx, call(number), (), DOCUMENT)
    return lambda n: press(ledger, f"CA{n % 50:032x}", START + n)


def of_bare_sqlite(path: Path) -> Callable[[int], None]:
    db = sqlite3.connect(path, isolation_level=None)
    db.executescript("""
        PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
        CREATE TABLE call (id TEXT PRIMARY KEY, state TEXT, hop INT);
        CREATE TABLE pass (call TEXT, hop INT, text TEXT, PRIMARY KEY (call, hop)) WITHOUT ROWID;
        CREATE TABLE answer (call TEXT, hop INT, document BLOB, PRIMARY KEY (call, hop)) WITHOUT ROWID;
    """)
    for number in range(50):
        db.execute("INSERT INTO call VALUES (?, ?, 1)", (f"CA{number:032x}", "s" * 200))

    def bare(n: int) -> None:
        call_id = f"CA{n % 50:032x}"
        db.execute("BEGIN IMMEDIATE")
        _, state, hop = db.execute("SELECT id, state, hop FROM call WHERE id = ?", (call_id,)).fetchone()
        db.execute(
            "UPDATE call SET state = ?, hop = ? WHERE id = ?", (state[:190] + str(n), hop + 1, call_id)
        )
        db.execute("INSERT INTO pass VALUES (?, ?, ?)", (call_id, hop, "p" * 80))
        db.execute("INSERT INTO answer VALUES (?, ?, ?)", (call_id, hop, DOCUMENT))
        db.execute("COMMIT")

    return bare


def measure(work: dict[str, Callable[[int], None]], keypresses: int) -> dict[str, list[float]]:
    """Microseconds of each keypress, sorted; the contestants take turns of 50, so a busy machine is unfair to
    all alike."""
    took: dict[str, list[float]] = {name: [] for name in work}
    for turn in range(0, keypresses, 50):
        for name, once in work.items():
            for n in range(turn, turn + 50):
                before = time.perf_counter_ns()
                once(n)
                took[name].append((time.perf_counter_ns() - before) / 1000)
    return {name: sorted(times) for name, times in took.items()}


def main(keypresses: int) -> None:
    from tests.postgres import running_server

    with tempfile.TemporaryDirectory() as folder, running_server() as postgresql:
        ledgers = {
            "ledger, SQLite NORMAL": Ledger.open(f"sqlite:///{folder}/normal.db", b"key"),
            "ledger, SQLite FULL": Ledger.open(f"sqlite:///{folder}/full.db", b"key", synchronous="FULL"),
            "ledger, PostgreSQL (no fsync)": Ledger.open(postgresql.url("postgres"), b"key"),
        }
        work = {"bare sqlite3, NORMAL": of_bare_sqlite(Path(folder) / "bare.db")}
        work |= {name: of_ledger(ledger) for name, ledger in ledgers.items()}
        took = measure(work, keypresses)
        for ledger in ledgers.values():
            ledger.close()
    print(
        f"one keypress, {keypresses} times each, microseconds; a quiet machine shows in `tenth` what it can"
    )
    print(f"{'':32} {'tenth':>8} {'median':>8} {'p99':>8} {'x floor':>8}")
    floor = statistics.median(took["bare sqlite3, NORMAL"])
    for name, times in took.items():
        tenth, median, p99 = (times[int(len(times) * share)] for share in (0.1, 0.5, 0.99))
        print(f"{name:32} {tenth:8.1f} {median:8.1f} {p99:8.1f} {median / floor:8.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3000)
