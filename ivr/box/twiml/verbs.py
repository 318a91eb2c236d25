"""The verbs and nouns of TwiML as frozen values. URLs are absolute here; the reader has resolved them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ivr.box.webhooks import Webhook

NUMBER_OF_LOOPS_FOR_ZERO = 1000  # contract §3.1: loop="0" is "up to 1000 times or hang-up"


@dataclass(frozen=True, slots=True)
class Say:
    text: str
    voice: str = ""
    language: str = ""
    loop: int = 1


@dataclass(frozen=True, slots=True)
class Play:
    """Audio from `url`, or keys to send down the line in `digits`."""

    url: str = ""
    digits: str = ""
    loop: int = 1


@dataclass(frozen=True, slots=True)
class Pause:
    seconds: int = 1


Prompt = Say | Play | Pause


@dataclass(frozen=True, slots=True)
class Gather:
    """`action` is the document itself when none was written; `hears_keys` is false for speech alone."""

    prompts: tuple[Prompt, ...]
    action: Webhook
    timeout: int = 5
    digits: int | None = None
    finish: str = "#"
    on_empty: bool = False
    barge_in: bool = True
    hears_keys: bool = True


@dataclass(frozen=True, slots=True)
class Redirect:
    to: Webhook


@dataclass(frozen=True, slots=True)
class Hangup:
    pass


@dataclass(frozen=True, slots=True)
class Reject:
    reason: str = "rejected"


@dataclass(frozen=True, slots=True)
class Leave:
    pass


@dataclass(frozen=True, slots=True)
class Notices:
    """Where to tell what happens, and which events."""

    to: Webhook
    events: frozenset[str]


@dataclass(frozen=True, slots=True)
class Record:
    """Times in seconds; `silence` 0 never ends the recording."""

    action: Webhook
    silence: int = 5
    finish: str = "1234567890*#"
    max_seconds: int = 3600
    beep: bool = True
    notices: Notices | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """A party to ring: `kind` is number, sip or client, `address` as the carrier writes it."""

    kind: str
    address: str
    screen: Webhook | None = None
    notices: Notices | None = None
    send_digits: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Room:
    """A conference to join; `wait` None is silence, `coaches` the only call that hears this leg."""

    name: str
    label: str = ""
    muted: bool = False
    starts: bool = True
    ends: bool = False
    wait: Webhook | None = None
    coaches: str = ""
    most: int = 250
    notices: Notices | None = None
    record: bool = False
    recording_notices: Notices | None = None


@dataclass(frozen=True, slots=True)
class FrontOfQueue:
    """The caller who waited longest in a queue; `screen` runs on that caller's leg before they are joined."""

    name: str
    screen: Webhook | None = None


@dataclass(frozen=True, slots=True)
class Dial:
    """Rings `targets`, or joins the one `Room` or `FrontOfQueue` in `place`."""

    targets: tuple[Target, ...]
    place: Room | FrontOfQueue | None = None
    action: Webhook | None = None
    timeout: int = 30
    time_limit: int = 14400
    caller_id: str = ""
    hang_up_on_star: bool = False
    sequential: bool = False
    record: bool = False
    recording_notices: Notices | None = None


@dataclass(frozen=True, slots=True)
class Enqueue:
    """`wait` is None for silence, which `waitUrl=""` asks for."""

    queue: str
    action: Webhook | None = None
    wait: Webhook | None = None


Verb = Say | Play | Pause | Gather | Redirect | Hangup | Reject | Record | Dial | Enqueue | Leave


@dataclass(frozen=True, slots=True)
class Document:
    """What a webhook answered: verbs to perform in order."""

    verbs: tuple[Verb, ...]
    source: Webhook
