"""What counts as wrong with a call: keys that are not in the log as pressed, silence on the line."""

from typing import Any

import pytest

from ivr.box.leg import Event
from ivr.core.calls import Turn
from ivr.core.menus import Hotline
from ivr.rehearsal.crowd.listener import Listener, Patience, Question, place_of
from ivr.rehearsal.crowd.verdicts import _fit
from tests.rehearsal.crowd import hotlines
from tests.service import MENUS


@pytest.fixture
def line() -> Hotline:
    found = hotlines.of(MENUS).hotline
    assert found is not None
    return found


def main(keys: str, *, several: bool = False) -> Question:
    return Question("main", Turn.KEYS, keys, several)


def test_what_was_pressed_must_be_logged_in_its_order(line: Hotline) -> None:
    questions = [main(""), main("7"), Question("order", Turn.KEYS, "1234", False)]
    assert _fit([("main", "-"), ("main", "7"), ("order", "1234")], questions, line)
    for wrong in (
        [("main", "-"), ("main", "7")],
        [("main", "7"), ("main", "-"), ("order", "1234")],
        [("main", "-"), ("main", "7"), ("order", "12345")],
        [("main", "-"), ("order", "7"), ("order", "1234")],
        [("main", "-"), ("main", "7"), ("order", "1234"), ("main", "-")],
        [("main", "-"), ("main", "7"), ("order", "••••")],
    ):
        assert not _fit(wrong, questions, line)


def test_a_secret_must_be_logged_as_so_many_dots(line: Hotline) -> None:
    asked = [Question("account", Turn.KEYS, "123456", False)]
    assert _fit([("account", "••••••")], asked, line)
    assert not _fit([("account", "123456")], asked, line)
    assert not _fit([("account", "•••••")], asked, line)


def test_keys_typed_ahead_may_answer_several_questions_and_the_last_of_them_none(line: Hotline) -> None:
    ahead = [main("112", several=True)]
    for right in (
        [("main", "1"), ("order", "1"), ("main", "2")],
        [("main", "1"), ("order", "12")],
        [("main", "1")],
        [("main", "112")],
    ):
        assert _fit(right, ahead, line)
    assert not _fit([], ahead, line)
    assert not _fit([("main", "1"), ("order", "2")], ahead, line)


class Line:
    """A leg on which only this has happened."""

    def __init__(self, *events: tuple[float, str, dict[str, Any]]) -> None:
        self.events: list[Event] = [
            {"at": round(1000 * at), "kind": kind, **facts} for at, kind, facts in events
        ]
        self.watchers: list[object] = []


def silence(*events: tuple[float, str, dict[str, Any]]) -> tuple[float, float]:
    leg: Any = Line((0, "ringing", {}), *events)
    found = Listener(Patience(9, 9, 9), leg).longest_silence()
    return found.began, found.seconds


SAY = {"seconds": 4.0}


def test_silence_begins_when_the_last_words_are_over() -> None:
    assert silence((0, "say", SAY), (4, "say", SAY), (20, "say", SAY)) == (8, 12)
    assert silence((0, "say", SAY), (1, "stop", {}), (3, "say", SAY)) == (1, 2)


def test_who_types_speaks_or_hears_it_ring_is_not_left_alone() -> None:
    assert silence((0, "say", SAY), (9, "gather_end", {"digits": "1"}), (10, "say", SAY)) == (9, 1)
    assert silence((0, "beep", {}), (50, "record_end", {}), (51, "say", SAY)) == (50, 1)
    assert silence((0, "dialing", {}), (300, "dialed", {}), (302, "say", SAY)) == (300, 2)
    assert silence((0, "dialing", {}), (99, "hangup", {})) == (0, 0)
    assert silence((0, "beep", {}), (99, "hangup", {}), (99, "record_end", {})) == (0, 0)


def test_silence_that_nobody_pressed_anything_in_goes_on() -> None:
    events = ((0, "say", SAY), (10, "gather_end", {"digits": ""}), (12, "pause", {"seconds": 9}))
    assert silence(*events, (30, "hangup", {})) == (4, 26)


def test_the_menus_say_how_patient_one_must_be(line: Hotline) -> None:
    patience = Patience.of(line)
    assert patience.answers == line.limits.keys + 1
    assert 10 < patience.seconds < 20
    assert 20 < patience.documents < 80


def test_a_place_stands_in_our_addresses() -> None:
    assert place_of("https://x.example/voice/at/3/main.1/confirm.0.2/17?again=1") == ("main.1", Turn.CONFIRM)
    with pytest.raises(ValueError, match="no place"):
        place_of("https://x.example/voice/status")
