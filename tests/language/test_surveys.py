"""What an admin writes about surveys, and the steps that come of it."""

from ivr.core.calls import Part
from ivr.core.menus import Ask, Record, Survey
from ivr.core.phrases import plain
from ivr.core.prompts import spoken
from ivr.core.surveys import Means, Question
from tests.language.test_meaning import ONE_LANGUAGE, TWO_LANGUAGES, hotline

SHORT = "steps: {main: {survey: [satisfaction, comment], then: hang_up}}\n"
FULL = """
steps:
  main:
    say: {vi: Hai câu hỏi., en: Two questions.}
    survey: {ask: [recommendation, solved], share: 25%, rest: 90d}
    then: bye
  bye: {say: {vi: Chào., en: Bye.}, then: hang_up}
"""


def test_a_list_of_questions_is_a_survey_of_everybody_once_a_month() -> None:
    made = hotline(ONE_LANGUAGE, SHORT)
    questions = (Question.SATISFACTION, Question.COMMENT)
    assert made.steps["main"].thing == Survey(questions, "main.satisfaction", 1.0, 30 * 86_400.0)
    assert list(made.steps) == ["main", "main.satisfaction", "main.comment", "main.thanks"]
    assert [step.then for step in made.steps.values()] == [
        "hang_up",
        "main.comment",
        "main.thanks",
        "hang_up",
    ]


def test_each_question_is_a_step_with_its_scale_that_is_passed_over_by_silence_and_wrong_keys() -> None:
    made = hotline(TWO_LANGUAGES, FULL)
    first, second = made.steps["main.recommendation"].thing, made.steps["main.solved"].thing
    assert isinstance(first, Ask)
    assert isinstance(second, Ask)
    assert (first.smallest, first.largest, first.most, first.end) == (0, 10, 2, "#")
    assert (second.smallest, second.largest, second.most, second.end) == (1, 2, 1, None)
    assert first.silence.then == first.wrong.then == "main.solved"
    assert first.keep_as == "recommendation"
    said = spoken(made, "main.recommendation", Part.SAY, "en")
    assert plain(said[0][1]).startswith("Two questions. How likely are you to recommend us?")
    assert spoken(made, "main", Part.SAY, "en") == ()
    comment = hotline(ONE_LANGUAGE, SHORT).steps["main.comment"].thing
    assert isinstance(comment, Record)
    assert comment.question is Question.COMMENT


def test_a_survey_by_text_message_asks_nothing_on_the_line() -> None:
    made = hotline(
        ONE_LANGUAGE, "steps: {main: {survey: {ask: [solved], by: sms, rest: none}, then: hang_up}}\n"
    )
    assert list(made.steps) == ["main"]
    assert made.steps["main"].thing == Survey((Question.SOLVED,), "main.solved", 1.0, 0.0, Means.SMS)


def test_menus_go_on_by_an_answer() -> None:
    made = hotline(
        ONE_LANGUAGE,
        """
steps:
  main: {survey: [satisfaction], then: unhappy}
  unhappy: {by: satisfaction, when: {1: sorry, 2: sorry}, otherwise: hang_up}
  sorry: {say: We are sorry., then: hang_up}
""",
    )
    assert made.steps["main.thanks"].then == "unhappy"


def test_an_answer_may_be_named_in_a_text() -> None:
    hotline(
        ONE_LANGUAGE,
        SHORT.replace("hang_up}", 'told}, told: {say: "You said {satisfaction}.", then: hang_up}'),
    )
