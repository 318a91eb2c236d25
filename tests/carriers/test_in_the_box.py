"""Our words against a carrier that shares no code with them: documents the box runs, wishes it fulfils, and
its own forms read back. A queue and a room, as the bridge uses them."""

import threading
from collections.abc import Iterator

import pytest
from werkzeug.serving import make_server

from ivr.box import Party, serve
from ivr.box.phone_line import Phone, PhoneCall
from ivr.carriers.events import DialResult, QueueEnded, QueueResult, RecordingState, StillWaiting
from ivr.carriers.rooms import RoomEvent, RoomLeft, RoomReason
from ivr.carriers.twilio import forms, room_forms, twiml
from ivr.carriers.twilio.fragment import Fragment
from ivr.carriers.twilio.rest import Rest
from tests.box.service import CALLER, HOTLINE, TWIML, Service

AGENT, BOSS = "+842811112222", "+842811113333"
BASE = "http://127.0.0.1"
ROOM = "ix-7f3a91"
TOKEN = "box-token-of-a-test"


def answer(*parts: Fragment) -> tuple[bytes, str]:
    return twiml.document(sum(parts[1:], parts[0])).fill({}), TWIML


def into_the_room(label: str, *, ends: bool = False, record: bool = False) -> Fragment:
    return twiml.conference(
        ROOM,
        f"{BASE}/{label}/left",
        label=label,
        start_on_enter=label != "caller",
        end_on_exit=ends,
        wait_url=f"{BASE}/music",
        record=record,
        recording_callback=f"{BASE}/recorded",
        status_callback=f"{BASE}/room",
        announcements=True,
        time_limit=3600,
    )


class Floor:
    """A hotline of documents only, the box that runs them, and our REST pointed at it over HTTP."""

    def __init__(self) -> None:
        self.service = Service()
        parked = twiml.enqueue("q-1", f"{BASE}/queue", wait_url=f"{BASE}/wait")
        self.service.on("/voice", answer(parked))
        self.service.on("/wait", answer(twiml.say("Please wait."), twiml.pause(20)))
        self.service.on("/queue", answer(twiml.say("Nobody is free.")))
        self.service.on("/music", answer(twiml.say("La la."), twiml.pause(600)))
        self.service.on("/caller/join", answer(into_the_room("caller", record=True)))
        self.service.on("/agent/join", answer(into_the_room("agent", ends=True)))
        for label in ("caller", "agent"):
            self.service.on(f"/{label}/left", answer(twiml.say("Thank you.")))
        for told in ("/voice/status", "/room", "/leg", "/recorded"):
            self.service.on(told, "")
        people = {AGENT: Party(after=3, talks=None), BOSS: Party(after=3, talks=None)}
        self.phone = Phone(self.service.app, people=people)

    def told(self) -> list[tuple[RoomEvent, str | None, RoomReason | None]]:
        """What we read of the room, in order."""
        changes = sorted(
            map(room_forms.conference_changed, self.service.forms("/room")),
            key=lambda change: change.sequence or 0,
        )
        assert {change.room for change in changes} == {ROOM}
        return [(change.event, change.label, change.reason) for change in changes]


@pytest.fixture
def floor() -> Floor:
    return Floor()


@pytest.fixture
def rest(floor: Floor) -> Iterator[Rest]:
    server = make_server("127.0.0.1", 0, serve(floor.phone.exchange), threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    account = floor.phone.exchange.account_sid
    yield Rest(account, TOKEN, base_url=f"http://127.0.0.1:{server.server_port}/carrier")
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def bridged(floor: Floor, rest: Rest) -> tuple[PhoneCall, str, str]:
    """The caller's call, the agent's leg, the room's id: a caller who waited talks with an agent."""
    caller = floor.phone.dial(HOTLINE, CALLER).wait(30)
    agent = rest.place_call(AGENT, HOTLINE, f"{BASE}/agent/join", timeout=20, status_callback=f"{BASE}/leg")
    floor.phone.pass_time(10)
    assert rest.redirect(caller.sid, f"{BASE}/caller/join")
    floor.phone.pass_time(5)
    room_id = rest.rooms.find(ROOM)
    assert room_id is not None
    return caller, agent, room_id


def test_a_caller_waits_and_gives_up(floor: Floor) -> None:
    caller = floor.phone.dial(HOTLINE, CALLER).wait(50)
    waits = [forms.still_waiting(form) for form in floor.service.forms("/wait")]
    assert waits == [StillWaiting(caller.sid)] * 3
    caller.hang_up()
    (ended,) = map(forms.queue_ended, floor.service.forms("/queue"))
    assert (ended.result, ended.hung_up) == (QueueResult.HUNG_UP, True)


def test_a_caller_who_leaves_the_queue_hears_what_follows(floor: Floor) -> None:
    floor.service.on("/wait", answer(twiml.pause(5)), answer(twiml.leave()))
    caller = floor.phone.dial(HOTLINE, CALLER).wait(20)
    (ended,) = map(forms.queue_ended, floor.service.forms("/queue"))
    assert ended == QueueEnded(caller.sid, QueueResult.LEFT, 5)
    assert caller.heard == ["Nobody is free."]


def test_caller_and_agent_meet_in_a_room_and_the_agent_ends_it(
    floor: Floor, rest: Rest, bridged: tuple[PhoneCall, str, str]
) -> None:
    caller, agent, room_id = bridged
    assert caller.doing == "talking"
    (moved,) = map(forms.queue_ended, floor.service.forms("/queue"))
    assert (moved.result, moved.hung_up) == (QueueResult.REDIRECTED, False)
    assert rest.hang_up(agent)
    floor.phone.pass_time(5)
    assert caller.heard[-1] == "Thank you."
    assert floor.told() == [
        (RoomEvent.JOINED, "agent", None),
        (RoomEvent.JOINED, "caller", None),
        (RoomEvent.STARTED, None, None),
        (RoomEvent.LEFT, "agent", RoomReason.HUNG_UP),
        (RoomEvent.ENDED, None, RoomReason.ENDED_BY_LEAVING),
        (RoomEvent.LEFT, "caller", RoomReason.ENDED_BY_LEAVING),
    ]
    (left,) = map(room_forms.room_left, floor.service.forms("/caller/left"))
    assert left == RoomLeft(caller.sid, entered=True)
    assert rest.rooms.find(ROOM) is None
    recorded = [forms.recording_changed(form) for form in floor.service.forms("/recorded")]
    assert [(each.state, each.room_id) for each in recorded] == [
        (RecordingState.RUNNING, room_id),
        (RecordingState.READY, room_id),
    ]


def test_a_caller_is_held_and_muted_and_taken_back(
    floor: Floor, rest: Rest, bridged: tuple[PhoneCall, str, str]
) -> None:
    caller, _, room_id = bridged
    before = len(floor.told())
    assert rest.rooms.hold(room_id, caller.sid, f"{BASE}/music")
    floor.phone.pass_time(5)
    assert (caller.heard[-1], caller.doing) == ("La la.", "")
    assert rest.rooms.unhold(room_id, "caller")
    assert rest.rooms.mute(room_id, caller.sid)
    assert rest.rooms.unmute(room_id, caller.sid)
    floor.phone.pass_time(2)
    assert caller.doing == "talking"
    assert [event for event, _, _ in floor.told()[before:]] == [
        RoomEvent.HELD,
        RoomEvent.UNHELD,
        RoomEvent.MUTED,
        RoomEvent.UNMUTED,
    ]


def test_another_agent_is_invited_and_the_first_leaves_without_ending_it(
    floor: Floor, rest: Rest, bridged: tuple[PhoneCall, str, str]
) -> None:
    caller, agent, room_id = bridged
    invited = rest.rooms.invite(
        room_id, BOSS, HOTLINE, label="boss", timeout=20, end_on_exit=True, status_callback=f"{BASE}/leg"
    )
    assert invited.room_id == room_id
    floor.phone.pass_time(10)
    assert rest.rooms.find_participant(room_id, "boss") == invited.call_id
    assert rest.rooms.coach(room_id, invited.call_id, agent)
    assert rest.rooms.join_in(room_id, invited.call_id)
    assert rest.rooms.end_on_exit(room_id, agent, False)
    assert rest.rooms.take_out(room_id, agent)
    assert not rest.rooms.take_out(room_id, agent)
    floor.phone.pass_time(5)
    assert (caller.doing, floor.told()[-1][:2]) == ("talking", (RoomEvent.LEFT, "agent"))
    assert rest.rooms.find_participant(room_id, "agent") is None
    assert rest.rooms.end(room_id)
    floor.phone.pass_time(5)
    assert caller.heard[-1] == "Thank you."
    assert (RoomEvent.ENDED, None, RoomReason.ENDED_BY_US) in floor.told()


def test_the_recording_of_a_talk_is_paused_stopped_and_looked_up(
    floor: Floor, rest: Rest, bridged: tuple[PhoneCall, str, str]
) -> None:
    _, _, room_id = bridged
    assert rest.rooms.pause_recording(room_id)
    assert [each.state for each in rest.rooms.recordings(room_id)] == [RecordingState.UNKNOWN]
    assert rest.rooms.resume_recording(room_id)
    assert [each.state for each in rest.rooms.recordings(room_id)] == [RecordingState.RUNNING]
    assert rest.rooms.stop_recording(room_id)
    assert not rest.rooms.pause_recording(room_id)
    floor.phone.pass_time(5)
    (made,) = rest.rooms.recordings(room_id)
    assert (made.state, made.room_id) == (RecordingState.READY, room_id)
    assert rest.fetch_recording(made.recording_id)[:4] == b"RIFF"


def test_an_announcement_in_the_talk_is_told_of(
    floor: Floor, rest: Rest, bridged: tuple[PhoneCall, str, str]
) -> None:
    caller, _, room_id = bridged
    floor.service.on("/news", answer(twiml.say("This is the news.")))
    assert rest.rooms.announce(room_id, f"{BASE}/news")
    floor.phone.pass_time(5)
    assert (caller.heard[-1], caller.doing) == ("This is the news.", "talking")
    assert floor.told()[-1][0] is RoomEvent.ANNOUNCED


def test_a_browser_that_nobody_opened_does_not_answer(floor: Floor) -> None:
    rung = twiml.dial(
        "client:agent_7",
        f"{BASE}/dialled",
        timeout=5,
        status_callback=f"{BASE}/leg",
        parameters={"offer": "12"},
    )
    floor.service.on("/voice", answer(rung)).on("/dialled", answer(twiml.hangup()))
    caller = floor.phone.dial(HOTLINE, CALLER).wait(20)
    assert caller.faults == []
    (ended,) = map(forms.dial_ended, floor.service.forms("/dialled"))
    assert ended.result is DialResult.NO_ANSWER
    assert [form["To"] for form in floor.service.forms("/leg")][:1] == ["client:agent_7"]
