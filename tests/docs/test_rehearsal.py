"""The page of the rehearsals: its calls are played against the sample, and it explains every word of them."""

import pytest
from pydantic import BaseModel

from ivr.language.calls import grammar, read_call_texts
from ivr.language.calls.written import Does
from ivr.language.sections import words_of
from ivr.rehearsal.playing import rehearsing
from ivr.switchboard.draft import check
from tests.docs.pages import DOCS, blocks_of, rows, section, words
from tests.house import HOUSE

PAGE = DOCS / "rehearsal.md"
EXAMPLES = [block for block in blocks_of(PAGE) if block.language == "yaml"]


def test_every_example_is_played_as_it_is_written() -> None:
    checked = check(HOUSE / "menus", HOUSE / "recordings")
    assert checked.hotline is not None
    read = read_call_texts({str(each): each.text for each in EXAMPLES}, checked.hotline)
    assert read.mistakes == ()
    with rehearsing(checked) as rehearsal:
        played = [each for call in read.calls for each in rehearsal.play(call)]
    assert [str(parting) for each in played for parting in each.partings] == []
    assert len(played) == 6


TABLES: list[tuple[type[BaseModel], str, int]] = [
    (grammar.Call, "The call", 0),
    (grammar.Told, "The story", 0),
    (grammar.Hearing, "The story", 1),
    (grammar.Pass, "The end", 0),
    (grammar.Message, "The end", 1),
]


@pytest.mark.parametrize(("model", "heading", "nth"), TABLES, ids=[model.__name__ for model, _, _ in TABLES])
def test_every_word_is_explained(model: type[BaseModel], heading: str, nth: int) -> None:
    tables = [part for part in section(PAGE, heading).split("\n\n") if part.lstrip().startswith("|")]
    told = {words(row[0])[0] for row in rows(tables[nth])}
    assert told - {"hang_up"} == words_of(model)


def test_what_holds_for_all_calls_is_explained() -> None:
    assert words_of(grammar.Defaults) <= set(words(section(PAGE, "The call").split("`defaults`")[1]))


def test_what_a_party_can_do_is_explained() -> None:
    (row,) = (row for row in rows(section(PAGE, "The call")) if row[0] == "`parties`")
    assert set(words(row[1])) == {*Does, "answers 30s"}


def test_what_an_agent_can_do_is_explained() -> None:
    (row,) = (row for row in rows(section(PAGE, "The call")) if row[0] == "`agents`")
    assert set(words(row[1])) == {"parties", "on_break", "answers 1m after 30s", "none"}
