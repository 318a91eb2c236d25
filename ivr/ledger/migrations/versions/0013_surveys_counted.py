"""What callers say is counted, and agents together; no mark is ever taken for another one."""

import time

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

OFFERS = "offers accepted declined missed caller_gone withdrawn"
STATES = "idle ringing talking wrapping_up on_break"

# What was marked until now is in it.
ALL_THERE_IS = """
INSERT INTO stale (since, until)
SELECT at, :now FROM (
    SELECT MIN(at) AS at FROM (
        SELECT MIN(started_at) AS at FROM call UNION ALL SELECT MIN(entered_at) FROM visit
        UNION ALL SELECT MIN(since) FROM span UNION ALL SELECT MIN(asked_at) FROM callback
        UNION ALL SELECT MIN(asked_at) FROM survey_answer) AS each
) AS first WHERE at IS NOT NULL"""


def upgrade() -> None:
    with op.batch_alter_table("survey_answer", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("language", sa.Text(), nullable=True, comment="of the call, as it was asked")
        )
        batch_op.add_column(sa.Column("called", sa.Text(), nullable=True))
    op.execute(
        "UPDATE survey_answer SET"
        " language = (SELECT language FROM call WHERE call.id = survey_answer.call),"
        " called = (SELECT called FROM call WHERE call.id = survey_answer.call)"
    )
    for table in ("stale", "stale_day"):
        op.drop_table(table)
    op.create_table(
        "stale",
        _id(),
        sa.Column(
            "since",
            sa.BigInteger(),
            nullable=False,
            comment="what is counted from then on, is to be counted again",
        ),
        sa.Column("until", sa.BigInteger(), nullable=False, comment="the last moment of it"),
        sa.PrimaryKeyConstraint("id", name=op.f("stale_key")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("stale_by_since"), "stale", ["since"])
    op.create_table(
        "stale_day",
        _id(),
        sa.Column("at", sa.BigInteger(), nullable=False, comment="its midnight"),
        sa.PrimaryKeyConstraint("id", name=op.f("stale_day_key")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("stale_day_by_at"), "stale_day", ["at"])
    op.create_table(
        "floor_tally",
        sa.Column("minutes", sa.Integer(), nullable=False, comment="15, or 1440: a day"),
        sa.Column("at", sa.BigInteger(), nullable=False, comment="its start"),
        sa.Column("queue", sa.Text(), nullable=False),
        *(
            sa.Column(count, sa.BigInteger(), nullable=True, comment="null for 0")
            for count in f"{OFFERS} {STATES}".split()
        ),
        sa.PrimaryKeyConstraint("minutes", "at", "queue", name=op.f("floor_tally_key")),
        sqlite_with_rowid=False,
    )
    op.get_bind().execute(sa.text(ALL_THERE_IS), {"now": round(time.time() * 1000)})


def _id() -> sa.Column[int]:
    return sa.Column(
        "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.Identity(), nullable=False
    )
