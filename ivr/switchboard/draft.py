"""The admin's folder: read as it was at one moment, checked and proved, with all that would be published."""

import os
from contextlib import suppress
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from ivr.carriers.capabilities import CARRIERS
from ivr.core.calls import Part
from ivr.core.menus import Hotline, Language, Sound, Where
from ivr.core.phrases import plain
from ivr.core.prompts import spoken
from ivr.language import Checked, Mistake, read
from ivr.language.prove import prove
from ivr.language.reading import no_collecting
from ivr.outside.wav import with_caption
from ivr.settings import Settings
from ivr.switchboard.fitness import doubtful, impossible, undelivered

READINGS = 5
"""How often a folder is read that changes meanwhile."""


def draft(settings: Settings) -> Checked:
    """The folder of the settings, checked: what `publish` makes live."""
    checked = check(Path(settings.menus), Path(settings.recordings), settings.carrier)
    if checked.hotline is None:
        return checked
    return checked.joined((), undelivered(checked.hotline, settings.mail_server))


def check(menus: Path, recordings: Path, carrier: str = "twilio") -> Checked:
    """Reads, checks and proves the menus of a folder: everything that would stop them from going live."""
    checked = read_at_rest(menus, recordings)
    if checked.hotline is None:
        return checked
    with no_collecting():
        proof = prove(checked.hotline)
    return checked.joined(
        (*proof.mistakes, *impossible(checked.hotline, CARRIERS[carrier])),
        (*proof.warnings, *doubtful(checked.hotline)),
    )


def read_at_rest(menus: Path, recordings: Path) -> Checked:
    """The folder as it was at one moment: files that are being written are no menus yet."""
    for _ in range(READINGS):
        before = traces(menus, recordings)
        checked = read(menus, recordings)
        if traces(menus, recordings) == before:
            return checked
    busy = "these files change while they are read"
    where = Where(f"{menus.name}/", 1, 1)
    return checked.joined([Mistake(where, busy, "publish again when they are written")])


Traces = tuple[tuple[str, int, int], ...]


def traces(menus: Path, recordings: Path) -> Traces:
    """Names, times and sizes of the files menus are made of: what changes in them, changes these."""
    found = []
    for pattern, folder in (("*.y*ml", menus), ("*/*.wav", recordings), ("*/*.txt", recordings)):
        for path in folder.glob(pattern):
            with suppress(OSError):
                about = path.stat()
                found.append((os.fspath(path), about.st_mtime_ns, about.st_size))
    return tuple(sorted(found))


def mark_of(checked: Checked) -> str:
    """What a reading is known by: another one has the same mark only if it would publish the same."""
    made_of = (sorted(checked.files.items()), sorted(checked.sounds.items(), key=lambda it: it[0]))
    return sha256(repr(made_of).encode()).hexdigest()[:32]


# -- what would be published ----------------------------------------------------------------------------


def as_published(checked: Checked) -> Hotline | None:
    """The menus with their recordings as callers will hear them; None if there are mistakes."""
    if checked.hotline is None:
        return None
    sounds, _ = published_sounds(checked, checked.hotline)
    return replace(checked.hotline, sounds=sounds)


def published_sounds(
    checked: Checked, hotline: Hotline
) -> tuple[dict[tuple[Language, str], Sound], dict[str, tuple[str, bytes]]]:
    """The recordings as they are published, and their media types and contents by digest."""
    sounds, contents = {}, {}
    for place, sound in checked.sounds.items():
        content = captioned(checked, hotline, *place)
        sounds[place] = sound_of(content, sound)
        contents[sounds[place].digest] = (sound.kind, content)
    return sounds, contents


def captioned(checked: Checked, hotline: Hotline, language: Language, name: str) -> bytes:
    """A recording with the words it stands for written into it, so that whoever plays it can show them."""
    content = checked.contents[checked.sounds[language, name].digest]
    step, _, part = name.rpartition(".") if name not in hotline.steps else (name, "", "say")
    said = dict(spoken(hotline, step, Part(part), language)).get(language, ())
    return with_caption(content, plain(said), hotline.languages[language].tag)


def sound_of(content: bytes, sound: Sound) -> Sound:
    """The recording by the content that is published."""
    return replace(sound, digest=sha256(content).hexdigest()[:32])
