"""Wishes to a carrier over real HTTP: what is asked, and what each way of failing means."""

import socket
import time
import traceback
from collections.abc import Iterator

import pytest

from ivr.carriers.errors import CarrierError, NotYet, Refused, TryAgain, Unknown
from ivr.carriers.events import LegChanged, LegState
from ivr.carriers.twilio import wire
from ivr.carriers.twilio.rest import Rest
from tests.carriers.contract_server import ACCOUNT, TOKEN, Carrier, Fault, Seen, contract_server

TO, FROM = "+84901234567", "+842873001234"


@pytest.fixture
def carrier() -> Iterator[Carrier]:
    with contract_server() as carrier:
        yield carrier


@pytest.fixture
def rest(carrier: Carrier) -> Rest:
    return Rest(ACCOUNT, TOKEN, base_url=carrier.url)


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "READ_SECONDS", 0.2)


def test_a_text_message_is_sent(carrier: Carrier, rest: Rest) -> None:
    assert rest.send_message(TO, FROM, "Mã của bạn: 12 & 34", "https://ivr.example/sms") == "SM1"
    assert carrier.seen == [
        Seen(
            "POST",
            "/Messages.json",
            {
                "To": [TO],
                "From": [FROM],
                "Body": ["Mã của bạn: 12 & 34"],
                "StatusCallback": ["https://ivr.example/sms"],
            },
        )
    ]


@pytest.mark.usefixtures("hurried")
def test_a_message_whose_answer_was_lost_is_found_and_not_sent_twice(carrier: Carrier, rest: Rest) -> None:
    before = int(time.time() * 1000)
    carrier.faults = ["silent"]
    with pytest.raises(Unknown):
        rest.send_message(TO, FROM, "We rang you.\n")
    assert rest.find_message(TO, "We rang you.", before) == "SM1"
    assert rest.find_message(TO, "We rang you!", before) is None
    assert rest.find_message("+1", "We rang you.", before) is None
    assert len(carrier.messages) == 1


def test_a_message_of_yesterday_is_not_todays(carrier: Carrier, rest: Rest) -> None:
    rest.send_message(TO, FROM, "Good morning.")
    carrier.messages[0]["date_created"] = "Thu, 01 Jun 2017 20:48:32 +0000"
    assert rest.find_message(TO, "Good morning.", 1_496_350_113_000) is None
    assert rest.find_message(TO, "Good morning.", 1_496_350_112_900) == "SM1"


def test_a_key_opens_the_account_instead_of_the_token(carrier: Carrier) -> None:
    carrier.user = "SK" + "1" * 32
    keyed = Rest(ACCOUNT, "never used", api_key=carrier.user, api_secret=TOKEN, base_url=carrier.url)
    assert keyed.send_message(TO, FROM, "Hello") == "SM1"


@pytest.mark.parametrize("written", ["", "/", "/2010-04-01", "/2010-04-01/"])
def test_a_carrier_that_copies_twilio_is_found_under_its_own_path(written: str) -> None:
    with contract_server("/api/laml") as carrier:
        elsewhere = Rest(ACCOUNT, TOKEN, base_url=carrier.url + written)
        assert elsewhere.send_message(TO, FROM, "Hello") == "SM1"


def test_a_stray_region_in_the_environment_moves_nothing(
    carrier: Carrier, rest: Rest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWILIO_REGION", "au1")
    monkeypatch.setenv("TWILIO_EDGE", "sydney")
    assert rest.send_message(TO, FROM, "Hello") == "SM1"
    assert len(carrier.seen) == 1


def test_a_phone_is_rung(carrier: Carrier, rest: Rest) -> None:
    url, notices = "https://ivr.example/a/1", "https://ivr.example/a/1/status"
    assert rest.place_call(TO, FROM, url, timeout=25, time_limit=3600, status_callback=notices) == "CA1"
    assert carrier.seen[0].fields == {
        "To": [TO],
        "From": [FROM],
        "Url": [url],
        "Method": ["POST"],
        "Timeout": ["25"],
        "TimeLimit": ["3600"],
        "StatusCallback": [notices],
        "StatusCallbackMethod": ["POST"],
        "StatusCallbackEvent": ["initiated", "ringing", "answered", "completed"],
    }


def test_the_carrier_is_asked_what_it_forgot_to_tell(carrier: Carrier, rest: Rest) -> None:
    carrier.calls["CA7"] = {"sid": "CA7", "status": "no-answer", "duration": "0", "parent_call_sid": "CA1"}
    assert rest.fetch_call("CA7") == LegChanged("CA7", LegState.NO_ANSWER, "CA1", 0)
    with pytest.raises(Refused) as refusal:
        rest.fetch_call("CA8")
    assert refusal.value.gone


def test_a_call_is_led_elsewhere_and_ended_once(carrier: Carrier, rest: Rest) -> None:
    carrier.calls["CA7"] = {"sid": "CA7", "status": "in-progress", "duration": None, "parent_call_sid": None}
    assert rest.redirect("CA7", "https://ivr.example/join")
    assert rest.hang_up("CA7")
    assert not rest.hang_up("CA7"), "it is over (21220)"
    assert not rest.redirect("CA7", "https://ivr.example/join")
    assert not rest.hang_up("CA9"), "it never was (404)"
    assert [seen.fields for seen in carrier.seen[:2]] == [
        {"Url": ["https://ivr.example/join"], "Method": ["POST"]},
        {"Status": ["completed"]},
    ]


def test_a_recording_is_fetched_and_the_carriers_copy_deleted(carrier: Carrier, rest: Rest) -> None:
    sound = bytes(range(256)) * 1000
    with pytest.raises(NotYet):
        rest.fetch_recording("RE1")
    carrier.recordings["RE1"] = sound
    assert rest.fetch_recording("RE1") == sound
    rest.delete_recording("RE1")
    assert carrier.recordings == {}
    rest.delete_recording("RE1")
    assert [(seen.method, seen.path) for seen in carrier.seen[1:3]] == [
        ("GET", "/Recordings/RE1.wav"),
        ("DELETE", "/Recordings/RE1.json"),
    ]


def test_a_recording_that_breaks_off_or_never_ends_is_not_kept(
    carrier: Carrier, rest: Rest, monkeypatch: pytest.MonkeyPatch
) -> None:
    carrier.recordings["RE1"] = b"x" * 1000
    carrier.faults = ["cut"]
    with pytest.raises(TryAgain, match="broke off"):
        rest.fetch_recording("RE1")
    monkeypatch.setattr(wire, "LARGEST_MEDIA", 999)
    with pytest.raises(Refused, match="larger than 999"):
        rest.fetch_recording("RE1")
    monkeypatch.undo()
    monkeypatch.setattr(wire, "MEDIA_SECONDS", -1)
    with pytest.raises(TryAgain, match="took longer"):
        rest.fetch_recording("RE1")


def test_a_busy_carrier_says_when_to_come_back(carrier: Carrier, rest: Rest) -> None:
    carrier.faults = ["busy", "unavailable"]
    with pytest.raises(TryAgain) as busy:
        rest.send_message(TO, FROM, "Hello")
    assert busy.value.after == 7
    with pytest.raises(TryAgain) as busy:
        rest.send_message(TO, FROM, "Hello")
    assert busy.value.after == wire.RETRY_SECONDS
    assert carrier.messages == []


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize("fault", ["silent", "dropped", "broken", "nonsense"])
def test_a_wish_that_may_have_come_true_is_unknown_and_a_question_may_be_asked_again(
    carrier: Carrier, rest: Rest, fault: Fault
) -> None:
    carrier.calls["CA7"] = {"sid": "CA7", "status": "ringing", "duration": None, "parent_call_sid": None}
    carrier.faults = [fault]
    with pytest.raises(Unknown):
        rest.send_message(TO, FROM, "Hello")
    carrier.faults = [fault]
    with pytest.raises(TryAgain):
        rest.fetch_call("CA7")
    assert rest.fetch_call("CA7").state is LegState.RINGING


def test_nothing_was_done_where_nobody_listens() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        nobody = Rest(ACCOUNT, TOKEN, base_url=f"http://127.0.0.1:{taken.getsockname()[1]}")
        with pytest.raises(TryAgain, match="cannot be reached"):
            nobody.send_message(TO, FROM, "Hello")


def test_a_refusal_is_final_and_says_why(carrier: Carrier, rest: Rest) -> None:
    with pytest.raises(Refused) as refusal:
        Rest("AC" + "9" * 32, TOKEN, base_url=carrier.url).send_message(TO, FROM, "Hello")
    assert (refusal.value.status, refusal.value.code) == (401, 20003)
    assert str(refusal.value).startswith("the carrier refused (401, error 20003): Authenticate")
    assert not refusal.value.gone


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize("fault", [None, "broken", "dropped", "silent", "nonsense"])
def test_no_failure_tells_the_token(carrier: Carrier, fault: Fault | None) -> None:
    wrong = Rest("AC" + "9" * 32, TOKEN, base_url=carrier.url)
    carrier.faults = [fault] if fault else []
    with pytest.raises(CarrierError) as failure:
        wrong.send_message(TO, FROM, "Hello")
    assert TOKEN not in "".join(traceback.format_exception(failure.value))
    assert TOKEN not in repr(wrong)
