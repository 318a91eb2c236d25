"""Which files of calls are in the log, and which are being brought in: no longer by an event."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

FILE = """
INSERT INTO imported_file (digest, calls, read, at) VALUES (:digest, :calls, '', :at)
ON CONFLICT DO NOTHING"""


def upgrade() -> None:
    op.create_table(
        "imported_file",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("calls", sa.BigInteger(), nullable=False, comment="no more of its calls are in the log"),
        sa.Column("read", sa.Text(), nullable=False, comment="a digest of how it was read"),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("claim", sa.Text(), comment="who brings it in; null once it is there as a whole"),
        sa.Column("until", sa.BigInteger(), comment="so long the claim holds"),
        sa.PrimaryKeyConstraint("digest", name=op.f("imported_file_key")),
    )
    ledger = op.get_bind()
    imported = "call IS NULL AND kind = 'imported'"
    for at, detail in ledger.execute(sa.text(f"SELECT at, detail FROM event WHERE {imported}")).all():  # noqa: S608
        file = json.loads(detail)
        ledger.execute(sa.text(FILE), {"digest": file["file"], "calls": file["calls"], "at": at})
    op.execute(f"DELETE FROM event WHERE {imported}")  # noqa: S608
