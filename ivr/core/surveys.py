"""What callers are asked about their call, and what counts as an answer."""

import re
import unicodedata
from dataclasses import dataclass
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


def read(question: Question, text: str) -> int | None:
    """The answer in a text message; None if there is none on the scale."""
    first = re.match(r"\s*(\d{1,2})\b", unicodedata.normalize("NFKC", text))
    number = int(first[1]) if first else None
    smallest, largest = SCALES.get(question, (0, -1))
    return number if number is not None and smallest <= number <= largest else None


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
    """A message of one word as it is compared: without case, and marks around it. With its accents, as in
    Vietnamese they make another word of it: dừng is stop, đúng is yes."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split()).strip(" .!\"'")
