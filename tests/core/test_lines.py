"""Other lines: parties that are rung, word that is left, what is recorded, a queue nobody attends."""

from dataclasses import replace
from datetime import time

import pytest

from ivr.core import walk
from ivr.core.calls import Act, Ending, Keys, Outcome, Pass, Talked, Turn, Waited
from ivr.core.hours import Hours
from ivr.core.line.recording import Consent, Recording, is_recorded, must_ask, must_tell
from ivr.core.line.rules import Rules
from ivr.core.menus import Dial, Enqueue, Queue, Record, Voicemail
from ivr.core.world import Today
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


# -- recorded conversations -----------------------------------------------------------------------------


def recording(wanted: Recording) -> Caller:
    """A caller of a queue that rings nobody here, but is always attended."""
    built = hotline(does("sales", Enqueue("sales"), "end", no_agents="end"), menu("end", {"1": "sales"}))
    return Attended(replace(built, queues={"sales": Queue("sales", rules=Rules(record=wanted))}))


class Attended(Caller):
    @property
    def world(self) -> Today:
        return replace(super().world, attended=lambda _: None)


def test_who_waits_to_be_recorded_hears_so_once_in_a_call() -> None:
    caller = recording(Recording.YES).dials()
    caller.hears(("sales", "say"), ("sales", "recorded"))
    caller.is_at("sales", Turn.WAIT)
    assert caller.call.consent is Consent.TOLD
    caller.gives(Waited(Ending.CONNECTED, recorded=True))
    assert caller.document.act is Act.TALK_RECORDED
    caller.gives(Talked())
    caller.is_at("end")
    caller.presses("1")
    caller.hears(("sales", "say"))
    caller.is_at("sales", Turn.WAIT)


@pytest.mark.parametrize(("key", "consent"), [("1", Consent.AGREED), ("2", Consent.REFUSED)])
def test_who_is_asked_goes_on_whatever_they_say_and_is_not_asked_again(key: str, consent: Consent) -> None:
    caller = recording(Recording.ASK).dials()
    caller.hears(("sales", "say"), ("sales", "may_record"))
    caller.is_at("sales", Turn.CONSENT)
    assert caller.document.act is Act.LISTEN
    caller.presses(key)
    caller.hears()
    caller.is_at("sales", Turn.WAIT)
    assert caller.call.consent is consent
    caller.gives(Talked())
    caller.presses("1")
    caller.is_at("sales", Turn.WAIT)


def test_who_says_nothing_has_not_agreed() -> None:
    caller = recording(Recording.ASK).dials()
    caller.is_silent()
    caller.is_at("sales", Turn.WAIT)
    assert caller.call.consent is Consent.REFUSED


def test_who_was_only_told_is_asked_where_one_is_asked_and_who_refused_is_told_nothing() -> None:
    assert must_ask(Recording.ASK, Consent.TOLD)
    assert not must_tell(Recording.YES, Consent.REFUSED)
    recorded = {(wanted, consent) for wanted in Recording for consent in (None, *Consent)}
    assert {pair for pair in recorded if is_recorded(*pair)} == {
        (Recording.YES, Consent.TOLD),
        (Recording.YES, Consent.AGREED),
        (Recording.ASK, Consent.AGREED),
    }


def test_who_agrees_when_everybody_has_gone_is_led_on() -> None:
    caller = recording(Recording.ASK).dials()
    gone = replace(caller.world, attended=lambda _: Ending.NO_AGENTS)
    move = walk.answer(caller.hotline, caller.call, Keys("1"), gone)
    assert [(one.step, str(one.part)) for one in move.document.speech] == [
        ("sales", "unattended"),
        ("end", "say"),
    ]
