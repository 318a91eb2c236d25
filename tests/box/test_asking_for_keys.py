"""Gather, as the contract has it."""

import pytest

from ivr.box.phone_line import Phone, PhoneCall
from tests.box.service import CALLER, HOTLINE, Service

MENU = '<Gather numDigits="1" finishOnKey="" action="/chosen"><Say>Press 1 for sales.</Say></Gather>'


def ring(service: Service) -> PhoneCall:
    service.on("/chosen", "<Hangup/>").on("/voice/status", "")
    return Phone(service.app).dial(HOTLINE, CALLER)


def test_the_first_request_says_who_rings_and_that_the_call_is_not_answered_yet() -> None:
    service = Service().on("/voice", MENU)
    call = ring(service)
    first = service.forms("/voice")[0]
    assert first == {
        "CallSid": call.sid,
        "AccountSid": "AC" + "0" * 32,
        "ApiVersion": "2010-04-01",
        "From": CALLER,
        "To": HOTLINE,
        "Caller": CALLER,
        "Called": HOTLINE,
        "FromCity": "",
        "ToCity": "",
        "CallStatus": "ringing",
        "Direction": "inbound",
    }
    assert (call.status, call.doing, call.heard) == ("in-progress", "asked", ["Press 1 for sales."])


def test_a_withheld_number_arrives_as_a_word() -> None:
    service = Service().on("/voice", MENU)
    Phone(service.app).dial(HOTLINE, "")
    assert service.forms("/voice")[0]["From"] == "anonymous"


def test_a_pressed_key_goes_to_the_action() -> None:
    service = Service().on("/voice", MENU)
    ring(service).press("1")
    assert service.forms("/chosen")[0]["Digits"] == "1"
    assert service.forms("/chosen")[0]["CallStatus"] == "in-progress"


def test_a_key_stops_the_prompt_that_is_playing() -> None:
    long = (
        f"<Gather numDigits='1' action='/chosen'><Say>{'word ' * 100}</Say><Say>Never heard.</Say></Gather>"
    )
    service = Service().on("/voice", long).on("/chosen", "<Say>Sales.</Say>").on("/voice/status", "")
    phone = Phone(service.app)
    began = phone.clock.now()
    call = phone.dial(HOTLINE, CALLER)
    assert phone.clock.now() - began > 30  # the whole text, unless somebody presses
    service.on("/voice", long)
    second = phone.ring(HOTLINE, CALLER)
    phone.pass_time(1)
    second.press("2", early=True)
    kinds = [event["kind"] for event in second.events]
    assert kinds[:8] == ["ringing", "webhook", "answered", "gather", "say", "stop", "gather_end", "webhook"]
    assert "Never heard." not in second.heard
    assert "Never heard." in call.heard


def test_without_barge_in_a_key_during_the_prompt_is_lost() -> None:
    inside = '<Gather bargeIn="false" numDigits="1" action="/chosen"><Pause length="3"/></Gather><Hangup/>'
    service = Service().on("/voice", inside)
    phone = Phone(service.app)
    call = phone.ring(HOTLINE, CALLER)
    phone.pass_time(1)
    call.press_now("1")
    assert call.facts("lost") == [{"digits": "1"}]
    call.wait()
    assert (call.status, service.forms("/chosen")) == ("completed", [])


def test_a_nested_pause_is_a_prompt_and_the_timeout_begins_after_it() -> None:
    inside = '<Gather timeout="4"><Pause length="10"/></Gather><Hangup/>'
    service = Service().on("/voice", inside)
    call = ring(service).wait()
    asked, ended = (next(e["at"] for e in call.events if e["kind"] == k) for k in ("gather", "gather_end"))
    assert ended - asked == 14_000


def test_the_timeout_runs_anew_after_every_key() -> None:
    service = Service().on("/voice", '<Gather timeout="5" action="/chosen"/>')
    call = ring(service)
    for key in "123":
        call._phone.pass_time(4)
        call.press_now(key)
    call.wait()
    assert service.forms("/chosen")[0]["Digits"] == "123"


def test_silence_falls_through_to_the_next_verb() -> None:
    service = Service().on("/voice", MENU + "<Say>Nobody there?</Say><Hangup/>")
    call = ring(service).wait()
    assert (call.heard[-1], call.status) == ("Nobody there?", "completed")
    assert service.forms("/chosen") == []


def test_silence_asks_the_action_only_when_told_to_and_without_digits() -> None:
    service = Service().on("/voice", '<Gather actionOnEmptyResult="true" action="/chosen"/><Say>No.</Say>')
    call = ring(service).wait()
    assert "Digits" not in service.forms("/chosen")[0]
    assert call.heard == []


@pytest.mark.parametrize(
    ("attributes", "pressed", "digits"),
    [
        ('finishOnKey="#"', "12#", "12"),
        ('finishOnKey="" numDigits="3"', "1#*", "1#*"),
        ('numDigits="2"', "1234", "12"),
        ('finishOnKey="*"', "1#2*", "1#2"),
    ],
)
def test_keys_end_at_the_finish_key_or_at_their_number(attributes: str, pressed: str, digits: str) -> None:
    service = Service().on("/voice", f'<Gather {attributes} action="/chosen"/>')
    ring(service).press_now(pressed)
    assert service.forms("/chosen")[0]["Digits"] == digits


def test_the_finish_key_as_first_key_is_no_input() -> None:
    service = Service().on("/voice", '<Gather action="/chosen"/><Say>Nothing entered.</Say>')
    call = ring(service).press_now("#").wait()
    assert (call.heard, service.forms("/chosen")) == (["Nothing entered."], [])


def test_a_gather_without_action_asks_its_own_document_again() -> None:
    service = Service().on("/voice", '<Gather numDigits="1"/>', "<Hangup/>")
    ring(service).press("5")
    assert [form.get("Digits") for form in service.forms("/voice")] == [None, "5"]


def test_keys_outside_a_gather_and_during_a_request_are_lost() -> None:
    service = Service().on("/voice", "<Say>Wait for it.</Say><Redirect>/menu</Redirect>").on("/menu", MENU)
    phone = Phone(service.app)
    call = phone.ring(HOTLINE, CALLER)
    call.press_now("1")  # while the first document is fetched
    phone.pass_time(0.3)
    call.press_now("2").settle()  # while it only speaks
    assert call.facts("lost") == [{"digits": "1"}, {"digits": "2"}]
    assert (call.doing, service.forms("/chosen")) == ("asked", [])


def test_a_key_on_top_of_the_last_one_is_lost_in_the_request_it_caused() -> None:
    service = Service().on("/voice", MENU).on("/chosen", MENU)
    phone = Phone(service.app)
    call = phone.dial(HOTLINE, CALLER)
    call.press_now("12")
    assert [form["Digits"] for form in service.forms("/chosen")] == ["1"]
    assert call.facts("lost") == [{"digits": "2"}]


def test_scripted_keys_wait_for_the_next_question() -> None:
    service = Service().on("/voice", MENU).on("/chosen", MENU, MENU, "<Hangup/>").on("/voice/status", "")
    call = Phone(service.app).dial(HOTLINE, CALLER).press("123")
    assert [form["Digits"] for form in service.forms("/chosen")] == ["1", "2", "3"]
    assert call.status == "completed"
