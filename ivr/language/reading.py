"""From a folder of YAML to a hotline, with every mistake of every file at once."""

import gc
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from ivr.core.menus import Hotline, Language, Sound, Where
from ivr.language.check import check
from ivr.language.gather import gather
from ivr.language.mistakes import Findings, Mistake, in_order
from ivr.language.recordings import Recordings, check_music, check_words, collect
from ivr.language.source import decode, parse

Sounds = Mapping[tuple[Language, str], Sound]
LARGEST_FILE = 1_000_000
LARGEST_FOLDER = 8_000_000
"""Bytes. The longest hotline anybody has shown us is a tenth of a file."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of reading: the hotline if there is no mistake, and what it was made of.

    `files` are the texts by name; `contents` the recordings by digest (`sounds` says which is which).
    """

    hotline: Hotline | None
    mistakes: tuple[Mistake, ...]
    warnings: tuple[Mistake, ...]
    files: Mapping[str, str] = field(default_factory=dict, repr=False)
    contents: Mapping[str, bytes] = field(default_factory=dict, repr=False)

    @property
    def sounds(self) -> Sounds:
        """The recordings by language and name."""
        return self.hotline.sounds if self.hotline else {}

    def joined(self, mistakes: Iterable[Mistake], warnings: Iterable[Mistake] = ()) -> "Checked":
        """This and what somebody else found (the proof). With a mistake there is no hotline."""
        every = in_order((*self.mistakes, *mistakes))
        hotline = None if every else self.hotline
        return replace(self, hotline=hotline, mistakes=every, warnings=in_order((*self.warnings, *warnings)))


def read(folder: Path, recordings: Path | None = None) -> Checked:
    """Reads every `.yaml` file of the folder as one hotline. Never raises for what stands in them."""
    findings = Findings()
    files: dict[str, str] = {}
    left = LARGEST_FOLDER
    for path in sorted([*folder.glob("*.yaml"), *folder.glob("*.yml")]):
        name = f"{folder.name}/{path.name}"
        text = text_of(path, name, left, findings)
        if text is not None:
            files[name] = text
            left -= len(text.encode())
    home = Where(next(iter(files), f"{folder.name}/hotline.yaml"), 1, 1)
    if not files and not findings.mistakes:
        findings.misspelled(home, "there are no menus in this folder", "write them into a file named *.yaml")
    return _checked(files, home, recordings, findings)


def read_files(files: Mapping[str, str], sounds: Sounds | None = None) -> Checked:
    """Reads texts that came from somewhere else than a folder, such as a stored revision and its sounds."""
    home = Where(next(iter(files), "hotline.yaml"), 1, 1)
    return _checked(dict(files), home, sounds, Findings())


def text_of(path: Path, name: str, left: int, findings: Findings) -> str | None:
    """The text of a file unless it is too large, no file, or no text."""
    where = Where(name, 1, 1)
    try:
        if not path.is_file():
            return None
        size = path.stat().st_size
        if size > LARGEST_FILE:
            findings.misspelled(
                where, f"this file is larger than {LARGEST_FILE // 1_000_000} MB", "make two of it"
            )
            return None
        if size > left:
            text = f"the menus together are larger than {LARGEST_FOLDER // 1_000_000} MB"
            findings.misspelled(where, text, "publish two hotlines")
            return None
        with path.open("rb") as file:
            return decode(name, file.read(LARGEST_FILE), findings)
    except OSError as error:
        findings.misspelled(where, f"this file cannot be read: {error.strerror}", "look at its permissions")
        return None


def _checked(
    files: dict[str, str], home: Where, recordings: Path | Sounds | None, findings: Findings
) -> Checked:
    """Everything after the files are texts. Recordings that were checked before come as their sounds."""
    found = Recordings()
    with no_collecting():
        trees = [parse(name, text, findings) for name, text in files.items()]
        readable = [tree for tree in trees if tree is not None]
        document, written = gather(readable, findings)
        hotline = None
        whole = len(readable) == len(trees)
        if files and whole:
            hotline = check(document, written, home, findings)
        del trees, readable, document, written  # they go one by one, before the collector looks at them
    if hotline and not findings.mistakes:
        found = found_in(recordings, hotline, findings)
        hotline = replace(hotline, sounds=found.sounds)
    mistakes = in_order(findings.mistakes)
    return Checked(
        None if mistakes else hotline, mistakes, in_order(findings.warnings), files, found.contents
    )


@contextmanager
def no_collecting() -> Iterator[None]:
    """Keeps the garbage collector away: a hundred thousand small things without cycles, seen again and again,
    would double the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def found_in(recordings: Path | Sounds | None, hotline: Hotline, findings: Findings) -> Recordings:
    """The recordings of a folder, or those a revision is known to have; without either, music is taken to be
    there."""
    if recordings is None:
        found = Recordings()
    elif isinstance(recordings, Mapping):
        found = Recordings(dict(recordings))
    else:
        found = collect(recordings, hotline, findings)
    check_words(hotline, found, findings)
    if recordings is not None and not findings.mistakes:
        check_music(hotline, found, findings)
    return found
