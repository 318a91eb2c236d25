"""Who may see the pages, and what the pages let a browser do."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from ivr import welcome
from ivr.ledger import LedgerAway
from ivr.settings import secret_file
from ivr.web.pages.key import MOST, Guesses
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
    towns[False].house.app.extensions["guesses"] = Guesses()
    return replace(towns[False], pages=towns[False].house.app.test_client())


def key_of(town: Town) -> str:
    return secret_file(town.house.exchange.settings, "door_key")


@pytest.mark.parametrize("path", PRIVATE)
def test_without_the_key_nothing_is_shown_but_what_to_do(served: Town, path: str) -> None:
    served.dial(LAN).hang_up()
    answer = served.pages.get(path, headers=HTML)

    assert answer.status_code == 403
    assert "it is in the file door_key" in answer.text
    assert f'name="back" value="{path}' in answer.text
    assert LAN not in answer.text
    assert "<nav" not in answer.text
    assert served.pages.get(path, headers={"Accept": "text/plain"}).mimetype == "text/plain"


def show(town: Town, key: str, back: str = "/calls?outcome=open", **headers: str) -> TestResponse:
    """Somebody fills in the form of the closed door."""
    form = {"key": key, "back": back}
    return town.pages.post("/door", data=form, headers={**HTML, **headers}, base_url="https://localhost")


def test_the_key_becomes_a_session_and_leads_on_to_the_page_asked_for(served: Town) -> None:
    answer = show(served, f" {key_of(served)} ")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/calls?outcome=open")
    cookie = answer.headers["Set-Cookie"]
    assert all(word in cookie for word in ("HttpOnly", "SameSite=Lax", "Secure", "Expires="))

    assert served.pages.get("/calls", base_url="https://localhost").status_code == 200


def test_a_session_ends_after_twelve_hours_whichever_worker_is_asked(served: Town) -> None:
    """Another worker, or this one after its restart, has seen nobody show the key."""
    show(served, key_of(served))
    shown = served.pages.get_cookie("session")
    assert shown is not None
    served.house.enter()
    other = served.house.app.test_client()
    other.set_cookie("session", shown.value, secure=True)
    answer = other.get("/calls", base_url="https://localhost")
    assert answer.status_code == 200
    renewed = other.get_cookie("session")
    assert renewed is not None
    assert renewed.expires is not None
    left = renewed.expires - datetime.now(UTC)
    assert timedelta(hours=11, minutes=59) < left <= timedelta(hours=12)
    assert other.application.permanent_session_lifetime == timedelta(hours=12)


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "//evil.example", "////evil.example", "/\\evil", ""]
)
def test_the_key_leads_to_no_other_site(served: Town, back: str) -> None:
    assert show(served, key_of(served), back).headers["Location"] == "/calls"


@pytest.mark.parametrize("key", ["", "wrong", "0" * 64, "ключ"])
def test_a_wrong_key_opens_nothing_and_is_asked_for_again(served: Town, key: str) -> None:
    answer = show(served, key)
    assert answer.status_code == 403
    assert "This is not the key." in answer.text
    assert 'name="back" value="/calls?outcome=open"' in answer.text
    assert "Set-Cookie" not in answer.headers


def test_a_key_in_the_address_opens_nothing(served: Town) -> None:
    assert served.pages.get("/calls", query_string={"key": key_of(served)}).status_code == 403


def test_a_form_of_another_site_shows_no_key(served: Town) -> None:
    answer = show(served, key_of(served), **{"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert "Set-Cookie" not in answer.headers


def test_whoever_guesses_is_made_to_wait_even_with_the_key(served: Town) -> None:
    assert [show(served, "wrong").status_code for _ in range(MOST)] == [403] * MOST
    answer = show(served, key_of(served))
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")
    assert "Please try again in a minute." in answer.text
    assert "Set-Cookie" not in answer.headers


def test_five_wrong_keys_within_a_minute_close_the_door_for_a_minute() -> None:
    guesses = Guesses()
    assert [guesses.judge(False, at) for at in (0, 20_000, 30_000, 40_000, 59_000)] == [0] * 5
    assert guesses.judge(True, 60_000) == 59_000
    assert guesses.judge(False, 118_999) == 1
    assert guesses.judge(False, 119_000) == 0
    assert guesses.judge(True, 119_001) == 0


def test_wrong_keys_now_and_then_close_nothing() -> None:
    guesses = Guesses()
    assert {guesses.judge(False, at) for at in range(0, 600_000, 15_000)} == {0}


def test_the_start_tells_where_the_key_is_and_not_the_key(served: Town) -> None:
    words = welcome(served.house.exchange)
    assert f"/calls   (its key is in {served.house.exchange.settings.data}/door_key)" in words
    assert key_of(served) not in words


def test_a_new_key_ends_the_sessions_of_the_old_one(served: Town) -> None:
    show(served, key_of(served))
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
