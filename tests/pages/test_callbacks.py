"""Who is to be called back: what becomes of each promise, and who calls them now."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from ivr.core.accounts import Role
from ivr.core.line.closures import Closure
from ivr.ledger import callbacks
from ivr.ledger.callbacks import Callback
from ivr.switchboard.line.calling_back import due, look_over
from ivr.switchboard.line.closing import close
from tests.pages.test_desk import HTML, MENUS, Tab
from tests.questions import asked
from tests.reaching.floor import Floor
from tests.service import MONDAY_MORNING, NUMBER, Browser

MAI = "+84907654321"
HOURS = "zone: Asia/Ho_Chi_Minh\nhours: {office: {week: {mon-fri: 08:00-17:00}}}"


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[Floor]:
    menus = MENUS.replace("zone: Asia/Ho_Chi_Minh", HOURS).replace(
        "  support:\n", "  support:\n    hours: office\n"
    )
    floor = Floor.open(tmp_path, menus, boxed=True)
    yield floor
    floor.house.exchange.ledger.close()


def promised(floor: Floor, number: str = MAI, queue: str = "sales", tries: int = 0) -> None:
    """Somebody was promised to be called back."""
    call = floor.ring(number)
    call.hang_up()
    asked = Callback(
        *(f"{call.sid}.3", call.sid, number, NUMBER, queue, "en", 1, "thanks"),
        first_at=MONDAY_MORNING,
        rank=MONDAY_MORNING,
        asked_at=MONDAY_MORNING,
        waited=0,
    )
    with floor.house.exchange.ledger.transaction() as tx:
        callbacks.ask(tx, asked)
        tx.run("UPDATE callback SET tries = :tries", {"tries": tries})


def page(client: Browser) -> str:
    answer = client.get("/callbacks", headers=HTML)
    assert answer.status_code == 200, answer.text
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text.partition("<main")[2]).split())


def test_a_promise_says_whom_and_what_comes_next(floor: Floor) -> None:
    here = floor.house.browser()
    assert "Nobody is to be called back." in page(here)
    promised(floor)
    shown = page(here)
    assert f"{MAI} sales · English Nov 23, 2026, 09:00:00 · not called yet · waits for an agent" in shown
    assert f"Call {MAI} Need not be called" in shown
    floor.hire("Lan", ready=False, languages=frozenset({"en"}))
    lan = Tab(floor, "Lan")
    lan.chooses("ready")
    floor.pass_time(2)
    assert "is being called now" in page(here)
    assert "Need not be called" not in page(here)
    assert "Is to be called back +84907654321" in lan.page()


def test_a_try_in_vain_and_a_closed_queue_are_told(floor: Floor) -> None:
    promised(floor, tries=1)
    with floor.house.exchange.ledger.transaction() as tx:
        callbacks.later(tx, floor.house.rows.one("SELECT id FROM callback"), MONDAY_MORNING + 300_000)
    assert "try 1 of 3 was in vain · next try at 09:05:00" in page(floor.house.browser())
    floor.night_passes(9)
    promised(floor, "+84907654322", "support")
    assert "support · English Nov 23, 2026, 09:00:00 · try 0" not in page(floor.house.browser())
    assert "first when the queue opens" in page(floor.house.browser())


def test_many_promises_are_asked_for_as_one_by_the_page_and_by_the_clock(floor: Floor) -> None:
    exchange, here = floor.house.exchange, floor.house.browser()
    floor.hire("Lan", ready=False)
    live = exchange.shelf.live(exchange.now()).hotline

    def looked_over() -> None:
        with exchange.ledger.reading() as tx:
            assert look_over(tx, live, exchange.now()) == []
            due(tx, live, exchange.now())

    counts = []
    for numbers in (range(1), range(1, 9)):
        for nth in numbers:
            promised(floor, f"+8490700000{nth}", "support" if nth % 2 else "sales")
        floor.pass_time(2)
        assert page(here).count("waits for an agent who is free") == numbers.stop
        counts.append((len(asked(lambda: page(here))), len(asked(looked_over))))
    assert counts[0] == counts[1]


def test_whoever_may_act_on_the_line_takes_a_promise_back(floor: Floor) -> None:
    promised(floor)
    agent = floor.house.signed_in(Role.AGENT, "Hoa")
    agent.environ_base["REMOTE_ADDR"] = "192.0.2.1"
    assert f"Call {MAI}" in page(agent)
    assert "Need not be called" not in page(agent)
    boss = floor.house.signed_in(Role.SUPERVISOR, "Boss")
    found = re.search(r'data-api="([^"]+/cancel)"', boss.get("/callbacks", headers=HTML).text)
    assert found
    assert boss.sends(found[1]).status_code in (200, 204)
    assert "Nobody is to be called back." in page(boss)


def test_one_click_leads_to_the_desk_with_the_number_and_its_queue(floor: Floor) -> None:
    promised(floor)
    shown = floor.house.browser().get("/callbacks", headers=HTML).text
    assert 'href="/desk?call=%2B84907654321&amp;queue=sales"' in shown


def test_the_desk_says_who_is_to_be_called_back_and_that_they_are_rung(floor: Floor) -> None:
    floor.hire("Lan", ready=False)
    lan = Tab(floor, "Lan")
    promised(floor)
    lan.chooses("ready")
    floor.pass_time(5)

    assert f"{MAI} is to be called back: sales, English." in lan.page()
    assert f"{MAI} calls" not in lan.page()
    lan.answers("accept")
    assert f"Is being rung {MAI}" in lan.page()


def test_who_calls_from_the_list_has_asked_for_it_and_takes_it_at_once(floor: Floor) -> None:
    floor.hire("Lan", ready=False)
    lan = Tab(floor, "Lan")
    close(floor.house.exchange, Closure("support", MONDAY_MORNING, "Boss"))
    promised(floor, queue="support")
    lan.chooses("ready")
    floor.pass_time(2)
    assert "first when the queue opens" in page(floor.house.browser())
    assert lan.does("POST /api/calls-out", number=MAI, queue="support") == 204
    assert " data-wished " in lan.client.get("/desk", headers=HTML).text, "the page accepts it by itself"
    assert f"{MAI} is to be called back: support, English." in lan.page()
    lan.answers("accept")
    assert f"Is being rung {MAI}" in lan.page()
