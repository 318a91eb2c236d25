"""Signing in at a real server of several workers: what one of them counts or ends, all of them know."""

import http.client
import re
import secrets
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

import pytest

from ivr import assemble
from ivr.core.accounts import BY_ACCOUNT, Right, Role
from ivr.ledger import audit
from ivr.switchboard import accounts
from ivr.switchboard.exchange import Exchange
from tests.service import Server

PASSWORD = "bát phở sáng nay"


@dataclass
class Somebody:
    """A browser behind the proxy, each request over a connection of its own: any worker may answer."""

    server: Server
    address: str
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **headers: str) -> tuple[int, str]:
        return self._ask("GET", path, "", headers)

    def post(self, path: str, **form: str) -> int:
        seal = re.search(r'name="seal" value="([^"]+)"', self.get("/sign-in")[1] or "")
        page = seal or re.search(r'name="seal" value="([^"]+)"', self.get("/messages")[1])
        assert page
        return self._ask("POST", path, urlencode({**form, "seal": page[1]}), {})[0]

    def signs_in(self, name: str, password: str = PASSWORD) -> int:
        """The status of the answer; a server that has no room at the moment is asked again."""
        status = self.post("/sign-in", name=name, password=password)
        while status == 503:
            status = self.post("/sign-in", name=name, password=password)
        return status

    def _ask(self, method: str, path: str, body: str, headers: dict[str, str]) -> tuple[int, str]:
        connection = http.client.HTTPConnection(urlsplit(self.server.url).netloc, timeout=30)
        sent = {"Accept": "text/html", "X-Forwarded-For": self.address, **headers}
        sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if body:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, body or None, sent)
        reply = connection.getresponse()
        for cookie in reply.msg.get_all("Set-Cookie", []):
            self.cookies |= {name: each.value for name, each in SimpleCookie(cookie).items()}
        text = reply.read().decode()
        connection.close()
        return reply.status, text


@pytest.fixture
def exchange(server: Server) -> Iterator[Exchange]:
    """The parts of the running hotline, as a command has them."""
    exchange = assemble(server.settings)
    yield exchange
    exchange.ledger.close()


def new(exchange: Exchange, role: Role = Role.SUPERVISOR) -> str:
    """An account of this test's own."""
    name = f"mai-{secrets.token_hex(4)}"
    accounts.add(exchange, "a test", name, role, PASSWORD)
    return name


def test_wrong_passwords_are_counted_by_all_workers_together(server: Server, exchange: Exchange) -> None:
    name = new(exchange)

    def guess(at: int) -> int:
        return Somebody(server, f"192.0.2.{at}").signs_in(name, "a wrong password")

    with ThreadPoolExecutor(6) as pool:
        found = Counter(pool.map(guess, range(18)))
    minutes = 2  # should this machine be so slow that some were forgotten meanwhile
    assert BY_ACCOUNT.most <= found[401] <= BY_ACCOUNT.most + minutes
    assert found[401] + found[429] == 18


def everywhere(somebody: Somebody, path: str = "/calls") -> set[int]:
    """The status of the page at so many connections that every worker has answered some."""
    with ThreadPoolExecutor(6) as pool:
        return set(pool.map(lambda _: somebody.get(path)[0], range(30)))


@pytest.mark.parametrize("how", ["signed out", "disabled", "another role", "another password"])
def test_a_session_that_ends_ends_at_every_worker_at_once(
    server: Server, exchange: Exchange, how: str
) -> None:
    name = new(exchange)
    somebody = Somebody(server, "192.0.2.100")
    assert somebody.signs_in(name) == 303
    assert everywhere(somebody) == {200}
    match how:
        case "signed out":
            before = dict(somebody.cookies)
            assert somebody.post("/sign-out") == 303
            somebody.cookies = before
        case "disabled":
            accounts.change(exchange, "a test", name, disabled=True)
        case "another role":
            accounts.change(exchange, "a test", name, role=Role.ADMIN)
        case "another password":
            accounts.give_password(exchange, "a test", name, "another phở today")
    assert everywhere(somebody) == {401}


def test_a_token_that_is_revoked_opens_nothing_at_any_worker(server: Server, exchange: Exchange) -> None:
    name = f"sheet-{secrets.token_hex(4)}"
    token = accounts.add_token(exchange, "a test", name, (Right.CALLS,))
    program = Somebody(server, "192.0.2.101")

    def asked() -> set[int]:
        with ThreadPoolExecutor(6) as pool:
            bearer = {"Authorization": f"Bearer {token}"}
            return set(pool.map(lambda _: program.get("/calls.csv", **bearer)[0], range(18)))

    assert asked() == {200}
    accounts.revoke_token(exchange, "a test", name)
    assert asked() == {401}


def test_what_all_workers_wrote_down_is_one_chain_and_holds_no_secret(
    server: Server, exchange: Exchange
) -> None:
    people = {new(exchange): Somebody(server, f"192.0.2.{at}") for at in range(110, 116)}
    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(lambda name: people[name].signs_in(name), people)) == {303}
        assert set(pool.map(lambda each: each.post("/sign-out"), people.values())) == {303}
    assert audit.verify(exchange.ledger).broken is None
    for name in people:
        what = [entry.what for entry in audit.every(exchange.ledger, audit.Sought(who=name))]
        assert what == ["signed_out", "signed_in"]
    assert PASSWORD not in server.log.read_text()
    assert "ivr_" not in server.log.read_text()
