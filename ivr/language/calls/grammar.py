"""What can be written about a phone call, one small model per section; the editors' schema is made of them.

Docstrings are the editors' help.
"""

import re
from datetime import datetime
from typing import Annotated

from pydantic import Discriminator, Field, PlainValidator, Tag, WithJsonSchema

from ivr.core.calls import Ending, Outcome
from ivr.language.calls.written import Agent, Does, Party
from ivr.language.fields import Word
from ivr.language.mistakes import Wrong, did_you_mean, listed
from ivr.language.scalars import duration, of_text, one_of
from ivr.language.sections import Section
from ivr.language.source import Row, Table, Text

ALONE = ("wait", "speak", "hang_up")
"""The lines that are one word."""


def _keys(value: str) -> str:
    if not re.fullmatch(r"[0-9*#]+", value, re.ASCII):
        raise Wrong(f"'{value}' are not keys", 'keys are digits, "*" and "#"')
    return value


def _moment(value: str) -> datetime:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2} \d{1,2}:\d{2}(:\d{2})?", value, re.ASCII):
        raise Wrong(f"'{value}' is not a date and a time", "write it like 2026-11-23 09:00")
    day, clock = value.split()
    try:
        return datetime.fromisoformat(f"{day}T{clock.zfill(5) if clock.count(':') == 1 else clock.zfill(8)}")
    except ValueError:
        raise Wrong(
            f"there is no {value}", "months come before days, hours run from 00:00 to 23:59"
        ) from None


def _party(value: str) -> Party:
    """`busy`, `answers`, or `answers 30s`: hangs up after so long."""
    word, _, talks = value.partition(" ")
    if word not in tuple(Does) or (talks and word != Does.ANSWERS):
        hint = did_you_mean(word, tuple(Does), "'answers 30s' hangs up after so long")
        raise Wrong(f"'{value}' is not one of {listed(tuple(Does))}", hint)
    return Party(Does(word), duration(talks)) if talks else Party(Does(word))


ON_BREAK = "on_break"


def _agent(value: str) -> Agent:
    """As of a party, and perhaps how long they are on a break first: `answers 1m after 30s`, `on_break`."""
    if value == ON_BREAK:
        return Agent("", away=None)
    does, after, away = value.partition(" after ")
    try:
        return Agent("", _party(does), duration(away) if after else 0)
    except Wrong as wrong:
        if does.partition(" ")[0] in tuple(Does):
            raise
        known = (*Does, ON_BREAK)
        hint = did_you_mean(value, known, "'answers 1m after 30s' is on a break for half a minute first")
        raise Wrong(f"'{value}' is not one of {listed(known)}", hint) from wrong


def _nobody(value: str) -> str:
    if value != "none":
        raise Wrong(f"nobody knows who '{value}' is", "write {An: answers 30s}, or none")
    return value


def _alone(value: str) -> str:
    if value not in ALONE:
        hint = did_you_mean(value, ALONE, f"a line of one word is {listed(ALONE)}")
        raise Wrong(f"'{value}' is nothing a caller does", hint)
    return value


def _failed(value: str) -> str:
    if value != "failed":
        raise Wrong(f"a look-up cannot bring '{value}'", "write {status: delivered}, or failed")
    return value


def _values(value: object) -> Table:
    if not isinstance(value, Table) or not all(isinstance(each, Text) for each in value.values()):
        raise Wrong("values by name are expected here", "write {status: delivered}, or failed")
    return value


def _is_long(value: object) -> str:
    return "in full" if isinstance(value, Table) else "in short"


def _is_many(value: object) -> str:
    return "several" if isinstance(value, Row) else "one"


Keys = Annotated[
    str,
    PlainValidator(of_text(_keys)),
    WithJsonSchema({"type": ["string", "integer"], "pattern": "^[0-9*#]+$"}),
]
Moment = Annotated[
    datetime,
    PlainValidator(of_text(_moment)),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": r"^\d{4}-\d{2}-\d{2} \d{1,2}:\d{2}(:\d{2})?$",
            "examples": ["2026-11-23 09:00"],
        }
    ),
]
Seconds = Annotated[
    float,
    PlainValidator(of_text(duration)),
    WithJsonSchema(
        {"type": "string", "pattern": r"^(\s*\d+(\.\d+)?\s*(ms|s|m|h))+\s*$", "examples": ["6s", "1m30s"]}
    ),
]
Answer = Annotated[
    Party,
    PlainValidator(of_text(_party)),
    WithJsonSchema({"type": "string", "examples": [*Does, "answers 30s"]}),
]
OnDuty = Annotated[
    Agent,
    PlainValidator(of_text(_agent)),
    WithJsonSchema({"type": "string", "examples": [*Does, ON_BREAK, "answers 1m after 30s"]}),
]
Nobody = Annotated[str, PlainValidator(of_text(_nobody)), WithJsonSchema({"enum": ["none"]})]
Staff = Annotated[
    Annotated[Nobody, Tag("in short")] | Annotated[dict[Word, OnDuty], Tag("in full")],
    Discriminator(_is_long),
]
Alone = Annotated[str, PlainValidator(of_text(_alone)), WithJsonSchema({"enum": list(ALONE)})]
End = Annotated[str, PlainValidator(of_text(one_of(*Outcome))), WithJsonSchema({"enum": list(Outcome)})]
PassEnd = Annotated[str, PlainValidator(of_text(one_of(*Ending))), WithJsonSchema({"enum": list(Ending)})]
Failed = Annotated[str, PlainValidator(of_text(_failed)), WithJsonSchema({"enum": ["failed"]})]
Values = Annotated[Table, PlainValidator(_values), WithJsonSchema({"type": "object"})]
Brought = Annotated[
    Annotated[Failed, Tag("in short")] | Annotated[Values, Tag("in full")], Discriminator(_is_long)
]
Lookups = Annotated[
    Annotated[Brought, Tag("one")] | Annotated[list[Brought], Tag("several")], Discriminator(_is_many)
]


class Hearing(Section):
    """What is heard, more exactly."""

    like = "{words: …, language: en, within: 6s}"

    words: Word | None = None
    """A piece of what is said."""
    exactly: Word | None = None
    """All that is said in one go, word for word."""
    language: Word | None = None
    """The language it is said in."""
    within: Seconds | None = None
    """How soon after the last key it begins."""


Heard = Annotated[
    Annotated[Word, Tag("in short")] | Annotated[Hearing, Tag("in full")], Discriminator(_is_long)
]


class Told(Section):
    """A line of the story: one thing the caller does, or one that must come of it."""

    like = "'press: 2', 'wait: 3s', 'hears: …' or 'hang_up'"

    press: Keys | None = None
    """Presses keys once the hotline has asked."""
    interrupt: Keys | None = None
    """Presses keys into what is being said."""
    wait: Seconds | None = None
    """Does nothing for so long. `wait` alone is silence until the hotline asks again, or goes on."""
    speak: Seconds | None = None
    """Speaks for so long after the tone. `speak` alone is five seconds."""
    hears: Heard | None = None
    """Since the last key, these words are heard."""
    hears_not: Word | None = None
    """Between the last key and the next, these words are not heard."""
    enters: Word | None = None
    """Since the last key, the caller comes to this step."""
    rings: Word | None = None
    """Since the last key, this number or address is rung."""
    talks_to: Word | None = None
    """Since the last key, the caller is put through to this agent."""


StoryLine = Annotated[
    Annotated[Alone, Tag("in short")] | Annotated[Told, Tag("in full")], Discriminator(_is_long)
]


class Pass(Section):
    """One pass through a step, as the log must have it."""

    like = "{pressed: 1, option: main.sales, ending: key, language: en}"

    pressed: Word | None = None
    """The keys as the log shows them; a silence is `-`."""
    option: Word | None = None
    """The option chosen, by its name: `main.sales`."""
    ending: PassEnd | None = None
    """How the pass ended."""
    language: Word | None = None
    """The language the step was said in."""


class Message(Section):
    """A text message."""

    like = "{words: …, to: +84…}"

    words: Word
    """A piece of the text."""
    to: Word
    """The number it goes to."""


Mail = Annotated[
    Annotated[Word, Tag("in short")] | Annotated[Message, Tag("in full")], Discriminator(_is_long)
]
Mails = Annotated[
    Annotated[Mail, Tag("one")] | Annotated[list[Mail], Tag("several")], Discriminator(_is_many)
]


Detail = Annotated[
    Annotated[Word, Tag("in short")] | Annotated[Pass, Tag("in full")], Discriminator(_is_long)
]
Passed = Annotated[
    Annotated[Word, Tag("in short")] | Annotated[dict[Word, Detail], Tag("in full")], Discriminator(_is_long)
]
Boxes = Annotated[
    Annotated[Word, Tag("one")] | Annotated[list[Word], Tag("several")], Discriminator(_is_many)
]


class Call(Section):
    """A phone call: who rings when, what happens, how it ends."""

    like = "{call: …, from: …, at: …, story: […]}"

    call: Word
    """What the call is about, in a sentence."""
    caller: Word | None = Field(default=None, alias="from")
    """The caller's number, or `withheld`."""
    to: Word | None = None
    """The number that is rung; without it the hotline's first."""
    moment: Moment | None = Field(default=None, alias="at")
    """When, on the hotline's own clock: `2026-11-23 09:00`."""
    after: Seconds | None = None
    """Of a call below `and`: how long after the first one it comes."""
    remembered: Word | None = None
    """The language the caller chose in an earlier call."""
    lookups: Lookups | None = None
    """What look-ups bring: `{status: delivered}`, or `failed`; or a list, one after another."""
    parties: dict[Word, Answer] | None = None
    """Who is rung, and what they do: `busy`, `no_answer`, `answers 30s`."""
    agents: Staff | None = None
    """Who is signed in to serve the queues, and what they do when they are rung: `{An: answers 30s}`, or
    `none`."""
    story: list[StoryLine] = Field(default_factory=list)
    """What the caller does and what must come of it, in its order."""
    ends: End | None = None
    """How the call ends, as the log says it."""
    logs: list[Passed] | None = None
    """All passes of the call, in their order: `main`, `main: 1` (what was pressed, or how it ended), or
    `main: {pressed: 1, option: main.sales}`."""
    texts: Mails | None = None
    """The text messages that are sent, in their order; `[]` if none is."""
    leaves_word: Boxes | None = None
    """The mailbox in which word is left, or several; `[]` if none is."""
    others: list["Call"] | None = Field(default=None, alias="and")
    """Further calls to the same hotline: later, or at the same time."""


class Defaults(Section):
    """What holds for every call of the file that does not say otherwise."""

    like = "{from: +84…, at: 2026-11-23 09:00}"

    caller: Word | None = Field(default=None, alias="from")
    """The caller's number, or `withheld`."""
    to: Word | None = None
    """The number that is rung."""
    moment: Moment | None = Field(default=None, alias="at")
    """When, on the hotline's own clock."""
    remembered: Word | None = None
    """The language the caller chose in an earlier call."""
    lookups: Lookups | None = None
    """What look-ups bring."""
    parties: dict[Word, Answer] | None = None
    """Who is rung, and what they do."""
    agents: Staff | None = None
    """Who is signed in to serve the queues."""


class File(Section):
    """A file of written phone calls."""

    like = "{calls: […]}"

    defaults: Defaults | None = None
    calls: list[Call]
    """The calls, each a rehearsal of its own."""
