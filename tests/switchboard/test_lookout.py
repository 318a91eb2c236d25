"""One look a second at the line serves all who ask."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ivr.core.accounts import Role
from ivr.core.agents import Agent
from ivr.core.line.visits import Visit
from ivr.ledger import Transaction, accounts, agents, line
from ivr.switchboard.lookout import Lookout
from tests.service import House

NOW = 1_800_000_000_000


class Counted:
    """A transaction of which is counted what it asks."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self.asked = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._tx, name)

    def rows(self, sql: str, values: Any) -> Any:
        self.asked += 1
        return self._tx.rows(sql, values)


@contextmanager
def looking(house: House) -> Iterator[Counted]:
    with house.exchange.ledger.reading() as tx:
        yield Counted(tx)


def join(house: House, name: str, rank: int, queue: str = "sales") -> None:
    with house.exchange.ledger.transaction() as tx:
        line.join(tx, Visit(name, name, queue, "en", first_at=rank, rank=rank, entered_at=rank))


def test_places_are_at_most_a_second_old(house: House) -> None:
    lookout = Lookout()
    join(house, "first", NOW - 9)
    with looking(house) as tx:
        assert lookout.look(tx, "sales", NOW).place("sales", NOW) == 2
    join(house, "second", NOW - 5)
    with looking(house) as tx:
        assert lookout.look(tx, "sales", NOW + 499).place("sales", NOW) == 2
        assert tx.asked == 0, "what was seen is enough"
        assert lookout.look(tx, "sales", NOW + 1_499).place("sales", NOW) == 3


def test_agents_are_at_hand_where_somebody_has_just_looked(house: House) -> None:
    lookout = Lookout()
    with house.exchange.ledger.transaction() as tx:
        accounts.add(tx, "an", Role.AGENT, "no password", NOW)
        agents.set_up(tx, Agent("an", "An"))
    assert lookout.agents(NOW) == (), "nobody has looked"
    with looking(house) as tx:
        lookout.look(tx, "sales", NOW)
    assert [agent.id for agent in lookout.agents(NOW + 999)] == ["an"]
    assert lookout.agents(NOW + 1_000) == ()


def test_of_a_queue_that_was_empty_everything_is_known_at_once(house: House) -> None:
    lookout = Lookout()
    with looking(house) as tx:
        lookout.look(tx, "sales", NOW)
        asked = tx.asked
        lookout.look(tx, "support", NOW)
        assert tx.asked == 2 * asked
        lookout.look(tx, "support", NOW)
        assert tx.asked == 2 * asked


def test_while_one_looks_the_others_have_what_was_seen_half_a_second_ago(house: House) -> None:
    lookout = Lookout()
    with looking(house) as tx:
        lookout.look(tx, "sales", NOW)
        before = tx.asked
        with lookout._looking:
            assert lookout.look(tx, "sales", NOW + 700).at == NOW
        assert tx.asked == before
        assert lookout.look(tx, "sales", NOW + 700).at == NOW + 700
