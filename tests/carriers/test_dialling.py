"""The documents that lead to somebody, against those of the carrier's own library."""

from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.twiml.voice_response import (  # type: ignore[import-untyped]
    Client,
    Conference,
    Dial,
    Enqueue,
    Leave,
    Play,
)

from ivr.carriers.twilio import twiml
from ivr.carriers.twilio.fragment import Fragment, Hole
from tests.carriers.test_twiml import ACTION, HOP, ours, theirs

WAIT = "https://ivr.example/wait?c=ab"
TOLD = "https://ivr.example/room?c=ab"
ROOM = "ix-7f3a91"


def entered(**wishes: Any) -> Fragment:
    """A document into a room, with what is wished beside the least."""
    least: dict[str, Any] = {"label": None, "start_on_enter": True, "end_on_exit": False, "wait_url": None}
    return twiml.conference(ROOM, HOP, **(least | wishes))


def test_a_caller_is_parked_in_a_queue_and_taken_out_of_it() -> None:
    parked = Enqueue(name="q-3", action=ACTION, method="POST", wait_url=WAIT, wait_url_method="POST")
    assert ours(twiml.enqueue("q-3", HOP, wait_url=WAIT)) == theirs(parked)
    assert ours(twiml.enqueue(["q-", Hole("hop")], ACTION, wait_url=WAIT))[3][0][2] == "q-7"
    assert ours(twiml.leave()) == theirs(Leave())


def test_music_plays_until_somebody_comes() -> None:
    assert ours(twiml.music(WAIT)) == theirs(Play(WAIT, loop=0))


def test_a_caller_enters_a_room_that_the_agent_starts() -> None:
    expected = Dial(action=ACTION, method="POST", time_limit=3600)
    expected.append(
        Conference(
            ROOM,
            participant_label="caller",
            start_conference_on_enter=False,
            end_conference_on_exit=False,
            wait_url=WAIT,
            wait_method="POST",
            muted=False,
            beep="false",
            record="record-from-start",
            recording_status_callback=ACTION,
            recording_status_callback_method="POST",
            recording_status_callback_event="in-progress completed absent",
            status_callback=TOLD,
            status_callback_method="POST",
            status_callback_event="start end join leave mute hold",
        )
    )
    caller = entered(
        label="caller",
        start_on_enter=False,
        wait_url=WAIT,
        record=True,
        recording_callback=HOP,
        status_callback=TOLD,
        time_limit=3600,
    )
    assert ours(caller) == theirs(expected)


def test_a_supervisor_whispers_to_the_agent_alone() -> None:
    expected = Dial(action=ACTION, method="POST")
    expected.append(
        Conference(
            ROOM,
            start_conference_on_enter=False,
            end_conference_on_exit=True,
            wait_url="",
            wait_method="POST",
            muted=True,
            beep="true",
            coach="CA7",
            record="do-not-record",
            status_callback=TOLD,
            status_callback_method="POST",
            status_callback_event="start end join leave mute hold announcement",
        )
    )
    supervisor = entered(
        start_on_enter=False,
        end_on_exit=True,
        muted=True,
        beep=True,
        coach="CA7",
        status_callback=TOLD,
        announcements=True,
    )
    assert ours(supervisor) == theirs(expected)


def test_an_agent_may_leave_the_room_by_a_key_and_stay_on_the_line() -> None:
    expected = Dial(action=ACTION, method="POST", hangup_on_star=True)
    expected.append(
        Conference(
            ROOM,
            start_conference_on_enter=True,
            end_conference_on_exit=False,
            wait_url="",
            wait_method="POST",
            muted=False,
            beep="false",
            record="do-not-record",
        )
    )
    assert ours(entered(leave_by_star=True)) == theirs(expected)


def test_whom_to_whisper_to_is_known_by_any_carriers_id() -> None:
    supervisor = twiml.document(entered(coach=Hole("agent"))).fill({"agent": "v3:T02l-x_y", "hop": "7"})
    assert ElementTree.fromstring(supervisor)[0][0].attrib["coach"] == "v3:T02l-x_y"


def test_nobody_is_told_of_a_recording_that_is_not_made() -> None:
    assert ours(entered(recording_callback=TOLD)) == ours(entered())


def test_an_agents_browser_is_rung_and_told_who_calls() -> None:
    expected = Dial(action=ACTION, method="POST", timeout=20, caller_id="+842873001234")
    browser = Client(
        url=ACTION,
        method="POST",
        status_callback=ACTION,
        status_callback_method="POST",
        status_callback_event="initiated ringing answered completed",
    )
    browser.identity("agent_7")
    browser.parameter(name="offer", value="12")
    browser.parameter(name="from", value='Nguyễn "An" & <Bình>')
    expected.append(browser)
    rung = twiml.dial(
        "client:agent_7",
        HOP,
        timeout=20,
        caller_id="+842873001234",
        screen_url=HOP,
        status_callback=HOP,
        parameters={"offer": "12", "from": 'Nguyễn "An" & <Bình>'},
    )
    assert ours(rung) == theirs(expected)


def test_a_browser_is_rung_from_another_by_its_name() -> None:
    expected = Dial(action=ACTION, method="POST", timeout=30, caller_id="client:agent_8")
    expected.append(Client("agent_7"))
    assert ours(twiml.dial(["client:agent_", Hole("hop")], ACTION, caller_id="client:agent_8")) == theirs(
        expected
    )


def test_only_a_browser_can_be_told_anything() -> None:
    with pytest.raises(ValueError, match="only a phone in a browser"):
        twiml.dial("+84901234567", ACTION, parameters={"offer": "12"})


@pytest.mark.parametrize("length", [0, 65])
def test_a_queue_has_a_name_the_carrier_takes(length: int) -> None:
    assert twiml.enqueue("q" * 64, ACTION, wait_url=WAIT)
    with pytest.raises(ValueError, match="the name of a queue has 1 to 64 characters"):
        twiml.enqueue("q" * length, ACTION, wait_url=WAIT)


@pytest.mark.parametrize("length", [0, 129])
def test_a_room_and_who_is_in_it_have_names_the_carrier_takes(length: int) -> None:
    assert entered(label="x" * 128)
    with pytest.raises(ValueError, match="the name of a participant has 1 to 128 characters"):
        entered(label="x" * length)
    with pytest.raises(ValueError, match="the name of a room has 1 to 128 characters"):
        twiml.conference(
            "x" * length, ACTION, label=None, start_on_enter=True, end_on_exit=True, wait_url=None
        )
    with pytest.raises(ValueError, match="the name of a browser's phone has 1 to 256 characters"):
        twiml.dial("client:" + "x" * (length and 257), ACTION)


@pytest.mark.parametrize("wish", ["wait_url", "status_callback"])
def test_an_address_of_a_room_is_whole(wish: str) -> None:
    with pytest.raises(ValueError, match="absolute"):
        entered(**{wish: "/wait"})
    with pytest.raises(ValueError, match="absolute"):
        twiml.enqueue("q", ACTION, wait_url="/wait")


@given(st.text(min_size=1, max_size=60), st.text(max_size=60))
def test_no_name_and_no_value_leaves_its_place(written: str, value: str) -> None:
    room = twiml.document(entered(label=[written, Hole("name")], coach=Hole("name")))
    told = twiml.document(twiml.dial(["client:", Hole("name")], ACTION, parameters={written: Hole("name")}))
    for document, tags in ((room, ["Response", "Dial", "Conference"]), (told, None)):
        root = ElementTree.fromstring(document.fill({"name": value, "hop": "7"}))
        found = [element.tag for element in root.iter()]
        assert found == (tags or ["Response", "Dial", "Client", "Identity", "Parameter"])
