"""Every way out of a line, and whoever hangs up first: a visit has one outcome, a call one end (H28, H29)."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from ivr.box import Party
from ivr.box.phone_line import PhoneCall
from ivr.core.agents import Activity, Status
from ivr.core.line.visits import Left, WentTo
from ivr.ledger.offers import End
from ivr.switchboard.line.meeting import agent_hung_up
from ivr.switchboard.line.standing import choose
from tests.reaching.floor import Floor, away, fine

MENUS = """
hotline: Shop
zone: UTC
numbers: {"+842873001234": main}
languages: {en: {}}
mailboxes: {office: {}}
hours:
  office: {week: {mon-fri: 00:00-02:10}}
queues:
  default: {ring: 20s, wrap_up: 30s, max_wait: 2m, too_long: late, no_agents: message, announce: 1m}
  sales:
    label: sales
    keys: {1: message, 2: main, 4: support, 5: office}
    declined: refused
    then: thanks
  support: {label: support, hours: office, at_closing: leave_word, closed: shut, full: message, room: 1}
allowed: ["+84*"]
steps:
  main: {say: Welcome., keys: {1: sales, 2: support}}
  message: {say: Leave word., voicemail: office, then: hang_up}
  thanks: {say: Thank you., then: hang_up}
  late: {say: It takes too long., then: hang_up}
  office: {label: our office, dial: "+84281112222", then: hang_up, otherwise: hang_up}
  refused: {say: We cannot help., then: hang_up}
  shut: {say: We are closed now., then: message}
"""

PRESSES_1 = Party(after=3, keys="1", talks=20)
LONG_TALK = Party(after=3, keys="1", talks=500)
DEAF = Party(does="no-answer")


def answered_and_the_agent_hangs_up(floor: Floor) -> PhoneCall:
    floor.hire("An", PRESSES_1)
    call = floor.ring().press("1")
    floor.pass_time(40)
    return call


def answered_and_the_caller_hangs_up(floor: Floor) -> PhoneCall:
    floor.hire("An", LONG_TALK)
    call = floor.ring().press("1")
    floor.pass_time(20)
    return call.hang_up()


def answered_on_a_page_and_hung_up_there(floor: Floor) -> PhoneCall:
    floor.hire("An")
    call = floor.ring().press("1")
    floor.pass_time(2)
    offer = floor.accepts_on_page("an", Party(after=0, talks=None))
    floor.pass_time(20)
    agent_hung_up(floor.house.exchange, offer)
    floor.pass_time(10)
    return call


def the_caller_hangs_up_before_anybody_is_rung(floor: Floor) -> PhoneCall:
    floor.hire("An", DEAF)
    choose(floor.house.exchange, "an", Status.ON_BREAK, "lunch")
    call = floor.ring().press("1")
    floor.pass_time(10)
    return call.hang_up()


def the_caller_hangs_up_while_an_agent_is_rung(floor: Floor) -> PhoneCall:
    floor.hire("An", DEAF)
    call = floor.ring().press("1")
    floor.pass_time(10)
    return call.hang_up()


def the_caller_hangs_up_after_acceptance_on_the_way_to_the_agent(floor: Floor) -> PhoneCall:
    floor.hire("An", Party(after=3, keys="1", talks=None))
    call = floor.ring().press("1")
    floor.pass_time(2)
    floor.rest = away
    floor.pass_time(5)
    assert floor.stands("an") == (Status.READY, Activity.TALKING)
    call.hang_up()
    floor.rest = fine
    return call


def the_agent_hangs_up_before_the_caller_is_there(floor: Floor) -> PhoneCall:
    floor.hire("An", Party(after=3, keys="1", talks=3))
    choose(floor.house.exchange, "an", Status.READY)
    call = floor.ring().press("1")
    floor.pass_time(2)
    floor.rest = away
    floor.pass_time(10)
    floor.phone.exchange.people.by_number["+84901000000"] = LONG_TALK
    floor.rest = fine
    floor.pass_time(90)
    return call.hang_up()


def a_key_leads_to_a_message(floor: Floor) -> PhoneCall:
    floor.hire("An", DEAF)
    call = floor.ring().press("1")
    floor.pass_time(5)
    call.press_now("1")
    floor.pass_time(3)
    return call.speak(5).hang_up()


def a_key_leads_to_a_menu_and_the_caller_hangs_up(floor: Floor) -> PhoneCall:
    floor.hire("An", DEAF)
    call = floor.ring().press("1")
    floor.pass_time(5)
    call.press_now("2")
    floor.pass_time(3)
    return call.hang_up()


def a_key_leads_to_another_queue(floor: Floor) -> PhoneCall:
    floor.hire("An", Party(after=3, keys="1", talks=20), queues=frozenset({"support"}))
    floor.hire("Binh", DEAF, queues=frozenset({"sales"}))
    call = floor.ring().press("1")
    floor.pass_time(5)
    call.press_now("4")
    floor.pass_time(60)
    return call


def a_key_leads_to_a_number(floor: Floor) -> PhoneCall:
    floor.hire("An", DEAF)
    floor.phone.exchange.people.by_number["+84281112222"] = Party(after=2, keys="1", talks=10)
    call = floor.ring().press("1")
    floor.pass_time(5)
    call.press_now("5")
    floor.pass_time(60)
    return call


def it_takes_too_long(floor: Floor) -> PhoneCall:
    floor.hire("An", DEAF)
    choose(floor.house.exchange, "an", Status.ON_BREAK, "lunch")
    call = floor.ring().press("1")
    floor.pass_time(150)
    return call


def the_last_agent_goes_home(floor: Floor) -> PhoneCall:
    floor.hire("An", DEAF)
    choose(floor.house.exchange, "an", Status.ON_BREAK, "lunch")
    call = floor.ring().press("1")
    choose(floor.house.exchange, "an", Status.SIGNED_OUT)
    return call.speak(4).hang_up()


def the_hours_end(floor: Floor) -> PhoneCall:
    floor.hire("An", DEAF)
    choose(floor.house.exchange, "an", Status.ON_BREAK, "lunch")
    floor.pass_time(9 * 60)
    call = floor.ring().press("2").speak(4)
    assert "We are closed now." in call.heard
    return call.hang_up()


def everybody_declines(floor: Floor) -> PhoneCall:
    floor.hire("An", Party(after=2, keys="5"))
    call = floor.ring().press("1")
    floor.pass_time(60)
    return call


def the_carrier_cannot_hold_the_caller(floor: Floor) -> PhoneCall:
    """The wait document of the carrier's queue fails."""
    floor.hire("An", DEAF)
    floor.broken.add("/voice/wait/")
    call = floor.ring().press("1")
    floor.pass_time(5)
    return call


def cut_off_and_then_served(floor: Floor) -> PhoneCall:
    floor.hire("An")
    call = floor.ring().press("1")
    floor.pass_time(2)
    floor.accepts_on_page("an", Party(after=0, talks=15))
    floor.hire("Binh", PRESSES_1)
    floor.pass_time(90)
    return call


@dataclass(frozen=True)
class Exit:
    """What is written of it: visits, offers, who ended the conversations, the call, the last pass."""

    story: Callable[[Floor], PhoneCall]
    visits: list[tuple[Left, WentTo]]
    offers: list[End]
    ended_by: list[str]
    call: str
    last_pass: str


EXITS = [
    Exit(
        answered_and_the_agent_hangs_up,
        [(Left.ANSWERED, WentTo.AGENT)],
        [End.ACCEPTED],
        ["agent"],
        "connected",
        "went_on",
    ),
    Exit(
        answered_and_the_caller_hangs_up,
        [(Left.ANSWERED, WentTo.AGENT)],
        [End.ACCEPTED],
        ["caller"],
        "connected",
        "connected",
    ),
    Exit(
        answered_on_a_page_and_hung_up_there,
        [(Left.ANSWERED, WentTo.AGENT)],
        [End.ACCEPTED],
        ["agent"],
        "connected",
        "went_on",
    ),
    Exit(
        the_caller_hangs_up_before_anybody_is_rung,
        [(Left.ABANDONED, WentTo.GOODBYE)],
        [],
        [],
        "hung_up",
        "hung_up",
    ),
    Exit(
        the_caller_hangs_up_while_an_agent_is_rung,
        [(Left.ABANDONED, WentTo.GOODBYE)],
        [End.CALLER_GONE],
        [],
        "hung_up",
        "hung_up",
    ),
    Exit(
        the_caller_hangs_up_after_acceptance_on_the_way_to_the_agent,
        [(Left.ABANDONED, WentTo.GOODBYE)],
        [End.ACCEPTED],
        ["caller"],
        "hung_up",
        "hung_up",
    ),
    Exit(
        the_agent_hangs_up_before_the_caller_is_there,
        [(Left.ERROR, WentTo.QUEUE), (Left.ANSWERED, WentTo.AGENT)],
        [End.ACCEPTED, End.ACCEPTED],
        ["agent", "caller"],
        "connected",
        "connected",
    ),
    Exit(a_key_leads_to_a_message, [(Left.KEY, WentTo.VOICEMAIL)], [End.WITHDRAWN], [], "message", "message"),
    Exit(
        a_key_leads_to_a_menu_and_the_caller_hangs_up,
        [(Left.KEY, WentTo.MENU)],
        [End.WITHDRAWN],
        [],
        "hung_up",
        "hung_up",
    ),
    Exit(
        a_key_leads_to_another_queue,
        [(Left.KEY, WentTo.QUEUE), (Left.ANSWERED, WentTo.AGENT)],
        [End.WITHDRAWN, End.ACCEPTED],
        ["agent"],
        "connected",
        "connected",
    ),
    Exit(a_key_leads_to_a_number, [(Left.KEY, WentTo.NUMBER)], [End.WITHDRAWN], [], "connected", "connected"),
    Exit(it_takes_too_long, [(Left.TIMEOUT, WentTo.GOODBYE)], [], [], "goodbye", "went_on"),
    Exit(the_last_agent_goes_home, [(Left.NO_AGENTS, WentTo.VOICEMAIL)], [], [], "message", "message"),
    Exit(the_hours_end, [(Left.CLOSED, WentTo.VOICEMAIL)], [], [], "message", "message"),
    Exit(everybody_declines, [(Left.NO_AGENTS, WentTo.GOODBYE)], [End.DECLINED], [], "goodbye", "went_on"),
    Exit(
        the_carrier_cannot_hold_the_caller,
        [(Left.ERROR, WentTo.VOICEMAIL)],
        [End.WITHDRAWN],
        [],
        "hung_up",
        "hung_up",
    ),
    Exit(
        cut_off_and_then_served,
        [(Left.ANSWERED, WentTo.AGENT), (Left.ANSWERED, WentTo.AGENT)],
        [End.ACCEPTED, End.ACCEPTED],
        ["line", "agent"],
        "connected",
        "went_on",
    ),
]


@pytest.mark.parametrize("exit_", EXITS, ids=lambda exit_: exit_.story.__name__)
def test_every_way_out_has_exactly_one_outcome(tmp_path: Path, exit_: Exit) -> None:
    floor = Floor.open(tmp_path, MENUS)
    call = exit_.story(floor)
    floor.broken.clear()
    if not call.leg.over:
        call.hang_up()
    floor.pass_time(35)
    assert [(visit.outcome, visit.went_to) for visit in floor.visits(call)] == exit_.visits
    assert [offer.ending for offer in floor.offers(call)] == exit_.offers
    assert [talk.ended_by for talk in floor.talks(call)] == exit_.ended_by
    rows = floor.house.rows
    assert rows("SELECT outcome FROM call") == [(exit_.call,)]
    assert rows("SELECT ending FROM pass ORDER BY hop DESC, nth DESC LIMIT 1") == [(exit_.last_pass,)]
    assert rows("SELECT COUNT(*) FROM visit WHERE ended_at IS NULL OR ended_at < entered_at") == [(0,)]
    assert rows("SELECT COUNT(*) FROM talk WHERE ended_at IS NULL") == [(0,)]
    assert rows("SELECT DISTINCT activity FROM span WHERE ended_at IS NULL") == [("idle",)]
    assert all(leg.over for leg in floor.phone.exchange.legs.values()), "nobody is left on a line"


def test_who_is_turned_away_at_the_door_never_was_in_the_line(tmp_path: Path) -> None:
    floor = Floor.open(tmp_path, MENUS)
    nobody_there = floor.ring("+84901111111").press("1")
    floor.hire("An", DEAF, ready=False)
    choose(floor.house.exchange, "an", Status.ON_BREAK, "lunch")
    waiting = floor.ring("+84902222222").press("2")
    full = floor.ring("+84903333333").press("2")
    floor.pass_time(11 * 60)
    closed = floor.ring("+84904444444").press("2")
    assert floor.visits(nobody_there) == floor.visits(full) == floor.visits(closed) == []
    assert [visit.outcome for visit in floor.visits(waiting)] == [Left.TIMEOUT]
    ending = "SELECT ending FROM pass WHERE call = :call AND step IN ('sales', 'support')"
    found = [floor.house.rows(ending, call=call.sid) for call in (nobody_there, full, closed)]
    assert found == [[("no_agents",)], [("full",)], [("closed",)]]
    assert "We are closed now." in closed.heard
