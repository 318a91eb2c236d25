"""Callers who were promised to be rung."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

OPEN = sa.text("ended_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "callback",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("call", sa.Text(), nullable=False, comment="the call in which it was asked for"),
        sa.Column("number", sa.Text(), nullable=False, comment="what is rung"),
        sa.Column("called", sa.Text(), nullable=False, comment="the number of ours they know"),
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False, comment="from which they go on"),
        sa.Column("first_at", sa.BigInteger(), nullable=False),
        sa.Column("rank", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column(
            "waited", sa.BigInteger(), nullable=False, comment="milliseconds, on the phone before they asked"
        ),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True, comment="null: in line, or over"),
        sa.Column("visit", sa.Text(), nullable=True, comment="their place in line"),
        sa.Column(
            "leg", sa.Text(), nullable=True, comment="the carrier's id of the line on which they were rung"
        ),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column(
            "ending", sa.Text(), nullable=True, comment="reached, not_reached, elsewhere, moved or expired"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("callback_key")),
    )
    with op.batch_alter_table("callback", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("callback_by_call"), ["call"], unique=False)
        batch_op.create_index(batch_op.f("callback_by_leg"), ["leg"], unique=False)
        batch_op.create_index(batch_op.f("callback_by_visit"), ["visit"], unique=False)
        batch_op.create_index(
            "callback_one_open",
            ["number", "queue"],
            unique=True,
            sqlite_where=OPEN,
            postgresql_where=OPEN,
        )
        batch_op.create_index(
            "callback_still_open", ["rank", "id"], unique=False, sqlite_where=OPEN, postgresql_where=OPEN
        )
