"""What a whole keypress costs: signed, logged, durable; against Flask's "hello world" in the same gunicorn.

    python -m tests.bench.keypress [rounds] [seconds]

Both servers are up all the time and take turns, round by round. Counted is the CPU time of a server's whole
process tree (PostgreSQL's too, where it is used), so a busy neighbour moves the figures little; the ratio is
taken within each round. Every answer is checked, and at the end the log must hold each keypress.
"""

import os
import re
import selectors
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from ivr.carriers.twilio.signature import signature
from ivr.ledger import Ledger
from tests.postgres import PostgreSQLServer, running_server

CONNECTIONS = 16
LENGTH = re.compile(rb"(?i)content-length: (\d+)")
TOKEN = "a-token-for-the-bench"
BASE = "https://hotline.example"
MENUS = """
hotline: Bench
zone: UTC
numbers: {"+15005550006": main}
languages: {en: {}}
mailboxes: {office: {}}
limits: {keys: 99999}
steps:
  main:
    say: How can we help?
    keys:
      1: {name: hours, label: our hours, say: We are open from nine to five., then: repeat}
      2: {name: word, label: a message, voicemail: office, then: hang_up}
      9: repeat
"""
HELLO = """
from flask import Flask
app = Flask(__name__)
@app.route("/")
def hello():
    return "Hello, World!"
"""
SERVER = ["-k", "gthread", "-w", "1", "--threads", "4", "--keep-alive", "75", "--no-control-socket"]


@dataclass(slots=True)
class Server:
    """One gunicorn, and the processes whose time is its own."""

    name: str
    process: subprocess.Popen[bytes]
    port: int
    beside: int | None = None
    rates: list[float] = field(default_factory=list)
    costs: list[float] = field(default_factory=list)

    def cpu(self) -> float:
        """Seconds of CPU used by the server and what works for it."""
        roots = [self.process.pid] + ([self.beside] if self.beside else [])
        return sum(_cpu(pid) for root in roots for pid in _tree(root))


def _tree(pid: int) -> Iterator[int]:
    yield pid
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            yield from _tree(int(child))


def _cpu(pid: int) -> float:
    tasks = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(task.read_text().split()[0]) for task in tasks) / 1e9


@contextmanager
def gunicorn(name: str, app: str, folder: Path, beside: int | None = None, **env: str) -> Iterator[Server]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    given = {**os.environ, **env, "PYTHONPATH": f"{folder}:{Path.cwd()}"}
    command = [sys.executable, "-m", "gunicorn", *SERVER, "-b", f"127.0.0.1:{port}", app]
    process = subprocess.Popen(command, cwd=folder, env=given, stdout=subprocess.DEVNULL)
    try:
        for _ in range(200):
            with socket.socket() as knock:
                if knock.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield Server(name, process, port, beside)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


class Caller:
    """One call on one connection: presses 9 again and again, each time at the next hop of its call."""

    def __init__(self, server: Server, number: int) -> None:
        self.call, self.hop, self.answer = f"CA{number:032x}", 0, b""
        self.wire = socket.create_connection(("127.0.0.1", server.port))
        self.wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def answered(self) -> bool:
        """Reads what is there; whether the answer is whole, and as it should be."""
        self.answer += self.wire.recv(65536)
        head, _, body = self.answer.partition(b"\r\n\r\n")
        length = LENGTH.search(head)
        if length is None or len(body) < int(length[1]):
            return False
        if not head.startswith(b"HTTP/1.1 200"):
            raise SystemExit(f"answered {self.answer[:300]!r}")
        self.answer = b""
        return True

    def request(self) -> bytes:
        """The next request: the arrival first, then keypresses as the carrier sends them."""
        path = f"/voice/at/1/main/keys.0.0/{self.hop}" if self.hop else "/voice"
        self.hop += 1
        form = {**FORM, "CallSid": self.call} | ({"Digits": "9", "msg": "Gather End"} if self.hop > 1 else {})
        signed = signature(BASE + path, list(form.items()), TOKEN)
        body = urlencode(form).encode()
        head = f"POST {path} HTTP/1.1\r\nHost: hotline.example\r\nX-Twilio-Signature: {signed}\r\n{HEADERS}"
        return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


class Greeter(Caller):
    """Asks for "hello world"."""

    def request(self) -> bytes:
        return f"GET / HTTP/1.1\r\nHost: hotline.example\r\n{HEADERS}\r\n".encode()


HEADERS = (
    "User-Agent: TwilioProxy/1.1\r\nAccept: */*\r\n"
    "Content-Type: application/x-www-form-urlencoded; charset=UTF-8\r\n"
    "X-Home-Region: us1\r\nI-Twilio-Idempotency-Token: 5d1c7f1e-6a0f-4a0e-9d3c-0c6f4d9a7b11\r\n"
)
FORM = {
    "AccountSid": "AC" + "0" * 32, "ApiVersion": "2010-04-01", "CallStatus": "in-progress",
    "Direction": "inbound",
    "From": "+14158675310", "To": "+15005550006", "Caller": "+14158675310", "Called": "+15005550006",
    "FromCity": "SAN FRANCISCO", "FromState": "CA", "FromZip": "94107", "FromCountry": "US",
    "ToCity": "", "ToState": "CA", "ToZip": "", "ToCountry": "US", "CallerCity": "SAN FRANCISCO",
    "CallerState": "CA", "CallerZip": "94107", "CallerCountry": "US", "CalledCity": "", "CalledState": "CA",
    "CalledZip": "", "CalledCountry": "US", "FinishedOnKey": "",
}  # fmt: skip


def play(server: Server, callers: list[Caller], seconds: float) -> None:
    """One round: as many requests as the server answers on all connections; notes rate and cost."""
    requests = 0
    cpu, began = server.cpu(), time.perf_counter()
    with selectors.DefaultSelector() as poll:
        for caller in callers:
            poll.register(caller.wire, selectors.EVENT_READ, caller)
            caller.wire.sendall(caller.request())
        open_ = len(callers)
        while open_:
            for key, _ in poll.select():
                if not key.data.answered():
                    continue
                requests += 1
                if time.perf_counter() - began < seconds:
                    key.data.wire.sendall(key.data.request())
                else:
                    poll.unregister(key.data.wire)
                    open_ -= 1
    server.rates.append(requests / (time.perf_counter() - began))
    server.costs.append((server.cpu() - cpu) / requests * 1e6)


@contextmanager
def hotline(folder: Path, name: str, url: str, beside: int | None) -> Iterator[tuple[Server, Ledger]]:
    """The product itself, as `gunicorn app:app` starts it, on an empty database."""
    env = {
        "DATABASE_URL": url, "PUBLIC_URL": BASE, "TWILIO_AUTH_TOKEN": TOKEN,
        "IVR_MENUS": str(folder / "menus"), "IVR_DATA": str(folder / "var"), "IVR_RECORDINGS": str(folder),
    }  # fmt: skip
    publish = [sys.executable, "-m", "ivr", "publish"]
    subprocess.run(publish, env={**os.environ, **env}, check=True, stdout=subprocess.DEVNULL)
    with gunicorn(name, "app:app", folder, beside, **env) as server:
        yield server, Ledger.open(url, b"0" * 32)


def pid_of(database: PostgreSQLServer) -> int:
    return int((database.folder / "data" / "postmaster.pid").read_text().split()[0])


def logged(ledger: Ledger) -> int:
    with ledger.reading() as tx:
        rows = tx.rows("SELECT COUNT(*), 0 FROM pass", {})
    return int(rows[0][0])


def main(rounds: int = 15, seconds: float = 1.0) -> None:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        (folder / "menus").mkdir()
        (folder / "menus" / "bench.yaml").write_text(MENUS)
        (folder / "hello.py").write_text(HELLO)
        database = stack.enter_context(running_server())
        database.command("CREATE DATABASE bench")
        hello = stack.enter_context(gunicorn("Flask hello", "hello:app", folder))
        sqlite, sqlite_log = stack.enter_context(
            hotline(folder, "SQLite", f"sqlite:///{folder}/bench.db", None)
        )
        postgresql, postgresql_log = stack.enter_context(
            hotline(folder, "PostgreSQL", database.url("bench"), pid_of(database))
        )
        crowds: list[tuple[Server, list[Caller]]] = [
            (hello, [Greeter(hello, number) for number in range(CONNECTIONS)]),
            (sqlite, [Caller(sqlite, number) for number in range(CONNECTIONS)]),
            (postgresql, [Caller(postgresql, number) for number in range(CONNECTIONS)]),
        ]
        for server, callers in crowds:
            play(server, callers, seconds)
            server.rates.clear()
            server.costs.clear()
        for number in range(rounds):
            for server, callers in crowds[number % 3 :] + crowds[: number % 3]:
                play(server, callers, seconds)
        report(hello, sqlite, postgresql)
        for ledger, (server, callers) in zip((sqlite_log, postgresql_log), crowds[1:], strict=True):
            pressed = sum(caller.hop - 1 for caller in callers)
            print(f"{server.name}: {pressed} keys pressed, {logged(ledger)} passes logged")


def report(hello: Server, *servers: Server) -> None:
    print(f"{'':12}{'CPU µs':>9}{'× hello':>9}{'best':>7}{'rate/s':>9}")
    for server in (hello, *servers):
        ratios = [cost / floor for cost, floor in zip(server.costs, hello.costs, strict=True)]
        print(
            f"{server.name:12}{statistics.median(server.costs):9.0f}{statistics.median(ratios):9.2f}"
            f"{min(server.costs) / min(hello.costs):7.2f}{statistics.median(server.rates):9.0f}"
        )
    print("durability: SQLite WAL synchronous=NORMAL; PostgreSQL fsync off (its CPU counted, not its disk)")


if __name__ == "__main__":
    main(*(kind(text) for kind, text in zip((int, float), sys.argv[1:], strict=False)))
