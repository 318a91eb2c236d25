"""Other lines: parties that are rung, word that is left, what is recorded, a queue nobody attends."""

from dataclasses import replace
from datetime import time

import pytest

from ivr.core import walk
from ivr.core.calls import Act, Ending, Outcome, Pass, Turn
from ivr.core.hours import Hours
from ivr.core.line.rules import Rules
from ivr.core.menus import Dial, Enqueue, Queue, Record, Voicemail
from tests.core.hotlines import Caller, ask, does, holes, hotline, menu, moment, say


def ringing(*parties: str, **ways: str) -> Caller:
    dial = Dial(tuple(holes(party) for party in parties), 20)
    return Caller(
        hotline(
            does("shop", dial, "after", words=True, **ways),
            menu("after", {}),
            *(say(name) for name in ("engaged", "nobody", "broken")),
            allowed=("+84*", "sip:*@pbx.example"),
        )
    ).dials()


THREE = ("+842873001111", "sip:102@pbx.example", "+842873003333")


def test_parties_are_rung_one_after_another() -> None:
    caller = ringing(*THREE, otherwise="nobody")
    began = caller.now
    caller.hears(("shop", "say"))
    caller.is_at("shop", Turn.DIAL, wrongs=0)
    assert caller.document.act is Act.DIAL
    caller.rings(Ending.BUSY)
    caller.hears()
    caller.is_at("shop", Turn.DIAL, wrongs=1)
    caller.rings(Ending.NO_ANSWER)
    caller.is_at("shop", Turn.DIAL, wrongs=2)
    assert caller.passes == []
    caller.rings(Ending.CONNECTED)
    caller.is_at("after")
    assert caller.call.outcome is Outcome.CONNECTED
    assert caller.passes == [
        Pass("shop", None, "", 0, 0, began, began + 15000, Ending.CONNECTED, "vi"),
    ]


@pytest.mark.parametrize(
    ("ending", "step"),
    [(Ending.BUSY, "engaged"), (Ending.NO_ANSWER, "nobody"), (Ending.FAILED, "broken")],
)
def test_the_last_party_decides_where_the_caller_goes(ending: Ending, step: str) -> None:
    caller = ringing(*THREE, busy="engaged", no_answer="nobody", otherwise="broken")
    caller.rings(Ending.NO_ANSWER)
    caller.rings(Ending.BUSY)
    caller.rings(ending)
    caller.hears((step, "say"))
    caller.passed(("shop", None, "", ending), (step, None, "", Ending.WENT_ON))
    assert caller.call.outcome is Outcome.GOODBYE


def test_without_a_way_out_a_line_that_is_busy_goes_on() -> None:
    caller = ringing("+842873001111")
    caller.rings(Ending.BUSY)
    caller.is_at("after")


def test_a_party_that_may_not_be_rung_is_left_out() -> None:
    abroad, shop, stranger = "+15551112222", "+842873001111", "sip:1@evil.example"
    caller = ringing(abroad, shop, stranger, otherwise="nobody")
    caller.is_at("shop", Turn.DIAL, wrongs=1)
    caller.rings(Ending.NO_ANSWER)
    caller.hears(("nobody", "say"))


def test_when_no_party_may_be_rung_the_step_has_failed() -> None:
    caller = ringing("+15551112222", "sip:1@evil.example", failed="broken", otherwise="nobody")
    caller.hears(("shop", "say"), ("broken", "say"))
    caller.passed(("shop", None, "", Ending.FAILED), ("broken", None, "", Ending.WENT_ON))


def test_a_number_the_caller_types_is_rung_only_if_it_is_allowed() -> None:
    built = hotline(
        ask("extension", "extension", fewest=3, most=4, then="ring"),
        does("ring", Dial((holes("sip:{extension}@pbx.example"),), 20), failed="broken"),
        say("broken"),
        allowed=("sip:1*@pbx.example",),
    )
    caller = Caller(built).dials()
    caller.presses("102")
    caller.is_at("ring", Turn.DIAL)
    caller.dials().presses("202")
    caller.hears(("ring", "say"), ("broken", "say"))


# -- word left, and recordings --------------------------------------------------------------------------


@pytest.fixture
def machine() -> Caller:
    return Caller(
        hotline(does("message", Voicemail("office"), "thanks", silence="empty"), say("thanks"), say("empty"))
    ).dials()


def test_a_caller_leaves_word(machine: Caller) -> None:
    machine.hears(("message", "say"))
    machine.is_at("message", Turn.RECORD)
    assert machine.document.act is Act.RECORD
    machine.leaves_word()
    machine.hears(("thanks", "say"))
    machine.passed(("message", None, "", Ending.MESSAGE), ("thanks", None, "", Ending.WENT_ON))
    assert machine.call.outcome is Outcome.MESSAGE


@pytest.mark.parametrize(("recording", "seconds"), [(None, 0), ("RE1", 0), (None, 4)])
def test_a_caller_who_says_nothing_leaves_no_word(
    machine: Caller, recording: str | None, seconds: float
) -> None:
    machine.leaves_word(recording, seconds)
    machine.hears(("empty", "say"))
    machine.passed(("message", None, "", Ending.SILENT), ("empty", None, "", Ending.WENT_ON))
    assert machine.call.outcome is Outcome.GOODBYE


def test_who_talked_to_somebody_and_then_leaves_word_has_talked() -> None:
    shop = does("shop", Dial((holes("+842873001111"),), 20), "word")
    caller = Caller(hotline(shop, does("word", Voicemail("v"), "after"), say("after"))).dials()
    caller.rings(Ending.CONNECTED)
    caller.leaves_word()
    assert caller.call.outcome is Outcome.CONNECTED
    caller.is_gone()


def test_a_recording_stays_with_the_call_and_is_no_message() -> None:
    caller = Caller(
        hotline(does("complaint", Record("complaint", 60, 3, "#"), "end"), menu("end", {}))
    ).dials()
    caller.is_at("complaint", Turn.RECORD)
    caller.leaves_word("RE7")
    caller.is_at("end")
    assert caller.call.value("complaint") == "RE7"
    assert caller.call.outcome is None


# -- queues ---------------------------------------------------------------------------------------------


def test_a_caller_of_a_queue_nobody_attends_is_told_so_and_led_on() -> None:
    caller = Caller(
        hotline(
            menu("main", {"1": "sales"}),
            does("sales", Enqueue("sales"), no_agents="message", words=False),
            does("message", Voicemail("office")),
        )
    ).dials()
    caller.presses("1")
    caller.hears(("sales", "unattended"), ("message", "say"))
    caller.passed(("main", "main.sales", "1", Ending.KEY), ("sales", None, "", Ending.NO_AGENTS))


@pytest.fixture
def desk() -> Caller:
    """A queue that is there on Mondays from eight to five."""
    built = hotline(
        does("sales", Enqueue("sales"), no_agents="message", closed="closed"),
        does("message", Voicemail("office")),
        say("closed", "message"),
    )
    return Caller(
        replace(
            built,
            hours={"office": Hours({0: ((time(8), time(17)),)})},
            queues={"sales": Queue("sales", rules=Rules(hours="office"))},
        )
    )


def test_a_caller_of_a_closed_queue_goes_where_closed_leads_and_hears_nothing_of_agents(desk: Caller) -> None:
    desk.now = moment("2026-11-23 17:00")
    desk.dials().hears(("closed", "say"), ("message", "say"))
    desk.passed(("sales", None, "", Ending.CLOSED), ("closed", None, "", Ending.WENT_ON))


def test_a_queue_in_its_hours_is_unattended_and_not_closed(desk: Caller) -> None:
    desk.dials().hears(("sales", "say"), ("sales", "unattended"), ("message", "say"))
    desk.passed(("sales", None, "", Ending.NO_AGENTS))


def test_the_hours_of_a_queue_are_the_live_ones(desk: Caller) -> None:
    desk.dials()
    live = replace(desk.world, live=replace(desk.hotline, hours={"office": Hours()}))
    walked = walk.arrive(desk.hotline, replace(desk.call, place=None), live)
    assert [one.step for one in walked.document.speech] == ["closed", "message"]
