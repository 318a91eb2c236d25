"""Calls whose menus were taken back: they go on in others, and no key answers words it was not pressed to."""

from dataclasses import replace

import pytest

from ivr.core.calls import (
    Act,
    DialEnded,
    Ending,
    Input,
    Keys,
    LookedUp,
    Outcome,
    Pass,
    Place,
    Recorded,
    Silence,
    Talked,
    Turn,
    Waited,
)
from ivr.core.handover import hand_over
from ivr.core.line.onward import Onward, To
from ivr.core.menus import Dial, Enqueue, Lookup, Record, Step, Voicemail
from tests.core.hotlines import EN, Caller, ask, does, holes, hotline, menu, say

CRM = Lookup(holes("https://crm.example/"), 2)
OLD = hotline(
    menu("main", {"1": "order", "2": "shop", "3": "status", "4": "message", "5": "more"}),
    ask("order", "order"),
    does("shop", Dial((holes("+842873001111"), holes("+842873002222")), 20)),
    does("status", CRM, "main"),
    does("message", Voicemail("office")),
    menu("more", {"1": "wish"}),
    does("wish", Record("wish", 30, 3, "#"), "main"),
)


@pytest.fixture
def caller() -> Caller:
    return Caller(OLD).dials()


def is_handed_over(caller: Caller, given: Input, *steps: Step) -> None:
    """The caller's menus are taken back, just as this comes in; others are live, as revision 7."""
    place, old = caller.call.place, caller.hotline
    caller.hotline = hotline(*steps)
    caller.now += caller.pace * 1000
    step = old.steps.get(place.step) if place else None
    move = hand_over(caller.call, step, given, 7, caller.hotline, caller.world)
    caller.moves.append(move)
    assert caller.call.revision == 7


@pytest.mark.parametrize("given", [Keys("1"), Keys("9"), Silence()])
def test_a_key_pressed_to_the_old_words_answers_nothing_in_the_new_ones(caller: Caller, given: Input) -> None:
    is_handed_over(caller, given, menu("main", {"1": "danger"}), say("danger"))
    caller.hears(("main", "say"))
    caller.is_at("main")
    assert caller.call.inputs == 0
    caller.presses("1")
    caller.hears(("danger", "say"))


def test_the_pass_in_the_old_menus_is_over_and_one_in_the_new_begins(caller: Caller) -> None:
    began = caller.now
    caller.presses("9")
    is_handed_over(caller, Keys("1"), menu("main", {"1": "danger"}), say("danger"))
    caller.presses("1")
    assert caller.passes[:2] == [
        Pass("main", None, "9", 0, 1, began, began + 10_000, Ending.WITHDRAWN, "vi"),
        Pass("main", "main.danger", "1", 0, 0, began + 10_000, began + 15_000, Ending.KEY, "vi"),
    ]


def test_a_step_that_is_not_there_leads_to_the_entry(caller: Caller) -> None:
    caller.presses("5")
    is_handed_over(caller, Keys("1"), say("hello", "ask"), menu("ask", {}))
    caller.hears(("hello", "say"), ("ask", "say"))
    caller.passed(("more", None, "", Ending.WITHDRAWN), ("hello", None, "", Ending.WENT_ON))


def test_the_way_back_leads_only_to_what_is_there(caller: Caller) -> None:
    caller.presses("5")
    assert list(caller.call.way) == ["main", "more"]
    is_handed_over(caller, Keys("1"), menu("start", {}), menu("more", {"*": "back"}))
    caller.is_at("more")
    assert list(caller.call.way) == ["more"]
    caller.presses("*")
    caller.is_at("more")


def test_a_language_that_is_gone_becomes_the_first_one(caller: Caller) -> None:
    caller.hotline = replace(OLD, languages={"en": EN})
    caller.moves[-1] = replace(caller.moves[-1], call=replace(caller.call, language="ko"))
    is_handed_over(caller, Keys("1"), menu("main", {}))
    assert caller.call.language == "vi"


def test_a_number_half_confirmed_is_asked_anew(caller: Caller) -> None:
    caller.presses("1")
    is_handed_over(caller, Keys("123456"), menu("main", {}), ask("order", "order"))
    caller.hears(("order", "say"))
    assert caller.call.values == {}


def test_who_left_word_is_led_on_and_not_asked_again(caller: Caller) -> None:
    caller.presses("4")
    is_handed_over(
        caller, Recorded("RE1", 9), menu("main", {}), does("message", Voicemail("office"), "bye"), say("bye")
    )
    caller.hears(("bye", "say"))
    caller.passed(("message", None, "", Ending.MESSAGE), ("bye", None, "", Ending.WENT_ON))
    assert caller.call.outcome is Outcome.MESSAGE


def test_word_left_where_there_is_no_such_step_any_more_is_word_left(caller: Caller) -> None:
    caller.presses("4")
    is_handed_over(caller, Recorded("RE1", 9), menu("main", {}))
    caller.hears(("main", "say"))
    assert caller.call.outcome is Outcome.MESSAGE


def test_who_said_nothing_is_asked_again(caller: Caller) -> None:
    caller.presses("4")
    is_handed_over(caller, Recorded(None, 0), menu("main", {}), does("message", Voicemail("office"), "main"))
    caller.hears(("message", "say"))
    assert caller.call.outcome is None


def test_a_recording_keeps_its_name(caller: Caller) -> None:
    caller.presses("5", "1")
    wish = does("wish", Record("wish", 30, 3, "#"), "main")
    is_handed_over(caller, Recorded("RE1", 9), menu("main", {"1": "wish"}), wish)
    caller.is_at("main")
    assert (caller.call.values, caller.call.outcome) == ({"wish": "RE1"}, None)


def test_who_has_talked_is_not_connected_again(caller: Caller) -> None:
    caller.presses("2")
    shop = does("shop", Dial((holes("+842873003333"),), 20), "bye")
    is_handed_over(caller, DialEnded(Ending.CONNECTED), menu("main", {"2": "shop"}), shop, say("bye"))
    caller.hears(("bye", "say"))
    assert caller.call.outcome is Outcome.CONNECTED


def test_a_list_of_parties_is_rung_from_the_start_of_the_new_one(caller: Caller) -> None:
    caller.presses("2")
    shop = does("shop", Dial((holes("+842873003333"),), 20), "bye")
    is_handed_over(caller, DialEnded(Ending.BUSY), menu("main", {"2": "shop"}), shop, say("bye"))
    caller.hears(("shop", "say"))
    assert caller.document.place is not None
    assert caller.document.place.wrongs == 0


def test_a_lookup_is_asked_anew_where_the_new_menus_ask(caller: Caller) -> None:
    caller.presses("3")
    other = Lookup(holes("https://other.example/"), 2)
    is_handed_over(caller, LookedUp({"a": "b"}), menu("main", {"3": "status"}), does("status", other, "main"))
    assert [getattr(wish, "get", None) for wish in caller.moves[-1].wishes] == [other.get]
    assert caller.call.values == {}


@pytest.fixture
def waiting(caller: Caller) -> Caller:
    """Somebody in a line, or with the agent they have waited for."""
    place = Place("sales", Turn.WAIT)
    caller.moves[-1] = replace(caller.moves[-1], call=replace(caller.call, place=place))
    return caller


QUEUE = does("sales", Enqueue("sales"), "bye")


def test_who_has_talked_is_led_on_and_does_not_wait_again(waiting: Caller) -> None:
    is_handed_over(waiting, Talked(), menu("main", {}), QUEUE, say("bye"))
    waiting.hears(("bye", "say"))
    assert waiting.call.outcome is Outcome.CONNECTED


def test_who_has_been_accepted_meets_their_agent(waiting: Caller) -> None:
    is_handed_over(waiting, Waited(Ending.CONNECTED), menu("main", {}), QUEUE, say("bye"))
    assert waiting.document.act is Act.TALK


def test_who_is_sent_on_goes_where_the_agent_has_sent_them(waiting: Caller) -> None:
    onward = Talked(onward=Onward(To.QUEUE, "support"))
    is_handed_over(waiting, onward, menu("main", {}), QUEUE, does("support", Enqueue("support")), say("bye"))
    waiting.hears(("support", "say"), ("support", "unattended"))
    waiting.passed(("sales", None, "", Ending.CONNECTED), ("support", None, "", Ending.NO_AGENTS))


def test_who_has_talked_where_there_is_no_such_line_any_more_has_talked(waiting: Caller) -> None:
    is_handed_over(waiting, Talked(), menu("main", {}))
    waiting.hears(("main", "say"))
    assert waiting.call.outcome is Outcome.CONNECTED
