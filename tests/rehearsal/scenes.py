"""Calls written for tests, and the stage they are played on: the tests' own hotline, set once."""

from collections.abc import Callable
from functools import cache
from textwrap import dedent

from ivr.language import Checked, read_files
from ivr.language.calls import read_call_texts
from ivr.language.calls.written import WrittenCall
from ivr.rehearsal.playing import Played, Rehearsal
from tests.service import MENUS

HEAD = 'defaults: {from: "+84901234567", at: 2026-11-23 09:00}\ncalls:\n'
"""A Monday in the morning; a story that follows begins on line 3."""

Play = Callable[[str], Played]


@cache
def menus() -> Checked:
    return read_files({"hotline.yaml": MENUS})


def written(text: str) -> WrittenCall:
    """The only call of a file; a story alone is a call about nothing in particular."""
    text = dedent(text).strip("\n")
    if text.startswith("{"):
        text = f"{HEAD}  - {{call: About nothing, {text[1:]}\n"
    elif not text.startswith(("calls:", "defaults:")):
        lines = "".join(f"    {line}\n" for line in text.splitlines())
        text = f"{HEAD}  - call: About nothing\n{lines}"
    hotline = menus().hotline
    assert hotline is not None
    read = read_call_texts({"calls/a.yaml": text}, hotline)
    assert read.mistakes == ()
    (call,) = read.calls
    return call


def playing(rehearsal: Rehearsal, text: str) -> Played:
    """What became of the only caller of a written call."""
    (played,) = rehearsal.play(written(text))
    return played


def parted(played: Played) -> list[str]:
    """Where and how it parted, line by line."""
    return [line.strip() for parting in played.partings for line in str(parting).splitlines()]
