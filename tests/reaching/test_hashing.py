"""Numbers stored only hashed: who is the same is known wherever it has to be, and nobody knows who it is."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ivr.box import Party
from ivr.core.agents import Status
from ivr.core.pseudonyms import is_pseudonym, short
from ivr.ledger import Ledger, Transaction, callers, log, lost, surveys
from ivr.ledger.audit import verify
from ivr.ledger.reports import records
from ivr.switchboard.hashing import hash_numbers
from ivr.switchboard.line.calling_back import number_of, numbers_of
from ivr.switchboard.line.calling_out import call_out
from ivr.switchboard.line.standing import choose
from ivr.switchboard.tidying import tidy
from tests.reaching.figures import figures_add_up
from tests.reaching.floor import Floor
from tests.reaching.one_caller import (
    AT_HOME,
    LAN,
    MAI,
    MENUS,
    TALKS,
    asks_from_a_withheld_number,
    bytes_of,
    lived_through,
    talks_to_an_agent,
)
from tests.service import MONDAY_MORNING

MINUTE = 60


Opened = Callable[..., Floor]


@pytest.fixture
def opened(tmp_path: Path, database_url: str) -> Iterator[Opened]:
    """Opens floors on one database, on which numbers are hashed if nothing else is said."""
    floors = []

    def open_(menus: str = MENUS, numbers: str = "hashed") -> Floor:
        floors.append(Floor.open(tmp_path, menus, database_url=database_url, numbers=numbers))
        return floors[-1]

    yield open_
    for floor in floors:
        floor.house.exchange.ledger.close()


@pytest.fixture
def floor(opened: Opened) -> Floor:
    """With an agent, who is ready."""
    floor = opened()
    floor.hire("An", TALKS)
    return floor


def over(floor: Floor) -> None:
    """Long enough after everything."""
    floor.pass_time(3 * MINUTE)
    tidy(floor.house.exchange)


def names(floor: Floor) -> list[str]:
    return [name for (name,) in floor.house.rows("SELECT caller FROM call ORDER BY started_at")]


def found(floor: Floor, *numbers: str) -> set[str]:
    digits = [number[1:].encode() for number in numbers]
    return {place for place, content in bytes_of(floor) if any(each in content for each in digits)}


def test_a_number_never_lies_on_the_disk_and_a_caller_is_the_same_each_time(floor: Floor) -> None:
    for caller in (LAN, MAI, LAN):
        call = floor.ring(caller).press("1")
        floor.pass_time(5)
        assert found(floor, LAN, MAI) == set(), "not even while they are on the line"
        call.hang_up()
        floor.pass_time(5)
    first, second, third = names(floor)
    assert first == third != second
    assert is_pseudonym(first)
    assert short(first) == first[1:5]


def test_agents_see_who_calls_until_the_call_is_over(floor: Floor) -> None:
    call = floor.ring(LAN).press("1")
    floor.pass_time(8)
    exchange = floor.house.exchange
    (visit,) = floor.visits(call)
    with exchange.ledger.reading() as tx:
        assert numbers_of(tx, visit) == (LAN, "+842873001234")
    call.hang_up()
    floor.pass_time(5)
    over(floor)
    with exchange.ledger.reading() as tx:
        assert numbers_of(tx, visit) == (exchange.seal.pseudonym(LAN), "+842873001234")
    assert floor.house.rows("SELECT number FROM call") == [(None,)]


def test_the_number_is_there_as_long_as_an_agent_writes_down_what_it_was_about(opened: Opened) -> None:
    floor = opened(MENUS.replace("wrap_up: none", "wrap_up: 30m"))
    floor.hire("An", TALKS)
    call = floor.ring(LAN).press("1")
    floor.pass_time(15)
    call.hang_up()
    over(floor)
    (visit,) = floor.visits(call)
    with floor.house.exchange.ledger.reading() as tx:
        assert numbers_of(tx, visit) == (LAN, "+842873001234")
    floor.pass_time(30 * MINUTE)
    tidy(floor.house.exchange)
    with floor.house.exchange.ledger.reading() as tx:
        assert numbers_of(tx, visit) != (LAN, "+842873001234")


def test_who_comes_again_is_counted_so(floor: Floor) -> None:
    for caller in (LAN, MAI, LAN):
        talks_to_an_agent(floor, caller)
    with floor.house.exchange.ledger.reading() as tx:
        ended = records.of(tx, MONDAY_MORNING, floor.house.exchange.now() + 1).ended
    assert sorted(each.returned or False for each in ended) == [False, False, True]
    figures_add_up(floor.house.exchange, MONDAY_MORNING)


def test_a_language_a_limit_and_a_block_know_them(opened: Opened) -> None:
    menus = MENUS + f'blocked: ["{MAI}"]\nlimits: {{calls: 2 per 1h}}\n'
    floor = opened(menus)
    with floor.house.exchange.ledger.transaction() as tx:
        callers.remember(tx, LAN, "en", 1)
        assert callers.remembered_language(tx, LAN) == "en"
    for caller in (LAN, LAN, LAN, MAI):
        floor.ring(caller).hang_up()
    floor.pass_time(5)
    outcomes = [outcome for (outcome,) in floor.house.rows("SELECT outcome FROM call ORDER BY outcome")]
    assert outcomes == ["blocked", "hung_up", "hung_up", "too_many"]


def test_who_was_promised_is_rung_and_their_number_goes_with_the_promise(floor: Floor) -> None:
    asks_from_a_withheld_number(floor)
    assert found(floor, LAN, AT_HOME) == set()
    floor.phone.exchange.people.by_number[LAN] = Party(after=3, keys="1", talks=20)
    choose(floor.house.exchange, "an", Status.READY)
    floor.pass_time(60)
    assert floor.rung(LAN) == 1
    assert floor.house.rows("SELECT ending, sealed FROM callback") == [("reached", None)]
    over(floor)
    assert found(floor, LAN) == set()


def test_whom_an_agent_calls_is_known_until_it_is_over(floor: Floor) -> None:
    floor.phone.exchange.people.by_number[LAN] = Party(after=3, talks=20)
    assert call_out(floor.house.exchange, "an", LAN) is None
    floor.pass_time(60)
    assert floor.rung(LAN) == 1
    assert found(floor, LAN) == set()
    over(floor)
    ((call,),) = floor.house.rows("SELECT id FROM call")
    (visit,) = floor.visits_of(call)
    with floor.house.exchange.ledger.reading() as tx:
        assert number_of(tx, visit) == floor.house.exchange.seal.pseudonym(LAN)


def test_another_system_that_is_asked_by_the_menus_is_asked_with_the_number(opened: Opened) -> None:
    asked = "main: {lookup: {get: 'https://crm.example/{caller}'}, then: number, otherwise: number}"
    floor = opened(MENUS.replace("main: {say: Welcome., keys: {1: sales, 3: message, 4: number}}", asked))
    exchange = floor.house.exchange
    with floor.without_errands():
        call = floor.ring(LAN)
        payload = floor.house.rows.one("SELECT payload FROM errand WHERE kind = 'lookup'")
        assert found(floor, LAN) == set()
    assert json.loads(exchange.seal.open(payload) or "")["values"] == {"caller": LAN}
    call.hang_up()
    floor.pass_time(5)


def test_who_is_lost_is_one_line_and_leaves_it_when_answered(floor: Floor) -> None:
    exchange = floor.house.exchange
    choose(exchange, "an", Status.ON_BREAK, "coffee")
    for _ in range(2):
        call = floor.ring(LAN).press("1")
        floor.pass_time(5)
        call.hang_up()
        floor.pass_time(5)
    with exchange.ledger.reading() as tx:
        assert [(each.number, each.times) for each in lost.callers(tx, 0, "", 9)] == [
            (exchange.seal.pseudonym(LAN), 2)
        ]
    choose(exchange, "an", Status.READY)
    talks_to_an_agent(floor, LAN)
    with exchange.ledger.reading() as tx:
        assert lost.callers(tx, 0, "", 9) == []


def test_a_number_that_is_looked_for_is_found_by_what_stands_for_it(floor: Floor) -> None:
    talks_to_an_agent(floor, LAN)
    talks_to_an_agent(floor, MAI)
    over(floor)
    with floor.house.exchange.ledger.reading() as tx:
        (line,) = log.newest(tx, log.Wanted(number=LAN, caller=LAN))
        assert log.newest(tx, log.Wanted(number=short(line.caller or ""))) == [line]
        assert log.newest(tx, log.Wanted(number="+84900000000", caller="+84900000000")) == []


def test_what_stood_there_before_is_hashed_by_the_clock(
    opened: Opened, tmp_path: Path, database_url: str
) -> None:
    lived_through(tmp_path, database_url=database_url).house.exchange.ledger.close()
    floor = opened()
    exchange = floor.house.exchange
    with exchange.ledger.reading() as tx:
        before = records.of(tx, MONDAY_MORNING, exchange.now() + 86_400_000)
    hash_numbers(exchange, everything=False)
    rows = floor.house.rows
    for table, column in (
        *(("call", "caller"), ("message", "caller"), ("feedback", "caller"), ("survey_answer", "caller")),
        *(("remembered", "caller"), ("withdrawal", "caller"), ("callback", "number")),
    ):
        assert rows(f"SELECT {column} FROM {table} WHERE {column} NOT LIKE '~%'") == [], table
    with exchange.ledger.reading() as tx:
        assert records.of(tx, MONDAY_MORNING, exchange.now() + 86_400_000) == before
        assert surveys.has_withdrawn(tx, LAN)
        assert surveys.written_by(tx, LAN)
    assert found(floor, MAI) == set(), "nor does it lie in the unused parts of the file"
    assert rows.one("SELECT COUNT(*) FROM callback WHERE sealed IS NOT NULL AND ended_at IS NULL") == 1
    assert rows("SELECT COUNT(*) FROM audit WHERE what = 'numbers_hashed'") == [(1,)]
    hash_numbers(exchange, everything=True)
    assert rows("SELECT COUNT(*) FROM audit WHERE what = 'numbers_hashed'") == [(1,)]
    assert verify(exchange.ledger).broken is None


class Watched:
    """A transaction of which is told whether it looks for anything."""

    def __init__(self, tx: Transaction, looked: list[str]) -> None:
        self._tx, self._looked = tx, looked

    def __getattr__(self, name: str) -> object:
        if name in ("rows", "answers"):
            self._looked.append(name)
        return getattr(self._tx, name)


def test_no_writer_waits_while_old_numbers_are_looked_for(
    opened: Opened, tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lived_through(tmp_path, database_url=database_url).house.exchange.ledger.close()
    floor = opened()
    looked: list[str] = []
    write = Ledger.transaction

    @contextmanager
    def watched(ledger: Ledger) -> Iterator[Watched]:
        with write(ledger) as tx:
            yield Watched(tx, looked)

    monkeypatch.setattr(Ledger, "transaction", watched)
    hash_numbers(floor.house.exchange, everything=True)
    assert floor.house.rows.one("SELECT COUNT(*) FROM audit WHERE what = 'numbers_hashed'") == 1
    assert looked == []


def test_who_wants_no_messages_gets_none_whichever_way_numbers_are_stored(opened: Opened) -> None:
    hashed = opened()
    with hashed.house.exchange.ledger.transaction() as tx:
        surveys.withdraw(tx, LAN, 1)
    kept = opened(numbers="kept")
    with kept.house.exchange.ledger.transaction() as tx:
        assert surveys.has_withdrawn(tx, LAN)
        surveys.come_back(tx, LAN)
    with hashed.house.exchange.ledger.reading() as tx:
        assert not surveys.has_withdrawn(tx, LAN)
