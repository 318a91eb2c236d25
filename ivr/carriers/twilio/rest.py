"""What we ask of the carrier by REST, and its answers in our words.

Only errands call this, never a caller's request (law 11). Every call raises `CarrierError`: `TryAgain` did
nothing, `Unknown` may have acted and must be looked up, `Refused` is final, `NotYet` will come.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any
from urllib.parse import quote

from ivr.carriers.errors import CarrierError, NotYet, Refused, TryAgain, Unknown
from ivr.carriers.events import LegChanged
from ivr.carriers.twilio.dialling import LEG_EVENTS
from ivr.carriers.twilio.forms import leg_changed
from ivr.carriers.twilio.rest_rooms import Rooms, done, told

__all__ = ["CarrierError", "NotYet", "OurNumber", "Refused", "Rest", "TryAgain", "Unknown"]

RECENT_MESSAGES = 50


@dataclass(frozen=True, slots=True)
class OurNumber:
    """What the carrier asks when somebody calls a number: addresses are empty where none is set."""

    voice_url: str
    voice_method: str
    fallback_url: str
    fallback_method: str
    status_url: str
    text_url: str


class Rest:
    """One account of the carrier. The library is loaded at the first wish, so a service starts without it."""

    def __init__(
        self,
        account_sid: str,
        auth_token: str = "",
        *,
        api_key: str = "",
        api_secret: str = "",
        base_url: str | None = None,
    ) -> None:
        self.account_sid = account_sid
        self._auth = (api_key, api_secret) if api_key else (account_sid, auth_token)
        self._base_url = base_url or ""
        self.rooms = Rooms(lambda: self._client)

    def send_message(self, to: str, from_: str, body: str, status_callback: str | None = None) -> str:
        """Send a text message; its id."""
        wished = {"to": to, "from_": from_, "body": body} | _if_given(status_callback=status_callback)
        return str(self._client.messages.create(**wished).sid)

    def find_message(self, to: str, body: str, after_ms: int) -> str | None:
        """The id of the message with this text sent to this number since then, among the latest fifty.

        The look before a repeat when `send_message` ended in `Unknown`.
        """
        since = datetime.fromtimestamp(after_ms // 1000, UTC)
        for message in self._client.messages.list(to=to, limit=RECENT_MESSAGES):
            recent = message.date_created is None or message.date_created >= since
            if recent and (message.body or "").strip() == body.strip():
                return str(message.sid)
        return None

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
        """Ring somebody for `timeout` seconds; whoever answers hears the document at `url`. The leg's id.

        `machine_callback` is told whether the carrier thinks a machine answered; the document does not wait.
        After `Unknown` the phone may be ringing: nothing can be looked up, so it is never repeated blindly.
        """
        wished: dict[str, Any] = {"to": to, "from_": from_, "url": url, "method": "POST", "timeout": timeout}
        wished |= _if_given(time_limit=time_limit)
        wished |= told("status_callback", status_callback, LEG_EVENTS)
        if machine_callback:
            wished |= {"machine_detection": "Enable", "async_amd": "true"}
            wished |= {"async_amd_status_callback": machine_callback}
            wished |= {"async_amd_status_callback_method": "POST"}
        return str(self._client.calls.create(**wished).sid)

    def fetch_call(self, call_id: str) -> LegChanged:
        """How a call stands, for what the carrier forgot to tell; Refused with `gone` if there is none."""
        call = self._client.calls(call_id).fetch()
        form = {"CallSid": call_id, "CallStatus": call.status, "CallDuration": call.duration}
        form |= {"ParentCallSid": call.parent_call_sid}
        return leg_changed({name: str(value) for name, value in form.items() if value})

    def redirect(self, call_id: str, url: str) -> bool:
        """Let a live call go on with the document at `url`; False if it is already over."""
        return self._update(call_id, url=url, method="POST")

    def hang_up(self, call_id: str) -> bool:
        """End a call, ringing or not; False if it was already over."""
        return self._update(call_id, status="completed")

    def fetch_number(self, number: str) -> OurNumber | None:
        """How a number of the account is set up; None if it is not one of the account's."""
        for found in self._client.incoming_phone_numbers.list(phone_number=number, limit=1):
            return OurNumber(
                voice_url=found.voice_url or "",
                voice_method=found.voice_method or "POST",
                fallback_url=found.voice_fallback_url or "",
                fallback_method=found.voice_fallback_method or "POST",
                status_url=found.status_callback or "",
                text_url=found.sms_url or "",
            )
        return None

    def fetch_recording(self, recording_id: str) -> bytes:
        """The sound as WAV, by its id from our own base, never from an address somebody posted."""
        return bytes(self._client.http_client.media(self._recording(recording_id) + ".wav", self._auth))

    def delete_recording(self, recording_id: str) -> None:
        """Delete the carrier's copy; one that is already gone is deleted."""
        done(self._client.recordings(recording_id).delete)

    def _update(self, call_id: str, **wished: str) -> bool:
        return done(lambda: self._client.calls(call_id).update(**wished))

    def _recording(self, recording_id: str) -> str:
        return f"/2010-04-01/Accounts/{quote(self.account_sid)}/Recordings/{quote(recording_id, safe='')}"

    @cached_property
    def _client(self) -> Any:
        from twilio.rest import Client  # type: ignore[import-untyped]

        from ivr.carriers.twilio.wire import Wire

        user, password = self._auth
        # Not the process's environment: a stray TWILIO_REGION or TWILIO_EDGE sends everything astray (§4.5).
        # An empty mapping would mean just that to the library.
        elsewhere = {"TWILIO_REGION": ""}
        wire = Wire(self._base_url, [password])
        return Client(user, password, self.account_sid, http_client=wire, environment=elsewhere)


def _if_given(**wished: object) -> dict[str, Any]:
    return {name: value for name, value in wished.items() if value is not None}
