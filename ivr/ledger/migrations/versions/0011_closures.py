"""Queues that are closed by hand."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OPEN = sa.text("ended_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "closure",
        sa.Column("id", KEY, sa.Identity(always=False), nullable=False),
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False, comment="an account, or what stands for one"),
        sa.Column("reason", sa.Text(), nullable=True, comment="the name of a phrase that callers hear"),
        sa.Column("says", sa.Text(), nullable=False, comment="JSON object: their own words by language"),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("closure_key")),
    )
    with op.batch_alter_table("closure", schema=None) as batch_op:
        batch_op.create_index(
            "closure_one_open", ["queue"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN
        )
    if op.get_bind().dialect.name == "postgresql":  # nothing else keeps comments
        op.alter_column(
            "visit",
            "rank",
            existing_type=sa.BigInteger(),
            existing_nullable=False,
            comment="first_at less the head start; only a supervisor changes it",
            existing_comment="first_at less the head start; never changes",
        )
