"""Places that were lost: the carrier asked another server, or sent what does not fit."""

from dataclasses import replace

import pytest

from ivr.core import walk
from ivr.core.calls import DialEnded, Ending, Input, Keys, LookedUp, LookUp, Pass, Recorded, Silence, Turn
from ivr.core.menus import Dial, Lookup, Voicemail
from tests.core.hotlines import Caller, ask, choose_language, does, holes, hotline, menu, say

CRM = Lookup(holes("https://crm.example/"), 2)


@pytest.fixture
def caller() -> Caller:
    return Caller(
        hotline(
            menu(
                "main",
                {"1": "order", "2": "shop", "3": "status", "4": "message", "5": "welcome", "6": "more"},
            ),
            ask("order", "order", confirm=True),
            does("shop", Dial((holes("+842873001111"), holes("+842873002222")), 20)),
            does("status", CRM, "main"),
            does("message", Voicemail("office")),
            choose_language("welcome", "main", change="5"),
            menu("more", {}),
        )
    ).dials()


def test_a_lost_menu_is_met_again_with_its_own_greeting(caller: Caller) -> None:
    caller.presses("6")
    caller.loses_the_line_and_is_found_again()
    caller.hears(("more", "say"))
    caller.is_at("more")
    assert caller.call.way == ("main", "more")
    assert caller.call.hop == 3
    assert caller.call.inputs == 1


def test_a_lost_place_is_still_the_same_pass(caller: Caller) -> None:
    began = caller.now
    caller.is_silent()
    caller.presses("9")
    caller.loses_the_line_and_is_found_again()
    caller.is_at("main")
    caller.presses("6")
    assert caller.passes == [Pass("main", "main.more", "- 9 6", 0, 0, began, began + 20000, Ending.KEY, "vi")]


def test_a_number_half_confirmed_is_asked_anew(caller: Caller) -> None:
    caller.presses("1", "123456")
    caller.is_at("order", Turn.CONFIRM)
    caller.loses_the_line_and_is_found_again()
    caller.hears(("order", "say"))
    caller.is_at("order")


def test_a_list_of_parties_is_rung_from_its_start(caller: Caller) -> None:
    caller.presses("2")
    caller.rings(Ending.BUSY)
    caller.is_at("shop", Turn.DIAL, wrongs=1)
    caller.loses_the_line_and_is_found_again()
    caller.is_at("shop", Turn.DIAL, wrongs=0)


def test_a_lookup_is_asked_again(caller: Caller) -> None:
    caller.presses("3")
    caller.waits_for_the_lookup(2)
    caller.loses_the_line_and_is_found_again()
    caller.is_at("status", Turn.LOOKUP, silences=0)
    caller.wished(LookUp(CRM.get, 2))


def test_a_step_that_is_no_more_leads_to_the_entry(caller: Caller) -> None:
    caller.presses("6")
    steps = {name: step for name, step in caller.hotline.steps.items() if name != "more"}
    caller.hotline = replace(caller.hotline, steps=steps)
    caller.loses_the_line_and_is_found_again()
    caller.is_at("main")
    caller.dials().presses("1")
    caller.hotline = hotline(say("hello", "ask"), menu("ask", {}))
    caller.presses("123456")
    caller.hears(("hello", "say"), ("ask", "say"))


def test_a_call_that_lost_its_place_altogether_starts_at_its_entry(caller: Caller) -> None:
    lost = replace(caller.call, place=None)
    assert walk.resume(caller.hotline, lost, caller.world).call.place == caller.call.place
    assert walk.answer(caller.hotline, lost, Keys("1"), caller.world).call.place == caller.call.place


MISFITS: dict[str, tuple[str, list[Input]]] = {
    "main": ("", [DialEnded(Ending.BUSY), Recorded("RE1", 3), LookedUp({"a": "b"})]),
    "shop": ("2", [Keys("1"), Silence(), Recorded("RE1", 3), LookedUp()]),
    "status": ("3", [Keys("1"), Silence(), DialEnded(Ending.CONNECTED)]),
    "message": ("4", [Keys("#"), Silence(), LookedUp(failed=True)]),
    "welcome": ("5", [DialEnded(Ending.BUSY), LookedUp()]),
}


@pytest.mark.parametrize("step", MISFITS)
def test_what_does_not_fit_the_step_starts_it_again_and_counts_nothing(caller: Caller, step: str) -> None:
    key, misfits = MISFITS[step]
    if key:
        caller.presses(key)
    asked = caller.call.inputs
    for given in misfits:
        caller.gives(given)
        assert caller.call.place is not None
        assert caller.call.place.step == step
        caller.passed()
    assert caller.call.inputs == asked
    assert caller.call.values == {}


def test_the_pass_of_a_caller_who_hangs_up_is_the_last_one(caller: Caller) -> None:
    began = caller.now
    caller.is_silent()
    caller.presses("9")
    assert walk.last_pass(caller.call, began + 12000) == Pass(
        "main", None, "- 9", 1, 1, began, began + 12000, Ending.HUNG_UP, "vi"
    )


def test_an_end_heard_at_the_same_moment_as_the_last_key_leaves_no_pass_that_ends_before_it_began(
    caller: Caller,
) -> None:
    last = walk.last_pass(caller.call, caller.call.entered_at - 2)
    assert last is not None
    assert (last.entered_at, last.left_at) == (caller.call.entered_at, caller.call.entered_at)


def test_a_call_that_ended_has_no_last_pass(caller: Caller) -> None:
    assert walk.last_pass(replace(caller.call, place=None), caller.now) is None
    assert walk.last_pass(replace(caller.call, ended_at=caller.now), caller.now) is None
