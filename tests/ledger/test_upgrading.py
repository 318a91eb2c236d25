"""A ledger of an earlier version, brought to the present one with what was in it."""

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

from ivr.ledger import Ledger, revisions
from ivr.ledger.migrate import MIGRATIONS
from ivr.ledger.revisions import Live
from tests.ledger.conftest import KEY

REVISION = """
INSERT INTO revision (number, author, note, published_at, hotline, files, sounds)
VALUES (:number, 'An', :note, :at, 'Sao Mai', '{}', '[]')"""


def test_the_live_revision_is_live_since_it_was_published(bare_database_url: str) -> None:
    first(bare_database_url)
    old = Ledger.open(bare_database_url, KEY)
    with old.transaction() as tx:
        for number in (1, 2):
            tx.run(REVISION, {"number": number, "note": f"the {number}.", "at": 1000 * number})
        tx.run("INSERT INTO live (slot, revision) VALUES (1, 2)", {})
    old.upgrade()
    with old.reading() as tx:
        assert revisions.live_since(tx) == Live(2, 2000, "An", "the 2.")
        assert [revisions.source(tx, number).replaced for number in (1, 2)] == [None, 1]
        assert revisions.standing(tx) == (2, frozenset())
    old.close()


def first(database_url: str) -> None:
    """The tables as the first version had them."""
    engine = create_engine(database_url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    engine.dispose()
