"""What is held on one caller is found without reading all that was ever put down."""

from alembic import op
from sqlalchemy import text

revision = "0016"
down_revision = "0015"

OUTBOUND = text("kind = 'outbound'")


def upgrade() -> None:
    op.create_index("visit_led_out", "visit", ["leads"], sqlite_where=OUTBOUND, postgresql_where=OUTBOUND)
    op.create_index("callback_by_number", "callback", ["number"])
