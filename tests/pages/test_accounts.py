"""My account, everybody's accounts, the tokens of programs, and the audit of what was done with them."""

import csv
import io
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from importlib import import_module
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from ivr.core.accounts import USES_OF_TOKEN, Right, Role
from ivr.ledger import accounts as kept
from ivr.ledger import audit, messages, passwords
from ivr.switchboard import accounts
from ivr.web.wording import PROBLEMS
from tests.pages.test_sign_in import HTML, HTTPS, PASSWORD, browser, show, status
from tests.service import LAN, MENUS, House

OTHER = "another phở today"


@pytest.fixture(scope="module")
def password_hash() -> str:
    return passwords.hashed(PASSWORD)


@pytest.fixture
def house(tmp_path: Path, password_hash: str) -> Iterator[House]:
    """A hotline with a real carrier; Mai looks after it, Lan answers the messages."""
    house = House(tmp_path).open(MENUS)
    with house.exchange.ledger.transaction() as tx:
        kept.add(tx, "Mai", Role.ADMIN, password_hash, house.now)
        kept.add(tx, "Lan", Role.AGENT, password_hash, house.now)
    yield house
    house.exchange.ledger.close()


def signed_in(house: House, name: str) -> FlaskClient:
    client = browser(house)
    assert show(client, name).status_code == 303
    return client


def post(client: FlaskClient, path: str, **form: str) -> int:
    return client.post(path, data=form, base_url=HTTPS, headers=HTML).status_code


def page(client: FlaskClient, path: str) -> str:
    answer = client.get(path, base_url=HTTPS, headers=HTML)
    assert answer.status_code == 200
    return " ".join(answer.text.split())


def last(house: House) -> audit.Entry:
    return next(audit.every(house.exchange.ledger))


def test_a_changed_password_ends_every_other_session_and_not_this_one(house: House) -> None:
    here, elsewhere = signed_in(house, "lan"), signed_in(house, "lan")
    assert post(here, "/account/password", password=PASSWORD, new=OTHER, again=OTHER) == 303
    assert "Your password is changed." in page(here, "/account")
    assert "Your password is changed." not in page(here, "/account")  # said once
    assert status(elsewhere, "/messages") == 401
    assert show(browser(house), "lan", PASSWORD).status_code == 401
    assert show(browser(house), "lan", OTHER).status_code == 303
    changed = [entry for entry in audit.every(house.exchange.ledger) if entry.what == "password_changed"]
    assert [(entry.who, entry.subject, entry.after) for entry in changed] == [
        ("Lan", "Lan", {"sessions_ended": 2})
    ]


@pytest.mark.parametrize(
    ("form", "why"),
    [
        ({"password": "not this one", "new": OTHER, "again": OTHER}, "Your present password is another one."),
        ({"password": PASSWORD, "new": OTHER, "again": "x"}, "The two passwords differ."),
        ({"password": PASSWORD, "new": "short", "again": "short"}, "A password has at least 12 characters."),
        ({"password": PASSWORD, "new": "lan123456789", "again": "lan123456789"}, "is the name over again"),
        ({"password": PASSWORD, "new": "password12345", "again": "password12345"}, "first that are guessed"),
    ],
)
def test_a_password_that_is_not_changed_says_why(house: House, form: dict[str, str], why: str) -> None:
    client, elsewhere = signed_in(house, "lan"), signed_in(house, "lan")
    answer = client.post("/account/password", data=form, base_url=HTTPS, headers=HTML)
    assert (answer.status_code, why in answer.text) == (400, True)
    assert status(elsewhere, "/messages") == 200


def test_whoever_took_a_session_cannot_guess_the_password_behind_it(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in(house, "lan")
    monkeypatch.setattr(passwords, "is_right", lambda *_: False)
    form = {"password": "no", "new": OTHER, "again": OTHER}
    tried = [post(client, "/account/password", **form) for _ in range(11)]
    assert tried == [400] * 10 + [429]


def test_somebody_signs_out_everywhere_else(house: House) -> None:
    here, elsewhere, other = (signed_in(house, name) for name in ("lan", "lan", "mai"))
    assert page(here, "/account").count("192.0.2.1") == 2
    assert post(here, "/account/sessions") == 303
    assert [status(each, "/messages") for each in (here, elsewhere, other)] == [200, 401, 200]
    assert "Sign out everywhere else" not in page(here, "/account")


def test_an_account_is_added_and_can_sign_in(house: House) -> None:
    mai = signed_in(house, "mai")
    form = {"name": "Hoa", "role": "supervisor", "password": OTHER, "again": OTHER}
    assert post(mai, "/accounts", **form) == 303
    assert "Hoa" in page(mai, "/accounts")
    assert status(signed_in_with(house, "hoa", OTHER), "/calls") == 200
    added = [entry for entry in audit.every(house.exchange.ledger) if entry.what == "account_added"]
    assert [(entry.who, entry.subject, entry.after) for entry in added] == [
        ("Mai", "Hoa", {"role": "supervisor"})
    ]


def signed_in_with(house: House, name: str, password: str) -> FlaskClient:
    client = browser(house)
    show(client, name, password)
    return client


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"name": "LAN"}, "This name is taken."),
        ({"name": "command by root"}, "A name is one word"),
        ({"name": ""}, "A name is one word"),
        ({"password": "short", "again": "short"}, "A password has at least 12 characters."),
        ({"again": "x"}, "The two passwords differ."),
    ],
)
def test_an_account_that_cannot_be_says_why(house: House, changed: dict[str, str], why: str) -> None:
    mai = signed_in(house, "mai")
    form = {"name": "hoa", "role": "agent", "password": OTHER, "again": OTHER, **changed}
    answer = mai.post("/accounts", data=form, base_url=HTTPS, headers=HTML)
    assert (answer.status_code, why in answer.text) == (400, True)
    assert house.rows.one("SELECT COUNT(*) FROM account") == 2


def test_another_role_and_a_disabled_account_end_the_sessions_at_once(house: House) -> None:
    mai, lan = signed_in(house, "mai"), signed_in(house, "lan")
    assert post(mai, "/accounts/Lan", role="supervisor") == 303
    assert status(lan, "/messages") == 401
    assert (last(house).before, last(house).after) == (
        {"role": "agent", "disabled": False},
        {"role": "supervisor", "disabled": False},
    )
    lan = signed_in(house, "lan")
    assert status(lan) == 200
    assert post(mai, "/accounts/Lan", state="disabled") == 303
    assert status(lan, "/messages") == 401
    assert show(browser(house), "lan").status_code == 401
    assert post(mai, "/accounts/Lan", state="open") == 303
    assert status(lan, "/messages") == 401  # the old session stays ended
    assert status(signed_in(house, "lan")) == 200


def test_a_form_sent_twice_changes_nothing_twice(house: House) -> None:
    mai = signed_in(house, "mai")
    for _ in range(2):
        assert post(mai, "/accounts/Lan", role="supervisor") == 303
    what = [entry.what for entry in audit.every(house.exchange.ledger)]
    assert what.count("account_changed") == 1


@pytest.mark.parametrize("form", [{"state": "disabled"}, {"role": "agent"}])
def test_the_last_admin_stays(house: House, form: dict[str, str]) -> None:
    mai = signed_in(house, "mai")
    answer = mai.post("/accounts/Mai", data=form, base_url=HTTPS, headers=HTML)
    assert (answer.status_code, "This is the last admin" in answer.text) == (400, True)
    assert status(mai, "/accounts") == 200
    accounts.add(house.exchange, "a test", "hoa", Role.ADMIN, OTHER)
    assert post(mai, "/accounts/Mai", **form) == 303
    assert status(mai, "/accounts") == 401


def test_nobody_is_not_changed(house: House) -> None:
    mai = signed_in(house, "mai")
    answer = mai.post("/accounts/nobody", data={"role": "admin"}, base_url=HTTPS, headers=HTML)
    assert (answer.status_code, "Nobody has this name." in answer.text) == (400, True)
    assert post(mai, "/accounts/tokens/none") == 400


@pytest.mark.needs("postgresql")
def test_of_two_who_see_to_a_message_at_once_the_audit_names_the_one_who_did(
    tmp_path: Path, password_hash: str, postgresql_url: str
) -> None:
    house = House(tmp_path).open(MENUS, database_url=postgresql_url)
    ledger = house.exchange.ledger
    with ledger.transaction() as tx:
        kept.add(tx, "Lan", Role.AGENT, password_hash, house.now)
    lan = signed_in(house, "lan")
    house.phone().dial("+842873001234", LAN).press("1").press("2").speak(5).press("#")
    message = house.rows.one("SELECT id FROM message")
    with ThreadPoolExecutor(1) as pool:
        with ledger.transaction() as tx:
            messages.done(tx, message, "Mai", house.now)
            assert messages.find(tx, message)
            sent = pool.submit(post, lan, f"/messages/{message}", state="done")
            wait([sent], timeout=0.4)
        assert sent.result() == 302
    assert house.rows.one("SELECT done_by FROM message") == "Mai"
    assert "message_changed" not in {entry.what for entry in audit.every(ledger)}
    ledger.close()


def test_what_was_done_with_a_message_carries_the_name(house: House) -> None:
    lan = signed_in(house, "lan")
    phone = house.phone()
    phone.dial("+842873001234", LAN).press("1").press("2").speak(5).press("#")
    message = house.rows.one("SELECT id FROM message")
    post(lan, f"/messages/{message}", note="rang back", state="done")
    assert house.rows.one("SELECT done_by FROM message") == "Lan"
    assert "· Lan" in page(lan, "/messages?all")
    entry = last(house)
    assert (entry.who, entry.what, entry.subject) == ("Lan", "message_changed", message)
    assert entry.before == {"done": False, "done_by": None, "note": ""}
    assert entry.after == {"done": True, "done_by": "Lan", "note": "rang back"}
    post(lan, f"/messages/{message}", state="waiting")
    assert (last(house).after or {})["done"] is False
    before = last(house).number
    post(lan, f"/messages/{message}", state="as_it_was")
    assert last(house).number == before


def test_listening_is_written_down_once_however_a_player_asks(house: House) -> None:
    lan = signed_in(house, "lan")
    house.phone().dial("+842873001234", LAN).press("1").press("2").speak(5).press("#")
    recording = house.rows.one("SELECT recording FROM message")
    folder = house.folder / "messages"
    folder.mkdir(exist_ok=True)
    (folder / f"{recording}.wav").write_bytes(b"RIFF" + bytes(99))
    with house.exchange.ledger.transaction() as tx:
        tx.run("UPDATE recording SET state = 'kept', file = :file", {"file": f"{recording}.wav"})
    for part in ("bytes=0-", "bytes=4-9", "bytes=9-"):
        path = f"/recordings/said/{recording}.wav"
        assert lan.get(path, headers={"Range": part}, base_url=HTTPS, buffered=True).status_code == 206
    what = [(entry.who, entry.what) for entry in audit.every(house.exchange.ledger)]
    assert what.count(("Lan", "recording_heard")) == 1


def program(house: House, *rights: Right) -> dict[str, str]:
    token = accounts.add_token(house.exchange, "a test", "sheet", rights)
    return {"Authorization": f"Bearer {token}"}


def test_a_program_reads_the_calls_and_the_audit_by_its_token(house: House) -> None:
    house.carrier.call("CA1")
    header = program(house, Right.CALLS, Right.AUDIT)
    client = browser(house)
    rows = list(csv.DictReader(io.StringIO(client.get("/calls.csv", headers=header).text)))
    lines = client.get("/calls.json", headers=header)
    assert lines.mimetype == "application/x-ndjson"
    (line,) = map(json.loads, lines.text.splitlines())
    assert (rows[0]["call"], line["call"], line["caller"]) == ("CA1", "CA1", LAN)
    assert client.get("/calls.json?text=nothing", headers=header).text == ""
    deeds = [json.loads(line) for line in client.get("/audit.json", headers=header).text.splitlines()]
    assert {deed["who"] for deed in deeds} == {"a test", "token sheet"}
    assert deeds[-1]["at"] == "2026-11-23T02:00:00+00:00"
    assert "Set-Cookie" not in lines.headers


def test_a_token_is_refused_in_words_a_program_reads(house: House) -> None:
    client = browser(house)
    refused = client.get("/calls.csv", headers={"Authorization": "Bearer ivr_none"})
    assert (refused.status_code, refused.mimetype) == (401, "text/plain")
    assert refused.headers["WWW-Authenticate"] == "Bearer"
    assert refused.text == "This token is not known here, or has been revoked.\n"
    header = program(house, Right.AUDIT)
    other = client.get("/calls.csv", headers=header)
    assert (other.status_code, other.text) == (403, "This token has not the right for this.\n")
    assert client.get("/calls", headers=header).text == "A token does not open this page.\n"
    accounts.revoke_token(house.exchange, "a test", "sheet")
    assert client.get("/audit.json", headers=header).status_code == 401


@pytest.mark.parametrize("where", ["query", "cookie", "basic", "lower"])
def test_a_token_counts_in_its_header_only(house: House, where: str) -> None:
    token = program(house, Right.CALLS)["Authorization"].split()[1]
    client = browser(house)
    if where == "cookie":
        client.set_cookie("__Host-ivr", token)
    headers = {"basic": {"Authorization": f"Basic {token}"}, "lower": {"authorization": f"bearer {token}"}}
    query = {"token": token, "access_token": token} if where == "query" else {}
    answer = client.get("/calls.csv", query_string=query, headers=headers.get(where, {}))
    assert answer.status_code == (200 if where == "lower" else 401)


def test_a_program_that_asks_too_often_is_held_back(house: House) -> None:
    header, client = program(house, Right.CALLS), browser(house)
    tried = [client.get("/calls.csv", headers=header).status_code for _ in range(USES_OF_TOKEN.most + 1)]
    assert tried == [200] * USES_OF_TOKEN.most + [429]
    house.now += 1_000
    assert client.get("/calls.csv", headers=header).status_code == 200
    used = [entry for entry in audit.every(house.exchange.ledger) if entry.what == "token_used"]
    assert len(used) == 1
    house.now += 3_600_000
    client.get("/calls.csv", headers=header)
    assert last(house).what == "calls_exported"


def test_whoever_guesses_tokens_is_held_back(house: House) -> None:
    client, wrong = browser(house), {"Authorization": "Bearer ivr_guess"}
    tried = [client.get("/calls.csv", headers=wrong).status_code for _ in range(21)]
    assert tried == [401] * 20 + [429]
    refused = [entry for entry in audit.every(house.exchange.ledger) if entry.what == "token_refused"]
    assert [(entry.who, entry.subject) for entry in refused] == [("somebody at 127.0.0.1", "/calls.csv")]


def test_a_token_is_revoked_on_the_page(house: House) -> None:
    header, mai = program(house, Right.CALLS), signed_in(house, "mai")
    assert "never used" in page(mai, "/accounts")
    browser(house).get("/calls.csv", headers=header)
    assert "last used on Nov 23, 2026" in page(mai, "/accounts")
    assert post(mai, "/accounts/tokens/sheet") == 303
    assert "revoked on Nov 23, 2026" in page(mai, "/accounts")
    assert browser(house).get("/calls.csv", headers=header).status_code == 401
    revoked = [entry for entry in audit.every(house.exchange.ledger) if entry.what == "token_revoked"]
    assert [(entry.who, entry.subject) for entry in revoked] == [("Mai", "sheet")]


def test_whoever_takes_calls_along_is_written_down(house: House) -> None:
    mai = signed_in(house, "mai")
    for path in ("/calls.csv?number=090", "/calls.csv?number=090", "/calls.json"):
        assert mai.get(path, base_url=HTTPS).status_code == 200
    exported = [entry for entry in audit.every(house.exchange.ledger) if entry.what == "calls_exported"]
    assert [(entry.who, entry.subject, entry.after) for entry in exported] == [
        ("Mai", "/calls.json", None),
        ("Mai", "/calls.csv", {"number": "090"}),
    ]


def test_the_audit_is_told_in_the_readers_words(house: House) -> None:
    mai = signed_in(house, "mai")
    accounts.change(house.exchange, "command by root", "lan", role=Role.SUPERVISOR)
    told = mai.get("/audit", base_url=HTTPS, headers={**HTML, "Accept-Language": "es"}).text
    assert "función: supervisor · desactivada: no" in told
    assert "revisión en uso: 1" in told
    assert "<p>revisión 1</p>" in told
    assert "note:" not in told  # nobody wrote one


def test_the_audit_is_sought_by_its_address_newest_first(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    mai = signed_in(house, "mai")
    accounts.change(house.exchange, "command by root", "lan", role=Role.SUPERVISOR)
    shown = page(mai, "/audit")
    assert shown.index("changed an account") < shown.index('class="quiet">signed in')
    assert "root, by a command" in shown
    assert "role: agent · disabled: no" in shown
    assert "role: supervisor · disabled: no" in shown
    assert 'class="quiet">signed in' not in page(mai, "/audit?what=account_changed")
    assert "Nothing fits." in page(mai, "/audit?who=nobody")
    assert "Nothing fits." in page(mai, "/audit?until=2020-01-01")
    assert "changed an account" in page(mai, "/audit?since=2026-11-23&subject=lan")
    monkeypatch.setattr(import_module("ivr.web.pages.audit"), "PAGE", 1)
    first = page(mai, "/audit")
    assert 'rel="next"' in first
    assert 'id="deed-1"' in page(mai, "/audit?number=2")
    assert "There is nothing earlier." in page(mai, "/audit?number=1")


def test_every_problem_and_every_deed_has_words() -> None:
    from ivr.core.accounts import Problem
    from ivr.ledger.audit import Deed
    from ivr.web.wording import DEEDS, ROLES

    assert set(PROBLEMS) == set(Problem)
    assert set(DEEDS) == set(Deed)
    assert set(ROLES) == set(Role)
