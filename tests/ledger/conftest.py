"""A ledger on either database, with the present schema."""

from collections.abc import Iterator

import pytest

from ivr.ledger import Ledger

KEY = b"a key for tests"


@pytest.fixture
def ledger(database_url: str) -> Iterator[Ledger]:
    ledger = Ledger.open(database_url, KEY)
    yield ledger
    ledger.close()
