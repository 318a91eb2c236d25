"""Who may see the pages, and what the pages let a browser do."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from ivr import welcome
from ivr.core.accounts import Role
from ivr.ledger import LedgerAway
from ivr.web.pages.door import SEAL
from tests.house import HOUSE
from tests.pages.town import Town, town
from tests.service import LAN

PRIVATE = (
    *("/", "/calls", "/calls.csv", "/calls.json", "/calls/CA1", "/messages", "/recordings/said/x.wav"),
    *("/account", "/accounts", "/audit", "/audit.json"),
)
HTML = {"Accept": "text/html", "Accept-Language": "en"}


@pytest.fixture(scope="module")
def towns(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[bool, Town]]:
    """One town whose carrier is the box, one with a real carrier: only there one has to sign in."""
    made = {boxed: town(tmp_path_factory.mktemp("town"), boxed=boxed) for boxed in (True, False)}
    yield made
    for each in made.values():
        each.house.exchange.ledger.close()


@pytest.fixture(name="town")
def _town(towns: Mapping[bool, Town]) -> Town:
    return replace(towns[True], pages=towns[True].house.app.test_client())


@pytest.fixture
def served(towns: Mapping[bool, Town]) -> Town:
    """The real carrier's town, where somebody has an account already."""
    towns[False].house.signed_in(name="first")
    return replace(towns[False], pages=towns[False].house.app.test_client())


@pytest.mark.parametrize("path", PRIVATE)
def test_whoever_is_not_signed_in_is_shown_nothing_but_the_form(served: Town, path: str) -> None:
    served.dial(LAN).hang_up()
    answer = served.pages.get(path, headers=HTML)

    assert answer.status_code == 401
    assert 'action="/sign-in"' in answer.text
    assert f'name="back" value="{path}' in answer.text
    assert LAN not in answer.text
    assert "<nav" not in answer.text
    plain = served.pages.get(path, headers={"Accept": "text/plain"})
    assert (plain.mimetype, plain.text) == ("text/plain", "Please sign in.\n")


def test_before_the_first_account_the_pages_say_how_to_make_it_and_nothing_else(tmp_path: Path) -> None:
    new = town(tmp_path, boxed=False)
    for path in (*PRIVATE, "/sign-in"):
        answer = new.pages.get(path, headers=HTML)
        assert answer.status_code == 401
        assert "python3 app.py users add NAME --role admin" in answer.text
        assert "password" not in answer.text
    assert "make the first account: python3 app.py users add NAME --role admin" in welcome(new.house.exchange)
    new.house.signed_in()
    assert "account" not in welcome(new.house.exchange)
    new.house.exchange.ledger.close()


def test_an_address_that_is_no_page_is_told_alike_to_everybody(served: Town) -> None:
    for client in (served.pages, served.house.signed_in(Role.AGENT), served.house.signed_in()):
        answer = client.get("/nothing", headers=HTML)
        assert (answer.status_code, "No page has this address." in answer.text) == (404, True)


def test_whether_there_is_such_a_call_is_told_only_to_those_who_may_see_it(served: Town) -> None:
    call = served.dial(LAN).hang_up()
    for client, status in ((served.pages, 401), (served.house.signed_in(Role.AGENT), 403)):
        there, not_there = (client.get(f"/calls/{call_id}", headers=HTML) for call_id in (call.sid, "CAno"))
        assert (there.status_code, not_there.status_code) == (status, status)
        assert without_seal(there.text).replace(call.sid, "CAno") == without_seal(not_there.text)
    assert served.house.signed_in(Role.SUPERVISOR).get("/calls/CAno").status_code == 404


def without_seal(page: str) -> str:
    return re.sub(r'name="seal" value="[^"]*"', "", page)


def test_the_box_on_ones_own_machine_asks_nobody_to_sign_in(town: Town) -> None:
    assert town.pages.get("/").headers["Location"] == "/calls"
    for host in ("localhost", "127.0.0.1:5000", "[::1]:5000"):
        assert town.pages.get("/calls", headers={"Host": host}).status_code == 200
    for path in ("/messages", "/account", "/accounts", "/audit"):
        page = town.page(path)
        assert ">you, on this machine<" in page
        assert "Sign out" not in page
    assert "bạn, trên máy này" in town.page("/account", "vi")


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
    assert town.pages.get("/calls", **strange).status_code == 401


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


def test_a_form_without_our_seal_or_with_another_ones_changes_nothing(served: Town) -> None:
    other = served.house.signed_in(name="other")
    client = served.house.signed_in()
    forms: list[dict[str, str]] = [{SEAL: ""}, {SEAL: "-"}, {SEAL: "é"}, {SEAL: seal_of(other)}]
    for form in forms:
        assert post(client, "/language", {"language": "vi", **form}) == 403
        assert post(client, "/sign-out", form) == 403
        assert post(served.pages, "/language", {"language": "vi", **form}) == 403
    without = FlaskClient.post(client, "/language", data={"language": "vi"}, headers=HTML)
    assert (without.status_code, "so nothing was changed" in without.text) == (403, True)
    assert 'lang="en"' in client.get("/messages", headers=HTML).text
    assert post(client, "/language", {"language": "vi", SEAL: seal_of(client)}) == 302


def seal_of(client: FlaskClient) -> str:
    """What our own page puts into its forms for this browser."""
    found = re.search(r'name="seal" value="([^"]+)"', client.get("/messages", headers=HTML).text)
    assert found
    return found[1]


def post(client: FlaskClient, path: str, form: dict[str, str]) -> int:
    return client.post(path, data=form, headers=HTML).status_code


def test_every_form_of_ours_has_the_seal() -> None:
    for template in (HOUSE / "ivr/web/templates").glob("*.html"):
        for form in re.findall(r"<form\b[^>]*method=\"post\".*?</form>", template.read_text(), re.DOTALL):
            assert 'name="seal" value="{{ seal() }}"' in form, template.name


@pytest.mark.parametrize("path", [*PRIVATE, "/nothing", "/sign-in"])
def test_every_page_says_what_a_browser_may_do_with_it(town: Town, served: Town, path: str) -> None:
    for client in (town.pages, served.pages, served.house.signed_in()):
        headers = client.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "form-action 'self'" in policy
        assert "unsafe" not in policy
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "camera=()" in headers["Permissions-Policy"]
        assert headers["Strict-Transport-Security"] == "max-age=31536000"


def test_without_encryption_a_browser_is_not_told_to_insist_on_it(tmp_path: Path) -> None:
    plain = town(tmp_path, public_url="http://127.0.0.1:5000")
    assert "Strict-Transport-Security" not in plain.pages.get("/calls").headers
    plain.house.exchange.ledger.close()


def test_what_says_nothing_of_any_call_is_open_and_may_be_kept(served: Town) -> None:
    assert served.pages.get("/health").status_code == 200
    style = served.pages.get("/static/page.css", buffered=True)
    assert style.status_code == 200
    assert "no-store" not in style.headers["Cache-Control"]


def test_without_the_ledger_people_are_told_that_calls_go_on(
    town: Town, served: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> None:
        raise LedgerAway("the disk is gone")

    signed_in = served.house.signed_in()
    for client in (town.pages, signed_in):
        client.get("/calls")
        with monkeypatch.context() as patch:
            patch.setattr(type(town.house.exchange.ledger), "reading", away)
            answer = client.get("/calls", headers=HTML)
        assert answer.status_code == 503
        assert "The database does not answer. Calls go on; please try again in a moment." in answer.text
        assert "the disk is gone" not in answer.text
