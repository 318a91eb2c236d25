"""What the ledger says of the database under it."""

from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from ivr.ledger import Ledger, LedgerAway, LedgerBusy, condition
from ivr.ledger.condition import Durable
from ivr.switchboard.exchange import clock
from tests.disks import fill
from tests.ledger.conftest import KEY


def test_a_database_says_what_it_is_and_what_of_it_survives(ledger: Ledger) -> None:
    found = condition.of(ledger)
    assert found.is_current
    if ledger.file:
        expected = ("SQLite", Durable.KILLED, "synchronous=normal", "wal", None)
    else:
        expected = ("PostgreSQL", Durable.NEVER, "fsync=off", "", None)  # as our tests run it
        assert found.clock is not None
        assert abs(found.clock - clock()) < 60_000
    assert (found.kind, found.durable, found.setting, found.journal, None) == expected
    assert found.file == ledger.file


def test_full_survives_a_power_cut(tmp_path: Path) -> None:
    ledger = Ledger.open(f"sqlite:///{tmp_path}/ledger.db", KEY, "FULL")
    ledger.upgrade()
    found = condition.of(ledger)
    assert (found.durable, found.setting) == (Durable.ALWAYS, "synchronous=full")
    ledger.close()


def test_a_database_without_tables_is_not_current(bare_database_url: str) -> None:
    ledger = Ledger.open(bare_database_url, KEY)
    if ledger.file:
        ledger.file.touch()
    assert not condition.of(ledger).is_current
    ledger.close()


def test_a_file_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    ledger = Ledger.open(f"sqlite:///{tmp_path}/ledger.db", KEY)
    with pytest.raises(LedgerAway, match="is not there"):
        condition.of(ledger)
    assert list(tmp_path.iterdir()) == []


def test_a_call_that_never_was_is_in_no_table(ledger: Ledger) -> None:
    for _ in range(2):
        condition.try_to_write(ledger)
    with ledger.reading() as tx:
        for table in ("call", "pass", "answer"):
            assert tx.row(f"SELECT COUNT(*) FROM {table}", {}) == (0,)


@pytest.mark.needs("postgresql")
@pytest.mark.parametrize("table", ["call", "pass", "answer"])
def test_a_table_that_somebody_else_holds_cannot_be_written(table: str, postgresql_url: str) -> None:
    ledger = Ledger.open(postgresql_url, KEY)
    with closing(ledger), psycopg.connect(postgresql_url) as holder:
        holder.execute(f"LOCK TABLE {table} IN EXCLUSIVE MODE".encode())
        with pytest.raises(LedgerBusy):
            condition.try_to_write(ledger)
        holder.rollback()
        condition.try_to_write(ledger)


def test_a_full_disk_cannot_be_written(small_disk: Path) -> None:
    ledger = Ledger.open(f"sqlite:///{small_disk}/ledger.db", KEY)
    ledger.upgrade()
    fill(small_disk)
    with pytest.raises(LedgerAway):
        condition.try_to_write(ledger)
    (small_disk / "filler").unlink()
    condition.try_to_write(ledger)
    ledger.close()
