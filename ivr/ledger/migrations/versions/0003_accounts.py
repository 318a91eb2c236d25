"""Accounts, sessions, throttles, tokens and the audit."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.Text(), nullable=False, comment="the name as it is looked for"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False, comment="agent, supervisor or admin"),
        sa.Column("password", sa.Text(), nullable=False, comment="argon2id"),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("disabled_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("account_key")),
    )
    op.create_table(
        "session",
        sa.Column("id", sa.Text(), nullable=False, comment="hash of what the browser holds"),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account"], ["account.id"], name=op.f("session_to_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("session_key")),
    )
    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("session_by_account"), ["account"], unique=False)

    op.create_table(
        "throttle",
        sa.Column(
            "key", sa.Text(), nullable=False, comment="the kind of try, and a hash of what it was made at"
        ),
        sa.Column("until", sa.BigInteger(), nullable=False, comment="when all tries so far are forgotten"),
        sa.PrimaryKeyConstraint("key", name=op.f("throttle_key")),
    )
    op.create_table(
        "token",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("rights", sa.Text(), nullable=False, comment="JSON list"),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("last_used_at", sa.BigInteger(), nullable=True),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("token_key")),
        sa.UniqueConstraint("digest", name=op.f("token_one_digest")),
    )
    op.create_table(
        "audit",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False, comment="an account, or what stands for one"),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=True, comment="JSON object"),
        sa.Column("after", sa.Text(), nullable=True, comment="JSON object"),
        sa.Column(
            "mark",
            sa.Text(),
            nullable=False,
            comment="of this row and the mark before it, by the hotline's key",
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("audit_key")),
    )
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("audit_by_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("audit_by_subject_at"), ["subject", "at"], unique=False)

    end = op.create_table(
        "audit_end",
        sa.Column("slot", sa.Integer(), autoincrement=False, nullable=False, comment="always 1"),
        sa.Column(
            "number",
            sa.Integer(),
            nullable=False,
            comment="of the last row of the audit; 0 before the first",
        ),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("slot", name=op.f("audit_end_key")),
    )
    op.bulk_insert(end, [{"slot": 1, "number": 0, "mark": ""}])
