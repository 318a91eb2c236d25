"""Documents in the carrier's language, inside the subset that every compatible carrier runs (contract §9):
addresses absolute, every method POST (but for what lies on another host, as a file is only got), no
`actionOnEmptyResult` (a Gather is followed by a Redirect).

Each function makes a `Fragment`, `document` makes them a whole. Durations are whole seconds.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Literal

from ivr.carriers.twilio.fragment import NOTHING, Fragment, Hole, Pieces, Reading, dialled, escaped, pieces_of
from ivr.carriers.twilio.speech import parts_to_say

LARGEST_DOCUMENT = 64_000
LONGEST_PAUSE = 120

Method = Literal["POST", "GET"]
Attributes = Mapping[str, Pieces | int | bool | None]

_OUR_ADDRESS = re.compile(r"https?://[!-~]+")


class DocumentTooLarge(ValueError):
    """The carrier would refuse the document (error 11750): say less, or play a recording."""


def document(content: Fragment) -> Fragment:
    """A whole document. Raises DocumentTooLarge if some filling of its holes could exceed the limit."""
    whole = _bytes('<?xml version="1.0" encoding="UTF-8"?>') + _element("Response", {}, content)
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
    return _joined([_element("Say", attributes, _escaped(part)) for part in parts_to_say(pieces)])


def play(url: Pieces) -> Fragment:
    """Play a recording (8 kHz WAV or MP3), fetched by GET so that the carrier keeps it."""
    return _element("Play", {}, _escaped(_address(url)))


def pause(seconds: int) -> Fragment:
    """Silence, in parts of two minutes; none for 0."""
    parts = [LONGEST_PAUSE] * (seconds // LONGEST_PAUSE) + [seconds % LONGEST_PAUSE]
    return _joined([_element("Pause", {"length": part}) for part in parts if part > 0])


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
        "action": _address(action),
        "method": method,
        "timeout": timeout,
        "numDigits": num_digits,
        "finishOnKey": finish_on_key,
    }
    return _element("Gather", attributes, speech + pause(extra_listen))


def redirect(url: Pieces) -> Fragment:
    """Go on with another document; nothing behind it is run."""
    return _element("Redirect", {"method": "POST"}, _escaped(_address(url)))


def hangup() -> Fragment:
    """End the call."""
    return _element("Hangup", {})


def reject(reason: str = "rejected") -> Fragment:
    """Refuse the call unanswered and unbilled; only as the first thing of a call. Reason: rejected, busy."""
    return _element("Reject", {"reason": reason})


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
    attributes: dict[str, Pieces | int | bool | None] = {
        "action": _address(action),
        "method": method,
        "maxLength": max(2, max_length),
        "timeout": timeout,
        "finishOnKey": finish_on_key,
        "playBeep": play_beep,
    }
    if status_callback:
        attributes |= {
            "recordingStatusCallback": _address(status_callback),
            "recordingStatusCallbackMethod": "POST",
            "recordingStatusCallbackEvent": "completed absent",
        }
    return _element("Record", attributes)


def dial(
    to: Pieces,
    action: Pieces,
    *,
    timeout: int = 30,
    caller_id: Pieces | None = None,
    time_limit: int | None = None,
    screen_url: Pieces | None = None,
    status_callback: Pieces | None = None,
    method: Method = "POST",
) -> Fragment:
    """Ring a phone number, or a `sip:` address, and join it with the caller; `action` hears how it went.

    Rings for `timeout` seconds (5 to 120, and the carrier adds about 5). `screen_url` is run for whoever
    answers, before they are joined: it can ask for a key, or hang up to refuse.
    """
    first = pieces_of(to)[0]
    sip = isinstance(first, str) and first.startswith(("sip:", "sips:"))
    attributes: dict[str, Pieces | int | bool | None] = {}
    if screen_url:
        attributes |= {"url": _address(screen_url), "method": "POST"}
    if status_callback:
        attributes |= {
            "statusCallback": _address(status_callback),
            "statusCallbackMethod": "POST",
            "statusCallbackEvent": "initiated ringing answered completed",
        }
    party = _element(
        "Sip" if sip else "Number", attributes, _escaped(_read(to, "url") if sip else _number(to))
    )
    settings: Attributes = {
        "action": _address(action),
        "method": method,
        "timeout": min(max(timeout, 5), 120),
        "callerId": _number(caller_id) if caller_id else None,
        "timeLimit": time_limit,
    }
    return _element("Dial", settings, party)


def _element(name: str, attributes: Attributes, content: Fragment = NOTHING) -> Fragment:
    given = [_attribute(key, value) for key, value in attributes.items() if value is not None]
    if not content:
        return _joined([_bytes(f"<{name}"), *given, _bytes("/>")])
    return _joined([_bytes(f"<{name}"), *given, _bytes(">"), content, _bytes(f"</{name}>")])


def _attribute(name: str, value: Pieces | int | bool) -> Fragment:
    if isinstance(value, bool):
        value = "true" if value else "false"
    if isinstance(value, int | str):
        return _plain_attribute(name, str(value))
    return _joined([_bytes(f' {name}="'), _escaped(value), _bytes('"')])


@lru_cache(maxsize=256)
def _plain_attribute(name: str, value: str) -> Fragment:
    """A voice, a time: the same few in every document."""
    return _joined([_bytes(f' {name}="'), _escaped(value), _bytes('"')])


def _escaped(pieces: Pieces) -> Fragment:
    return Fragment.of(
        [piece if isinstance(piece, Hole) else escaped(piece).encode() for piece in pieces_of(pieces)]
    )


def _bytes(text: str) -> Fragment:
    return Fragment((text.encode(),))


def _joined(fragments: Sequence[Fragment]) -> Fragment:
    return Fragment.of([part for fragment in fragments for part in fragment.parts])


def _read(pieces: Pieces, reading: Reading) -> Sequence[str | Hole]:
    """The pieces with every hole read as the place demands, whatever its own reading."""
    return [Hole(piece.name, reading) if isinstance(piece, Hole) else piece for piece in pieces_of(pieces)]


def _address(pieces: Pieces) -> Sequence[str | Hole]:
    address = _read(pieces, "url")
    if not _OUR_ADDRESS.fullmatch("".join(piece for piece in address if isinstance(piece, str))):
        raise ValueError("an address in a document is absolute (http:// or https://) and plain ASCII")
    return address


def _number(pieces: Pieces) -> Sequence[str | Hole]:
    number = _read(pieces, "number")
    return [dialled(piece) if isinstance(piece, str) else piece for piece in number]
