"""Record: the ways it ends, and what is kept."""

import io
import wave

from ivr.box import serve
from ivr.box.phone_line import Phone, PhoneCall
from tests.box.service import CALLER, HOTLINE, Service

VOICEMAIL = '<Record action="/left" timeout="3" maxLength="20" finishOnKey="#"/><Say>We heard nothing.</Say>'


def ring(inside: str = VOICEMAIL) -> tuple[Service, Phone, PhoneCall]:
    service = Service().on("/voice", inside).on("/left", "<Hangup/>").on("/voice/status", "").on("/kept", "")
    phone = Phone(service.app)
    return service, phone, phone.dial(HOTLINE, CALLER)


def test_it_begins_after_a_beep_and_ends_with_the_finishing_key() -> None:
    service, phone, call = ring()
    assert (call.doing, call.facts("beep")) == ("recorded", [{}])
    call.speak(4).press("#")
    left = service.forms("/left")[0]
    assert (left["Digits"], left["RecordingDuration"], left["CallStatus"]) == ("#", "4", "in-progress")
    assert left["RecordingUrl"].endswith(f"/Recordings/{left['RecordingSid']}")
    assert phone.faults == []


def test_a_key_that_does_not_finish_changes_nothing() -> None:
    service, _, call = ring()
    call.speak(2).press_now("5")
    assert (call.doing, service.forms("/left")) == ("recorded", [])


def test_silence_after_speaking_ends_it() -> None:
    service, _, call = ring()
    call.speak(4).wait()
    left = service.forms("/left")[0]
    assert (left["RecordingDuration"], left.get("Digits")) == ("7", None)


def test_the_longest_time_ends_it_in_the_middle_of_a_word() -> None:
    service, _, call = ring()
    call.speak(60).wait()
    assert service.forms("/left")[0]["RecordingDuration"] == "20"


def test_nothing_said_asks_no_action_and_goes_on() -> None:
    service, _, call = ring()
    call.wait()
    assert (call.heard, service.forms("/left"), call.status) == (["We heard nothing."], [], "completed")


def test_hanging_up_still_asks_the_action() -> None:
    service, _, call = ring()
    call.speak(5).hang_up()
    left = service.forms("/left")[0]
    assert (left["Digits"], left["CallStatus"], left["RecordingDuration"]) == ("hangup", "completed", "5")


def test_without_action_it_asks_its_own_document_again() -> None:
    service, _, call = ring('<Record finishOnKey="1"/>')
    call.speak(2).press("1")
    assert [form.get("Digits") for form in service.forms("/voice")] == [None, "1"]


def test_the_recording_can_be_fetched_a_moment_later_and_its_callback_says_so() -> None:
    service, phone, call = ring(VOICEMAIL.replace("<Record", '<Record recordingStatusCallback="/kept"'))
    call.speak(3).press("#")
    sid = service.forms("/left")[0]["RecordingSid"]
    account = phone.exchange.account_sid
    carrier = serve(phone.exchange).test_client()
    address = f"/carrier/2010-04-01/Accounts/{account}/Recordings/{sid}"
    auth = (account, "box-token-of-a-test")
    phone.pass_time(2)
    answer = carrier.get(f"{address}.wav", auth=auth)
    with wave.open(io.BytesIO(answer.data)) as sound:
        assert (sound.getframerate(), sound.getsampwidth(), sound.getnchannels()) == (8000, 2, 1)
        assert sound.getnframes() == 3 * 8000
    kept = service.forms("/kept")[0]
    assert (kept["RecordingStatus"], kept["RecordingSource"], kept["RecordingSid"]) == (
        "completed",
        "RecordVerb",
        sid,
    )
    assert carrier.delete(f"{address}.json", auth=auth).status_code == 204
    assert carrier.get(f"{address}.wav", auth=auth).status_code == 404


def test_a_recording_is_not_there_at_once() -> None:
    service, phone, call = ring()
    call.speak(3).press("#")
    sid = service.forms("/left")[0]["RecordingSid"]
    recording = phone.exchange.recordings.find(sid)
    assert recording is not None
    recording.ended_at = phone.clock.now()
    assert not recording.fetchable
    phone.pass_time(1)
    assert recording.fetchable
