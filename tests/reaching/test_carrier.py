"""Whatever the carrier answers, loses, doubles or delays: nobody is stuck, doubled or forgotten."""

from pathlib import Path

import pytest

from ivr.box import Mischief, Party
from ivr.box.phone_line import PhoneCall
from ivr.carriers.events import LegChanged, LegState
from ivr.core.agents import Activity, Status, Way
from ivr.core.line.visits import Left, WentTo
from ivr.ledger import errands
from ivr.ledger.offers import End
from ivr.switchboard.line import meeting, wrapping_up
from ivr.switchboard.line.meeting import INFERRED
from ivr.switchboard.line.offering import accept, decline, leg_changed
from ivr.switchboard.line.rounds import look_after_line
from ivr.switchboard.line.standing import choose
from tests.reaching.floor import (
    Floor,
    Trouble,
    away,
    fine,
    lost_answer,
    no_answer,
    once,
    only,
    refused,
)
from tests.reaching.test_reaching import MENUS

READY_IDLE = (Status.READY, Activity.IDLE)
PRESSES_1 = Party(after=3, keys="1", talks=30)
DEAF = Party(does="no-answer")
CALLS, ROOMS = "/Calls", "/Conferences"
ROOM, LEG, STATUS = "/voice/room", "/leg", "/voice/status"


@pytest.fixture
def floor(tmp_path: Path) -> Floor:
    return Floor.open(tmp_path, MENUS)


def errand(floor: Floor, call: PhoneCall, kind: str) -> str:
    with floor.house.exchange.ledger.reading() as tx:
        found = errands.latest(tx, call.sid, kind)
    assert found
    return found.state


def endings(floor: Floor, call: PhoneCall) -> list[tuple[str, End | None]]:
    return [(offer.agent, offer.ending) for offer in floor.offers(call)]


def all_over(floor: Floor) -> None:
    """Nothing is left open: no visit, no offer, no conversation, no line."""
    rows = floor.house.rows
    for table in ("visit", "offer", "talk", "call"):
        assert rows(f"SELECT COUNT(*) FROM {table} WHERE ended_at IS NULL") == [(0,)], table
    assert rows("SELECT DISTINCT activity FROM span WHERE ended_at IS NULL") == [("idle",)]
    assert all(leg.over for leg in floor.phone.exchange.legs.values())


# -- ringing -----------------------------------------------------------------------------------------------


def test_whether_it_rings_is_not_known_so_nobody_is_rung_twice_and_its_notices_tell(floor: Floor) -> None:
    floor.hire("An", PRESSES_1)
    floor.rest = only(CALLS, once(lost_answer))
    call = floor.ring().press("1")
    floor.pass_time(60)
    assert endings(floor, call) == [("an", End.ACCEPTED)]
    assert floor.rung("+84901000000") == 1
    assert errand(floor, call, "ring") == "unknown"


def test_a_phone_that_never_rang_keeps_the_caller_waiting_for_one_ring_only(floor: Floor) -> None:
    floor.hire("An", PRESSES_1)
    floor.rest = only(CALLS, once(no_answer))
    call = floor.ring().press("1")
    floor.pass_time(45)
    assert floor.waits(call)
    floor.pass_time(50)
    assert endings(floor, call) == [("an", End.WITHDRAWN), ("an", End.ACCEPTED)]
    assert floor.visits(call)[0].outcome is Left.ANSWERED


def test_who_is_killed_while_ringing_somebody_leaves_nothing_that_rings_twice(floor: Floor) -> None:
    floor.hire("An", Party(after=60, keys="1"))

    class Killed(BaseException):
        """A process ends wherever it is."""

    def die_after(request: object, act: object) -> object:
        fine(request, act)  # type: ignore[arg-type]
        raise Killed

    floor.rest = only(CALLS, once(die_after))  # type: ignore[arg-type]
    call = floor.ring()
    with pytest.raises(Killed):
        call.press("1").wait(5)
    floor.phone.every(0.5, floor.look)
    floor.pass_time(45)
    assert [ending for _, ending in endings(floor, call)][:2] == [End.MISSED, End.MISSED]
    assert floor.rung("+84901000000") == len(floor.offers(call)), "once for each offer"


@pytest.mark.parametrize("code", [21211, 21217, 13224])
def test_a_number_the_carrier_does_not_ring_leaves_the_caller_to_the_next_agent(
    floor: Floor, code: int
) -> None:
    floor.hire("An", PRESSES_1)
    floor.hire("Binh", PRESSES_1)
    floor.rest = only(CALLS, once(refused(400, code)))
    call = floor.ring().press("1")
    floor.pass_time(20)
    assert endings(floor, call) == [("an", End.WITHDRAWN), ("binh", End.ACCEPTED)]
    assert floor.stands("an") == READY_IDLE
    assert floor.agent("an").misses == 0
    assert errand(floor, call, "ring") == "done"


@pytest.mark.parametrize("trouble", [refused(429), refused(503), away], ids=["429", "503", "away"])
def test_a_carrier_that_is_busy_is_asked_again_for_the_same_offer(floor: Floor, trouble: Trouble) -> None:
    floor.hire("An", PRESSES_1)
    floor.rest = only(CALLS, once(trouble))
    call = floor.ring().press("1")
    floor.pass_time(30)
    assert endings(floor, call) == [("an", End.ACCEPTED)]
    assert floor.rung("+84901000000") == 1


def test_an_hour_without_the_carriers_rest_costs_nobody_their_place(floor: Floor) -> None:
    floor.hire("An", PRESSES_1)
    floor.rest = away
    floor.house.publish(MENUS.replace("max_wait: 5m, ", ""))
    call = floor.ring().press("1")
    floor.pass_time(3600)
    assert floor.waits(call)
    assert {ending for _, ending in endings(floor, call)} <= {End.WITHDRAWN, None}
    floor.rest = fine
    floor.pass_time(120)
    assert floor.visits(call)[0].outcome is Left.ANSWERED


def test_a_busy_phone_is_no_missed_call(floor: Floor) -> None:
    floor.hire("An", Party(does="busy"))
    floor.hire("Binh", PRESSES_1)
    call = floor.ring().press("1")
    floor.pass_time(20)
    assert endings(floor, call) == [("an", End.WITHDRAWN), ("binh", End.ACCEPTED)]
    assert floor.agent("an").misses == 0


# -- bringing the two together -----------------------------------------------------------------------------


def test_the_next_piece_of_the_wait_leads_to_the_agent_when_rest_is_away(floor: Floor) -> None:
    floor.hire("An", Party(after=3, keys="1", talks=60))
    call = floor.ring().press("1")
    floor.pass_time(2)
    floor.rest = away
    floor.pass_time(25)
    assert call.doing == "talking"
    floor.rest = fine
    floor.pass_time(120)
    assert floor.visits(call)[0].outcome is Left.ANSWERED
    assert [talk.ended_by for talk in floor.talks(call)] == ["agent"]
    all_over(floor)


@pytest.mark.parametrize("trouble", [lost_answer, no_answer], ids=["it was done", "it was not"])
def test_a_caller_who_may_have_been_led_to_the_agent_is_not_led_out_again(
    floor: Floor, trouble: Trouble
) -> None:
    floor.hire("An", Party(after=3, keys="1", talks=60))
    call = floor.ring().press("1")
    floor.pass_time(2)
    floor.rest = only(f"{CALLS}/{call.sid}", trouble)
    floor.pass_time(40)
    assert call.doing == "talking"
    assert call.facts("dialed") == [], "they have been in one room only"
    floor.pass_time(60)
    assert [talk.ended_by for talk in floor.talks(call)] == ["agent"]


@pytest.mark.parametrize("answer", [(404, 20404), (400, 21220)])
def test_a_call_that_the_carrier_knows_to_be_over_is_over(floor: Floor, answer: tuple[int, int]) -> None:
    """Nobody told us that the caller hung up; leading them to the agent finds it out."""
    floor.hire("An", Party(after=10, keys="1", talks=None))
    call = floor.ring().press("1")
    floor.pass_time(5)
    floor.lost |= {STATUS, "/voice/at/1/sales/wait.0.0/2"}
    call.hang_up()
    floor.lost = {STATUS}
    if answer[0] == 404:
        floor.rest = only(f"{CALLS}/{call.sid}", refused(*answer))
    floor.pass_time(12)
    assert [(visit.outcome, visit.went_to) for visit in floor.visits(call)] == [
        (Left.ABANDONED, WentTo.GOODBYE)
    ]
    floor.pass_time(3)
    assert floor.stands("an") == READY_IDLE
    all_over(floor)


def test_who_is_alone_in_the_room_is_not_left_there(floor: Floor) -> None:
    """The agent has accepted and is in the room; the caller's line never comes."""
    floor.hire("An", Party(after=3, keys="1", talks=None))
    call = floor.ring().press("1")
    floor.pass_time(2)
    floor.rest = only(f"{CALLS}/{call.sid}", away)
    floor.lost |= {STATUS}
    floor.pass_time(3)
    floor.lost |= {"/voice/at/1/sales/wait.0.0/2"}
    call.hang_up()
    floor.pass_time(45)
    assert floor.stands("an") == READY_IDLE
    floor.rest = fine
    floor.pass_time(6 * 60)
    assert [visit.outcome for visit in floor.visits(call)] == [Left.ABANDONED]
    all_over(floor)


def test_an_agent_who_hangs_up_at_once_leaves_nobody_alone_in_a_room(floor: Floor) -> None:
    floor.hire("An", Party(after=3, keys="1", talks=1))
    floor.hire("Binh", Party(after=3, keys="1", talks=30), ready=False)
    call = floor.ring().press("1")
    floor.pass_time(20)
    choose(floor.house.exchange, "an", Status.SIGNED_OUT)
    choose(floor.house.exchange, "binh", Status.READY)
    floor.pass_time(150)
    assert floor.visits(call)[-1].outcome is Left.ANSWERED
    assert floor.talks(call)[-1].agent == "binh"
    all_over(floor)


# -- lost, late, twice, out of order -----------------------------------------------------------------------


@pytest.mark.parametrize("who", ["agent", "caller"])
def test_without_any_notice_of_a_room_a_conversation_lasts_and_counts(floor: Floor, who: str) -> None:
    floor.lost = {ROOM}
    floor.hire("An", Party(after=3, keys="1", talks=70 if who == "agent" else None))
    call = floor.ring().press("1")
    floor.pass_time(65)
    assert call.doing == "talking", "it is not broken off because nobody tells of it"
    if who == "agent":
        floor.pass_time(20)
    else:
        call.hang_up()
    floor.pass_time(3)
    [visit], [talk] = floor.visits(call), floor.talks(call)
    assert (visit.outcome, visit.ended_at) == (Left.ANSWERED, visit.taken_at)
    assert (talk.answered_at, talk.ended_by) == (visit.taken_at, who)
    assert floor.stands("an") == (Status.READY, Activity.WRAPPING_UP)
    floor.pass_time(35)
    all_over(floor)
    assert floor.house.rows("SELECT kind FROM event WHERE kind = :kind", kind=INFERRED) == [(INFERRED,)]


def test_a_short_conversation_without_notices_counts_too(floor: Floor) -> None:
    floor.lost = {ROOM}
    floor.hire("An", Party(after=3, keys="1", talks=10))
    call = floor.ring().press("1")
    floor.pass_time(30)
    assert call.heard[-1] == "Thank you for talking to us."
    assert floor.visits(call)[0].outcome is Left.ANSWERED
    floor.pass_time(30)
    all_over(floor)


@pytest.mark.parametrize("party", [PRESSES_1, DEAF, Party(does="busy"), Party(after=2, keys="5")])
def test_without_any_notice_of_an_agents_line_nobody_is_stuck(floor: Floor, party: Party) -> None:
    floor.lost = {LEG}
    floor.hire("An", party)
    call = floor.ring().press("1")
    floor.pass_time(60)
    floor.hire("Binh", Party(after=2, keys="1", talks=10))
    floor.pass_time(120)
    assert [visit.outcome for visit in floor.visits(call)] in ([Left.ANSWERED], [Left.NO_AGENTS])
    assert End.MISSED not in [ending for _, ending in endings(floor, call)], "nobody told that it rang"
    if not call.leg.over:
        call.hang_up()
    floor.pass_time(60)
    all_over(floor)


def test_without_any_notice_of_ends_the_wait_itself_tells_that_the_caller_has_gone(floor: Floor) -> None:
    floor.lost = {STATUS}
    floor.hire("An", DEAF)
    call = floor.ring().press("1")
    floor.pass_time(5)
    call.hang_up()
    assert [visit.outcome for visit in floor.visits(call)] == [Left.ABANDONED]
    assert endings(floor, call) == [("an", End.CALLER_GONE)]
    assert floor.house.rows("SELECT outcome FROM call") == [("hung_up",)]
    all_over(floor)


def test_a_caller_whose_going_nobody_tells_is_found_out_within_two_minutes(floor: Floor) -> None:
    choose(floor.house.exchange, floor.hire("An", DEAF), Status.ON_BREAK, "lunch")
    call = floor.ring().press("1")
    floor.pass_time(30)
    floor.lost = {STATUS, "/voice/at/1/sales/wait.0.0/2"}
    call.hang_up()
    assert floor.waits(call)
    floor.pass_time(120)
    [visit] = floor.visits(call)
    assert visit.outcome is Left.ABANDONED
    all_over(floor)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    "mischief",
    [
        Mischief(twice=1),
        Mischief(late=1, late_seconds=15),
        Mischief(late=0.7, twice=0.7, late_seconds=40),
        Mischief(backwards=True, late_seconds=15),
        Mischief(lost=1),
        Mischief(lost=0.5, late=0.5, twice=0.5),
        Mischief(doubled=1),
        Mischief(doubled=1, at_once=True),
    ],
    ids=["twice", "late", "late and twice", "backwards", "lost", "anything", "asked twice", "at once"],
)
def test_notices_twice_late_out_of_order_or_never_change_no_outcome(
    tmp_path: Path, mischief: Mischief, seed: int
) -> None:
    menus = MENUS.replace("announce: 1m", "announce: never")
    floor = Floor.open(tmp_path, menus)
    floor.phone.exchange.mischief = Mischief(
        **{name: getattr(mischief, name) for name in mischief.__slots__} | {"seed": seed}
    )
    floor.hire("An", Party(after=3, keys="1", talks=40))
    served = floor.ring("+84901111111").press("1")
    floor.pass_time(20)
    assert served.doing == "talking"
    gives_up = floor.ring("+84902222222").press("1")
    floor.pass_time(10)
    gives_up.hang_up()
    floor.pass_time(40)
    hangs_up = floor.ring("+84903333333").press("1")
    floor.pass_time(60)
    if not hangs_up.leg.over:
        hangs_up.hang_up()
    floor.phone.exchange.mischief = Mischief()
    floor.pass_time(7 * 60)
    assert [visit.outcome for visit in floor.visits(served)] == [Left.ANSWERED]
    assert [visit.outcome for visit in floor.visits(gives_up)] == [Left.ABANDONED]
    assert [visit.outcome for visit in floor.visits(hangs_up)] == [Left.ANSWERED]
    assert floor.phone.faults == []
    all_over(floor)


# -- at any moment -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("moment", [0.0, 0.3, 0.6, 1, 2, 3, 3.5, 4.2, 4.6, 5, 5.3, 5.6, 6, 8])
def test_a_caller_may_hang_up_at_any_moment_of_an_offer(floor: Floor, moment: float) -> None:
    floor.hire("An", Party(after=3, keys="1", talks=None))
    call = floor.ring().press("1")
    floor.pass_time(moment)
    call.hang_up()
    floor.pass_time(1)
    assert floor.agent("an").activity in (Activity.IDLE, Activity.WRAPPING_UP)
    floor.pass_time(35)
    [visit] = floor.visits(call)
    answered = [talk.answered_at is not None for talk in floor.talks(call)] == [True]
    assert visit.outcome is (Left.ANSWERED if answered else Left.ABANDONED)
    all_over(floor)


@pytest.mark.parametrize("moment", [0, 0.2, 0.5, 1, 1.5, 2, 2.5, 3, 4, 5])
def test_an_agent_may_turn_a_caller_down_at_any_moment(floor: Floor, moment: float) -> None:
    floor.hire("An", Party(after=1, keys="1", talks=20))
    floor.hire("Binh", Party(after=1, keys="1", talks=20))
    call = floor.ring().press("1")
    floor.pass_time(moment)
    [offer] = floor.offers(call)
    declined = decline(floor.house.exchange, offer.id)
    assert declined is (offer.ended_at is None)
    floor.pass_time(90)
    assert floor.visits(call)[0].outcome is Left.ANSWERED
    assert endings(floor, call)[-1] == ("binh" if declined else "an", End.ACCEPTED)
    all_over(floor)


@pytest.mark.parametrize("moment", [0, 0.2, 0.5, 1, 2, 3, 4, 4.5, 5, 6])
def test_an_agent_may_go_on_a_break_at_any_moment(floor: Floor, moment: float) -> None:
    floor.hire("An", Party(after=3, keys="1", talks=20))
    call = floor.ring().press("1")
    floor.pass_time(moment)
    choose(floor.house.exchange, "an", Status.ON_BREAK, "lunch")
    floor.pass_time(60)
    assert floor.stands("an") == (Status.ON_BREAK, Activity.IDLE), "what they were in the middle of is done"
    assert floor.visits(call)[0].outcome is Left.ANSWERED


def test_leaving_and_being_accepted_at_the_same_time_is_one_of_the_two(floor: Floor) -> None:
    exchange = floor.house.exchange
    floor.hire("An")
    left = floor.ring("+84901111111").press("1").wait(2)
    [offer] = floor.offers(left)
    left.press_now("1")
    assert accept(exchange, offer.id) is None
    assert floor.stands("an") == READY_IDLE
    floor.pass_time(3)
    assert left.heard[-1] == "Leave word."
    left.hang_up()
    taken = floor.ring("+84902222222").press("1").wait(2)
    [offer] = floor.offers(taken)
    floor.rest = away
    assert accept(exchange, offer.id)
    taken.press_now("1")
    assert taken.heard[-1] != "Leave word."
    assert floor.visits(taken)[0].leaving is None


def test_the_longest_wait_ends_nobodys_wait_who_is_just_being_offered(floor: Floor) -> None:
    choose(floor.house.exchange, floor.hire("An", Party(after=18, keys="1", talks=20)), Status.ON_BREAK)
    call = floor.ring().press("1")
    floor.pass_time(4 * 60 + 50)
    choose(floor.house.exchange, "an", Status.READY)
    floor.pass_time(15)
    assert floor.waits(call), "five minutes are over, and it rings"
    floor.pass_time(10)
    assert floor.visits(call)[0].outcome is Left.ANSWERED


# -- in conversation ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("lost", [set(), {ROOM}, {LEG}, {ROOM, LEG}], ids=["nothing", "room", "leg", "both"])
def test_an_agents_browser_that_breaks_down_puts_the_caller_first_and_prefers_that_agent(
    floor: Floor, lost: set[str]
) -> None:
    exchange = floor.house.exchange
    floor.hire("An")
    cut_off = floor.ring("+84901111111").press("1")
    floor.pass_time(1)
    floor.accepts_on_page("an", Party(after=0, talks=20))
    floor.pass_time(5)
    floor.lost |= lost
    later = floor.ring("+84902222222").press("1")
    floor.hire("Binh", ready=False)
    floor.pass_time(20)
    assert "We have lost the person you were talking to. You are next in line." in cut_off.heard
    first, second = floor.visits(cut_off)
    assert (first.outcome, second.preferred) == (Left.ANSWERED, "an")
    assert second.first_at == first.first_at
    assert second.rank < floor.visits(later)[0].rank
    floor.lost.clear()
    choose(exchange, "binh", Status.READY)
    assert [offer.visit for offer in floor.offers(cut_off)][-1] == second.id
    assert floor.agent("an").way is Way.BROWSER


def test_an_agent_who_hangs_up_on_their_page_has_not_broken_down(floor: Floor) -> None:
    floor.hire("An")
    call = floor.ring().press("1")
    floor.pass_time(1)
    offer = floor.accepts_on_page("an", Party(after=0, talks=None))
    floor.pass_time(20)
    meeting.agent_hung_up(floor.house.exchange, offer)
    floor.pass_time(10)
    assert call.heard[-1] == "Thank you for talking to us."
    assert floor.talks(call)[0].ended_by == "agent"


# -- the clock ---------------------------------------------------------------------------------------------


def test_what_goes_wrong_with_one_conversation_keeps_no_other_waiting(
    floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    floor.hire("An", Party(after=3, keys="1", talks=10))
    first = floor.ring().press("1")
    floor.pass_time(25)
    broken = floor.talks(first)[0].offer
    floor.hire("Binh", Party(after=3, keys="1", talks=10))
    choose(floor.house.exchange, "an", Status.ON_BREAK, "lunch")
    second = floor.ring("+84902222222").press("1")
    floor.pass_time(12)
    really = wrapping_up.wrapped_up

    def wrapped_up(exchange: object, offer_id: str) -> bool:
        assert offer_id != broken, "a row nobody has thought of"
        return really(exchange, offer_id)  # type: ignore[arg-type]

    monkeypatch.setattr("ivr.switchboard.line.rounds.wrapped_up", wrapped_up)
    floor.pass_time(60)
    look_after_line(floor.house.exchange)
    assert floor.visits(second)[0].outcome is Left.ANSWERED
    assert floor.stands("binh") == READY_IDLE
    assert floor.stands("an") == (Status.ON_BREAK, Activity.WRAPPING_UP)


def test_a_phone_that_rings_unknown_to_us_is_let_go_when_we_hear_of_it_and_nobody_waits(floor: Floor) -> None:
    """The answer to our wish is lost, then the caller goes, and only then the notice comes that it rings."""
    floor.hire("An", Party("no-answer"))
    floor.rest, floor.lost = once(lost_answer), {"/leg"}
    call = floor.ring().press("1")
    floor.pass_time(2)
    [offer] = floor.offers(call)
    [leg] = [leg for leg in floor.phone.exchange.legs.values() if leg.to == floor.agent("an").address]
    call.hang_up()
    floor.pass_time(2)
    assert (offer.leg, leg.over) == (None, False), "nobody knows the line"
    leg_changed(floor.house.exchange, offer.id, LegChanged(leg.sid, LegState.RINGING))
    floor.pass_time(1)
    assert leg.over
