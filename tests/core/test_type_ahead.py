"""Type-ahead: callers who know the way press their keys in one go."""

import pytest

from ivr.core.calls import Ending, Pass, SendMessage, Turn
from ivr.core.menus import BACK, REPEAT, Dial, Enqueue, Record, Sms, Step, Thing, Voicemail
from ivr.core.walk import MOST_AHEAD
from tests.core.hotlines import (
    LAN,
    Caller,
    ask,
    choose_language,
    does,
    holes,
    hotline,
    menu,
    patience,
    said,
    say,
)


def three_menus(*others: Step) -> Caller:
    """Regions, towns, shops: three menus that take keys typed ahead."""
    return Caller(
        hotline(
            menu("regions", {"1": "towns", "9": REPEAT}, type_ahead=1, wrong=patience(2)),
            menu("towns", {"2": "shops", "8": BACK}, type_ahead=1),
            menu("shops", {"3": "told", "4": "note"}, type_ahead=1),
            say("told"),
            *others,
        )
    ).dials()


def test_three_keys_in_one_go_walk_three_menus_and_only_the_last_words_are_heard() -> None:
    caller = three_menus()
    began = caller.now
    caller.presses("123")
    caller.hears(("told", "say"))
    caller.is_gone()
    now = began + 5000
    assert caller.passes == [
        Pass("regions", "regions.towns", "1", 0, 0, began, now, Ending.KEY, "vi"),
        Pass("towns", "towns.shops", "2", 0, 0, now, now, Ending.KEY, "vi"),
        Pass("shops", "shops.told", "3", 0, 0, now, now, Ending.KEY, "vi"),
        Pass("told", None, "", 0, 0, now, now, Ending.WENT_ON, "vi"),
    ]
    assert caller.call.hop == 2
    assert caller.call.inputs == 3


def test_keys_that_end_too_early_leave_the_caller_at_the_menu_they_reached() -> None:
    caller = three_menus()
    caller.presses("12")
    caller.hears(("shops", "say"))
    caller.is_at("shops")
    assert caller.call.way == ("regions", "towns", "shops")


def test_a_wrong_key_in_the_middle_discards_the_rest_and_that_menu_asks_properly() -> None:
    caller = three_menus()
    caller.presses("173")
    caller.hears(("towns", "say"))
    caller.is_at("towns")
    caller.passed(("regions", "regions.towns", "1", Ending.KEY))
    assert caller.call.pressed == ""
    assert caller.call.inputs == 1
    caller.presses("23")
    caller.hears(("told", "say"))


def test_a_wrong_first_key_is_the_only_one_written_down() -> None:
    caller = three_menus()
    caller.presses("712")
    caller.hears(("regions", "wrong"), ("regions", "say"))
    caller.is_at("regions", wrongs=1)
    caller.presses("5123456")
    caller.passed(("regions", None, "7 5", Ending.WRONG))


def test_keys_behind_the_last_wrong_one_are_not_taken_where_giving_up_leads() -> None:
    caller = Caller(
        hotline(
            menu("main", {"1": "help"}, type_ahead=1, wrong=patience(1, "help")),
            menu("help", {"2": "end"}, type_ahead=1),
            say("end"),
        )
    ).dials()
    caller.presses("72")
    caller.hears(("help", "say"))
    caller.is_at("help")
    caller.passed(("main", None, "7", Ending.WRONG))


def test_ways_can_be_typed_ahead_too() -> None:
    caller = three_menus()
    caller.presses("91812")
    caller.is_at("shops")
    assert [(done.option, done.pressed) for done in caller.passes] == [
        ("regions.repeat", "9"),
        ("regions.towns", "1"),
        ("towns.back", "8"),
        ("regions.towns", "1"),
        ("towns.shops", "2"),
    ]
    assert caller.call.way == ("regions", "towns", "shops")


def test_a_menu_without_type_ahead_asks_properly() -> None:
    caller = Caller(
        hotline(menu("main", {"1": "plain"}, type_ahead=1), menu("plain", {"2": "end"}), say("end"))
    ).dials()
    caller.presses("12")
    caller.hears(("plain", "say"))
    caller.is_at("plain")


def test_the_longest_key_that_fits_is_taken_first() -> None:
    caller = Caller(
        hotline(
            menu("main", {"1": "short", "1100-1199": "long"}, type_ahead=1, keep_as="extension"),
            menu("short", {"1": "end"}, type_ahead=1),
            menu("long", {"2": "end"}, type_ahead=1),
            menu("end", {}),
        )
    ).dials()
    caller.presses("11042")
    assert [(done.option, done.pressed) for done in caller.passes] == [
        ("main.long", "1104"),
        ("long.end", "2"),
    ]
    assert caller.call.value("extension") == "1104"
    caller.dials().presses("112")
    caller.is_at("end")
    assert [(done.option, done.pressed) for done in caller.passes] == [
        ("main.short", "1"),
        ("short.end", "1"),
    ]


def test_words_that_must_be_heard_discard_the_rest() -> None:
    caller = three_menus(say("note", "regions", must_hear=True))
    caller.presses("1241")
    caller.hears(("note", "say"), ("regions", "again"))
    caller.is_at("regions")


def test_a_menu_that_must_be_heard_discards_the_rest() -> None:
    caller = three_menus(menu("note", {"1": "told"}, type_ahead=1, must_hear=True))
    caller.presses("1241")
    caller.hears(("note", "say"))
    caller.is_at("note")


def test_words_that_may_be_skipped_do_not() -> None:
    caller = three_menus(say("note", "towns"))
    caller.presses("1242")
    caller.hears(("shops", "again"))


@pytest.mark.parametrize(
    ("thing", "turn"),
    [
        (Dial((holes("+842873001111"),), 20), Turn.DIAL),
        (Record("complaint", 60, 3, "#"), Turn.RECORD),
        (Voicemail("office"), Turn.RECORD),
    ],
)
def test_who_is_rung_or_recorded_starts_with_a_clean_slate(thing: Thing, turn: Turn) -> None:
    caller = three_menus(does("note", thing, "towns"))
    caller.presses("1242")
    caller.hears(("note", "say"))
    caller.is_at("note", turn)


def test_a_queue_discards_the_rest() -> None:
    caller = three_menus(does("note", Enqueue("sales"), no_agents="towns"))
    caller.presses("1242")
    caller.hears(("note", "say"), ("note", "unattended"), ("towns", "again"))


def test_a_number_asked_for_is_never_typed_ahead_and_never_written_down() -> None:
    caller = three_menus(ask("note", "pin", fewest=4, most=4, secret=True, confirm=True, then="towns"))
    caller.presses("1241234")
    caller.hears(("note", "say"))
    caller.is_at("note")
    assert caller.call.value("pin") == ""
    assert [done.pressed for done in caller.passes] == ["1", "2", "4"]
    caller.presses("1234", "1")
    caller.is_at("towns")
    assert caller.passes[-1].pressed == "•••• 1"


def test_the_key_to_another_language_discards_the_rest() -> None:
    caller = Caller(
        hotline(
            choose_language("welcome", "main", change="*"),
            menu("main", {"1": "end", "*": "welcome"}, type_ahead=1),
            menu("end", {}),
        )
    ).dials()
    caller.presses("1", "*21")
    caller.hears(("welcome", "say"))
    caller.is_at("welcome", Turn.CHANGE)


def test_what_a_skipped_step_does_is_done_all_the_same() -> None:
    caller = three_menus(does("note", Sms(holes("{caller}"), said("Hello.", "Xin chào.")), "towns"))
    caller.presses("1242")
    caller.hears(("shops", "again"))
    caller.wished(SendMessage(LAN, "Xin chào."))


def test_a_stuck_key_comes_to_an_end() -> None:
    caller = three_menus()
    caller.presses("9" * 5000)
    caller.is_at("regions")
    caller.hears(("regions", "say"))
    assert caller.call.inputs == len(caller.passes) == MOST_AHEAD
