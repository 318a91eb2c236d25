"""From a file of written phone calls to the calls, with every mistake of all files at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from ivr.core.menus import Hotline
from ivr.language.calls import grammar
from ivr.language.calls.meaning import calls_of
from ivr.language.calls.written import WrittenCall
from ivr.language.gather import read_as
from ivr.language.mistakes import Findings, Mistake, in_order
from ivr.language.reading import LARGEST_FOLDER, text_of
from ivr.language.source import Row, Table, Text, parse

SECTIONS: dict[str, TypeAdapter[Any]] = {
    "calls": TypeAdapter(grammar.Call),
    "defaults": TypeAdapter(grammar.Defaults),
}


@dataclass(frozen=True, slots=True)
class ReadCalls:
    """What came of reading: the calls that are whole, and the mistakes of the others."""

    calls: tuple[WrittenCall, ...]
    mistakes: tuple[Mistake, ...]


def read_calls(files: Iterable[Path], hotline: Hotline) -> ReadCalls:
    """Reads files of calls to a hotline. Never raises for what stands in them."""
    findings = Findings()
    texts = ((str(path), text_of(path, str(path), LARGEST_FOLDER, findings)) for path in files)
    return _read({name: text for name, text in texts if text is not None}, hotline, findings)


def read_call_texts(files: Mapping[str, str], hotline: Hotline) -> ReadCalls:
    """Reads texts by the names of their files."""
    return _read(files, hotline, Findings())


def _read(files: Mapping[str, str], hotline: Hotline, findings: Findings) -> ReadCalls:
    calls: list[WrittenCall] = []
    for name, text in files.items():
        tree = parse(name, text, findings, "calls")
        if tree is not None:
            calls += calls_of(*_sections(tree, findings), hotline, findings)
    return ReadCalls(tuple(calls), in_order(findings.mistakes))


def _sections(tree: Table, findings: Findings) -> tuple[grammar.Defaults | None, list[grammar.Call]]:
    """What holds for all calls of a file, and the calls: read one by one, so a broken one hides no other."""
    for key in tree:
        if key not in SECTIONS:
            hint = findings.nearest(key, SECTIONS, "sections are calls and defaults")
            findings.mistake(key.at, f"unknown section '{key}'", hint)
    written = tree.get(Text("defaults"))
    defaults = read_as(SECTIONS["defaults"], written, findings) if written is not None else None
    calls = tree.get(Text("calls"))
    if not isinstance(calls, Row) or not calls:
        place = calls.at if isinstance(calls, Row | Table | Text) else tree.at
        findings.mistake(place, "there is no call in this file", "write 'calls:' and a list of them below it")
        return defaults, []
    read = (read_as(SECTIONS["calls"], each, findings) for each in calls)
    return defaults, [call for call in read if call is not None]
