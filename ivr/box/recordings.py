"""The recordings the carrier keeps: on disk while the box lives, the last ones only."""

import math
import shutil
import tempfile
import weakref
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ivr.box import sounds
from ivr.box.twiml.verbs import Notices

if TYPE_CHECKING:
    from ivr.box.exchange import Exchange
    from ivr.box.leg import Leg

Fields = list[tuple[str, str]]
_SECONDS_UNTIL_FETCHABLE = 1.0


@dataclass(slots=True)
class _Pause:
    since: float
    skips: bool
    until: float | None = None

    def seconds(self, now: float) -> float:
        return (self.until or now) - self.since


class Recording:
    """`status` is in-progress, paused, completed or absent (nobody spoke); `leg` is None for a terminal's."""

    def __init__(self, sid: str, call_sid: str, exchange: "Exchange", path: Path) -> None:
        self.sid, self.call_sid, self.path = sid, call_sid, path
        self.leg: Leg | None = None
        self.source = "RecordVerb"
        self.notices: Notices | None = None
        self.about: Fields = [("CallSid", call_sid)]
        self.status = "in-progress"
        self.started_at = exchange.clock.now()
        self.ended_at: float | None = None
        self.fetchable_at = math.inf
        self.heard = False  # a handset has sent what it heard, if only that nobody spoke
        self.spoken = False
        self._pauses: list[_Pause] = []
        self._exchange = exchange

    @property
    def url(self) -> str:
        """Without extension, as the carrier gives it."""
        return f"{self._exchange.rest_url}/Recordings/{self.sid}"

    @property
    def seconds(self) -> int:
        until = self.ended_at or self._exchange.clock.now()
        skipped = sum(pause.seconds(until) for pause in self._pauses if pause.skips)
        return max(1, round(until - self.started_at - skipped))

    @property
    def spoken_seconds(self) -> float:
        """How long a voice was heard; 0 if none was."""
        return sounds.seconds_of(self.path.read_bytes()) if self.spoken else 0

    @property
    def fetchable(self) -> bool:
        """Contract §1.2: the URL may not be fetchable yet when the action is asked."""
        return self.status == "completed" and self._exchange.clock.now() >= self.fetchable_at

    @property
    def is_running(self) -> bool:
        return self.status in ("in-progress", "paused")

    def pause(self, *, skips: bool) -> None:
        """Keeps silence in place of what is said, or (`skips`) nothing at all."""
        if self.status == "in-progress":
            self.status = "paused"
            self._pauses.append(_Pause(self._exchange.clock.now(), skips))

    def resume(self) -> None:
        if self.status == "paused":
            self.status = "in-progress"
            self._pauses[-1].until = self._exchange.clock.now()

    def add(self, samples: bytes) -> None:
        self.heard = True
        self.spoken = self.spoken or bool(samples)
        with self.path.open("ab") as file:
            file.write(samples)

    def wav(self) -> bytes:
        """What was said; a tone of the same length when no voice reached the box."""
        samples = self.path.read_bytes() if self.spoken else self._tone()
        return sounds.wav_of(samples)

    def _tone(self) -> bytes:
        """Silent where the recording was paused."""
        until = self.ended_at or self._exchange.clock.now()
        made, at = b"", self.started_at
        for pause in self._pauses:
            made += sounds.tone(pause.since - at)
            made += b"" if pause.skips else sounds.silence(pause.seconds(until))
            at = pause.since + pause.seconds(until)
        return made + sounds.tone(self.seconds - sounds.seconds_of(made))

    def fields(self, ending: str = "") -> Fields:
        """What the action and the recording callback are told; `ending` is the key, or hangup."""
        told = [
            ("RecordingSid", self.sid),
            ("RecordingUrl", self.url),
            ("RecordingDuration", str(self.seconds)),
        ]
        return [*told, ("Digits", ending)] if ending else told

    def forget(self) -> None:
        self.path.unlink(missing_ok=True)


class Recordings:
    """All recordings of the exchange, by sid; the oldest go when there are too many."""

    def __init__(self, exchange: "Exchange") -> None:
        self._exchange = exchange
        self._kept: OrderedDict[str, Recording] = OrderedDict()
        self._folder: Path | None = None
        self._leave: Callable[[], object] = lambda: None

    def leave(self) -> None:
        """Forgets all of them, and the folder too: what ends without a farewell would leave it behind."""
        self._kept.clear()
        self._folder = None
        self._leave()

    def begin(
        self, leg: "Leg", source: str, notices: Notices | None, about: Fields | None = None
    ) -> Recording:
        """Starts one; `about` names a conference where that is recorded, and not a call."""
        recording = self._new(self._exchange.new_sid("RE"), (leg.parent or leg).sid)
        recording.leg, recording.source, recording.notices = leg, source, notices
        recording.about = about or recording.about
        self._tell(recording)
        return recording

    def take_in(self, sid: str, call_sid: str, samples: bytes) -> Recording:
        """Keeps a recording of a call that lived elsewhere: in the terminal that called the same service."""
        recording = self._new(sid, call_sid)
        recording.add(samples)
        recording.ended_at = recording.fetchable_at = self._exchange.clock.now()
        recording.started_at = recording.ended_at - sounds.seconds_of(samples)
        recording.status = "completed"
        return recording

    def _new(self, sid: str, call_sid: str) -> Recording:
        self.delete(sid)
        self._folder = self._folder or self._new_folder()
        recording = Recording(sid, call_sid, self._exchange, self._folder / f"{sid}.raw")
        self._kept[sid] = recording
        while len(self._kept) > self._exchange.limits.kept:
            self._kept.popitem(last=False)[1].forget()
        return recording

    def _new_folder(self) -> Path:
        """A folder that goes when the exchange does."""
        folder = Path(tempfile.mkdtemp(prefix="phone-company-"))
        self._leave = weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        return folder

    def close(self, recording: Recording, empty_if_silent: bool) -> None:
        recording.resume()
        recording.ended_at = self._exchange.clock.now()
        recording.fetchable_at = recording.ended_at + _SECONDS_UNTIL_FETCHABLE
        recording.status = "absent" if empty_if_silent and not recording.spoken else "completed"
        self._exchange.clock.later(_SECONDS_UNTIL_FETCHABLE, lambda: self._tell(recording))

    def completed(self) -> list[Recording]:
        """Oldest first."""
        return [each for each in self._kept.values() if each.status == "completed"]

    def of_conference(self, sid: str) -> list[Recording]:
        """Oldest first."""
        return [each for each in self._kept.values() if ("ConferenceSid", sid) in each.about]

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
