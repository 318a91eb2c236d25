"""Goals: who passes one got what they wanted from the menus, if what it does has worked."""

from dataclasses import replace

import pytest

from ivr.core.calls import Ending
from ivr.core.menus import HANG_UP, REPEAT, Step
from tests.core.hotlines import Caller, ask, hotline, menu, patience, say


def goal(step: Step) -> Step:
    return replace(step, goal=True)


@pytest.fixture
def caller() -> Caller:
    return Caller(
        hotline(
            menu("main", {"1": "directions", "2": "reading", "3": "note"}),
            goal(say("directions", REPEAT)),
            goal(ask("reading", "meter", silence=patience(1, HANG_UP))),
            say("note", REPEAT),
        )
    ).dials()


def reached(caller: Caller) -> list[tuple[str, Ending]]:
    return [(one.step, one.ending) for one in caller.passes if one.goal]


def test_who_hears_what_they_called_for_has_reached_a_goal(caller: Caller) -> None:
    caller.presses("3")
    assert reached(caller) == []
    caller.presses("1")
    assert reached(caller) == [("directions", Ending.WENT_ON)]


def test_a_question_is_a_goal_once_it_is_answered(caller: Caller) -> None:
    caller.presses("2")
    assert reached(caller) == []
    caller.presses("123456")
    assert reached(caller) == [("reading", Ending.KEY)]


def test_and_none_for_who_says_nothing(caller: Caller) -> None:
    caller.presses("2")
    caller.is_silent()
    assert caller.passes[-1].ending is Ending.SILENT
    assert reached(caller) == []
