"""What callers are asked about their call, and what counts as an answer."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from enum import StrEnum
from zlib import crc32


class Question(StrEnum):
    """One question of a survey."""

    SATISFACTION = "satisfaction"
    """How satisfied they are, 1 to 5."""
    RECOMMENDATION = "recommendation"
    """How likely they recommend us, 0 to 10."""
    SOLVED = "solved"
    """Whether what they called about was solved: 1 yes, 2 no."""
    COMMENT = "comment"
    """A few words of their own."""


SCALES = {Question.SATISFACTION: (1, 5), Question.RECOMMENDATION: (0, 10), Question.SOLVED: (1, 2)}
"""The smallest and the largest answer, as callers give it."""


THANKS = "thanks"
"""The step behind the last question, beside those that are called by their questions."""


class Means(StrEnum):
    """How a question is put."""

    KEYPAD = "keypad"
    SMS = "sms"


@dataclass(frozen=True, slots=True)
class Answer:
    """A question put to a caller: of a question asked and not answered, all but `asked_at` is None.

    `value` is on the scale of the question; `recording` is ours of a spoken comment, `comment` a written one.
    Times are UTC milliseconds.
    """

    call: str
    step: str
    question: Question
    asked_at: int
    means: Means = Means.KEYPAD
    answered_at: int | None = None
    value: int | None = None
    recording: str | None = None
    comment: str | None = None
    caller: str | None = None
    queue: str | None = None
    agent: str | None = None
    talk: str | None = None


def is_chosen(call_id: str, share: float) -> bool:
    """Whether this call is one of the share (0 to 1) that is asked: the same answer however often we look."""
    return crc32(call_id.encode()) % 10_000 < share * 10_000


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words with which callers answer in a text message, as `plain` has them."""

    yes: AbstractSet[str] = frozenset()
    no: AbstractSet[str] = frozenset()
    numbers: Mapping[str, int] = field(default_factory=dict)
    points: AbstractSet[str] = frozenset()
    """What may follow a number: stars."""


def vocabulary(phrases: Iterable[Mapping[str, str]]) -> Vocabulary:
    """The words of some languages together: nobody knows in which one a caller writes. What is yes in one and
    no in another is neither."""
    every = list(phrases)
    yes, no = (_words_of(every, name) for name in ("answer_yes", "answer_no"))
    numbers: dict[str, int] = {}
    for each in every:
        numbers |= {_plain(word): number for number, word in enumerate(_listed(each, "answer_numbers"))}
    return Vocabulary(yes - no, no - yes, numbers, _words_of(every, "answer_points"))


def _words_of(phrases: Iterable[Mapping[str, str]], name: str) -> AbstractSet[str]:
    return {_plain(word) for each in phrases for word in _listed(each, name)}


def _listed(phrases: Mapping[str, str], name: str) -> list[str]:
    return [word for word in phrases.get(name, "").split(",") if word.strip()]


def readings(text: str, words: Vocabulary) -> Mapping[Question, int]:
    """What a text message is as an answer to each question that has a scale; not there: none."""
    read_as = {question: read(question, text, words) for question in SCALES}
    return {question: value for question, value in read_as.items() if value is not None}


def read(question: Question, text: str, words: Vocabulary) -> int | None:
    """The answer in a text message: the number it begins with, or a word that is said alone; None if there is
    none on the scale.

    Of "8/10" or "8 out of 10" the scale must be the question's own: nobody knows what they meant otherwise.
    """
    smallest, largest = SCALES.get(question, (0, -1))
    said = _plain(text)
    if question is Question.SOLVED and (first := _FIRST.split(said)[0].strip()) in words.yes | words.no:
        return YES if first in words.yes else NO
    number, of = _number(said, words)
    fits = number is not None and smallest <= number <= largest and of in (None, largest)
    return number if fits else None


YES, NO = 1, 2

_FIRST = re.compile(r"[^\w\s']")
"""What a first thought ends with."""

_NUMBER = re.compile(r"(\d{1,2})(?!\w|[.,:]\d)(?:(?:\s*/\s*|\s+(?:\S+\s+){1,2})(\d{1,2})\b)?")
"""A number, and that of which it is so many: 8/10, 8 out of 10."""


def _number(said: str, words: Vocabulary) -> tuple[int | None, int | None]:
    """The number a message begins with, and the scale it names."""
    if found := _NUMBER.match(said):
        return int(found[1]), int(found[2]) if found[2] else None
    first = _FIRST.split(said)[0].strip()
    for points in ("", *words.points):
        number = words.numbers.get(first.removesuffix(points).strip())
        if number is not None:
            return number, None
    return None, None


STOP = frozenset(
    {
        *("stop", "stopall", "unsubscribe", "cancel", "end", "quit", "optout", "revoke"),
        *("dừng", "dung", "từ chối", "tu choi", "hủy", "huỷ", "huy"),
        *("alto", "parar", "baja", "cancelar"),
    }
)
"""Words with which somebody wants no more text messages; those of the carrier, and of our languages."""

START = frozenset({"start", "unstop", "yes", "bắt đầu", "bat dau", "đồng ý", "dong y", "alta", "sí", "si"})
"""Words with which they want them again."""


def is_stop(text: str) -> bool:
    return _plain(text) in STOP


def is_start(text: str) -> bool:
    return _plain(text) in START


def _plain(text: str) -> str:
    """A message as its words are compared: without case, and marks around it. With its accents, as in
    Vietnamese they make another word of it: dừng is stop, đúng is yes."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split()).strip(" .!\"'")
