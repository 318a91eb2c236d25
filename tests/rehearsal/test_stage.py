"""The stage: a whole hotline rehearsed in virtual time, without the world."""

from ivr.core.calls import Outcome
from ivr.ledger import log
from ivr.rehearsal.stage import Outside, Play, staged
from tests.service import LAN, MENUS, MONDAY_MORNING, NUMBER

PLAY = Play({"hotline.yaml": MENUS}, "Sao Mai")


def test_a_caller_leaves_word_in_no_time() -> None:
    with staged(PLAY, at=MONDAY_MORNING / 1000) as stage:
        call = stage.phone.dial(NUMBER, LAN)
        call.press("2").press("2").speak(5)
        stage.phone.pass_time(5)

        with stage.exchange.ledger.reading() as tx:
            (line,) = log.newest(tx)
    assert (line.outcome, line.started_at, line.language) == (Outcome.MESSAGE, MONDAY_MORNING, "en")
    assert stage.phone.faults == []


def test_look_ups_and_messages_are_answered_by_the_rehearsal() -> None:
    outside = Outside({"state": "on its way"})
    with staged(PLAY, at=MONDAY_MORNING / 1000, outside=outside) as stage:
        call = stage.phone.dial(NUMBER, LAN)
        call.press("2").press("1").press("1234")
        stage.phone.pass_time(5)
        assert "Order 1 2 3 4 is on its way." in call.heard
        call.press("4")
        stage.phone.pass_time(5)
    assert outside.sent == [(LAN, "District 1.")]


def test_a_look_up_may_fail() -> None:
    with staged(PLAY, at=MONDAY_MORNING / 1000, outside=Outside(None)) as stage:
        call = stage.phone.dial(NUMBER, LAN)
        call.press("2").press("1").press("1234")
        stage.phone.pass_time(5)
        assert "We do not know." in call.heard
