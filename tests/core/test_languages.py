"""Languages: chosen by key, remembered for the next call, changed at any time."""

import pytest

from ivr.core.calls import Ending, Turn
from ivr.core.menus import BACK
from tests.core.hotlines import Caller, choose_language, hotline, menu, patience, say


@pytest.fixture
def caller() -> Caller:
    return Caller(
        hotline(
            choose_language("welcome", "main", change="*"),
            menu("main", {"1": "orders", "2": "welcome", "*": "welcome"}),
            menu("orders", {"8": BACK, "*": "welcome"}),
        )
    ).dials()


def test_a_stranger_is_asked_and_goes_on_in_the_language_of_their_key(caller: Caller) -> None:
    caller.hears(("welcome", "say"))
    assert caller.document.language == "vi"
    caller.presses("2")
    caller.hears(("main", "say"))
    caller.passed(("welcome", "en", "2", Ending.KEY))
    assert caller.call.language == caller.document.language == "en"
    assert caller.moves[-1].chosen == "en"


def test_a_chosen_language_is_remembered_for_the_next_call(caller: Caller) -> None:
    caller.presses("2")
    caller.calls_again()
    caller.hears(("welcome", "change"), ("main", "say"))
    caller.is_at("main")
    caller.passed(("welcome", None, "", Ending.WENT_ON))
    assert caller.call.language == "en"
    assert caller.moves[-1].chosen is None


def test_silence_gives_the_first_language_and_is_never_remembered(caller: Caller) -> None:
    caller.is_silent()
    caller.hears(("welcome", "silence"), ("welcome", "say"))
    caller.is_silent()
    caller.hears(("welcome", "change"), ("main", "say"))
    caller.passed(("welcome", None, "- -", Ending.SILENT))
    assert caller.call.language == "vi"
    assert [move.chosen for move in caller.moves] == [None, None, None]
    caller.calls_again()
    caller.hears(("welcome", "say"))


def test_a_wrong_key_is_no_language(caller: Caller) -> None:
    caller.presses("5")
    caller.hears(("welcome", "wrong"), ("welcome", "say"))
    caller.presses("5")
    caller.passed(("welcome", None, "5 5", Ending.WRONG))
    caller.is_at("main")
    assert [move.chosen for move in caller.moves] == [None, None, None]


def test_the_change_key_asks_again_and_returns_where_it_was_pressed(caller: Caller) -> None:
    caller.presses("1", "1", "*")
    caller.hears(("welcome", "say"))
    caller.is_at("welcome", Turn.CHANGE)
    caller.passed(("orders", "orders.welcome", "*", Ending.KEY))
    caller.presses("2")
    caller.hears(("orders", "say"))
    caller.is_at("orders")
    caller.passed(("welcome", "en", "2", Ending.KEY))
    assert caller.call.language == "en"
    assert caller.moves[-1].chosen == "en"
    caller.presses("8")
    caller.is_at("main")


def test_the_change_key_works_for_a_caller_whose_language_was_remembered(caller: Caller) -> None:
    caller.remembered = "en"
    caller.dials().presses("*")
    caller.is_at("welcome", Turn.CHANGE)
    caller.presses("1")
    caller.is_at("main")
    assert caller.call.language == caller.moves[-1].chosen == "vi"


def test_any_other_key_to_the_choice_asks_too_but_goes_on_from_there(caller: Caller) -> None:
    caller.remembered = "en"
    caller.dials().presses("1", "8", "2")
    caller.is_at("welcome", Turn.KEYS)
    caller.presses("1")
    caller.is_at("main")
    assert caller.call.language == "vi"


def test_who_pressed_change_and_then_nothing_is_back_in_their_menu_and_language(caller: Caller) -> None:
    caller.presses("2", "1", "*")
    caller.is_silent()
    caller.hears(("welcome", "silence"), ("welcome", "say"))
    caller.is_at("welcome", Turn.CHANGE, silences=1)
    caller.is_silent()
    caller.hears(("orders", "again"))
    caller.is_at("orders")
    assert caller.call.language == "en"


def test_who_pressed_change_and_then_wrong_keys_is_back_in_their_menu(caller: Caller) -> None:
    caller.presses("1", "1", "*", "7", "7")
    caller.hears(("orders", "again"))
    caller.passed(("welcome", None, "7 7", Ending.WRONG))


def test_a_remembered_language_the_hotline_no_longer_speaks_is_forgotten(caller: Caller) -> None:
    caller.remembered = "ko"
    caller.dials().hears(("welcome", "say"))
    assert caller.call.language == "vi"


def test_silence_may_lead_elsewhere_than_a_choice() -> None:
    caller = Caller(
        hotline(
            choose_language("welcome", "main", silence=patience(1, "help")),
            menu("main", {}),
            say("help"),
        )
    ).dials()
    caller.is_silent()
    caller.hears(("welcome", "change"), ("help", "say"))
