"""How fast a caller and an agent find each other, and what a caller who waits costs.

    python -m tests.bench.dispatch [times] [most]

An agent ends a wrap-up, and the offer to them is committed: milliseconds with 10, 1,000 and 10,000 callers in
the line (no more than `most`) and 10 and 500 agents signed in, all but one of them busy; on SQLite and on
PostgreSQL; in the process that freed the agent, and in another one that Redis wakes (without Redis that one
looks each half second, and so it is not measured). Beside each, in the same run, its floor: one transaction
of one UPDATE, and the bare wake-up. Then, with five times as many waiting: what the next snapshot of the line
takes, a place in it, and bytes of the database for each caller, the two stored documents included.
"""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ivr import assemble
from ivr.core.agents import Activity
from ivr.ledger import agents, offers
from ivr.outside.bus import Topic
from ivr.switchboard.clock import CHECKPOINT_EVERY, Clock
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.line.dispatch import dispatch
from ivr.switchboard.lookout import Lookout
from tests.bench.full_house import answers, call_in, houses, now_ms, sign_in, size_of
from tests.redis_server import redis_server
from tests.service import House, settings_of

WAITING, AGENTS = (10, 1_000, 10_000), (10, 500)
BUDGET_MS, BUDGET_WOKEN_MS, BUDGET_BYTES = 5, 10, 2_000
GIVE_UP_MS = 2_000


def milliseconds(do: Callable[[], object]) -> float:
    before = time.perf_counter_ns()
    do()
    return (time.perf_counter_ns() - before) / 1e6


def free(exchange: Exchange, agent_id: str) -> None:
    _becomes(exchange, agent_id, Activity.IDLE)


def busy_again(exchange: Exchange, agent_id: str) -> None:
    """The offer is taken back, and the agent talks."""
    with exchange.ledger.transaction() as tx:
        offer = offers.open_of(tx, agent_id)
        assert offer
        offers.end(tx, offer.id, offers.End.WITHDRAWN, exchange.now())
    _becomes(exchange, agent_id, Activity.TALKING)


def _becomes(exchange: Exchange, agent_id: str, activity: Activity) -> None:
    with exchange.ledger.transaction() as tx:
        agent = agents.held(tx, agent_id)
        assert agent
        agents.becomes(tx, agent, exchange.now(), activity=activity)


def here(exchange: Exchange, agent_id: str) -> float:
    """From an agent being free to the offer being committed, in this process."""
    free(exchange, agent_id)
    took = milliseconds(lambda: dispatch(exchange))
    busy_again(exchange, agent_id)
    return took


def one_update(exchange: Exchange, agent_id: str) -> float:
    def update() -> None:
        with exchange.ledger.transaction() as tx:
            agents.offered(tx, agent_id, 1)

    return milliseconds(update)


def elsewhere(exchange: Exchange, agent_id: str) -> float:
    """The same in another process, which is told so."""

    def woken() -> None:
        exchange.bus.tell(Topic.LINE)
        give_up = time.monotonic() + GIVE_UP_MS / 1000
        while time.monotonic() < give_up:
            with exchange.ledger.reading() as tx:
                if offers.open_of(tx, agent_id):
                    return
            time.sleep(0.0002)
        raise AssertionError("the other process made no offer")

    free(exchange, agent_id)
    took = milliseconds(woken)
    busy_again(exchange, agent_id)
    return took


@contextmanager
def checkpoints(exchange: Exchange) -> Iterator[None]:
    """What else the clock of this process would do meanwhile."""
    over = threading.Event()

    def each_second() -> None:
        while not over.wait(CHECKPOINT_EVERY):
            exchange.ledger.checkpoint()

    thread = threading.Thread(target=each_second)
    thread.start()
    yield
    over.set()
    thread.join()


@contextmanager
def woken_up(exchange: Exchange) -> Iterator[Callable[[], float]]:
    """The bare wake-up: from telling to being told, by way of Redis."""
    heard = threading.Event()
    exchange.bus.listen(lambda _: heard.set())
    time.sleep(0.5)  # until it is listening

    def wake() -> float:
        heard.clear()
        before = time.perf_counter_ns()
        exchange.bus.tell(Topic.MENUS)
        heard.wait(1)
        return (time.perf_counter_ns() - before) / 1e6

    yield wake


@contextmanager
def another_process(house: House) -> Iterator[None]:
    """A worker's clock on the same ledger."""
    settings = house.exchange.settings
    words = [str(house.folder), settings.database_url, settings.redis_url]
    command = [sys.executable, "-m", "tests.bench.dispatch", "works", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        time.sleep(0.5)  # until it is listening
        yield
        process.kill()


def works(folder: str, database_url: str, redis_url: str) -> None:
    """What the other process does, until it is killed."""
    menus = Path(folder) / "menus"
    settings = settings_of(Path(folder), menus, database_url=database_url, redis_url=redis_url)
    Clock(assemble(settings)).start()
    print("ready", flush=True)
    threading.Event().wait()


def shares(times: list[float]) -> str:
    times = sorted(times)
    return f"{times[len(times) // 2]:8.2f} {times[int(len(times) * 0.99)]:8.2f}"


def main(times: int = 200, most: int = WAITING[-1]) -> None:
    print(f"{'':27}{'here':>17} {'one UPDATE':>17} {'woken by Redis':>17} {'bare wake-up':>17}")
    print(f"{'ms':10}{'waiting':>9}{'agents':>8}" + f" {'p50':>7} {'p99':>8}" * 4)
    for people in AGENTS:
        with redis_server("bench") as redis, houses(redis.url) as both:
            for name, house in both.items():
                measure(name, house, people, times, most)
    print(f"budgets of p99: {BUDGET_MS} here, {BUDGET_WOKEN_MS} woken by Redis; {BUDGET_BYTES} bytes")


def measure(name: str, house: House, people: int, times: int, most: int) -> None:
    exchange, there = house.exchange, 0
    sign_in(exchange, people)
    stored = answers(house)
    empty = size_of(exchange)
    who = [f"agent{n * 7 % people:04}" for n in range(times)]
    for waiting in (each for each in WAITING if each <= most):
        call_in(exchange, waiting - there, stored, there)
        there = waiting
        here(exchange, who[0])
        with checkpoints(exchange):
            columns = [[here(exchange, each) for each in who], [one_update(exchange, each) for each in who]]
        with another_process(house):
            columns.append([elsewhere(exchange, each) for each in who])
        with woken_up(exchange) as wake:
            columns.append([wake() for _ in who])
        told = " ".join(shares(column) for column in columns)
        print(f"{name:10}{waiting:9}{people:8}{told}", flush=True)
    if people == AGENTS[-1]:
        call_in(exchange, 4 * there, stored, there)
        long_line(name, exchange, 5 * there, (size_of(exchange) - empty) / (5 * there))


def long_line(name: str, exchange: Exchange, waiting: int, each: float) -> None:
    def look() -> None:
        with exchange.ledger.reading(30) as tx:
            Lookout().look(tx, "sales", now_ms())

    snapshot = sorted(milliseconds(look) for _ in range(5))[2]
    with exchange.ledger.reading(30) as tx:
        seen = Lookout().look(tx, "sales", now_ms())
    place = milliseconds(lambda: [seen.place("sales", seen.at) for _ in range(1_000)]) / 1_000
    print(f"{name:10}{waiting:9}: {snapshot:.1f} ms a snapshot, {place * 1000:.1f} µs a place in it", end="")
    print(f", {each:.0f} bytes a caller", flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["works"]:
        works(*sys.argv[2:])
    else:
        main(*(int(word) for word in sys.argv[1:]))
