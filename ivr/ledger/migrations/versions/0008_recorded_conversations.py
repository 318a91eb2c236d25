"""Conversations that are recorded."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    with op.batch_alter_table("talk", schema=None) as batch_op:
        for name, comment in (
            ("recorded", "from its begin to its end"),
            ("pause_wished", "of the recording"),
            ("paused", "as the carrier has said"),
        ):
            batch_op.add_column(
                sa.Column(name, sa.Boolean(), server_default=sa.false(), nullable=False, comment=comment)
            )
    with op.batch_alter_table("recording", schema=None) as batch_op:
        batch_op.alter_column(
            "kind",
            existing_type=sa.Text(),
            existing_nullable=False,
            comment="message, record or conversation",
            existing_comment="message or record",
        )
        batch_op.add_column(
            sa.Column("room", sa.Text(), nullable=True, comment="in which the conversation was")
        )
        batch_op.create_index(batch_op.f("recording_by_room"), ["room"], unique=False)
