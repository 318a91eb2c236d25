"""Numbers a caller types: what is taken, what is asked again, and that a secret stays one."""

import pytest

from ivr.core.calls import Ending, Pass, SendMessage, Turn
from ivr.core.menus import Sms
from tests.core.hotlines import Caller, ask, does, holes, hotline, menu, patience, said, say


def asked(**how: object) -> Caller:
    """A caller asked for their order; `right` is where a good number leads."""
    return Caller(
        hotline(
            ask("order", "order", then="right", **how),  # type: ignore[arg-type]
            menu("right", {}),
            say("silent"),
            say("wrong"),
        )
    ).dials()


def test_a_number_is_kept_and_the_caller_goes_on() -> None:
    caller = asked()
    caller.hears(("order", "say"))
    arrived = caller.now
    caller.presses("123456")
    caller.is_at("right")
    assert caller.call.value("order") == "123456"
    assert caller.passes == [
        Pass("order", None, "123456", 0, 0, arrived, arrived + 5000, Ending.KEY, "vi"),
    ]


@pytest.mark.parametrize("digits", ["12345", "12345678901", "12*456", "#", "123456#"])
def test_a_number_of_another_length_or_with_other_keys_is_asked_again(digits: str) -> None:
    caller = asked()
    caller.presses(digits)
    caller.hears(("order", "wrong"), ("order", "say"))
    caller.is_at("order", wrongs=1)
    assert caller.call.value("order") == ""


@pytest.mark.parametrize(("digits", "taken"), [("09", False), ("10", True), ("59", True), ("60", False)])
def test_a_number_must_lie_in_its_range_both_ends_included(digits: str, taken: bool) -> None:
    caller = asked(fewest=2, most=2, end=None, smallest=10, largest=59)
    caller.presses(digits)
    assert caller.call.value("order") == (digits if taken else "")


@pytest.mark.parametrize(("digits", "taken"), [("79927398713", True), ("79927398710", False)])
def test_a_number_must_pass_its_check(digits: str, taken: bool) -> None:
    caller = asked(most=11, check="luhn")
    caller.presses(digits)
    assert caller.call.value("order") == (digits if taken else "")


def test_silence_and_wrong_numbers_have_their_own_ends() -> None:
    how = {"silence": patience(2, "silent"), "wrong": patience(2, "wrong")}
    caller = asked(**how)
    caller.is_silent()
    caller.hears(("order", "silence"), ("order", "say"))
    caller.presses("1")
    caller.is_at("order", silences=1, wrongs=1)
    caller.is_silent()
    caller.hears(("silent", "say"))
    assert caller.passes[0].pressed == "- 1 -"

    caller = asked(**how)
    caller.presses("1", "2")
    caller.hears(("wrong", "say"))
    assert caller.passes[0].ending is Ending.WRONG


# -- read back and confirmed ----------------------------------------------------------------------------


def test_a_number_is_read_back_and_taken_with_1() -> None:
    caller = asked(confirm=True)
    caller.presses("123456")
    caller.hears(("order", "confirm"))
    caller.is_at("order", Turn.CONFIRM)
    assert caller.moves[-1].passes == ()
    caller.presses("1")
    caller.is_at("right")
    caller.passed(("order", None, "123456 1", Ending.KEY))


def test_with_2_the_caller_types_it_anew_without_being_called_wrong() -> None:
    caller = asked(confirm=True)
    caller.presses("123456", "2")
    caller.hears(("order", "say"))
    caller.is_at("order", wrongs=0)
    caller.presses("654321", "1")
    assert caller.call.value("order") == "654321"
    caller.passed(("order", None, "123456 2 654321 1", Ending.KEY))


def test_any_other_key_reads_it_back_again() -> None:
    caller = asked(confirm=True)
    caller.presses("123456", "5")
    caller.hears(("order", "confirm"))
    caller.is_at("order", Turn.CONFIRM, wrongs=1)


def test_silence_reads_it_back_again_and_then_gives_up() -> None:
    caller = asked(confirm=True, silence=patience(2, "silent"))
    caller.presses("123456")
    caller.is_silent()
    caller.hears(("order", "silence"), ("order", "confirm"))
    caller.is_at("order", Turn.CONFIRM, silences=1)
    caller.is_silent()
    caller.hears(("silent", "say"))


def test_a_number_nobody_confirmed_is_not_known() -> None:
    caller = asked(confirm=True, silence=patience(2, "silent"))
    caller.presses("123456")
    assert caller.call.values == {"order": "123456"}
    caller.is_silent(2)
    assert caller.call.values == {}


def test_who_is_never_satisfied_with_their_number_may_go_on_as_long_as_any_caller() -> None:
    caller = asked(confirm=True, wrong=patience(2, "wrong"))
    caller.presses("12", "123456", "2", "123457", "2")
    caller.is_at("order", wrongs=1)
    caller.hears(("order", "say"))


# -- secrets --------------------------------------------------------------------------------------------


def test_a_secret_is_masked_wherever_it_is_written_down() -> None:
    texted = Sms((*holes("{caller}"),), said("Your PIN {pin}.", "PIN {pin:digits}."))
    caller = Caller(
        hotline(
            ask("pin", "pin", fewest=4, most=4, secret=True, confirm=True, then="texted"),
            does("texted", texted),
        )
    ).dials()
    caller.presses("12", "1234")
    caller.is_at("pin", Turn.CONFIRM, wrongs=1)
    caller.presses("1")
    assert caller.passes[0].pressed == "•• •••• 1"
    assert caller.call.secrets == {"pin"}
    assert caller.call.value("pin") == "1234"
    caller.wished(SendMessage("+84901234567", "PIN • • • •."))


def test_a_secret_of_a_caller_who_hangs_up_is_masked_too() -> None:
    caller = asked(secret=True)
    caller.presses("99")
    assert caller.call.pressed == "••"


def test_a_name_asked_for_again_in_the_open_is_no_secret_any_more() -> None:
    caller = Caller(
        hotline(
            ask("pin", "number", fewest=4, most=4, secret=True, then="order"),
            ask("order", "number", then="end"),
            menu("end", {}),
        )
    ).dials()
    caller.presses("1234", "123456")
    assert caller.call.secrets == frozenset()
    assert [done.pressed for done in caller.passes] == ["••••", "123456"]
