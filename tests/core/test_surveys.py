"""Who is asked, and what a message says."""

import pytest

from ivr.core.surveys import Question, is_chosen, is_start, is_stop, read


def test_a_share_is_a_share_of_many_calls_and_the_same_ones_each_time() -> None:
    calls = [f"CA{number:032x}" for number in range(10_000)]
    chosen = [call for call in calls if is_chosen(call, 0.25)]
    assert 2_300 < len(chosen) < 2_700
    assert chosen == [call for call in calls if is_chosen(call, 0.25)]
    assert all(is_chosen(call, 1.0) for call in calls)


@pytest.mark.parametrize(
    ("question", "text", "value"),
    [
        (Question.SATISFACTION, "5", 5),
        (Question.SATISFACTION, " 4, thank you", 4),
        (Question.SATISFACTION, "\uff13", 3),
        (Question.SATISFACTION, "0", None),
        (Question.SATISFACTION, "6", None),
        (Question.SATISFACTION, "55", None),
        (Question.SATISFACTION, "five", None),
        (Question.RECOMMENDATION, "0", 0),
        (Question.RECOMMENDATION, "10!", 10),
        (Question.RECOMMENDATION, "11", None),
        (Question.SOLVED, "2", 2),
        (Question.SOLVED, "I called 2 times", None),
        (Question.COMMENT, "5", None),
    ],
)
def test_an_answer_is_the_number_a_message_begins_with(
    question: Question, text: str, value: int | None
) -> None:
    assert read(question, text) == value


def test_one_word_withdraws_and_a_sentence_with_it_does_not() -> None:
    assert is_stop("STOP")
    assert is_stop("dừng!")
    assert is_stop("du\u031b\u0300ng"), "a phone may send letters and accents apart"
    assert not is_stop("Đúng"), "it is a yes"
    assert not is_stop("dùng")
    assert is_stop("Dung"), "many write without accents"
    assert not is_stop("please stop by tomorrow")
    assert is_start("Bắt đầu")
    assert not is_start("start with my order")
