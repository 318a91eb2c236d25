"""The phone in the browser is for those at the machine, and for whom else an account lets in."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from ivr.core.accounts import Role
from tests.pages.town import MENUS, Town, town
from tests.service import LAN, NUMBER

TUNNELS = [
    {"Host": "hotline.tunnel.example", "X-Forwarded-For": "203.0.113.7"},
    {"Host": "127.0.0.1:5000", "X-Forwarded-For": "203.0.113.7"},
    {"Host": "hotline.tunnel.example"},
]
"""What reaches this machine through a tunnel: by its public name, or by one that the tunnel has changed."""


@dataclass(frozen=True)
class Reader:
    """Somebody's browser, and the way it comes to us; the cookie is theirs for whatever name that way has."""

    pages: FlaskClient
    way: Mapping[str, str] = field(default_factory=dict)

    def get(self, path: str, **headers: str) -> TestResponse:
        return self._sent("GET", path, {"Accept": "*/*", "Accept-Language": "en", **headers})

    def page(self, path: str) -> TestResponse:
        return self.get(path, Accept="text/html")

    def ring(self, **headers: str) -> tuple[int, list[str]]:
        """Places a call as the phone's script does, with what a browser adds: status, and the answer."""
        browser = {"Origin": "https://hotline.tunnel.example", "Sec-Fetch-Site": "same-origin"}
        answer = self._sent("POST", "/phone/calls", browser | headers, json={"from": LAN, "to": NUMBER})
        (name, told), *_ = (answer.json or {}).items()
        return answer.status_code, [name] if name == "call" else [name, told]

    def _sent(self, method: str, path: str, headers: dict[str, str], **more: Any) -> TestResponse:
        app = self.pages.application
        name = app.config["SESSION_COOKIE_NAME"]
        cookie = self.pages.get_cookie(name)
        known = {"Cookie": f"{name}={cookie.value}"} if cookie else {}
        said = {name: value for name, value in {**headers, **self.way, **known}.items() if value}
        client = app.test_client(use_cookies=False)
        return client.open(path, method=method, headers=said, buffered=True, **more)


def test_at_this_machine_nobody_is_asked(town: Town) -> None:
    here = Reader(town.pages)
    assert "Browser phone" in here.page("/phone/").text
    assert here.ring() == (200, ["call"])


@pytest.mark.parametrize("way", TUNNELS)
def test_through_a_tunnel_a_stranger_is_asked_to_sign_in_and_places_no_call(
    town: Town, way: Mapping[str, str]
) -> None:
    town.house.signed_in(Role.ADMIN, "somebody")
    stranger = Reader(town.house.app.test_client(), way)

    page = stranger.page("/phone/")
    assert (page.status_code, "Browser phone" in page.text) == (401, False)
    assert 'name="back" value="/phone/' in page.text
    assert stranger.ring() == (401, ["error", "Please sign in."])
    assert stranger.get("/phone/calls").json == {"error": "Please sign in."}
    assert Reader(town.pages).get("/phone/calls").json == {"calls": []}


@pytest.mark.parametrize("way", TUNNELS)
def test_through_a_tunnel_a_supervisor_calls_and_an_agent_reads_why_not(
    town: Town, way: Mapping[str, str]
) -> None:
    supervisor = Reader(town.house.signed_in(Role.SUPERVISOR), way)
    agent = Reader(town.house.signed_in(Role.AGENT), way)

    assert "Browser phone" in supervisor.page("/phone/").text
    assert supervisor.get("/phone/static/phone.css").status_code == 200
    assert supervisor.ring() == (200, ["call"])
    page = agent.page("/phone/")
    assert (page.status_code, "Your account is not meant for this page." in page.text) == (403, True)
    assert 'href="/phone/"' in supervisor.page("/messages").text
    assert 'href="/phone/"' not in agent.page("/messages").text


def test_through_a_tunnel_an_agents_desk_is_a_telephone_and_not_the_phone(town: Town) -> None:
    agent = Reader(town.house.signed_in(Role.AGENT), TUNNELS[0])
    call = town.dial()
    assert agent.get("/phone/handsets/client:an/events?wait=0").status_code == 200
    assert agent.get("/phone/handsets/+84901234567/events?wait=0").status_code == 403
    assert agent.ring()[0] == 403
    assert agent.get(f"/phone/calls/{call.sid}/sounds/1").status_code == 403
    stranger = Reader(town.house.app.test_client(), TUNNELS[0])
    assert stranger.get("/phone/handsets/client:an/events?wait=0").status_code == 401


@pytest.mark.parametrize(
    "site", [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "", "Origin": "https://evil.example"}]
)
def test_no_page_of_another_site_places_a_call_in_the_name_of_somebody_signed_in(
    town: Town, site: dict[str, str]
) -> None:
    supervisor = Reader(town.house.signed_in(Role.SUPERVISOR), TUNNELS[0])
    assert supervisor.ring(**site) == (403, ["error", "only the phone's own page may do this"])


def test_the_carriers_rest_asks_for_the_account_and_for_nothing_else(town: Town) -> None:
    settings = town.house.exchange.settings
    account = f"{settings.account_sid}:{settings.tokens[0]}"
    numbers = f"/phone/carrier/2010-04-01/Accounts/{settings.account_sid}/IncomingPhoneNumbers.json"
    program = Reader(town.house.app.test_client(), TUNNELS[0])
    assert program.get(numbers).status_code == 401
    key = b64encode(account.encode()).decode()
    assert program.get(numbers, Authorization=f"Basic {key}").status_code == 200


def test_a_hotline_with_a_real_carrier_says_that_it_is_called_by_its_number(tmp_path: Path) -> None:
    served = town(tmp_path, boxed=False)
    page = Reader(served.house.signed_in()).page("/phone/")
    assert page.status_code == 404
    assert "A phone in the browser is there only while a hotline is tried." in page.text
    served.house.exchange.ledger.close()


def test_the_line_that_agents_ring_is_told_from_those_of_callers(tmp_path: Path) -> None:
    made = town(tmp_path, 'agents_line: "+842873009999"\n' + MENUS)
    numbers = made.pages.get("/phone/state").get_json()["numbers"]
    assert numbers == {NUMBER: "Sao Mai", "+842873009999": "Sao Mai · agents"}
    made.house.exchange.ledger.close()
