"""A floor for each story: a real carrier's settings, so that nobody is let in unasked."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.asking import MENUS
from tests.reaching.floor import Floor


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[Floor]:
    floor = Floor.open(tmp_path, MENUS)
    yield floor
    floor.house.exchange.ledger.close()
