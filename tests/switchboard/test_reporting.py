"""Reports: every number recounted from the bare rows by other code, over any time and by anything."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from ivr.core.figures.asking import Wrong
from ivr.core.figures.behind import behind_of
from ivr.core.figures.figure import Unit
from ivr.core.figures.intervals import Every
from ivr.core.figures.question import By, Only, Question
from ivr.core.figures.report import Report, Row
from ivr.core.figures.tally import NOTHING, total
from ivr.ledger.reports import stale
from ivr.switchboard.demo import make_year
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.reporting import report
from tests.service import House
from tests.switchboard.recount import Recount

MENUS = """
hotline: Shop
zone: Europe/Berlin
numbers: {"+842873001234": main}
languages: {en: {}, vi: {}}
mailboxes: {office: {}}
queues:
  default: {no_agents: bye}
  sales: {label: {en: sales, vi: "mua hàng"}, service_level: 80% in 15s}
  support: {label: {en: help, vi: "trợ giúp"}}
steps:
  main: {say: {en: Welcome., vi: Xin chào.}, keys: {1: sales, 2: support}}
  bye: {say: {en: Goodbye., vi: Tạm biệt.}, then: hang_up}
"""
BERLIN = ZoneInfo("Europe/Berlin")


def at(text: str, zone: ZoneInfo = BERLIN) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=zone).timestamp() * 1000)


SINCE, UNTIL = at("2026-10-01"), at("2026-11-01")
"""A month in which a day has 25 hours."""


@pytest.fixture(scope="module")
def exchange(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Exchange]:
    """A hotline with a year of three thousand calls."""
    folder: Path = tmp_path_factory.mktemp("year")
    house = House(folder).open(MENUS)
    make_year(house.exchange, 3_000, seed=2)
    yield house.exchange
    house.exchange.ledger.close()


@pytest.fixture(scope="module")
def recount(exchange: Exchange) -> Recount:
    return Recount(exchange.ledger)


def ask(exchange: Exchange, by: By = By.CALLS, every: Every | None = None, **more: object) -> Report:
    return report(exchange, Question(SINCE, UNTIL, "Europe/Berlin", by, every, **more), None)  # type: ignore[arg-type]


def values(answer: Report, row: Row) -> dict[str, float | None]:
    return {figure.name: row.value(figure) for figure in answer.figures}


def agree(found: dict[str, float | None], by_hand: dict[str, float | None]) -> None:
    assert {name: found[name] for name in by_hand} == {
        name: None if value is None else pytest.approx(value) for name, value in by_hand.items()
    }


def test_the_figures_of_a_month_are_what_the_rows_say(exchange: Exchange, recount: Recount) -> None:
    answer = ask(exchange)
    found = values(answer, answer.total)
    assert answer.adds_up
    assert answer.is_whole
    assert answer.approximate == frozenset()
    agree(found, recount.line(SINCE, UNTIL))
    agree(found, recount.call(SINCE, UNTIL))
    assert found["offered"]
    assert found["abandoned"]
    assert found["missed_offers"]
    assert 0 < (found["satisfaction"] or 0) < 1
    assert 0 < (found["response_rate"] or 0) < 1


def test_so_are_those_of_each_queue_language_and_number(exchange: Exchange, recount: Recount) -> None:
    for by, name in ((By.QUEUES, "queue"), (By.LANGUAGES, "language"), (By.NUMBERS, "called")):
        answer = ask(exchange, by)
        assert len(answer.rows) == (1 if by is By.NUMBERS else 2)
        for row in answer.rows:
            (key,) = row.key
            by_hand = recount.line(SINCE, UNTIL, **{name: str(key)})
            if by is not By.QUEUES:
                by_hand = {each: value for each, value in by_hand.items() if not each.startswith("callback")}
            agree(values(answer, row), by_hand)


def test_so_are_those_of_each_agent(exchange: Exchange, recount: Recount) -> None:
    answer = ask(exchange, By.AGENTS)
    assert len(answer.rows) > 3
    for row in answer.rows:
        agree(values(answer, row), recount.agent(SINCE, UNTIL, str(row.key[0])))


def test_so_are_those_of_each_option(exchange: Exchange, recount: Recount) -> None:
    answer = ask(exchange, By.OPTIONS)
    assert ("+842873001234", "main", "main.sales") in {row.key for row in answer.rows}
    for row in answer.rows:
        _, step, option = row.key
        agree(values(answer, row), recount.option(SINCE, UNTIL, str(step), str(option)))


@pytest.mark.parametrize(
    ("every", "rows"),
    [(Every.DAY, 31), (Every.WEEK, 5), (Every.MONTH, 1), (Every.HOUR, 745), (Every.QUARTER, 2980)],
)
def test_so_are_those_of_each_interval(exchange: Exchange, recount: Recount, every: Every, rows: int) -> None:
    answer = ask(exchange, every=every)
    assert len(answer.rows) == rows
    assert answer.rows[0].since == SINCE
    assert answer.rows[-1].until == UNTIL
    assert all(one.until == two.since for one, two in zip(answer.rows, answer.rows[1:], strict=False))
    busy = sorted((row for row in answer.rows if row.tally.offered), key=lambda row: -row.tally.offered)
    for row in (*busy[:2], *busy[-2:]):
        agree(values(answer, row), recount.line(row.since, row.until))
        agree(values(answer, row), recount.call(row.since, row.until))


def test_what_comes_round_is_the_sum_of_what_came(exchange: Exchange) -> None:
    days, weekdays = ask(exchange, every=Every.DAY), ask(exchange, every=Every.WEEKDAY)
    hours, every_hour = ask(exchange, every=Every.HOUR_OF_DAY), ask(exchange, every=Every.HOUR)
    assert [row.key for row in weekdays.rows] == [(day,) for day in range(7)]
    assert [row.key for row in hours.rows] == [(hour,) for hour in range(24)]
    thursdays = [row.tally for number, row in enumerate(days.rows) if number % 7 == 0]
    assert sum(thursdays, NOTHING) == weekdays.rows[3].tally, "the first of October 2026 is a Thursday"
    at_ten = [
        row.tally for row in every_hour.rows if datetime.fromtimestamp(row.since / 1000, BERLIN).hour == 10
    ]
    assert sum(at_ten, NOTHING) == hours.rows[10].tally


def test_a_day_of_another_zone_is_another_day(exchange: Exchange, recount: Recount) -> None:
    saigon = ZoneInfo("Asia/Ho_Chi_Minh")
    since, until = at("2026-10-12", saigon), at("2026-10-15", saigon)
    answer = report(exchange, Question(since, until, str(saigon), every=Every.DAY), None)
    assert [row.since for row in answer.rows] == [at(f"2026-10-{day}", saigon) for day in (12, 13, 14)]
    for row in answer.rows:
        agree(values(answer, row), recount.line(row.since, row.until))


def test_only_what_is_asked_for_is_counted(exchange: Exchange, recount: Recount) -> None:
    answer = ask(exchange, every=Every.MONTH, only=Only(queues=frozenset({"sales"})))
    agree(values(answer, answer.total), recount.line(SINCE, UNTIL, queue="sales"))
    assert answer.adds_up
    assert "arrived" not in {figure.name for figure in answer.figures}, "a call is in no queue"
    nobody = ask(exchange, only=Only(queues=frozenset({"nobody"})))
    assert nobody.total.tally == NOTHING
    for figure in nobody.figures:
        assert nobody.total.value(figure) == (0 if figure.unit is Unit.COUNT else None)


def test_the_period_before_stands_beside(exchange: Exchange, recount: Recount) -> None:
    answer = ask(exchange, compare=True)
    then = {figure.name: answer.total.value_before(figure) for figure in answer.figures}
    by_hand = recount.line(at("2026-09-01"), SINCE)
    about = {name for name in by_hand if "_p50" in name or "_p90" in name}
    agree(then, {name: value for name, value in by_hand.items() if name not in about})


def test_a_promise_that_changed_applies_from_then_on_and_by_wish_to_all(house: House) -> None:
    house.publish(MENUS)
    make_year(house.exchange, 500)
    year = Question(at("2025-11-01"), at("2026-11-01"), "Europe/Berlin", By.QUEUES)
    then = report(house.exchange, year, None)
    house.publish(MENUS.replace("80% in 15s", "80% in 5s"))
    assert report(house.exchange, year, None).rows == then.rows
    today = report(house.exchange, replace(year, recompute=True), None)
    assert 0 < today.rows[0].tally.answered_in_target < then.rows[0].tally.answered_in_target
    assert today.rows[0].tally.answered_in_target == quickly(house, "answered", 5_000, year)
    assert today.rows[1].tally == then.rows[1].tally, "support promises what it did"
    assert today.from_calls == frozenset()


def quickly(house: House, outcome: str, wait: int, time: Question, queue: str = "sales") -> int:
    """How many visits ended so within a wait, by hand."""
    with house.exchange.ledger.reading() as tx:
        ((count,),) = tx.rows(
            "SELECT COUNT(*) FROM visit WHERE queue = :queue AND outcome = :outcome"
            " AND ended_at - entered_at <= :wait AND ended_at >= :since AND ended_at < :until",
            {"queue": queue, "outcome": outcome, "wait": wait, "since": time.since, "until": time.until},
        )
    return int(count)


@pytest.mark.parametrize("seconds", [7, 20])
def test_any_promise_of_today_is_measured_exactly_from_the_calls_where_need_be(
    house: House, seconds: int
) -> None:
    house.publish(MENUS)
    make_year(house.exchange, 500)
    with house.exchange.ledger.transaction() as tx:
        tx.run("UPDATE visit SET outcome = 'callback' WHERE outcome = 'answered' AND id LIKE '%3.2'", {})
        tx.run("UPDATE visit SET outcome = 'abandoned' WHERE outcome = 'answered' AND id LIKE '%7.2'", {})
        stale.mark(tx, SINCE - 400 * 86_400_000, UNTIL)
    house.publish(MENUS.replace("80% in 15s", f"80% in {seconds}s"))
    year = Question(at("2025-11-01"), at("2026-11-01"), "Europe/Berlin", By.QUEUES, recompute=True)
    answer = report(house.exchange, year, None)
    sales = answer.rows[0].tally
    counted = (sales.answered_in_target, sales.abandoned_in_target, sales.callback_in_target)
    by_hand = tuple(
        quickly(house, how, seconds * 1000, year) for how in ("answered", "abandoned", "callback")
    )
    assert counted == by_hand
    assert min(counted) > 0
    assert answer.from_calls == (frozenset({"sales"}) if seconds == 7 else frozenset())
    support = answer.rows[1].tally
    assert support.callback_in_target == quickly(house, "callback", 20_000, year, "support")
    for every, by in ((Every.MONTH, By.CALLS), (Every.HOUR_OF_DAY, By.QUEUES), (Every.WEEKDAY, By.LANGUAGES)):
        parts = report(house.exchange, replace(year, every=every, by=by), None)
        rows = total(row.tally for row in parts.rows)
        assert rows.answered_in_target == answer.total.tally.answered_in_target
        assert rows.callback_in_target == answer.total.tally.callback_in_target
        assert parts.adds_up
    only = Only(languages=frozenset({"vi"}), numbers=frozenset({"+842873001234"}))
    vietnamese = report(house.exchange, replace(year, only=only), None).total.tally
    assert 0 < vietnamese.answered_in_target < answer.total.tally.answered_in_target


MOMENTS = (
    *(("call", "started_at"), ("call", "ended_at"), ("pass", "left_at"), ("visit", "ended_at")),
    *(("offer", "ended_at"), ("talk", "ended_at"), ("span", "since"), ("span", "ended_at")),
    *(("callback", "ended_at"), ("survey_answer", "asked_at"), ("survey_answer", "answered_at")),
)


def test_a_made_up_year_goes_until_now_and_no_further(house: House) -> None:
    house.publish(MENUS)
    house.now = at("2026-11-23T14:30")
    make_year(house.exchange, 8_000)
    with house.exchange.ledger.reading() as tx:
        latest = {
            (table, column): tx.rows(f'SELECT MAX({column}) FROM "{table}"', {})[0][0]
            for table, column in MOMENTS
        }
        today = tx.rows(
            "SELECT COUNT(*) FROM call WHERE started_at >= :midnight", {"midnight": at("2026-11-23")}
        )
        assert tx.rows("SELECT COUNT(*) FROM call", {}) == [(8_000,)]
        assert tx.rows("SELECT COUNT(*) FROM span WHERE ended_at IS NULL AND status <> 'signed_out'", {}) == [
            (0,)
        ]
    assert {moment for moment, last in latest.items() if last > house.now} == set()
    assert latest["call", "started_at"] > house.now - 3_600_000
    assert 8 <= today[0][0] <= 30


def test_a_mark_is_counted_before_a_report_is_read(exchange: Exchange) -> None:
    before = ask(exchange).total.tally
    with exchange.ledger.transaction() as tx:
        stale.mark(tx, SINCE, UNTIL)
        tx.run("UPDATE visit SET outcome = 'error' WHERE outcome = 'abandoned'", {})
    after = ask(exchange)
    assert after.total.tally.error == before.abandoned > 0
    assert after.adds_up
    with exchange.ledger.transaction() as tx:
        stale.mark(tx, SINCE, UNTIL)
        tx.run("UPDATE visit SET outcome = 'abandoned' WHERE outcome = 'error'", {})
    assert ask(exchange).total.tally == before


def test_a_caller_who_is_forgotten_would_be_seen(exchange: Exchange) -> None:
    assert ask(exchange).adds_up, "what another test has left to be counted is counted before"
    with exchange.ledger.transaction() as tx:
        tx.run(
            "UPDATE line_tally SET offered = offered + 1 WHERE minutes = 1440 AND offered > 0"
            " AND at = (SELECT MAX(at) FROM line_tally WHERE minutes = 1440 AND at < :until AND offered > 0)",
            {"until": UNTIL},
        )
    wrong = ask(exchange)
    assert not wrong.adds_up
    assert [each.holds for each in wrong.balances].count(False) == 1
    with exchange.ledger.transaction() as tx:
        stale.mark(tx, SINCE, UNTIL)
    assert ask(exchange).adds_up


def test_every_cell_knows_the_calls_behind_it(exchange: Exchange) -> None:
    answer = ask(exchange, By.QUEUES, only=Only(languages=frozenset({"vi"})))
    abandoned = next(figure for figure in answer.figures if figure.name == "abandoned")
    behind = answer.behind(answer.rows[0], abandoned)
    assert behind is not None
    assert behind.query == {
        "list": "abandoned",
        "since": str(SINCE),
        "until": str(UNTIL),
        "queue": "sales",
        "language": "vi",
    }
    assert behind_of(behind.query) == replace(behind, zone="UTC")


def test_what_cannot_be_asked_is_said(exchange: Exchange) -> None:
    with pytest.raises(Wrong, match="ends after it begins"):
        report(exchange, Question(UNTIL, SINCE, "UTC"))
    with pytest.raises(Wrong, match="at a quarter of an hour"):
        report(exchange, Question(SINCE + 60_000, UNTIL, "UTC"))
