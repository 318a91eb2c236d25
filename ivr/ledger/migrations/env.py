"""Alembic runs this: the migrations go over the connection `ivr.ledger.migrate` hands in."""

from alembic import context

from ivr.ledger.schema import LEDGER

connection = context.config.attributes["connection"]
if connection.dialect.name == "sqlite":  # a table is copied under the eyes of the views that read it
    connection.exec_driver_sql("PRAGMA legacy_alter_table = ON")
context.configure(
    connection=connection,
    target_metadata=LEDGER,
    render_as_batch=True,  # SQLite cannot alter most of a table; Alembic copies it instead
)
context.run_migrations()
if connection.dialect.name == "sqlite":
    connection.exec_driver_sql("PRAGMA legacy_alter_table = OFF")
