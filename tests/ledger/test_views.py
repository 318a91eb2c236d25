"""The views stay when a later migration copies a table that they read."""

from pathlib import Path
from textwrap import dedent

import pytest

from ivr.ledger import Ledger, migrate
from tests.ledger.conftest import KEY

LATER = """
    from alembic import op
    import sqlalchemy as sa

    revision = "9999"
    down_revision = "{newest}"


    def upgrade() -> None:
        with op.batch_alter_table("call", recreate="always") as batch:
            batch.add_column(sa.Column("later", sa.Text()))
"""


def test_a_later_migration_may_copy_a_table_under_a_view(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = Ledger.open(f"sqlite:///{tmp_path}/ledger.db", KEY)
    ledger.upgrade()
    copied = tmp_path / "migrations"
    versions = copied / "versions"
    versions.mkdir(parents=True)
    for file in migrate.MIGRATIONS.rglob("*.py"):
        (copied / file.relative_to(migrate.MIGRATIONS)).write_text(file.read_text())
    (versions / "9999_later.py").write_text(dedent(LATER.format(newest=migrate.newest())))
    monkeypatch.setattr(migrate, "MIGRATIONS", copied)
    ledger.upgrade()
    with ledger.reading() as tx:
        assert tx.rows("SELECT later FROM call", {}) == []
        assert tx.rows("SELECT call_id FROM view_calls", {}) == []
    ledger.close()
