"""Callers who are sent on, agents who are asked, and who listens."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.alter_column(
            "kind",
            existing_type=sa.Text(),
            existing_nullable=False,
            comment="call, callback, consult or outbound",
            existing_comment="call, callback or consult",
        )
        batch_op.add_column(
            sa.Column("wanted", sa.Text(), nullable=True, comment="the only agent they wait for")
        )
        batch_op.add_column(
            sa.Column(
                "sent_by",
                sa.Text(),
                nullable=True,
                comment="the agent who sent them there, and has them back if that is in vain",
            )
        )
        batch_op.create_index(
            "visit_kept",
            ["rank", "id"],
            unique=False,
            sqlite_where=sa.text("wanted IS NOT NULL AND ended_at IS NULL"),
            postgresql_where=sa.text("wanted IS NOT NULL AND ended_at IS NULL"),
        )
    with op.batch_alter_table("talk", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "hold_wished",
                sa.Boolean(),
                server_default=sa.false(),
                nullable=False,
                comment="of the caller",
            )
        )
        batch_op.add_column(
            sa.Column("muted", sa.Boolean(), server_default=sa.false(), nullable=False, comment="the agent")
        )
        batch_op.add_column(
            sa.Column(
                "onward",
                sa.Text(),
                nullable=True,
                comment="where the agent sent the caller: agent:, queue: or number: and which",
            )
        )
        batch_op.add_column(
            sa.Column(
                "took_over_at",
                sa.BigInteger(),
                nullable=True,
                comment="when an agent who was asked got the caller for good",
            )
        )
        batch_op.drop_constraint("talk_one_room", type_="unique")
        batch_op.create_index("talk_by_room", ["room"], unique=False)
    op.create_table(
        "listener",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("room", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False, comment="an account"),
        sa.Column("address", sa.Text(), nullable=False, comment="where they are rung"),
        sa.Column("how", sa.Text(), nullable=False, comment="listen, whisper or barge"),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("leg", sa.Text(), nullable=True, comment="the carrier's id of their line"),
        sa.Column("joined_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("listener_key")),
    )
    with op.batch_alter_table("listener", schema=None) as batch_op:
        batch_op.create_index("listener_by_room", ["room"], unique=False)
