"""How often a keypress asks the server: over a network each time costs more than all our work."""

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from ivr.core.accounts import Role
from ivr.core.agents import Agent, Status
from ivr.core.line.visits import Visit
from ivr.ledger import Ledger, accounts, agents, calls, line
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.line.dispatch import dispatch
from tests.ledger.conftest import KEY
from tests.ledger.test_calls import CALL, MAIN, arrived
from tests.postgres import PostgreSQLServer
from tests.service import House

MENUS = """
hotline: Shop
zone: UTC
numbers: {"+842873001234": main}
languages: {vi: {}}
mailboxes: {office: {}}
queues:
  sales: {label: mua hàng, no_agents: message}
steps:
  main: {say: Xin chào., keys: {1: sales}}
  message: {say: Xin nói., voicemail: office, then: hang_up}
"""


class Wire:
    """A socket between a client and the server that counts how often the client waits for an answer."""

    def __init__(self, folder: Path, server: Path) -> None:
        self.round_trips = 0
        self._asked = False
        self._server = server / ".s.PGSQL.5432"
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(folder / ".s.PGSQL.5432"))
        self._listener.listen()
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.socket(socket.AF_UNIX)
                server.connect(str(self._server))
                threading.Thread(target=self._carry, args=(client, server), daemon=True).start()
                threading.Thread(target=self._carry_back, args=(server, client), daemon=True).start()

    def _carry(self, client: socket.socket, server: socket.socket) -> None:
        with client, server:
            while sent := client.recv(1 << 20):
                self._asked = True
                server.sendall(sent)

    def _carry_back(self, server: socket.socket, client: socket.socket) -> None:
        with suppress(OSError):
            while answer := server.recv(1 << 20):
                self.round_trips += self._asked
                self._asked = False
                client.sendall(answer)

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


@pytest.fixture
def wire(tmp_path: Path, postgresql_server: PostgreSQLServer) -> Iterator[Wire]:
    wire = Wire(tmp_path, postgresql_server.folder)
    yield wire
    wire.close()


@pytest.mark.needs("postgresql")
def test_a_keypress_asks_the_server_twice(
    wire: Wire, tmp_path: Path, postgresql_url: str, postgresql_server: PostgreSQLServer
) -> None:
    ledger = Ledger.open(postgresql_url.replace(str(postgresql_server.folder), str(tmp_path)), KEY)
    arrived(ledger)
    for hop in range(1, 3):  # at the first the statements are prepared
        before = wire.round_trips
        press(ledger, hop)
    ledger.close()
    assert wire.round_trips - before == 2  # find; write and commit


@pytest.mark.needs("postgresql")
def test_to_look_at_an_empty_line_asks_the_server_twice_and_an_offer_six_times(
    wire: Wire, tmp_path: Path, postgresql_url: str, postgresql_server: PostgreSQLServer
) -> None:
    url = postgresql_url.replace(str(postgresql_server.folder), str(tmp_path))
    house = House(tmp_path).open(MENUS, database_url=url)
    asked = []
    for _ in range(2):  # at the first the statements are prepared
        before = wire.round_trips
        assert dispatch(house.exchange) == 0
        asked.append(wire.round_trips - before)
    for n in range(2):
        somebody_waits_and_somebody_is_free(house.exchange, n)
        before = wire.round_trips
        assert dispatch(house.exchange) == 1
        asked.append(wire.round_trips - before)
    house.exchange.ledger.close()
    assert asked[1:] == [
        2,
        6,
        6,
    ]  # a question and its end; the floor, the heads, the two to be held, the commit


def somebody_waits_and_somebody_is_free(exchange: Exchange, n: int) -> None:
    now, name = exchange.now(), f"agent{n}"
    with exchange.ledger.transaction() as tx:
        calls.arrive(tx, replace(CALL, id=f"CA{n}", revision=1), (), b"document")
        line.join(tx, Visit(f"v{n}", f"CA{n}", "sales", "vi", now, now, now))
        agent = Agent(name, name, languages=frozenset({"vi"}))
        accounts.add(tx, name, Role.AGENT, "no password", now)
        agents.set_up(tx, agent)
        agents.becomes(tx, agent, now, status=Status.READY)


def press(ledger: Ledger, hop: int) -> None:
    with ledger.transaction() as tx:
        found = calls.find(tx, CALL.id)
        assert found
        calls.move(tx, replace(found, hop=hop + 1), (MAIN, MAIN), b"document")
