"""A call in words: one line for each thing that happened on it."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from ivr.box.leg import Event

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
    tongue = f"  [{event['language']}]" if event["language"] else ""
    return f"“{event['text']}”{tongue}"


def _play(event: Event) -> str:
    return f"♪ {event['url']}" if event["url"] else f"♪ keys {event['digits']}"


def _webhook(event: Event) -> str:
    parts = urlsplit(event["url"])
    return f"        → {parts.path}{'?' + parts.query if parts.query else ''}"


def _gather(event: Event) -> str:
    many = {None: "keys", 1: "a key"}.get(event["digits"], f"up to {event['digits']} keys")
    until = f", ended by {event['finish']}" if event["finish"] and event["digits"] != 1 else ""
    return f"(listens for {many}{until})"


def _gather_end(event: Event) -> str:
    return f"You pressed {event['digits']}" if event["digits"] else "(silence)"


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
    "record": _fixed("(records you, up to {max_seconds} s; ended by any of {finish})"),
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
