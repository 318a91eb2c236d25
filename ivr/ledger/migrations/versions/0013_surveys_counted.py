"""What callers say is counted by language and number."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0010"


def upgrade() -> None:
    with op.batch_alter_table("survey_answer", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("language", sa.Text(), nullable=True, comment="of the call, as it was asked")
        )
        batch_op.add_column(sa.Column("called", sa.Text(), nullable=True))
    op.execute(
        "UPDATE survey_answer SET"
        " language = (SELECT language FROM call WHERE call.id = survey_answer.call),"
        " called = (SELECT called FROM call WHERE call.id = survey_answer.call)"
    )
