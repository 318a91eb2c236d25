"""Every place in the grammar where a destination can stand, in one list."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain

from ivr.core.menus import Where
from ivr.language import grammar
from ivr.language.sections import Section
from ivr.language.source import Text

WAYS_OUT = {
    "hours": ("open", "closed"),
    "dial": ("busy", "no_answer", "failed", "otherwise"),
    "lookup": ("failed", "otherwise"),
    "queue": ("no_agents", "too_long", "full", "closed", "declined", "otherwise"),
}
"""The ways out of each thing that names them; the others have `otherwise` alone, if any."""

STEP_WAYS = tuple(dict.fromkeys(("then", "otherwise", *chain.from_iterable(WAYS_OUT.values()))))


@dataclass(frozen=True, slots=True)
class Slot:
    """One destination: the name of its place, how a mistake speaks of it, and what stands there.

    `is_key`: it stands behind a key of a menu; `is_waiting`: behind a key that counts while callers wait.
    """

    name: str
    said: str
    at: Where
    leads: str | grammar.Step
    is_key: bool = False
    is_waiting: bool = False


def key_name(key: str) -> str:
    """A key as part of a name."""
    return {"*": "star", "#": "hash"}.get(key, key.removeprefix("+"))


def slots(section: Section | Mapping[str, grammar.Destination]) -> Iterator[Slot]:
    """The destinations of a section, in the order they are heard."""
    match section:
        case grammar.Step():
            yield from _of_step(section)
        case grammar.Queue():
            yield from (replace(slot, is_key=False, is_waiting=True) for slot in _keys(section.keys or {}))
            yield from _words(section, ("then", *WAYS_OUT["queue"]))
        case grammar.Defaults():
            yield from _patience(section)
        case grammar.Limits():
            yield from _words(section, ("then",))
        case Mapping():
            yield from _keys(section)


def _of_step(step: grammar.Step) -> Iterator[Slot]:
    if step.keys:
        yield from _keys(step.keys)
    if step.when:
        for number, (pattern, leads) in enumerate(step.when.items(), 1):
            yield Slot(f"when.{number}", f"'{pattern}'", _at(pattern, step.at), leads)
    yield from _words(step, STEP_WAYS)
    if isinstance(step.dial, grammar.Dial):
        yield from _words(step.dial, WAYS_OUT["dial"])
    yield from _patience(step)


def _patience(section: grammar.Step | grammar.Defaults) -> Iterator[Slot]:
    for word in ("silence", "wrong"):
        patience = getattr(section, word)
        if patience is not None and patience.then is not None:
            yield Slot(f"{word}.then", f"'then' of '{word}'", patience.where("then"), patience.then)


def _words(section: Section, words: tuple[str, ...]) -> Iterator[Slot]:
    written = section.model_fields_set
    for word in words:
        if word in written and (leads := getattr(section, word)) is not None:
            yield Slot(word, f"'{word}'", section.where(word), leads)


def _keys(keys: Mapping[str, grammar.Destination]) -> Iterator[Slot]:
    for key, leads in keys.items():
        said = f"key {key}" if len(key) < 12 and not key.startswith("+") else f"'{key}'"
        yield Slot(key_name(key), said, _at(key, None), leads, is_key=True)


def _at(key: str, otherwise: Where | None) -> Where:
    return key.at if isinstance(key, Text) else otherwise or Where("", 1, 1)
