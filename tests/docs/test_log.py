"""The page of the log defines every ending by the words the code defines it with."""

import ast
import inspect
from collections.abc import Mapping
from enum import StrEnum

import pytest

from ivr.core.calls import Ending, Outcome
from ivr.web.wording import ENDINGS, OUTCOMES
from tests.docs.pages import DOCS, rows, section, words

PAGE = DOCS / "log.md"
HEADINGS: list[tuple[type[StrEnum], str]] = [(Outcome, "How calls end"), (Ending, "How passes end")]


def meanings(enum: type[StrEnum]) -> dict[str, str]:
    """What the code writes below each name of an enumeration, as one line; empty where it writes nothing."""
    found: dict[str, str] = {}
    name = ""
    for line in ast.walk(ast.parse(inspect.getsource(enum))):
        match line:
            case ast.Assign(value=ast.Constant(value=str(name))):
                found[name] = ""
            case ast.Expr(value=ast.Constant(value=str(text))) if name:
                found[name] = " ".join(text.split())
    return found


@pytest.mark.parametrize(("enum", "heading"), HEADINGS, ids=["calls", "passes"])
def test_every_ending_is_defined_as_in_the_code(enum: type[StrEnum], heading: str) -> None:
    told = {words(row[0])[0]: row[2] for row in rows(section(PAGE, heading))}
    defined = meanings(enum)
    assert list(told) == [name.value for name in enum]
    assert all(told.values())
    assert {name: told[name] for name in told if defined[name]} == {n: m for n, m in defined.items() if m}


@pytest.mark.parametrize(
    ("heading", "names"), [("How calls end", OUTCOMES), ("How passes end", ENDINGS)], ids=["calls", "passes"]
)
def test_every_ending_is_called_as_on_the_page(heading: str, names: Mapping[StrEnum, str]) -> None:
    told = {words(row[0])[0]: row[1] for row in rows(section(PAGE, heading))}
    assert told == {name.value: text for name, text in names.items()}
