"""The values of the grammar as pydantic types: how each is read, and what an editor knows of it."""

from collections.abc import Callable
from typing import Annotated, Any

from pydantic import PlainValidator, WithJsonSchema

from ivr.core.checkdigits import CHECKS
from ivr.core.hours import Days as DayRange
from ivr.core.hours import Span
from ivr.core.line.recording import Recording
from ivr.core.line.rules import AtClosing, Strategy
from ivr.core.surveys import Means, Question
from ivr.core.webhooks import Event
from ivr.language.mistakes import Wrong
from ivr.language.scalars import (
    always,
    between,
    count,
    days,
    digits,
    duration,
    end_key,
    from_0_to_10,
    holidays_of,
    key_pattern,
    language_need,
    level,
    of_text,
    one_of,
    or_none,
    rate,
    rest,
    service_level,
    share,
    single_key,
    span_of_numbers,
    spans,
    text,
    tries,
    truth,
    weekdays,
    whether_recorded,
    whole_days,
)
from ivr.language.source import Row, Table, Text, is_noted


def _texts(value: object) -> Text | Table:
    """One text, or one for each language; which languages there are is not known yet."""
    if isinstance(value, Table):
        for key, text in value.items():
            if not isinstance(text, Text) or not (text.strip() or is_noted(key, text)):
                raise Wrong("a text for each language is expected here", "write {en: …, vi: …}")
        return value
    if not isinstance(value, Text) or not value.strip():
        raise Wrong("a text is expected here", "write a text, or one for each language: {en: …, vi: …}")
    return value


def _table_of_texts(value: object) -> Table:
    if not isinstance(value, Table) or not all(isinstance(it, str) for it in value.values()):
        raise Wrong("keys and languages are expected here", "write {1: vi, 2: en}")
    return value


def _one_or_many(value: object) -> list[Text]:
    """A text, or a list of texts."""
    many = value if isinstance(value, Row) else [value]
    if not many or not all(isinstance(it, Text) and it.strip() for it in many):
        raise Wrong("one value or a list of them is expected here", "write [first, second]")
    return [it for it in many if isinstance(it, Text)]


def _at_most(most: int) -> Callable[[object], list[Text]]:
    """A text, or a list of so many texts."""

    def read(value: object) -> list[Text]:
        if isinstance(value, Row) and len(value) > most:
            raise Wrong("these are too many", f"{most} are possible")
        return _one_or_many(value)

    return read


def _one_or_many_schema(**more: int) -> dict[str, Any]:
    word = {"type": ["string", "number"]}
    return {"anyOf": [word, {"type": "array", "items": word, "minItems": 1, **more}]}


TEXT_OR_NUMBER = {"type": ["string", "integer"]}


def _like(pattern: str, *examples: str, **more: Any) -> dict[str, Any]:
    return {"type": "string", "pattern": f"^{pattern}$", "examples": list(examples), **more}


_DURATION = r"(\s*\d+(\.\d+)?\s*(ms|s|m|h))+\s*"
_CLOCK = r"\d{1,2}:\d{2}-\d{1,2}:\d{2}"
_DATE = r"(\d{4}-)?\d{2}-\d{2}"

Word = Annotated[
    str,
    PlainValidator(of_text(text, longest=2000)),
    WithJsonSchema({"type": ["string", "number", "boolean"]}),
]
_TIME = WithJsonSchema(_like(_DURATION, "20s", "2m30s"))
Pattern = Annotated[str, PlainValidator(of_text(str)), WithJsonSchema({"type": ["string", "number"]})]
Always = Annotated[str, PlainValidator(of_text(always)), WithJsonSchema({"const": "always"})]
Duration = Annotated[float, PlainValidator(of_text(duration)), _TIME]
LookupTime = Annotated[float, PlainValidator(of_text(between("500ms", "30s"))), _TIME]
RingTime = Annotated[float, PlainValidator(of_text(between("5s", "2m"))), _TIME]
ThinkingTime = Annotated[float, PlainValidator(of_text(between("1s", "1m"))), _TIME]
KeyTime = Annotated[float, PlainValidator(of_text(between("500ms", "20s"))), _TIME]
AheadTime = Annotated[float, PlainValidator(of_text(between("500ms", "10s"))), _TIME]
RecordingTime = Annotated[float, PlainValidator(of_text(between("1s", "1h"))), _TIME]
QuietTime = Annotated[float, PlainValidator(of_text(between("1s", "30s"))), _TIME]
Tries = Annotated[
    int, PlainValidator(of_text(tries)), WithJsonSchema({"type": "integer", "minimum": 1, "maximum": 10})
]
Count = Annotated[int, PlainValidator(of_text(count)), WithJsonSchema({"type": "integer", "minimum": 1})]
_TO_TEN = WithJsonSchema({"type": "integer", "minimum": 0, "maximum": 10})
Priority = Annotated[int, PlainValidator(of_text(from_0_to_10("a priority", "as everybody"))), _TO_TEN]
Weight = Annotated[int, PlainValidator(of_text(from_0_to_10("a weight", "as every queue"))), _TO_TEN]
Misses = Annotated[int, PlainValidator(of_text(from_0_to_10("a number of misses", "any number"))), _TO_TEN]
Level = Annotated[
    int, PlainValidator(of_text(level(1))), WithJsonSchema({"type": "integer", "minimum": 1, "maximum": 9})
]
LaterLevel = Annotated[
    int, PlainValidator(of_text(level(0))), WithJsonSchema({"type": "integer", "minimum": 0, "maximum": 9})
]
WrapUp = Annotated[
    float,
    PlainValidator(of_text(or_none("none", between("1s", "1h")))),
    WithJsonSchema(_like(f"(none|{_DURATION})", "30s", "none")),
]
Rhythm = Annotated[
    float,
    PlainValidator(of_text(or_none("never", between("15s", "10m")))),
    WithJsonSchema(_like(f"(never|{_DURATION})", "1m", "never")),
]
LookBack = Annotated[float, PlainValidator(of_text(between("15m", "24h"))), _TIME]
StepTime = Annotated[float, PlainValidator(of_text(between("1s", "1h"))), _TIME]
Truth = Annotated[bool, PlainValidator(of_text(truth)), WithJsonSchema({"type": "boolean"})]
WhetherRecorded = Annotated[
    Recording, PlainValidator(of_text(whether_recorded)), WithJsonSchema({"enum": [True, False, "ask"]})
]
Key = Annotated[
    str, PlainValidator(of_text(key_pattern)), WithJsonSchema({"pattern": r"^(\d+|\d+-\d+|\*|#)$"})
]
EndKey = Annotated[str, PlainValidator(of_text(end_key)), WithJsonSchema({"enum": ["#", "*", "none"]})]
Digits = Annotated[tuple[int, int], PlainValidator(of_text(digits)), WithJsonSchema(TEXT_OR_NUMBER)]
Numbers = Annotated[tuple[int, int], PlainValidator(of_text(span_of_numbers)), WithJsonSchema(TEXT_OR_NUMBER)]
ServiceLevel = Annotated[
    tuple[float, float],
    PlainValidator(of_text(service_level)),
    WithJsonSchema(_like(r"\d+(\.\d+)?\s*%\s+in\s+.+", "80% in 20s")),
]
Rate = Annotated[
    tuple[int, float], PlainValidator(of_text(rate)), WithJsonSchema(_like(r"\d+ per .+", "20 per 1h"))
]
LanguageNeed = Annotated[
    tuple[str, float | None],
    PlainValidator(of_text(language_need)),
    WithJsonSchema(_like(r"(any|required|prefer .+)", "required", "prefer 2m", "any")),
]
Weekdays = Annotated[
    tuple[int, ...],
    PlainValidator(of_text(weekdays)),
    WithJsonSchema({"pattern": r"^[a-z]{3}(-[a-z]{3})?(\s*,\s*[a-z]{3}(-[a-z]{3})?)*$"}),
]
Spans = Annotated[
    tuple[Span, ...],
    PlainValidator(of_text(spans)),
    WithJsonSchema(_like(rf"{_CLOCK}([ ,]+{_CLOCK})*", "08:00-12:00 13:00-18:00")),
]
Dates = Annotated[
    DayRange,
    PlainValidator(of_text(days)),
    WithJsonSchema(_like(rf"{_DATE}(\.\.{_DATE})?", "2027-02-05", "2026-03-01..2026-03-07", "12-25")),
]
Place = Annotated[
    str, PlainValidator(of_text(holidays_of)), WithJsonSchema(_like(r"[A-Z]{2}(-.+)?", "VN", "US-CA"))
]
Texts = Annotated[
    Text | Table,
    PlainValidator(_texts),
    WithJsonSchema({"type": ["string", "object"], "additionalProperties": {"type": "string"}}),
]
Many = Annotated[list[Text], PlainValidator(_one_or_many), WithJsonSchema(_one_or_many_schema())]
Names = Annotated[list[Text], PlainValidator(_at_most(50)), WithJsonSchema(_one_or_many_schema(maxItems=50))]
CheckDigit = Annotated[str, PlainValidator(of_text(one_of(*CHECKS))), WithJsonSchema({"enum": list(CHECKS)})]
WhenClosing = Annotated[
    str, PlainValidator(of_text(one_of(*AtClosing))), WithJsonSchema({"enum": list(AtClosing)})
]
Choice = Annotated[str, PlainValidator(of_text(one_of(*Strategy))), WithJsonSchema({"enum": list(Strategy)})]
NEEDS = ("required", "optional")
Need = Annotated[str, PlainValidator(of_text(one_of(*NEEDS))), WithJsonSchema({"enum": list(NEEDS)})]
Share = Annotated[float, PlainValidator(of_text(share)), WithJsonSchema(_like(r"\d+(\.\d+)?\s*%", "25%"))]
Rest = Annotated[float, PlainValidator(of_text(rest)), WithJsonSchema(_like(r"(\d{1,3}\s*d|none)", "30d"))]
Days = Annotated[int, PlainValidator(of_text(whole_days)), WithJsonSchema(_like(r"\d{1,4}\s*d", "90d"))]
By = Annotated[str, PlainValidator(of_text(one_of(*Means))), WithJsonSchema({"enum": list(Means)})]
_QUESTION = {"enum": list(Question)}
Questions = Annotated[
    list[Text],
    PlainValidator(_at_most(len(Question))),
    WithJsonSchema({"anyOf": [_QUESTION, {"type": "array", "items": _QUESTION, "minItems": 1}]}),
]
_EVENT = {"enum": list(Event)}
Kinds = Annotated[
    list[Text],
    PlainValidator(_at_most(len(Event))),
    WithJsonSchema({"anyOf": [_EVENT, {"type": "array", "items": _EVENT, "minItems": 1}]}),
]
SingleKey = Annotated[str, PlainValidator(of_text(single_key)), WithJsonSchema({"pattern": r"^[0-9*#]$"})]
Languages = Annotated[
    Table,
    PlainValidator(_table_of_texts),
    WithJsonSchema(
        {
            "type": "object",
            "patternProperties": {r"^[0-9*#]$": {"type": "string"}},
            "properties": {"change": {"type": ["string", "integer"]}},
            "additionalProperties": False,
        }
    ),
]
