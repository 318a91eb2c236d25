"""A caller asks to be rung: their place is kept, an agent is there first, and nobody is rung in vain."""

import json
from pathlib import Path

import pytest

from ivr.box import Party
from ivr.box.phone_line import PhoneCall
from ivr.core.agents import Activity, Status
from ivr.core.line.visits import Kind, Left, WentTo
from ivr.ledger import callbacks
from ivr.ledger.callbacks import Callback, Over
from ivr.switchboard.line.standing import choose
from tests.reaching.floor import Floor

LAN = "+84901234567"

MENUS = """
hotline: Shop
zone: Asia/Ho_Chi_Minh
numbers: {"+842873001234": main}
languages: {en: {}}
mailboxes: {office: {}}
hours:
  day: {week: {mon-sun: 08:00-09:30 09:45-18:00}}
queues:
  default: {ring: 20s, wrap_up: none, otherwise: message, announce: never}
  sales:
    label: sales
    callback: yes
    keys: {2: call_back, 3: place}
    hours: day
    at_closing: callback
    then: thanks
steps:
  main: {say: Welcome., keys: {1: sales}}
  message: {say: Leave word., voicemail: office, then: hang_up}
  thanks: {say: Thank you for talking to us., then: hang_up}
"""

TALKS = Party(after=3, keys="1", talks=60)


@pytest.fixture
def floor(tmp_path: Path) -> Floor:
    """An is there, and on a break: everybody waits."""
    opened = Floor.open(tmp_path, MENUS)
    opened.hire("An", TALKS)
    choose(opened.house.exchange, "an", Status.ON_BREAK, "coffee")
    return opened


def asks(floor: Floor, caller: str = LAN, after: float = 10) -> PhoneCall:
    """Somebody waits a while and asks to be called back."""
    call = floor.ring(caller).press("1")
    floor.pass_time(after)
    call.press_now("2")
    floor.pass_time(2)
    return call


def promised(floor: Floor, caller: str = LAN) -> PhoneCall:
    return asks(floor, caller).press("1")


def promise(floor: Floor, call: PhoneCall) -> Callback:
    with floor.house.exchange.ledger.reading() as tx:
        (found,) = callbacks.of_call(tx, call.sid)
    return found


def is_back(floor: Floor) -> None:
    choose(floor.house.exchange, "an", Status.READY)


def rung(floor: Floor, number: str = LAN) -> list[str]:
    """How every line we made to a number ended."""
    return [leg.status for leg in floor.phone.exchange.legs.values() if leg.to == number]


def test_who_asks_to_be_rung_is_rung_when_it_is_their_turn_and_an_agent_waits(floor: Floor) -> None:
    floor.phone.exchange.people.by_number[LAN] = Party(after=5, keys="1", talks=300)
    call = asks(floor)
    assert call.heard[-1] == "To be rung at the number you are calling from, press 1."
    assert [visit.outcome for visit in floor.visits(call)] == [None], "nothing is promised yet"
    call.press("1")
    assert call.heard[-1] == "We will ring you when it is your turn. You can hang up now."
    assert call.status == "completed"
    [visit] = floor.visits(call)
    assert (visit.outcome, visit.went_to) == (Left.CALLBACK, WentTo.GOODBYE)
    floor.pass_time(120)
    assert rung(floor) == [], "nobody is free: nobody is rung"
    is_back(floor)
    floor.pass_time(10)
    assert floor.stands("an") == (Status.READY, Activity.TALKING)
    assert floor.talks(call) == [], "the agent waits in the room, the caller's phone rings"
    floor.pass_time(30)
    back = promise(floor, call)
    assert (back.over, back.tries) == (Over.REACHED, 1)
    [again] = floor.visits_of(back.leg)
    assert (again.kind, again.outcome, again.agent) == (Kind.CALLBACK, Left.ANSWERED, "an")
    assert (again.first_at, again.rank) == (visit.first_at, visit.rank)
    floor.pass_time(120)
    line = floor.phone.exchange.legs[back.leg or ""]
    assert [event["text"] for event in line.events if event["kind"] == "say"] == [
        "Shop is ringing you back. To talk to us now, press 1.",
        "Thank you for talking to us.",
    ]
    assert floor.phone.faults == []
    assert floor.house.rows("SELECT outcome FROM call ORDER BY started_at") == [("goodbye",), ("connected",)]
    ((detail,),) = floor.house.rows("SELECT detail FROM event WHERE kind = 'called_back'")
    assert again.ended_at is not None
    assert json.loads(detail) == {
        "tries": 1,
        "waited": pytest.approx((again.ended_at - again.first_at) / 1000, abs=3),
    }


def test_the_agent_is_told_that_somebody_is_to_be_rung(floor: Floor) -> None:
    promised(floor)
    is_back(floor)
    floor.pass_time(15)
    (line,) = [leg for leg in floor.phone.exchange.legs.values() if leg.to == floor.agent("an").address]
    assert [event["text"] for event in line.events if event["kind"] == "say"] == [
        f"sales, {LAN} is to be rung back, in English, after 0 minutes. Press 1 to have them rung."
    ]


def test_a_voicemail_is_a_failed_try_and_after_three_it_is_over(floor: Floor) -> None:
    floor.phone.exchange.people.by_number[LAN] = Party(after=5, talks=30)
    call = promised(floor)
    is_back(floor)
    floor.pass_time(120)
    assert rung(floor) == ["completed"]
    assert floor.stands("an") == (Status.READY, Activity.IDLE)
    assert promise(floor, call).over is None
    floor.pass_time(700)
    assert len(rung(floor)) == 3
    assert promise(floor, call).over is Over.NOT_REACHED
    floor.pass_time(600)
    assert len(rung(floor)) == 3
    assert floor.house.rows("SELECT COUNT(*) FROM visit WHERE ended_at IS NULL") == [(0,)]


def test_a_place_is_kept_between_two_tries(floor: Floor) -> None:
    floor.phone.exchange.people.by_number[LAN] = Party("busy")
    call = promised(floor)
    is_back(floor)
    floor.pass_time(30)
    choose(floor.house.exchange, "an", Status.ON_BREAK, "coffee")
    other = floor.ring("+84909999999").press("1")
    floor.phone.exchange.people.by_number[LAN] = Party(after=5, keys="1", talks=30)
    floor.pass_time(400)
    is_back(floor)
    floor.pass_time(30)
    assert promise(floor, call).over is Over.REACHED
    assert floor.waits(other), "who came later is served later"


def test_never_more_are_rung_at_once_than_agents_are_free(floor: Floor) -> None:
    numbers = [f"+8490123456{n}" for n in range(4)]
    for number in numbers:
        floor.phone.exchange.people.by_number[number] = Party("no-answer")
        promised(floor, number)
    is_back(floor)
    most = 0
    for _ in range(120):
        floor.pass_time(1)
        lines = [leg for leg in floor.phone.exchange.legs.values() if leg.to in numbers and not leg.over]
        most = max(most, len(lines))
    assert most == 1


def test_a_turn_that_comes_after_closing_is_the_first_of_the_next_opening(floor: Floor) -> None:
    floor.phone.exchange.people.by_number[LAN] = Party(after=5, keys="1", talks=30)
    call = promised(floor)
    until(floor, minute=31)
    is_back(floor)
    floor.pass_time(120)
    assert rung(floor) == []
    assert promise(floor, call).visit is None
    until(floor, minute=46)
    assert rung(floor) == ["completed"]
    assert promise(floor, call).over is Over.REACHED


def test_who_still_waits_at_closing_is_asked_where_to_be_rung(floor: Floor) -> None:
    until(floor, minute=29)
    call = floor.ring().press("1")
    floor.pass_time(90)
    assert call.heard[-1] == "To be rung at the number you are calling from, press 1."
    call.press("1")
    assert promise(floor, call).over is None
    assert [visit.outcome for visit in floor.visits(call)] == [Left.CALLBACK]


def test_who_does_not_want_to_be_rung_waits_on_where_they_were(floor: Floor) -> None:
    call = asks(floor)
    floor.ring("+84909999999").press("1")
    floor.pass_time(60)
    before, now = floor.visits(call)
    assert (before.outcome, before.went_to) == (Left.KEY, WentTo.QUEUE)
    assert now.is_waiting
    assert now.rank == before.rank
    assert floor.house.rows("SELECT COUNT(*) FROM callback") == [(0,)]


def test_who_hangs_up_without_an_answer_is_promised_nothing(floor: Floor) -> None:
    call = asks(floor)
    call.hang_up()
    assert [visit.outcome for visit in floor.visits(call)] == [Left.ABANDONED]
    assert floor.house.rows("SELECT COUNT(*) FROM callback") == [(0,)]


def test_who_withholds_their_number_types_one_we_may_ring(floor: Floor) -> None:
    call = asks(floor, caller="")
    assert call.heard[-1] == "Type the number at which we shall ring you, then press hash."
    call.press("0014155552671#")
    assert call.heard[-2:] == [
        "That number is not right.",
        "Type the number at which we shall ring you, then press hash.",
    ] or call.heard[-1].startswith("That number is not right.")
    call.press("0901234567#")
    assert call.heard[-1] == "We will ring you when it is your turn. You can hang up now."
    assert promise(floor, call).number == LAN


def test_who_calls_again_may_keep_their_place_and_wait_on_the_phone(floor: Floor) -> None:
    first = promised(floor)
    floor.ring("+84909999999").press("1")
    again = floor.ring().press("1")
    assert again.heard[-1] == "You have a place in line already. To keep it and wait here instead, press 1."
    again.press("1")
    floor.pass_time(5)
    [before], [now] = floor.visits(first), floor.visits(again)
    assert (now.rank, now.first_at) == (before.rank, before.first_at)
    assert promise(floor, first).over is Over.MOVED
    again.press_now("3")
    floor.pass_time(2)
    assert "You are number 1 in line." in again.heard[-1]
    again.hang_up()
    floor.pass_time(2)
    page = floor.house.signed_in().get(f"/calls/{again.sid}").text
    assert page.count("You have a place in line already. To keep it and wait here instead, press 1.") == 1
    assert "may keep place" not in page


def test_somebody_else_at_the_same_number_gets_a_place_of_their_own(floor: Floor) -> None:
    first = promised(floor)
    again = floor.ring().press("1")
    floor.pass_time(20)
    [before], [now] = floor.visits(first), floor.visits(again)
    assert now.rank > before.rank
    assert promise(floor, first).over is None


def test_who_reaches_an_agent_by_themselves_is_not_rung_any_more(floor: Floor) -> None:
    floor.phone.exchange.people.by_number[LAN] = Party("no-answer")
    first = promised(floor)
    is_back(floor)
    floor.pass_time(60)
    assert rung(floor) == ["no-answer"]
    floor.ring().press("1").wait(60)
    assert floor.stands("an") == (Status.READY, Activity.TALKING)
    assert promise(floor, first).over is Over.ELSEWHERE
    floor.pass_time(400)
    assert rung(floor) == ["no-answer"]


def test_an_agent_who_goes_while_the_phone_rings_leaves_the_caller_first_in_line(floor: Floor) -> None:
    floor.phone.exchange.people.by_number[LAN] = Party(after=20, keys="1", talks=300)
    call = promised(floor)
    floor.phone.exchange.people.by_number[floor.agent("an").address] = Party(after=3, keys="1", talks=12)
    is_back(floor)
    floor.pass_time(60)
    back = promise(floor, call)
    assert back.over is Over.MOVED
    [waits] = [visit for visit in floor.visits_of(back.leg) if visit.kind is Kind.CALL]
    assert waits.first_at == back.first_at


def until(floor: Floor, *, minute: int) -> None:
    """Lets time pass to so many minutes past nine: from half past to a quarter to ten nobody is there."""
    floor.pass_time(minute * 60 - floor.house.exchange.now() / 1000 % 3600)
