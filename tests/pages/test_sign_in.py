"""Signing in and out: what a right password opens, what a wrong one tells, how long a guesser waits."""

import time
from collections.abc import Iterator
from http.cookies import SimpleCookie
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from ivr.core.accounts import BY_ACCOUNT, BY_ADDRESS, BY_BROWSER, Role
from ivr.ledger import accounts as kept
from ivr.ledger import audit, passwords
from ivr.ledger.sessions import STAY
from ivr.switchboard import accounts, signing_in
from ivr.web.pages.door import SEAL
from ivr.web.visitors import TICKET
from tests.service import MENUS, House

PASSWORD = "bát phở sáng nay"
HTML = {"Accept": "text/html", "Accept-Language": "en"}
HTTPS = "https://localhost"
WRONG = "This name and this password do not belong together."


@pytest.fixture(scope="module")
def password_hash() -> str:
    return passwords.hashed(PASSWORD)


@pytest.fixture
def house(tmp_path: Path, password_hash: str) -> Iterator[House]:
    """A hotline with a real carrier, where Mai has an account."""
    house = House(tmp_path).open(MENUS)
    with house.exchange.ledger.transaction() as tx:
        kept.add(tx, "Mai", Role.SUPERVISOR, password_hash, house.now)
    yield house
    house.exchange.ledger.close()


def show(
    client: FlaskClient,
    name: str = "mai",
    password: str = PASSWORD,
    back: str = "/calls?outcome=open",
    from_: str = "192.0.2.1",
    **headers: str,
) -> TestResponse:
    """Somebody fills in the form."""
    form = {"name": name, "password": password, "back": back}
    more = {"headers": {**HTML, **headers}, "base_url": HTTPS, "environ_base": {"REMOTE_ADDR": from_}}
    return client.post("/sign-in", data=form, **more)


def browser(house: House) -> FlaskClient:
    return house.app.test_client()


def status(client: FlaskClient, path: str = "/calls") -> int:
    return client.get(path, base_url=HTTPS).status_code


def deeds(house: House) -> list[tuple[str, str, str]]:
    """Who did what, after the house had published its menus."""
    published, *since = list(audit.every(house.exchange.ledger))[::-1]
    assert published.what == "published"
    return [(entry.who, entry.what, entry.subject) for entry in since]


def test_the_right_password_opens_the_page_that_was_asked_for(house: House) -> None:
    client = browser(house)
    answer = show(client, " MAI ")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/calls?outcome=open")
    assert status(client) == 200
    page = client.get("/calls", base_url=HTTPS, headers=HTML).text
    assert '<a href="/account">Mai</a>' in page
    assert 'action="/sign-out"' in page
    assert deeds(house) == [("Mai", "signed_in", "Mai")]


def test_the_cookies_are_for_this_host_alone_and_for_no_script(house: House) -> None:
    cookies = SimpleCookie("\r\n".join(show(browser(house)).headers.getlist("Set-Cookie")))
    assert set(cookies) == {"__Host-ivr", "__Host-known"}
    for cookie in cookies.values():
        assert (cookie["httponly"], cookie["secure"], cookie["samesite"]) == (True, True, "Lax")
        assert (cookie["path"], cookie["domain"]) == ("/", "")
        assert cookie["expires"] or cookie["max-age"]
        assert PASSWORD not in cookie.value


def test_signing_in_makes_another_session_of_what_was_there_before(house: House) -> None:
    client = browser(house)
    client.post("/language", data={"language": "vi"}, base_url=HTTPS)
    with client.session_transaction(base_url=HTTPS) as session:
        session[TICKET], session["planted"] = "planted", "by somebody else"
        seal = session[SEAL]
    show(client)
    with client.session_transaction(base_url=HTTPS) as session:
        assert session[TICKET] != "planted"
        assert "planted" not in session
        assert session["language"] == "vi"
        assert session.get(SEAL) != seal


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "//evil.example", "////evil.example", "/\\evil", "javascript:1", ""]
)
def test_signing_in_leads_to_no_other_site(house: House, back: str) -> None:
    assert show(browser(house), back=back).headers["Location"] == "/"


@pytest.mark.parametrize(
    ("name", "password"),
    [
        *(("mai", ""), ("mai", PASSWORD.upper()), ("mai", PASSWORD + " "), ("mai", "\0"), ("", PASSWORD)),
        *(("lan", PASSWORD), ("m\0i", PASSWORD), ("x" * 5_000, PASSWORD), ("mai' OR 1=1 --", PASSWORD)),
    ],
)
def test_a_wrong_one_opens_nothing_and_is_asked_for_again(house: House, name: str, password: str) -> None:
    client = browser(house)
    answer = show(client, name, password)
    assert answer.status_code == 401
    assert WRONG in answer.text
    assert 'name="back" value="/calls?outcome=open"' in answer.text
    assert status(client) == 401
    who, what, subject = deeds(house)[0]
    assert (who, what) == ("somebody at 192.0.2.1", "sign_in_failed")
    assert subject == ("Mai" if name == "mai" else "an unknown name")


def test_a_disabled_account_an_unknown_name_and_a_wrong_password_look_alike(house: House) -> None:
    accounts.change(house.exchange, "a test", "mai", disabled=True)
    answers = [show(browser(house), *typed) for typed in (("mai", PASSWORD), ("mai", "no"), ("lan", "no"))]
    pages = {answer.text.replace('value="lan"', 'value="mai"').split('name="seal"')[0] for answer in answers}
    assert {answer.status_code for answer in answers} == {401}
    assert len(pages) == 1


@pytest.mark.usefixtures("costly_passwords")
def test_an_unknown_name_takes_as_much_work_as_a_known_one(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    with house.exchange.ledger.transaction() as tx:
        tx.run("UPDATE account SET password = :costly", {"costly": passwords.hashed(PASSWORD)})
    compared: list[str] = []
    real = passwords.is_right

    def counted(kept: str, password: str) -> bool:
        compared.append(kept.rpartition("$")[0].rpartition("$")[0])  # the costs, without salt and hash
        return real(kept, password)

    monkeypatch.setattr(passwords, "is_right", counted)
    passwords.nobodys()
    took = {}
    for name in ("mai", "lan"):
        began = time.process_time()
        show(browser(house), name, "a wrong password")
        took[name] = time.process_time() - began
    assert compared[0] == compared[1]
    assert 0.4 < took["mai"] / took["lan"] < 2.5


def test_a_password_in_the_address_or_from_another_site_opens_nothing(house: House) -> None:
    client = browser(house)
    words = {"name": "mai", "password": PASSWORD}
    assert client.get("/sign-in", query_string=words, base_url=HTTPS).status_code == 401
    answer = show(client, **{"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert status(client) == 401


def test_signing_out_ends_the_session_also_for_whoever_kept_the_cookie(house: House) -> None:
    client = browser(house)
    show(client)
    thief = browser(house)
    kept_cookie = client.get_cookie("__Host-ivr")
    assert kept_cookie
    thief.set_cookie("__Host-ivr", kept_cookie.value)
    assert status(thief) == 200

    answer = client.post("/sign-out", base_url=HTTPS)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in")
    assert status(client) == 401
    assert status(thief) == 401
    assert deeds(house) == [("Mai", "signed_in", "Mai"), ("Mai", "signed_out", "Mai")]


def test_after_twelve_hours_one_signs_in_again_however_busy_one_was(house: House) -> None:
    client = browser(house)
    show(client)
    for _ in range(11):
        house.now += STAY // 12
        assert status(client) == 200
    house.now += STAY // 12
    assert status(client) == 401


def test_five_wrong_ones_for_one_name_and_then_one_each_minute(house: House) -> None:
    tried = [show(browser(house), password="no", from_=f"192.0.2.{at}").status_code for at in range(6)]
    assert tried == [401] * BY_ACCOUNT.most + [429]
    answer = show(browser(house), from_="198.51.100.1")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")
    assert "Please wait a moment" in answer.text
    assert 'value="mai"' in answer.text  # the form is still there

    house.now += 60_000
    assert show(browser(house), from_="198.51.100.1").status_code == 303
    assert show(browser(house), password="no").status_code == 401  # and all is forgiven


def test_an_unknown_name_is_held_back_in_the_same_way(house: House) -> None:
    tried = [show(browser(house), "lan", "no", from_=f"192.0.2.{at}").status_code for at in range(6)]
    assert tried == [401] * BY_ACCOUNT.most + [429]


def test_one_address_is_held_back_whatever_the_names(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "is_right", lambda *_: False)
    tried = [show(browser(house), f"name{at}", "no").status_code for at in range(BY_ADDRESS.most + 1)]
    assert tried == [401] * BY_ADDRESS.most + [429]
    assert show(browser(house), "another", "no", from_="192.0.2.2").status_code == 401


def test_strangers_who_guess_do_not_keep_the_real_person_out(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = browser(house)
    show(client)
    client.post("/sign-out", base_url=HTTPS)
    with monkeypatch.context() as patch:
        patch.setattr(passwords, "is_right", lambda *_: False)
        for at in range(40):  # from everywhere, and from the same office too
            show(browser(house), password="no", from_=f"192.0.2.{at % 4}")
    assert show(browser(house)).status_code == 429
    assert show(client).status_code == 303

    with monkeypatch.context() as patch:  # whoever took this browser is held back as well
        patch.setattr(passwords, "is_right", lambda *_: False)
        tried = [show(client, password="no").status_code for _ in range(BY_BROWSER.most + 1)]
    assert tried == [401] * BY_BROWSER.most + [429]


def test_a_browser_is_known_for_its_own_account_only_and_cannot_say_so_itself(house: House) -> None:
    client = browser(house)
    show(client)
    accounts.add(house.exchange, "a test", "lan", Role.AGENT, "another phở today")
    for forged in ("a browser known to lan", house.exchange.seal.close("lan"), ""):
        for at in range(5):
            show(browser(house), "lan", "no", from_=f"192.0.2.{at}")
        client.set_cookie("__Host-known", forged)
        assert show(client, "lan", "another phở today").status_code == 429
        house.now += 600_000


def test_many_wrong_ones_are_one_row_and_one_more_when_they_are_held_back(house: House) -> None:
    for _ in range(8):
        show(browser(house), password="no")
    house.now += 60_000
    show(browser(house))
    somebody = "somebody at 192.0.2.1"
    assert deeds(house) == [
        (somebody, "sign_in_failed", "Mai"),
        (somebody, "sign_in_held", "Mai"),
        ("Mai", "signed_in", "Mai"),
    ]


def test_a_password_typed_in_the_place_of_the_name_is_written_nowhere(house: House) -> None:
    show(browser(house), "my secret password", "")
    for table in ("audit", "throttle", "event", "session"):
        assert "my secret password" not in str(house.rows(f"SELECT * FROM {table}"))


@pytest.mark.parametrize(
    ("headers", "remote", "seen"),
    [
        ({}, "192.0.2.1", "192.0.2.1"),
        ({}, "2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ({}, "::ffff:192.0.2.1", "192.0.2.1"),
        ({}, "", "an unknown address"),
        ({"X-Forwarded-For": "203.0.113.9"}, "192.0.2.1", "192.0.2.1"),
        ({"X-Forwarded-For": "203.0.113.9"}, "127.0.0.1", "203.0.113.9"),
        ({"X-Forwarded-For": "10.9.9.9, 203.0.113.9"}, "127.0.0.1", "203.0.113.9"),
        ({"X-Forwarded-For": "203.0.113.9, 127.0.0.1"}, "127.0.0.1", "203.0.113.9"),
        ({"X-Forwarded-For": "<script>"}, "127.0.0.1", "an unknown address"),
    ],
    ids=str,
)
def test_where_somebody_is_comes_from_the_proxies_that_are_believed(
    house: House, headers: dict[str, str], remote: str, seen: str
) -> None:
    show(browser(house), password="no", from_=remote, **headers)
    assert deeds(house)[0][0] == f"somebody at {seen}"


@pytest.mark.parametrize(
    ("believed", "hops", "seen"),
    [
        ("*", "10.9.9.9, 203.0.113.9", "203.0.113.9"),
        ("127.0.0.1,10.0.0.0/8", "198.51.100.1, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
        ("nonsense", "203.0.113.9", "127.0.0.1"),
    ],
)
def test_proxies_are_believed_as_the_server_believes_them(
    tmp_path: Path, believed: str, hops: str, seen: str
) -> None:
    house = House(tmp_path).open(MENUS, proxies=believed)
    show(browser(house), password="no", from_="127.0.0.1", **{"X-Forwarded-For": hops})
    assert deeds(house)[0][0] == f"somebody at {seen}"
    house.exchange.ledger.close()


@pytest.mark.usefixtures("costly_passwords")
def test_a_password_hashed_at_other_costs_is_hashed_anew_when_it_is_shown(house: House) -> None:
    from argon2 import PasswordHasher

    cheap = PasswordHasher(time_cost=1, memory_cost=8_192, parallelism=1).hash(PASSWORD)
    with house.exchange.ledger.transaction() as tx:
        tx.run("UPDATE account SET password = :cheap", {"cheap": cheap})
    assert show(browser(house), password="no").status_code == 401
    assert house.rows.one("SELECT password FROM account") == cheap
    assert show(browser(house)).status_code == 303
    assert house.rows.one("SELECT password FROM account").startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert show(browser(house)).status_code == 303


def test_when_too_many_sign_in_at_once_they_are_asked_to_try_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(signing_in.MOST_AT_ONCE):
        signing_in._DESK.acquire()
    try:
        answer = show(browser(house))
    finally:
        signing_in._DESK.release(signing_in.MOST_AT_ONCE)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
    assert "Too many people are signing in" in answer.text
    assert 'action="/sign-in"' in answer.text
    assert show(browser(house)).status_code == 303


def test_no_secret_of_a_sign_in_is_in_the_ledger_or_the_output(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    client = browser(house)
    show(client)
    with client.session_transaction(base_url=HTTPS) as session:
        ticket = session[TICKET]
    tables = house.rows("SELECT name FROM sqlite_master WHERE type = 'table'")
    everything = "".join(str(house.rows(f"SELECT * FROM {name}")) for (name,) in tables)
    assert PASSWORD not in everything + caplog.text
    assert ticket not in everything + caplog.text
