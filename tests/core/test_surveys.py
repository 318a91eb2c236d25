"""Who is asked, and what a message says."""

import pytest

from ivr.core.phrases import PHRASES
from ivr.core.surveys import Question, Vocabulary, is_chosen, is_start, is_stop, read, readings, vocabulary

WORDS = vocabulary(PHRASES.values())


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
        (Question.SATISFACTION, "5 stars", 5),
        (Question.SATISFACTION, "5*", 5),
        (Question.SATISFACTION, "4.5", None),
        (Question.SATISFACTION, "4/5", 4),
        (Question.SATISFACTION, "4 de 5", 4),
        (Question.SATISFACTION, "4 out of 10", None),
        (Question.SATISFACTION, "10/10", None),
        (Question.SATISFACTION, "five", 5),
        (Question.SATISFACTION, "Five stars!", 5),
        (Question.SATISFACTION, "na\u0306m sao", 5),
        (Question.SATISFACTION, "one of your agents was rude", None),
        (Question.SATISFACTION, "yes", None),
        (Question.RECOMMENDATION, "0", 0),
        (Question.RECOMMENDATION, "10!", 10),
        (Question.RECOMMENDATION, "11", None),
        (Question.RECOMMENDATION, "10/10", 10),
        (Question.RECOMMENDATION, "8 out of 10", 8),
        (Question.RECOMMENDATION, "4/5", None),
        (Question.RECOMMENDATION, "không", 0),
        (Question.RECOMMENDATION, "diez", 10),
        (Question.SOLVED, "2", 2),
        (Question.SOLVED, "I called 2 times", None),
        (Question.SOLVED, "Yes, thank you so much", 1),
        (Question.SOLVED, "có", 1),
        (Question.SOLVED, "Dạ rồi.", 1),
        (Question.SOLVED, "Sí!", 1),
        (Question.SOLVED, "yes \U0001f44d", 1),
        (Question.SOLVED, "no", 2),
        (Question.SOLVED, "Không ạ", 2),
        (Question.SOLVED, "aún no", 2),
        (Question.SOLVED, "No problem at all", None),
        (Question.COMMENT, "5", None),
    ],
)
def test_an_answer_is_the_number_a_message_begins_with_or_a_word_alone(
    question: Question, text: str, value: int | None
) -> None:
    assert read(question, text, WORDS) == value


def test_a_language_we_do_not_ship_brings_its_words() -> None:
    korean = {
        "answer_yes": "네, 예",
        "answer_no": "아니요",
        "answer_numbers": "영, 하나",
        "answer_points": "점",
    }
    assert readings("네!", vocabulary([korean])) == {Question.SOLVED: 1}
    assert readings("하나 점", vocabulary([korean])) == {
        Question.SATISFACTION: 1,
        Question.RECOMMENDATION: 1,
        Question.SOLVED: 1,
    }
    assert readings("네", Vocabulary()) == {}


def test_what_is_yes_in_one_language_and_no_in_another_is_neither() -> None:
    words = vocabulary([{"answer_yes": "ne, da"}, {"answer_no": "ne"}])
    assert read(Question.SOLVED, "ne", words) is None
    assert read(Question.SOLVED, "da", words) == 1


@pytest.mark.parametrize("language", PHRASES)
def test_the_words_of_answers_are_no_words_of_withdrawal(language: str) -> None:
    listed = [PHRASES[language][name].split(", ") for name in ("answer_yes", "answer_no", "answer_numbers")]
    assert [word for words in listed for word in words if is_stop(word)] == []
    assert len(listed[2]) == 11


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
