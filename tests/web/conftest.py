"""Houses for the webhooks: one in this process for each test, one of three workers for all."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgres import EITHER
from tests.service import MENUS, House, Server, serving


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path).open(MENUS)
    yield house
    house.exchange.ledger.close()


@pytest.fixture(scope="session", params=EITHER)
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Three workers on SQLite on a disk, and on PostgreSQL. All tests share them, so each names its calls."""
    settings = {}
    if request.param == "postgresql":
        database = request.getfixturevalue("postgresql_server")
        database.command("CREATE DATABASE hotline")
        settings["database_url"] = database.url("hotline")
    with serving(tmp_path_factory.mktemp("service"), MENUS, **settings) as server:
        yield server
