"""The migrations make exactly the tables the schema describes, and hot look-ups use their indexes."""

import re
from collections.abc import Iterator
from typing import cast

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine

from ivr.core.figures.question import Only
from ivr.ledger import Ledger, Transaction, callbacks, line, offers, waiting
from ivr.ledger.reports import records, waits
from ivr.ledger.schema import LEDGER
from tests.ledger.conftest import KEY


def test_the_migrations_make_the_schema(ledger: Ledger, database_url: str) -> None:
    engine = create_engine(database_url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), LEDGER) == []
    engine.dispose()


def test_an_upgraded_ledger_is_current_and_upgrading_again_changes_nothing(bare_database_url: str) -> None:
    ledger = Ledger.open(bare_database_url, KEY)
    assert ledger.is_current() is False
    ledger.upgrade()
    assert ledger.is_current() is True
    ledger.upgrade()
    assert ledger.is_current() is True
    ledger.close()


def test_whatever_refers_to_calls_and_visits_is_found_by_them(fresh: Ledger) -> None:
    """Else each that is deleted costs a look at all of them."""
    with fresh.reading() as tx:
        tables = [name for (name,) in tx.rows("SELECT name FROM sqlite_schema WHERE type = 'table'", {})]
        slow = [
            (table, column)
            for table in tables
            for _, _, to, column, *_ in tx.rows(f"PRAGMA foreign_key_list('{table}')", {})
            if to in {"call", "visit", "offer", "talk", "recording", "agent"}
            and column
            not in {first_of(tx, index) for _, index, _, _, partial in indices(tx, table) if not partial}
        ]
    assert slow == []


def indices(tx: Transaction, table: str) -> list[tuple[int, str, int, str, int]]:
    return [(row[0], row[1], row[2], row[3], row[4]) for row in tx.rows(f"PRAGMA index_list('{table}')", {})]


def first_of(tx: Transaction, index: str) -> str:
    row = tx.row(f"PRAGMA index_info('{index}')", {})
    assert row is not None
    return str(row[2])


PLANS = {
    "SELECT id FROM call WHERE id = 'x'": "sqlite_autoindex_call_1",
    "SELECT id FROM call ORDER BY started_at DESC, id DESC LIMIT 50": "call_by_started_at_id",
    "SELECT COUNT(*) FROM call WHERE caller = 'x' AND started_at >= 1": "call_by_caller_started_at",
    "SELECT id FROM message WHERE done_at IS NULL ORDER BY left_at LIMIT 9": "message_waiting",
    "SELECT id FROM errand WHERE state IN ('waiting', 'running') AND kind = '' AND due_at < 1": "errand_due",
    "SELECT 1 FROM errand WHERE call = 'x' AND kind || '' = 'tell' AND state = 'waiting'": "errand_by_call",
    "SELECT step FROM pass WHERE call = 'x' ORDER BY hop, nth": "PRIMARY KEY",
}


@pytest.mark.parametrize(("sql", "index"), PLANS.items(), ids=PLANS.values())
def test_a_look_up_uses_its_index(fresh: Ledger, sql: str, index: str) -> None:
    with fresh.reading() as tx:
        (plan,) = tx.rows(f"EXPLAIN QUERY PLAN {sql}", {})
    assert index in plan[3]


AT_EVERY_MOMENT = [
    (line._TO_DO, "visit_kept"),
    (line._TO_DO, "visit_line"),
    (line._HEADS, "visit_line"),
    (line._KEPT, "visit_kept"),
    (line._SILENT, "visit_silent"),
    (line._LENGTH, "visit_line"),
    (offers._DUE, "offer_due"),
    (callbacks._IN_LINE, "callback_still_open"),
]


@pytest.mark.parametrize(("sql", "index"), AT_EVERY_MOMENT)
def test_what_the_line_is_asked_at_every_moment_is_as_quick_where_thousands_wait(
    fresh: Ledger, sql: str, index: str
) -> None:
    plan = plan_of(fresh, sql)
    assert index in plan
    assert "_by_ended_at" not in plan, "all who wait stand in it"


EVERYBODY_WHO_WAITS = [
    waiting._FIRST,
    waiting._LENGTHS,
    waiting._ON_PHONE,
    line._RANKS,
    line._BEFORE,
    line._FIRST_RANK,
]


@pytest.mark.parametrize("sql", EVERYBODY_WHO_WAITS)
def test_who_waits_is_not_looked_for_among_all_who_ever_did(fresh: Ledger, sql: str) -> None:
    plan = plan_of(fresh, sql)
    assert "visit_one_open" in plan or "visit_line" in plan


@pytest.mark.parametrize("sql", [records._ENDED, records._TALKS, records._OFFERS, records._PROMISES])
def test_what_is_over_is_found_by_when_it_ended(fresh: Ledger, sql: str) -> None:
    assert "_by_ended_at" in plan_of(fresh, sql)


@pytest.mark.parametrize("only", [Only(), Only(frozenset({"sales"})), Only(languages=frozenset({"vi"}))])
def test_how_many_waited_at_a_moment_is_counted_among_those_who_do_and_those_who_went_since(
    fresh: Ledger, only: Only
) -> None:
    asked: list[str] = []

    class Listening:
        def row(self, sql: str, values: object) -> None:
            asked.append(sql)

    waits.waiting_at(cast(Transaction, Listening()), 0, only)
    [sql] = asked
    plan = plan_of(fresh, sql)
    assert "visit_by_ended_at_entered_at" in plan
    assert "visit_by_entered_at" not in plan
    assert "visit_by_queue_entered_at" not in plan


def test_the_longest_wait_since_a_moment_is_found_among_those_that_ended_since(fresh: Ledger) -> None:
    asked: list[str] = []

    class Listening:
        def row(self, sql: str, values: object) -> None:
            asked.append(sql)

    waits.longest(cast(Transaction, Listening()), 0, 0, Only(frozenset({"sales"})))
    [sql] = asked
    assert "visit_by_ended_at_entered_at (ended_at>?)" in plan_of(fresh, sql)


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """A ledger on SQLite, which plans by its indexes alone."""
    ledger = Ledger.open(f"sqlite:///{tmp_path_factory.mktemp('plans')}/ledger.db", KEY)
    ledger.upgrade()
    yield ledger
    ledger.close()


def plan_of(ledger: Ledger, sql: str) -> str:
    values = dict.fromkeys(re.findall(r":(\w+)", sql), 0)
    with ledger.reading() as tx:
        return " ".join(row[3] for row in tx.rows(f"EXPLAIN QUERY PLAN {sql}", values))
