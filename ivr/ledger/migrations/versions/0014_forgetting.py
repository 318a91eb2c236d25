"""Callers by pseudonyms, calls whose details are forgotten, and what must not be."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

NUMBERED = sa.text("number IS NOT NULL")
UNRELEASED = sa.text("released_at IS NULL")


def upgrade() -> None:
    """Columns are added where they are: to copy the calls of years would take as long as there are."""
    op.add_column(
        "call",
        sa.Column(
            "number",
            sa.Text(),
            nullable=True,
            comment="the caller's, sealed, while the call needs what the tables do not say",
        ),
    )
    op.add_column(
        "call",
        sa.Column(
            "known_as",
            sa.Text(),
            nullable=True,
            comment="the caller's pseudonym, where calls shortly before stand under it",
        ),
    )
    op.add_column(
        "call",
        sa.Column("forgotten_at", sa.BigInteger(), nullable=True, comment="since when its details are"),
    )
    op.create_index("call_number", "call", ["ended_at"], sqlite_where=NUMBERED, postgresql_where=NUMBERED)
    op.add_column(
        "callback",
        sa.Column(
            "sealed",
            sa.Text(),
            nullable=True,
            comment="the number, while it is to be rung and the tables do not say it",
        ),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("call", "caller", comment="null when withheld; a pseudonym begins with ~")
    op.create_table(
        "legal_hold",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("call", sa.Text(), nullable=True),
        sa.Column("caller", sa.Text(), nullable=True),
        sa.Column("known_as", sa.Text(), nullable=True, comment="the caller's pseudonym"),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False, comment="an account, or what stands for one"),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("released_at", sa.BigInteger(), nullable=True),
        sa.Column("released_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("legal_hold_key")),
    )
    for name, column in (
        ("legal_hold_of_call", "call"),
        ("legal_hold_of_caller", "caller"),
        ("legal_hold_known_as", "known_as"),
    ):
        op.create_index(name, "legal_hold", [column], sqlite_where=UNRELEASED, postgresql_where=UNRELEASED)
