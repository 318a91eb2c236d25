"""Whether conversations are recorded: what a queue wants, and what its caller was told, or agreed to."""

from enum import StrEnum


class Recording(StrEnum):
    """What a queue wants. With `ask` only the callers who agree are recorded."""

    NO = "no"
    YES = "yes"
    ASK = "ask"


class Consent(StrEnum):
    """How a caller stands to being recorded, in every conversation of their call from then on."""

    TOLD = "told"
    """They have heard that it is done."""
    AGREED = "agreed"
    REFUSED = "refused"
    """They were asked, and did not agree: to say nothing is a refusal."""


class Recorder(StrEnum):
    """How the recording of a conversation stands at a moment."""

    OFF = "off"
    RECORDING = "recording"
    PAUSED = "paused"


def must_tell(wanted: Recording, consent: Consent | None) -> bool:
    """Whether callers are to hear before they wait that they will be recorded: once in a call."""
    return wanted is Recording.YES and consent is None


def must_ask(wanted: Recording, consent: Consent | None) -> bool:
    """Whether callers are to be asked before they wait: once in a call, and also those who were only told."""
    return wanted is Recording.ASK and consent in (None, Consent.TOLD)


def is_recorded(wanted: Recording, consent: Consent | None) -> bool:
    """Whether a conversation is recorded: nobody who was not told, or has refused, ever is."""
    match wanted:
        case Recording.YES:
            return consent in (Consent.TOLD, Consent.AGREED)
        case Recording.ASK:
            return consent is Consent.AGREED
    return False
