"""The first ledger."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:

    op.create_table(
        "answer",
        sa.Column("call", sa.Text(), nullable=False),
        sa.Column("hop", sa.Integer(), nullable=False, comment="the document it answers; 0 is the arrival"),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("call", "hop", name=op.f("answer_key")),
    )
    op.create_table(
        "call",
        sa.Column("id", sa.Text(), nullable=False, comment="the carrier's call id"),
        sa.Column("caller", sa.Text(), nullable=True, comment="null when withheld"),
        sa.Column("called", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("entered_at", sa.BigInteger(), nullable=False),
        sa.Column(
            "step", sa.Text(), nullable=True, comment="null when the menus are through with the caller"
        ),
        sa.Column("turn", sa.Text(), nullable=True),
        sa.Column("silences", sa.Integer(), nullable=False),
        sa.Column("wrongs", sa.Integer(), nullable=False),
        sa.Column(
            "hop", sa.Integer(), nullable=False, comment="0 while we know only that the call has ended"
        ),
        sa.Column("inputs", sa.Integer(), nullable=False),
        sa.Column("pressed", sa.Text(), nullable=False),
        sa.Column(
            "memory",
            sa.Text(),
            nullable=False,
            comment="JSON: way, heard, values (secret ones sealed), secrets",
        ),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("talk", sa.Double(), server_default="0", nullable=False, comment="seconds"),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("end_source", sa.Text(), nullable=True, comment="who told us the end"),
        sa.PrimaryKeyConstraint("id", name=op.f("call_key")),
        postgresql_with={"fillfactor": "70"},
    )
    with op.batch_alter_table("call", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("call_by_caller_started_at"), ["caller", "started_at"], unique=False)
        batch_op.create_index(batch_op.f("call_by_ended_at"), ["ended_at"], unique=False)
        batch_op.create_index(batch_op.f("call_by_started_at_id"), ["started_at", "id"], unique=False)
        batch_op.create_index(
            "call_open",
            ["started_at"],
            unique=False,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "errand",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.Identity(always=False),
            nullable=False,
        ),
        sa.Column("call", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False, comment="JSON object, sealed; empty once it is over"),
        sa.Column("state", sa.Text(), nullable=False, comment="waiting, running, done, failed or unknown"),
        sa.Column("due_at", sa.BigInteger(), nullable=False, comment="while it runs: when its lease is over"),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("answer", sa.Text(), nullable=True, comment="JSON object"),
        sa.Column("cause", sa.Text(), nullable=True, comment="why it failed or is to be tried again"),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("errand_key")),
    )
    with op.batch_alter_table("errand", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("errand_by_call"), ["call"], unique=False)
        batch_op.create_index(batch_op.f("errand_by_done_at"), ["done_at"], unique=False)
        batch_op.create_index(
            "errand_due",
            ["kind", "due_at"],
            unique=False,
            sqlite_where=sa.text("state IN ('waiting', 'running')"),
            postgresql_where=sa.text("state IN ('waiting', 'running')"),
        )

    op.create_table(
        "event",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.Identity(always=False),
            nullable=False,
        ),
        sa.Column("call", sa.Text(), nullable=True, comment="null when it is about the hotline"),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False, comment="JSON object"),
        sa.PrimaryKeyConstraint("id", name=op.f("event_key")),
    )
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("event_by_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("event_by_call"), ["call"], unique=False)

    op.create_table(
        "leg",
        sa.Column("id", sa.Text(), nullable=False, comment="the carrier's id of the line to the party"),
        sa.Column("call", sa.Text(), nullable=False),
        sa.Column("hop", sa.Integer(), nullable=True, comment="the document of the call that rang the party"),
        sa.Column("party", sa.Text(), nullable=True, comment="the number or address rung"),
        sa.Column("started_at", sa.BigInteger(), nullable=True),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.Column("accepted_at", sa.BigInteger(), nullable=True, comment="when the party pressed 1"),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("ending", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("leg_key")),
    )
    with op.batch_alter_table("leg", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("leg_by_call"), ["call"], unique=False)

    op.create_table(
        "pass",
        sa.Column("call", sa.Text(), nullable=False),
        sa.Column("hop", sa.Integer(), nullable=False, comment="the document whose answer finished the pass"),
        sa.Column("nth", sa.Integer(), nullable=False, comment="from 0; one answer can finish several"),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("option", sa.Text(), nullable=True),
        sa.Column("pressed", sa.Text(), nullable=False),
        sa.Column("silences", sa.Integer(), nullable=False),
        sa.Column("wrongs", sa.Integer(), nullable=False),
        sa.Column("entered_at", sa.BigInteger(), nullable=False),
        sa.Column("left_at", sa.BigInteger(), nullable=False),
        sa.Column("ending", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("call", "hop", "nth", name=op.f("pass_key")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "recording",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("call", sa.Text(), nullable=False),
        sa.Column("carrier_id", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="message or record"),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False, comment="announced, ready, kept, absent or failed"),
        sa.Column("file", sa.Text(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("recording_key")),
        sa.UniqueConstraint("carrier_id", name=op.f("recording_one_carrier_id")),
    )
    with op.batch_alter_table("recording", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("recording_by_call"), ["call"], unique=False)

    op.create_table(
        "remembered",
        sa.Column("caller", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("caller", name=op.f("remembered_key")),
    )
    op.create_table(
        "revision",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("published_at", sa.BigInteger(), nullable=False),
        sa.Column("hotline", sa.Text(), nullable=False, comment="its name"),
        sa.Column("files", sa.Text(), nullable=False, comment="JSON object, source text by path"),
        sa.Column(
            "sounds", sa.Text(), nullable=False, comment="JSON list: language, name, digest, kind, seconds"
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("revision_key")),
    )
    op.create_table(
        "sound",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="media type"),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("sound_key")),
    )
    op.create_table(
        "live",
        sa.Column("slot", sa.Integer(), autoincrement=False, nullable=False, comment="always 1"),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["revision"], ["revision.number"], name=op.f("live_to_revision")),
        sa.PrimaryKeyConstraint("slot", name=op.f("live_key")),
    )
    op.create_table(
        "message",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("call", sa.Text(), nullable=False),
        sa.Column("mailbox", sa.Text(), nullable=False),
        sa.Column("recording", sa.Text(), nullable=False),
        sa.Column("caller", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("left_at", sa.BigInteger(), nullable=False),
        sa.Column("listened_at", sa.BigInteger(), nullable=True),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.Column("done_by", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["recording"], ["recording.id"], name=op.f("message_to_recording")),
        sa.PrimaryKeyConstraint("id", name=op.f("message_key")),
        sa.UniqueConstraint("recording", name=op.f("message_one_recording")),
    )
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("message_by_call"), ["call"], unique=False)
        batch_op.create_index(batch_op.f("message_by_left_at_id"), ["left_at", "id"], unique=False)
        batch_op.create_index(
            "message_waiting",
            ["left_at"],
            unique=False,
            sqlite_where=sa.text("done_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL"),
        )
