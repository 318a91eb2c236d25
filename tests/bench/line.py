"""How fast a caller and an agent find each other, and what a caller who waits costs.

    python -m tests.bench.line [waiting] [agents] [times]

An agent ends a wrap-up, and the offer to them is committed: milliseconds on SQLite and on PostgreSQL, with so
many callers in the line (10,000) and agents signed in (500), all but one of them busy. Beside it the floor:
one transaction of one UPDATE. Then bytes of the database per caller, with five times as many waiting.
"""

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from ivr.core.accounts import Role
from ivr.core.agents import Activity, Agent, Status, Way
from ivr.core.calls import Call, Place, Turn
from ivr.core.line.visits import Visit
from ivr.ledger import accounts, agents, calls, line, offers
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.line.dispatch import dispatch
from tests.postgres import running_server
from tests.service import House

MENUS = """
hotline: Bench
zone: UTC
numbers: {"+842873001234": main}
languages: {en: {}, vi: {}}
mailboxes: {office: {}}
queues:
  default: {ring: 20s, wrap_up: 30s, no_agents: message}
  sales: {label: {en: sales, vi: "mua hàng"}, language: prefer 2m, overflow: {after: 5m, queue: support}}
  support: {label: {en: help, vi: "trợ giúp"}, skills: {tax: {level: 5, after: {1m: 1}}}}
steps:
  main: {say: {en: Welcome., vi: Xin chào.}, keys: {1: sales, 2: support}}
  message: {say: {en: Leave word., vi: Xin nói.}, voicemail: office, then: hang_up}
"""
HOUR = 3_600_000
DOCUMENT = b"x" * 900
AT_ONCE = 1_000
BUDGET_MS = 5


def call_in(exchange: Exchange, many: int, first: int = 0) -> None:
    """So many callers join the lines, one each 50 ms, in the two languages."""
    now = exchange.now()
    for start in range(first, first + many, AT_ONCE):
        with exchange.ledger.transaction() as tx:
            for n in range(start, min(start + AT_ONCE, first + many)):
                at = now - 50 * (first + many - n)
                queue, language = ("sales", "support")[n % 3 == 0], ("en", "vi")[n % 2]
                call_id = f"CA{n:032x}"
                place = Place(queue, Turn.WAIT)
                call = Call(call_id, "+84901234567", "+842873001234", 1, language, at, at, place, 2)
                calls.arrive(tx, replace(call, hop=1), (), DOCUMENT)
                line.join(tx, Visit(f"{call_id}.2", call_id, queue, language, at, at, at))


def sign_in(exchange: Exchange, many: int) -> None:
    """So many agents, all of them talking."""
    now = exchange.now() - HOUR
    with exchange.ledger.transaction() as tx:
        for n in range(many):
            name = f"agent{n:04}"
            both = frozenset({"en", "vi"}) if n % 3 else frozenset({"en"})
            serves = None if n % 2 else frozenset({"sales"})
            skills = {"tax": n % 9 + 1}
            agent = Agent(name, name, Way.BROWSER, "", None, skills, both, serves, place=n)
            accounts.add(tx, name, Role.AGENT, "none", now)
            agents.set_up(tx, agent)
            agents.becomes(tx, agent, now, status=Status.READY, activity=Activity.TALKING)


def free_and_offered(exchange: Exchange, agent_id: str) -> float:
    """Milliseconds from an agent being free to the offer being committed; then it is taken back."""
    with exchange.ledger.transaction() as tx:
        agent = agents.held(tx, agent_id)
        assert agent
        agents.becomes(tx, agent, exchange.now(), activity=Activity.IDLE)
    before = time.perf_counter_ns()
    assert dispatch(exchange) == 1
    took = (time.perf_counter_ns() - before) / 1e6
    with exchange.ledger.transaction() as tx:
        offer = offers.open_of(tx, agent_id)
    assert offer
    busy_again(exchange, agent_id, offer.id)
    return took


def busy_again(exchange: Exchange, agent_id: str, offer_id: str) -> None:
    with exchange.ledger.transaction() as tx:
        agent = agents.held(tx, agent_id)
        assert agent
        offers.end(tx, offer_id, offers.End.WITHDRAWN, exchange.now())
        agents.becomes(tx, agent, exchange.now(), activity=Activity.TALKING)


def one_update(exchange: Exchange, agent_id: str) -> float:
    before = time.perf_counter_ns()
    with exchange.ledger.transaction() as tx:
        agents.offered(tx, agent_id, 1)
    return (time.perf_counter_ns() - before) / 1e6


def size_of(exchange: Exchange) -> int:
    """Bytes of the database."""
    file = exchange.ledger.file
    with exchange.ledger.reading(30) as tx:
        if file is None:
            row = tx.row("SELECT pg_database_size(current_database())", {})
        else:
            row = tx.row("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size", {})
    assert row
    return int(row[0])


@contextmanager
def houses() -> Iterator[dict[str, House]]:
    with tempfile.TemporaryDirectory() as folder, running_server() as server:
        for name in ("sqlite", "postgresql"):
            (Path(folder) / name).mkdir()
        clock = {"now": lambda: time.time_ns() // 1_000_000}
        sqlite = House(Path(folder) / "sqlite").open(MENUS)
        postgresql = House(Path(folder) / "postgresql").open(MENUS, database_url=server.url("postgres"))
        for house in (sqlite, postgresql):
            house.become(**clock)
        yield {"SQLite": sqlite, "PostgreSQL": postgresql}


def shares(times: list[float]) -> tuple[float, float]:
    times = sorted(times)
    return times[len(times) // 2], times[int(len(times) * 0.99)]


def main(waiting: int, people: int, times: int) -> None:
    with houses() as both:
        print(f"agent free -> offer committed, ms: {waiting} waiting, {people} agents, {times} times")
        print(f"{'':12} {'p50':>8} {'p99':>8} {'one UPDATE p50':>16} {'p99':>8}   budget p99 {BUDGET_MS}")
        for name, house in both.items():
            exchange = house.exchange
            sign_in(exchange, people)
            empty = size_of(exchange)
            call_in(exchange, waiting)
            who = [f"agent{n * 7 % people:04}" for n in range(times)]
            free_and_offered(exchange, who[0])
            took = [free_and_offered(exchange, agent) for agent in who]
            floor = [one_update(exchange, agent) for agent in who]
            p50, p99 = shares(took)
            bare50, bare99 = shares(floor)
            print(f"{name:12} {p50:8.2f} {p99:8.2f} {bare50:16.2f} {bare99:8.2f}", flush=True)
            call_in(exchange, 4 * waiting, waiting)
            each = (size_of(exchange) - empty) / (5 * waiting)
            print(f"{name:12} {each:8.0f} bytes per caller with {5 * waiting} waiting, documents included")


if __name__ == "__main__":
    given = [int(word) for word in sys.argv[1:]]
    main(*given, *(10_000, 500, 300)[len(given) :])
