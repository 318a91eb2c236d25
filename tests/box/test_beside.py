"""What a terminal leaves in the box that runs beside the service: its recordings, before anybody asks."""

import pytest
from werkzeug.test import TestResponse

from ivr.box import serve
from ivr.box.beside import HandOver, RunningBox
from ivr.box.phone_line import Phone, PhoneCall
from ivr.box.sounds import tone, wav_of
from ivr.box.transport import Reply, Request, Transport, Unreachable, in_process
from tests.box.service import CALLER, HOTLINE, Service

ACCOUNT, TOKEN = "AC" + "0" * 32, "box-token-of-a-test"
NEW = "RE" + "5" * 32
VOICEMAIL = '<Record action="/left" finishOnKey="#" recordingStatusCallback="/kept"/>'


def office() -> tuple[Service, Phone]:
    service = (
        Service().on("/voice", VOICEMAIL).on("/left", "<Hangup/>").on("/kept", "").on("/voice/status", "")
    )
    return service, Phone(service.app)


def leave_word(phone: Phone, transport: Transport, hang_up: bool = False) -> PhoneCall:
    """A call with a message of three seconds, whose recordings go to a box beside."""
    phone.exchange.before_asking = HandOver(
        phone.exchange, RunningBox("http://localhost/carrier", ACCOUNT, TOKEN, transport)
    )
    call = phone.dial(HOTLINE, CALLER).speak(3)
    (call.hang_up() if hang_up else call.press("#")).wait(5)
    return call


@pytest.mark.parametrize("hang_up", [False, True])
def test_a_recording_is_left_there_once_and_before_the_service_hears_of_it(hang_up: bool) -> None:
    service, phone = office()
    left: list[tuple[str, str, int]] = []

    def beside(request: Request) -> Reply:
        left.append((request.method, request.url, len(service.forms("/left"))))
        return Reply(204, (), b"", request.url)

    call = leave_word(phone, beside, hang_up)
    sid = service.forms("/left")[0]["RecordingSid"]
    account = f"http://localhost/carrier/2010-04-01/Accounts/{ACCOUNT}"
    assert left == [("PUT", f"{account}/Recordings/{sid}.wav?CallSid={call.sid}", 0)]
    assert service.forms("/kept")[0]["RecordingStatus"] == "completed"


def test_where_no_box_runs_the_call_goes_on() -> None:
    service, phone = office()

    def nobody(request: Request) -> Reply:
        raise Unreachable("ct", 0, request.url)

    call = leave_word(phone, nobody)
    assert (len(service.forms("/left")), call.status, phone.faults) == (1, "completed", [])


def test_the_box_gives_it_to_the_service_at_once() -> None:
    service, phone = office()
    _, running = office()
    leave_word(phone, in_process(serve(running.exchange)))
    sid = service.forms("/left")[0]["RecordingSid"]
    carrier = serve(running.exchange).test_client()
    address = f"/carrier/2010-04-01/Accounts/{ACCOUNT}/Recordings/{sid}"
    assert carrier.get(f"{address}.wav", auth=(ACCOUNT, TOKEN)).data == wav_of(tone(3))
    shown = carrier.get(f"{address}.json", auth=(ACCOUNT, TOKEN)).get_json()
    call_sid = service.forms("/left")[0]["CallSid"]
    assert (shown["status"], shown["duration"], shown["call_sid"]) == ("completed", "3", call_sid)


def test_the_box_says_which_numbers_lead_to_the_service() -> None:
    _, running = office()
    running.ring(HOTLINE, CALLER).hang_up()
    transport = in_process(serve(running.exchange))
    assert RunningBox("http://localhost/carrier", ACCOUNT, TOKEN, transport).numbers() == [HOTLINE]
    with pytest.raises(Unreachable):
        RunningBox("http://localhost/carrier", ACCOUNT, "a wrong token", transport).numbers()


def test_only_sounds_are_taken_in_and_only_from_the_account() -> None:
    _, running = office()
    carrier = serve(running.exchange).test_client()

    def put(sid: str, body: bytes, token: str = TOKEN) -> TestResponse:
        address = f"/carrier/2010-04-01/Accounts/{ACCOUNT}/Recordings/{sid}.wav"
        return carrier.put(address, data=body, auth=(ACCOUNT, token))

    wav = wav_of(tone(1))
    assert put(NEW, wav, "a wrong token").status_code == 401
    assert put("REno", wav).status_code == 404
    assert put(NEW, b"no sound").status_code == 400
    assert running.exchange.recordings.find(NEW) is None
    assert put(NEW, wav).status_code == 204
