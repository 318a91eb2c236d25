"""Incidents of alerts, events for other systems, and views for tools that read SQL."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

OPEN = sa.text("ended_at IS NULL")
RECORDING_STATE = "announced, ready, kept, absent, failed or forgotten"
NAMED = sa.text("once IS NOT NULL")


def upgrade() -> None:
    op.add_column(
        "errand",
        sa.Column("once", sa.Text(), nullable=True, comment="a name, of what must not be wished for twice"),
    )
    op.create_index(
        "errand_once", "errand", ["once"], unique=True, sqlite_where=NAMED, postgresql_where=NAMED
    )
    op.create_table(
        "subscription",
        sa.Column("event", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("event", name=op.f("subscription_key")),
    )
    op.create_table(
        "incident",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("alert", sa.Text(), nullable=False, comment="its name in the menus"),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("past", sa.Double(), nullable=False, comment="the limit: a share, seconds or a count"),
        sa.Column("queues", sa.Text(), nullable=False, comment="JSON list; empty: all"),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("first", sa.Double(), nullable=False, comment="what was measured when it began"),
        sa.Column("worst", sa.Double(), nullable=False),
        sa.Column("well_since", sa.BigInteger(), nullable=True, comment="when it was within the limit again"),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("ending", sa.Text(), nullable=True, comment="well, quiet or unwatched"),
        sa.PrimaryKeyConstraint("id", name=op.f("incident_key")),
    )
    op.create_index(
        "incident_one_open", "incident", ["alert"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN
    )
    op.create_index(op.f("incident_by_opened_at_id"), "incident", ["opened_at", "id"])
    op.create_table(
        "told",
        sa.Column("incident", sa.Text(), nullable=False),
        sa.Column("ending", sa.Boolean(), nullable=False, comment="of its end, and not of its begin"),
        sa.Column("means", sa.Text(), nullable=False, comment="mail, sms or webhook"),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("errand", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["incident"], ["incident.id"], name=op.f("told_to_incident")),
        sa.PrimaryKeyConstraint("incident", "ending", "means", "recipient", name=op.f("told_key")),
    )
    if op.get_bind().dialect.name == "postgresql":  # SQLite keeps no comments
        op.alter_column("recording", "state", comment=RECORDING_STATE)
    for name, select in VIEWS.items():
        op.execute(f"CREATE VIEW {name} AS {for_here(select)}")


def for_here(select: str) -> str:
    """A view for this database: `time(x)` is a moment of UTC milliseconds."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    time = (
        "strftime('%Y-%m-%dT%H:%M:%fZ', {0} / 1000.0, 'unixepoch')"
        if is_sqlite
        else "to_timestamp({0} / 1000.0)"
    )
    parts = select.split("time(")
    for place, part in enumerate(parts[1:], 1):
        moment, _, rest = part.partition(")")
        parts[place] = time.format(moment) + rest
    return "".join(parts)


VIEWS = {
    "view_calls": """
SELECT id AS call_id, time(started_at) AS started, time(ended_at) AS ended,
       (ended_at - started_at) / 1000.0 AS seconds, caller, called, language, outcome,
       talk AS seconds_with_parties, revision
FROM call WHERE hop > 0""",
    "view_visits": """
SELECT visit.id AS visit_id, visit.call AS call_id, visit.kind, visit.queue, visit.language,
       time(visit.entered_at) AS entered, time(visit.ended_at) AS ended,
       (visit.ended_at - visit.entered_at) / 1000.0 AS seconds, visit.outcome, visit.went_to,
       account.name AS agent, visit.target / 1000.0 AS promised_seconds
FROM visit LEFT JOIN account ON account.id = visit.agent""",
    "view_talks": """
SELECT talk.offer AS talk_id, talk.visit AS visit_id, talk.call AS call_id, account.name AS agent, talk.queue,
       time(talk.answered_at) AS answered, time(talk.talk_ended_at) AS ended,
       (talk.talk_ended_at - talk.answered_at) / 1000.0 AS seconds, talk.held / 1000.0 AS held_seconds,
       (talk.ended_at - talk.talk_ended_at) / 1000.0 AS wrap_up_seconds, talk.ended_by, talk.disposition,
       talk.notes
FROM talk LEFT JOIN account ON account.id = talk.agent WHERE talk.answered_at IS NOT NULL""",
    "view_agent_states": """
SELECT account.name AS agent, span.status, span.reason, span.activity, time(span.since) AS since,
       time(span.ended_at) AS ended, (span.ended_at - span.since) / 1000.0 AS seconds
FROM span LEFT JOIN account ON account.id = span.agent""",
    "view_survey": """
SELECT survey_answer.call AS call_id, survey_answer.question, survey_answer.means,
       time(survey_answer.asked_at) AS asked, time(survey_answer.answered_at) AS answered,
       survey_answer.value, survey_answer.comment, account.name AS agent, survey_answer.queue
FROM survey_answer LEFT JOIN account ON account.id = survey_answer.agent""",
}
"""Times are moments in UTC (text in ISO 8601 on SQLite), lengths seconds, agents the names of accounts."""
