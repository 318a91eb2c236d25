"""The phone in a terminal: scripted calls, calls by hand, and what is written down."""

import io
import re
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from ivr.box.dialects import DIALECTS
from ivr.box.script import BadScript, Move, read_script
from ivr.box.sounds import tone, wav_of
from ivr.box.terminal import FAULTY, WELL, WRONG, call
from ivr.box.terminal import Service as Hotline
from tests.box.service import CALLER, HOTLINE, Service
from tests.box.sounds import captioned

MENU = (
    '<Gather numDigits="1" finishOnKey="" timeout="4" action="/key">'
    '<Say language="en-GB">Press 1 for sales.</Say></Gather><Say>Goodbye.</Say>'
)


def hotline(service: Service) -> Hotline:
    service.on("/voice/status", "")
    base = "http://127.0.0.1"
    return Hotline(f"{base}/voice", "token", status_url=f"{base}/voice/status", app=service.app)


def test_a_scripted_call_reads_like_a_story() -> None:
    service = (
        Service().on("/voice", MENU).on("/key", "<Record action='/left'/>").on("/left", "<Say>Thanks.</Say>")
    )
    out = io.StringIO()
    assert call(hotline(service), HOTLINE, CALLER, keys="1,speak 3s,wait", out=out) == WELL
    assert out.getvalue().splitlines() == [
        f"{CALLER} calls {HOTLINE}",
        "  0:00          → /voice",
        "  0:00  (answered)",
        "  0:00  (listens for a key)",
        "  0:00  “Press 1 for sales.”  [en-GB]",
        "  0:01  You pressed 1",
        "  0:01          → /key",
        "  0:02  *beep*",
        "  0:02  (records you for up to 3600 s; any key or 5 s of silence ends it)",
        "  0:10  (recording over)",
        "  0:10          → /left",
        "  0:10  “Thanks.”",
        "  0:11  The hotline hangs up. completed.",
    ]


@pytest.mark.parametrize(
    ("carrier", "signed_in"), [("twilio", "X-Twilio-Signature"), ("signalwire", "X-Signalwire-Signature")]
)
def test_a_call_is_signed_as_the_hotlines_carrier_does(carrier: str, signed_in: str) -> None:
    service = Service().on("/voice", "<Hangup/>")
    spoken = replace(hotline(service), dialect=DIALECTS[carrier])
    for keys in ("wait", None):
        assert call(spoken, HOTLINE, CALLER, keys=keys, out=io.StringIO(), keyboard=["h"]) == WELL
    for asked in service.asked:
        assert [name for name in asked.headers if name.endswith("-Signature")] == [signed_in]


def test_the_way_through_the_menus_can_be_read_off_the_addresses() -> None:
    service = Service().on("/voice", MENU.replace("/key", "/voice/at/7/main/keys.0.1/3?x=1"))
    service.on("/voice/at/7/main/keys.0.1/3", "<Play>/recordings/main.wav</Play>")
    service.on("/recordings/main.wav", (wav_of(tone(1)), "audio/wav"))
    out = io.StringIO()
    assert call(hotline(service), HOTLINE, CALLER, keys="1", out=out) == WELL
    assert "→ /voice/at/main/keys\n" in out.getvalue()
    assert "♪ /recordings/main\n" in out.getvalue()


def test_a_recording_is_read_where_its_words_are_written_into_it() -> None:
    service = Service().on("/voice", "<Play>/main.wav</Play>")
    service.on("/main.wav", (captioned(wav_of(tone(1)), "Xin chào.", "vi-VN"), "audio/wav"))
    out = io.StringIO()
    assert call(hotline(service), HOTLINE, CALLER, keys="wait", out=out) == WELL
    assert "  0:00  ♪ “Xin chào.”  [vi-VN]\n" in out.getvalue()


def test_keys_after_a_comma_answer_the_next_question() -> None:
    service = Service().on("/voice", '<Gather action="/key" timeout="1" finishOnKey=""/>')
    service.on("/key", '<Gather numDigits="4" action="/code" timeout="9"/>').on("/code", "<Hangup/>")
    assert call(hotline(service), HOTLINE, CALLER, keys="2,12,34", out=io.StringIO()) == WELL
    assert [service.forms(path)[0]["Digits"] for path in ("/key", "/code")] == ["2", "1234"]


def test_a_caller_speaks_when_the_recording_begins_also_while_more_keys_could_come() -> None:
    service = Service().on("/voice", '<Gather action="/key" timeout="9"/>').on("/left", "<Hangup/>")
    service.on("/key", "<Say>Please speak.</Say><Record action='/left'/>")
    out = io.StringIO()
    assert call(hotline(service), HOTLINE, CALLER, keys="1,speak 3s,#", out=out) == WELL
    assert service.forms("/left")[0]["RecordingDuration"] == "3"


def test_waiting_lets_the_silence_run_out() -> None:
    out = io.StringIO()
    assert call(hotline(Service().on("/voice", MENU)), HOTLINE, keys="wait", out=out) == WELL
    assert "(silence)\n" in out.getvalue()
    assert out.getvalue().endswith("“Goodbye.”\n  0:06  The hotline hangs up. completed.\n")


def test_a_script_that_ends_hangs_up() -> None:
    out = io.StringIO()
    service = Service().on("/voice", MENU)
    assert call(hotline(service), HOTLINE, keys="hangup", out=out) == WELL
    assert out.getvalue().endswith("You hang up. completed.\n")
    assert service.forms("/voice/status")[0]["CallStatus"] == "completed"


def test_a_call_that_is_over_too_early_is_no_success() -> None:
    out = io.StringIO()
    assert (
        call(hotline(Service().on("/voice", "<Hangup/>")), HOTLINE, keys="1,wait 3s,hangup", out=out)
        == FAULTY
    )
    assert out.getvalue().endswith("The call was over before: 1\n")


def test_a_fault_of_the_service_is_written_down() -> None:
    out = io.StringIO()
    assert call(hotline(Service().on("/voice", "<Speak/>")), HOTLINE, keys="", out=out) == FAULTY
    assert "FAULT 12200: Schema validation warning: there is no verb <Speak> http" in out.getvalue()


def test_a_bad_script_is_named() -> None:
    out = io.StringIO()
    assert call(hotline(Service()), HOTLINE, keys="1,jump", out=out) == WRONG
    assert "'jump' is no key" in out.getvalue()


def test_scripts_are_read() -> None:
    assert read_script("1, 2#,wait, wait 3s,speak 2.5 s,hangup") == (
        Move("press", "1"),
        Move("press", "2#"),
        Move("wait"),
        Move("wait", seconds=3),
        Move("speak", seconds=2.5),
        Move("hangup"),
    )
    for wrong in ("wait 3m", "speak soon", "A"):
        with pytest.raises(BadScript):
            read_script(wrong)


def test_word_can_be_left_by_hand() -> None:
    service = Service().on("/voice", "<Record action='/left'/>").on("/left", "<Hangup/>")
    out = io.StringIO()

    def keyboard() -> Iterator[str]:
        for sign, typed in (("records you", "shout\n"), ("no key", "speak 1s, #\n"), ("hangs up", "\n")):
            while sign not in out.getvalue():
                time.sleep(0.01)
            yield typed

    assert call(hotline(service), HOTLINE, out=out, keyboard=keyboard()) == WELL
    assert [(left["Digits"], left["CallStatus"]) for left in service.forms("/left")] == [("#", "in-progress")]
    assert service.forms("/voice/status")[0]["CallStatus"] == "completed", "the service hears of the end"


def test_a_call_by_hand_is_heard_as_it_happens() -> None:
    service = Service().on("/voice", "<Say>Hello.</Say><Pause length='60'/>")
    out = io.StringIO()

    def keyboard() -> Iterator[str]:
        while "Hello" not in out.getvalue():
            time.sleep(0.01)
        yield "h\n"

    assert call(hotline(service), HOTLINE, "", out=out, keyboard=keyboard()) == WELL
    assert re.search(
        r"a withheld number calls .*“Hello\.”\n.*You hang up\. completed\.\n$", out.getvalue(), re.S
    )
