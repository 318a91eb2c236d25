"""Threads and processes that want the same thing at once, on both databases; and some that are killed."""

import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Barrier

import pytest

from ivr.carriers.events import LegChanged, LegState
from ivr.core.accounts import Role
from ivr.core.agents import Activity, Agent, Status, Way
from ivr.core.calls import Call, Place, Turn
from ivr.core.line.visits import Visit
from ivr.ledger import LedgerError, accounts, agents, calls, line
from ivr.ledger.offers import End
from ivr.switchboard.callers import call_ended
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.line.dispatch import dispatch
from ivr.switchboard.line.offering import accept, miss
from ivr.switchboard.line.rounds import look_after_line
from tests.reaching.sure import Watcher, nothing_is_open
from tests.service import House

MENUS = """
hotline: Shop
zone: UTC
numbers: {"+842873001234": main}
languages: {en: {}}
mailboxes: {office: {}}
queues:
  default: {ring: 20s, wrap_up: 1s, misses: 2, no_agents: message}
  sales: {label: sales}
  everybody: {label: everybody, strategy: ring_all}
steps:
  main: {say: Welcome., keys: {1: sales, 2: everybody}}
  message: {say: Leave word., voicemail: office, then: hang_up}
"""
PEOPLE = 8


@pytest.fixture
def house(tmp_path: Path, database_url: str) -> Iterator[House]:
    """Open in real time, with agents on their pages."""
    house = House(tmp_path).open(MENUS, database_url=database_url)
    house.become(now=lambda: time.time_ns() // 1_000_000)
    now = house.exchange.now()
    with house.exchange.ledger.transaction() as tx:
        for n in range(PEOPLE):
            agent = Agent(f"agent{n}", f"agent{n}", Way.BROWSER, languages=frozenset({"en"}), place=n)
            accounts.add(tx, agent.name, Role.AGENT, "none", now)
            agents.set_up(tx, agent)
            agents.becomes(tx, agent, now, status=Status.READY)
    yield house
    house.exchange.ledger.close()


def calls_in(exchange: Exchange, n: int, queue: str) -> Call:
    now, call_id = exchange.now(), f"CA{n:032x}"
    call = Call(call_id, "+84901234567", "+842873001234", 1, "en", now, now, Place(queue, Turn.WAIT), 1)
    with exchange.ledger.transaction() as tx:
        calls.arrive(tx, call, (), b"wait")
        line.join(tx, Visit(f"{call_id}.1", call_id, queue, "en", now, now, now))
    return call


def ends(exchange: Exchange, call_id: str) -> None:
    call_ended(exchange, LegChanged(call_id, LegState.ENDED))


def test_of_all_who_are_rung_and_accept_at_once_one_has_the_caller(house: House) -> None:
    exchange = house.exchange
    for n in range(12):
        call = calls_in(exchange, n, "everybody")
        assert dispatch(exchange) == 1
        offers = [offer for (offer,) in house.rows("SELECT id FROM offer WHERE ended_at IS NULL")]
        assert len(offers) == PEOPLE
        together = Barrier(PEOPLE)

        def take(offer: str, together: Barrier = together) -> bool:
            together.wait()
            for _ in range(20):
                with suppress(LedgerError):
                    return accept(exchange, offer) is not None
            raise AssertionError("the ledger had no turn for it")

        with ThreadPoolExecutor(PEOPLE) as everybody:
            taken = list(everybody.map(take, offers))
        assert taken.count(True) == 1
        endings = house.rows("SELECT ending, COUNT(*) FROM offer GROUP BY ending ORDER BY ending")
        assert endings == [(End.ACCEPTED, n + 1), (End.WITHDRAWN, (n + 1) * (PEOPLE - 1))]
        with exchange.ledger.reading() as tx:
            states = [agent.activity for agent in agents.listed(tx)]
        assert states.count(Activity.TALKING) == 1
        assert states.count(Activity.IDLE) == PEOPLE - 1
        ends(exchange, call.id)
    nothing_is_open(exchange.ledger)


def test_the_last_two_who_miss_their_offers_at_once_do_not_both_have_a_break(house: House) -> None:
    exchange = house.exchange
    with exchange.ledger.transaction() as tx:
        for n in range(2, PEOPLE):
            agent = agents.held(tx, f"agent{n}")
            assert agent
            agents.becomes(tx, agent, exchange.now(), status=Status.SIGNED_OUT)
        for n in range(2):
            agents.missed(tx, f"agent{n}", 1)
    for n in range(2):
        calls_in(exchange, n, "sales")
    assert dispatch(exchange) == 2
    rung = [offer for (offer,) in house.rows("SELECT id FROM offer WHERE ended_at IS NULL")]
    together = Barrier(2)

    def nobody_answers(offer: str) -> bool:
        together.wait()
        return miss(exchange, offer)

    with ThreadPoolExecutor(2) as both:
        assert list(both.map(nobody_answers, rung)) == [True, True]
    with exchange.ledger.reading() as tx:
        assert len(agents.on_duty(tx, exchange.now())) == 1


def test_processes_that_do_everything_at_once_and_are_killed_leave_nothing_stuck(
    house: House, database_url: str, tmp_path: Path
) -> None:
    """Three processes dispatch, accept, decline, hang up as fast as they can; now and then one is killed
    wherever it is, and another one started."""
    exchange = house.exchange
    rules = {name: queue.rules for name, queue in exchange.shelf.live(0).hotline.queues.items()}
    started = 0

    def start() -> subprocess.Popen[str]:
        nonlocal started
        started += 1
        command = [sys.executable, "-m", "tests.reaching.worker", str(tmp_path), database_url, str(started)]
        return subprocess.Popen(command, text=True, stdout=subprocess.PIPE)

    working = [start() for _ in range(3)]
    try:
        for process in working:
            assert process.stdout
            assert process.stdout.readline() == "ready\n"
        callers = 0
        for _ in range(4):
            until = time.monotonic() + 1
            while time.monotonic() < until:
                with suppress(LedgerError):
                    calls_in(exchange, callers, ("sales", "everybody")[callers % 2])
                callers += 1
                time.sleep(0.02)
            victim = working.pop(0)
            victim.kill()
            victim.communicate()
            working.append(start())
    finally:
        for process in working:
            process.kill()
            process.communicate()
    time.sleep(0.5)  # a server may still be at what a dead client asked for last
    Watcher(exchange.ledger, slack=1_500).look(exchange.now(), rules)
    answered = house.rows.one("SELECT COUNT(*) FROM talk")
    assert answered > 20
    for (call_id,) in house.rows("SELECT id FROM call WHERE ended_at IS NULL"):
        ends(exchange, call_id)
    look_after_line(exchange)
    nothing_is_open(exchange.ledger)
    assert house.rows("SELECT visit FROM talk GROUP BY visit HAVING COUNT(*) > 1") == []
