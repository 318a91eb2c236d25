"""A call in words: one line for each thing that happened on it."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from ivr.box.leg import Event

_KEYS = "1234567890*#"
_WHO = {
    "caller": "You hang up",
    "callee": "They hang up",
    "service": "The hotline hangs up",
    "carrier": "The carrier ends the call",
}


def line_of(event: Event, began_ms: int) -> str | None:
    """The line for one event, with the time since the call began; None for what nobody needs to read."""
    show = _SHOWN.get(event["kind"])
    if show is None:
        return None
    seconds = (event["at"] - began_ms) // 1000
    return f"{seconds // 60:3d}:{seconds % 60:02d}  {show(event)}"


def _say(event: Event) -> str:
    return f"“{event['text']}”{_tongue(event)}"


def _play(event: Event) -> str:
    """The words of a recording, where they are written into it; else its name."""
    if "text" in event:
        return f"♪ “{event['text']}”{_tongue(event)}"
    return f"♪ {_path(event['url'])}" if event["url"] else f"♪ keys {event['digits']}"


def _tongue(event: Event) -> str:
    return f"  [{event['language']}]" if event["language"] else ""


def _webhook(event: Event) -> str:
    return f"        → {_path(event['url'])}"


def _path(url: str) -> str:
    """The words of an address: its host, its numbers and what follows a dot say nothing to a reader."""
    words = (part.partition(".")[0] for part in urlsplit(url).path.split("/"))
    return "/".join(word for word in words if not word.isdecimal()) or "/"


def _gather(event: Event) -> str:
    many = {None: "keys", 1: "a key"}.get(event["digits"], f"up to {event['digits']} keys")
    until = f", ended by {event['finish']}" if event["finish"] and event["digits"] != 1 else ""
    return f"(listens for {many}{until})"


def _gather_end(event: Event) -> str:
    return f"You pressed {event['digits']}" if event["digits"] else "(silence)"


def _record(event: Event) -> str:
    keys = event["finish"]
    key = "any key" if len(keys) == len(_KEYS) else " or ".join(keys)
    silence = f"{event['silence']} s of silence" if event["silence"] else ""
    ends = " or ".join(filter(None, (key, silence)))
    return f"(records you for up to {event['max_seconds']} s{'; ' + ends + ' ends it' if ends else ''})"


def _hangup(event: Event) -> str:
    return f"{_WHO[event['by']]}. {event['status']}."


def _fixed(words: str) -> Callable[[Event], str]:
    def show(event: Event) -> str:
        return words.format_map(_Plain(event))

    return show


class _Plain(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return ""


_SHOWN: dict[str, Callable[[Event], str]] = {
    "answered": _fixed("(answered)"),
    "say": _say,
    "play": _play,
    "pause": _fixed("(pause, {seconds} s)"),
    "gather": _gather,
    "gather_end": _gather_end,
    "lost": _fixed("You pressed {digits}, but nobody was listening"),
    "stop": _fixed("(cut short)"),
    "beep": _fixed("*beep*"),
    "record": _record,
    "record_end": _fixed("(recording over)"),
    "dialing": _fixed("(rings {to})"),
    "dialed": _fixed("(that call: {status})"),
    "bridged": _fixed("(connected)"),
    "hold": _fixed("(you wait in the carrier's queue {queue})"),
    "message": _fixed("✉ {to}: {body}"),
    "webhook": _webhook,
    "fault": _fixed("FAULT {code}: {text} {url}"),
    "hangup": _hangup,
}
