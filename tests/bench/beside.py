"""Whether callers notice what else goes on: boards that are open, an import, the counting of what it brought.

    python -m tests.bench.beside [boards] [seconds]

One worker, as in the benchmark of a keypress, on SQLite. Sixteen callers press a key five times a second
each: first with nothing else; then with 200 boards open, each of which looks once a second as a browser does,
while somebody joins the line each second, so that nearly every look finds another board; then while another
process imports calls, and counts them. Told are what a keypress and a look took, and the CPU of the server.
"""

import os
import selectors
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

from ivr import assemble, create_app, load
from ivr.core.accounts import Role
from ivr.core.line.visits import Visit
from ivr.ledger import accounts, line, sessions
from ivr.switchboard.exchange import Exchange
from ivr.web.visitors import TICKET
from tests.bench.full_house import sign_in
from tests.bench.keypress import LENGTH, Caller, environment, hotline
from tests.bench.reports import HEAD, write_calls
from tests.bench.server import Server, apart

BOARDS, SECONDS = 200, 10.0
CALLERS, KEYS_A_SECOND = 16, 5
AGENTS = 30
IMPORTED, READ_FIRST = 300_000, 6
"""Calls of a file, and the seconds in which it is read before anything is written."""
MENUS = """
hotline: Bench
zone: UTC
numbers: {"+15005550006": main}
languages: {en: {}}
mailboxes: {office: {}}
limits: {keys: 99999}
queues:
  default: {no_agents: word}
  sales: {label: sales, service_level: 80% in 20s}
  support: {label: help}
steps:
  main:
    say: How can we help?
    keys:
      1: sales
      2: support
      3: {name: word, label: a message, voicemail: office, then: hang_up}
      9: repeat
"""


@dataclass(slots=True)
class Turn:
    """Somebody who asks the server again and again, each time at a moment that is fixed before: an answer
    that takes long makes the next question no later, and counts from when it was due."""

    wire: socket.socket
    every: float
    first: float
    """Seconds after the beginning: they do not ask all at once."""
    due: float = 0.0
    answer: bytes = b""
    is_asked: bool = False
    took: list[float] = field(default_factory=list)

    def request(self) -> bytes:
        raise NotImplementedError

    def came(self, now: float) -> bool:
        """Reads what is there; whether that is the whole answer."""
        self.answer += self.wire.recv(1 << 20)
        head, _, body = self.answer.partition(b"\r\n\r\n")
        length = LENGTH.search(head)
        if not _ or (length and len(body) < int(length[1])):
            return False
        self.heard(head)
        self.took.append((now - self.due) * 1000)
        self.answer, self.is_asked, self.due = b"", False, self.due + self.every
        return True

    def heard(self, head: bytes) -> None:
        if not head.startswith(b"HTTP/1.1 200"):
            raise SystemExit(f"answered {head[:300]!r}")


@dataclass(slots=True)
class Pressing(Turn):
    caller: Caller | None = None

    def request(self) -> bytes:
        assert self.caller
        return self.caller.request()


@dataclass(slots=True)
class Looking(Turn):
    cookie: str = ""
    number: str = ""
    unchanged: int = 0

    def request(self) -> bytes:
        known = f"If-None-Match: {self.number}\r\n" if self.number else ""
        return (
            f"GET /board HTTP/1.1\r\nHost: hotline.example\r\nX-Forwarded-Proto: https\r\n"
            f"Cookie: {self.cookie}\r\nFollow: parts\r\n{known}\r\n"
        ).encode()

    def heard(self, head: bytes) -> None:
        if head.startswith(b"HTTP/1.1 304"):
            self.unchanged += 1
            return
        Turn.heard(self, head)
        tag = [each for each in head.split(b"\r\n") if each.lower().startswith(b"etag:")]
        self.number = tag[0].split(b":", 1)[1].strip().decode()


def connected(server: Server) -> socket.socket:
    wire = socket.create_connection(("127.0.0.1", server.port))
    wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return wire


def signed_in(exchange: Exchange) -> str:
    """The cookie of a supervisor's browser."""
    now = exchange.now()
    with exchange.ledger.transaction() as tx:
        accounts.add(tx, "Lan", Role.SUPERVISOR, "none", now)
        account = accounts.find(tx, "Lan")
        assert account
        ticket = sessions.start(tx, account.id, "127.0.0.1", now)
    app = create_app(exchange=exchange, clock=False)
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    return f"{app.config['SESSION_COOKIE_NAME']}={signer.dumps({TICKET: ticket})}"


def joins(exchange: Exchange, seconds: float) -> Iterator[float]:
    """Somebody joins the line each second; yields when it was, as somebody looks at the time."""
    began = now = time.perf_counter()
    due = began
    while now - began < seconds:
        now = time.perf_counter()
        if now >= due:
            due += 1
            at = exchange.now()
            with exchange.ledger.transaction() as tx:
                line.join(tx, Visit(f"V{at}", f"V{at}", ("sales", "support")[at % 2], "en", at, at, at))
        yield now


def play(exchange: Exchange, server: Server, crowd: list[Turn], seconds: float) -> float:
    """All ask at their times; the server's seconds of CPU for each second."""
    began, cpu = time.perf_counter(), server.cpu()
    for turn in crowd:
        turn.due = began + turn.first
        turn.took.clear()
    with selectors.DefaultSelector() as poll:
        for turn in crowd:
            poll.register(turn.wire, selectors.EVENT_READ, turn)
        for now in joins(exchange, seconds):
            for turn in crowd:
                if not turn.is_asked and turn.due <= now:
                    turn.wire.sendall(turn.request())
                    turn.is_asked = True
            for key, _ in poll.select(0.002):
                key.data.came(time.perf_counter())
        while waiting := [turn for turn in crowd if turn.is_asked]:
            for key, _ in poll.select(5):
                key.data.came(time.perf_counter())
            if time.perf_counter() - began > seconds + 60:
                raise SystemExit(f"{len(waiting)} were not answered")
    return (server.cpu() - cpu) / (time.perf_counter() - began)


def shares(crowd: list[Turn]) -> str:
    took = sorted(each for turn in crowd for each in turn.took)
    return f"p50 {statistics.median(took):6.1f} ms, p99 {took[int(len(took) * 0.99)]:6.1f} ms of {len(took)}"


@contextmanager
def importing(folder: Path, env: dict[str, str]) -> Iterator[None]:
    """Another process imports more calls than it can in the time, and says nothing of it."""
    write_calls(folder / "calls.csv", IMPORTED)
    command = [sys.executable, "-m", "ivr", "import", "calls", str(folder / "calls.csv"), "--zone", "UTC"]
    words = [word for name in HEAD for word in ("--map", f"{name}={name}")]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen([*command, *words], env={**os.environ, **env}, **quiet) as process:  # type: ignore[call-overload]
        time.sleep(READ_FIRST)
        yield
        if process.poll() is not None:
            raise SystemExit("the import was over before the measuring was")
        process.kill()


def main(boards: int = BOARDS, seconds: float = SECONDS) -> None:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        (folder / "menus").mkdir()
        (folder / "menus" / "bench.yaml").write_text(MENUS)
        url = f"sqlite:///{folder}/bench.db"
        apart(0)
        server, _ = stack.enter_context(hotline(folder, "SQLite", url))
        apart(1)
        env = environment(folder, url)
        exchange = assemble(load(env))
        sign_in(exchange, AGENTS)
        cookie = signed_in(exchange)
        every = 1 / KEYS_A_SECOND
        callers: list[Turn] = [
            Pressing(connected(server), every, n * every / CALLERS, caller=Caller(server, n))
            for n in range(CALLERS)
        ]
        looking: list[Turn] = [
            Looking(connected(server), 1.0, n / max(boards, 1), cookie=cookie) for n in range(boards)
        ]
        for turn in (*callers, *looking):
            stack.callback(turn.wire.close)
        play(exchange, server, [*callers, *looking], 2)  # the server warms up
        cpu = play(exchange, server, callers, seconds)
        print(f"nothing else: keypress {shares(callers)}; CPU {cpu:.0%}", flush=True)
        cpu = play(exchange, server, [*callers, *looking], seconds)
        unchanged = sum(each.unchanged for each in looking if isinstance(each, Looking))
        print(f"{boards:4} boards:  keypress {shares(callers)}; CPU {cpu:.0%}")
        print(f"              look     {shares(looking)}, {unchanged} of all found nothing new", flush=True)
        with importing(folder, env):
            cpu = play(exchange, server, callers, seconds)
        print(f"an import:    keypress {shares(callers)}; CPU {cpu:.0%}")
        exchange.ledger.close()


if __name__ == "__main__":
    given = [kind(word) for kind, word in zip((int, float), sys.argv[1:], strict=False)]
    main(*given)
