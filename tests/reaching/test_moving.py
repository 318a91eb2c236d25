"""A supervisor moves somebody who waits: to the front, to another queue, to one agent."""

from pathlib import Path

import pytest

from ivr.box import Party
from ivr.box.phone_line import PhoneCall
from ivr.core.agents import Activity, Status
from ivr.core.line.closures import Closure
from ivr.core.line.onward import Onward, To
from ivr.core.line.visits import Left, WentTo
from ivr.ledger import audit
from ivr.switchboard.line import closing
from ivr.switchboard.line.moving import Stays, move, to_front
from ivr.switchboard.line.standing import choose
from tests.reaching.floor import Floor

MENUS = """
hotline: Shop
zone: UTC
numbers: {"+842873001234": main}
languages: {en: {}}
mailboxes: {office: {}}
queues:
  default: {no_agents: message, closed: message, ring: 20s, then: bye}
  sales: {say: Please hold for sales.}
  support: {say: Please hold for support.}
steps:
  main: {say: Welcome., keys: {1: sales, 2: support}}
  message: {say: Leave word., voicemail: office, then: hang_up}
  bye: {say: Bye., then: hang_up}
"""


@pytest.fixture
def floor(tmp_path: Path) -> Floor:
    floor = Floor.open(tmp_path, MENUS)
    for name, queue in (("An", "sales"), ("Binh", "support")):
        floor.hire(name, Party("no-answer"), queues=frozenset({queue}), ready=False)
        stand(floor, name, Status.ON_BREAK)
    return floor


def stand(floor: Floor, name: str, status: Status) -> None:
    choose(floor.house.exchange, name.lower(), status)


def visit(floor: Floor, call: PhoneCall) -> str:
    return floor.visits(call)[-1].id


def waiting(floor: Floor, count: int) -> list[PhoneCall]:
    calls = []
    for nth in range(count):
        calls.append(floor.ring(f"+8490123000{nth}").press("1"))
        floor.pass_time(5)
    return calls


def noted(floor: Floor) -> list[tuple[object, ...]]:
    """What stands in the audit, newest first, since the menus went live."""
    with floor.house.exchange.ledger.reading() as tx:
        deeds = audit.newest(tx)[:-1]
    return [(each.who, each.what, each.subject, each.before, each.after) for each in deeds]


def offered(floor: Floor, call: PhoneCall) -> list[str]:
    return [offer.agent for offer in floor.offers(call)]


def test_who_is_moved_to_the_front_is_offered_first(floor: Floor) -> None:
    first, second, third = waiting(floor, 3)
    assert to_front(floor.house.exchange, "Mai", visit(floor, third)) is None
    assert to_front(floor.house.exchange, "Mai", visit(floor, third)) is Stays.FIRST
    stand(floor, "An", Status.READY)
    floor.pass_time(1)
    assert [offered(floor, each) for each in (first, second, third)] == [[], [], ["an"]]
    before, after = {"queue": "sales", "place": 3}, {"queue": "sales", "place": 1}
    assert noted(floor) == [("Mai", "caller_moved", third.sid, before, after)]


def test_who_is_moved_to_another_queue_has_waited_there_as_long(floor: Floor) -> None:
    (call,) = waiting(floor, 1)
    later = floor.ring("+84901239999").press("2")
    assert move(floor.house.exchange, "Mai", visit(floor, call), Onward(To.QUEUE, "support")) is None
    floor.pass_time(3)
    assert call.heard[-2:] == ["One moment, please.", "Please hold for support."]
    left, now = floor.visits(call)
    assert (left.outcome, left.went_to) == (Left.TRANSFERRED, WentTo.QUEUE)
    assert (now.queue, now.first_at, now.is_waiting) == ("support", left.first_at, True)
    stand(floor, "Binh", Status.READY)
    floor.pass_time(1)
    assert (offered(floor, call), offered(floor, later)) == (["binh"], [])
    before = {"queue": "sales", "place": 1}
    assert noted(floor) == [("Mai", "caller_moved", call.sid, before, {"queue": "support"})]


def test_who_is_moved_to_an_agent_is_offered_to_that_one_whatever_they_serve(floor: Floor) -> None:
    first, second = waiting(floor, 2)
    stand(floor, "Binh", Status.READY)
    assert move(floor.house.exchange, "Mai", visit(floor, second), Onward(To.AGENT, "binh")) is None
    floor.pass_time(1)
    assert (offered(floor, first), offered(floor, second)) == ([], ["binh"])
    floor.pass_time(60)
    stand(floor, "An", Status.READY)
    floor.pass_time(1)
    assert offered(floor, first) == ["an"], "who did not get through to one agent is where they were"
    assert floor.visits(second)[-1].wanted is None
    before, after = {"queue": "sales", "place": 2}, {"queue": "sales", "agent": "Binh"}
    assert noted(floor) == [("Mai", "caller_moved", second.sid, before, after)]


def test_what_cannot_be_is_said(floor: Floor) -> None:
    (call,) = waiting(floor, 1)
    exchange, there = floor.house.exchange, visit(floor, call)
    closing.close(exchange, Closure("support", 0, "Mai"))
    assert [
        move(exchange, "Mai", there, Onward(*to))
        for to in (
            (To.QUEUE, "support"),
            (To.QUEUE, "sales"),
            (To.QUEUE, "nowhere"),
            (To.AGENT, "binh"),
            (To.AGENT, "x"),
            (To.NUMBER, "+84901234567"),
        )
    ] == [Stays.CLOSED, Stays.HERE, Stays.KNOWN, Stays.FREE, Stays.KNOWN, Stays.KNOWN]
    call.hang_up()
    floor.pass_time(1)
    assert to_front(exchange, "Mai", there) is Stays.GONE
    assert move(exchange, "Mai", there, Onward(To.QUEUE, "support")) is Stays.GONE
    assert floor.stands("an") == (Status.ON_BREAK, Activity.IDLE)
