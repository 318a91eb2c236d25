"""What each kind of carrier can do (contract §8).

A menu that needs what the carrier lacks is refused when it is published, not found out by a caller.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Capability(StrEnum):
    """Something that not every carrier has; the text completes "the carrier has no …"."""

    QUEUE = "queue in which callers hear a document of ours"
    CONFERENCE = "conference"
    PARTICIPANTS = "way to add somebody to a conference by REST"
    HOLD = "hold in a conference"
    COACH = "way to whisper to one side of a conference"
    LABELS = "labels of who is in a conference"
    SPOKEN_WAIT = "words while somebody waits for a conference to start"
    ANNOUNCEMENTS = "announcement inside a conference"
    RECORDING_PAUSE = "pause in the recording of a conference"
    BROWSER_PHONE = "phone in the agent's browser"
    PAUSE = "pause"
    SPEECH = "recognition of speech"
    MACHINE_DETECTION = "detection of answering machines"
    LEG_NOTICES = "notices while a leg rings"
    BRIDGED = "word on whether two legs were joined"


@dataclass(frozen=True, slots=True)
class Carrier:
    """A kind of carrier.

    `signature_header` is where it signs in Twilio's way, None if it signs in a way we do not check yet: such
    a carrier cannot be used. `webhook_seconds` is how long it waits for a document. `retries` at the end of
    an address lets it ask again when nobody answers there, or the answer is an error; it is empty where
    nobody wrote that the carrier reads it.
    """

    kind: str
    can: frozenset[Capability]
    signature_header: str | None = "X-Twilio-Signature"
    webhook_seconds: int = 15
    google_voices: str = "Google."
    retries: str = ""

    def lacks(self, needed: Iterable[Capability]) -> list[Capability]:
        """What of this it cannot do, in the order of the list above."""
        lacking = set(needed) - self.can
        return [capability for capability in Capability if capability in lacking]

    def voice(self, voice: str | None) -> str | None:
        """A voice by this carrier's name for it; menus use Twilio's names."""
        if voice and voice.startswith("Google."):
            return self.google_voices + voice.removeprefix("Google.")
        return voice


TWICE_MORE = "#rc=2&rp=ct,5xx,rt&ct=2000&rt=4000"
"""Three tries of four seconds are within the carrier's fifteen (contract §2.4). What is asked again is
answered again, and happens once."""

_EVERYTHING = frozenset(Capability)
_UNPROVED = {Capability.ANNOUNCEMENTS, Capability.RECORDING_PAUSE}
"""What only Twilio's own papers describe."""

_NOT_IN_THE_BOX = {Capability.SPEECH, Capability.MACHINE_DETECTION}
_NOT_SIGNALWIRE = {
    Capability.PARTICIPANTS,
    Capability.LABELS,
    Capability.SPOKEN_WAIT,
    Capability.BROWSER_PHONE,
    Capability.BRIDGED,
} | _UNPROVED
_NOT_TELNYX = {Capability.BROWSER_PHONE} | _UNPROVED

CARRIERS = {
    carrier.kind: carrier
    for carrier in (
        Carrier("box", _EVERYTHING - _NOT_IN_THE_BOX, retries=TWICE_MORE),
        Carrier("twilio", _EVERYTHING, retries=TWICE_MORE),
        Carrier("signalwire", _EVERYTHING - _NOT_SIGNALWIRE, "X-SignalWire-Signature", 5, "gcloud."),
        Carrier("telnyx", _EVERYTHING - _NOT_TELNYX, None),
        Carrier("somleng", frozenset()),
    )
}
