"""Visits, agents and their spans, offers, and the conversations that come of them."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "visit",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("call", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="call, callback or consult"),
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("first_at", sa.BigInteger(), nullable=False, comment="the caller's first enqueue"),
        sa.Column(
            "rank", sa.BigInteger(), nullable=False, comment="first_at less the head start; never changes"
        ),
        sa.Column("entered_at", sa.BigInteger(), nullable=False),
        sa.Column(
            "beat_at", sa.BigInteger(), nullable=False, comment="when the caller was last known to wait"
        ),
        sa.Column("preferred", sa.Text(), nullable=True, comment="the agent they were cut off from"),
        sa.Column("declined", sa.Text(), server_default="[]", nullable=False, comment="JSON list of agents"),
        sa.Column("agent", sa.Text(), nullable=True, comment="who accepted it"),
        sa.Column("taken_at", sa.BigInteger(), nullable=True),
        sa.Column("room", sa.Text(), nullable=True, comment="the conference in which the two meet"),
        sa.Column(
            "leaving", sa.Text(), nullable=True, comment="why the caller's line is led out of the wait"
        ),
        sa.Column("leads", sa.Text(), nullable=True, comment="and where to"),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("went_to", sa.Text(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column(
            "told",
            sa.Text(),
            nullable=True,
            comment="JSON list: least, most, place, agents, at; what was last said of the wait",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("visit_key")),
    )
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("visit_by_call"), ["call"], unique=False)
        batch_op.create_index(batch_op.f("visit_by_queue_entered_at"), ["queue", "entered_at"], unique=False)
        batch_op.create_index(
            "visit_line",
            ["queue", "language", "rank", "id"],
            unique=False,
            sqlite_where=sa.text("ended_at IS NULL AND taken_at IS NULL AND leaving IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL AND taken_at IS NULL AND leaving IS NULL"),
        )
        batch_op.create_index(
            "visit_one_open",
            ["call"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "agent",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("way", sa.Text(), nullable=False, comment="phone, sip, browser, dialled_in or gone"),
        sa.Column("address", sa.Text(), nullable=False, comment="the number or address that is rung"),
        sa.Column("number", sa.Text(), nullable=True, comment="what they type to dial in"),
        sa.Column("pin", sa.Text(), nullable=True, comment="argon2id"),
        sa.Column("skills", sa.Text(), nullable=False, comment="JSON object: level by name"),
        sa.Column("languages", sa.Text(), nullable=False, comment="JSON list"),
        sa.Column("queues", sa.Text(), nullable=True, comment="JSON list; null: every queue"),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False, comment="their order among the agents"),
        sa.Column("lease_until", sa.BigInteger(), nullable=True, comment="null: they need not be heard of"),
        sa.Column("leg", sa.Text(), nullable=True, comment="their line to us while they are dialled in"),
        sa.Column("offered_at", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("misses", sa.Integer(), server_default="0", nullable=False, comment="in a row"),
        sa.Column("day", sa.Text(), server_default="", nullable=False, comment="of the two counts behind it"),
        sa.Column("calls", sa.Integer(), server_default="0", nullable=False),
        sa.Column("talk", sa.Double(), server_default="0", nullable=False, comment="seconds"),
        sa.ForeignKeyConstraint(["id"], ["account.id"], name=op.f("agent_to_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("agent_key")),
        sa.UniqueConstraint("number", name=op.f("agent_one_number")),
    )
    op.create_table(
        "offer",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("visit", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False, comment="when it is over if nobody answers"),
        sa.Column(
            "rings_at",
            sa.BigInteger(),
            nullable=True,
            comment="when the carrier is to ring: it makes only so many calls a second",
        ),
        sa.Column("leg", sa.Text(), nullable=True, comment="the carrier's id of the line to the agent"),
        sa.Column("ringing_at", sa.BigInteger(), nullable=True, comment="an offer is missed only if it rang"),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column(
            "ending", sa.Text(), nullable=True, comment="accepted, declined, missed, caller_gone or withdrawn"
        ),
        sa.ForeignKeyConstraint(["agent"], ["agent.id"], name=op.f("offer_to_agent")),
        sa.ForeignKeyConstraint(["visit"], ["visit.id"], name=op.f("offer_to_visit")),
        sa.PrimaryKeyConstraint("id", name=op.f("offer_key")),
    )
    with op.batch_alter_table("offer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("offer_by_agent_made_at"), ["agent", "made_at"], unique=False)
        batch_op.create_index(batch_op.f("offer_by_rings_at"), ["rings_at"], unique=False)
        batch_op.create_index(batch_op.f("offer_by_visit"), ["visit"], unique=False)
        batch_op.create_index(
            "offer_due",
            ["until"],
            unique=False,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.create_index(
            "offer_one_accepted",
            ["visit"],
            unique=True,
            sqlite_where=sa.text("ending = 'accepted'"),
            postgresql_where=sa.text("ending = 'accepted'"),
        )
        batch_op.create_index(
            "offer_one_open",
            ["agent"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "span",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.Identity(always=False),
            nullable=False,
        ),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False, comment="signed_out, ready or on_break"),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("activity", sa.Text(), nullable=False, comment="idle, offered, talking or wrapping_up"),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["agent"], ["agent.id"], name=op.f("span_to_agent")),
        sa.PrimaryKeyConstraint("id", name=op.f("span_key")),
    )
    with op.batch_alter_table("span", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("span_by_agent_since"), ["agent", "since"], unique=False)
        batch_op.create_index(
            "span_one_open",
            ["agent"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "talk",
        sa.Column("offer", sa.Text(), nullable=False),
        sa.Column("visit", sa.Text(), nullable=False),
        sa.Column("call", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("room", sa.Text(), nullable=False),
        sa.Column("room_id", sa.Text(), nullable=True, comment="the carrier's id of the room"),
        sa.Column("leg", sa.Text(), nullable=True, comment="the carrier's id of the agent's line"),
        sa.Column("agent_joined_at", sa.BigInteger(), nullable=True),
        sa.Column("caller_joined_at", sa.BigInteger(), nullable=True),
        sa.Column("answered_at", sa.BigInteger(), nullable=True, comment="the later of the two joins"),
        sa.Column("held_since", sa.BigInteger(), nullable=True),
        sa.Column("held", sa.BigInteger(), server_default="0", nullable=False, comment="milliseconds"),
        sa.Column("talk_ended_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True, comment="agent, caller or line"),
        sa.Column(
            "wrap_up_until", sa.BigInteger(), nullable=True, comment="null: until a disposition is chosen"
        ),
        sa.Column("ended_at", sa.BigInteger(), nullable=True, comment="the end of the wrap-up"),
        sa.Column("disposition", sa.Text(), nullable=True),
        sa.Column("notes", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["agent"], ["agent.id"], name=op.f("talk_to_agent")),
        sa.ForeignKeyConstraint(["offer"], ["offer.id"], name=op.f("talk_to_offer")),
        sa.ForeignKeyConstraint(["visit"], ["visit.id"], name=op.f("talk_to_visit")),
        sa.PrimaryKeyConstraint("offer", name=op.f("talk_key")),
        sa.UniqueConstraint("room", name=op.f("talk_one_room")),
    )
    with op.batch_alter_table("talk", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("talk_by_agent_answered_at"), ["agent", "answered_at"], unique=False)
        batch_op.create_index(batch_op.f("talk_by_call"), ["call"], unique=False)
        batch_op.create_index(
            "talk_one_open",
            ["agent"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
