"""What the ledger says of the database under it."""

from pathlib import Path

import pytest

from ivr.core.menus import Sound
from ivr.ledger import Ledger, LedgerAway, condition, revisions
from ivr.ledger.condition import Durable
from ivr.switchboard.exchange import clock
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


def test_a_database_without_tables_is_not_current(database_url: str) -> None:
    ledger = Ledger.open(database_url, KEY)
    if ledger.file:
        ledger.file.touch()
    assert not condition.of(ledger).is_current
    ledger.close()


def test_a_file_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    ledger = Ledger.open(f"sqlite:///{tmp_path}/ledger.db", KEY)
    with pytest.raises(LedgerAway, match="is not there"):
        condition.of(ledger)
    assert list(tmp_path.iterdir()) == []


def test_writing_nothing_changes_nothing(ledger: Ledger) -> None:
    with ledger.transaction() as tx:
        number = revisions.publish(tx, {"a": "b"}, {("en", "x"): Sound("d", "k", 1)}, "Sao Mai", "Mai", "", 1)
    condition.write_nothing(ledger)
    with ledger.reading() as tx:
        assert revisions.live(tx) == number
