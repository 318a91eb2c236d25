"""Limits: no call asks for ever, whatever its menus say."""

import pytest

from ivr.core.calls import Ending, Outcome
from ivr.core.menus import REPEAT, ChooseLanguage, Limits, Voicemail
from ivr.core.walk import LONGEST_WAY
from tests.core.hotlines import Caller, choose_language, does, hotline, menu, patience, say


def limited(keys: int, then: str = "message", type_ahead: float | None = None) -> Caller:
    for_ever = patience(1, REPEAT)
    return Caller(
        hotline(
            menu("main", {"9": REPEAT}, silence=for_ever, wrong=for_ever, type_ahead=type_ahead),
            does("message", Voicemail("office"), "main"),
            say("bye"),
            limits=Limits(keys, then),
        )
    ).dials()


def test_a_call_gives_its_answers_and_the_next_one_leads_to_the_limits_end() -> None:
    caller = limited(3)
    caller.presses("9", "5")
    caller.is_silent()
    caller.is_at("main")
    assert caller.call.inputs == 3
    caller.presses("9")
    caller.hears(("message", "say"))
    caller.passed(("main", None, "9", Ending.LIMIT))


def test_after_the_limit_nothing_is_asked_any_more() -> None:
    caller = limited(1)
    caller.presses("9", "9")
    caller.leaves_word()
    caller.hears(("main", "goodbye"))
    caller.passed(("message", None, "", Ending.MESSAGE), ("main", None, "", Ending.LIMIT))
    caller.is_gone()
    assert caller.call.outcome is Outcome.MESSAGE


def test_a_limit_that_leads_to_a_menu_says_goodbye() -> None:
    caller = limited(1, "main")
    caller.presses("9", "9")
    caller.hears(("main", "goodbye"))
    assert caller.call.outcome is Outcome.GOODBYE


def test_keys_typed_ahead_count_one_by_one() -> None:
    caller = limited(4, "bye", type_ahead=1)
    caller.presses("999999")
    caller.hears(("bye", "say"))
    assert [(done.step, done.pressed, done.ending) for done in caller.passes] == [
        *[("main", "9", Ending.KEY)] * 4,
        ("main", "9", Ending.LIMIT),
        ("bye", "", Ending.WENT_ON),
    ]


def test_the_choice_of_a_language_is_an_answer_like_any_other() -> None:
    caller = Caller(
        hotline(choose_language("welcome", "welcome"), say("bye"), limits=Limits(2, "bye"))
    ).dials()
    assert isinstance(caller.hotline.steps["welcome"].thing, ChooseLanguage)
    caller.presses("1", "2", "1")
    caller.hears(("bye", "say"))


def test_steps_that_lead_to_each_other_without_a_question_come_to_an_end() -> None:
    caller = Caller(hotline(say("round", "about"), say("about", "round"))).dials()
    caller.is_gone()
    assert len(caller.passes) == len(caller.document.speech) == LONGEST_WAY


@pytest.mark.parametrize("way", [REPEAT, "back", "top"])
def test_a_way_without_any_menu_comes_to_an_end(way: str) -> None:
    caller = Caller(hotline(say("round", way))).dials()
    caller.is_gone()
