"""Every list of calls is as long as its figure is large: on days on which all happens that is counted."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest

from ivr.core.figures.behind import LISTS, Behind
from ivr.core.figures.catalogue import FIGURES
from ivr.core.figures.figure import Unit
from ivr.core.figures.intervals import Every
from ivr.core.figures.question import By, Only, Question
from ivr.core.figures.tally import Tally
from ivr.core.figures.waiting import every_wait
from ivr.ledger import Transaction
from ivr.ledger.reports import behind, listing, stale
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.reporting import report
from tests.service import House
from tests.switchboard.test_reporting import MENUS

BERLIN = ZoneInfo("Europe/Berlin")
SINCE = round(datetime(2026, 10, 24, tzinfo=BERLIN).timestamp() * 1000)
UNTIL = round(datetime(2026, 10, 27, tzinfo=BERLIN).timestamp() * 1000)
"""Three days; the one in the middle has 25 hours."""

HOUR_MS = 3_600_000

COUNTS: Mapping[str, Callable[[Tally], float]] = {
    "ended": lambda tally: sum(every_wait(tally)),
    "in_target": lambda tally: tally.answered_in_target,
    "reached": lambda tally: tally.reached,
    "sent_on": lambda tally: tally.sent_on,
    "contained": lambda tally: tally.contained,
    "gave_up": lambda tally: tally.gave_up,
    "routed": lambda tally: tally.routed,
}
"""What is counted by lists whose figures are shares or lengths of time."""


def put(tx: Transaction, table: str, **row: object) -> None:
    tx.run(f"INSERT INTO {table} ({', '.join(row)}) VALUES (:{', :'.join(row)})", row)


def anything(tx: Transaction, chance: Random) -> None:
    """Calls with everything that can happen in one, likely or not."""
    for name in ("an", "chi"):
        account = {"id": name, "name": name.title(), "role": "agent", "password": "", "created_at": 0}
        put(tx, "account", **account)
        put(tx, "agent", id=name, way="browser", address="", skills="{}", languages="[]", weight=1, place=0)
    for number in range(400):
        call(tx, chance, f"CA{number}")


def call(tx: Transaction, chance: Random, name: str) -> None:
    at = chance.randrange(SINCE - HOUR_MS, UNTIL)
    over = at + chance.randrange(1_000, HOUR_MS) if chance.random() < 0.95 else None
    endings = ("goodbye", "hung_up", "message", "connected", "blocked", "too_many", "lost")
    called, language = chance.choice(("+842873001234", "+842873005678")), chance.choice(("en", "vi"))
    put(
        tx,
        "call",
        id=name,
        caller=chance.choice((None, "+84901234567", "+84907654321")),
        called=called,
        revision=1,
        language=language,
        started_at=at,
        entered_at=at,
        silences=0,
        wrongs=0,
        hop=1,
        inputs=0,
        pressed="",
        memory="[[],[],{},[]]",
        ended_at=over,
        outcome=chance.choice(endings) if over else None,
    )
    for hop in range(chance.randrange(4)):
        passed(tx, chance, name, hop, at, language)
    entered = at
    for number in range(chance.choice((0, 0, 1, 1, 2))):
        entered = visit(tx, chance, name, number, entered, language)
    if chance.random() < 0.1:
        put(tx, "leg", id=f"L{name}", call=name, ending=chance.choice(("connected", "busy")), answered_at=at)
    if chance.random() < 0.1:
        told = {"call": name, "step": "office", "kind": "message", "seconds": 1, "state": "kept", "at": at}
        put(tx, "recording", id=f"R{name}", carrier_id=f"RE{name}", **told)
        put(
            tx,
            "message",
            id=f"M{name}",
            call=name,
            mailbox="office",
            recording=f"R{name}",
            language=language,
            left_at=at,
        )
    if chance.random() < 0.2:
        promise(tx, chance, name, called, language, at)


ENDINGS = ("key", "went_on", "silent", "wrong", "hung_up", "full", "closed", "no_agents")


def passed(tx: Transaction, chance: Random, name: str, hop: int, at: int, language: str) -> None:
    put(
        tx,
        "pass",
        call=name,
        hop=hop,
        nth=0,
        step=chance.choice(("main", "sales")),
        option=chance.choice((None, "main.sales")),
        pressed="",
        silences=0,
        wrongs=0,
        entered_at=at,
        left_at=at + 1_000,
        ending=chance.choice(ENDINGS),
        language=language,
        goal=chance.choice((None, None, True)),
    )


LEFT = ("answered", "answered", "abandoned", "key", "callback", "timeout", "no_agents", "closed")
PLACES = ("agent", "voicemail", "queue", "number", "menu", "goodbye")


def visit(tx: Transaction, chance: Random, name: str, number: int, at: int, language: str) -> int:
    """One visit, its offers, and what came of it; when it was over."""
    visit_id, queue = f"{name}.{number}", chance.choice(("sales", "support"))
    over = at + chance.choice((1_000, 5_000, 5_001, 15_000, 20_000, 20_001, 600_000))
    outcome = chance.choice((*LEFT, "transferred", "error"))
    put(
        tx,
        "visit",
        id=visit_id,
        call=name,
        kind=chance.choice(("call", "call", "call", "callback")),
        queue=queue,
        language=language,
        first_at=at,
        rank=at,
        entered_at=at,
        beat_at=at,
        outcome=outcome,
        went_to=chance.choice(PLACES),
        ended_at=over,
        target=chance.choice((None, 15_000)),
        taken_at=over,
    )
    ends = ("declined", "missed", "caller_gone", "withdrawn")
    given = [chance.choice(ends) for _ in range(chance.randrange(3))]
    given += ["accepted"] if outcome == "answered" else []
    for place, ending in enumerate(given):
        put(
            tx,
            "offer",
            id=f"{visit_id}.{place}",
            visit=visit_id,
            agent=chance.choice(("an", "chi")),
            queue=queue,
            made_at=at,
            until=over,
            ended_at=over,
            ending=ending,
        )
        if ending == "accepted":
            talk(tx, chance, f"{visit_id}.{place}", visit_id, name, queue, over)
    return over + 1_000


def talk(tx: Transaction, chance: Random, offer: str, visit_id: str, name: str, queue: str, at: int) -> None:
    kind = chance.choice((None, None, "consult", "outbound"))
    if kind:
        tx.run("UPDATE visit SET kind = :kind WHERE id = :id", {"kind": kind, "id": visit_id})
    put(
        tx,
        "talk",
        offer=offer,
        visit=visit_id,
        call=name,
        agent=chance.choice(("an", "chi")),
        queue=queue,
        room=offer,
        answered_at=chance.choice((at, at, None)),
        talk_ended_at=at + 60_000,
        ended_at=at + 90_000,
        ended_by="caller",
        onward=chance.choice((None, "queue:support")),
        took_over_at=chance.choice((None, at)),
    )


def promise(tx: Transaction, chance: Random, name: str, called: str, language: str, at: int) -> None:
    endings = ("reached", "not_reached", "elsewhere", "moved", "expired")
    put(
        tx,
        "callback",
        id=f"B{name}",
        call=name,
        number="+84901234567",
        called=called,
        queue="sales",
        language=language,
        revision=1,
        step="sales",
        first_at=at,
        rank=at,
        asked_at=at,
        waited=1_000,
        ended_at=at + HOUR_MS,
        ending=chance.choice(endings),
    )


@pytest.fixture(scope="module")
def exchange(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Exchange]:
    folder: Path = tmp_path_factory.mktemp("days")
    house = House(folder).open(MENUS)
    with house.exchange.ledger.transaction() as tx:
        anything(tx, Random(7))
        stale.mark(tx, SINCE - HOUR_MS, UNTIL + HOUR_MS)
    yield house.exchange
    house.exchange.ledger.close()


def length(exchange: Exchange, list_: Behind) -> int:
    """The lines of a list; the page says as many as it shows, and finds each of them in its place."""
    with exchange.ledger.reading() as tx:
        lines = behind.lines(tx, list_, 10_000)
        assert behind.count(tx, list_, 10_000) == len(lines)
        for leaving_out in (0, len(lines) // 2, len(lines)):
            found = listing.page(tx, list_, "Europe/Berlin", 7, leaving_out)
            assert found == (lines[leaving_out : leaving_out + 7], len(lines), True)
    return len(lines)


ASKED = [
    *((by, None) for by in By),
    (By.CALLS, Every.HOUR_OF_DAY),
    (By.CALLS, Every.WEEKDAY),
    (By.CALLS, Every.DAY),
    (By.QUEUES, Every.HOUR_OF_DAY),
    (By.AGENTS, Every.DAY),
]


@pytest.mark.parametrize(("by", "every"), ASKED, ids=lambda each: str(each))
def test_the_list_of_every_cell_is_as_long_as_its_figure_is_large(
    exchange: Exchange, by: By, every: Every | None
) -> None:
    answer = report(exchange, Question(SINCE, UNTIL, "Europe/Berlin", by, every), None)
    assert len(answer.rows) > 1 or by is By.CALLS
    for row in (*answer.rows, answer.total):
        for figure in answer.figures:
            list_ = answer.behind(row, figure)
            if list_ is not None and (figure.unit is Unit.COUNT or list_.list in COUNTS):
                count = COUNTS.get(list_.list, figure.of)
                assert length(exchange, list_) == count(row.tally), (answer.name_of(row), figure.name)


def test_so_it_is_where_only_some_are_asked_about(exchange: Exchange) -> None:
    only = Only(queues=frozenset({"sales"}), languages=frozenset({"vi"}))
    answer = report(exchange, Question(SINCE, UNTIL, "Europe/Berlin", By.QUEUES, only=only), None)
    (row,) = answer.rows
    abandoned = next(figure for figure in answer.figures if figure.name == "abandoned")
    list_ = answer.behind(row, abandoned)
    assert list_ is not None
    assert 0 < row.tally.abandoned == length(exchange, list_)


def test_on_those_days_everything_happens(exchange: Exchange) -> None:
    """Else the stories above would tell nothing."""
    empty = [name for name in LISTS if length(exchange, Behind(name, SINCE, UNTIL)) == 0]
    assert empty == []
    opened = {figure.opens for view in FIGURES.values() for figure in view.values()}
    assert opened - {None} == set(LISTS)


def test_a_list_of_which_something_is_still_to_be_counted_is_read_through(
    exchange: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    report(exchange, Question(SINCE, UNTIL, "Europe/Berlin"), None)
    every = Behind("passed", SINCE, UNTIL)
    with exchange.ledger.reading() as tx:
        before = listing.page(tx, every, "Europe/Berlin", 50, 100)
    monkeypatch.setattr(listing, "MOST_COUNTED", 120)
    with exchange.ledger.transaction() as tx:
        stale.mark(tx, SINCE)
        lines, count, is_all = listing.page(tx, every, "Europe/Berlin", 50, 100)
        assert (lines, count, is_all) == (before.lines, 120, False)
        assert listing.page(tx, every, "Europe/Berlin", 50, before.length - 10).lines == (
            behind.lines(tx, every, 50, before.length - 10)
        )


def test_what_no_tally_tells_apart_is_read_through(exchange: Exchange) -> None:
    report(exchange, Question(SINCE, UNTIL, "Europe/Berlin"), None)
    spoken = Behind("offers", SINCE, UNTIL, {"language": frozenset({"vi"})})
    odd = Behind("offered", SINCE + 1, UNTIL)
    for asked in (spoken, odd):
        assert length(exchange, asked) > 10
