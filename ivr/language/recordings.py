"""The admin's own recordings: found by their names, playable on a phone line, saying what the menus say."""

import unicodedata
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from ivr.core import riff
from ivr.core.calls import Part
from ivr.core.menus import (
    Ask,
    ChooseLanguage,
    Enqueue,
    Hotline,
    Language,
    Menu,
    Sound,
    Step,
    Value,
    Where,
    Words,
)
from ivr.core.phrases import plain
from ivr.core.prompts import RECORDED, spoken
from ivr.language.mistakes import Findings, Wrong

LARGEST = 5_000_000
"""Bytes; five minutes."""
CONVERT = "convert it: sox in.wav -r 8000 -c 1 -b 16 out.wav"


@dataclass(frozen=True, slots=True)
class Recordings:
    """The recordings by language and name, and their contents by digest."""

    sounds: dict[tuple[Language, str], Sound] = field(default_factory=dict)
    contents: dict[str, bytes] = field(default_factory=dict)


def collect(folder: Path, hotline: Hotline, findings: Findings) -> Recordings:
    """Every `<language>/<step>.wav` of the folder, and `<step>.again.wav`, `.silence.wav`, `.wrong.wav`; the
    music of its queues too, `<music>.wav` for all languages that have none of their own."""
    found = Recordings()
    music = music_of(hotline)
    for path in sorted(folder.glob("*.wav")):
        where = Where(f"{folder.name}/{path.name}", 1, 1)
        if path.stem not in music:
            hint = findings.nearest(path.stem, music, "put it into the folder of its language")
            findings.warning(where, "nobody hears this: no queue has such music", hint)
        else:
            for language in hotline.languages:
                _try_to_add(found, path, where, language, path.stem, findings)
    for path in sorted(folder.glob("*/*.wav")):
        language, name = path.parent.name, path.stem
        where = Where(f"{folder.name}/{language}/{path.name}", 1, 1)
        if language not in hotline.languages:
            hint = findings.nearest(language, hotline.languages, "delete it, or add the language")
            findings.warning(where, f"nobody hears this: the hotline has no language '{language}'", hint)
        elif name in music:
            _try_to_add(found, path, where, language, name, findings)
        elif (part := _part(hotline, name)) is None:
            hint = findings.nearest(name, hotline.steps, "delete it, or name it after a step")
            findings.warning(where, "nobody hears this: it belongs to no step", hint)
        elif _try_to_add(found, path, where, language, name, findings):
            _compare(hotline, *part, language, path, findings)
    return found


def music_of(hotline: Hotline) -> dict[str, Step]:
    """The names of all music, and the first queue that plays it."""
    waits = [step for step in hotline.steps.values() if isinstance(step.thing, Enqueue)]
    found = {step.thing.music: step for step in reversed(waits) if isinstance(step.thing, Enqueue)}
    return {name: step for name, step in found.items() if name is not None}


def _part(hotline: Hotline, name: str) -> tuple[Step, Part] | None:
    """The step and part a recording is named after."""
    for part, ending in RECORDED.items():
        step = hotline.steps.get(name.removesuffix(ending)) if name.endswith(ending) else None
        question = step is not None and isinstance(step.thing, Menu | Ask | ChooseLanguage)
        if step is not None and (part in (Part.SAY, Part.AGAIN) or question):
            return step, part
    return None


def _try_to_add(
    found: Recordings, path: Path, where: Where, language: Language, name: str, findings: Findings
) -> bool:
    """Whether a recording could be added; why not, is noted."""
    try:
        _add(found, path, language, name)
    except Wrong as wrong:
        findings.mistake(where, wrong.text, wrong.hint)
    except OSError as error:
        findings.mistake(where, f"this recording cannot be read: {error.strerror}", "look at it")
    else:
        return True
    return False


def _add(found: Recordings, path: Path, language: Language, name: str) -> None:
    if path.stat().st_size > LARGEST:
        raise Wrong(f"this recording is larger than {LARGEST // 1_000_000} MB", "cut it")
    content = path.read_bytes()
    digest = sha256(content).hexdigest()[:32]
    found.sounds[language, name] = Sound(digest, "audio/wav", seconds(content))
    found.contents[digest] = content


def seconds(content: bytes) -> float:
    """How long a WAV file lasts. Raises Wrong unless it is 8 kHz mono, as PCM of 16 bits or u-law."""
    try:
        wave = riff.wave(content)
    except riff.NotWav as problem:
        raise Wrong(str(problem), CONVERT) from None
    if (wave.coding, wave.bits) not in ((riff.PCM, 16), (riff.U_LAW, 8)):
        raise Wrong("this is neither PCM of 16 bits nor u-law", CONVERT)
    if (wave.hertz, wave.channels) != (8000, 1):
        heard = (
            f"{wave.hertz / 1000:g} kHz {'mono' if wave.channels == 1 else f'in {wave.channels} channels'}"
        )
        raise Wrong(f"this is {heard}; a phone line carries 8 kHz mono", CONVERT)
    if not wave.samples:
        raise Wrong("nothing is recorded here", "record it again")
    return len(wave.samples) / (8000.0 if wave.coding == riff.U_LAW else 16000.0)


def _compare(
    hotline: Hotline, step: Step, part: Part, language: Language, path: Path, findings: Findings
) -> None:
    """The words a recording was made from, kept beside it, must be what the menu says now. Where the menus
    leave the greeting to the recording, its options must follow."""
    where = Where(f"{path.parent.parent.name}/{language}/{path.name}", 1, 1)
    now = words_in(hotline, step.name, part, language)
    if any(isinstance(piece, Value) for piece in now):
        findings.mistake(where, f'a recording cannot say the values in "{plain(now)}"', "delete it")
        return
    try:
        made_from = path.with_suffix(".txt").read_text("utf-8")
    except FileNotFoundError:
        hint = f"write them into {path.stem}.txt, or run `python3 app.py render`"
        findings.warning(where, "the words of this recording are not beside it, so nobody can compare", hint)
        return
    except (OSError, UnicodeDecodeError):
        findings.mistake(where, f"{path.stem}.txt cannot be read", "save it as UTF-8")
        return
    before, after = _plainly(made_from), _plainly(plain(now))
    if before != after and not (step.say is None and before.endswith(after)):
        text = f'the recording says "{before}", the menu says "{after}"'
        findings.mistake(where, text, "run `python3 app.py render`, or record it again")


def words_in(hotline: Hotline, step: str, part: Part, language: Language) -> Words:
    """What a recording of this part has to say: the words of the part that are in its language."""
    pieces = (said for tongue, said in spoken(hotline, step, part, language) if tongue == language)
    return next(pieces, ())


def _plainly(text: str) -> str:
    return unicodedata.normalize("NFC", " ".join(text.split()))


def check_words(hotline: Hotline, found: Recordings, findings: Findings) -> None:
    """A step that has recordings instead of words has one in every language; a question says something."""
    for name, step in hotline.steps.items():
        heard = {language for language in hotline.languages if (language, name) in found.sounds}
        missing = [language for language in hotline.languages if language not in heard]
        if heard and missing and step.say is None:
            text = f"step '{name}' has no words and no recording in {', '.join(missing)}"
            findings.mistake(step.at, text, "write 'say:' or record them")
        if (
            not heard
            and isinstance(step.thing, Menu | Ask)
            and not (step.say and step.say[hotline.first_language])
            and not spoken(hotline, name, Part.SAY, hotline.first_language)
        ):
            findings.mistake(step.at, f"step '{name}' asks without a word", "add 'say:' or labels")


def check_music(hotline: Hotline, found: Recordings, findings: Findings) -> None:
    """Music is there in every language."""
    for name, step in music_of(hotline).items():
        if missing := [each for each in hotline.languages if (each, name) not in found.sounds]:
            text = f"the music '{name}' of queue '{step.name}' is not there in {', '.join(missing)}"
            hint = f"put it there as {name}.wav beside the folders of the languages, or into each"
            findings.mistake(step.at, text, hint)
