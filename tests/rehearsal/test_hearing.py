"""Words in what a caller hears: found in their order, or the nearest."""

import pytest

from ivr.rehearsal.hearing import Heard, Mark, find, nearest, sentences

HEARD = [Heard("Xin chào. Bấm phím 1.", "vi-VN", 0), Heard("Welcome. For English, press 2.", "en-US", 5)]


@pytest.mark.parametrize(
    ("words", "mark", "found"),
    [
        ("xin chào", Mark(), Mark(0, 8)),
        ("Xin  chào", Mark(), Mark(0, 8)),
        ("Welcome", Mark(), Mark(1, 7)),
        ("chào", Mark(0, 8), None),
        ("bấm", Mark(0, 8), Mark(0, 13)),
        ("", Mark(), Mark(1)),
        ("", Mark(1), Mark(2)),
        ("", Mark(2), None),
        ("chào. welcome", Mark(), None),
    ],
)
def test_words_are_found_behind_a_mark(words: str, mark: Mark, found: Mark | None) -> None:
    assert find(words, HEARD, mark) == found


def test_words_are_found_in_one_language_only() -> None:
    assert find("press", HEARD, Mark(), tag="vi-VN") is None
    assert find("press", HEARD, Mark(), tag="en-US") == Mark(1, 27)


def test_exactly_is_all_that_is_said() -> None:
    assert find("welcome. for english, press 2.", HEARD, Mark(), exactly=True) == Mark(1, 30)
    assert find("Welcome.", HEARD, Mark(), exactly=True) is None


@pytest.mark.parametrize(
    ("words", "near"),
    [
        ("Welcom", "Welcome."),
        ("for spanish, press 2", "For English, press 2."),
        ("Bam phim", "Bấm phím"),
        ("Something else entirely", ""),
    ],
)
def test_the_nearest_words_are_told_if_they_are_near(words: str, near: str) -> None:
    assert nearest(words, HEARD) == near


def test_sentences_end_where_they_end() -> None:
    assert sentences("One. Two? Mr Three 4.5 is there! And") == [
        "One.",
        "Two?",
        "Mr Three 4.5 is there!",
        "And",
    ]
