"""An agent sends the caller on: to another agent, to a queue, to a number; and what if nobody is there."""

from pathlib import Path
from typing import Any

import pytest

from ivr.box import Party
from ivr.core.agents import Activity, Status
from ivr.core.line.onward import Onward, To
from ivr.core.line.visits import Kind, Left, WentTo
from ivr.ledger.offers import End
from ivr.switchboard.line.holding import resume
from ivr.switchboard.line.sending_on import Not, send_on
from ivr.switchboard.line.standing import choose
from tests.reaching.floor import Floor

MENUS = """
hotline: Shop
zone: UTC
numbers: {"+842873001234": main}
languages: {en: {}}
mailboxes: {office: {}}
allowed: [VN]
queues:
  default: {ring: 20s, wrap_up: 30s, max_wait: 5m, no_agents: message, then: thanks}
  sales: {say: Please hold for sales.}
  support: {say: Please hold for support.}
steps:
  main: {say: Welcome., keys: {1: sales, 2: support}}
  message: {say: Leave word., voicemail: office, then: hang_up}
  thanks: {say: Thank you for talking to us., then: hang_up}
"""

SELLS: dict[str, Any] = {"queues": frozenset({"sales"})}
HELPS: dict[str, Any] = {"queues": frozenset({"support"})}
FRIEND = "+84281112222"


@pytest.fixture
def floor(tmp_path: Path) -> Floor:
    return Floor.open(tmp_path, MENUS)


def test_a_caller_who_is_sent_to_a_queue_keeps_their_rank_and_begins_a_new_visit(floor: Floor) -> None:
    floor.hire("An", Party(after=2, keys="1", talks=300), **SELLS)
    floor.hire("Binh", Party(after=4, keys="1", talks=30), **HELPS)
    call = floor.ring().press("1")
    floor.pass_time(20)
    [talk] = floor.talks(call)
    assert send_on(floor.house.exchange, talk.offer, Onward(To.QUEUE, "support")) is None
    floor.pass_time(20)
    assert call.doing == "talking"
    assert "Please hold for support." in call.heard
    assert floor.stands("an") == (Status.READY, Activity.WRAPPING_UP)
    assert floor.stands("binh") == (Status.READY, Activity.TALKING)
    floor.pass_time(60)
    assert call.heard[-1] == "Thank you for talking to us."
    sales, support = floor.visits(call)
    assert [(each.queue, each.kind, each.outcome) for each in (sales, support)] == [
        ("sales", Kind.CALL, Left.ANSWERED),
        ("support", Kind.CALL, Left.ANSWERED),
    ]
    assert support.rank == sales.rank
    assert support.first_at == sales.first_at < support.entered_at
    first, second = floor.talks(call)
    assert (first.ended_by, first.onward, first.agent) == ("agent", "queue:support", "an")
    assert second.agent == "binh"
    assert floor.phone.faults == []
    assert all(leg.over for leg in floor.phone.exchange.legs.values())


def test_where_nobody_is_in_the_queue_the_caller_goes_its_way_out(floor: Floor) -> None:
    floor.hire("An", Party(after=2, keys="1", talks=300), **SELLS)
    call = floor.ring().press("1")
    floor.pass_time(20)
    [talk] = floor.talks(call)
    assert send_on(floor.house.exchange, talk.offer, Onward(To.QUEUE, "support")) is None
    floor.pass_time(10)
    assert call.heard[-2] == "Leave word."
    assert [visit.outcome for visit in floor.visits(call)] == [Left.ANSWERED]


def test_a_caller_is_sent_to_an_agent_whatever_that_one_serves(floor: Floor) -> None:
    floor.hire("An", Party(after=2, keys="1", talks=300), **SELLS)
    floor.hire("Binh", Party(after=4, keys="1", talks=30), **HELPS)
    floor.hire("Chi", Party(after=1, keys="1", talks=30), ready=False, **SELLS)
    call = floor.ring().press("1")
    floor.pass_time(20)
    choose(floor.house.exchange, "chi", Status.READY)
    [talk] = floor.talks(call)
    assert send_on(floor.house.exchange, talk.offer, Onward(To.AGENT, "binh")) is None
    floor.pass_time(20)
    assert "One moment, please." in call.heard
    assert [(offer.agent, offer.ending) for offer in floor.offers(call)] == [
        ("an", End.ACCEPTED),
        ("binh", End.ACCEPTED),
    ]
    assert floor.stands("chi") == (Status.READY, Activity.IDLE), "nobody else is rung for this caller"
    floor.pass_time(60)
    assert [visit.queue for visit in floor.visits(call)] == ["sales", "sales"]
    assert call.heard[-1] == "Thank you for talking to us."


def test_an_agent_who_does_not_answer_leaves_the_caller_to_the_first_one(floor: Floor) -> None:
    floor.hire("An", Party(after=2, keys="11", talks=300), **SELLS)
    floor.hire("Binh", Party("no-answer"), **HELPS)
    call = floor.ring().press("1")
    floor.pass_time(20)
    [talk] = floor.talks(call)
    assert send_on(floor.house.exchange, talk.offer, Onward(To.AGENT, "binh")) is None
    floor.pass_time(90)
    assert [(offer.agent, offer.ending) for offer in floor.offers(call)] == [
        ("an", End.ACCEPTED),
        ("binh", End.MISSED),
        ("an", End.ACCEPTED),
    ]
    assert call.doing == "talking"


def test_when_the_first_one_has_gone_too_anybody_in_the_queue_takes_the_caller(floor: Floor) -> None:
    floor.hire("An", Party(after=2, keys="1", talks=300), **SELLS)
    floor.hire("Binh", Party(after=2, keys="5"), **HELPS)
    floor.hire("Chi", Party(after=2, keys="1", talks=30), ready=False, **SELLS)
    call = floor.ring().press("1")
    floor.pass_time(20)
    choose(floor.house.exchange, "chi", Status.READY)
    [talk] = floor.talks(call)
    assert send_on(floor.house.exchange, talk.offer, Onward(To.AGENT, "binh")) is None
    choose(floor.house.exchange, "an", Status.SIGNED_OUT)
    floor.pass_time(30)
    assert [(offer.agent, offer.ending) for offer in floor.offers(call)] == [
        ("an", End.ACCEPTED),
        ("binh", End.DECLINED),
        ("chi", End.ACCEPTED),
    ]


def test_a_caller_is_sent_to_a_number_and_comes_back_if_it_does_not_answer(floor: Floor) -> None:
    floor.hire("An", Party(after=2, keys="11", talks=300), **SELLS)
    floor.phone.exchange.people.by_number[FRIEND] = Party(does="busy")
    call = floor.ring().press("1")
    floor.pass_time(20)
    [talk] = floor.talks(call)
    assert send_on(floor.house.exchange, talk.offer, Onward(To.NUMBER, FRIEND)) is None
    floor.pass_time(60)
    assert [offer.agent for offer in floor.offers(call)] == ["an", "an"]
    assert call.doing == "talking"
    assert floor.house.rows("SELECT party, ending FROM leg") == [(FRIEND, "busy")]


def test_who_answers_at_the_number_has_the_caller(floor: Floor) -> None:
    floor.hire("An", Party(after=2, keys="1", talks=300), **SELLS)
    floor.phone.exchange.people.by_number[FRIEND] = Party(after=3, talks=40)
    call = floor.ring().press("1")
    floor.pass_time(20)
    [talk] = floor.talks(call)
    assert send_on(floor.house.exchange, talk.offer, Onward(To.NUMBER, FRIEND)) is None
    floor.pass_time(15)
    assert call.doing == "talking"
    assert floor.stands("an") == (Status.READY, Activity.WRAPPING_UP)
    floor.pass_time(60)
    assert call.heard[-1] == "Thank you for talking to us."
    [visit] = floor.visits(call)
    assert (visit.outcome, visit.went_to) == (Left.ANSWERED, WentTo.AGENT)
    assert floor.house.rows("SELECT outcome FROM call") == [("connected",)]


def test_a_caller_is_not_sent_where_they_cannot_go(floor: Floor) -> None:
    floor.hire("An", Party(after=2, keys="1", talks=60), **SELLS)
    floor.hire("Binh", Party("no-answer"), ready=False, **HELPS)
    call = floor.ring().press("1")
    floor.pass_time(20)
    [talk] = floor.talks(call)
    exchange = floor.house.exchange
    refused = {
        Onward(To.AGENT, "binh"): Not.FREE,
        Onward(To.AGENT, "an"): Not.KNOWN,
        Onward(To.AGENT, "nobody"): Not.KNOWN,
        Onward(To.QUEUE, "billing"): Not.KNOWN,
        Onward(To.NUMBER, "+19005551234"): Not.ALLOWED,
        Onward(To.NUMBER, "112"): Not.ALLOWED,
    }
    for onward, why in refused.items():
        assert send_on(exchange, talk.offer, onward) is why
    assert call.doing == "talking", "and nothing has happened to them"
    call.hang_up()
    assert send_on(exchange, talk.offer, Onward(To.QUEUE, "support")) is Not.TALKING
    assert not resume(exchange, talk.offer)


def test_while_the_carrier_answers_nothing_the_agent_hangs_up_and_the_caller_goes_on(floor: Floor) -> None:
    floor.hire("An", Party(after=2, keys="1", talks=40), **SELLS)
    floor.hire("Binh", Party(after=4, keys="1", talks=30), **HELPS)
    call = floor.ring().press("1")
    floor.pass_time(20)
    [talk] = floor.talks(call)
    with floor.without_errands():
        assert send_on(floor.house.exchange, talk.offer, Onward(To.QUEUE, "support")) is None
        floor.pass_time(30)
    floor.pass_time(20)
    assert [offer.agent for offer in floor.offers(call)] == ["an", "binh"]
    assert call.doing == "talking"
