"""What is held on one caller, and what was said in a visit, is found without reading all there ever was."""

from alembic import op
from sqlalchemy import text

revision = "0016"
down_revision = "0015"

OUTBOUND = text("kind = 'outbound'")


def upgrade() -> None:
    op.create_index("visit_led_out", "visit", ["leads"], sqlite_where=OUTBOUND, postgresql_where=OUTBOUND)
    op.create_index("callback_by_number", "callback", ["number"])
    op.create_index("talk_by_visit", "talk", ["visit"])
