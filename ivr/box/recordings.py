"""The recordings the carrier keeps: on disk while the box lives, the last ones only."""

import shutil
import tempfile
import weakref
from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING

from ivr.box import sounds
from ivr.box.twiml.verbs import Notices

if TYPE_CHECKING:
    from ivr.box.exchange import Exchange
    from ivr.box.leg import Leg

Fields = list[tuple[str, str]]
_MOST_KEPT = 200
_SECONDS_UNTIL_FETCHABLE = 1.0


class Recording:
    """`status` is in-progress, completed or absent (nobody spoke)."""

    def __init__(self, sid: str, leg: "Leg", source: str, notices: Notices | None, path: Path) -> None:
        self.sid, self.leg, self.source, self.notices = sid, leg, source, notices
        self.about: Fields = [("CallSid", (leg.parent or leg).sid)]
        self.status = "in-progress"
        self.started_at = leg.exchange.clock.now()
        self.ended_at: float | None = None
        self.spoken = False
        self._path = path

    @property
    def url(self) -> str:
        """Without extension, as the carrier gives it."""
        return f"{self.leg.exchange.rest_url}/Recordings/{self.sid}"

    @property
    def seconds(self) -> int:
        return max(1, round((self.ended_at or self.leg.exchange.clock.now()) - self.started_at))

    @property
    def fetchable(self) -> bool:
        """Contract §1.2: the URL may not be fetchable yet when the action is asked."""
        now = self.leg.exchange.clock.now()
        return self.status == "completed" and now >= (self.ended_at or now) + _SECONDS_UNTIL_FETCHABLE

    def add(self, samples: bytes) -> None:
        self.spoken = True
        with self._path.open("ab") as file:
            file.write(samples)

    def wav(self) -> bytes:
        """What was said; a tone of the same length when no voice reached the box."""
        samples = self._path.read_bytes() if self.spoken else sounds.tone(self.seconds)
        return sounds.wav_of(samples)

    def fields(self, ending: str = "") -> Fields:
        """What the action and the recording callback are told; `ending` is the key, or hangup."""
        told = [
            ("RecordingSid", self.sid),
            ("RecordingUrl", self.url),
            ("RecordingDuration", str(self.seconds)),
        ]
        return [*told, ("Digits", ending)] if ending else told

    def forget(self) -> None:
        self._path.unlink(missing_ok=True)


class Recordings:
    """All recordings of the exchange, by sid; the oldest go when there are too many."""

    def __init__(self, exchange: "Exchange") -> None:
        self._exchange = exchange
        self._kept: OrderedDict[str, Recording] = OrderedDict()
        self._folder: Path | None = None

    def begin(
        self, leg: "Leg", source: str, notices: Notices | None, about: Fields | None = None
    ) -> Recording:
        """Starts one; `about` names a conference where that is recorded, and not a call."""
        self._folder = self._folder or self._new_folder()
        sid = self._exchange.new_sid("RE")
        recording = Recording(sid, leg, source, notices, self._folder / f"{sid}.raw")
        recording.about = about or recording.about
        self._kept[sid] = recording
        while len(self._kept) > _MOST_KEPT:
            self._kept.popitem(last=False)[1].forget()
        self._tell(recording)
        return recording

    def _new_folder(self) -> Path:
        """A folder that goes when the exchange does."""
        folder = Path(tempfile.mkdtemp(prefix="phone-company-"))
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        return folder

    def close(self, recording: Recording, empty_if_silent: bool) -> None:
        recording.ended_at = self._exchange.clock.now()
        recording.status = "absent" if empty_if_silent and not recording.spoken else "completed"
        self._exchange.clock.later(_SECONDS_UNTIL_FETCHABLE, lambda: self._tell(recording))

    def find(self, sid: str) -> Recording | None:
        return self._kept.get(sid)

    def latest_of(self, leg: "Leg") -> Recording | None:
        return next((each for each in reversed(self._kept.values()) if each.leg is leg), None)

    def delete(self, sid: str) -> bool:
        recording = self._kept.pop(sid, None)
        if recording is not None:
            recording.forget()
        return recording is not None

    def _tell(self, recording: Recording) -> None:
        notices = recording.notices
        if notices is None or recording.status not in notices.events:
            return
        fields = [
            ("AccountSid", self._exchange.account_sid),
            *recording.about,
            ("RecordingStatus", recording.status),
            ("RecordingChannels", "1"),
            ("RecordingStartTime", self._exchange.rfc_time(recording.started_at)),
            ("RecordingSource", recording.source),
            ("RecordingTrack", "both"),
            *recording.fields(),
        ]
        self._exchange.deliver(recording.leg, notices.to.having(fields))
