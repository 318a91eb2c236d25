"""Who may see the pages, and what the pages let a browser do."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from ivr.ledger import LedgerAway
from ivr.settings import secret_file
from tests.pages.town import Town, town
from tests.service import LAN

PRIVATE = ("/", "/calls", "/calls.csv", "/messages", "/recordings/said/x.wav", "/calls/CA1")
HTML = {"Accept": "text/html", "Accept-Language": "en"}


@pytest.fixture(scope="module")
def towns(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[bool, Town]]:
    """One town whose carrier is the box, one with a real carrier: only its pages have a door."""
    made = {boxed: town(tmp_path_factory.mktemp("town"), boxed=boxed) for boxed in (True, False)}
    yield made
    for each in made.values():
        each.house.exchange.ledger.close()


@pytest.fixture(name="town")
def _town(towns: Mapping[bool, Town]) -> Town:
    return replace(towns[True], pages=towns[True].house.app.test_client())


@pytest.fixture
def served(towns: Mapping[bool, Town]) -> Town:
    return replace(towns[False], pages=towns[False].house.app.test_client())


def key_of(town: Town) -> str:
    return secret_file(town.house.exchange.settings, "door_key")


@pytest.mark.parametrize("path", PRIVATE)
def test_without_the_key_nothing_is_shown_but_what_to_do(served: Town, path: str) -> None:
    served.dial(LAN).hang_up()
    answer = served.pages.get(path, headers=HTML)

    assert answer.status_code == 403
    assert "Open the address that the hotline printed when it started" in answer.text
    assert LAN not in answer.text
    assert "<nav" not in answer.text
    assert served.pages.get(path, headers={"Accept": "text/plain"}).mimetype == "text/plain"


def test_the_key_becomes_a_session_and_leaves_the_address(served: Town) -> None:
    answer = served.pages.get(f"/calls?outcome=open&key={key_of(served)}")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/calls?outcome=open")
    cookie = answer.headers["Set-Cookie"]
    assert all(word in cookie for word in ("HttpOnly", "SameSite=Lax", "Secure", "Expires="))

    assert served.pages.get("/calls", base_url="https://localhost").status_code == 200


@pytest.mark.parametrize("key", ["", "wrong", "0" * 64, "ключ"])
def test_a_wrong_key_opens_nothing(served: Town, key: str) -> None:
    answer = served.pages.get("/calls", query_string={"key": key})
    assert answer.status_code == 403
    assert "Set-Cookie" not in answer.headers


def test_a_new_key_ends_the_sessions_of_the_old_one(served: Town) -> None:
    served.pages.get(f"/calls?key={key_of(served)}", base_url="https://localhost")
    (Path(served.house.exchange.settings.data) / "door_key").unlink()
    assert served.pages.get("/calls", base_url="https://localhost").status_code == 403


def test_the_box_on_ones_own_machine_needs_no_key(town: Town) -> None:
    assert town.pages.get("/").headers["Location"] == "/calls"
    for host in ("localhost", "127.0.0.1:5000", "[::1]:5000"):
        assert town.pages.get("/calls", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "strange",
    [
        {"headers": {"X-Forwarded-For": "203.0.113.9"}},
        {"headers": {"X-Real-IP": "203.0.113.9"}},
        {"headers": {"Forwarded": "for=203.0.113.9"}},
        {"headers": {"Via": "1.1 tunnel"}},
        {"headers": {"Host": "evil.example"}},
        {"headers": {"Host": "127.0.0.1.evil.example"}},
        {"environ_base": {"REMOTE_ADDR": "192.168.1.7"}},
        {"environ_base": {"REMOTE_ADDR": ""}},
    ],
    ids=str,
)
def test_even_the_box_is_closed_to_whoever_comes_from_elsewhere(
    town: Town, strange: dict[str, dict[str, str]]
) -> None:
    assert town.pages.get("/calls", **strange).status_code == 403


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 302),
        ({"Sec-Fetch-Site": "same-origin"}, 302),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "http://localhost"}, 302),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
    ],
    ids=str,
)
def test_a_form_of_another_site_changes_nothing(town: Town, headers: dict[str, str], status: int) -> None:
    answer = town.pages.post("/language", data={"language": "vi"}, headers=headers)
    assert answer.status_code == status


@pytest.mark.parametrize("path", [*PRIVATE, "/nothing"])
def test_every_page_says_what_a_browser_may_do_with_it(town: Town, path: str) -> None:
    headers = town.pages.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_without_the_ledger_people_are_told_that_calls_go_on(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> None:
        raise LedgerAway("the disk is gone")

    town.page("/calls")
    monkeypatch.setattr(type(town.house.exchange.ledger), "reading", away)
    answer = town.pages.get("/calls", headers=HTML)

    assert answer.status_code == 503
    assert "The database does not answer. Calls go on; please try again in a moment." in answer.text
    assert "the disk is gone" not in answer.text
