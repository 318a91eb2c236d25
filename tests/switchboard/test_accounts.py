"""Accounts are changed by several people at once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Barrier, BrokenBarrierError

import pytest

from ivr.core.accounts import Problem, Role
from ivr.ledger import Transaction
from ivr.ledger import accounts as kept
from ivr.switchboard import accounts
from ivr.switchboard.signing_in import NotDone
from tests.service import MENUS, House

PASSWORD = "a password for tests"


@pytest.fixture
def house(tmp_path: Path, database_url: str) -> Iterator[House]:
    """On each of the two databases."""
    given = {"database_url": database_url} if database_url.startswith("postgresql") else {}
    house = House(tmp_path).open(MENUS, **given)
    yield house
    house.exchange.ledger.close()


def test_of_two_admins_who_take_each_other_s_role_at_once_one_stays(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("mai", "lan"):
        accounts.add(house.exchange, "a test", name, Role.ADMIN, PASSWORD)
    both = Barrier(2, timeout=0.3)
    look = kept.has_other_admin

    def slowly(tx: Transaction, account_id: str) -> bool:
        found = look(tx, account_id)
        with suppress(BrokenBarrierError):
            both.wait()
        return found

    monkeypatch.setattr(kept, "has_other_admin", slowly)

    def demoted(name: str) -> Problem | None:
        try:
            accounts.change(house.exchange, "the other", name, role=Role.AGENT)
        except NotDone as refused:
            return refused.problem
        return None

    with ThreadPoolExecutor(2) as pool:
        assert {*pool.map(demoted, ("mai", "lan"))} == {None, Problem.LAST_ADMIN}
    with house.exchange.ledger.reading() as tx:
        assert sorted(each.role for each in kept.listed(tx)) == [Role.ADMIN, Role.AGENT]
