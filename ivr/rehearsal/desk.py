"""What the service asks of its carrier by REST, answered by the phone company on the stage."""

from collections.abc import Callable

from ivr.box.conferences import Conference
from ivr.box.exchange import Exchange as Box
from ivr.box.happenings import Redirected
from ivr.box.sounds import tone, wav_of
from ivr.box.twiml.notices import CALL_EVENTS
from ivr.box.twiml.verbs import Notices
from ivr.box.webhooks import Webhook
from ivr.carriers.events import LegChanged
from ivr.carriers.twilio.forms import leg_changed
from ivr.carriers.twilio.rest import NotYet, Refused, Rest
from ivr.carriers.twilio.rest_rooms import Rooms

_EXTRA_RINGING = 5
"""The carrier lets it ring a little longer than was wished."""

_TONE_SECONDS = 0.1
"""Instead of what was said: thousands of recordings of a rehearsal lie in memory at once."""


class Desk(Rest):
    """The carrier's REST interface without HTTP between: the box itself is asked."""

    def __init__(self, account_sid: str, box: Callable[[], Box]) -> None:
        super().__init__(account_sid)
        self._find_box = box
        self.rooms = DeskRooms(box)

    @property
    def _box(self) -> Box:
        return self._find_box()

    def place_call(
        self,
        to: str,
        from_: str,
        url: str,
        *,
        timeout: int,
        time_limit: int | None = None,
        status_callback: str | None = None,
        machine_callback: str | None = None,
    ) -> str:
        leg = self._box.new_leg(from_, to, "outbound-api")
        if status_callback:
            leg.notices = Notices(Webhook(status_callback), CALL_EVENTS)
        leg.time_limit = time_limit or leg.time_limit
        self._box.ring_out(leg, Webhook(url), timeout + _EXTRA_RINGING)
        return leg.sid

    def redirect(self, call_id: str, url: str) -> bool:
        leg = self._box.legs.get(call_id)
        if leg is None or leg.over or leg.answered_at is None:
            return False
        leg.tell(Redirected(Webhook(url)))
        return True

    def hang_up(self, call_id: str) -> bool:
        leg = self._box.legs.get(call_id)
        if leg is None or leg.over:
            return False
        leg.hang_up("service", unanswered="canceled")
        return True

    def fetch_call(self, call_id: str) -> LegChanged:
        leg = self._box.legs.get(call_id)
        if leg is None:
            raise _gone(call_id)
        return leg_changed({"CallSid": leg.sid, "CallStatus": leg.status, "CallDuration": str(leg.seconds)})

    def send_message(self, to: str, from_: str, body: str, status_callback: str | None = None) -> str:
        return self._box.messages.send(from_, to, body).sid

    def find_message(self, to: str, body: str, after_ms: int) -> str | None:
        return next((sent.sid for sent in self._box.messages.sent(to) if sent.body == body), None)

    def fetch_recording(self, recording_id: str) -> bytes:
        recording = self._box.recordings.find(recording_id)
        if recording is None:
            raise _gone(recording_id)
        if not recording.fetchable:
            raise NotYet(f"{recording_id} is not ready")
        return wav_of(tone(_TONE_SECONDS))

    def delete_recording(self, recording_id: str) -> None:
        self._box.recordings.delete(recording_id)


class DeskRooms(Rooms):
    """The carrier's rooms, as far as a rehearsal needs them."""

    def __init__(self, box: Callable[[], Box]) -> None:
        super().__init__(lambda: None)
        self._find_box = box

    def find(self, room: str) -> str | None:
        known = self._find_box().conferences.get(room)
        return known.sid if known is not None and not known.over else None

    def find_participant(self, room_id: str, label: str) -> str | None:
        room = self._live(room_id)
        found = room.find(label) if room is not None else None
        return found.leg.sid if found is not None else None

    def end(self, room_id: str) -> bool:
        room = self._live(room_id)
        if room is None:
            return False
        room.end("conference-ended-via-api")
        return True

    def _live(self, room_id: str) -> Conference | None:
        rooms = self._find_box().conferences.values()
        return next((room for room in rooms if room.sid == room_id and not room.over), None)


def _gone(sid: str) -> Refused:
    return Refused(404, 20404, f"there is no {sid}")
