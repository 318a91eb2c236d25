"""The carrier's notices of its conferences in our words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.carriers.rooms import ConferenceChanged, RoomEvent, RoomLeft, RoomReason
from ivr.carriers.twilio import room_forms
from ivr.carriers.twilio.body import BadForm

CALL, ROOM = "CA" + "0" * 32, "CF" + "1" * 32
FORM = {
    "ConferenceSid": ROOM,
    "FriendlyName": "ix-7f3a",
    "SequenceNumber": "4",
    "Timestamp": "Thu, 1 Jun 2017 20:48:32 +0000",
}
EVENTS = {
    "conference-start": RoomEvent.STARTED,
    "conference-end": RoomEvent.ENDED,
    "participant-join": RoomEvent.JOINED,
    "participant-leave": RoomEvent.LEFT,
    "participant-hold": RoomEvent.HELD,
    "participant-unhold": RoomEvent.UNHELD,
    "participant-mute": RoomEvent.MUTED,
    "participant-unmute": RoomEvent.UNMUTED,
    "participant-modify": RoomEvent.CHANGED,
    "participant-speech-start": RoomEvent.TALKING,
    "participant-speech-stop": RoomEvent.SILENT,
    "announcement-end": RoomEvent.ANNOUNCED,
    "announcement-fail": RoomEvent.NOT_ANNOUNCED,
}


def test_somebody_joins() -> None:
    form = {**FORM, "StatusCallbackEvent": "participant-join", "CallSid": CALL, "ParticipantLabel": "agent"}
    assert room_forms.conference_changed({**form, "Muted": "false"}) == ConferenceChanged(
        room="ix-7f3a",
        room_id=ROOM,
        event=RoomEvent.JOINED,
        call_id=CALL,
        label="agent",
        sequence=4,
        carrier_at_ms=1_496_350_112_000,
    )


@pytest.mark.parametrize(("word", "event"), EVENTS.items())
def test_every_event_has_a_word_of_ours(word: str, event: RoomEvent) -> None:
    assert room_forms.conference_changed({**FORM, "StatusCallbackEvent": word}).event is event


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        ("participant_hung_up", RoomReason.HUNG_UP),
        ("participant_updated_via_api", RoomReason.TAKEN_OUT),
        ("participant_add_failed", RoomReason.NOT_ADDED),
        ("moderator_ended_conference", RoomReason.ENDED_BY_LEAVING),
        ("conference_ended_via_api", RoomReason.ENDED_BY_US),
        ("beamed_up", RoomReason.UNKNOWN),
        (None, RoomReason.UNKNOWN),
    ],
)
def test_who_leaves_leaves_for_a_reason(word: str | None, reason: RoomReason) -> None:
    form = {**FORM, "StatusCallbackEvent": "participant-leave", "CallSid": CALL}
    form |= {"ReasonParticipantLeft": word} if word else {}
    assert room_forms.conference_changed(form).reason is reason
    assert room_forms.conference_changed({**form, "StatusCallbackEvent": "participant-mute"}).reason is None


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        ("conference-ended-via-api", RoomReason.ENDED_BY_US),
        ("last-participant-left", RoomReason.LAST_ONE_LEFT),
        ("last-participant-kicked", RoomReason.LAST_ONE_LEFT),
        ("participant-with-end-conference-on-exit-left", RoomReason.ENDED_BY_LEAVING),
        ("participant-with-end-conference-on-exit-kicked", RoomReason.ENDED_BY_LEAVING),
        ("the-end-of-the-world", RoomReason.UNKNOWN),
    ],
)
def test_a_room_ends_for_a_reason_and_by_somebody(word: str, reason: RoomReason) -> None:
    ended = room_forms.conference_changed(
        {
            **FORM,
            "StatusCallbackEvent": "conference-end",
            "ReasonConferenceEnded": word,
            "CallSidEndingConference": CALL,
            "ParticipantLabelEndingConference": "agent",
        }
    )
    assert (ended.event, ended.reason) == (RoomEvent.ENDED, reason)
    assert (ended.call_id, ended.label) == (CALL, "agent")


@given(st.text(max_size=30))
def test_no_unknown_word_brings_anybody_in_or_ends_anything(word: str) -> None:
    changed = room_forms.conference_changed({**FORM, "StatusCallbackEvent": word, "CallSid": CALL})
    if word not in EVENTS:
        assert (changed.event, changed.reason) == (RoomEvent.UNKNOWN, None)
    if word not in ("answered", "completed"):
        assert not room_forms.room_left({"CallSid": CALL, "DialCallStatus": word}).entered


@pytest.mark.parametrize("wrong", [{"ConferenceSid": ""}, {"ConferenceSid": "../x"}, {"CallSid": "<b>"}])
def test_a_notice_of_no_room_or_of_nobody_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(BadForm, match="Sid is"):
        room_forms.conference_changed({**FORM, "StatusCallbackEvent": "participant-join", **wrong})


@pytest.mark.parametrize(
    ("status", "call_status", "left"),
    [
        ("answered", "in-progress", RoomLeft(CALL, entered=True)),
        ("completed", "completed", RoomLeft(CALL, entered=True, hung_up=True)),
        ("failed", "in-progress", RoomLeft(CALL, entered=False)),
        ("no-answer", "in-progress", RoomLeft(CALL, entered=False)),
    ],
)
def test_a_leg_comes_out_of_a_room_or_never_was_in_it(status: str, call_status: str, left: RoomLeft) -> None:
    form = {"CallSid": CALL, "DialCallStatus": status, "CallStatus": call_status}
    assert room_forms.room_left(form) == left
    with pytest.raises(BadForm, match="CallSid is missing"):
        room_forms.room_left({"DialCallStatus": status})
