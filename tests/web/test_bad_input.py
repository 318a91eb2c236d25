"""What no carrier sends: a clear refusal or a safe document; nothing is executed, nothing unescaped."""

import http.client
import socket
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ivr.box.signing import signature
from tests.patience import taking
from tests.postgres import EITHER
from tests.service import LAN, MENUS, NUMBER, Answer, House, Server, in_path

ODD_TEXTS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' OR 1=1; DROP TABLE call; --",
    "%s %d {caller} {{7*7}} ${7*7} :id %(id)s",
    "\x00\x01\x1b[31mred\x07\r\nSet-Cookie: a=b",
    "\u202egnp.exe\u202c\u2066x\u2069",
    "😀𝄞 Nguyễn Thị Ánh اتصل بنا",
    "]]></Say><Dial>+15551234567</Dial>",
    "<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>&a;",
    "../../etc/passwd",
    "A" * 5_000,
    "\ufeff\ufffe\uffff",
    " ",
    "",
]
FIELDS = [
    *("From", "To", "CallerName", "FromCity", "ForwardedFrom", "Digits", "SpeechResult", "RecordingUrl"),
    *("CallStatus", "Direction", "StirVerstat", "SipHeader_X-Name", "ErrorCode", "RecordingDuration"),
    *("DialCallStatus", "Timestamp", "SequenceNumber", "AnOtherField"),
]


def is_clear(answer: Answer) -> None:
    """A document a carrier can run, or a refusal in one plain line; never a crash."""
    if answer.status == 200:
        assert answer.tree.tag == "Response"
        assert not [element.tag for element in answer.tree.iter() if element.tag in ("script", "img")]
    else:
        assert answer.status in (204, 400, 404, 413), (answer.status, answer.body)
        assert b"<" not in answer.body
        assert answer.body.count(b"\n") <= 1


class Seen(HTMLParser):
    """The elements of a page, as a browser would read them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag == "script":  # the pages' own scripts are files, no words on a page
            assert (dict(attrs).get("src") or "").startswith("/static/")

    def handle_data(self, data: str) -> None:
        self.text += data


def page(house: House, path: str) -> Seen:
    answer = house.signed_in().get(path)
    assert answer.status_code == 200, path
    return Seen(answer.text)


@pytest.mark.parametrize("text", ODD_TEXTS)
def test_odd_texts_in_any_field_do_no_harm(house: House, text: str) -> None:
    tables = house.rows("SELECT name FROM sqlite_master ORDER BY name")
    for number, field in enumerate(FIELDS):
        call = f"CA{number}"
        arrival = {"CallSid": call, "From": LAN, "To": NUMBER, field: text}
        first = house.carrier.post("/voice", arrival)
        is_clear(first)
        is_clear(
            house.carrier.post(f"/voice/at/1/welcome/keys.0.0/{number + 1}", {"CallSid": call, field: text})
        )
        is_clear(house.carrier.post("/voice/at/1/message/record.0.0/9", {"CallSid": call, field: text}))
        is_clear(house.carrier.post("/voice/at/1/colleague/dial.0.0/12", {"CallSid": call, field: text}))
        is_clear(
            house.carrier.post("/voice/status", {"CallSid": call, "CallStatus": "completed", field: text})
        )
        recording = {"RecordingSid": "RE1", "RecordingStatus": "completed", "CallSid": call, field: text}
        is_clear(house.carrier.post("/voice/recording", recording))
    assert house.rows("SELECT name FROM sqlite_master ORDER BY name") == tables
    for path in (
        "/calls",
        "/messages?all",
        *(f"/calls/{call}" for (call,) in house.rows("SELECT id FROM call")),
    ):
        seen = page(house, path)
        assert not seen.tags & {"img", "dial"}
        assert not [name for name in seen.attributes if name.startswith("on")]
        assert not set(seen.text) & set("\x00\x1b\x07\u202e\u2066")


def test_the_callers_markup_is_text_on_the_page(house: House) -> None:
    house.carrier.call("CA1", caller="<b>bold</b>")
    assert "<b>bold</b>" in page(house, "/calls").text
    assert "<b>bold</b>" in page(house, "/calls/CA1").text


ODD_ADDRESSES = [
    *(f"/calls?at={at}&call=CA1" for at in ("9" * 30, f"-{'9' * 30}", "2" * 19, "x", "1.5", "٣")),
    *(f"/messages?all&at={at}&message=1" for at in ("9" * 30, f"-{'9' * 30}", "x")),
    *(f"/calls?{word}=%00a" for word in ("since", "until", "number", "outcome", "text")),
    *("/calls?at=1&call=%00", "/calls?at=1&call=%ED%A0%80", "/messages?all&at=1&message=%00"),
    *("/calls?text=%25%5F!%27%22&number=%F0%9F%98%80", "/calls?since=0000-00-00&until=9999-12-31"),
    *("/calls.csv?text=%00&number=%00", "/calls.csv?since=9999-99-99"),
    *("/audit?who=%00", "/audit?who=%25%5F!%27%22", "/audit?number=99999999999999999999", "/audit?number=-1"),
    *("/audit?what=nothing&since=9999-12-31&until=0000-00-00", "/audit.json?subject=%ED%A0%80"),
]


@pytest.fixture(params=EITHER)
def either(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    """A house on either database: they do not refuse the same texts."""
    settings = {}
    if request.param == "postgresql":
        settings["database_url"] = request.getfixturevalue("postgresql_url")
    house = House(tmp_path).open(MENUS, **settings)
    yield house
    house.exchange.ledger.close()


def test_odd_questions_to_the_log_are_answered(either: House) -> None:
    either.carrier.call("CA1")
    client = either.signed_in()
    told = {address: client.get(address).status_code for address in ODD_ADDRESSES}
    assert told == {address: 404 if "%00" in address else 200 for address in ODD_ADDRESSES}


def test_an_odd_name_is_the_name_of_nothing(either: House) -> None:
    client = either.signed_in()
    names = ["/calls/%00", "/calls/CA%00", "/messages/%00/sound", "/recordings/%00.wav"]
    told = {name: client.get(name).status_code for name in names}
    told["a note"] = client.post("/messages/%00", data={"note": "x"}).status_code
    assert {name: status for name, status in told.items() if status != 404} == {}


def test_a_note_may_hold_any_text(either: House) -> None:
    main = either.carrier.press(either.carrier.call("CA1"), "CA1", "2")
    tone = either.carrier.press(main, "CA1", "2")
    either.carrier.press(tone, "CA1", "#", RecordingSid="RE1", RecordingDuration=3)
    (message,) = either.rows("SELECT id FROM message")[0]
    client = either.signed_in()
    told = {text: client.post(f"/messages/{message}", data={"note": text}).status_code for text in ODD_TEXTS}
    assert {text: status for text, status in told.items() if status != 302} == {}


@pytest.mark.parametrize("text", [*ODD_TEXTS, "m\0ai", "\0"])
def test_an_odd_name_and_an_odd_password_open_nothing(either: House, text: str) -> None:
    for form in ({"name": text, "password": "x"}, {"name": "mai", "password": text}):
        assert either.app.test_client().post("/sign-in", data=form).status_code == 401
    bearer = {"Authorization": f"Bearer {text}".replace("\r", "").replace("\n", "")}
    assert either.app.test_client().get("/calls.csv", headers=bearer).status_code == 401
    admin = either.signed_in()
    added = {"name": text, "role": text, "password": "bát phở sáng nay", "again": "bát phở sáng nay"}
    assert admin.post("/accounts", data=added).status_code == 400
    assert admin.post("/accounts/nobody", data={"role": text, "state": text}).status_code == 400


ANY_TEXT = st.text(st.characters(exclude_categories=[]), max_size=60) | st.sampled_from(ODD_TEXTS)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    form=st.dictionaries(
        st.sampled_from([*FIELDS, "CallSid", "ParentCallSid", "RecordingSid"]) | ANY_TEXT, ANY_TEXT
    ),
    path=st.sampled_from(
        [
            *("/voice", "/voice/status", "/voice/recording", "/voice/screen/1/colleague/dial.0.0/3"),
            *(
                "/voice/at/1/main/keys.0.0/1",
                "/voice/at/1/message/record.0.0/1",
                "/voice/at/9/x/lookup.9.9/9",
            ),
            *("/voice/at/1/colleague/dial.0.7/1", "/voice/accept/1/colleague/dial.0.0/3"),
        ]
    ),
    call=st.sampled_from(["CA1", "CA2", None]),
)
def test_any_form_at_any_address_is_answered(
    house: House, form: dict[str, str], path: str, call: str | None
) -> None:
    plain = {name: value.encode("utf-8", "replace").decode() for name, value in form.items()}
    named = {name.encode("utf-8", "replace").decode(): value for name, value in plain.items()}
    is_clear(house.carrier.post(path, named | ({"CallSid": call} if call else {})))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=300))
def test_any_bytes_are_answered(house: House, body: bytes) -> None:
    from ivr.carriers.twilio.body import pairs

    header = signature(house.carrier.token, f"{house.carrier.public_url}/voice", pairs(body))
    is_clear(house.carrier.send("POST", "/voice", body, {"X-Twilio-Signature": header}))


@pytest.mark.parametrize(
    "place",
    [
        *("1/nowhere/keys.0.0/1", "1/main/keys.0.0/77", "9/main/keys.0.0/1", "0/main/keys.0.0/1"),
        *("1/main/dial.0.0/1", "1/main/record.0.0/1", "1/main/lookup.9.9/1", "1/main/confirm.0.0/1"),
        *("1/main/change.0.0/1", "1/main/keys.9999.9999/1", "1/colleague/dial.0.99/1", "1/main/keys.0.0/0"),
        *("1/%3Cscript%3E/keys.0.0/1", "1/b%C3%A4r/keys.0.0/1", "999999999/main/keys.0.0/999999998"),
    ],
)
@pytest.mark.parametrize("known", [True, False])
def test_a_place_that_does_not_exist_leads_somewhere_all_the_same(
    house: House, place: str, known: bool
) -> None:
    """It was signed, so the carrier believes in it, and somebody is on the line."""
    if known:
        house.carrier.call("CA1")
    answer = house.carrier.post(f"/voice/at/{place}", CallSid="CA1", Digits="1")
    assert answer.verbs[-1] in ("Redirect", "Hangup")
    assert "again=" not in answer.body.decode()
    assert house.carrier.press(answer, "CA1", "1").status == 200


@pytest.mark.parametrize(
    "place",
    [
        *("1/main/keys/1", "1/main/keys.0/1", "1/main/keys.0.0.0/1", "1/main/chat.0.0/1", "1/main/.0.0/1"),
        *(
            "1/main/keys.-1.0/1",
            "1/main/keys.0.0/-1",
            "1/main/keys.0.0/x",
            "x/main/keys.0.0/1",
            "1//keys.0.0/1",
        ),
        *(
            "1/main/KEYS.0.0/1",
            "1/main/keys.0.0/1/1",
            f"1/main/keys.0.0/{'9' * 30}",
            f"{'9' * 30}/main/keys.0.0/1",
        ),
        *("1/main/keys.0.0/1.5", "1/main/keys.0.0/", "1/../main/keys.0.0/1", "1/main/keys.00000.0/1"),
        in_path("1/main/keys.٠.0/1"),
    ],
)
def test_an_address_we_never_wrote_is_refused(house: House, place: str) -> None:
    answer = house.carrier.post(f"/voice/at/{place}", CallSid="CA1", Digits="1")
    assert answer.status == 404
    assert set(house.rows.counts().values()) == {0}


@pytest.mark.parametrize(
    "call", ["", " ", "CA 1", "../CA1", "CA/1", "CA\n1", "<CA1>", "CA'1", "-CA", "C" * 256, "😀"]
)
def test_a_call_id_of_odd_letters_is_refused(house: House, call: str) -> None:
    for path in ("/voice", "/voice/at/1/main/keys.0.0/1", "/voice/status"):
        answer = house.carrier.post(path, CallSid=call, CallStatus="completed")
        assert answer.status == 400
        assert answer.body.startswith(b"CallSid is ")
    assert set(house.rows.counts().values()) == {0}


@pytest.mark.parametrize(
    "call", ["v3:abc-DEF_~.1", "0123", "C" * 255, "3f2b8f0e-7d1c-4b1e-9a53-1f0e8f7c2d11"]
)
def test_the_ids_of_other_carriers_are_understood(house: House, call: str) -> None:
    first = house.carrier.call(call)
    assert house.carrier.press(first, call, "2").said[0].startswith("How can we help?")
    assert page(house, f"/calls/{in_path(call)}")


@pytest.mark.parametrize("digits", ["A", "1 2", "١", "1\n", "+", "-1", "1" * 101, "😀", "１"])
def test_digits_that_are_on_no_keypad_are_no_press(house: House, digits: str) -> None:
    house.carrier.press(house.carrier.call("CA1"), "CA1", digits)
    assert house.rows("SELECT silences, wrongs, pressed FROM call") == [(1, 0, "-")]


def test_a_second_call_id_in_one_form_has_no_right_answer(house: House) -> None:
    for second in ("CA2", "CA1"):
        form = [("CallSid", "CA1"), ("CallSid", second), ("From", LAN), ("To", NUMBER)]
        header = signature(house.carrier.token, f"{house.carrier.public_url}/voice", form)
        body = "&".join(f"{name}={in_path(value)}" for name, value in form).encode()
        answer = house.carrier.send("POST", "/voice", body, {"X-Twilio-Signature": header})
        assert (answer.status, answer.body) == (
            400,
            b"one of the carrier's fields stands twice in the form\n",
        )
    assert set(house.rows.counts().values()) == {0}


def test_an_empty_form_is_refused(house: House) -> None:
    assert house.carrier.post("/voice").status == 400


def test_a_huge_body_is_refused_at_once(server: Server) -> None:
    with taking(less_than=1):
        answer = server.carrier.post("/voice", CallSid="CAhuge", From=LAN, To=NUMBER, More="x" * 1_000_000)
    assert answer.status in (400, 413)
    server.carrier.close()
    assert server.carrier.call("CAafter", "anonymous").status == 200


def test_a_huge_body_without_a_length_is_refused_too(server: Server) -> None:
    head = b"POST /voice HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    with socket.create_connection(urlsplit(server.url).netloc.split(":"), 5) as connection:  # type: ignore[arg-type]
        connection.sendall(head + b"11170\r\n" + b"x" * 70_000 + b"\r\n")
        assert connection.recv(1_000).startswith(b"HTTP/1.1 413 ")


def test_a_body_in_chunks_is_read_whole(server: Server) -> None:
    form = {"CallSid": "CAchunks", "From": "anonymous", "To": NUMBER}
    header = signature(server.carrier.token, f"{server.carrier.public_url}/voice", form.items())
    chunks = (f"{name}={in_path(value)}&".encode() for name, value in form.items())
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=5)
    connection.request("POST", "/voice", chunks, {"X-Twilio-Signature": header}, encode_chunked=True)
    answer = connection.getresponse()
    assert (answer.status, answer.read()[-11:]) == (200, b"</Response>")
    connection.close()


def test_hundreds_of_fields_are_refused(house: House) -> None:
    many = {f"Field{number}": "x" for number in range(300)}
    answer = house.carrier.post("/voice", many, CallSid="CA1", From=LAN, To=NUMBER)
    assert (answer.status, answer.body) == (400, b"the form has more than 200 fields\n")
    few = {f"Field{number}": "x" for number in range(150)}
    assert house.carrier.post("/voice", few, CallSid="CA1", From=LAN, To=NUMBER).status == 200
