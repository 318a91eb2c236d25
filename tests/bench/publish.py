"""What it takes to publish a thousand menus while callers are on the line.

    python -m tests.bench.publish [rounds] [callers] [--postgresql] [--json]

A hotline of 1,000 menus in two languages, served by three workers of gunicorn. A process of its own checks,
proves and publishes another version of it in each round, as `ivr publish` does; signed callers press keys all
the time. Live everywhere: from the commit until each of the three workers has greeted a new caller
with the new words (connections are told apart by the worker that accepted them). The first rounds are without
callers; at the end the last revision is taken back.
"""

import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ivr.settings import Settings
from tests.bench.server import cpu_of
from tests.house import HOUSE
from tests.postgres import running_server
from tests.service import Answer, Carrier, Server, serving, write

MENUS = 1_000
WORKERS = 3
PAUSE = 0.1
"""Seconds a caller thinks before the next key."""

LATEST = 30
"""Seconds after which a worker will never see it."""

BUDGETS = {"check, prove, publish": 1.0, "live in every worker": 2.0}

HEAD = """\
hotline: A large one
zone: Asia/Ho_Chi_Minh
numbers: {{"+842873001234": m0}}
languages: {{en: {{}}, vi: {{}}}}
mailboxes: {{office: {{}}}}
limits: {{keys: 99999}}
steps:
  word: {{label: {{en: a message, vi: để lại lời nhắn}}, voicemail: office, then: hang_up}}
  m0:
    say: {{en: Words {number}., vi: Lời {number}.}}
    keys: {{1: m1, 2: m2, 3: m3, 4: m4, 5: m5, 0: word, 9: repeat}}
"""


def hotline(number: int) -> str:
    """A thousand menus, each with words and labels of its own; versions differ in their first words."""
    return HEAD.format(number=number) + "".join(menu(at) for at in range(1, MENUS))


def menu(at: int) -> str:
    options = "".join(f"      {key}: m{(at * 5 + key) % MENUS or 1}\n" for key in range(1, 6))
    return (
        f"  m{at}:\n"
        f'    label: {{en: "topic number {at}", vi: "nghe chủ đề số {at}"}}\n'
        f'    say: {{en: "This is topic {at}. What next?", vi: "Đây là chủ đề {at}. Quý khách cần gì ạ?"}}\n'
        f'    keys:\n{options}      0: word\n      9: repeat\n      "*": back\n'
        "    silence: {after: 6s, tries: 3, then: hang_up}\n"
    )


PUBLISHER = """
import json, sys, time
from pathlib import Path
from ivr import assemble, given
from ivr.language import read
from ivr.language.prove import prove
from ivr.switchboard import draft, publishing, rolling_back

exchange = assemble(given())
seconds = {}
def timed(name, act):
    def run(*words):
        began, cpu = time.perf_counter(), time.process_time()
        try: return act(*words)
        finally: seconds[name] = [time.perf_counter() - began, time.process_time() - cpu]
    return run
draft.read_at_rest = timed("check", draft.read_at_rest)
draft.prove = timed("prove", draft.prove)
publish = timed("all", lambda: publishing.publish(exchange, "bench"))
print(flush=True)
for line in sys.stdin:
    if line.strip() == "back":
        rolling_back.roll_back(exchange, None, "bench")
    else:
        publish()
    print(json.dumps({**seconds, "at": time.time()}), flush=True)
"""


@dataclass(slots=True)
class Publisher:
    """The process that publishes when it is told to."""

    process: "subprocess.Popen[str]"

    def does(self, what: str) -> dict[str, Any]:
        """What each part took, and when it was over (`at`, UTC seconds)."""
        assert self.process.stdin
        assert self.process.stdout
        print(what, file=self.process.stdin, flush=True)
        told: dict[str, Any] = json.loads(self.process.stdout.readline())
        return told


@contextmanager
def publisher(server: Server) -> Iterator[Publisher]:
    settings = server.settings
    rows = [row for row in Settings.__dataclass_fields__.values() if row.metadata]
    given = {row.metadata["name"]: str(getattr(settings, row.name)) for row in rows}
    process = subprocess.Popen(
        [sys.executable, "-c", PUBLISHER],
        env={**os.environ, **given, "PYTHONPATH": str(HOUSE)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin
    assert process.stdout
    process.stdout.readline()  # everything is imported
    yield Publisher(process)
    process.stdin.close()
    process.wait(20)


# -- callers ----------------------------------------------------------------------------------------------


@dataclass
class Load:
    """Callers who press keys until they are told to stop: what each request took, and which failed."""

    server: Server
    seconds: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def calling(self, callers: int) -> Iterator[None]:
        threads = [threading.Thread(target=self._calls, args=(number,)) for number in range(callers)]
        for thread in threads:
            thread.start()
        yield
        self.over.set()
        for thread in threads:
            thread.join()

    def _calls(self, number: int) -> None:
        """One call after another on a connection of its own: some forty keys, then another caller."""
        carrier, visit = self._carrier(), 0
        while not self.over.is_set():
            call, visit = f"CALLER{number}-{visit}", visit + 1
            try:
                answer = self._timed(carrier.call, call, "anonymous")
                for _ in range(40):
                    if self.over.wait(PAUSE):
                        break
                    answer = self._timed(carrier.press, answer, call, "9")
                self._timed(carrier.ends, call)
            except Exception as error:
                self.failed.append(f"{call}: {error!r}")
                carrier.close()
                carrier = self._carrier()
        carrier.close()

    def _carrier(self) -> Carrier:
        return Carrier(self.server.url, self.server.settings.base_url)

    def _timed(self, ask: Callable[..., Answer], *words: object) -> Answer:
        """An answer that a carrier would accept."""
        began = time.perf_counter()
        answer = ask(*words)
        self.seconds.append(time.perf_counter() - began)
        if answer.status != 204 and answer.verbs != ["Gather", "Redirect"]:
            raise AssertionError(f"{answer.status} {answer.body[:200]!r}")
        return answer


class Looker:
    """Somebody who keeps one connection to each worker, and calls each until it greets with the new words."""

    def __init__(self, server: Server) -> None:
        self.by_worker: dict[int, Carrier] = {}
        self.calls = 0
        while len(self.by_worker) < WORKERS:
            carrier = Carrier(server.url, server.settings.base_url)
            self._greeting(carrier)
            self.by_worker.setdefault(worker_of(server, carrier), carrier)

    def _greeting(self, carrier: Carrier) -> str:
        self.calls += 1
        call = f"LOOK{self.calls}"
        said = carrier.call(call, "anonymous").said[0]
        carrier.ends(call)
        return said

    def until_all_say(self, words: str, since: float) -> float:
        """Seconds from `since` (UTC seconds) until the last worker says it."""
        waiting = dict(self.by_worker)
        while waiting:
            for worker, carrier in list(waiting.items()):
                if self._greeting(carrier).startswith(words):
                    del waiting[worker]
            if time.time() - since > LATEST:
                raise SystemExit(f"workers {list(waiting)} never said {words!r}")
            time.sleep(0.02)
        return max(time.time() - since, 0.0)


def worker_of(server: Server, carrier: Carrier) -> int:
    """The worker that accepted a connection: the process that holds the other end of the socket."""
    here, there = carrier._connections[0].sock.getsockname()[1], int(server.url.rpartition(":")[2])
    ends = (line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:])
    inode = next(
        end[9] for end in ends if end[1].endswith(f":{there:04X}") and end[2].endswith(f":{here:04X}")
    )
    for pid in server.workers():
        for held in Path(f"/proc/{pid}/fd").iterdir():
            with suppress(FileNotFoundError):
                if str(held.readlink()) == f"socket:[{inode}]":
                    return pid
    raise LookupError("no worker has this connection")


# -- the run ----------------------------------------------------------------------------------------------

Took = tuple[float, float]
"""Seconds by the clock, and of CPU: a busy neighbour moves the latter little."""


@dataclass
class Run:
    """One server, who publishes, who looks, who calls; and what everything took."""

    server: Server
    admin: Publisher
    looker: Looker
    took: dict[str, list[Took]] = field(default_factory=dict)

    def publish(self, number: int, then: str) -> None:
        """Another version goes live; `then` tells the rounds without callers from those with."""
        write(Path(self.server.settings.data), hotline(number))
        told = self.admin.does("publish")
        for part in ("check", "prove", "all"):
            self.note(f"{part}{then}", told[part])
        self.live(f"live{then}", number, told["at"])

    def take_back(self, number: int, then: str) -> None:
        self.live(f"back{then}", number - 1, self.admin.does("back")["at"])

    def live(self, what: str, number: int, since: float) -> None:
        cpu = cpu_of(self.server.process.pid)
        seconds = self.looker.until_all_say(f"Words {number}.", since)
        self.note(what, (seconds, cpu_of(self.server.process.pid) - cpu))

    def note(self, what: str, took: Took) -> None:
        self.took.setdefault(what, []).append((took[0], took[1]))


def main(rounds: int = 6, callers: int = 8, *, postgresql: bool = False, as_json: bool = False) -> None:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        settings = {}
        if postgresql:
            database = stack.enter_context(running_server({"shared_buffers": "128MB"}))
            database.command("CREATE DATABASE bench")
            settings["database_url"] = database.url("bench")
        server = stack.enter_context(serving(folder, hotline(0), WORKERS, **settings))
        run = Run(server, stack.enter_context(publisher(server)), Looker(server))
        for number in range(1, 1 + rounds):
            run.publish(number, "")
        load = Load(server)
        with load.calling(callers):
            for number in range(1 + rounds, 1 + 2 * rounds):
                run.publish(number, UNDER)
            run.take_back(2 * rounds, UNDER)
    report(run.took, load, f"{callers} callers", "PostgreSQL" if postgresql else "SQLite", as_json)


UNDER = " under callers"
NAMES = {
    "check": "check",
    "prove": "prove",
    "all": "check, prove, publish",
    "live": "live in every worker",
    f"all{UNDER}": f"all of it{UNDER}",
    f"live{UNDER}": f"live{UNDER}",
    f"back{UNDER}": f"taken back{UNDER}",
}


def report(took: dict[str, list[Took]], load: Load, callers: str, database: str, as_json: bool) -> None:
    count, failed, slowest = len(load.seconds), len(load.failed), max(load.seconds)
    p99 = statistics.quantiles(load.seconds, n=100)[98]
    if as_json:
        medians = {name: round(median(took[key], 0), 3) for key, name in NAMES.items()}
        print(json.dumps({**medians, "requests": count, "failed": failed, "p99": round(p99, 3)}))
        return
    print(f"{MENUS} menus, {WORKERS} workers, {database}\n")
    print(f"{'seconds':26}{'median':>8}{'most':>8}{'CPU':>8}{'budget':>8}")
    for key, name in NAMES.items():
        most = max(seconds for seconds, _ in took[key])
        figures = f"{median(took[key], 0):8.2f}{most:8.2f}{median(took[key], 1):8.2f}"
        print(f"{name:26}{figures}{BUDGETS.get(name, ''):>8}")
    print(f"\n{count} requests of {callers} meanwhile, {failed} failed; ", end="")
    print(f"one in a hundred took more than {p99:.2f} s, the slowest {slowest:.2f} s")
    print(*load.failed[:5], sep="\n", end="\n" if failed else "")
    print(f"Python {platform.python_version()}, {os.cpu_count()} CPUs")


def median(took: list[Took], which: int) -> float:
    return statistics.median(each[which] for each in took)


if __name__ == "__main__":
    words = [word for word in sys.argv[1:] if not word.startswith("--")]
    main(*map(int, words), postgresql="--postgresql" in sys.argv, as_json="--json" in sys.argv)
