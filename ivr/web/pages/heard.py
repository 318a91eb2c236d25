"""What a caller heard and pressed in one pass: the log's few words, told by the menus of the call."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ivr.core.calls import Ending, Part, Pass, Turn
from ivr.core.line.recording import Consent
from ivr.core.menus import REPEAT, Ask, ChooseLanguage, Enqueue, Hotline, Lookup, Menu, Step, Value, Words
from ivr.core.prompts import recorded, spoken
from ivr.core.questions import QUESTIONS, is_valid
from ivr.web.pages.heard_in_line import in_line

SILENCE = "-"
"""How the log writes an answer of nothing."""

Known = Mapping[str, str]
"""What was known of the call at a moment, by name; secrets never."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """Something said to the caller; `tag` is its language, `seconds` the length of its recording (a voice has
    none: it takes as long as it takes)."""

    text: str
    tag: str
    seconds: float | None


@dataclass(frozen=True, slots=True)
class Try:
    """One time the caller was asked: what was heard, and the answer: keys, "" for silence, None for none."""

    heard: tuple[Sentence, ...]
    pressed: str | None
    wrong: bool = False


@dataclass(frozen=True, slots=True)
class Scene:
    """One pass and what decides its words: `again` if the caller knew this menu, `greeted` if it was said in
    full all the same, `back` how they came out of the same queue just before, `consent` what they heard in it
    or said of being recorded, `may_keep` whether they were asked to keep a place they had before."""

    hotline: Hotline
    step: Step
    one: Pass
    known: Known
    again: bool = False
    greeted: bool = False
    back: Ending | None = None
    consent: Consent | None = None
    may_keep: bool = False

    @property
    def answers(self) -> int:
        """How many answers (silences too) it took to end the question; 0 if none did."""
        ended = isinstance(self.step.thing, QUESTIONS) and self.one.ending is not Ending.HUNG_UP
        return len(self.one.pressed.split()) if ended else 0

    @property
    def typed_ahead(self) -> bool:
        """Whether the keys were there before the question: then nothing of it was said."""
        ahead = isinstance(self.step.thing, Menu) and self.step.thing.type_ahead is not None
        return ahead and self.one.ending is Ending.KEY and self.one.left_at == self.one.entered_at

    def tries(self) -> Iterator[Try]:
        """The questions of the pass, each with its answer; a step that asks nothing is one try without."""
        if isinstance(self.step.thing, Enqueue):
            yield from (
                Try(self._sentences(parts, ""), None if written is None else written.replace(SILENCE, ""))
                for parts, written in in_line(
                    self.step.thing, self.one, self.back, self.consent, may_keep=self.may_keep
                )
            )
            return
        answers, turn, parts = self.one.pressed.split(), Turn.KEYS, self._first_parts()
        typed = ""
        for number, written in enumerate(answers, 1):
            pressed = "" if written == SILENCE else written
            last = number == len(answers) and self.one.ending is not Ending.HUNG_UP
            before, heard = turn, self._sentences(parts, typed)
            turn, parts = self._asked_again(turn, pressed)
            typed = pressed if turn is Turn.CONFIRM and before is Turn.KEYS else typed
            yield Try(heard, pressed, wrong=self.one.ending is Ending.WRONG if last else Part.WRONG in parts)
        if not answers or self.one.ending is Ending.HUNG_UP:
            yield Try(self._sentences(parts, typed), None)
        elif (
            isinstance(self.step.thing, ChooseLanguage)
            and self.one.ending is Ending.SILENT
            and not self.again
        ):
            yield Try(self._sentences((Part.CHANGE,), typed), None)

    def _first_parts(self) -> tuple[Part, ...]:
        """What the step said first: to a caller who came back, to one whose language we knew, to others."""
        match self.step.thing:
            case ChooseLanguage() if self.one.ending is Ending.WENT_ON:
                return (Part.CHANGE,)
            case Menu() if self.again and not self.greeted and self.step.again:
                return (Part.AGAIN,)
            case Lookup() if self.one.left_at > self.one.entered_at:
                return (Part.SAY, Part.MOMENT)
        return (Part.SAY,)

    def _asked_again(self, turn: Turn, pressed: str) -> tuple[Turn, tuple[Part, ...]]:
        """What follows an answer that does not end the pass."""
        failure = Part.WRONG if pressed else Part.SILENCE
        short = isinstance(self.step.thing, Ask) or self.again
        question = Part.AGAIN if short and self.step.again else Part.SAY
        match self.step.thing:
            case Ask() if turn is Turn.CONFIRM:
                if pressed == "2":
                    return Turn.KEYS, (question,)
                return turn, (Part.CONFIRM,) if pressed else (Part.SILENCE, Part.CONFIRM)
            case Ask(confirm=True) as ask if could_be(ask, pressed):
                return Turn.CONFIRM, (Part.CONFIRM,)
        return turn, (failure, question)

    def _sentences(self, parts: tuple[Part, ...], typed: str) -> tuple[Sentence, ...]:
        known = self.known
        if typed and isinstance(self.step.thing, Ask):
            known = {**known, self.step.thing.keep_as: typed}
        return tuple(said for part in parts for said in sentences(self.hotline, self.one, part, known))


def could_be(ask: Ask, pressed: str) -> bool:
    """Whether this answer was taken as the number asked for; of a secret one only its length is known."""
    return is_valid(ask, pressed) or (ask.secret and ask.fewest <= len(pressed) <= ask.most)


def greets_anew(before: Pass, thing_before: object, step: Step) -> bool:
    """Whether a menu was said in full though the caller knew it: it was asked for, or in another language."""
    match thing_before:
        case Menu(options=options) if before.step == step.name:
            return any(option.name == before.option and option.leads == REPEAT for option in options)
        case ChooseLanguage(change=change):
            return change is not None and before.ending is Ending.KEY
    return False


def sentences(hotline: Hotline, one: Pass, part: Part, known: Known) -> Iterator[Sentence]:
    """The words of one part of a step, as the caller heard them."""
    for language, words in spoken(hotline, one.step, part, one.language):
        sound = recorded(hotline, one.step, part, language)
        tag = hotline.languages[language].tag
        yield Sentence(filled(words, known), tag, sound.seconds if sound else None)


def filled(words: Words, known: Known) -> str:
    """A prompt with what was known in its holes; what is not known any more (a secret) is an ellipsis."""
    return "".join((known.get(piece.name) or "…") if isinstance(piece, Value) else piece for piece in words)
