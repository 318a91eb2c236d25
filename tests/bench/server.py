"""A server under measurement: one gunicorn, started the same way for everybody, and the CPU it uses."""

import os
import shlex
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

GUNICORN = shlex.split("-k gthread -w 1 --threads 4 --keep-alive 75 --no-control-socket --log-level error")


@dataclass(slots=True)
class Server:
    """One gunicorn, and a process beside it whose time is its own too."""

    name: str
    process: subprocess.Popen[bytes]
    port: int
    beside: int | None = None
    rates: list[float] = field(default_factory=list)
    """Answers a second, of each round."""
    costs: list[float] = field(default_factory=list)
    """Microseconds of CPU an answer, of each round."""

    def cpu(self) -> float:
        """Seconds of CPU used by the server and what works for it."""
        return cpu_of(self.process.pid, *([self.beside] if self.beside else []))

    def times(self, floor: "Server") -> float:
        """How many times as much as the other an answer costs: the median of the rounds."""
        return statistics.median(cost / less for cost, less in zip(self.costs, floor.costs, strict=True))


@contextmanager
def gunicorn(name: str, app: str, folder: Path, beside: int | None = None, **env: str) -> Iterator[Server]:
    """An application served until the end of the block."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    given = {**os.environ, **env, "PYTHONPATH": f"{folder}:{Path.cwd()}"}
    command = [sys.executable, "-m", "gunicorn", *GUNICORN, "-b", f"127.0.0.1:{port}", app]
    process = subprocess.Popen(command, cwd=folder, env=given, stdout=subprocess.DEVNULL)
    try:
        _wait_for(port)
        yield Server(name, process, port, beside)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:  # it counts what was imported
            process.kill()


def apart(side: int) -> None:
    """Work on the first CPU (0: the servers, and all they start) or the second (1: who asks them), if there
    are two: then neither takes the other's time."""
    cpus = sorted(os.sched_getaffinity(0) | _ours)
    _ours.update(cpus)
    if len(cpus) > 1:
        os.sched_setaffinity(0, {cpus[side]})


_ours: set[int] = set()


def _wait_for(port: int) -> None:
    for _ in range(200):
        with socket.socket() as knock:
            if knock.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit(f"nothing listens at port {port}")


def cpu_of(*roots: int) -> float:
    """Seconds of CPU used by these processes and what works for them."""
    return sum(_cpu(pid) for root in roots for pid in _tree(root))


def _tree(pid: int) -> Iterator[int]:
    yield pid
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            yield from _tree(int(child))


def _cpu(pid: int) -> float:
    tasks = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(task.read_text().split()[0]) for task in tasks) / 1e9
