"""Reads where a document wants to be told what happens."""

from ivr.box.twiml import verbs
from ivr.box.twiml.attributes import Attributes

CALL_EVENTS = frozenset({"initiated", "ringing", "answered", "completed"})
CONFERENCE_EVENTS = frozenset(
    {"start", "end", "join", "leave", "mute", "hold", "modify", "speaker", "announcement"}
)
_RECORDING_EVENTS = frozenset({"in-progress", "completed", "absent"})


def notices(given: Attributes, known: frozenset[str], default: frozenset[str]) -> verbs.Notices | None:
    """`statusCallback`, its method and its events."""
    events = frozenset(given.text("statusCallbackEvent").split())
    if not events <= known:
        raise given.refuse("statusCallbackEvent", f"{' '.join(sorted(events - known))} is no event")
    to = given.webhook("statusCallback", "statusCallbackMethod")
    return verbs.Notices(to, events or default) if to else None


def recording_notices(given: Attributes) -> verbs.Notices | None:
    """`recordingStatusCallback`, its method and its events."""
    events = frozenset(given.text("recordingStatusCallbackEvent").split())
    if not events <= _RECORDING_EVENTS:
        raise given.refuse("recordingStatusCallbackEvent", f"{' '.join(events)} has an unknown event")
    to = given.webhook("recordingStatusCallback", "recordingStatusCallbackMethod")
    return verbs.Notices(to, events or frozenset({"completed"})) if to else None
