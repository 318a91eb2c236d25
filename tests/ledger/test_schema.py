"""The migrations make exactly the tables the schema describes, and hot look-ups use their indexes."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine

from ivr.ledger import Ledger
from ivr.ledger.schema import LEDGER
from tests.ledger.conftest import KEY


def test_the_migrations_make_the_schema(ledger: Ledger, database_url: str) -> None:
    engine = create_engine(database_url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), LEDGER) == []
    engine.dispose()


def test_an_upgraded_ledger_is_current_and_upgrading_again_changes_nothing(database_url: str) -> None:
    ledger = Ledger.open(database_url, KEY)
    assert ledger.is_current() is False
    ledger.upgrade()
    assert ledger.is_current() is True
    ledger.upgrade()
    assert ledger.is_current() is True
    ledger.close()


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
def test_a_look_up_uses_its_index(tmp_path: Path, sql: str, index: str) -> None:
    ledger = Ledger.open(f"sqlite:///{tmp_path}/ledger.db", KEY)
    ledger.upgrade()
    with ledger.reading() as tx:
        (plan,) = tx.rows(f"EXPLAIN QUERY PLAN {sql}", {})
    ledger.close()
    assert index in plan[3]
