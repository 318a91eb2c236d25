"""What a killed worker costs: callers on all lines, and workers killed (kill -9) in the middle of it.

    python -m tests.bench.durability [--kills 100] [--database sqlite|postgresql]

At the end every row of every call is compared with what its caller did: what was acknowledged must be there,
and once. Killed is only while every worker is at work, as a server without workers answers nobody.
"""

import os
import random
import signal
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ivr.ledger import Ledger
from tests.bench.keypress import how_postgresql_keeps, how_sqlite_keeps
from tests.callers import Crowd, books, calling, wait_until_replayed
from tests.postgres import running_server
from tests.service import MENUS, Server, serving

AS_SHIPPED = {"shared_buffers": "128MB"}
LINES, PACE = 8, 0.02


def main(kills: int, database: str) -> None:
    with tempfile.TemporaryDirectory() as folder, served(Path(folder), database) as server:
        with calling(server, "kill", LINES, PACE) as crowd:
            waits = [killed(server, crowd) for _ in range(kills)]
        wait_until_replayed(server)
        report(server, crowd, waits)


@contextmanager
def served(folder: Path, database: str) -> Iterator[Server]:
    if database == "sqlite":
        with serving(folder, MENUS) as server:
            yield server
    else:
        with (
            running_server(AS_SHIPPED) as postgresql,
            serving(folder, MENUS, database_url=postgresql.url("postgres")) as server,
        ):
            yield server


def killed(server: Server, crowd: Crowd) -> float:
    """Kills a worker at some moment; the longest a caller waited for an answer meanwhile, in seconds."""
    time.sleep(random.random() / 2)
    crowd.slowest = 0.0
    before = server.workers()
    os.kill(random.choice(before), signal.SIGKILL)
    until = time.monotonic() + 60
    while len(server.workers()) < len(before) or not all(map(is_at_work, server.workers())):
        if time.monotonic() > until:
            raise SystemExit("a killed worker is not replaced")
        time.sleep(0.05)
    return crowd.slowest


def is_at_work(worker: int) -> bool:
    """Whether a worker has started its clock."""
    with suppress(FileNotFoundError):
        return len(list(Path(f"/proc/{worker}/task").iterdir())) > 1
    return False


def report(server: Server, crowd: Crowd, waits: list[float]) -> None:
    written = books(server.rows, crowd)
    waits.sort()
    print(f"{'kills':24}{len(waits):8}")
    print(f"{'calls':24}{len(crowd.done):8}")
    print(f"{'acknowledged requests':24}{crowd.requests:8}")
    print(f"{'asked again':24}{crowd.repeated:8}   (in a killed worker's hands)")
    print(f"{'answered wrongly':24}{len(crowd.failures):8}")
    print(f"{'rows lost':24}{len(written.lost):8}")
    print(f"{'rows doubled':24}{len(written.doubled):8}")
    print(f"{'longest wait at a kill':24}{waits[len(waits) // 2]:8.2f} s median, {waits[-1]:.2f} s worst")
    print(how_it_keeps(server))
    wrong = [*crowd.failures, *written.lost, *written.doubled]
    if wrong:
        raise SystemExit("\n".join(wrong[:20]))


def how_it_keeps(server: Server) -> str:
    ledger = Ledger.open(server.settings.sql_url, b"for looking only")
    postgresql = server.settings.sql_url.startswith("postgresql")
    return (how_postgresql_keeps if postgresql else how_sqlite_keeps)(ledger)


if __name__ == "__main__":
    words = ArgumentParser()
    words.add_argument("--kills", type=int, default=100)
    words.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    main(**vars(words.parse_args()))
