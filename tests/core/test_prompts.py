"""What a caller hears, word for word: prompts made from keys and labels, so that they cannot part."""

from dataclasses import replace
from pathlib import Path

import pytest

from ivr.core.calls import Part
from ivr.core.menus import Hotline, Sound, Value
from ivr.core.phrases import plain
from ivr.core.prompts import joined, recorded, spoken
from ivr.language import read

DESIGN = Path(__file__).parents[1] / "language" / "hotlines" / "design"
SOUND = Sound("5eed", "audio/wav", 2.0)


@pytest.fixture(scope="module")
def hotline() -> Hotline:
    made = read(DESIGN).hotline
    assert made
    return made


def heard(hotline: Hotline, step: str, part: Part, language: str = "en") -> list[tuple[str, str]]:
    return [(tongue, plain(said)) for tongue, said in spoken(hotline, step, part, language)]


def test_a_menu_says_its_options_and_then_the_ways_that_all_menus_have(hotline: Hotline) -> None:
    assert heard(hotline, "main", Part.SAY) == [
        (
            "en",
            "How can we help? For sales, press 1. For your order, press 2. For directions, press 3. "
            "For an agent, press 0. To hear this again, press 9. To go back, press star.",
        )
    ]
    assert heard(hotline, "main", Part.SAY, "vi") == [
        (
            "vi",
            "Quý khách cần gì ạ? Bấm phím 1 để gặp bộ phận kinh doanh. Bấm phím 2 để hỏi về đơn hàng. "
            "Bấm phím 3 để nghe chỉ đường. Bấm phím 0 để gặp tổng đài viên. Bấm phím 9 để nghe lại. "
            "Bấm phím sao để quay lại.",
        )
    ]


def test_a_caller_who_comes_back_hears_the_other_greeting(hotline: Hotline) -> None:
    [(_, words)] = heard(hotline, "main", Part.AGAIN)
    assert words.startswith("Anything else? For sales, press 1.")


def test_a_step_without_words_for_that_greets_again(hotline: Hotline) -> None:
    assert heard(hotline, "order_number", Part.AGAIN) == heard(hotline, "order_number", Part.SAY)


def test_the_choice_of_a_language_is_said_in_each_the_callers_first(hotline: Hotline) -> None:
    vi, en = ("vi", "Tiếng Việt, bấm phím 1."), ("en", "For English, press 2.")
    assert heard(hotline, "welcome", Part.SAY, "vi") == [vi, en]
    assert heard(hotline, "welcome", Part.SAY, "en") == [en, vi]


def test_a_caller_whose_language_is_known_hears_how_to_change_it_in_the_other(hotline: Hotline) -> None:
    assert heard(hotline, "main", Part.CHANGE, "vi") == [("en", "For English, press hash.")]


def test_silence_and_wrong_keys_have_the_steps_words_or_the_languages(hotline: Hotline) -> None:
    assert heard(hotline, "main", Part.WRONG) == [("en", "There is no such choice.")]
    assert heard(hotline, "main", Part.SILENCE) == [("en", "We did not hear a key.")]
    assert heard(hotline, "order_number", Part.WRONG) == [("en", "That number is not right.")]


def test_a_number_to_confirm_is_read_digit_by_digit(hotline: Hotline) -> None:
    [(_, words)] = spoken(hotline, "order_number", Part.CONFIRM, "en")
    assert words[:2] == ("You entered ", Value("order", "digits"))


def test_a_step_without_words_says_nothing(hotline: Hotline) -> None:
    assert spoken(hotline, "reception", Part.SAY, "en") == ()


def test_sentences_are_joined_with_a_space_whatever_they_end_with() -> None:
    order = Value("order")
    assert joined([("One ", order), (), (order, " two."), ("Three.",)]) == (
        "One ",
        order,
        " ",
        order,
        " two. Three.",
    )


def test_a_recording_stands_for_its_own_part_and_language_only(hotline: Hotline) -> None:
    hotline = replace(hotline, sounds={("vi", "main"): SOUND, ("vi", "order_number"): SOUND})
    assert recorded(hotline, "main", Part.SAY, "vi") == SOUND
    assert recorded(hotline, "main", Part.SAY, "en") is None
    assert recorded(hotline, "main", Part.AGAIN, "vi") is None  # it has words of its own for that
    assert recorded(hotline, "order_number", Part.AGAIN, "vi") == SOUND
    assert recorded(hotline, "main", Part.CONFIRM, "vi") is None
