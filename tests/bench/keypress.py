"""What a whole keypress costs: signed, logged, durable; against Flask's "hello world" in the same gunicorn.

    python -m tests.bench.keypress [rounds] [seconds] [--json]

All servers are up all the time and take turns, round by round. Counted is the CPU time of a server's whole
process tree (PostgreSQL's too, where it is used), so a busy neighbour moves the figures little; the ratio is
taken within each round. Every answer is checked, and at the end the log must hold each keypress.
"""

import json
import os
import platform
import re
import selectors
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlencode

from ivr.carriers.twilio.signature import signature
from ivr.ledger import Ledger
from tests.bench.server import Server, apart, gunicorn
from tests.postgres import PostgreSQLServer, running_server

CONNECTIONS = 16
BUDGETS = {"SQLite": 2.0, "PostgreSQL": 3.5}
"""Times Flask's hello."""

AS_SHIPPED = {"shared_buffers": "128MB"}
"""PostgreSQL as it comes, with all it does to keep what it was told."""

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
        self.hop += 1
        return self.signed_request(TOKEN)

    def signed_request(self, token: str) -> bytes:
        """The request for the present document, signed with a token."""
        path = f"/voice/at/1/main/keys.0.0/{self.hop - 1}" if self.hop > 1 else "/voice"
        form = {**FORM, "CallSid": self.call} | ({"Digits": "9", "msg": "Gather End"} if self.hop > 1 else {})
        signed = signature(BASE + path, list(form.items()), token)
        body = urlencode(form).encode()
        head = f"POST {path} HTTP/1.1\r\nHost: hotline.example\r\nX-Twilio-Signature: {signed}\r\n{HEADERS}"
        return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body

    def is_refused_with_a_wrong_signature(self) -> bool:
        """Whether the next keypress is refused when somebody signs it who does not know our token."""
        self.wire.sendall(self.signed_request("a-token-somebody-guessed"))
        return self.wire.recv(65536).startswith(b"HTTP/1.1 403")


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


Crowd = tuple[Server, list[Caller]]


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
def hotline(folder: Path, name: str, url: str, beside: int | None = None) -> Iterator[tuple[Server, Ledger]]:
    """The product itself, as `gunicorn app:app` starts it, on an empty database."""
    env = environment(folder, url)
    publish = [sys.executable, "-m", "ivr", "publish"]
    subprocess.run(publish, env={**os.environ, **env}, check=True, stdout=subprocess.DEVNULL)
    with gunicorn(name, "app:app", folder, beside, **env) as server:
        yield server, Ledger.open(url, b"0" * 32)


def environment(folder: Path, url: str) -> dict[str, str]:
    """The settings of the product: its menus, and all it keeps, are in a folder."""
    return {
        "DATABASE_URL": url, "PUBLIC_URL": BASE, "TWILIO_ACCOUNT_SID": "AC1", "TWILIO_AUTH_TOKEN": TOKEN,
        "IVR_MENUS": str(folder / "menus"), "IVR_DATA": str(folder / "var"), "IVR_RECORDINGS": str(folder),
    }  # fmt: skip


def pid_of(database: PostgreSQLServer) -> int:
    return int((database.folder / "data" / "postmaster.pid").read_text().split()[0])


def main(rounds: int = 12, seconds: float = 1.0, *, as_json: bool = False) -> None:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        (folder / "menus").mkdir()
        (folder / "menus" / "bench.yaml").write_text(MENUS)
        (folder / "hello.py").write_text(HELLO)
        apart(0)
        database = stack.enter_context(running_server(AS_SHIPPED))
        database.command("CREATE DATABASE bench")
        url = database.url("bench")
        hello = stack.enter_context(gunicorn("Flask hello", "hello:app", folder))
        sqlite = stack.enter_context(hotline(folder, "SQLite", f"sqlite:///{folder}/bench.db"))
        postgresql = stack.enter_context(hotline(folder, "PostgreSQL", url, pid_of(database)))
        apart(1)
        servers = [server for server, _ in (sqlite, postgresql)]
        crowds = [(server, [Caller(server, number) for number in range(CONNECTIONS)]) for server in servers]
        greeters: list[Caller] = [Greeter(hello, number) for number in range(CONNECTIONS)]
        take_turns([(hello, greeters), *crowds], rounds, seconds)
        notes = [
            f"{how_sqlite_keeps(sqlite[1])}; {checked(sqlite[1], crowds[0][1])}",
            f"{how_postgresql_keeps(postgresql[1])}; {checked(postgresql[1], crowds[1][1])}",
        ]
    (report_json if as_json else report_table)(hello, servers, notes)


def take_turns(crowds: list[Crowd], rounds: int, seconds: float) -> None:
    """All play round by round, each time another one first; the first round only warms them up."""
    for number in range(rounds + 1):
        for server, callers in crowds[number % len(crowds) :] + crowds[: number % len(crowds)]:
            play(server, callers, seconds)
    for server, _ in crowds:
        del server.rates[0], server.costs[0]


def checked(ledger: Ledger, callers: list[Caller]) -> str:
    """Sees that each keypress is in the log and a wrong signature is refused; else there is no result."""
    pressed = sum(caller.hop - 1 for caller in callers)
    with ledger.reading() as tx:
        ((logged,),) = tx.rows("SELECT COUNT(*) FROM pass", {})
    if logged != pressed:
        raise SystemExit(f"{pressed} keys pressed, but {logged} passes logged")
    if not callers[0].is_refused_with_a_wrong_signature():
        raise SystemExit("a keypress with a wrong signature was not refused")
    return f"{pressed} keys pressed, each is in the log; a wrong signature is refused"


def how_sqlite_keeps(ledger: Ledger) -> str:
    with ledger.reading() as tx:
        ((journal,),) = tx.rows("PRAGMA journal_mode", {})
    synchronous = os.environ.get("IVR_SYNCHRONOUS", "normal")
    return f"SQLite {sqlite3.sqlite_version}: journal {journal}, synchronous {synchronous}"


def how_postgresql_keeps(ledger: Ledger) -> str:
    settings = ("server_version", "fsync", "synchronous_commit")
    with ledger.reading() as tx:
        release, fsync, commit = (tx.rows(f"SHOW {name}", {})[0][0] for name in settings)
    return f"PostgreSQL {release}: fsync {fsync}, synchronous_commit {commit}"


def report_table(hello: Server, servers: list[Server], notes: list[str]) -> None:
    print(f"{'':12}{'CPU µs':>9}{'× hello':>9}{'budget':>8}{'rate/s':>9}")
    for server in (hello, *servers):
        cost, rate = statistics.median(server.costs), statistics.median(server.rates)
        budget = BUDGETS.get(server.name, "")
        print(f"{server.name:12}{cost:9.0f}{server.times(hello):9.2f}{budget:>8}{rate:9.0f}")
    print(*notes, UNDER, sep="\n")


def report_json(hello: Server, servers: list[Server], notes: list[str]) -> None:
    results = {
        server.name: {
            "cpu_us": round(statistics.median(server.costs)),
            "times_hello": round(server.times(hello), 2),
            "budget": BUDGETS.get(server.name),
            "rate": round(statistics.median(server.rates)),
        }
        for server in (hello, *servers)
    }
    print(json.dumps({"results": results, "notes": [*notes, UNDER]}, ensure_ascii=False))


UNDER = (
    f"Python {platform.python_version()}, gunicorn {version('gunicorn')} (gthread, 1 worker, 4 threads), "
    f"Flask {version('flask')}, {CONNECTIONS} connections"
)

if __name__ == "__main__":
    words = [word for word in sys.argv[1:] if word != "--json"]
    given = [kind(word) for kind, word in zip((int, float), words, strict=False)]
    main(*given, as_json="--json" in sys.argv)
