"""Dial: who answers, who is screened, and what the action is told."""

import pytest

from ivr.box import Party, voicemail
from ivr.box.phone_line import Phone
from tests.box.service import CALLER, HOTLINE, Service

AGENT = "+842811112222"
OTHER = "+842811113333"
SCREENED = f'<Dial action="/after" timeout="10"><Number url="/screen">{AGENT}</Number></Dial>'
SCREEN = '<Gather numDigits="1" action="/take"><Say>A caller. Press 1.</Say></Gather><Hangup/>'


def service(inside: str) -> Service:
    made = Service().on("/voice", inside).on("/after", "<Say>Goodbye.</Say>").on("/voice/status", "")
    return made.on("/screen", SCREEN).on("/take", "")


def test_a_party_that_answers_is_joined_and_the_action_asked_when_they_part() -> None:
    made = service(f'<Dial action="/after">{AGENT}</Dial>')
    call = Phone(made.app, people={AGENT: Party(after=3, talks=40)}).dial(HOTLINE, CALLER)
    assert (call.doing, call.facts("dialing")) == ("talking", [{"to": AGENT}])
    call.wait()
    after = made.forms("/after")[0]
    told = {name: after[name] for name in ("DialCallStatus", "DialBridged", "DialCallDuration")}
    assert told == {"DialCallStatus": "completed", "DialBridged": "true", "DialCallDuration": "40"}
    assert (call.heard, call.status) == (["Goodbye."], "completed")


@pytest.mark.parametrize(
    ("does", "status", "rang"), [("busy", "busy", 1), ("no-answer", "no-answer", 15), ("failed", "failed", 1)]
)
def test_a_party_that_does_not_answer(does: str, status: str, rang: int) -> None:
    made = service(f'<Dial action="/after" timeout="10">{AGENT}</Dial>')
    call = Phone(made.app, people={AGENT: Party(does)}).dial(HOTLINE, CALLER)
    after = made.forms("/after")[0]
    assert (after["DialCallStatus"], after["DialBridged"]) == (status, "false")
    assert "DialCallDuration" not in after
    rings, ends = (next(e["at"] for e in call.events if e["kind"] == k) for k in ("dialing", "dialed"))
    assert (ends - rings) // 1000 == rang  # the carrier adds five seconds to the timeout


def test_a_screened_party_hears_who_calls_on_its_own_leg() -> None:
    made = service(SCREENED)
    call = Phone(made.app, people={AGENT: Party(keys="1")}).dial(HOTLINE, CALLER)
    screen = made.forms("/screen")[0]
    assert screen["ParentCallSid"] == call.sid != screen["CallSid"]
    assert (screen["Direction"], screen["To"], screen["From"]) == ("outbound-dial", AGENT, CALLER)
    assert made.forms("/take")[0]["Digits"] == "1"
    assert (call.doing, call.heard) == ("talking", [])


def test_a_voicemail_never_presses_so_the_caller_is_not_joined_to_it() -> None:
    made = service(SCREENED)
    Phone(made.app, people={AGENT: voicemail(after=5)}).dial(HOTLINE, CALLER).wait()
    after = made.forms("/after")[0]
    assert (after["DialCallStatus"], after["DialBridged"]) == ("completed", "false")


def test_a_caller_who_hangs_up_while_it_rings_ends_the_ringing() -> None:
    made = service(f'<Dial action="/after">{AGENT}</Dial>')
    phone = Phone(made.app, people={AGENT: Party(after=20)})
    call = phone.ring(HOTLINE, CALLER)
    phone.pass_time(5)
    call.hang_up()
    after = made.forms("/after")[0]
    assert (after["DialCallStatus"], after["CallStatus"]) == ("canceled", "completed")
    phone.pass_time(60)
    assert [leg.status for leg in phone.exchange.legs.values()] == ["completed", "no-answer"]


def test_a_caller_who_hangs_up_in_conversation_ends_it_for_both() -> None:
    made = service(f'<Dial action="/after">{AGENT}</Dial>')
    phone = Phone(made.app)
    phone.dial(HOTLINE, CALLER).wait(7).hang_up()
    after = made.forms("/after")[0]
    told = {name: after[name] for name in ("CallStatus", "DialCallStatus", "DialBridged", "DialCallDuration")}
    assert told == {
        "CallStatus": "completed",
        "DialCallStatus": "completed",
        "DialBridged": "true",
        "DialCallDuration": "7",
    }
    assert {leg.status for leg in phone.exchange.legs.values()} == {"completed"}


def test_a_caller_who_hangs_up_while_the_party_is_screened_was_not_joined() -> None:
    made = service(SCREENED)
    phone = Phone(made.app, people={AGENT: Party(after=2)})
    call = phone.ring(HOTLINE, CALLER)
    phone.pass_time(5)
    call.hang_up()
    after = made.forms("/after")[0]
    assert (after["DialCallStatus"], after["DialBridged"]) == ("completed", "false")
    assert "DialCallDuration" not in after


def test_the_first_of_several_to_answer_wins_and_the_others_stop_ringing() -> None:
    both = f'<Dial action="/after"><Number>{AGENT}</Number><Number>{OTHER}</Number></Dial>'
    made = service(both)
    phone = Phone(made.app, people={AGENT: Party(after=9), OTHER: Party(after=2)})
    call = phone.dial(HOTLINE, CALLER)
    assert call.doing == "talking"
    assert {leg.to: leg.status for leg in phone.exchange.legs.values() if leg.parent} == {
        AGENT: "no-answer",
        OTHER: "in-progress",
    }


def test_one_after_another_when_sequential() -> None:
    both = f'<Dial sequential="true" action="/after"><Number>{AGENT}</Number><Number>{OTHER}</Number></Dial>'
    made = service(both)
    call = Phone(made.app, people={AGENT: Party("busy"), OTHER: Party()}).dial(HOTLINE, CALLER)
    assert [fact["to"] for fact in call.facts("dialing")] == [AGENT, OTHER]
    assert call.doing == "talking"


def test_a_client_nobody_registered_cannot_be_reached() -> None:
    made = service('<Dial action="/after"><Client>ngoc</Client></Dial>')
    Phone(made.app).dial(HOTLINE, CALLER)
    assert made.forms("/after")[0]["DialCallStatus"] == "no-answer"


def test_without_action_the_document_goes_on() -> None:
    made = service(f"<Dial>{AGENT}</Dial><Say>They are busy.</Say>")
    call = Phone(made.app, people={AGENT: Party("busy")}).dial(HOTLINE, CALLER)
    assert call.heard == ["They are busy."]


def test_a_caller_id_that_is_not_ours_is_refused() -> None:
    made = service(f'<Dial callerId="+15005550006">{AGENT}</Dial>')
    call = Phone(made.app).dial(HOTLINE, CALLER)
    assert [fault.code for fault in call.faults] == [13214]


def test_the_dialled_legs_progress_is_told_when_asked_for() -> None:
    events = "initiated ringing answered completed"
    number = f'<Number statusCallback="/progress" statusCallbackEvent="{events}">{AGENT}</Number>'
    made = service(f"<Dial>{number}</Dial>").on("/progress", "")
    phone = Phone(made.app, people={AGENT: Party(talks=5)})
    phone.dial(HOTLINE, CALLER).wait()
    phone.pass_time(5)
    told = made.forms("/progress")
    assert [(each["CallStatus"], each["SequenceNumber"]) for each in told] == [
        ("initiated", "0"),
        ("ringing", "1"),
        ("in-progress", "2"),
        ("completed", "3"),
    ]
    assert told[-1]["CallDuration"] == "5"
