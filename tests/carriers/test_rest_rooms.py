"""Wishes about rooms over real HTTP: what is asked, and what is answered where a room is over."""

from collections.abc import Callable, Iterator

import pytest

from ivr.carriers.errors import Refused, TryAgain, Unknown
from ivr.carriers.events import RecordingChanged, RecordingState
from ivr.carriers.twilio import wire
from ivr.carriers.twilio.rest import Rest
from ivr.carriers.twilio.rest_rooms import Invited, Rooms
from tests.carriers.contract_server import ACCOUNT, TOKEN, Carrier, Conference, Fault, Seen, contract_server

TO, FROM = "+84901234567", "+842873001234"
URL = "https://ivr.example/x"


@pytest.fixture
def carrier() -> Iterator[Carrier]:
    with contract_server() as carrier:
        people = {"CA7": "caller", "CA8": "agent"}
        carrier.rooms["CF7"] = Conference("CF7", "ix-7", participants=people, recording="in-progress")
        yield carrier


@pytest.fixture
def rest(carrier: Carrier) -> Rest:
    return Rest(ACCOUNT, TOKEN, base_url=carrier.url)


@pytest.fixture
def rooms(rest: Rest) -> Rooms:
    return rest.rooms


def test_a_room_is_found_by_its_name_while_it_is_not_over(carrier: Carrier, rooms: Rooms) -> None:
    carrier.rooms["CF6"] = Conference("CF6", "ix-6", "completed")
    carrier.rooms["CF8"] = Conference("CF8", "ix-8", "init")
    assert [rooms.find(name) for name in ("ix-6", "ix-7", "ix-8", "ix-9")] == [None, "CF7", "CF8", None]


def test_somebody_is_rung_straight_into_a_room(carrier: Carrier, rooms: Rooms) -> None:
    invited = rooms.invite(
        "ix-9",
        TO,
        FROM,
        label="agent-8",
        timeout=20,
        end_on_exit=True,
        wait_url=URL,
        time_limit=3600,
        status_callback=f"{URL}/leg",
        room_callback=f"{URL}/room",
    )
    assert invited == Invited("CA1", "CF1")
    assert carrier.seen == [
        Seen(
            "POST",
            "/Conferences/ix-9/Participants.json",
            {
                "To": [TO],
                "From": [FROM],
                "Label": ["agent-8"],
                "Timeout": ["20"],
                "TimeLimit": ["3600"],
                "StartConferenceOnEnter": ["true"],
                "EndConferenceOnExit": ["true"],
                "Muted": ["false"],
                "Beep": ["false"],
                "WaitUrl": [URL],
                "WaitMethod": ["POST"],
                "StatusCallback": [f"{URL}/leg"],
                "StatusCallbackMethod": ["POST"],
                "StatusCallbackEvent": ["initiated", "ringing", "answered", "completed"],
                "ConferenceStatusCallback": [f"{URL}/room"],
                "ConferenceStatusCallbackMethod": ["POST"],
                "ConferenceStatusCallbackEvent": ["start", "end", "join", "leave", "mute", "hold"],
            },
        )
    ]


def test_whoever_is_invited_by_the_rooms_id_never_sits_alone_in_a_new_one(
    carrier: Carrier, rooms: Rooms
) -> None:
    rooms.invite("CF7", "client:agent_9", FROM, label="boss", timeout=20, muted=True, coach="CA8")
    assert carrier.seen[0].fields["Coaching"] == ["true"]
    assert carrier.seen[0].fields["CallSidToCoach"] == ["CA8"]
    carrier.rooms["CF7"].status = "completed"
    with pytest.raises(Refused) as refusal:
        rooms.invite("CF7", TO, FROM, label="agent-9", timeout=20)
    assert refusal.value.gone
    assert list(carrier.rooms) == ["CF7"]


def test_an_invitation_whose_answer_was_lost_is_looked_up_by_its_label(
    carrier: Carrier, rooms: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "READ_SECONDS", 0.2)
    carrier.faults = ["silent"]
    with pytest.raises(Unknown):
        rooms.invite("CF7", TO, FROM, label="agent-9", timeout=20)
    assert rooms.find_participant("CF7", "agent-9") == "CA1"
    assert rooms.find_participant("CF7", "agent-10") is None
    assert rooms.find_participant("CF9", "agent-9") is None


WISHES: list[tuple[Callable[[Rooms, str, str], bool], str, str, dict[str, list[str]]]] = [
    (
        lambda rooms, room, who: rooms.hold(room, who, URL),
        "POST",
        "/Participants/CA7",
        {"Hold": ["true"], "HoldUrl": [URL], "HoldMethod": ["POST"]},
    ),
    (lambda rooms, room, who: rooms.unhold(room, who), "POST", "/Participants/CA7", {"Hold": ["false"]}),
    (lambda rooms, room, who: rooms.mute(room, who), "POST", "/Participants/CA7", {"Muted": ["true"]}),
    (lambda rooms, room, who: rooms.unmute(room, who), "POST", "/Participants/CA7", {"Muted": ["false"]}),
    (
        lambda rooms, room, who: rooms.coach(room, who, "CA8"),
        "POST",
        "/Participants/CA7",
        {"Coaching": ["true"], "CallSidToCoach": ["CA8"], "Muted": ["false"]},
    ),
    (
        lambda rooms, room, who: rooms.join_in(room, who),
        "POST",
        "/Participants/CA7",
        {"Coaching": ["false"], "Muted": ["false"]},
    ),
    (
        lambda rooms, room, who: rooms.end_on_exit(room, who, False),
        "POST",
        "/Participants/CA7",
        {"EndConferenceOnExit": ["false"]},
    ),
    (
        lambda rooms, room, who: rooms.announce(room, URL, who),
        "POST",
        "/Participants/CA7",
        {"AnnounceUrl": [URL], "AnnounceMethod": ["POST"]},
    ),
    (lambda rooms, room, who: rooms.take_out(room, who), "DELETE", "/Participants/CA7", {}),
    (
        lambda rooms, room, _: rooms.announce(room, URL),
        "POST",
        "",
        {"AnnounceUrl": [URL], "AnnounceMethod": ["POST"]},
    ),
    (lambda rooms, room, _: rooms.end(room), "POST", "", {"Status": ["completed"]}),
    (
        lambda rooms, room, _: rooms.pause_recording(room),
        "POST",
        "/Recordings/Twilio.CURRENT",
        {"Status": ["paused"], "PauseBehavior": ["silence"]},
    ),
    (
        lambda rooms, room, _: rooms.resume_recording(room),
        "POST",
        "/Recordings/Twilio.CURRENT",
        {"Status": ["in-progress"]},
    ),
    (
        lambda rooms, room, _: rooms.stop_recording(room),
        "POST",
        "/Recordings/Twilio.CURRENT",
        {"Status": ["stopped"]},
    ),
]
NAMES = [
    "hold",
    "unhold",
    "mute",
    "unmute",
    "coach",
    "join_in",
    "end_on_exit",
    "announce_to_one",
    "take_out",
    "announce",
    "end",
    "pause_recording",
    "resume_recording",
    "stop_recording",
]


@pytest.mark.parametrize(("wish", "method", "path", "fields"), WISHES, ids=NAMES)
def test_a_wish_is_asked_as_the_contract_says(
    carrier: Carrier,
    rooms: Rooms,
    wish: Callable[[Rooms, str, str], bool],
    method: str,
    path: str,
    fields: dict[str, list[str]],
) -> None:
    assert wish(rooms, "CF7", "CA7")
    assert carrier.seen == [Seen(method, f"/Conferences/CF7{path}.json", fields)]


@pytest.mark.parametrize("wish", [wish for wish, *_ in WISHES], ids=NAMES)
def test_in_a_room_that_is_over_nothing_is_left_to_do(
    carrier: Carrier, rooms: Rooms, wish: Callable[[Rooms, str, str], bool]
) -> None:
    carrier.rooms["CF7"].status = "completed"
    assert not wish(rooms, "CF7", "CA7")
    assert not wish(rooms, "CF9", "CA7")


@pytest.mark.parametrize("wish", [wish for wish, _, path, _ in WISHES if path], ids=NAMES[:9] + NAMES[11:])
def test_for_one_who_left_or_a_recording_that_ended_nothing_is_left_to_do(
    carrier: Carrier, rooms: Rooms, wish: Callable[[Rooms, str, str], bool]
) -> None:
    carrier.rooms["CF7"].participants = {"CA8": "agent"}
    carrier.rooms["CF7"].recording = None
    assert not wish(rooms, "CF7", "CA7")


@pytest.mark.parametrize("fault", ["busy", "unavailable", "broken", "dropped"])
@pytest.mark.parametrize("wish", [wish for wish, *_ in WISHES], ids=NAMES)
def test_a_wish_that_failed_can_be_made_again(
    carrier: Carrier, rooms: Rooms, wish: Callable[[Rooms, str, str], bool], fault: Fault
) -> None:
    carrier.faults = [fault]
    with pytest.raises((TryAgain, Unknown)):
        wish(rooms, "CF7", "CA7")
    assert wish(rooms, "CF7", "CA7")


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("in-progress", RecordingState.RUNNING),
        ("paused", RecordingState.UNKNOWN),
        ("processing", RecordingState.UNKNOWN),
        ("completed", RecordingState.READY),
        ("absent", RecordingState.ABSENT),
    ],
)
def test_what_was_recorded_can_be_looked_up_when_the_room_is_over(
    carrier: Carrier, rooms: Rooms, status: str, state: RecordingState
) -> None:
    carrier.rooms["CF7"].status, carrier.rooms["CF7"].recording = "completed", status
    assert rooms.recordings("CF7") == [RecordingChanged("RE1", state, None, "CF7", 7)]
    assert carrier.seen == [Seen("GET", "/Conferences/CF7/Recordings.json", {"PageSize": ["20"]})]


def test_of_a_room_that_nobody_knows_or_records_there_is_nothing(carrier: Carrier, rooms: Rooms) -> None:
    carrier.rooms["CF7"].recording = None
    assert [rooms.recordings(room) for room in ("CF7", "CF9")] == [[], []]


def test_one_is_known_by_label_too_and_taken_out_once(carrier: Carrier, rooms: Rooms) -> None:
    assert rooms.take_out("CF7", "caller")
    assert not rooms.take_out("CF7", "caller")
    assert carrier.rooms["CF7"].participants == {"CA8": "agent"}


def test_a_target_that_left_cannot_be_whispered_to(rooms: Rooms) -> None:
    with pytest.raises(Refused) as refusal:
        rooms.coach("CF7", "CA7", "CA9")
    assert (refusal.value.code, refusal.value.gone) == (13240, False)


def test_a_label_stays_in_its_part_of_the_path(carrier: Carrier, rooms: Rooms) -> None:
    assert not rooms.mute("CF7", "../../Calls")
    assert carrier.seen[0].path == "/Conferences/CF7/Participants/..%2F..%2FCalls.json"


def test_a_phone_is_rung_while_the_carrier_listens_for_a_machine(carrier: Carrier, rest: Rest) -> None:
    assert rest.place_call(TO, FROM, URL, timeout=25, machine_callback=f"{URL}/by") == "CA1"
    assert carrier.seen[0].fields == {
        "To": [TO],
        "From": [FROM],
        "Url": [URL],
        "Method": ["POST"],
        "Timeout": ["25"],
        "MachineDetection": ["Enable"],
        "AsyncAmd": ["true"],
        "AsyncAmdStatusCallback": [f"{URL}/by"],
        "AsyncAmdStatusCallbackMethod": ["POST"],
    }
