"""What other systems are told, and how they know that it is us: by the words of https://standardwebhooks.com.

The signature is an HMAC-SHA256 of the id, the time and the body, with a secret that only we and they know.
"""

import hmac
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256


class Event(StrEnum):
    """What has happened, as another system is told."""

    CALL_STARTED = "call_started"
    CALL_ENDED = "call_ended"
    VISIT_ENDED = "visit_ended"
    TALK_ENDED = "talk_ended"
    MESSAGE_LEFT = "message_left"
    SURVEY_ANSWERED = "survey_answered"
    CALLBACK_ASKED = "callback_asked"
    CALLBACK_ENDED = "callback_ended"
    ALERT = "alert"


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where other systems listen, and to what."""

    url: str
    events: frozenset[Event] = frozenset(Event)


PREFIX = "whsec_"


def secret(key: bytes) -> str:
    """The secret of the webhooks of a hotline with this key: the same on all its machines, and it tells
    nothing of the key."""
    return PREFIX + b64encode(hmac.digest(key, b"webhooks", sha256)).decode()


def headers(secret: str, event_id: str, at: int, body: bytes) -> Mapping[str, str]:
    """The headers of a request that tells something; `at` (UTC milliseconds) is when it is sent."""
    seconds = str(at // 1000)
    signed = b".".join((event_id.encode(), seconds.encode(), body))
    mark = hmac.digest(b64decode(secret.removeprefix(PREFIX)), signed, sha256)
    return {
        "Content-Type": "application/json",
        "webhook-id": event_id,
        "webhook-timestamp": seconds,
        "webhook-signature": f"v1,{b64encode(mark).decode()}",
    }
