"""What the service asks of its carrier by REST, answered by the phone company on the stage."""

from collections.abc import Callable

from ivr.box.exchange import Exchange as Box
from ivr.box.sounds import tone, wav_of
from ivr.carriers.events import LegChanged
from ivr.carriers.twilio.forms import leg_changed
from ivr.carriers.twilio.rest import NotYet, Refused, Rest

_TONE_SECONDS = 0.1
"""Instead of what was said: thousands of recordings of a rehearsal lie in memory at once."""


class Desk(Rest):
    """The carrier's REST interface without HTTP between: the box itself is asked."""

    def __init__(self, account_sid: str, box: Callable[[], Box]) -> None:
        super().__init__(account_sid)
        self._find_box = box

    @property
    def _box(self) -> Box:
        return self._find_box()

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


def _gone(sid: str) -> Refused:
    return Refused(404, 20404, f"there is no {sid}")
