"""Menus: keys, the way back, silence, wrong keys, and what is written down of it."""

import pytest

from ivr.core.calls import Ending, Outcome, Pass
from ivr.core.menus import BACK, HANG_UP, REPEAT, TOP
from tests.core.hotlines import Caller, hotline, menu, patience, say


@pytest.fixture
def caller() -> Caller:
    """Three menus, one below the other, each with the three ways."""
    ways = {"7": TOP, "8": BACK, "9": REPEAT, "0": HANG_UP}
    return Caller(
        hotline(
            menu("main", {"1": "orders", "2": "directions", **ways}),
            menu("orders", {"1": "returns", **ways}),
            menu("returns", {"1": "orders", **ways}),
            say("directions", REPEAT),
        )
    ).dials()


def test_a_caller_hears_the_first_menu_of_the_number_they_rang(caller: Caller) -> None:
    caller.hears(("main", "say"))
    caller.is_at("main")
    assert caller.moves[0].passes == ()
    assert caller.call.hop == 1
    assert caller.call.inputs == 0


def test_a_key_leads_where_the_menu_says_and_is_written_down(caller: Caller) -> None:
    arrived = caller.now
    caller.presses("1")
    caller.hears(("orders", "say"))
    caller.is_at("orders")
    assert caller.passes == [
        Pass("main", "main.orders", "1", 0, 0, arrived, arrived + 5000, Ending.KEY, "vi"),
    ]
    assert caller.call.hop == 2
    assert caller.call.inputs == 1
    assert caller.call.entered_at == arrived + 5000


def test_back_from_the_second_menu_is_the_first_with_its_short_greeting(caller: Caller) -> None:
    caller.presses("1", "8")
    caller.hears(("main", "again"))
    caller.passed(("orders", "orders.back", "8", Ending.KEY))
    assert caller.call.way == ("main",)


def test_back_from_the_first_menu_is_the_first_menu(caller: Caller) -> None:
    caller.presses("8")
    caller.hears(("main", "again"))
    caller.is_at("main")


def test_back_goes_one_menu_at_a_time(caller: Caller) -> None:
    caller.presses("1", "1", "8")
    caller.is_at("orders")
    caller.presses("8")
    caller.is_at("main")


def test_repeat_greets_in_full_and_does_not_lengthen_the_way_back(caller: Caller) -> None:
    caller.presses("1", "9")
    caller.hears(("orders", "say"))
    caller.passed(("orders", "orders.repeat", "9", Ending.KEY))
    caller.presses("9", "8")
    caller.is_at("main")


def test_a_menu_met_again_further_down_forgets_what_lay_between(caller: Caller) -> None:
    caller.presses("1", "1", "1")
    caller.hears(("orders", "again"))
    assert caller.call.way == ("main", "orders")
    caller.presses("8")
    caller.is_at("main")


def test_top_is_the_first_menu_from_however_deep(caller: Caller) -> None:
    caller.presses("1", "1", "7")
    caller.hears(("main", "again"))
    assert caller.call.way == ("main",)


def test_a_step_in_place_that_repeats_comes_back_with_the_short_greeting(caller: Caller) -> None:
    caller.presses("2")
    caller.hears(("directions", "say"), ("main", "again"))
    caller.passed(("main", "main.directions", "2", Ending.KEY), ("directions", None, "", Ending.WENT_ON))
    caller.is_at("main")
    assert [(done.entered_at, done.left_at) for done in caller.moves[-1].passes] == [
        (caller.now - 5000, caller.now),
        (caller.now, caller.now),
    ]


def test_a_menu_without_a_short_greeting_is_greeted_in_full_every_time() -> None:
    caller = Caller(hotline(menu("main", {"1": "more"}, again=False), menu("more", {"8": BACK}))).dials()
    caller.presses("1", "8")
    caller.hears(("main", "say"))


def test_the_way_back_from_a_step_that_asks_nothing_is_the_last_menu() -> None:
    caller = Caller(
        hotline(
            menu("main", {"1": "orders"}),
            menu("orders", {"1": "told"}),
            say("told", BACK),
        )
    ).dials()
    caller.presses("1", "1")
    caller.hears(("told", "say"), ("orders", "again"))


def test_hanging_up_by_key_says_goodbye(caller: Caller) -> None:
    caller.presses("0")
    caller.hears(("main", "goodbye"))
    caller.is_gone()
    caller.passed(("main", "main.hang_up", "0", Ending.KEY))
    assert caller.call.outcome is Outcome.GOODBYE


def test_a_last_word_of_the_menus_is_the_goodbye() -> None:
    caller = Caller(hotline(menu("main", {"1": "thanks"}), say("thanks"))).dials()
    caller.presses("1")
    caller.hears(("thanks", "say"))
    caller.is_gone()
    assert caller.call.outcome is Outcome.GOODBYE


# -- silence and wrong keys -----------------------------------------------------------------------------


@pytest.fixture
def hesitant() -> Caller:
    """A menu that bears three silences, then leads to help, and two wrong keys, then leads to sales."""
    return Caller(
        hotline(
            menu("main", {"1": "more"}, silence=patience(3, "help"), wrong=patience(2, "sales")),
            menu("more", {"8": BACK}),
            say("help"),
            say("sales"),
        )
    ).dials()


def test_a_caller_who_presses_nothing_is_asked_three_times(hesitant: Caller) -> None:
    hesitant.is_silent()
    hesitant.hears(("main", "silence"), ("main", "say"))
    hesitant.is_at("main", silences=1)
    hesitant.is_silent()
    hesitant.hears(("main", "silence"), ("main", "say"))
    hesitant.is_at("main", silences=2)
    hesitant.is_silent()
    hesitant.hears(("help", "say"))
    hesitant.is_gone()


def test_a_silence_that_gave_up_is_one_pass_with_every_try(hesitant: Caller) -> None:
    arrived = hesitant.now
    hesitant.is_silent(3)
    assert hesitant.passes == [
        Pass("main", None, "- - -", 3, 0, arrived, arrived + 15000, Ending.SILENT, "vi"),
        Pass("help", None, "", 0, 0, arrived + 15000, arrived + 15000, Ending.WENT_ON, "vi"),
    ]


def test_a_wrong_key_is_told_apart_from_silence(hesitant: Caller) -> None:
    hesitant.presses("5")
    hesitant.hears(("main", "wrong"), ("main", "say"))
    hesitant.is_at("main", wrongs=1)
    hesitant.presses("6")
    hesitant.hears(("sales", "say"))
    hesitant.passed(("main", None, "5 6", Ending.WRONG), ("sales", None, "", Ending.WENT_ON))


def test_silences_and_wrong_keys_are_counted_apart(hesitant: Caller) -> None:
    hesitant.is_silent()
    hesitant.presses("5")
    hesitant.is_silent()
    hesitant.is_at("main", silences=2, wrongs=1)
    hesitant.presses("1")
    hesitant.is_at("more")
    done = hesitant.passes[0]
    assert (done.pressed, done.silences, done.wrongs, done.ending) == ("- 5 - 1", 2, 1, Ending.KEY)


def test_tries_are_counted_anew_each_time_the_menu_is_entered(hesitant: Caller) -> None:
    hesitant.presses("5", "1", "8", "5")
    hesitant.is_at("main", wrongs=1)


def test_silence_can_lead_back_to_the_same_menu() -> None:
    caller = Caller(hotline(menu("main", {"1": HANG_UP}, silence=patience(2, REPEAT)))).dials()
    caller.is_silent(2)
    caller.hears(("main", "say"))
    caller.is_at("main")
    caller.passed(("main", None, "- -", Ending.SILENT))


# -- keys of one digit and of many ----------------------------------------------------------------------


@pytest.fixture
def extensions() -> Caller:
    """One-digit and many-digit keys together."""
    return Caller(
        hotline(
            menu(
                "main",
                {"1": "sales", "1100-1199": "extension", "1150": "director", "#": "help", "007": "agent"},
                keep_as="extension",
            ),
            *(menu(name, {}) for name in ("sales", "extension", "director", "help", "agent")),
        )
    ).dials()


@pytest.mark.parametrize(
    ("pressed", "step"),
    [
        ("1", "sales"),
        ("1100", "extension"),
        ("1199", "extension"),
        ("1150", "director"),
        ("007", "agent"),
        ("#", "help"),
        ("1#", "sales"),
        ("1104#", "extension"),
    ],
)
def test_a_short_number_is_a_key_like_any_other_and_an_exact_one_beats_a_range(
    extensions: Caller, pressed: str, step: str
) -> None:
    extensions.presses(pressed)
    extensions.is_at(step)
    extensions.passed(("main", f"main.{step}", pressed, Ending.KEY))


@pytest.mark.parametrize("pressed", ["11", "110", "1200", "1099", "11000", "7", "11*0", "##", "١١٠٠"])
def test_a_number_that_is_no_key_is_wrong(extensions: Caller, pressed: str) -> None:
    extensions.presses(pressed)
    extensions.hears(("main", "wrong"), ("main", "say"))
    extensions.is_at("main", wrongs=1)


def test_a_key_of_a_range_is_kept_as_a_value(extensions: Caller) -> None:
    extensions.presses("1104#")
    assert extensions.call.value("extension") == "1104"


def test_a_number_the_menus_do_not_name_meets_the_first_one() -> None:
    caller = Caller(hotline(menu("main", {}))).dials(called="+842873009999")
    caller.is_at("main")
