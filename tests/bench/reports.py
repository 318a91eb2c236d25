"""How long a report takes when there is much to report, and how fast it is counted and brought in.

    python -m tests.bench.reports [calls] [folder]

A year of calls (5,000,000) is made up and counted, on SQLite and on PostgreSQL; then the reports of its last
whole month and of the year are asked for, and what a wall board asks. Roll-ups are compared with the records
of a day. Then a CSV file of a tenth as many calls is imported into an empty SQLite. With a folder the years
stay there, and another run asks at once.
"""

import csv
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from ivr.core.figures.behind import LISTS, Behind
from ivr.core.figures.folding import fold
from ivr.core.figures.intervals import Every, start_of
from ivr.core.figures.question import By, Question
from ivr.ledger import bulk
from ivr.ledger.reports import records
from ivr.ledger.reports.listing import page
from ivr.ledger.reports.rolling_up import count_again
from ivr.switchboard.board import look as board
from ivr.switchboard.call_files import columns_of
from ivr.switchboard.call_rows import Map
from ivr.switchboard.demo import NAMES_BEGIN, make_year
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.importing import bring_in
from ivr.switchboard.reporting import report
from tests.postgres import FAST, PostgreSQLServer
from tests.reaching.figures import rolled_up
from tests.service import House

MENUS = """
hotline: Bench
zone: UTC
numbers: {"+842873001234": main}
languages: {en: {}, vi: {}}
mailboxes: {office: {}}
queues:
  default: {no_agents: message}
  sales: {label: {en: sales, vi: "mua hàng"}, service_level: 80% in 20s}
  support: {label: {en: help, vi: "trợ giúp"}}
steps:
  main: {say: {en: Welcome., vi: Xin chào.}, keys: {1: sales, 2: support}}
  message: {say: {en: Leave word., vi: Xin nói.}, voicemail: office, then: hang_up}
"""
ZONE = "UTC"
DAY = 86_400_000
BUDGETS = {"month": 100, "year": 500, "board": 20, "list": 100}
PER_SECOND = 50_000


@contextmanager
def timed(what: str, calls: int) -> Iterator[None]:
    begun = time.perf_counter()
    yield
    took = time.perf_counter() - begun
    print(f"  {what}: {took:,.1f} s, {calls / took:,.0f} calls a second", flush=True)


def median(ask: Callable[[], object], times: int = 7) -> float:
    """Milliseconds."""
    took = []
    for _ in range(times):
        begun = time.perf_counter()
        ask()
        took.append((time.perf_counter() - begun) * 1000)
    return statistics.median(took)


def fill(exchange: Exchange, calls: int) -> None:
    with exchange.ledger.reading() as tx:
        if bulk.how_many(tx, NAMES_BEGIN):
            return
    with timed("made up", calls):
        make_year(exchange, calls)
    with timed("counted", calls):
        count_again(exchange.ledger, ZONE, exchange.now())


def measure(exchange: Exchange) -> None:
    zone = ZoneInfo(ZONE)
    today = start_of(exchange.now(), Every.DAY, zone)
    this = start_of(today, Every.MONTH, zone)
    month = start_of(this - 1, Every.MONTH, zone)
    year = Question(today - 365 * DAY, today, ZONE)
    asked = {
        "month": [Question(month, this, ZONE, by, every) for by, every in REPORTS],
        "year": [Question(year.since, today, ZONE, by, every) for by, every in REPORTS],
    }
    for name, questions in asked.items():
        for question in questions:
            took = median(lambda question=question: report(exchange, question))  # type: ignore[misc]
            verdict = "within" if took <= BUDGETS[name] else "OVER"
            told = f"{question.by}{f' by {question.every}' if question.every else ''}"
            print(f"  {name}, {told}: {took:,.0f} ms, {verdict} {BUDGETS[name]}", flush=True)
    took = median(lambda: board(exchange), 21)
    print(f"  board: {took:,.0f} ms, {'within' if took <= BUDGETS['board'] else 'OVER'} {BUDGETS['board']}")
    for list_ in LISTS:
        wanted = Behind(list_, year.since, today)
        with exchange.ledger.reading(60) as tx:
            count = page(tx, wanted, ZONE, 50).length
            times = {
                place: median(lambda left=left, tx=tx, wanted=wanted: page(tx, wanted, ZONE, 50, left), 3)  # type: ignore[misc]
                for place, left in (("first", 0), ("middle", count // 2))
            }
        for place, took in times.items():
            verdict = "within" if took <= BUDGETS["list"] else "OVER"
            print(f"  list {list_}, {place} of {count:,}: {took:,.0f} ms, {verdict} {BUDGETS['list']}")
    day = today - 30 * DAY
    with exchange.ledger.reading(60) as tx:
        assert rolled_up(tx, day, day + DAY) == fold(records.of(tx, day, day + DAY))
    assert report(exchange, year).adds_up
    print("  the roll-ups of a day are its records, and the year adds up")


REPORTS = [
    (By.QUEUES, None),
    (By.CALLS, Every.DAY),
    (By.AGENTS, None),
    (By.OPTIONS, None),
    (By.CALLS, Every.HOUR_OF_DAY),
]


def write_calls(file: Path, calls: int) -> None:
    """As another system would."""
    with file.open("w") as out:
        print("arrived,entered,left,began,ended,outcome,queue,agent,caller", file=out)
        for number in range(calls):
            at = 1_700_000_000 + number * 5
            times = [f"{datetime.fromtimestamp(at + after, UTC):%F %T}" for after in (0, 10, 25, 25, 205)]
            how = "answered" if number % 7 else "abandoned"
            if how == "abandoned":
                times[3:] = ["", ""]
            print(
                *times, how, "sales", f"agent {number % 50}", f"+8490{number % 99_991:07}", sep=",", file=out
            )


def import_some(exchange: Exchange, folder: Path, calls: int) -> None:
    file = folder / "calls.csv"
    write_calls(file, calls)
    by = Map(columns_of(f"{name}={name}" for name in HEAD), zone=ZONE)
    begun = time.perf_counter()
    bring_in(exchange, file, by)
    rate = calls / (time.perf_counter() - begun)
    verdict = "within" if rate >= PER_SECOND else "UNDER"
    begun = time.perf_counter()
    with file.open(newline="") as text:
        read = sum(1 for _ in csv.reader(text))
    bare = read / (time.perf_counter() - begun)
    print(f"  imported: {rate:,.0f} calls a second, {verdict} {PER_SECOND:,}", flush=True)
    print(f"  the same rows read and nothing else: {bare:,.0f} a second, {bare / rate:.1f} times as many")


HEAD = ("arrived", "entered", "left", "began", "ended", "outcome", "queue", "agent", "caller")


def home(folder: Path, name: str) -> Path:
    found = folder / name
    found.mkdir(exist_ok=True)
    return found


SERVER = {**FAST, "shared_buffers": "1GB", "max_wal_size": "8GB"}


@contextmanager
def server_in(folder: Path) -> Iterator[str]:
    server = PostgreSQLServer(folder, SERVER)
    server.start()
    try:
        yield server.url("postgres")
    finally:
        server.stop("fast")


@contextmanager
def place(kept: Sequence[str]) -> Iterator[Path]:
    if kept:
        yield Path(kept[0])
    else:
        with tempfile.TemporaryDirectory(prefix="hotline-reports-") as folder:
            Path(folder).chmod(0o755)  # the server is another user's
            yield Path(folder)


def main(calls: int, *kept: str) -> None:
    with place(kept) as folder:
        with server_in(home(folder, "server")) as url:
            for name, settings in {"SQLite": {}, "PostgreSQL": {"database_url": url}}.items():
                print(f"{calls:,} calls, {name}", flush=True)
                house = House(home(folder, name)).open(MENUS, **settings)
                fill(house.exchange, calls)
                measure(house.exchange)
                house.exchange.ledger.close()
        print(f"{calls // 10:,} calls from a file, SQLite")
        with tempfile.TemporaryDirectory() as empty:
            house = House(Path(empty)).open(MENUS)
            import_some(house.exchange, Path(empty), calls // 10)
            house.exchange.ledger.close()
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"at most {most:,.0f} MB of memory")


if __name__ == "__main__":
    many, *folder = sys.argv[1:] or ["5000000"]
    main(int(many), *folder)
