"""How the box asks: signatures, retries, redirects, cookies, and what it does out of mischief."""

import socket
from urllib.parse import urlsplit

import pytest
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]

from ivr.box import Mischief
from ivr.box.faults import Refused
from ivr.box.phone_line import Phone
from ivr.box.signing import signature
from ivr.box.transport import Reply, Request, Unreachable, over_http
from ivr.box.webhooks import Courier, Outcome, Overrides, Webhook, overrides
from tests.box.service import CALLER, HOTLINE, Service

MENU = '<Gather numDigits="1" finishOnKey="" action="/chosen"><Say>Press 1.</Say></Gather>'
TOKEN = "box-token-of-a-test"


@pytest.mark.parametrize(
    ("url", "fields", "expected"),
    [
        (
            "https://ivr.example.org/v/menu?n=main&t=abc",
            [
                ("CallSid", "CA1234567890ABCDE"),
                ("Caller", "+14158675310"),
                ("Digits", "1234"),
                ("From", "+14158675310"),
                ("To", "+18005551212"),
            ],
            "loA1wdh52WrTZJ2gOPX/kYPScKk=",
        ),
        ("https://x/y", [("a", "2"), ("a", "1"), ("a", "1")], "tGQsCW4pZW7vKe/334F2mg450K4="),
        ("https://ivr.example.org/v/menu?CallSid=CA1&Digits=5", [], "Ow/eqBOaurcZnUFmeuTDGfoRwwE="),
    ],
)
def test_signatures_equal_the_contracts_vectors(
    url: str, fields: list[tuple[str, str]], expected: str
) -> None:
    assert signature("12345", url, fields) == expected


def test_the_carriers_own_library_accepts_every_request_of_a_call() -> None:
    service = Service().on("/voice", MENU.replace('action="/chosen"', 'action="/chosen?hop=1#rc=2"'))
    service.on("/chosen", '<Redirect method="GET">/bye?x=ä&amp;y=</Redirect>').on("/bye", "<Hangup/>")
    service.on("/voice/status", "")
    phone = Phone(service.app)
    phone.dial(HOTLINE, CALLER).press("1")
    phone.pass_time(2)
    validator = RequestValidator(TOKEN)
    assert service.paths() == ["/voice", "/chosen", "/bye", "/voice/status"]
    for asked in service.asked:
        signed = asked.form if asked.method == "POST" else {}
        assert validator.validate(asked.url, signed, asked.headers["X-Twilio-Signature"])
        assert not validator.validate(asked.url, {**signed, "More": "x"}, asked.headers["X-Twilio-Signature"])


def test_the_fragment_overrides_how_a_request_is_tried() -> None:
    assert overrides("https://x/y") == Overrides()
    assert overrides("https://x/y#rc=2&rp=5xx,ct,rt&ct=2000&rt=5000") == Overrides(
        ct=2000, rt=5000, rc=2, rp=frozenset({"5xx", "ct", "rt"})
    )
    for wrong in ("rc=6", "rp=6xx", "ct=99", "rt=15001", "colour=red"):
        with pytest.raises(Refused) as refused:
            overrides(f"https://x/y#{wrong}")
        assert refused.value.fault.code == 11243


class Flaky:
    """A service that fails in the ways it is told, and then answers."""

    def __init__(self, *failures: Unreachable | int) -> None:
        self.failures = list(failures)
        self.requests: list[Request] = []

    def __call__(self, request: Request) -> Reply:
        self.requests.append(request)
        if not self.failures:
            return Reply(200, (), b"fine", request.url)
        failure = self.failures.pop(0)
        if isinstance(failure, int):
            return Reply(failure, (), b"", request.url)
        raise failure

    def ask(self, url: str) -> Outcome:
        return Courier(TOKEN, self).ask(Webhook(url, fields=(("a", "b"),)), {})

    def tokens(self) -> set[str]:
        return {dict(request.headers)["I-Twilio-Idempotency-Token"] for request in self.requests}


def no_connection() -> Unreachable:
    return Unreachable("ct", 11202, "refused")


def test_a_failed_connection_is_tried_once_more_with_the_same_idempotency_token() -> None:
    flaky = Flaky(no_connection())
    assert flaky.ask("http://x/y").reply is not None
    assert (len(flaky.requests), len(flaky.tokens())) == (2, 1)


def test_two_failed_connections_are_a_fault() -> None:
    outcome = Flaky(no_connection(), no_connection()).ask("http://x/y")
    assert outcome.fault is not None
    assert outcome.fault.code == 11202


@pytest.mark.parametrize("failure", [500, 404, Unreachable("rt", 11203, "slow")])
def test_after_bytes_were_exchanged_nothing_is_tried_again_unless_asked(failure: int | Unreachable) -> None:
    assert len(_requests(failure, "http://x/y")) == 1
    assert len(_requests(failure, "http://x/y#rp=all&rc=3")) == 2


def _requests(failure: int | Unreachable, url: str) -> list[Request]:
    flaky = Flaky(failure)
    flaky.ask(url)
    return flaky.requests


def test_a_port_nobody_listens_on_cannot_be_connected_to() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(Unreachable) as error:
            over_http(Request("GET", f"http://127.0.0.1:{taken.getsockname()[1]}/"))
    assert (error.value.kind, error.value.code) == ("ct", 11202)


def test_redirects_are_followed_but_not_for_ever() -> None:
    def wandering(request: Request) -> Reply:
        step = int(urlsplit(request.url).path[1:])
        if step == 0:
            return Reply(200, (), b"there", request.url)
        return Reply(302, (("Location", f"/{step - 1}"),), b"", request.url)

    courier = Courier(TOKEN, wandering)
    found = courier.ask(Webhook("http://x/10"), {}).reply
    assert found is not None
    assert found.url == "http://x/0"
    lost = courier.ask(Webhook("http://x/11"), {}).fault
    assert lost is not None
    assert lost.code == 11215


def test_cookies_come_back_within_one_call() -> None:
    seen: list[str] = []

    def service(request: Request) -> Reply:
        seen.append(dict(request.headers).get("Cookie", ""))
        return Reply(200, (("Set-Cookie", "place=menu; Path=/; HttpOnly"),), b"", request.url)

    cookies: dict[str, str] = {}
    courier = Courier(TOKEN, service)
    courier.ask(Webhook("http://x/"), cookies)
    courier.ask(Webhook("http://x/"), cookies)
    assert seen == ["", "place=menu"]


@pytest.mark.parametrize("at_once", [False, True])
def test_a_doubled_webhook_answered_equally_is_no_fault(at_once: bool) -> None:
    service = Service().on("/voice", MENU).on("/chosen", "<Hangup/>").on("/voice/status", "")
    phone = Phone(service.app, mischief=Mischief(doubled=1, at_once=at_once))
    phone.dial(HOTLINE, CALLER).press("1")
    assert service.paths().count("/voice") == service.paths().count("/chosen") == 2
    assert phone.faults == []


@pytest.mark.parametrize("at_once", [False, True])
def test_a_doubled_webhook_answered_differently_is_a_fault(at_once: bool) -> None:
    service = Service().on("/voice", MENU, "<Hangup/>").on("/voice/status", "")
    phone = Phone(service.app, mischief=Mischief(doubled=1, at_once=at_once))
    phone.dial(HOTLINE, CALLER)
    assert [fault.code for fault in phone.faults] == [90001]


def statuses_told(mischief: Mischief) -> list[dict[str, str]]:
    service = Service().on("/voice", "<Hangup/>").on("/voice/status", "")
    phone = Phone(service.app, mischief=mischief)
    phone.dial(HOTLINE, CALLER)
    phone.pass_time(1)
    return service.forms("/voice/status")


def test_the_numbers_status_is_told_once_at_the_end() -> None:
    (told,) = statuses_told(Mischief())
    assert (told["CallStatus"], told["Direction"], told["CallDuration"]) == ("completed", "inbound", "0")


def test_a_notice_can_be_lost_doubled_or_late() -> None:
    assert statuses_told(Mischief(lost=1)) == []
    assert len(statuses_told(Mischief(twice=1))) == 2
    assert statuses_told(Mischief(late=1, late_seconds=600)) == []


def test_notices_can_come_backwards() -> None:
    number = '<Number statusCallback="/told" statusCallbackEvent="initiated ringing answered completed">'
    service = Service().on("/voice", f"<Dial>{number}+842811112222</Number></Dial>").on("/told", "")
    phone = Phone(service.app, status_url=None, mischief=Mischief(backwards=True, late_seconds=600))
    phone.dial(HOTLINE, CALLER).wait()
    phone.pass_time(700)
    assert [form["SequenceNumber"] for form in service.forms("/told")] == ["3", "2", "1", "0"]


def test_pranks_can_be_played_on_one_call_alone() -> None:
    service = Service().on("/voice", "<Hangup/>").on("/voice/status", "")
    phone = Phone(service.app)
    calls = [phone.ring(HOTLINE, CALLER, mischief=Mischief(lost=1, doubled=1)), phone.ring(HOTLINE, CALLER)]
    phone.pass_time(5)
    assert [form["CallSid"] for form in service.forms("/voice/status")] == [calls[1].sid]
    asked = [form["CallSid"] for form in service.forms("/voice")]
    assert sorted(asked) == sorted([calls[0].sid, calls[0].sid, calls[1].sid])
