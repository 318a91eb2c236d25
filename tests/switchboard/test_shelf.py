"""The revisions a process has ready: which it keeps, and that no caller waits for another to be made."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from ivr.carriers.capabilities import Carrier
from ivr.ledger import Ledger, LedgerAway
from ivr.switchboard import shelf
from ivr.switchboard.rolling_back import roll_back
from ivr.switchboard.shelf import KEPT, Script, Unreadable
from tests.service import MENUS, House


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The revisions that were made ready, in their order."""
    made: list[int] = []
    real = shelf.compiled

    def compiled(ledger: Ledger, number: int, base_url: str, carrier: Carrier) -> Script:
        made.append(number)
        return real(ledger, number, base_url, carrier)

    monkeypatch.setattr(shelf, "compiled", compiled)
    return made


def publish(house: House, words: str) -> int:
    return house.publish(MENUS.replace("How can we help?", words))


def live(house: House) -> int:
    return house.exchange.shelf.live(house.now).revision


def test_callers_go_on_with_the_live_menus_while_others_are_made_ready(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert live(house) == 1
    real: Callable[..., Script] = shelf.compiled
    begun, go_on = threading.Event(), threading.Event()

    def slowly(*words: object) -> Script:
        begun.set()
        assert go_on.wait(20)
        return real(*words)

    monkeypatch.setattr(shelf, "compiled", slowly)
    publish(house, "What now?")
    clock = threading.Thread(target=house.exchange.shelf.look, args=(house.now,))
    clock.start()
    assert begun.wait(20)
    assert live(house) == 1
    house.now += 60_000
    assert live(house) == 1
    go_on.set()
    clock.join()
    assert live(house) == 2


def test_what_is_live_again_is_kept_whatever_else_is_asked_for(house: House, made: list[int]) -> None:
    assert live(house) == 1
    for number in range(2, KEPT + 4):
        assert publish(house, f"Words {number}.") == number
        assert live(house) == number
    roll_back(house.exchange, 1, "An")
    house.now += 1_000
    assert live(house) == 1
    made.clear()
    for number in range(2, KEPT + 4):
        assert house.exchange.shelf.script(number).revision == number
        assert house.exchange.shelf.script(1).revision == 1
    assert 1 not in made


def test_what_was_asked_for_last_is_kept(house: House, made: list[int]) -> None:
    assert live(house) == 1
    for number in range(2, KEPT + 1):
        publish(house, f"Words {number}.")
        live(house)
    house.exchange.shelf.script(1)
    publish(house, "One more.")
    live(house)
    made.clear()
    house.exchange.shelf.script(1)
    assert made == []
    house.exchange.shelf.script(2)
    assert made == [2]


def test_what_cannot_be_read_is_tried_once(house: House, made: list[int]) -> None:
    publish(house, "What now?")
    assert live(house) == 2
    with house.exchange.ledger.transaction() as tx:
        tx.run("UPDATE revision SET files = '{}' WHERE number = 1", {})
        tx.run("DELETE FROM reading", {})
    made.clear()
    for _ in range(3):
        with pytest.raises(
            Unreadable, match="revision 1 cannot be read by this version: there is nothing in it"
        ):
            house.exchange.shelf.script(1)
    assert made == [1]
    with pytest.raises(KeyError):
        house.exchange.shelf.script(9)


def test_callers_wait_once_for_a_ledger_that_cannot_be_read_and_not_one_after_the_other(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[object] = []
    waiting = threading.Event()

    def away(*words: object) -> Script:
        """Gives up when all others wait too."""
        tried.append(words)
        assert waiting.wait(20)
        raise LedgerAway("it says nothing")

    def asks(_: int) -> str:
        with pytest.raises(LedgerAway) as error:
            house.exchange.shelf.script(2)
        return str(error.value)

    monkeypatch.setattr(shelf, "compiled", away)
    with ThreadPoolExecutor(5) as callers:
        told = [callers.submit(asks, number) for number in range(5)]
        waiting.wait(0.5)
        waiting.set()
        assert sorted({each.result(20) for each in told}) == [
            "it says nothing",
            "the menus could not be read a moment ago",
        ]
    assert len(tried) == 1
    asks(5)  # but whoever comes later looks again
    assert len(tried) == 2
