"""Small print of the line: pacing, rings, breaks, and menus that change while people wait."""

from pathlib import Path

from ivr.box import Mischief, Party
from ivr.core.agents import Activity, Status
from ivr.core.line.visits import Left
from ivr.ledger.offers import End
from ivr.switchboard.line.standing import choose
from tests.reaching.floor import Floor
from tests.reaching.test_reaching import MENUS

PRESSES_1 = Party(after=3, keys="1", talks=30)
DEAF = Party(does="no-answer")


def test_calls_that_were_never_made_take_no_turn_of_the_pacer(tmp_path: Path) -> None:
    """Eight phones are to ring, one a second; the first answers, and the next caller waits for none of the
    others."""
    menus = MENUS.replace("label: sales\n", "label: sales\n    strategy: ring_all\n")
    floor = Floor.open(tmp_path, menus, calls_per_second=0.2)
    floor.hire("An", Party(after=0, keys="1", talks=None))
    for name in ("Binh", "Chi", "Dung", "Em", "Giang", "Hoa", "Inh"):
        floor.hire(name, PRESSES_1)
    floor.ring("+84901111111").press("1")
    floor.pass_time(4)
    assert floor.stands("an") == (Status.READY, Activity.TALKING)
    second = floor.ring("+84902222222").press("1")
    floor.pass_time(1)
    rings = sorted(offer.rings_at - offer.made_at for offer in floor.offers(second) if offer.rings_at)
    assert rings[0] <= 5_000


def test_ring_time_counts_from_the_ringing_not_from_the_wish(tmp_path: Path) -> None:
    floor = Floor.open(tmp_path, MENUS, calls_per_second=1)
    for name in ("An", "Binh", "Chi"):
        floor.hire(name, DEAF)
    calls = [floor.ring(f"+8490111111{n}").press("1") for n in range(3)]
    floor.pass_time(4)
    rung = [floor.offers(call)[0] for call in calls]
    assert all(offer.ringing_at and offer.until == offer.ringing_at + 20_000 for offer in rung)
    first, second, third = sorted(offer.rings_at or 0 for offer in rung)
    assert second - first >= 1_000
    assert third - second >= 1_000
    assert all((offer.ringing_at or 0) >= (offer.rings_at or 0) for offer in rung)


def test_the_last_one_there_for_a_queue_never_has_a_break_they_did_not_choose(tmp_path: Path) -> None:
    floor = Floor.open(tmp_path, MENUS)
    floor.hire("An", DEAF, queues=frozenset({"sales"}))
    floor.hire("Binh", DEAF, queues=frozenset({"another"}))
    call = floor.ring().press("1")
    floor.pass_time(150)
    assert [offer.ending for offer in floor.offers(call)][:5] == [End.MISSED] * 5
    assert floor.agent("an").status is Status.READY
    floor.hire("Chi", PRESSES_1, queues=frozenset({"sales"}))
    floor.pass_time(45)
    assert floor.stands("an")[0] is Status.ON_BREAK
    assert floor.agent("an").reason == "missed"


def test_rules_that_are_published_reach_those_who_wait_at_once(tmp_path: Path) -> None:
    asks_much = MENUS.replace("label: sales\n", "label: sales\n    skills: {tax: 5}\n")
    floor = Floor.open(tmp_path, asks_much)
    floor.hire("An", PRESSES_1, skills={"tax": 2})
    call = floor.ring().press("1")
    floor.pass_time(30)
    assert floor.offers(call) == []
    floor.house.publish(MENUS)
    floor.pass_time(1.5)
    assert [offer.agent for offer in floor.offers(call)] == ["an"]


def test_who_waits_in_a_queue_that_is_no_more_is_served_by_whoever_serves_every_queue(
    tmp_path: Path,
) -> None:
    floor = Floor.open(tmp_path, MENUS)
    floor.hire("An", PRESSES_1, ready=False)
    floor.hire("Binh", DEAF, queues=frozenset({"sales"}))
    call = floor.ring().press("1")
    menus = MENUS.replace("  sales:\n    label: sales", "  orders:\n    label: orders")
    floor.house.publish(menus.replace("1: sales", "1: orders"))
    floor.pass_time(30)
    assert floor.waits(call)
    choose(floor.house.exchange, "an", Status.READY)
    choose(floor.house.exchange, "binh", Status.SIGNED_OUT)
    floor.pass_time(60)
    assert floor.visits(call)[0].outcome is Left.ANSWERED
    assert call.heard[-1] == "Thank you for talking to us."


def test_who_declined_the_first_of_a_line_is_offered_the_second_before_later_callers_of_another_line(
    tmp_path: Path,
) -> None:
    menus = MENUS.replace("{1: sales}", "{1: sales, 2: support}").replace(
        "steps:", "  support: {label: support}\nsteps:"
    )
    floor = Floor.open(tmp_path, menus)
    floor.hire("An", Party(after=9, keys="5"))
    first, second = (floor.ring(f"+8490111111{n}").press("1") for n in (1, 2))
    third = floor.ring("+84901111113").press("2")
    floor.pass_time(60)
    made = [floor.offers(call)[0].made_at for call in (first, second, third)]
    assert made == sorted(made)


def test_where_no_time_can_be_told_the_place_is_said_as_often_as_the_queue_says_and_no_more(
    tmp_path: Path,
) -> None:
    floor = Floor.open(tmp_path, MENUS)
    floor.hire("An", Party(after=0, keys="1", talks=None))
    floor.ring("+84901111111").press("1")
    second = floor.ring("+84902222222").press("1")
    floor.pass_time(150)
    said = [words for words in second.heard if "You are number 1 in line" in words]
    assert len(said) == 3, "at first, after one minute, after two"


def test_a_piece_of_the_wait_that_is_asked_for_twice_is_the_same_twice(tmp_path: Path) -> None:
    floor = Floor.open(tmp_path, MENUS)
    floor.hire("An", Party(after=0, keys="1", talks=None))
    floor.ring("+84901111111").press("1")
    floor.phone.exchange.mischief = Mischief(doubled=1)
    floor.ring("+84902222222").press("1")
    floor.pass_time(150)
    assert floor.phone.faults == []
