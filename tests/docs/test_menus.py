"""The menu language's page: its examples are read, checked and proved; no word of the grammar is missing.

An example that begins with `hotline:` is whole. Any other is put into the first hotline of menus.md, as the
page says: what has the same name is replaced, and a second number leads to the example's first step.
"""

from functools import cache
from typing import Any

import pytest
import yaml
from pydantic import BaseModel

from ivr.carriers.capabilities import CARRIERS
from ivr.core.line.rules import Rules, Strategy
from ivr.core.menus import WAITING_WAYS
from ivr.core.phrases import PHRASES
from ivr.language import Checked, grammar, read_files
from ivr.language.prove import prove
from ivr.language.sections import words_of
from ivr.language.things import AFTER, BETWEEN_KEYS, TRIES
from ivr.language.voices import HOLES
from ivr.switchboard.fitness import doubtful, impossible
from tests.docs.pages import DOCS, Block, blocks, blocks_of, rows, section, words

MENUS = DOCS / "menus.md"
REHEARSAL = DOCS / "rehearsal.md"
"""Its examples are calls: see test_rehearsal."""

EXAMPLES = [block for block in blocks("yaml") if block.page != REHEARSAL]
SECOND_NUMBER = "+35314960999"


@cache
def base() -> dict[str, Any]:
    """The hotline the examples are put into, every scalar as it was written."""
    first = next(block for block in blocks_of(MENUS) if block.language == "yaml")
    return dict(yaml.load(first.text, yaml.BaseLoader))


def files_of(example: Block) -> dict[str, str]:
    """The example as a file of its own, word for word, beside what of the base it leaves standing."""
    written = yaml.load(example.text, yaml.BaseLoader)
    if "hotline" in written:
        return {"example.yaml": example.text}
    left: dict[str, Any] = {}
    for name, entries in base().items():
        own = written.get(name)
        if own is None:
            left[name] = entries
        elif isinstance(entries, dict):
            left[name] = {key: entry for key, entry in entries.items() if key not in own}
    if "steps" in written and "numbers" not in written:
        left["numbers"] = {**left["numbers"], SECOND_NUMBER: next(iter(written["steps"]))}
    return {"base.yaml": yaml.safe_dump(left, allow_unicode=True), "example.yaml": example.text}


def checked(example: Block) -> Checked:
    found = read_files(files_of(example))
    if found.hotline is None:
        return found
    proof = prove(found.hotline)
    return found.joined(
        [*proof.mistakes, *impossible(found.hotline, CARRIERS["twilio"])],
        [*proof.warnings, *doubtful(found.hotline)],
    )


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_every_example_is_a_hotline_without_a_mistake(example: Block) -> None:
    found = checked(example)
    assert [*map(str, found.mistakes), *map(str, found.warnings)] == []


def test_a_mistake_in_an_example_is_found() -> None:
    wrong = Block(MENUS, 1, "yaml", "steps:\n  lonely:\n    say: Hello.\n    then: nowhere\n")
    (mistake,) = checked(wrong).mistakes
    assert mistake.text == "'then' leads to unknown 'nowhere'"


TABLES: list[tuple[type[BaseModel], list[tuple[str, int]]]] = [
    (grammar.Ask, [("ask", 1)]),
    (grammar.Lookup, [("lookup", 1)]),
    (grammar.Dial, [("dial", 1)]),
    (grammar.Record, [("record", 1)]),
    (grammar.Sms, [("sms", 1)]),
    (grammar.Survey, [("survey", 1)]),
    (grammar.Silence, [("When callers are silent or wrong", 1)]),
    (grammar.WrongKeys, [("When callers are silent or wrong", 1)]),
    (grammar.Document, [("The sections", 1)]),
    (grammar.Hours, [("hours", 2)]),
    (grammar.Mailbox, [("mailboxes", 1)]),
    (grammar.Queue, [("queues", 1)]),
    (grammar.Overflow, [("Overflow", 1)]),
    (grammar.Skill, [("Skills", 1)]),
    (grammar.Limits, [("limits", 1)]),
    (grammar.Lookups, [("lookups", 1)]),
    (grammar.Alert, [("alerts", 1)]),
    (grammar.Events, [("events", 1)]),
    (grammar.Keep, [("keep", 1)]),
]
"""Where the words of each section of the grammar stand: headings of menus.md (the nth of that name)."""

OF_THE_STEP = {
    "lookup": {"otherwise", "failed"},
    "dial": {"otherwise"},
    "sms": {"otherwise"},
    "queues": set(),
}
"""Words that a thing's table explains although they stand beside the thing, in the step."""


def told(places: list[tuple[str, int]]) -> dict[str, list[str]]:
    """The rows under these headings by the words they begin with."""
    found = [row for heading, nth in places for row in rows(section(MENUS, heading, nth))]
    return {word: row for row in found for word in words(row[0])}


@pytest.mark.parametrize(("model", "places"), TABLES, ids=[model.__name__ for model, _ in TABLES])
def test_every_word_of_a_section_is_explained(model: type[BaseModel], places: list[tuple[str, int]]) -> None:
    assert words_of(model) - told(places).keys() == set()


@pytest.mark.parametrize("heading", sorted({places[0] for _, places in TABLES}), ids=str)
def test_no_word_is_explained_that_does_not_exist(heading: tuple[str, int]) -> None:
    known = {word for model, places in TABLES if heading in places for word in words_of(model)}
    assert told([heading]).keys() - known - OF_THE_STEP.get(heading[0], set()) == set()


STEP_TABLES = ["A step", *grammar.THINGS, "When callers are silent or wrong"]


def test_every_word_of_a_step_is_explained() -> None:
    named = {word for heading in STEP_TABLES for word in words(section(MENUS, heading))}
    assert words_of(grammar.Step) - named == set()


def test_a_language_has_its_voice_and_its_sentences() -> None:
    sentences = told_phrases()
    assert words_of(grammar.Language) == told([("languages", 1)]).keys() | sentences.keys()


def told_phrases() -> dict[str, list[str]]:
    return {words(row[0])[0]: row for row in rows(section(DOCS / "phrases.md", "The sentences"))}


def test_the_sentences_are_those_we_say() -> None:
    told = {name: (row[1], set(words(row[2]))) for name, row in told_phrases().items()}
    assert told == {
        name: (sentence, {f"{{{hole}}}" for hole in HOLES.get(name, ())})
        for name, sentence in PHRASES["en"].items()
    }


WRITTEN = {
    1.0: "100%",
    30 * 86_400.0: "30d",
    0.5: "500ms",
    2.0: "2s",
    3.0: "3s",
    30.0: "30s",
    60.0: "60s",
    120.0: "120s",
}


def spelled(default: object) -> str:
    """A default as an admin would write it."""
    match default:
        case bool():
            return "yes" if default else "no"
        case float():
            return WRITTEN[default]
        case "#":
            return '"#"'
    return str(default)


DEFAULTS = [
    (model, places, name, field.default)
    for model, places in TABLES
    for word, field in model.model_fields.items()
    if isinstance(field.default, bool | int | float | str)
    for name in [field.alias or word]
]


@pytest.mark.parametrize(
    ("places", "word", "default"),
    [(places, word, default) for _, places, word, default in DEFAULTS],
    ids=[f"{model.__name__}.{word}" for model, _, word, _ in DEFAULTS],
)
def test_a_default_is_what_the_page_says(places: list[tuple[str, int]], word: str, default: object) -> None:
    assert told(places)[word][2] == f"`{spelled(default)}`"


RULES = {
    "strategy": "`longest_idle`",
    "language": "`required`",
    "at_closing": "`serve`",
    "priority": "`0`",
    "head_start": "`60s`",
    "weight": "`0`",
    "ring": "`20s`",
    "wrap_up": "`30s`",
    "misses": "`3`",
    "announce": "`1m`",
    "callback": "`no`",
    "record": "`no`",
    "disposition": "`optional`",
}
"""What the page says a queue does when nobody says otherwise."""


def test_a_queue_that_says_nothing_is_served_as_the_page_says() -> None:
    queues = told([("queues", 1)])
    assert {word: queues[word][2] for word in RULES} == RULES
    said = "".join(f"      {word}: {default.strip('`')}\n" for word, default in RULES.items())
    queue = f"queues:\n  sales:\n      hours: day\n      no_agents: message\n{said}"
    written = f"hours: {{day: {{always: yes}}}}\n{queue}"
    found = checked(Block(MENUS, 1, "yaml", written)).hotline
    assert found is not None
    assert found.queues["sales"].rules == Rules(hours="day")


def test_every_strategy_and_every_way_of_a_wait_is_explained() -> None:
    assert told([("Strategies", 1)]).keys() == set(Strategy)
    assert told([("Keys while waiting", 1)]).keys() == WAITING_WAYS


def test_the_patience_of_a_question_is_what_the_page_says() -> None:
    patience = told([("When callers are silent or wrong", 1)])
    assert patience["after"][2] == f"`{AFTER:g}s`"
    assert patience["tries"][2] == f"`{TRIES}`"
    assert told([("keys", 1)])["between_keys"][2] == f"`{BETWEEN_KEYS:g}s`"
