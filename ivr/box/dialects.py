"""How the carriers that copy Twilio differ from it, as far as the box plays them (contract §8)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Dialect:
    """`lacks` are verbs this carrier has not; `google` begins the names of Google's voices."""

    signature_header: str = "X-Twilio-Signature"
    google: str = "Google"
    tells_bridged: bool = True
    lacks: frozenset[str] = frozenset()


TWILIO = Dialect()

DIALECTS = {
    "box": TWILIO,
    "twilio": TWILIO,
    "signalwire": Dialect("X-SignalWire-Signature", "gcloud", tells_bridged=False),
    "somleng": Dialect(tells_bridged=False, lacks=frozenset({"Pause", "Enqueue", "Leave"})),
}
