"""Texts and the values in them; patterns; the sentences the hotline says by itself."""

import string
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.menus import Value
from ivr.core.phrases import NAMES, PHRASES, in_language, plain, spoken_key, words
from ivr.core.world import fill, host_of, like, mask
from tests.core.hotlines import LAN, NUMBER, Caller, holes, hotline, menu

CALL = replace(
    Caller(hotline(menu("main", {}))).dials().call,
    values={"order": "1234", "pin": "9876", "caller": "somebody else"},
    secrets=frozenset({"pin"}),
)


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("Order {order}.", "Order 1234."),
        ("{order:digits}", "1 2 3 4"),
        ("{caller} rang {called} in {language}", f"{LAN} rang {NUMBER} in vi"),
        ("{unknown}", ""),
        ("{unknown:digits}.", "."),
        ("PIN {pin}", "PIN 9876"),
        ("", ""),
    ],
)
def test_what_is_known_of_the_call_fills_a_text(text: str, filled: str) -> None:
    assert fill(holes(text), CALL) == filled


def test_a_text_that_is_written_down_hides_the_secrets_and_nothing_else() -> None:
    assert fill(holes("{order} {pin} {pin:digits}"), CALL, masked=True) == "1234 •••• • • • •"
    assert mask("") == ""


def test_a_value_is_text_and_never_a_hole_itself() -> None:
    sly = replace(CALL, values={"order": "{pin}"})
    assert fill(holes("{order}"), sly) == "{pin}"


def test_a_prompt_reads_on_a_page_as_the_admin_wrote_it() -> None:
    assert plain(holes("Order {order:digits} is {status}.")) == "Order {order:digits} is {status}."


def test_a_prompt_that_lacks_a_language_is_heard_in_its_first() -> None:
    texts = {"vi": ("Xin chào",), "en": ("Hello",)}
    assert in_language(texts, "en") == ("Hello",)
    assert in_language(texts, "ko") == ("Xin chào",)


@pytest.mark.parametrize(
    ("get", "host"),
    [
        ("https://crm.example/orders/{order}", "crm.example"),
        ("http://crm.example:8080/{a}/{b}?c={d}", "crm.example:8080"),
        ("https://crm.example", "crm.example"),
    ],
)
def test_a_lookup_is_known_by_its_host_and_port(get: str, host: str) -> None:
    assert host_of(holes(get)) == host


# -- patterns -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "pattern", "fits"),
    [
        ("late", "late", True),
        ("late by a day", "late*", True),
        ("LATE", "late", True),
        ("not late", "late*", False),
        ("+84901234567", "+84*", True),
        ("8490", "+84*", False),
        ("", "*", True),
        ("", "", True),
        ("a", "", False),
        ("a\nb", "a*b", True),
        ("a.b", "a?b", False),
        ("late\n", "late", False),
    ],
)
def test_a_star_stands_for_any_text_and_nothing_else_is_special(text: str, pattern: str, fits: bool) -> None:
    assert like(text, pattern) is fits


def fits_by_trying(text: str, pattern: str) -> bool:
    """The meaning of `*` spelled out: every way of taking it."""
    if not pattern:
        return not text
    if pattern[0] == "*":
        return any(fits_by_trying(text[taken:], pattern[1:]) for taken in range(len(text) + 1))
    return bool(text) and text[0].lower() == pattern[0].lower() and fits_by_trying(text[1:], pattern[1:])


@given(st.text("abA.+[", max_size=7), st.text("abB.+[**", max_size=7))
def test_patterns_mean_what_trying_every_way_means(text: str, pattern: str) -> None:
    assert like(text, pattern) is fits_by_trying(text, pattern)


@given(st.text(max_size=10), st.text(max_size=10))
def test_every_text_fits_itself_and_its_beginning(start: str, rest: str) -> None:
    assert like(start + rest, start.replace("*", "") + "*") or "*" in start
    assert like(start, start)


# -- our own sentences ----------------------------------------------------------------------------------


@pytest.mark.parametrize("language", PHRASES)
def test_every_language_we_ship_has_every_sentence_with_the_same_holes(language: str) -> None:
    assert set(PHRASES[language]) == NAMES
    for name, phrase in PHRASES[language].items():
        assert holes_of(phrase) == holes_of(PHRASES["en"][name]), name


def holes_of(phrase: str) -> set[str]:
    return {hole for _, hole, _, _ in string.Formatter().parse(phrase) if hole}


def test_an_option_is_a_sentence_around_its_label_and_key() -> None:
    label = ("your order ", Value("order", "digits"))
    spoken = words(PHRASES["en"]["option"], label=label, key=spoken_key("1", PHRASES["en"]))
    assert plain(spoken) == "For your order {order:digits}, press 1."
    assert Value("order", "digits") in spoken


def test_star_and_hash_are_said_by_their_names() -> None:
    assert [spoken_key(key, PHRASES["vi"]) for key in "*#7"] == ["sao", "thăng", "7"]
    assert spoken_key("1100", PHRASES["vi"]) == "1100"


def test_a_sentence_without_holes_is_one_piece() -> None:
    assert words("Goodbye.") == ("Goodbye.",)
    assert words("") == ()
