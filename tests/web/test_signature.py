"""Nothing is looked up, and nothing happens, before the carrier's signature holds."""

from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode

import pytest
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]

from ivr.box.signing import signature
from ivr.box.transport import Request, in_process
from ivr.carriers.capabilities import TWICE_MORE
from ivr.web.voice.routes import DOORS, NOTICES, ROOT
from tests.service import HERE, LAN, MENUS, NUMBER, TOKEN, Answer, Carrier, House, Server

ARRIVAL = {"CallSid": "CA1", "From": LAN, "To": NUMBER, "CallStatus": "ringing"}
OTHER = "another token that is long enough"


def send(house: House, path: str, form: dict[str, str], header: str | None, **more: str) -> Answer:
    """A form with this signature, whatever it is worth."""
    headers = {} if header is None else {"X-Twilio-Signature": header}
    return house.carrier.send("POST", path, urlencode(form).encode(), {**headers, **more})


def signed(path: str, form: dict[str, str], token: str = TOKEN, base: str = HERE) -> str:
    return signature(token, base + path, form.items())


def is_turned_away(house: House, answer: Answer) -> None:
    assert (answer.status, answer.body) == (403, b"the signature does not fit this request\n")
    assert set(house.rows.counts().values()) == {0}


def test_the_carriers_own_library_signs_what_is_let_in(house: House) -> None:
    header = RequestValidator(TOKEN).compute_signature(f"{HERE}/voice", ARRIVAL)
    assert send(house, "/voice", ARRIVAL, header).verbs == ["Gather", "Redirect"]


def test_the_retries_written_behind_an_address_may_be_signed_or_not(house: House) -> None:
    """They are not sent to us, and no carrier says which it is."""
    header = signed(f"/voice{TWICE_MORE}", ARRIVAL)
    assert send(house, "/voice", ARRIVAL, header).verbs == ["Gather", "Redirect"]


@pytest.mark.parametrize("header", [None, "", "AAAA", "ä", "x" * 5000, signed("/voice", {})])
def test_a_request_that_nobody_signed_is_turned_away(house: House, header: str | None) -> None:
    sent = header.encode().decode("latin-1") if header else header
    is_turned_away(house, send(house, "/voice", ARRIVAL, sent))


def test_another_token_an_empty_one_and_none_sign_nothing(house: House) -> None:
    for token in (OTHER, "", TOKEN + " ", TOKEN[:-1]):
        is_turned_away(house, send(house, "/voice", ARRIVAL, signed("/voice", ARRIVAL, token)))


def test_what_was_signed_may_not_be_changed(house: House) -> None:
    press = {"CallSid": "CA1", "Digits": "1"}
    path = "/voice/at/1/welcome/keys.0.0/1"
    header = signed(path, press)
    is_turned_away(house, send(house, path, {**press, "Digits": "2"}, header))
    is_turned_away(house, send(house, path, {**press, "CallSid": "CA2"}, header))
    is_turned_away(house, send(house, path, {**press, "More": ""}, header))
    is_turned_away(house, send(house, path, {"CallSid": "CA1"}, header))
    is_turned_away(house, send(house, path.replace("keys.0.0", "keys.0.1"), press, header))
    is_turned_away(house, send(house, f"{path}?again=1", press, header))
    is_turned_away(house, send(house, "/voice/status", press, header))


@pytest.mark.parametrize(
    "base",
    [
        *("http://hotline.example", "https://HOTLINE.example", "https://evil.example"),
        *("https://hotline.example/x", "https://hotline.example.evil.example", "//hotline.example"),
    ],
)
def test_another_scheme_or_host_signs_for_somebody_else(house: House, base: str) -> None:
    is_turned_away(house, send(house, "/voice", ARRIVAL, signed("/voice", ARRIVAL, base=base)))


def test_what_proxies_and_strangers_say_of_the_address_means_nothing(house: House) -> None:
    told = {
        "Host": "evil.example",
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "http",
        "X-Forwarded-Port": "81",
        "X-Forwarded-Prefix": "/evil",
        "X-Original-URL": "/evil",
        "Forwarded": "host=evil.example;proto=http",
    }
    right = signed("/voice", ARRIVAL)
    assert send(house, "/voice", ARRIVAL, right, **told).leads == "/voice/at/1/welcome/keys.0.0/1"
    assert b"evil" not in send(house, "/voice", ARRIVAL, right, **told).body
    for base in ("http://evil.example", "https://evil.example", "https://evil.example/evil"):
        wrong = signed("/voice", ARRIVAL, base=base)
        assert send(house, "/voice", ARRIVAL, wrong, **told).status == 403
    assert house.rows.one("SELECT COUNT(*) FROM call") == 1


@pytest.mark.parametrize("public_url", [f"{HERE}/care", f"{HERE}/care/", f"{HERE}:8443/a/b", f"{HERE}/#rc=2"])
def test_the_public_address_may_have_a_path_a_port_and_a_fragment(tmp_path: Path, public_url: str) -> None:
    """A proxy in front strips the path; the carrier signs the address with it."""
    house = House(tmp_path).open(MENUS, public_url=public_url)
    base = house.exchange.settings.base_url
    assert public_url.startswith(base)
    answer = house.carrier.call("CA1")
    assert f'action="{base}/voice/at/1/welcome/keys.0.0/1#rc=2&amp;'.encode() in answer.body
    right = signed("/voice", ARRIVAL, base=base)
    assert send(house, "/voice", ARRIVAL, right).status == 200
    if ":" not in public_url.removeprefix("https:"):
        assert send(house, "/voice", ARRIVAL, signed("/voice", ARRIVAL, base=HERE)).status == (
            200 if base == HERE else 403
        )


@pytest.mark.parametrize("path", ["/voice", "/voice/", "/voice?shop=1&x=%C3%A4%20'@:", "/voice/?a=b+c&&d"])
def test_the_address_is_signed_byte_for_byte(server: Server, path: str) -> None:
    """The slash, the query and its spelling are what the carrier was configured with."""
    answer = server.carrier.post(path, ARRIVAL | {"CallSid": "CAbytes"})
    assert answer.verbs == ["Gather", "Redirect"]


def test_two_tokens_hold_while_one_is_replaced(tmp_path: Path) -> None:
    house = House(tmp_path).open(MENUS, auth_token=f"{OTHER}, {TOKEN}")
    assert Carrier(house.app, token=TOKEN).call("CA1").status == 200
    assert Carrier(house.app, token=OTHER).call("CA2").status == 200
    assert Carrier(house.app, token=f"{OTHER}, {TOKEN}").call("CA3").status == 403
    house.exchange = replace(house.exchange, settings=replace(house.exchange.settings, auth_token=OTHER))
    house.enter()
    assert Carrier(house.app, token=TOKEN).call("CA4").status == 403
    assert Carrier(house.app, token=OTHER).call("CA4").status == 200


OF_THE_LINE = [
    f"{ROOT}/{end}" for end in ("hold", "offer/nobodys", "out/nobodys", "listen/nobodys", "agents/idle")
]
ADDRESSES = [ROOT, *NOTICES, *(f"{ROOT}/{door}/1/main/keys.0.0/1" for door in DOORS), *OF_THE_LINE]
"""Every webhook there is, from the tables that answer them, and one of each kind beside these."""


def test_every_webhook_there_is_asks_for_the_signature(house: House) -> None:
    form = ARRIVAL | {"RecordingSid": "RE1", "ConferenceSid": "CF1"}
    assert len(ADDRESSES) == 14
    for path in [*ADDRESSES, f"{ROOT}/nowhere"]:
        is_turned_away(house, send(house, path, form, None))
        is_turned_away(house, send(house, path, form, signed(path, form, OTHER)))
    for path in ADDRESSES:
        assert house.carrier.post(path, form).status in (200, 204)
    assert house.carrier.post(f"{ROOT}/nowhere", form).status == 404


def test_no_webhook_is_anything_but_a_post(house: House) -> None:
    for path in ADDRESSES:
        for method in ("GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"):
            answer = house.carrier.send(method, path, headers={"X-Twilio-Signature": signed(path, {})})
            assert answer.status == 405
            assert b"<" not in answer.body
    assert set(house.rows.counts().values()) == {0}


def test_whoever_only_asks_for_the_headers_leaves_the_connection_usable(server: Server) -> None:
    assert server.carrier.send("HEAD", "/voice").status == 405
    assert server.carrier.call("CAhead").status == 200


@pytest.mark.parametrize("path", ["", "/", "/at", "/at/1/main", "/recording/x", "/%2e%2e/calls", "//status"])
def test_a_stranger_does_not_even_learn_which_addresses_there_are(house: House, path: str) -> None:
    is_turned_away(house, send(house, f"/voice{path}", ARRIVAL, None))


def test_nothing_below_voice_is_answered_by_a_page(house: House) -> None:
    """It would stand behind no signature and no login."""
    assert not [rule.rule for rule in house.app.url_map.iter_rules() if rule.rule.startswith("/voice")]
    assert send(house, "/voicemail", ARRIVAL, None).status == 404


def test_nothing_is_read_of_the_tables_before_the_signature_holds(house: House) -> None:
    """With the tables gone every look would fail loudly; a stranger does not even notice."""
    with house.exchange.ledger.transaction() as tx:
        for table in ("answer", "pass", "call"):
            tx.run(f"ALTER TABLE {table} RENAME TO gone_{table}", {})
    assert send(house, "/voice", ARRIVAL, signed("/voice", ARRIVAL, OTHER)).status == 403


def test_a_stranger_cannot_write_lines_of_the_log(house: House, caplog: pytest.LogCaptureFixture) -> None:
    environ = {"X-Twilio-Signature": "no"}
    request = Request("POST", f"{HERE}/voice?a=%0A%1B[31mx", tuple(environ.items()), b"CallSid=CA1")
    assert in_process(house.app.wsgi_app)(request).status == 403
    assert "wrong signature" in caplog.text
    assert not any(letter in caplog.messages[-1] for letter in "\n\r\x1b")
    assert TOKEN not in caplog.text
