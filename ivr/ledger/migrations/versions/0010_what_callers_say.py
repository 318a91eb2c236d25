"""Surveys, text messages from callers, and who wants none."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "survey_answer",
        sa.Column("call", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column(
            "question",
            sa.Text(),
            nullable=False,
            comment="satisfaction, recommendation, solved or comment",
        ),
        sa.Column("means", sa.Text(), nullable=False, comment="keypad or sms"),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.Column("value", sa.Integer(), nullable=True, comment="on the scale of the question"),
        sa.Column("recording", sa.Text(), nullable=True, comment="our id of a spoken comment"),
        sa.Column("comment", sa.Text(), nullable=True, comment="a written one"),
        sa.Column("caller", sa.Text(), nullable=True),
        sa.Column("talk", sa.Text(), nullable=True, comment="the conversation it is about"),
        sa.Column("agent", sa.Text(), nullable=True),
        sa.Column("queue", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("call", "step", name=op.f("survey_answer_key")),
    )
    with op.batch_alter_table("survey_answer", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("survey_answer_by_caller_asked_at"), ["caller", "asked_at"], unique=False
        )
        batch_op.create_index(batch_op.f("survey_answer_by_asked_at"), ["asked_at"], unique=False)
    op.create_table(
        "feedback",
        sa.Column("id", sa.Text(), nullable=False, comment="the carrier's id of the text message"),
        sa.Column("caller", sa.Text(), nullable=False),
        sa.Column("called", sa.Text(), nullable=False, comment="the number of ours they wrote to"),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="feedback, answer, stop or start"),
        sa.Column("call", sa.Text(), nullable=True, comment="their last call before it"),
        sa.Column("reply", sa.Text(), nullable=False, comment="what we answered; empty: nothing"),
        sa.PrimaryKeyConstraint("id", name=op.f("feedback_key")),
    )
    with op.batch_alter_table("feedback", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("feedback_by_caller_at"), ["caller", "at"], unique=False)
        batch_op.create_index(batch_op.f("feedback_by_at"), ["at"], unique=False)
    op.create_table(
        "withdrawal",
        sa.Column("caller", sa.Text(), nullable=False, comment="wants no text messages"),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("caller", name=op.f("withdrawal_key")),
    )
