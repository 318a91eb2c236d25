"""What is forgotten, and that nobody waits meanwhile."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from ivr.ledger import Ledger, LedgerBusy, Transaction, calls, errands
from ivr.switchboard.clock import Clock
from ivr.switchboard.tidying import TIDY_EVERY_MS, tidy
from tests.service import House

HOUR = 3_600_000

CALLS = """
WITH RECURSIVE nth(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM nth WHERE n < :calls)
INSERT INTO call (id, called, revision, language, started_at, entered_at, silences, wrongs, hop, inputs,
                  pressed, memory, ended_at)
SELECT 'CB' || n, '', 1, 'vi', :at, :at, 0, 0, 9, 0, '', '[[],[],{},[]]', :at + n FROM nth"""
ANSWERS = """
WITH RECURSIVE hop(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM hop WHERE n < 8)
INSERT INTO answer (call, hop, document) SELECT id, n, :document FROM call, hop WHERE call.id LIKE 'CB%'"""


def many_calls(house: House, calls: int) -> None:
    """Calls that ended just now, of nine documents each."""
    with house.exchange.ledger.transaction() as tx:
        tx.run(CALLS, {"calls": calls, "at": house.now})
        tx.run(ANSWERS, {"document": b"<Response/>" * 60})


def test_all_documents_are_forgotten_at_once_and_none_too_early(house: House) -> None:
    many_calls(house, 1_200)
    house.now += HOUR
    tidy(house.exchange)
    assert house.rows.one("SELECT COUNT(*) FROM answer") == 1_200 * 9
    house.now += 1_201
    tidy(house.exchange)
    assert house.rows.one("SELECT COUNT(*) FROM answer") == 0


def test_nobody_waits_for_who_tidies_up(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """A write transaction is to take 20 ms at most: other writers wait in line for it."""
    many_calls(house, 3_000)
    house.now += 2 * HOUR
    opened, took = house.exchange.ledger.transaction, []

    @contextmanager
    def measured(_: Ledger) -> Iterator[Transaction]:
        with opened() as tx:
            began = time.thread_time()
            yield tx
            took.append(time.thread_time() - began)

    monkeypatch.setattr(Ledger, "transaction", measured)
    tidy(house.exchange)
    assert len(took) >= 3_000 // 50
    assert sorted(took)[len(took) * 9 // 10] < 0.020


def test_what_a_lookup_brought_is_forgotten_with_the_call_and_the_errand_a_week_later(house: House) -> None:
    house.carrier.call("CA1")
    with house.exchange.ledger.transaction() as tx:
        for kind in ("lookup", "message"):
            errand = errands.wish(tx, kind, "CA1", {}, house.now, house.now)
            errands.done(tx, errand, {"name": "Lan"}, house.now)
    house.carrier.ends("CA1")
    tidy(house.exchange)
    told = '{"name":"Lan"}'
    assert house.rows("SELECT kind, answer FROM errand ORDER BY id") == [("lookup", told), ("message", told)]
    house.now += HOUR + 1
    tidy(house.exchange)
    assert house.rows("SELECT kind, answer FROM errand ORDER BY id") == [("lookup", None), ("message", told)]
    house.now += 7 * 24 * HOUR
    tidy(house.exchange)
    assert house.rows("SELECT kind FROM errand") == []


def test_of_many_workers_one_tidies_up_each_minute(house: House) -> None:
    clocks = [Clock(house.exchange) for _ in range(3)]
    for clock in clocks:
        clock.start()
    wait = threading.Event()
    for _ in range(400):
        rounds = house.rows("SELECT id, kind, state, tries, due_at FROM errand WHERE id = 0")
        if rounds and rounds[0][2:4] == ("waiting", 1):
            break
        wait.wait(0.02)
    for clock in clocks:
        clock.stop()
    assert rounds == [(0, "tidy", "waiting", 1, house.now + TIDY_EVERY_MS)]
    house.now += TIDY_EVERY_MS
    house.errands()
    assert house.rows("SELECT tries FROM errand WHERE id = 0") == [(2,)]


def test_a_round_that_fails_is_made_up_for_however_long_the_rounds_have_gone(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Others are given up when they are three days old; without rounds nothing is forgotten any more."""

    def busy(*_: object) -> None:
        raise LedgerBusy("another process kept writing")

    with house.exchange.ledger.transaction() as tx:
        errands.wish_rounds(tx, "tidy", house.now)
    house.now += 4 * 24 * HOUR
    with monkeypatch.context() as patched:
        patched.setattr(calls, "silent_since", busy)
        house.errands()
    assert house.rows("SELECT state, tries, cause FROM errand") == [("waiting", 1, "LedgerBusy")]
    many_calls(house, 1)
    house.now += HOUR + 2
    house.errands()
    assert house.rows("SELECT state, tries FROM errand") == [("waiting", 2)]
    assert house.rows.one("SELECT COUNT(*) FROM answer") == 0
