"""A load balancer learns whether a call could be answered."""

from pathlib import Path

from tests.service import MENUS, House


def test_a_hotline_with_menus_is_well(tmp_path: Path) -> None:
    answer = House(tmp_path).open(MENUS).app.test_client().get("/health")
    assert (answer.status_code, answer.text) == (200, "ok\n")


def test_a_hotline_whose_ledger_is_gone_is_not(tmp_path: Path) -> None:
    house = House(tmp_path).open(MENUS)
    house.exchange.ledger.close()
    for file in tmp_path.rglob("*.db*"):
        file.unlink()
        file.mkdir()
    answer = house.app.test_client().get("/health")
    assert (answer.status_code, answer.text) == (503, "the ledger cannot be read\n")
