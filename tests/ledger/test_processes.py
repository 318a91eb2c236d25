"""Several processes on one ledger, as under gunicorn: they start together, race, fork, and are killed."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from ivr.core.calls import Outcome
from ivr.ledger import Ledger, calls
from tests.ledger.conftest import KEY
from tests.ledger.test_calls import arrived, found
from tests.ledger.worker import HOPS

Process = subprocess.Popen[str]
Start = Callable[[str, str, int], list[Process]]


@pytest.fixture
def start() -> Iterator[Start]:
    """Start so many workers at a task, and let them all go at once."""
    started: list[Process] = []

    def start(task: str, url: str, many: int) -> list[Process]:
        for number in range(many):
            command = [sys.executable, "-m", "tests.ledger.worker", task, url, str(number)]
            pipe = subprocess.PIPE
            started.append(subprocess.Popen(command, text=True, stdin=pipe, stdout=pipe, stderr=pipe))
        for process in started:
            assert line(process) == "ready", process.communicate()[1]
        for process in started:
            assert process.stdin
            process.stdin.write("go\n")
            process.stdin.flush()
        return started

    yield start
    for process in started:
        process.kill()
        process.communicate()


def line(process: Process) -> str:
    assert process.stdout
    return process.stdout.readline().rstrip()


def said(process: Process) -> list[str]:
    """All lines of a process that ended well."""
    out, problems = process.communicate(timeout=60)
    assert process.returncode == 0, problems
    return out.splitlines()


def test_four_processes_that_start_at_once_make_one_schema(start: Start, bare_database_url: str) -> None:
    assert [said(process) for process in start("upgrade", bare_database_url, 4)] == [["True"]] * 4
    ledger = Ledger.open(bare_database_url, KEY)
    arrived(ledger)
    ledger.close()


def test_an_answer_asked_for_in_four_processes_at_once_is_given_once(
    start: Start, ledger: Ledger, database_url: str
) -> None:
    answers = [said(process) for process in start("press_all", database_url, 4)]
    assert answers == [answers[0]] * 4
    assert [answer.split(" by ")[0] for answer in answers[0]] == [f"hop {hop}" for hop in range(HOPS)]
    with ledger.reading() as tx:
        assert tx.row("SELECT COUNT(*) FROM answer", {}) == (HOPS,)
        assert tx.row("SELECT COUNT(*), COUNT(DISTINCT hop) FROM pass", {}) == ((HOPS - 1) * 2, HOPS - 1)


def test_a_killed_writer_loses_nothing_it_acknowledged(
    start: Start, ledger: Ledger, database_url: str
) -> None:
    (writer,) = start("press_for_ever", database_url, 1)
    acknowledged = [line(writer) for _ in range(60)]
    writer.kill()
    assert writer.stdout
    last = int([*acknowledged, *writer.stdout.read().splitlines()][-1])
    call = found(ledger)
    assert call is not None
    assert call.hop in (last + 1, last + 2)  # it may have died between the commit and saying so
    with ledger.transaction() as tx:
        assert tx.row("SELECT COUNT(*) FROM answer", {}) == (call.hop,)
        assert calls.end(tx, call.id, Outcome.LOST, 1, None, "clock") is True
    if database_url.startswith("sqlite"):
        with sqlite3.connect(Path(database_url.removeprefix("sqlite:///"))) as file:
            assert file.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        file.close()


def test_a_forked_child_uses_connections_of_its_own(ledger: Ledger) -> None:
    arrived(ledger)
    child = os.fork()
    if child == 0:
        with suppress(BaseException):
            with ledger.transaction() as tx:
                calls.end(tx, "CA1", Outcome.LOST, 7, None, "child")
            os._exit(0)
        os._exit(1)
    assert os.waitpid(child, 0)[1] == 0
    with ledger.transaction() as tx:
        assert calls.end(tx, "CA1", Outcome.LOST, 8, None, "parent") is False


def test_a_child_forked_while_a_thread_writes_is_not_locked_out(ledger: Ledger) -> None:
    arrived(ledger)
    with ledger.transaction() as tx:
        calls.talked(tx, "CA1", 1)
        child = os.fork()
        if child == 0:
            with suppress(BaseException):
                assert found(ledger)
                os._exit(0)
            os._exit(1)
        assert os.waitpid(child, 0)[1] == 0
        calls.talked(tx, "CA1", 2)
    with ledger.reading() as tx:
        assert tx.row("SELECT talk FROM call", {}) == (3,)
