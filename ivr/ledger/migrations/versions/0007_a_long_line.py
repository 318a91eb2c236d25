"""A line of many thousands: everything that is asked of it again and again has its index."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

WAITING = sa.text("ended_at IS NULL AND taken_at IS NULL AND leaving IS NULL AND wanted IS NULL")
FREE = sa.text("ended_at IS NULL AND status = 'ready' AND activity = 'idle'")
LISTENING = sa.text("ended_at IS NULL AND kind <> 'callback'")


def upgrade() -> None:
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.drop_index("visit_line")
        batch_op.create_index(
            "visit_line",
            ["queue", "language", "rank"],
            unique=False,
            sqlite_where=WAITING,
            postgresql_where=WAITING,
        )
        batch_op.create_index(
            "visit_silent", ["beat_at"], unique=False, sqlite_where=LISTENING, postgresql_where=LISTENING
        )
    with op.batch_alter_table("span", schema=None) as batch_op:
        batch_op.create_index("span_free", ["agent"], unique=False, sqlite_where=FREE, postgresql_where=FREE)
    with op.batch_alter_table("talk", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("talk_by_queue_answered_at"), ["queue", "answered_at"], unique=False)
