"""Documents in the carrier's language, inside the subset that every compatible carrier runs (contract §9):
addresses absolute, every method POST (but for what lies on another host, as a file is only got), no
`actionOnEmptyResult` (a Gather is followed by a Redirect).

Each function makes a `Fragment`, `document` makes them a whole. Durations are whole seconds.
"""

from ivr.carriers.twilio.dialling import conference, dial
from ivr.carriers.twilio.elements import (
    Attributes,
    Method,
    address,
    element,
    joined,
    markup,
    name,
    text,
    told,
)
from ivr.carriers.twilio.fragment import Fragment, Pieces
from ivr.carriers.twilio.speech import parts_to_say

__all__ = [
    "DocumentTooLarge",
    "Method",
    "conference",
    "dial",
    "document",
    "enqueue",
    "gather",
    "hangup",
    "leave",
    "music",
    "pause",
    "play",
    "record",
    "redirect",
    "reject",
    "say",
]

LARGEST_DOCUMENT = 64_000
LONGEST_PAUSE = 120
LONGEST_QUEUE = 64


class DocumentTooLarge(ValueError):
    """The carrier would refuse the document (error 11750): say less, or play a recording."""


def document(content: Fragment) -> Fragment:
    """A whole document. Raises DocumentTooLarge if some filling of its holes could exceed the limit."""
    whole = markup('<?xml version="1.0" encoding="UTF-8"?>') + element("Response", {}, content)
    if whole.largest > LARGEST_DOCUMENT:
        raise DocumentTooLarge(
            f"the document has {whole.largest} bytes, at most {LARGEST_DOCUMENT} are allowed"
        )
    return whole


def say(pieces: Pieces, language: str | None = None, voice: str | None = None) -> Fragment:
    """Speak a text, in several parts if it is longer than a voice takes at once (contract §3.1).

    `language` is a tag such as "vi-VN"; without a voice the carrier takes its own for the language.
    """
    attributes = {"language": language, "voice": voice}
    return joined([element("Say", attributes, text(part)) for part in parts_to_say(pieces)])


def play(url: Pieces) -> Fragment:
    """Play a recording (8 kHz WAV or MP3), fetched by GET so that the carrier keeps it."""
    return element("Play", {}, text(address(url)))


def music(url: Pieces) -> Fragment:
    """Play a recording again and again, in a room's wait or on hold: there a document is asked for only once,
    and silence follows it."""
    return element("Play", {"loop": 0}, text(address(url)))


def pause(seconds: int) -> Fragment:
    """Silence, in parts of two minutes; none for 0."""
    parts = [LONGEST_PAUSE] * (seconds // LONGEST_PAUSE) + [seconds % LONGEST_PAUSE]
    return joined([element("Pause", {"length": part}) for part in parts if part > 0])


def gather(
    speech: Fragment,
    action: Pieces,
    *,
    timeout: int,
    num_digits: int | None = None,
    finish_on_key: str = "",
    extra_listen: int = 0,
    method: Method = "POST",
) -> Fragment:
    """Collect keys while `speech` (of say, play, pause) is heard and after it.

    `timeout` is both how long silence lasts and the longest gap between two keys; to wait longer for the
    first key than between keys, `extra_listen` adds silence in which keys count. With the default
    `finish_on_key` every key is data, also # and *. Silence runs on into what follows.
    """
    attributes: Attributes = {
        "input": "dtmf",
        "action": address(action),
        "method": method,
        "timeout": timeout,
        "numDigits": num_digits,
        "finishOnKey": finish_on_key,
    }
    return element("Gather", attributes, speech + pause(extra_listen))


def redirect(url: Pieces) -> Fragment:
    """Go on with another document; nothing behind it is run."""
    return element("Redirect", {"method": "POST"}, text(address(url)))


def message(words: str) -> Fragment:
    """Answer a text message by another one; only in answer to one (TwiML for messages)."""
    return element("Message", {}, text(words))


def hangup() -> Fragment:
    """End the call."""
    return element("Hangup", {})


def reject(reason: str = "rejected") -> Fragment:
    """Refuse the call unanswered and unbilled; only as the first thing of a call. Reason: rejected, busy."""
    return element("Reject", {"reason": reason})


def record(
    action: Pieces,
    *,
    max_length: int,
    timeout: int = 5,
    finish_on_key: str = "#",
    play_beep: bool = True,
    status_callback: Pieces | None = None,
    method: Method = "POST",
) -> Fragment:
    """Record the caller until `timeout` seconds of silence, a key, or `max_length` seconds (at least 2).

    `status_callback` is told when the recording can be fetched, or that nothing was said.
    """
    attributes: Attributes = {
        "action": address(action),
        "method": method,
        "maxLength": max(2, max_length),
        "timeout": timeout,
        "finishOnKey": finish_on_key,
        "playBeep": play_beep,
        **told(status_callback, "recordingStatusCallback", "completed absent"),
    }
    return element("Record", attributes)


def enqueue(queue: Pieces, action: Pieces, *, wait_url: Pieces) -> Fragment:
    """Park the caller in the carrier's queue of this name; it is made when the first one comes.

    The document at `wait_url` is asked again whenever it ends, and may say, play, pause, gather, redirect,
    leave and hang up: anything else ends the wait as an error. `action` hears how the wait ended, also when
    the caller hung up or was led elsewhere by REST.
    """
    attributes: Attributes = {
        "action": address(action),
        "method": "POST",
        "waitUrl": address(wait_url),
        "waitUrlMethod": "POST",
    }
    return element("Enqueue", attributes, text(name(queue, LONGEST_QUEUE, "queue")))


def leave() -> Fragment:
    """Take the caller out of the queue they wait in; only in a wait's document. The `action` follows."""
    return element("Leave", {})
