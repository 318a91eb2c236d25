"""What callers hear at one go: all of it is one document, and no carrier takes one of more than 64 kB."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape

from ivr.core.calls import Part
from ivr.core.menus import Hotline, Language, Step, Words
from ivr.core.prompts import recorded, spoken
from ivr.core.questions import QUESTIONS
from ivr.core.walk import LONGEST_WAY
from ivr.language.proof.ground import State

LONGEST_BREATH = 56_000
"""Bytes of words and what stands around them; long texts are sent in pieces, which takes a little more."""

AROUND = 200
"""Bytes that stand around the words of a part: its voice and language, or the address of its recording."""

VALUE = 1_200
"""Bytes a value may take: 200 characters, each of which may have to be escaped."""


def breathless(
    hotline: Hotline, onward: Mapping[State, Sequence[State]]
) -> Iterator[tuple[State, Language, int]]:
    """The states from which callers hear too much before they are asked anything: in which language, and how
    many bytes. `onward` tells where a state goes on to without asking."""
    for language in hotline.languages:
        sizes = {name: size(hotline, step, language) for name, step in hotline.steps.items()}
        heard = {state: sizes[state.step] for state in onward}
        for _ in range(LONGEST_WAY):
            further = {
                state: sizes[state.step] + max((heard[to] for to in onward[state]), default=0)
                for state in heard
            }
            if further == heard:
                break
            heard = further
        yield from ((state, language, size) for state, size in heard.items() if size > LONGEST_BREATH)


def size(hotline: Hotline, step: Step, language: Language) -> int:
    """The most bytes a step adds to a document: what it says, after what was wrong with the last answer."""
    greetings = (Part.SAY, Part.AGAIN) if step.again else (Part.SAY,)
    said = max(part_size(hotline, step, part, language) for part in greetings)
    if not isinstance(step.thing, QUESTIONS):
        return said
    return said + max(part_size(hotline, step, part, language) for part in (Part.SILENCE, Part.WRONG))


def part_size(hotline: Hotline, step: Step, part: Part, language: Language) -> int:
    said = spoken(hotline, step.name, part, language)
    return sum(
        AROUND + (0 if recorded(hotline, step.name, part, tongue) else written(words))
        for tongue, words in said
    )


def written(words: Words) -> int:
    return sum(len(escape(piece).encode()) if isinstance(piece, str) else VALUE for piece in words)
