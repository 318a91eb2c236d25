"""The phone in a terminal: scripted calls, calls by hand, and what is written down."""

import io
import re
import time
from collections.abc import Iterator

import pytest

from ivr.box.script import BadScript, Move, read_script
from ivr.box.terminal import FAULTY, WELL, WRONG, call
from ivr.box.terminal import Service as Hotline
from tests.box.service import CALLER, HOTLINE, Service

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
        "  0:02  (records you, up to 3600 s; ended by any of 1234567890*#)",
        "  0:10  (recording over)",
        "  0:10          → /left",
        "  0:10  “Thanks.”",
        "  0:11  The hotline hangs up. completed.",
    ]


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
    assert out.getvalue().endswith("The call was over before: 1, wait 3s\n")


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
