"""Tallies of what happened, by quarter hours and days, and what of them is to be counted again."""

import time

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

# What is counted, as it was when this was written.
VISITS = """
offered answered abandoned short_abandoned key callback timeout no_agents closed transferred error
to_voicemail to_queue to_number to_menu to_goodbye full_at_door closed_at_door no_agents_at_door
answered_in_target abandoned_in_target callback_in_target answered_wait abandoned_wait other_wait
longest_wait caller_wait known returned estimated estimate_kept estimate_error callbacks_asked
callbacks_reached callbacks_not_reached callbacks_elsewhere callbacks_moved callbacks_expired
callback_tries callbacks_answered callback_wait
"""
TALKS = """
handled talk hold wrap_up sent_on inferred consults consult calls_out dialling talk_out hold_out
wrap_up_out
"""
SURVEYS = """
surveys_asked surveys_answered rated satisfied recommending promoters detractors solving solved
"""
OFFERS = """
offers accepted declined missed caller_gone withdrawn
"""
STATES = """
idle ringing talking wrapping_up on_break
"""
CALLS = """
arrived blocked too_many open contained gave_up routed came_back reached first_response
"""
PASSES = """
passes callers picked silent wrong hung_up went_on silences wrongs
"""
WAITS = [f"{kind}_waits_{place}" for kind in ("answered", "abandoned", "other") for place in range(16)]

TALLIES = {
    "line": (("queue", "language", "called"), (*VISITS.split(), *WAITS, *TALKS.split(), *SURVEYS.split())),
    "agent": (("agent", "queue"), f"{OFFERS} {TALKS} {SURVEYS} {STATES}".split()),
    "call": (("called", "language"), f"{CALLS} {SURVEYS}".split()),
    "option": (("called", "step", "option"), PASSES.split()),
}

INDICES = {
    "visit": (["entered_at"], ["ended_at", "entered_at"]),
    "offer": (["ended_at"],),
    "talk": (["ended_at"],),
    "callback": (["asked_at"], ["ended_at"]),
}

OVER = sa.text("ended_at IS NOT NULL")

ALL_THERE_IS = """
INSERT INTO stale (since, until)
SELECT at, :now FROM (
    SELECT MIN(at) AS at FROM (
        SELECT MIN(started_at) AS at FROM call UNION ALL SELECT MIN(entered_at) FROM visit
        UNION ALL SELECT MIN(since) FROM span UNION ALL SELECT MIN(asked_at) FROM callback) AS each
) AS first WHERE at IS NOT NULL"""


def upgrade() -> None:
    op.add_column(
        "visit",
        sa.Column(
            "target",
            sa.BigInteger(),
            nullable=True,
            comment="milliseconds, within which the queue promised an answer then",
        ),
    )
    for table, indices in INDICES.items():
        for columns in indices:
            over = OVER if "ended_at" in columns else None
            index = op.f(f"{table}_by_{'_'.join(columns)}")
            op.create_index(index, table, columns, sqlite_where=over, postgresql_where=over)
    op.create_table(
        "stale",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.Identity(), nullable=False),
        sa.Column(
            "since",
            sa.BigInteger(),
            nullable=False,
            comment="what is counted from then on, is to be counted again",
        ),
        sa.Column("until", sa.BigInteger(), nullable=False, comment="the last moment of it"),
        sa.PrimaryKeyConstraint("id", name=op.f("stale_key")),
    )
    op.create_index(op.f("stale_by_since"), "stale", ["since"])
    op.create_table(
        "stale_day",
        sa.Column("at", sa.BigInteger(), autoincrement=False, nullable=False, comment="its midnight"),
        sa.PrimaryKeyConstraint("at", name=op.f("stale_day_key")),
    )
    op.create_table(
        "rolled_up",
        sa.Column("slot", sa.Integer(), autoincrement=False, nullable=False, comment="always 1"),
        sa.Column("zone", sa.Text(), nullable=False, comment="of the days"),
        sa.Column("version", sa.Integer(), nullable=False, comment="of what counts as what"),
        sa.PrimaryKeyConstraint("slot", name=op.f("rolled_up_key")),
    )
    for name, (keys, counts) in TALLIES.items():
        op.create_table(
            f"{name}_tally",
            sa.Column("minutes", sa.Integer(), nullable=False, comment="15, or 1440: a day"),
            sa.Column("at", sa.BigInteger(), nullable=False, comment="its start"),
            *(sa.Column(key, sa.Text(), nullable=False) for key in keys),
            *(sa.Column(count, sa.BigInteger(), nullable=True, comment="null for 0") for count in counts),
            sa.PrimaryKeyConstraint("minutes", "at", *keys, name=op.f(f"{name}_tally_key")),
            sqlite_with_rowid=False,
        )
    op.get_bind().execute(sa.text(ALL_THERE_IS), {"now": round(time.time() * 1000)})
