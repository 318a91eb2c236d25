"""A caller reaches an agent: from the menus through the line into a conversation, and what is written."""

import threading
from dataclasses import replace
from pathlib import Path

import pytest

from ivr.box import Party
from ivr.core.agents import Activity, Status
from ivr.core.line.visits import Left, WentTo
from ivr.ledger import agents
from ivr.ledger.offers import End
from ivr.outside.bus import Bus, Listener, Topic
from ivr.switchboard import clock
from ivr.switchboard.clock import Clock
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.line.standing import choose
from tests.reaching.floor import Floor, away, fine

MENUS = """
hotline: Shop
zone: UTC
numbers: {"+842873001234": main}
languages: {en: {}}
mailboxes: {office: {}}
queues:
  default: {ring: 20s, wrap_up: 30s, max_wait: 5m, too_long: message, no_agents: message, announce: 1m}
  sales:
    label: sales
    say: Please hold.
    keys: {1: message, 3: place}
    then: thanks
steps:
  main: {say: Welcome., keys: {1: sales}}
  message: {say: Leave word., voicemail: office, then: hang_up}
  thanks: {say: Thank you for talking to us., then: hang_up}
"""


@pytest.fixture
def floor(tmp_path: Path) -> Floor:
    return Floor.open(tmp_path, MENUS)


def test_a_caller_who_waits_is_put_through_to_an_agent_who_presses_1(floor: Floor) -> None:
    an = floor.hire("An", Party(after=4, keys="1", talks=60))
    call = floor.ring().press("1")
    assert call.doing == "queued"
    assert "Please hold." in call.heard
    floor.pass_time(30)
    assert call.doing == "talking"
    assert floor.stands(an) == (Status.READY, Activity.TALKING)
    floor.pass_time(60)
    assert call.status == "completed"
    assert call.heard[-1] == "Thank you for talking to us."
    assert floor.phone.faults == []
    [visit], [offer], [talk] = floor.visits(call), floor.offers(call), floor.talks(call)
    assert (visit.outcome, visit.went_to, visit.agent) == (Left.ANSWERED, WentTo.AGENT, an)
    assert offer.ending is End.ACCEPTED
    assert talk.answered_at is not None
    assert talk.talk_ended_at is not None
    assert 58_000 < talk.talk_ended_at - talk.answered_at < 63_000
    assert talk.ended_by == "agent"
    assert floor.stands(an) == (Status.READY, Activity.WRAPPING_UP)
    floor.pass_time(30)
    assert floor.stands(an) == (Status.READY, Activity.IDLE)
    assert floor.house.rows("SELECT outcome FROM call") == [("connected",)]


class Told(Bus):
    """News comes when the test says so."""

    def listen(self, listener: Listener) -> None:
        self.news = listener


def test_news_of_a_free_agent_is_kept_behind_no_round_of_the_clock(
    floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    floor.hire("An", ready=False)
    choose(floor.house.exchange, "an", Status.ON_BREAK, "lunch")
    call = floor.ring().press("1")
    begun, over = threading.Event(), threading.Event()

    def long_round(_: Exchange) -> None:
        begun.set()
        over.wait(60)

    monkeypatch.setattr(clock, "look_after_line", long_round)
    bus = Told()
    busy = Clock(replace(floor.house.exchange, bus=bus))
    busy.start()
    assert begun.wait(60)
    with floor.house.exchange.ledger.transaction() as tx:  # as another process does it
        an = agents.held(tx, "an")
        assert an
        agents.becomes(tx, an, floor.house.exchange.now(), status=Status.READY)
    assert floor.offers(call) == []
    bus.news(Topic.LINE)
    assert [offer.agent for offer in floor.offers(call)] == ["an"]
    over.set()
    busy.stop()


def test_who_presses_a_key_while_waiting_leaves_word_and_loses_nothing(floor: Floor) -> None:
    floor.hire("An", ready=False)
    floor.hire("Binh", Party(does="no-answer"))
    call = floor.ring().press("1")
    floor.pass_time(5)
    call.press_now("1")
    floor.pass_time(3)
    assert call.heard[-1] == "Leave word."
    [visit] = floor.visits(call)
    assert (visit.outcome, visit.went_to) == (Left.KEY, WentTo.VOICEMAIL)
    assert [offer.ending for offer in floor.offers(call)] == [End.WITHDRAWN]
    assert floor.stands("binh") == (Status.READY, Activity.IDLE)


def test_a_caller_who_hangs_up_is_rung_for_no_more(floor: Floor) -> None:
    floor.hire("An", Party(after=15, keys="1"))
    call = floor.ring().press("1")
    floor.pass_time(5)
    call.hang_up()
    floor.pass_time(2)
    [visit], [offer] = floor.visits(call), floor.offers(call)
    assert (visit.outcome, visit.went_to) == (Left.ABANDONED, WentTo.GOODBYE)
    assert offer.ending is End.CALLER_GONE
    assert floor.stands("an") == (Status.READY, Activity.IDLE)
    assert [leg.status for leg in floor.phone.exchange.legs.values() if leg.sid != call.sid] == ["canceled"]


def test_an_agent_who_does_not_answer_is_missed_and_the_next_one_is_rung(floor: Floor) -> None:
    floor.hire("An", Party(does="no-answer"))
    floor.hire("Binh", Party(after=3, keys="1", talks=30))
    floor.agent("an")
    call = floor.ring().press("1")
    floor.pass_time(60)
    assert [(offer.agent, offer.ending) for offer in floor.offers(call)] == [
        ("an", End.MISSED),
        ("binh", End.ACCEPTED),
    ]


def test_a_voicemail_that_picks_up_takes_no_caller(floor: Floor) -> None:
    floor.hire("An", Party(after=5, talks=40))
    floor.hire("Binh", Party(after=3, keys="1", talks=30))
    call = floor.ring().press("1")
    floor.pass_time(90)
    assert [(offer.agent, offer.ending) for offer in floor.offers(call)] == [
        ("an", End.MISSED),
        ("binh", End.ACCEPTED),
    ]


def test_where_nobody_is_signed_in_the_caller_is_told_and_leaves_word(floor: Floor) -> None:
    call = floor.ring().press("1")
    floor.pass_time(3)
    assert call.heard[-2:] == ["Nobody is free to take your call at the moment.", "Leave word."]
    assert floor.visits(call) == []


def test_after_the_longest_wait_the_caller_goes_where_the_queue_says(floor: Floor) -> None:
    floor.hire("An", Party(does="no-answer"))
    choose(floor.house.exchange, "an", Status.ON_BREAK, "lunch")
    call = floor.ring().press("1")
    floor.pass_time(4 * 60 + 55)
    assert floor.waits(call)
    floor.pass_time(12)
    assert call.heard[-1] == "Leave word."
    floor.pass_time(5)
    [visit] = floor.visits(call)
    assert (visit.outcome, visit.went_to) == (Left.TIMEOUT, WentTo.VOICEMAIL)


def test_an_agent_who_never_answers_does_not_keep_a_caller_beyond_the_longest_wait(floor: Floor) -> None:
    floor.hire("An", Party(does="no-answer"))
    call = floor.ring().press("1")
    floor.pass_time(5 * 60 + 50)
    assert floor.visits(call)[0].outcome is Left.TIMEOUT
    assert call.heard[-1] != "Thank you for waiting."


def test_when_the_last_agent_goes_those_who_wait_are_told_a_minute_later(floor: Floor) -> None:
    floor.hire("An", Party(does="no-answer"))
    choose(floor.house.exchange, "an", Status.ON_BREAK, "lunch")
    call = floor.ring().press("1")
    choose(floor.house.exchange, "an", Status.SIGNED_OUT)
    floor.pass_time(45)
    assert floor.waits(call)
    floor.pass_time(40)
    assert floor.visits(call)[0].outcome is Left.NO_AGENTS


def test_callers_are_served_in_the_order_in_which_they_came(floor: Floor) -> None:
    floor.hire("An", Party(after=2, keys="1", talks=20), ready=False)
    choose(floor.house.exchange, "an", Status.ON_BREAK, "coffee")
    calls = [floor.ring(f"+8490123456{n}").press("1") for n in range(3)]
    choose(floor.house.exchange, "an", Status.READY)
    floor.pass_time(60 * 4)
    answered = [floor.talks(call)[0].answered_at or 0 for call in calls]
    assert answered == sorted(answered)
    assert 0 not in answered


def test_a_place_is_told_when_asked_for_and_an_estimate_only_when_there_is_one(floor: Floor) -> None:
    floor.hire("An", Party(does="no-answer"))
    choose(floor.house.exchange, "an", Status.ON_BREAK, "coffee")
    floor.ring("+84901111111").press("1")
    call = floor.ring().press("1")
    floor.pass_time(5)
    assert "Thank you for waiting. You are number 2 in line." in call.heard


def test_an_agent_who_declines_is_not_asked_for_this_caller_again(floor: Floor) -> None:
    floor.hire("An", Party(after=2, keys="5"))
    floor.hire("Binh", Party(after=2, keys="1", talks=30))
    call = floor.ring().press("1")
    floor.pass_time(40)
    assert [(offer.agent, offer.ending) for offer in floor.offers(call)] == [
        ("an", End.DECLINED),
        ("binh", End.ACCEPTED),
    ]


def test_when_everybody_has_declined_the_caller_is_not_left_waiting(floor: Floor) -> None:
    floor.hire("An", Party(after=2, keys="5"))
    call = floor.ring().press("1")
    floor.pass_time(60)
    assert "Leave word." in call.heard
    assert floor.visits(call)[0].outcome is Left.NO_AGENTS


def test_who_hangs_up_in_conversation_leaves_the_agent_to_wrap_up(floor: Floor) -> None:
    floor.hire("An", Party(after=2, keys="1", talks=300))
    call = floor.ring().press("1")
    floor.pass_time(20)
    call.hang_up()
    floor.pass_time(3)
    [talk] = floor.talks(call)
    assert talk.ended_by == "caller"
    assert floor.stands("an") == (Status.READY, Activity.WRAPPING_UP)
    assert floor.house.rows("SELECT outcome FROM call") == [("connected",)]
    legs = floor.phone.exchange.legs.values()
    assert all(leg.over for leg in legs), "the agent's line is over too"


@pytest.mark.parametrize("talks", [1.0, 1.5, 2.0, 3.0])
def test_an_agent_who_hangs_up_while_the_caller_is_on_the_way_leaves_nobody_in_an_empty_room(
    floor: Floor, talks: float
) -> None:
    an = floor.hire("An", Party(after=4, keys="1", talks=talks))
    call = floor.ring().press("1")
    floor.pass_time(25)
    choose(floor.house.exchange, an, Status.ON_BREAK, "a better phone")
    floor.pass_time(60)
    assert call.waits == floor.waits(call), "who waits for somebody is in the line"


def test_who_accepts_twice_and_is_gone_before_the_two_have_met_is_not_asked_again(floor: Floor) -> None:
    floor.hire("An", Party(after=3, keys="1", talks=3))
    call = floor.ring().press("1")
    for times in (1, 2):
        while len(floor.offers(call)) < times:
            floor.pass_time(1)
        floor.pass_time(2)
        floor.rest = away
        floor.pass_time(10)
        floor.rest = fine
    floor.pass_time(60)
    assert [(talk.agent, talk.answered_at) for talk in floor.talks(call)] == [("an", None), ("an", None)]
    assert "Leave word." in call.heard
