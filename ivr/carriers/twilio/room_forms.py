"""The carrier's forms about its conferences, read into our words of rooms (contract §1.5)."""

from ivr.carriers.rooms import ConferenceChanged, RoomEvent, RoomLeft, RoomReason
from ivr.carriers.twilio.body import Form
from ivr.carriers.twilio.values import count, hung_up, id_if_any, id_of, text, time_ms

_EVENTS = {
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
_LEAVING = {
    "participant_hung_up": RoomReason.HUNG_UP,
    "participant_updated_via_api": RoomReason.TAKEN_OUT,
    "participant_add_failed": RoomReason.NOT_ADDED,
    "moderator_ended_conference": RoomReason.ENDED_BY_LEAVING,
    "conference_ended_via_api": RoomReason.ENDED_BY_US,
}
_ENDING = {
    "last-participant-left": RoomReason.LAST_ONE_LEFT,
    "last-participant-kicked": RoomReason.LAST_ONE_LEFT,
    "participant-with-end-conference-on-exit-left": RoomReason.ENDED_BY_LEAVING,
    "participant-with-end-conference-on-exit-kicked": RoomReason.ENDED_BY_LEAVING,
    "conference-ended-via-api": RoomReason.ENDED_BY_US,
}


def conference_changed(form: Form) -> ConferenceChanged:
    """A notice of a room. Raises BadForm without the room's id, or with one of a leg that is none."""
    event = _EVENTS.get(form.get("StatusCallbackEvent", ""), RoomEvent.UNKNOWN)
    ended = event is RoomEvent.ENDED
    return ConferenceChanged(
        room=text(form, "FriendlyName") or "",
        room_id=id_of(form, "ConferenceSid"),
        event=event,
        call_id=id_if_any(form, "CallSidEndingConference" if ended else "CallSid"),
        label=text(form, "ParticipantLabelEndingConference" if ended else "ParticipantLabel"),
        reason=_reason(form, event),
        sequence=count(form, "SequenceNumber"),
        carrier_at_ms=time_ms(form, "Timestamp"),
    )


def room_left(form: Form) -> RoomLeft:
    """The Dial into a room is over. An unknown word says that the leg was never in it."""
    entered = form.get("DialCallStatus") in ("answered", "completed")
    return RoomLeft(id_of(form, "CallSid"), entered, hung_up(form))


def _reason(form: Form, event: RoomEvent) -> RoomReason | None:
    if event is RoomEvent.LEFT:
        return _LEAVING.get(form.get("ReasonParticipantLeft", ""), RoomReason.UNKNOWN)
    if event is RoomEvent.ENDED:
        return _ENDING.get(form.get("ReasonConferenceEnded", ""), RoomReason.UNKNOWN)
    return None
