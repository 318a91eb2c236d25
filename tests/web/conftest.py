"""Houses for the webhooks: one in this process for each test, one of three workers for all."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.postgres import EITHER, PostgreSQLServer
from tests.service import MENUS, House, Server, serving


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path).open(MENUS)
    yield house
    house.exchange.ledger.close()


@pytest.fixture(scope="session", params=EITHER)
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Three workers on SQLite on a disk, and on PostgreSQL. All tests share them, so each names its calls."""
    settings: dict[str, Any] = {}
    with ExitStack() as made:
        if request.param == "postgresql":
            database: PostgreSQLServer = request.getfixturevalue("postgresql_server")
            settings["database_url"] = made.enter_context(database.database(like=database.empty_ledger))
        yield made.enter_context(serving(tmp_path_factory.mktemp("service"), MENUS, **settings))
