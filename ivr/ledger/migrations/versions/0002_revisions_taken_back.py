"""Revisions taken back, who made which live and since when, and what is wrong with the folder of menus."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:

    op.create_table(
        "withdrawn",
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["revision"], ["revision.number"], name=op.f("withdrawn_to_revision")),
        sa.PrimaryKeyConstraint("revision", name=op.f("withdrawn_key")),
    )
    op.create_table(
        "reading",
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Text(), nullable=False, comment="of the program that has read it"),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("revision", "version", name=op.f("reading_key")),
    )
    op.create_table(
        "draft",
        sa.Column("slot", sa.Integer(), autoincrement=False, nullable=False, comment="always 1"),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column(
            "mistakes",
            sa.Text(),
            nullable=False,
            comment="JSON list: place, what is wrong; empty when it was published",
        ),
        sa.PrimaryKeyConstraint("slot", name=op.f("draft_key")),
    )
    with op.batch_alter_table("revision", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("replaced", sa.Integer(), nullable=True, comment="the revision live until then")
        )
    with op.batch_alter_table("live", schema=None) as batch_op:
        batch_op.add_column(sa.Column("since", sa.BigInteger(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("author", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("note", sa.Text(), server_default="", nullable=False))
    op.execute("INSERT INTO draft (slot, at, author, mistakes) VALUES (1, 0, '', '[]')")
    op.execute("UPDATE revision SET replaced = number - 1 WHERE number > 1")
    op.execute(
        "UPDATE live SET since = (SELECT published_at FROM revision WHERE number = live.revision), "
        "author = (SELECT author FROM revision WHERE number = live.revision), "
        "note = (SELECT note FROM revision WHERE number = live.revision)"
    )
