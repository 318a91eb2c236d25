"""A line of thousands on both databases, with as many agents as are wanted, all of them talking."""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from ivr.core.accounts import Role
from ivr.core.agents import Activity, Agent, Status, Way
from ivr.core.calls import Call, Ending, Pass, Place, Turn
from ivr.core.line.visits import Visit
from ivr.ledger import accounts, agents, calls, line
from ivr.switchboard.exchange import Exchange
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
AT_ONCE = 1_000


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def answers(house: House) -> tuple[bytes, bytes]:
    """The two documents that are stored for whoever waits: of the menu, and of the line."""
    menu = house.carrier.call("CAreal")
    joined = house.carrier.press(menu, "CAreal", "1")
    assert b"<Enqueue" in joined.body
    house.carrier.ends("CAreal")
    return menu.body, joined.body


def call_in(exchange: Exchange, many: int, stored: tuple[bytes, bytes], first: int = 0) -> None:
    """So many callers join the lines, one each 50 ms, in the two languages, with all that is written of
    them."""
    now = exchange.now()
    for start in range(first, first + many, AT_ONCE):
        with exchange.ledger.transaction() as tx:
            for n in range(start, min(start + AT_ONCE, first + many)):
                at = now - 50 * (first + many - n)
                queue, language = ("sales", "support")[n % 3 == 0], ("en", "vi")[n % 2]
                call_id = f"CA{n:032x}"
                menu = Place("main", Turn.KEYS)
                call = Call(call_id, "+84901234567", "+842873001234", 1, language, at, at, menu, 1)
                waits = replace(call, hop=2, place=Place(queue, Turn.WAIT), entered_at=at)
                heard = Pass("main", f"main.{queue}", "1", 0, 0, at, at, Ending.KEY, language)
                calls.arrive(tx, call, (), stored[0])
                calls.move(tx, waits, (heard,), stored[1])
                line.join(tx, Visit(f"{call_id}.2", call_id, queue, language, at, at, at))
                line.beat(tx, f"{call_id}.2", now + HOUR)


def sign_in(exchange: Exchange, many: int) -> None:
    """So many agents, all of them talking."""
    now = exchange.now() - HOUR
    with exchange.ledger.transaction() as tx:
        for n in range(many):
            name = f"agent{n:04}"
            both = frozenset({"en", "vi"}) if n % 3 else frozenset({"en"})
            serves = None if n % 2 else frozenset({"sales"})
            agent = Agent(name, name, Way.BROWSER, "", None, {"tax": n % 9 + 1}, both, serves, place=n)
            accounts.add(tx, name, Role.AGENT, "none", now)
            agents.set_up(tx, agent)
            agents.becomes(tx, agent, now, status=Status.READY, activity=Activity.TALKING)


def size_of(exchange: Exchange) -> int:
    """Bytes of the database."""
    with exchange.ledger.reading(30) as tx:
        if exchange.ledger.file is None:
            row = tx.row("SELECT pg_database_size(current_database())", {})
        else:
            row = tx.row("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size", {})
    assert row
    return int(row[0])


@contextmanager
def houses(redis_url: str) -> Iterator[dict[str, House]]:
    """One on each database, in real time."""
    with tempfile.TemporaryDirectory() as folder, running_server() as server:
        found = {}
        for name, url in (("SQLite", ""), ("PostgreSQL", server.url("postgres"))):
            (Path(folder) / name).mkdir()
            house = House(Path(folder) / name).open(MENUS, database_url=url, redis_url=redis_url)
            house.become(now=now_ms)
            found[name] = house
        yield found
