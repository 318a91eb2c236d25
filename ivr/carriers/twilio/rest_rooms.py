"""What we ask of the carrier's conferences by REST (contract §4.3).

Every function but `invite` says how something shall be, so after `Unknown` or `TryAgain` it may simply be
asked again. It returns False where the room, or the one it is about, is already gone (404, 21220): nothing is
left to be done. `call_id` may also be a participant's label.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from ivr.carriers.errors import Refused
from ivr.carriers.events import RecordingChanged
from ivr.carriers.twilio.dialling import LEG_EVENTS, ROOM_EVENTS
from ivr.carriers.twilio.forms import recording_changed

ROOMS_OF_A_NAME = 20
RECORDINGS_OF_A_ROOM = 20

_PRESENT_RECORDING = "Twilio.CURRENT"


@dataclass(frozen=True, slots=True)
class Invited:
    """Somebody who is being rung: their leg, and the room they will be in as soon as they answer."""

    call_id: str
    room_id: str


class Rooms:
    """The rooms of one account. `client` gives the carrier's library, which is loaded at the first wish."""

    def __init__(self, client: Callable[[], Any]) -> None:
        self._client = client

    def find(self, room: str) -> str | None:
        """The id of the room of this name that is not over, also if it has not started; None without one."""
        for found in self._client().conferences.list(friendly_name=room, limit=ROOMS_OF_A_NAME):
            if found.status != "completed":
                return str(found.sid)
        return None

    def find_participant(self, room_id: str, label: str) -> str | None:
        """The call id of the one with this label; None if there is nobody.

        The look before a repeat when `invite` ended in `Unknown`.
        """
        try:
            return str(self._participant(room_id, label).fetch().call_sid)
        except Refused as refusal:
            if not refusal.gone:
                raise
            return None

    def invite(
        self,
        room: str,
        to: str,
        from_: str,
        *,
        label: str,
        timeout: int,
        start_on_enter: bool = True,
        end_on_exit: bool = False,
        muted: bool = False,
        coach: str | None = None,
        wait_url: str | None = None,
        time_limit: int | None = None,
        status_callback: str | None = None,
        room_callback: str | None = None,
    ) -> Invited:
        """Ring somebody for `timeout` seconds straight into a room; nothing screens who answers, a voicemail
        is in the room like a person.

        `room` is a name, and a room is made if there is none; or an id, and a room that is over is Refused
        with `gone`. Until it starts, `wait_url` is heard, else the carrier's own music. `status_callback`
        hears how the leg fares, `room_callback` what happens in the room, if they are the first one in it.
        After `Unknown` the phone may be ringing: see `find_participant`.
        """
        wished: dict[str, Any] = {"to": to, "from_": from_, "label": label, "timeout": timeout}
        wished |= {"start_conference_on_enter": start_on_enter, "end_conference_on_exit": end_on_exit}
        wished |= {"muted": muted, "beep": "false"}
        if coach:
            wished |= {"coaching": True, "call_sid_to_coach": coach}
        if wait_url:
            wished |= {"wait_url": wait_url, "wait_method": "POST"}
        if time_limit is not None:
            wished |= {"time_limit": time_limit}
        wished |= told("status_callback", status_callback, LEG_EVENTS)
        wished |= told("conference_status_callback", room_callback, ROOM_EVENTS)
        invited = self._room(room).participants.create(**wished)
        return Invited(str(invited.call_sid), str(invited.conference_sid))

    def hold(self, room_id: str, call_id: str, music: str) -> bool:
        """Let one hear the document at `music` and nothing else, nor be heard. It is asked for once."""
        return self._update(room_id, call_id, hold=True, hold_url=music, hold_method="POST")

    def unhold(self, room_id: str, call_id: str) -> bool:
        """Take one back into the conversation."""
        return self._update(room_id, call_id, hold=False)

    def mute(self, room_id: str, call_id: str) -> bool:
        """Let one hear and not be heard: also how to listen only."""
        return self._update(room_id, call_id, muted=True)

    def unmute(self, room_id: str, call_id: str) -> bool:
        """Let one be heard again, by whomever they coach if they do, else by all."""
        return self._update(room_id, call_id, muted=False)

    def coach(self, room_id: str, call_id: str, target: str) -> bool:
        """Whisper: one hears all and is heard by `target` (a call id) alone.

        Again after a transfer, or nobody hears them. Refused if `target` is not in the room.
        """
        return self._update(room_id, call_id, coaching=True, call_sid_to_coach=target, muted=False)

    def join_in(self, room_id: str, call_id: str) -> bool:
        """Let one who listened or whispered be heard by all."""
        return self._update(room_id, call_id, coaching=False, muted=False)

    def end_on_exit(self, room_id: str, call_id: str, ends: bool) -> bool:
        """Whether the room ends when this one leaves; false before a transfer, or the caller is lost."""
        return self._update(room_id, call_id, end_conference_on_exit=ends)

    def announce(self, room_id: str, url: str, call_id: str | None = None) -> bool:
        """Let all hear the document at `url` inside the room, or one alone."""
        wished = {"announce_url": url, "announce_method": "POST"}
        if call_id:
            return self._update(room_id, call_id, **wished)
        return done(lambda: self._room(room_id).update(**wished))

    def take_out(self, room_id: str, call_id: str) -> bool:
        """Take one out: the leg goes on with what follows its Dial. One who was invited is hung up."""
        return done(self._participant(room_id, call_id).delete)

    def end(self, room_id: str) -> bool:
        """End the room: every leg goes on with what follows its Dial."""
        return done(lambda: self._room(room_id).update(status="completed"))

    def pause_recording(self, room_id: str) -> bool:
        """Keep silence in place of what is said, so that the times of the recording stay those of the talk.

        False if nothing is recorded.
        """
        return self._record(room_id, status="paused", pause_behavior="silence")

    def resume_recording(self, room_id: str) -> bool:
        """Record again; False if there is no recording."""
        return self._record(room_id, status="in-progress")

    def recordings(self, room_id: str) -> list[RecordingChanged]:
        """What was recorded in a room, also one that is over, and how each stands: the look for whatever the
        carrier forgot to tell."""
        try:
            found = list(self._room(room_id).recordings.list(limit=RECORDINGS_OF_A_ROOM))
        except Refused as refusal:
            if not refusal.gone:
                raise
            return []
        return [_recording(room_id, each) for each in found]

    def stop_recording(self, room_id: str) -> bool:
        """End the recording for good; False if there is none."""
        return self._record(room_id, status="stopped")

    def _update(self, room_id: str, call_id: str, **wished: object) -> bool:
        return done(lambda: self._participant(room_id, call_id).update(**wished))

    def _record(self, room_id: str, **wished: str) -> bool:
        return done(lambda: self._room(room_id).recordings(_PRESENT_RECORDING).update(**wished))

    def _participant(self, room_id: str, call_id: str) -> Any:
        return self._room(room_id).participants(quote(call_id, safe=""))

    def _room(self, room_id: str) -> Any:
        return self._client().conferences(quote(room_id, safe=""))


def _recording(room_id: str, found: Any) -> RecordingChanged:
    form = {"RecordingSid": found.sid, "RecordingStatus": found.status, "ConferenceSid": room_id}
    form |= {"RecordingDuration": found.duration}
    return recording_changed({name: str(value) for name, value in form.items() if value})


def done(wish: Callable[[], object]) -> bool:
    """Whether the wish came true; False if what it was about is already gone."""
    try:
        wish()
    except Refused as refusal:
        if not refusal.gone:
            raise
        return False
    return True


def told(name: str, callback: str | None, events: str) -> dict[str, Any]:
    """The wish that `callback` is told of these events; nothing without it."""
    if not callback:
        return {}
    return {name: callback, f"{name}_method": "POST", f"{name}_event": events.split()}
