"""The catalogs: every text of the pages in every language, and compiled as it is written."""

import re
from gettext import GNUTranslations

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from ivr.core.calls import Ending, Outcome
from ivr.core.figures.catalogue import everything
from ivr.switchboard.tongues import tongue
from ivr.web import wording
from ivr.web.definitions import DEFINITIONS
from tests.house import HOUSE

WEB = HOUSE / "ivr" / "web"
TRANSLATED = sorted(set(wording.LANGUAGES) - {"en"})
HOLE = re.compile(r"%\(\w+\)\w")
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]


def texts() -> set[object]:
    """Every text of the pages, plurals as (one, many)."""
    return {message for _, _, message, _, _ in extract_from_dir(WEB, METHODS)}


def catalog(language: str) -> Catalog:
    with (wording.LOCALES / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=language)


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_text_is_translated_and_none_is_left_over(language: str) -> None:
    messages = [message for message in catalog(language) if message.id]
    assert {message.id for message in messages} == texts()
    assert [message.id for message in messages if message.fuzzy or not all(strings(message.string))] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_translation_has_the_holes_of_its_text(language: str) -> None:
    for message in catalog(language):
        for string in strings(message.string) if message.id else ():
            assert sorted(HOLE.findall(string)) == sorted(HOLE.findall(strings(message.id)[-1])), string


@pytest.mark.parametrize("language", TRANSLATED)
def test_what_is_shipped_is_what_is_written(language: str) -> None:
    with (wording.LOCALES / language / "LC_MESSAGES" / "messages.mo").open("rb") as file:
        compiled = GNUTranslations(file)
    for message in catalog(language):
        if isinstance(message.id, str) and message.id:
            assert compiled.gettext(message.id) == message.string
        elif message.id:
            one, many = message.id
            assert compiled.ngettext(one, many, 5) == strings(message.string)[-1]


def test_what_the_figures_say_is_translated_word_for_word() -> None:
    assert [figure.definition for figure in everything().values()] == list(DEFINITIONS)


def test_every_outcome_and_every_ending_has_words() -> None:
    assert set(wording.OUTCOMES) == set(Outcome)
    assert set(wording.ENDINGS) == set(Ending)


@pytest.mark.parametrize(
    ("seconds", "written"),
    [(0, "0:00"), (7.4, "0:07"), (59.6, "1:00"), (750, "12:30"), (3723, "1:02:03")],
)
def test_lengths_are_written_as_people_read_them(seconds: float, written: str) -> None:
    assert wording.duration(seconds) == written


def test_a_language_is_named_in_the_readers_own() -> None:
    assert tongue("vi-VN", "es") == "vietnamita"
    assert tongue("es-ES", "vi") == "Tiếng Tây Ban Nha"
    assert tongue("vi-VN", "vi") == "Tiếng Việt"
    assert tongue("klingon!", "en") == "klingon!"


def strings(string: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (string,) if isinstance(string, str) else tuple(string or ("",))


@pytest.mark.parametrize(("language", "same"), [("vi", "đã trả lời"), ("es", "atendidas")])
def test_a_report_and_the_board_call_the_answered_the_same(language: str, same: str) -> None:
    words = catalog(language)
    assert (words["answered"].string, words["answered calls"].string) == (same, same)
