"""What one caller lived through, in the order it happened: heard, pressed, waited."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from operator import attrgetter

from ivr.core.calls import Ending, Part, Pass
from ivr.core.menus import Ask, ChooseLanguage, Hotline, Menu, Step, Value, Words
from ivr.core.prompts import recorded, spoken
from ivr.ledger.log import Story


@dataclass(frozen=True, slots=True)
class Sentence:
    """Something said to the caller; `tag` is its language for the browser, `recorded` if it was no voice."""

    text: str
    tag: str
    recorded: bool


@dataclass(frozen=True, slots=True)
class Try:
    """One time the caller was asked: what was heard, and what was pressed then (None: nothing)."""

    heard: tuple[Sentence, ...]
    pressed: str | None


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened. `kind` is `pass`, `leg`, `message`, `recording` or the kind of an event."""

    at: int
    kind: str
    seconds: float
    what: object
    tries: tuple[Try, ...] = ()


def timeline(story: Story, hotline: Hotline | None) -> list[Moment]:
    """The moments of a call. Without the hotline of its revision, what was heard is not known any more."""
    moments = list(passes(story, hotline))
    moments += [Moment(leg.started_at or leg.accepted_at or 0, "leg", 0, leg) for leg in story.legs]
    moments += [Moment(word.left_at, "message", word.seconds, word) for word in story.messages]
    moments += [
        Moment(sound.at, "recording", sound.seconds, sound)
        for sound in story.recordings
        if sound.kind != "message"
    ]
    moments += [Moment(event.at, event.kind, 0, event) for event in story.events]
    return sorted(moments, key=attrgetter("at"))


def passes(story: Story, hotline: Hotline | None) -> Iterator[Moment]:
    met: set[str] = set()
    for one in story.passes:
        heard = tuple(tries(one, hotline, story.values, again=one.step in met)) if hotline else ()
        met.add(one.step)
        yield Moment(one.entered_at, "pass", (one.left_at - one.entered_at) / 1000, one, heard)


def tries(one: Pass, hotline: Hotline, values: Mapping[str, str], *, again: bool) -> Iterator[Try]:
    """The questions of one pass, each with its answer: silence and wrong keys are followed by their words."""
    step = hotline.steps.get(one.step)
    if step is None:
        return
    first = first_part(one, step, again=again)
    short = Part.AGAIN if step.again and (again or isinstance(step.thing, Ask)) else Part.SAY
    answers = one.pressed.split()
    parts = [first]
    for number in range(max(1, len(answers))):
        pressed = answers[number] if number < len(answers) else None
        heard = tuple(said for part in parts for said in sentences(hotline, one, part, values))
        yield Try(heard, None if pressed == "-" else pressed)
        parts = [Part.SILENCE if pressed == "-" else Part.WRONG, short]
    if len(answers) and one.ending is Ending.HUNG_UP:
        yield Try(tuple(said for part in parts for said in sentences(hotline, one, part, values)), None)


def first_part(one: Pass, step: Step, *, again: bool) -> Part:
    """What a step said first: to a caller who came back, to one whose language we remembered, to others."""
    if isinstance(step.thing, ChooseLanguage) and one.ending is Ending.WENT_ON:
        return Part.CHANGE
    return Part.AGAIN if again and step.again and isinstance(step.thing, Menu) else Part.SAY


def sentences(hotline: Hotline, one: Pass, part: Part, values: Mapping[str, str]) -> Iterator[Sentence]:
    for language, words in spoken(hotline, one.step, part, one.language):
        tag = hotline.languages[language].tag
        yield Sentence(filled(words, values), tag, recorded(hotline, one.step, part, language) is not None)


def filled(words: Words, values: Mapping[str, str]) -> str:
    """A prompt with what was said in its holes; what is not known any more (a secret) is an ellipsis."""
    return "".join((values.get(piece.name) or "…") if isinstance(piece, Value) else piece for piece in words)
