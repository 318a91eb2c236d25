"""How often a keypress asks the server: over a network each time costs more than all our work."""

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from ivr.ledger import Ledger, calls
from tests.ledger.conftest import KEY
from tests.ledger.test_calls import CALL, MAIN, arrived
from tests.postgres import PostgreSQLServer


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
    ledger.upgrade()
    arrived(ledger)
    for hop in range(1, 3):  # at the first the statements are prepared
        before = wire.round_trips
        press(ledger, hop)
    ledger.close()
    assert wire.round_trips - before == 2  # find; write and commit


def press(ledger: Ledger, hop: int) -> None:
    with ledger.transaction() as tx:
        found = calls.find(tx, CALL.id)
        assert found
        calls.move(tx, replace(found, hop=hop + 1), (MAIN, MAIN), b"document")
