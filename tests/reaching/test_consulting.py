"""An agent asks another one about the caller: on hold, then three together, then one of the two goes."""

from pathlib import Path

import pytest

from ivr.box import Party
from ivr.box.phone_line import PhoneCall
from ivr.core.agents import Activity, Status
from ivr.core.line.visits import Kind, Left
from ivr.ledger import errands
from ivr.ledger.offers import End
from ivr.ledger.talks import Talk
from ivr.switchboard.line.consulting import ask, call_off, hand_over
from ivr.switchboard.line.holding import resume
from ivr.switchboard.line.meeting import agent_hung_up
from ivr.switchboard.line.sending_on import Not, look_after_kept
from tests.reaching.floor import Floor, Trouble, away, fine, no_answer, only, refused
from tests.reaching.test_sending_on import HELPS, MENUS, SELLS


@pytest.fixture
def floor(tmp_path: Path) -> Floor:
    return Floor.open(tmp_path, MENUS)


TALKING = (Status.READY, Activity.TALKING)
WRAPPING_UP = (Status.READY, Activity.WRAPPING_UP)
IDLE = (Status.READY, Activity.IDLE)


def an_talks(floor: Floor, an: int, binh: int) -> tuple[PhoneCall, Talk]:
    """An talks to a caller; and what became of it, where she and Binh talk so many seconds at most."""
    floor.hire("An", Party(after=2, keys="1", talks=an), **SELLS)
    floor.hire("Binh", Party(after=4, keys="1", talks=binh), **HELPS)
    call = floor.ring().press("1")
    floor.pass_time(20)
    [talk] = floor.talks(call)
    return call, talk


def test_an_agent_asks_another_one_all_three_talk_and_the_second_keeps_the_caller(floor: Floor) -> None:
    call, first = an_talks(floor, an=600, binh=120)
    exchange = floor.house.exchange
    assert ask(exchange, first.offer, "binh") is None
    assert ask(exchange, first.offer, "binh") is Not.TALKING, "they are asked already"
    floor.pass_time(20)
    [room] = floor.phone.exchange.conferences.values()
    assert [room.participants[call.sid].held, len(room.participants)] == [True, 3]
    assert (floor.stands("an"), floor.stands("binh")) == (TALKING, TALKING)
    assert resume(exchange, first.offer), "all three talk"
    floor.pass_time(10)
    assert room.participants[call.sid].held is False
    assert hand_over(exchange, first.offer)
    floor.pass_time(5)
    assert len(room.participants) == 2
    assert call.doing == "talking"
    assert (floor.stands("an"), floor.stands("binh")) == (WRAPPING_UP, TALKING)
    floor.pass_time(150)
    assert call.heard[-1] == "Thank you for talking to us."
    first, second = floor.talks(call)
    assert (first.onward, first.ended_by, second.ended_by) == ("agent:binh", "agent", "agent")
    assert 19_000 <= first.held <= 21_000
    assert second.held == 0
    assert second.took_over_at == first.talk_ended_at
    theirs, consult = floor.visits(call)
    assert (theirs.kind, theirs.outcome) == (Kind.CALL, Left.ANSWERED)
    assert (consult.kind, consult.outcome) == (Kind.CONSULT, Left.ANSWERED)
    assert [floor.agent(name).calls for name in ("an", "binh")] == [1, 1]
    assert floor.phone.faults == []
    assert all(leg.over for leg in floor.phone.exchange.legs.values())


def test_who_asks_on_a_phone_hangs_up_and_the_second_keeps_the_caller(floor: Floor) -> None:
    call, first = an_talks(floor, an=60, binh=120)
    assert ask(floor.house.exchange, first.offer, "binh") is None
    floor.pass_time(60)
    assert (floor.stands("an")[1], floor.stands("binh")) == (Activity.WRAPPING_UP, TALKING)
    [room] = floor.phone.exchange.conferences.values()
    assert {member.held for member in room.participants.values()} == {False}
    assert call.doing == "talking"
    floor.pass_time(120)
    assert call.heard[-1] == "Thank you for talking to us."


@pytest.mark.parametrize("binh", [Party("no-answer"), Party("busy"), Party(after=2, keys="5")])
def test_one_who_does_not_come_leaves_the_caller_with_who_asked(floor: Floor, binh: Party) -> None:
    floor.hire("An", Party(after=2, keys="1", talks=120), **SELLS)
    floor.hire("Binh", binh, **HELPS)
    call = floor.ring().press("1")
    floor.pass_time(20)
    [talk] = floor.talks(call)
    assert ask(floor.house.exchange, talk.offer, "binh") is None
    floor.pass_time(1)
    assert call.doing == "", "the caller is on hold"
    floor.pass_time(40)
    assert call.doing == "talking"
    assert [visit.outcome for visit in floor.visits(call)] == [Left.ANSWERED, Left.NO_AGENTS]
    floor.pass_time(120)
    assert call.heard[-1] == "Thank you for talking to us.", "the room still ends with who asked"


def test_who_hangs_up_while_the_other_one_is_rung_has_sent_the_caller_on(floor: Floor) -> None:
    floor.hire("An", Party(after=2, keys="1", talks=30), **SELLS)
    floor.hire("Binh", Party(after=14, keys="11", talks=60), **HELPS)
    call = floor.ring().press("1")
    floor.pass_time(25)
    [talk] = floor.talks(call)
    assert ask(floor.house.exchange, talk.offer, "binh") is None
    floor.pass_time(12)
    assert floor.stands("an") == WRAPPING_UP
    floor.pass_time(25)
    assert (floor.stands("binh"), call.doing) == (TALKING, "talking")
    assert [(visit.kind, visit.outcome) for visit in floor.visits(call)] == [
        (Kind.CALL, Left.ANSWERED),
        (Kind.CONSULT, Left.TRANSFERRED),
        (Kind.CALL, Left.ANSWERED),
    ]


def test_a_caller_who_hangs_up_leaves_nobody_behind(floor: Floor) -> None:
    floor.hire("An", Party(after=2, keys="1", talks=600), **SELLS)
    floor.hire("Binh", Party(after=4, keys="1", talks=600), **HELPS)
    call = floor.ring().press("1")
    floor.pass_time(20)
    assert ask(floor.house.exchange, floor.talks(call)[0].offer, "binh") is None
    floor.pass_time(20)
    call.hang_up()
    floor.pass_time(3)
    assert (floor.stands("an"), floor.stands("binh")) == (WRAPPING_UP, IDLE)
    assert all(leg.over for leg in floor.phone.exchange.legs.values())
    assert {talk.ended_by for talk in floor.talks(call)} == {"caller"}


def test_a_caller_who_hangs_up_while_the_other_one_is_rung_lets_them_go(floor: Floor) -> None:
    floor.hire("An", Party(after=2, keys="1", talks=600), **SELLS)
    floor.hire("Binh", Party("no-answer"), **HELPS)
    call = floor.ring().press("1")
    floor.pass_time(20)
    assert ask(floor.house.exchange, floor.talks(call)[0].offer, "binh") is None
    floor.pass_time(5)
    call.hang_up()
    floor.pass_time(3)
    assert (floor.stands("an"), floor.stands("binh")) == (WRAPPING_UP, IDLE)
    assert [offer.ending for offer in floor.offers(call)] == [End.ACCEPTED, End.CALLER_GONE]
    assert all(leg.over for leg in floor.phone.exchange.legs.values())


def test_who_asks_may_think_better_of_it(floor: Floor) -> None:
    floor.hire("An", Party(after=2, keys="1", talks=600), **SELLS)
    floor.hire("Binh", Party(after=4, keys="11", talks=600), **HELPS)
    call = floor.ring().press("1")
    floor.pass_time(20)
    [talk] = floor.talks(call)
    exchange = floor.house.exchange
    assert not call_off(exchange, talk.offer), "nobody is asked"
    assert ask(exchange, talk.offer, "binh") is None
    floor.pass_time(2)
    assert not hand_over(exchange, talk.offer), "nobody has come"
    assert call_off(exchange, talk.offer)
    floor.pass_time(3)
    assert (floor.stands("an"), floor.stands("binh"), call.doing) == (TALKING, IDLE, "talking")
    assert ask(exchange, talk.offer, "binh") is None
    floor.pass_time(15)
    assert floor.stands("binh") == TALKING
    assert call_off(exchange, talk.offer)
    floor.pass_time(3)
    assert (floor.stands("an"), floor.stands("binh"), call.doing) == (TALKING, IDLE, "talking")
    agent_hung_up(exchange, talk.offer)
    floor.pass_time(5)
    assert call.heard[-1] == "Thank you for talking to us."
    assert floor.phone.faults == []


def test_one_who_comes_just_when_they_are_needed_no_more_is_not_left_in_the_room(floor: Floor) -> None:
    floor.hire("An", Party(after=2, keys="1", talks=600), **SELLS)
    floor.hire("Binh", Party(after=4, keys="1", talks=600), **HELPS)
    call = floor.ring().press("1")
    floor.pass_time(20)
    [talk] = floor.talks(call)
    exchange = floor.house.exchange
    assert ask(exchange, talk.offer, "binh") is None
    while len(floor.talks(call)) < 2:
        floor.pass_time(0.05)
    assert floor.talks(call)[1].agent_joined_at is None, "they have pressed 1, and are on the way"
    assert call_off(exchange, talk.offer)
    floor.pass_time(5)
    [room] = floor.phone.exchange.conferences.values()
    assert set(room.participants) == {call.sid, talk.leg}
    assert (floor.stands("an"), floor.stands("binh"), call.doing) == (TALKING, IDLE, "talking")


def test_a_round_that_began_before_an_agent_was_rung_does_not_end_the_asking(floor: Floor) -> None:
    """They were busy when the clock looked, and are free and rung when it acts."""
    call, first = an_talks(floor, an=600, binh=600)
    assert ask(floor.house.exchange, first.offer, "binh") is None
    [_, asked] = floor.visits(call)
    look_after_kept(floor.house.exchange, asked)
    floor.pass_time(20)
    assert floor.stands("binh") == TALKING
    assert floor.visits(call)[1].outcome is Left.ANSWERED


AWAY = pytest.mark.parametrize("trouble", [refused(500), away, no_answer], ids=["500", "away", "no answer"])


@AWAY
def test_nobody_is_asked_in_before_the_room_is_to_outlast_who_asks(floor: Floor, trouble: Trouble) -> None:
    """Or the caller would be gone with who asks. It goes on when the carrier answers again."""
    call, first = an_talks(floor, an=600, binh=600)
    floor.rest = only("/Conferences", trouble)
    assert ask(floor.house.exchange, first.offer, "binh") is None
    floor.pass_time(20)
    assert (floor.stands("binh"), call.doing) == ((Status.READY, Activity.OFFERED), "talking")
    assert floor.rung(floor.agent("binh").address) == 0
    floor.rest = fine
    floor.pass_time(18)
    assert (floor.stands("binh"), call.doing) == (TALKING, "")
    agent_hung_up(floor.house.exchange, first.offer)
    floor.pass_time(5)
    assert (floor.stands("an"), floor.stands("binh"), call.doing) == (WRAPPING_UP, TALKING, "talking")


@AWAY
def test_who_asks_while_the_carrier_is_away_keeps_the_caller(floor: Floor, trouble: Trouble) -> None:
    call, first = an_talks(floor, an=200, binh=600)
    floor.rest = trouble
    assert ask(floor.house.exchange, first.offer, "binh") is None
    floor.pass_time(100)
    assert (floor.stands("an"), floor.stands("binh"), call.doing) == (TALKING, IDLE, "talking")
    assert [visit.outcome for visit in floor.visits(call)] == [Left.ANSWERED, Left.NO_AGENTS]
    floor.rest = fine
    floor.pass_time(15)
    assert delayed(floor, call) == frozenset()
    assert call.doing == "talking"
    floor.pass_time(120)
    assert call.heard[-1] == "Thank you for talking to us.", "the room still ends with who asked"


@AWAY
def test_a_caller_who_is_handed_over_while_the_carrier_is_away_stays_with_the_second(
    floor: Floor, trouble: Trouble
) -> None:
    call, first = an_talks(floor, an=100, binh=300)
    assert ask(floor.house.exchange, first.offer, "binh") is None
    floor.pass_time(20)
    floor.rest = trouble
    assert hand_over(floor.house.exchange, first.offer)
    floor.pass_time(75)
    assert (floor.stands("an"), floor.stands("binh"), call.doing) == (IDLE, TALKING, ""), "on hold still"
    assert "keep" in delayed(floor, call)
    floor.rest = fine
    floor.pass_time(12)
    assert (floor.stands("binh"), call.doing, delayed(floor, call)) == (TALKING, "talking", frozenset())
    [room] = floor.phone.exchange.conferences.values()
    assert len(room.participants) == 2
    floor.pass_time(300)
    assert call.heard[-1] == "Thank you for talking to us."


def delayed(floor: Floor, call: PhoneCall) -> frozenset[str]:
    with floor.house.exchange.ledger.reading() as tx:
        return errands.delayed(tx, call.sid or "")
