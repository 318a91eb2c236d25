"""A rehearsed call to read: who called, what was heard and pressed, how it ended, and where it parted."""

from collections.abc import Iterator

from ivr.box.transcript import line_of
from ivr.language.calls.meaning import WITHHELD
from ivr.rehearsal.playing import Played

UNTOLD = frozenset({"webhook", "gather", "pause"})
"""What happens between the carrier and the hotline, and no caller notices."""


def transcript(played: Played) -> Iterator[str]:
    """The lines of one call."""
    call = played.written
    when = f"{call.at:%a %Y-%m-%d %H:%M}" + (f", {call.after:g} s later" if call.after else "")
    yield f"{call.name}  ({call.place.file}:{call.place.line})"
    yield f"  {when}: {call.caller or f'a {WITHHELD} number'} calls"
    yield from told(played)
    if played.passed and played.story is not None:
        yield f"        ends: {played.story.call.outcome}"
    for parting in played.partings:
        yield from str(parting).splitlines()


def told(played: Played) -> Iterator[str]:
    """What happened on the line, with the time since the call began."""
    for event in played.events:
        line = None if event["kind"] in UNTOLD else line_of(event, played.events[0]["at"])
        if line is not None:
            yield line
