"""Alembic runs this: the migrations go over the connection `ivr.ledger.migrate` hands in."""

from alembic import context

from ivr.ledger.schema import LEDGER

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=LEDGER,
    render_as_batch=True,  # SQLite cannot alter most of a table; Alembic copies it instead
)
context.run_migrations()
