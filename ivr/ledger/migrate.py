"""Bringing a database to the present schema, step by step, with Alembic."""

from pathlib import Path

from sqlalchemy import Connection, inspect

MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(connection: Connection) -> None:
    """Run the migrations the database has not had yet, inside the transaction of the connection."""
    if is_current(connection):
        return
    # Imported only when there is something to do: it takes longer than the rest of the start together.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def is_current(connection: Connection) -> bool:
    """Whether the database has had every migration."""
    if not inspect(connection).has_table("alembic_version"):
        return False
    had = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return bool(had == newest())


def newest() -> str:
    """The newest migration there is; the files are named by their order."""
    return max(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*_*.py"))
