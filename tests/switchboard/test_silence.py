"""A call nobody told the end of: the carrier is asked before it is called over."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ivr.switchboard.tidying import tidy
from tests.carriers.contract_server import TOKEN as REST_TOKEN
from tests.carriers.contract_server import Carrier as Rest
from tests.carriers.contract_server import contract_server
from tests.service import MENUS, House

MINUTE = 60_000
HOUR = 60 * MINUTE


@pytest.fixture
def rest() -> Iterator[Rest]:
    with contract_server() as carrier:
        yield carrier


@pytest.fixture
def home(tmp_path: Path, rest: Rest) -> Iterator[House]:
    """A house with a caller at its main menu, of whom nothing more is heard."""
    house = House(tmp_path, now=time.time_ns() // 1_000_000)
    house.open(MENUS, auth_token=REST_TOKEN, carrier_url=rest.url)
    house.carrier.press(house.carrier.call("CA1"), "CA1", "2")
    yield house
    house.exchange.ledger.close()


def stands(rest: Rest, status: str, seconds: int | None = None) -> None:
    """How the call stands at the carrier."""
    duration = None if seconds is None else str(seconds)
    rest.calls["CA1"] = {"sid": "CA1", "status": status, "duration": duration, "parent_call_sid": None}


def after(house: House, milliseconds: int) -> tuple[object, ...]:
    """How the call ended, as we know it so much later."""
    house.now += milliseconds
    tidy(house.exchange)
    house.errands()
    (row,) = house.rows("SELECT outcome, ended_at, end_source FROM call")
    return row


def test_a_call_that_is_over_there_is_over_here_when_it_was(home: House, rest: Rest) -> None:
    began = home.now
    stands(rest, "completed", 100)
    assert after(home, 5 * MINUTE) == (None, None, None)
    assert rest.seen == []
    assert after(home, 1) == ("hung_up", began + 100_000, "reconciled")
    assert home.rows.passes("CA1")[-1] == ("main", "", "hung_up")
    after(home, HOUR)
    assert len(rest.seen) == 1


def test_a_call_that_goes_on_is_asked_about_every_five_minutes(home: House, rest: Rest) -> None:
    stands(rest, "in-progress")
    for times in range(1, 90):
        assert after(home, 5 * MINUTE + 1) == (None, None, None)
        assert len(rest.seen) == times
    stands(rest, "failed")
    assert after(home, 5 * MINUTE) == ("lost", home.now, "reconciled")


def test_a_call_the_carrier_does_not_know_is_lost(home: House) -> None:
    assert after(home, 6 * MINUTE) == ("lost", home.now, "clock")


def test_a_carrier_that_does_not_answer_is_asked_for_five_hours(home: House, rest: Rest) -> None:
    stands(rest, "in-progress")
    rest.faults += ["unavailable"] * 100
    while home.now - home.rows.one("SELECT entered_at FROM call") < 5 * HOUR - 10 * MINUTE:
        assert after(home, 10 * MINUTE) == (None, None, None)
    assert after(home, 10 * MINUTE) == ("lost", home.now, "clock")


def test_who_talks_to_a_party_is_left_alone_for_four_hours(home: House, rest: Rest) -> None:
    home.carrier.press(home.carrier.call("CA2", "+84907654321"), "CA2", "2")
    home.carrier.ends("CA1")
    home.carrier.post("/voice/at/1/main/keys.0.0/2", CallSid="CA2", Digits="3")
    assert home.rows("SELECT turn FROM call WHERE id = 'CA2'") == [("dial",)]
    home.now += 4 * HOUR
    tidy(home.exchange)
    assert home.rows("SELECT kind FROM errand") == []
    home.now += 1
    tidy(home.exchange)
    assert home.rows("SELECT kind, call FROM errand") == [("ask_call", "CA2")]
