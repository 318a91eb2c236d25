"""The REST interface, asked by the carrier's own library, whose address is rewritten to the box."""

import logging
from typing import Any
from urllib.parse import urlsplit

import pytest
from twilio.base.exceptions import TwilioRestException  # type: ignore[import-untyped]
from twilio.http import HttpClient  # type: ignore[import-untyped]
from twilio.http.response import Response  # type: ignore[import-untyped]
from twilio.rest import Client  # type: ignore[import-untyped]
from werkzeug.test import Client as Browser

from ivr.box import Limits, Party, serve
from ivr.box.phone_line import Phone
from tests.box.service import CALLER, HOTLINE, Service

AGENT = "+842811112222"
TOKEN = "box-token-of-a-test"
BASE = "http://127.0.0.1"


class ToTheBox(HttpClient):  # type: ignore[misc]
    """Sends what the library meant for the carrier to the box."""

    def __init__(self, phone: Phone) -> None:
        super().__init__(logging.getLogger(__name__), is_async=False)
        self.box = Browser(serve(phone.exchange))

    def request(self, method: str, url: str, **given: Any) -> Response:
        answer = self.box.open(
            "/carrier" + urlsplit(url).path,
            method=method,
            query_string=given.get("params") or {},
            data=given.get("data") or {},
            auth=given.get("auth"),
        )
        return Response(answer.status_code, answer.get_data(as_text=True))


class Office:
    """A service, its phone line, and the carrier's library pointed at the box."""

    def __init__(self, token: str = TOKEN, **people: Party) -> None:
        self.service = Service().on("/voice", '<Pause length="60"/>').on("/voice/status", "").on("/told", "")
        self.service.on("/agent", "<Say>A caller waits.</Say>")
        self.phone = Phone(self.service.app, people={AGENT: people.get("agent", Party(after=3, talks=None))})
        account = self.phone.exchange.account_sid
        self.carrier = Client(account, token, http_client=ToTheBox(self.phone))
        self.phone.ring(HOTLINE, CALLER).hang_up()  # makes the hotline's number known

    def ring_agent(self, **more: Any) -> Any:
        return self.carrier.calls.create(to=AGENT, from_=HOTLINE, **({"url": f"{BASE}/agent"} | more))


def test_a_call_can_be_placed_and_followed() -> None:
    office = Office()
    call = office.ring_agent(
        status_callback=f"{BASE}/told",
        status_callback_event=["initiated", "ringing", "answered", "completed"],
    )
    assert (call.status, call.direction, call.to) == ("queued", "outbound-api", AGENT)
    office.phone.pass_time(2)
    assert office.carrier.calls(call.sid).fetch().status == "ringing"
    office.phone.pass_time(2)
    assert office.carrier.calls(call.sid).fetch().status == "in-progress"
    office.phone.pass_time(10)
    ended = office.carrier.calls(call.sid).fetch()
    assert (ended.status, ended.duration, ended.parent_call_sid) == ("completed", "1", None)
    assert ended.start_time < ended.end_time
    assert [form["CallStatus"] for form in office.service.forms("/told")] == [
        "initiated",
        "ringing",
        "in-progress",
        "completed",
    ]
    agent = office.service.forms("/agent")[0]
    assert (agent["CallSid"], agent["CallStatus"], agent["Direction"]) == (
        call.sid,
        "in-progress",
        "outbound-api",
    )


def test_calls_are_placed_one_a_second_and_the_rest_wait_their_turn() -> None:
    office = Office()
    calls = [office.ring_agent() for _ in range(3)]
    office.phone.pass_time(0.5)
    states = [office.carrier.calls(call.sid).fetch().status for call in calls]
    assert states == ["ringing", "queued", "queued"]
    office.phone.pass_time(2)
    assert [office.carrier.calls(call.sid).fetch().status for call in calls] == ["ringing"] * 3


def test_a_document_can_be_given_with_the_call() -> None:
    office = Office()
    twiml = f'<Response><Say>Hello.</Say><Redirect method="POST">{BASE}/agent</Redirect></Response>'
    call = office.carrier.calls.create(to=AGENT, from_=HOTLINE, twiml=twiml)
    office.phone.pass_time(10)
    heard = [event["text"] for event in office.phone.exchange.legs[call.sid].events if event["kind"] == "say"]
    assert heard == ["Hello.", "A caller waits."]


@pytest.mark.parametrize(
    ("seconds", "before", "after"), [(2, "ringing", "canceled"), (4, "in-progress", "completed")]
)
def test_a_call_can_be_ended_in_any_state(seconds: float, before: str, after: str) -> None:
    office = Office()
    call = office.ring_agent()
    office.phone.pass_time(seconds)
    assert office.carrier.calls(call.sid).fetch().status == before
    office.carrier.calls(call.sid).update(status="completed")
    office.phone.pass_time(1)
    assert office.carrier.calls(call.sid).fetch().status == after


def test_a_live_call_can_be_led_to_another_document() -> None:
    office = Office()
    office.service.on("/voice", '<Say>Hold on.</Say><Pause length="60"/>')
    caller = office.phone.ring(HOTLINE, CALLER)
    office.phone.pass_time(5)
    office.carrier.calls(caller.sid).update(url=f"{BASE}/agent", method="POST")
    office.phone.pass_time(10)
    assert caller.heard == ["Hold on.", "A caller waits."]
    assert caller.status == "completed"


def test_a_call_that_is_over_cannot_be_led_anywhere() -> None:
    office = Office()
    call = office.ring_agent()
    office.phone.pass_time(20)
    with pytest.raises(TwilioRestException) as error:
        office.carrier.calls(call.sid).update(url=f"{BASE}/agent")
    assert (error.value.status, error.value.code) == (400, 21220)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"to": "agent"}, 21211),
        ({"from_": "+15005550006"}, 21210),
        ({"from_": "client:ngoc"}, 21212),
        ({"url": "ftp://x/y"}, 21205),
        ({"timeout": 601}, 21208),
        ({"url": None, "twiml": "<Response><Speak/></Response>"}, 12200),
        ({"status_callback": f"{BASE}/told", "status_callback_event": ["rang"]}, 21626),
    ],
)
def test_a_call_that_cannot_be_placed_says_why(wrong: dict[str, Any], code: int) -> None:
    office = Office()
    given = {"to": AGENT, "from_": HOTLINE, "url": f"{BASE}/agent"} | wrong
    with pytest.raises(TwilioRestException) as error:
        office.carrier.calls.create(**{name: value for name, value in given.items() if value is not None})
    assert (error.value.status, error.value.code) == (400, code)


def test_who_does_not_know_the_token_is_told_nothing() -> None:
    with pytest.raises(TwilioRestException) as error:
        Office(token="guess").carrier.calls("CA" + "0" * 32).fetch()
    assert (error.value.status, error.value.code) == (401, 20003)


def test_an_unknown_call_is_not_found() -> None:
    with pytest.raises(TwilioRestException) as error:
        Office().carrier.calls("CA" + "0" * 32).fetch()
    assert (error.value.status, error.value.code) == (404, 20404)


def test_calls_can_be_listed_by_status() -> None:
    office = Office()
    call = office.ring_agent()
    office.phone.pass_time(4)
    assert [each.sid for each in office.carrier.calls.list(status="in-progress")] == [call.sid]


def test_a_message_is_kept_and_shown() -> None:
    office = Office()
    sent = office.carrier.messages.create(to=CALLER, from_=HOTLINE, body="Đơn hàng đã giao. " * 5)
    assert (sent.status, sent.num_segments) == ("delivered", "2")
    assert [message.body for message in office.phone.messages(CALLER)] == [sent.body]
    assert [each.sid for each in office.carrier.messages.list(to=CALLER)] == [sent.sid]
    assert office.carrier.messages(sent.sid).fetch().body == sent.body


def test_a_message_too_long_or_to_nobody_is_refused() -> None:
    office = Office()
    for wrong, code in (({"body": "x" * 1601}, 21617), ({"to": "ngoc"}, 21211), ({"from_": CALLER}, 21606)):
        with pytest.raises(TwilioRestException) as error:
            office.carrier.messages.create(**({"to": CALLER, "from_": HOTLINE, "body": "Hello"} | wrong))
        assert error.value.code == code


def test_no_call_lasts_longer_than_the_carrier_allows() -> None:
    service = Service().on("/voice", "<Redirect/>").on("/voice/status", "")
    phone = Phone(service.app, limits=Limits(call_seconds=60))
    call = phone.ring(HOTLINE, CALLER)
    phone.pass_time(100)
    assert (call.status, call.facts("hangup")) == ("completed", [{"by": "carrier", "status": "completed"}])
