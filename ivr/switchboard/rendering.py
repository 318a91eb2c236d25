"""The prompts spoken into files: `recordings/<language>/<step>.wav`, and beside each the words it says.

What `ivr render` made it may make again; a recording of the admin's own is never touched.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from ivr.core.menus import Hotline, Language, Value
from ivr.core.phrases import plain
from ivr.core.prompts import RECORDED
from ivr.language.mistakes import did_you_mean, listed
from ivr.language.recordings import seconds, words_in
from ivr.outside.speech import speak
from ivr.outside.wav import is_made_here
from ivr.switchboard.documents import parts_of


class State(Enum):
    """What is to be done about a prompt."""

    TO_RENDER = "to render"
    UP_TO_DATE = "up to date"
    OUTDATED = "an own recording of other words"
    OWN = "an own recording"
    WITH_VALUES = "with values"


@dataclass(frozen=True, slots=True)
class Prompt:
    """One part of a step in one language, and the file (without its ending) it is spoken into."""

    step: str
    language: Language
    words: str
    has_values: bool
    file: Path

    @property
    def wav(self) -> Path:
        return self.file.with_name(f"{self.file.name}.wav")

    @property
    def txt(self) -> Path:
        return self.file.with_name(f"{self.file.name}.txt")

    def __str__(self) -> str:
        return f"{self.language}/{self.file.name}"


def prompts(hotline: Hotline, folder: Path) -> Iterator[Prompt]:
    """Every prompt a recording can stand for, language by language."""
    for language in hotline.languages:
        for step in hotline.steps.values():
            for part in parts_of(step):
                said = words_in(hotline, step.name, part, language) if part in RECORDED else ()
                if said:
                    with_values = any(isinstance(piece, Value) for piece in said)
                    file = folder / language / (step.name + RECORDED[part])
                    yield Prompt(step.name, language, plain(said), with_values, file)


def state(prompt: Prompt, *, anew: bool = False) -> State:
    """What is to be done; `anew`, what we made is made again though its words are the same."""
    if prompt.has_values:
        return State.WITH_VALUES
    if not prompt.wav.exists():
        return State.TO_RENDER
    same = prompt.txt.exists() and _plainly(prompt.txt.read_text("utf-8")) == _plainly(prompt.words)
    if is_made_here(prompt.wav.read_bytes()):
        return State.UP_TO_DATE if same and not anew else State.TO_RENDER
    return State.OWN if same or not prompt.txt.exists() else State.OUTDATED


def wanted(hotline: Hotline, folder: Path, language: str | None, step: str | None) -> list[Prompt]:
    """The prompts of a language and a step, or of all. Raises LookupError for one that is not there."""
    for kind, name, names in (("language", language, hotline.languages), ("step", step, hotline.steps)):
        if name is not None and name not in names:
            hint = did_you_mean(name, names, f"there are {listed(sorted(names), 'and')}")
            raise LookupError(f"the hotline has no {kind} '{name}'; {hint}")
    return [
        prompt
        for prompt in prompts(hotline, folder)
        if prompt.language == (language or prompt.language) and prompt.step == (step or prompt.step)
    ]


def render_all(hotline: Hotline, wanted: list[Prompt], command: str, *, anew: bool = False) -> Iterator[str]:
    """Renders what is missing or out of date, telling what it does. Raises SpeechFailed."""
    states = {prompt: state(prompt, anew=anew) for prompt in wanted}
    to_do = [prompt for prompt, found in states.items() if found is State.TO_RENDER]
    for number, prompt in enumerate(to_do, 1):
        yield f"{number:4}/{len(to_do)}  {prompt}  {render(prompt, hotline, command):.1f} s"
    for prompt, found in states.items():
        if found is State.OUTDATED:
            yield f'{prompt} is a recording of yours; the menu now says "{prompt.words}": record it again'
    yield summary(states.values())


def render(prompt: Prompt, hotline: Hotline, command: str) -> float:
    """Speaks a prompt into its file; gives its seconds. Words come last: without them it is made anew."""
    voice = hotline.languages[prompt.language]
    language = voice.tag.partition("-")[0]
    wav = speak(command, prompt.words, language=language, tag=voice.tag, voice=voice.voice or "")
    prompt.wav.parent.mkdir(parents=True, exist_ok=True)
    _put(prompt.wav, wav)
    _put(prompt.txt, f"{prompt.words}\n".encode())
    return seconds(wav)


def summary(states: Iterable[State]) -> str:
    """What was done and what was not, in one sentence."""
    counts = Counter(states)
    parts = [f"{counts[found]} {words}" for found, words in TOLD.items() if counts[found]]
    return f"{', '.join(parts) or 'no prompts'}."


TOLD = {
    State.TO_RENDER: "rendered",
    State.UP_TO_DATE: "up to date",
    State.OWN: "of your own kept",
    State.OUTDATED: "of your own to record again",
    State.WITH_VALUES: "left to the carrier's voice, for they hold values",
}


def _put(path: Path, content: bytes) -> None:
    """Writes a file whole or not at all."""
    unfinished = path.with_name(f".{path.name}")
    unfinished.write_bytes(content)
    unfinished.replace(path)


def _plainly(text: str) -> str:
    return unicodedata.normalize("NFC", " ".join(text.split()))
