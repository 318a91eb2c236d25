"""The page of the log defines every ending by the words the code defines it with."""

import ast
import inspect
from enum import StrEnum

import pytest

from ivr.core.calls import Ending, Outcome
from ivr.web.wording import ENDINGS, OUTCOMES
from tests.docs.pages import DOCS, rows, section, words

PAGE = DOCS / "log.md"
HEADINGS: list[tuple[type[StrEnum], str]] = [(Outcome, "How calls end"), (Ending, "How passes end")]


def meanings(enum: type[StrEnum]) -> dict[str, str]:
    """What stands below each name of an enumeration, as one line."""
    (body,) = [
        node.body for node in ast.parse(inspect.getsource(enum)).body if isinstance(node, ast.ClassDef)
    ]
    found = {}
    for line, below in zip(body, [*body[1:], None], strict=True):
        if isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Name):
            told = isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant)
            found[enum[line.targets[0].id].value] = " ".join(str(below.value.value).split()) if told else ""
    return found


@pytest.mark.parametrize(("enum", "heading"), HEADINGS, ids=["calls", "passes"])
def test_every_ending_is_defined_as_in_the_code(enum: type[StrEnum], heading: str) -> None:
    told = {words(row[0])[0]: row[2] for row in rows(section(PAGE, heading))}
    defined = meanings(enum)
    assert list(told) == [name.value for name in enum]
    assert all(told.values())
    assert {name: told[name] for name in told if defined[name]} == {n: m for n, m in defined.items() if m}


def test_every_ending_is_called_as_on_the_page() -> None:
    wording = {"How calls end": OUTCOMES, "How passes end": ENDINGS}
    for heading, names in wording.items():
        told = {words(row[0])[0]: row[1] for row in rows(section(PAGE, heading))}
        assert told == {str(name): text for name, text in names.items()}
