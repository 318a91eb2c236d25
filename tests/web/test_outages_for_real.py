"""The outages themselves, three workers, callers on eight lines: nobody hears of it, and nothing is lost."""

import fcntl
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from pathlib import Path

import pytest

from ivr.switchboard.spare import FILE
from tests.callers import Crowd, books, calling, wait_until_replayed
from tests.disks import fill
from tests.postgres import PostgreSQLServer, running_server
from tests.service import MENUS, Server, serving

SECONDS = 10
"""How long each outage lasts."""


def went_well(server: Server, crowd: Crowd, slowest: float = 3.0) -> None:
    """No caller heard a failure or waited long, and what they did is written, once."""
    assert crowd.failures == []
    assert crowd.slowest < slowest
    wait_until_replayed(server)
    written = books(server.rows, crowd)
    assert (written.lost, written.doubled) == ([], [])
    assert len(crowd.done) > 20


@contextmanager
def a_held_database(server: Server) -> Iterator[None]:
    """Another program (a backup, an admin's psql) holds what every keypress must write."""
    url = server.settings.sql_url
    if url.startswith("postgresql"):
        import psycopg

        with psycopg.connect(url) as holder:
            holder.execute("LOCK TABLE call IN ACCESS EXCLUSIVE MODE")
            yield
            holder.rollback()
        return
    with closing(sqlite3.connect(file_of(server), isolation_level=None, timeout=20)) as holder:
        holder.execute("BEGIN EXCLUSIVE")
        yield
        holder.execute("ROLLBACK")


@contextmanager
def a_held_lock_file(server: Server) -> Iterator[None]:
    """One of our own processes was stopped in the middle of a transaction."""
    lock = os.open(f"{file_of(server)}-lock", os.O_RDWR)
    fcntl.flock(lock, fcntl.LOCK_EX)
    yield
    os.close(lock)


@contextmanager
def a_file_moved_away(server: Server) -> Iterator[None]:
    """Somebody moves the database away, and back."""
    file = file_of(server)
    file.rename(file.with_name("elsewhere.db"))
    yield
    assert not file.exists(), "an empty database would pass for the truth"
    file.with_name("elsewhere.db").rename(file)


@contextmanager
def a_file_that_cannot_be_written(server: Server) -> Iterator[None]:
    """The file system turns read-only for the database (root may write where the rights say no)."""
    files = [file_of(server), Path(f"{file_of(server)}-wal")]
    subprocess.run(["chattr", "+i", *files], check=True)
    try:
        yield
    finally:
        subprocess.run(["chattr", "-i", *files], check=True)


def file_of(server: Server) -> Path:
    return Path(server.settings.sql_url.removeprefix("sqlite:///"))


Outage = Callable[[Server], AbstractContextManager[None]]
OUTAGES = [a_held_database, a_held_lock_file, a_file_moved_away, a_file_that_cannot_be_written]


@pytest.mark.parametrize("outage", OUTAGES, ids=lambda outage: outage.__name__)
def test_callers_go_on_through_an_outage_of_sqlite(tmp_path: Path, outage: Outage) -> None:
    if outage is a_file_that_cannot_be_written and not can_make_immutable(tmp_path):
        pytest.skip("needs root, and a file system that knows chattr")
    with serving(tmp_path, MENUS) as server:
        with calling(server, "out") as crowd:
            time.sleep(2)
            with outage(server):
                time.sleep(SECONDS)
            time.sleep(2)
        went_well(server, crowd)


def can_make_immutable(folder: Path) -> bool:
    if shutil.which("chattr") is None:
        return False
    probe = folder / "probe"
    probe.touch()
    made = subprocess.run(["chattr", "+i", probe], capture_output=True).returncode == 0
    subprocess.run(["chattr", "-i", probe], capture_output=True)
    return made


def test_callers_go_on_while_the_disk_of_the_database_is_full(tmp_path: Path, small_disk: Path) -> None:
    """Whatever room the database finds is taken again at once."""
    url = f"sqlite:///{small_disk}/hotline.db"
    with serving(tmp_path, MENUS, database_url=url) as server:
        with calling(server, "full") as crowd:
            time.sleep(2)
            until = time.monotonic() + SECONDS
            while time.monotonic() < until:
                fill(small_disk)
                time.sleep(0.1)
            (small_disk / "filler").unlink()
            time.sleep(2)
        assert "the ledger is away" in server.log.read_text()
        went_well(server, crowd)


def test_callers_go_on_while_the_disk_of_everything_is_full(tmp_path: Path, small_disk: Path) -> None:
    """The spool has kept some room for itself, and gives it up."""
    with serving(tmp_path, MENUS, data=str(small_disk)) as server:
        reserve = small_disk / "spool" / "reserve"
        wait_for(reserve.exists)
        with calling(server, "full") as crowd:
            time.sleep(2)
            fill(small_disk)
            time.sleep(SECONDS)
            (small_disk / "filler").unlink()
            time.sleep(2)
        assert "the ledger is away" in server.log.read_text()
        went_well(server, crowd)
        wait_for(reserve.exists)


def wait_for(happened: Callable[[], bool]) -> None:
    until = time.monotonic() + 30
    while not happened():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.02)


AS_SHIPPED = {"shared_buffers": "16MB"}
"""PostgreSQL keeps what it was told: these tests are about just that."""


@pytest.mark.needs("postgresql")
def test_callers_go_on_while_postgresql_is_held_stopped_and_frozen(tmp_path: Path) -> None:
    with (
        running_server(AS_SHIPPED) as database,
        serving(tmp_path, MENUS, database_url=database.url("postgres")) as server,
    ):
        with calling(server, "pg") as crowd:
            time.sleep(2)
            for outage in (a_held_database(server), a_stopped_server(database), a_frozen_server(database)):
                with outage:
                    time.sleep(SECONDS)
                time.sleep(3)
        went_well(server, crowd, slowest=5.0)


@contextmanager
def a_stopped_server(database: PostgreSQLServer) -> Iterator[None]:
    database.stop()
    yield
    database.start()


@contextmanager
def a_frozen_server(database: PostgreSQLServer) -> Iterator[None]:
    """It neither answers nor hangs up."""
    database.freeze()
    yield
    database.thaw()


# -- workers that die, and such that go --------------------------------------------------------------


def kill_one(server: Server) -> None:
    """Kills a worker in the middle of its work, and waits for the one that takes its place."""
    time.sleep(random.random() / 2)
    before = server.workers()
    os.kill(random.choice(before), signal.SIGKILL)
    wait_for(lambda: all(map(is_at_work, server.workers())) and len(server.workers()) == len(before))


def is_at_work(worker: int) -> bool:
    """Whether a worker has started its clock."""
    with suppress(FileNotFoundError):
        return len(list(Path(f"/proc/{worker}/task").iterdir())) > 1
    return False


def test_workers_killed_at_any_moment_lose_nothing(tmp_path: Path) -> None:
    with serving(tmp_path, MENUS) as server:
        with calling(server, "kill", pace=0.02) as crowd:
            for _ in range(8):
                kill_one(server)
        assert crowd.repeated > 0
        went_well(server, crowd, slowest=10.0)


def test_workers_killed_during_an_outage_lose_nothing(tmp_path: Path) -> None:
    """What a killed worker had spooled is replayed by another one."""
    with serving(tmp_path, MENUS) as server:
        with calling(server, "both", pace=0.05) as crowd:
            time.sleep(1)
            with a_held_database(server):
                for _ in range(3):
                    kill_one(server)
            for _ in range(3):  # and while it is replayed
                kill_one(server)
        went_well(server, crowd, slowest=10.0)


@pytest.mark.needs("postgresql")
def test_the_successor_of_a_worker_killed_while_postgresql_is_stopped_answers_calls(tmp_path: Path) -> None:
    with (
        running_server(AS_SHIPPED) as database,
        serving(tmp_path, MENUS, workers=1, database_url=database.url("postgres")) as server,
    ):
        wait_for((tmp_path / FILE).exists)
        with a_stopped_server(database):
            (before,) = server.workers()
            os.kill(before, signal.SIGKILL)
            wait_for(lambda: server.workers() not in ([], [before]) and is_at_work(server.workers()[0]))
            server.carrier.reconnect()
            first = server.carrier.call("CAborn", "anonymous")
            assert first.said[-1] == "Welcome. For English, press 2."
            second = server.carrier.press(first, "CAborn", "2")
            assert second.said[-1].startswith("How can we help?")
        wait_until_replayed(server)
        assert server.rows.passes("CAborn") == [("welcome", "2", "key")]


def test_a_worker_that_is_told_to_go_answers_what_it_has_in_hand(tmp_path: Path) -> None:
    with serving(tmp_path, MENUS) as server:
        with calling(server, "term", pace=0.02, anew=True) as crowd:
            for _ in range(6):
                time.sleep(1)
                worker = server.workers()[0]
                os.kill(worker, signal.SIGTERM)
                wait_for(lambda gone=worker: gone not in server.workers())  # type: ignore[misc]
        went_well(server, crowd, slowest=10.0)
        assert crowd.repeated == 0


def test_a_server_that_is_told_to_go_is_gone_in_time_and_leaves_no_spool_held(tmp_path: Path) -> None:
    with serving(tmp_path, MENUS) as server, a_held_database(server):
        first = server.carrier.call("CAgo", "anonymous")
        server.carrier.press(first, "CAgo", "2")
        server.process.terminate()
        began = time.monotonic()
        server.process.wait(15)
        assert time.monotonic() - began < 12
    left = list((tmp_path / "spool").glob("*.facts"))
    assert left
    with serving(tmp_path, MENUS) as server:
        wait_until_replayed(server)
        assert server.rows.passes("CAgo") == [("welcome", "2", "key")]
