"""A pass through a goal is marked, so that containment counts callers who got what they wanted."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

# Menus knew no goals: whoever came to their goodbye counted as contained, and does so still.
AS_BEFORE = """
UPDATE pass SET goal = TRUE
WHERE EXISTS (SELECT 1 FROM call WHERE call.id = pass.call AND call.outcome = 'goodbye')
    AND NOT EXISTS (SELECT 1 FROM pass AS later WHERE later.call = pass.call
        AND (later.hop, later.nth) > (pass.hop, pass.nth))"""

TALLIES = ("line_tally", "agent_tally", "call_tally", "floor_tally", "option_tally")


def upgrade() -> None:
    op.add_column(
        "pass",
        sa.Column(
            "goal", sa.Boolean(), nullable=True, comment="the caller had what they wanted; null for no"
        ),
    )
    op.execute(AS_BEFORE)
    if op.get_bind().dialect.name == "postgresql":  # SQLite keeps no comments
        for table in TALLIES:
            op.alter_column(table, "minutes", comment="15, 60, or 1440: a day")
