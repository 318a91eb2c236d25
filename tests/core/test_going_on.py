"""Steps that ask the caller nothing: by hours, by a value, by what another system knows, a text message."""

from dataclasses import replace
from datetime import time

import pytest

from ivr.core import walk
from ivr.core.calls import Act, Ending, LookedUp, LookUp, Pass, SendMessage, Turn
from ivr.core.hours import Hours
from ivr.core.menus import ByHours, ByValue, Lookup, Sms
from tests.core.hotlines import LAN, Caller, ask, does, holes, hotline, menu, moment, said, say

# -- hours ----------------------------------------------------------------------------------------------


@pytest.fixture
def office() -> Caller:
    """Open on Mondays from eight to five."""
    built = hotline(
        does("door", ByHours("office", "main", "closed"), words=False), menu("main", {}), say("closed")
    )
    return Caller(replace(built, hours={"office": Hours({0: ((time(8), time(17)),)})}))


def test_a_caller_in_the_hours_comes_in(office: Caller) -> None:
    office.dials().hears(("main", "say"))
    office.passed(("door", None, "", Ending.WENT_ON))


def test_a_caller_outside_the_hours_hears_so(office: Caller) -> None:
    office.now = moment("2026-11-23 17:00")
    office.dials().hears(("closed", "say"))
    office.is_gone()


def test_the_hours_are_the_live_ones_and_unpublished_ones_are_closed(office: Caller) -> None:
    office.dials()
    live = replace(office.world, live=replace(office.hotline, hours={}))
    walked = walk.arrive(office.hotline, replace(office.call, place=None), live)
    assert [said.step for said in walked.document.speech] == ["closed"]


# -- values ---------------------------------------------------------------------------------------------


def branching(value: str, **when: str) -> Caller:
    by = ByValue(value, tuple((pattern, leads) for pattern, leads in when.items()))
    return Caller(
        hotline(
            ask("number", "number", fewest=1, most=12, then="branch"),
            does("branch", by, otherwise="none", words=False),
            *(say(name) for name in ("none", "first", "second")),
        )
    ).dials()


@pytest.mark.parametrize(
    ("typed", "step"), [("12", "first"), ("129", "second"), ("13", "none"), ("1", "none")]
)
def test_the_first_pattern_that_fits_leads(typed: str, step: str) -> None:
    caller = branching("number", **{"12": "first", "12*": "second"})
    caller.presses(typed)
    caller.hears((step, "say"))


@pytest.mark.parametrize(
    ("value", "pattern"),
    [("caller", "+8490*"), ("called", "*1234"), ("language", "VI"), ("number", "7")],
)
def test_any_value_of_the_call_can_be_asked(value: str, pattern: str) -> None:
    caller = branching(value, **{pattern: "first"})
    caller.presses("7")
    caller.hears(("first", "say"))


def test_a_withheld_number_and_an_unknown_value_are_empty() -> None:
    caller = branching("caller", **{"": "first"})
    caller.dials(None).presses("7")
    caller.hears(("first", "say"))
    caller = branching("nothing", **{"?*": "second", "": "first"})
    caller.presses("7")
    caller.hears(("first", "say"))


# -- lookups --------------------------------------------------------------------------------------------

ORDERS = Lookup(holes("https://crm.example:8443/orders/{order}"), 2)


@pytest.fixture
def looking() -> Caller:
    caller = Caller(
        hotline(
            ask("order", "order", secret=True, then="status"),
            does("status", ORDERS, "told", failed="sorry"),
            menu("told", {}),
            say("sorry"),
        )
    ).dials()
    caller.presses("123456")
    return caller


def test_a_caller_waits_a_moment_while_another_system_is_asked(looking: Caller) -> None:
    looking.hears(("status", "say"), ("status", "moment"))
    looking.is_at("status", Turn.LOOKUP)
    assert looking.document.act is Act.LOOK
    looking.wished(LookUp(ORDERS.get, 2))


def test_what_was_looked_up_is_known_and_the_secret_it_took_forgotten(looking: Caller) -> None:
    looking.waits_for_the_lookup()
    looking.hears()
    looking.is_at("status", Turn.LOOKUP, silences=1)
    looking.wished()
    looking.is_looked_up(status="late", days="3")
    looking.hears(("told", "say"))
    looking.passed(("status", None, "", Ending.WENT_ON))
    assert looking.call.values == {"status": "late", "days": "3"}
    assert looking.call.secrets == frozenset()
    assert isinstance(looking.call.secrets, frozenset)  # a plain set could be changed by whoever holds it
    assert looking.call.inputs == 1


def test_looks_for_an_answer_are_not_silences_of_the_caller(looking: Caller) -> None:
    asked_at = looking.now
    looking.waits_for_the_lookup(3)
    looking.is_looked_up(status="late")
    assert looking.passes[-1] == Pass(
        "status", None, "", 0, 0, asked_at, asked_at + 20000, Ending.WENT_ON, "vi"
    )


def test_a_lookup_that_never_answers_is_given_up_three_looks_after_its_time(looking: Caller) -> None:
    looking.waits_for_the_lookup(5)
    looking.is_at("status", Turn.LOOKUP, silences=5)
    looking.waits_for_the_lookup()
    looking.hears(("sorry", "say"))
    looking.passed(("status", None, "", Ending.FAILED), ("sorry", None, "", Ending.WENT_ON))


def test_a_lookup_that_fails_is_given_up_at_once(looking: Caller) -> None:
    looking.gives(LookedUp(failed=True))
    looking.hears(("sorry", "say"))


def test_a_system_that_is_down_is_not_asked() -> None:
    caller = Caller(
        hotline(does("status", ORDERS, "told", otherwise="sorry"), menu("told", {}), say("sorry")),
        down=frozenset({"crm.example:8443"}),
    ).dials()
    caller.hears(("status", "say"), ("sorry", "say"))
    caller.passed(("status", None, "", Ending.FAILED), ("sorry", None, "", Ending.WENT_ON))
    caller.wished()


def test_without_a_way_out_a_failed_lookup_goes_on() -> None:
    caller = Caller(hotline(does("status", ORDERS, "told"), menu("told", {}))).dials()
    caller.gives(LookedUp(failed=True))
    caller.is_at("told")


# -- text messages --------------------------------------------------------------------------------------


def texting(to: str) -> Caller:
    sms = Sms(holes(to), said("Order {order:digits} for {caller}.", "Đơn hàng {order} của {caller}."))
    return Caller(
        hotline(
            ask("order", "order", then="texted"),
            does("texted", sms, "end", failed="sorry"),
            menu("end", {}),
            say("sorry"),
        )
    )


def test_a_text_message_is_written_in_the_language_of_the_call_with_its_values() -> None:
    caller = texting("{caller}").dials()
    caller.presses("123456")
    caller.hears(("texted", "say"), ("end", "say"))
    caller.wished(SendMessage(LAN, f"Đơn hàng 123456 của {LAN}."))
    caller.passed(("order", None, "123456", Ending.KEY), ("texted", None, "", Ending.WENT_ON))


@pytest.mark.parametrize("to", ["+15551234567", "{nobody}", "+84{order}*"])
def test_a_text_message_goes_to_allowed_numbers_only(to: str) -> None:
    caller = texting(to).dials()
    caller.presses("123456")
    caller.hears(("texted", "say"), ("sorry", "say"))
    caller.wished()


def test_a_withheld_caller_gets_no_text_message() -> None:
    caller = texting("{caller}").dials(None)
    caller.presses("123456")
    caller.hears(("texted", "say"), ("sorry", "say"))
