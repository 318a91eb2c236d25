"""A queue is closed by hand: whoever comes hears why, whoever waits is served as the queue has it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from ivr.box import Party
from ivr.box.phone_line import PhoneCall
from ivr.core.agents import Activity, Status
from ivr.core.line.closures import Closure, Reason
from ivr.core.line.visits import Left
from ivr.ledger import audit, events
from ivr.switchboard.line import closing
from ivr.switchboard.line.standing import choose
from tests.reaching.floor import Floor

MENUS = """
hotline: Shop
zone: UTC
numbers: {"+842873001234": main}
languages: {en: {}}
mailboxes: {office: {}}
queues:
  default: {no_agents: message, closed: message, then: bye}
  sales: {say: Please hold., label: sales}
  support: {say: Please hold., at_closing: leave_word}
  repairs: {say: Please hold., at_closing: callback, callback: true, keys: {2: call_back}}
steps:
  main: {say: Welcome., keys: {1: sales, 2: support, 3: repairs}}
  message: {say: Leave word., voicemail: office, then: hang_up}
  bye: {say: Bye., then: hang_up}
"""


@pytest.fixture
def floor(tmp_path: Path) -> Floor:
    floor = Floor.open(tmp_path, MENUS)
    floor.hire("An", Party("no-answer"), ready=False)
    stand(floor, Status.ON_BREAK)
    return floor


def stand(floor: Floor, status: Status) -> None:
    choose(floor.house.exchange, "an", status)


def close(floor: Floor, queue: str, reason: Reason | None = None, **says: str) -> None:
    closing.close(floor.house.exchange, Closure(queue, 0, "Mai", reason, says))


def test_who_comes_hears_why_and_is_led_on(floor: Floor) -> None:
    close(floor, "sales", Reason.FAULT)
    assert floor.ring().press("1").heard == [
        "Welcome. For sales, press 1.",
        "We cannot take your call now because of a technical fault. We are sorry.",
        "Leave word.",
    ]


def test_words_of_their_own_come_before_a_ready_reason(floor: Floor) -> None:
    close(floor, "sales", Reason.FAULT, en="Our street is under water; we are safe <and> back tomorrow.")
    assert floor.ring().press("1").heard[1:] == [
        "Our street is under water; we are safe <and> back tomorrow.",
        "Leave word.",
    ]


def test_without_a_reason_only_the_menus_speak(floor: Floor) -> None:
    close(floor, "sales")
    assert floor.ring().press("1").heard[1:] == ["Leave word."]


def test_the_log_of_the_call_tells_who_had_closed_the_queue_and_what_was_heard_of_it(floor: Floor) -> None:
    close(floor, "sales", Reason.SHORT)
    close(floor, "support")
    first, second, third = (floor.ring().press(key) for key in "123")
    told = {"by": "Mai", "language": "en"}
    assert noted(floor, first) == [
        {**told, "queue": "sales", "said": "We are away for a short while. Please call again later."}
    ]
    assert noted(floor, second) == [{**told, "queue": "support", "said": ""}]
    assert noted(floor, third) == [], "this one is open"


def noted(floor: Floor, call: PhoneCall) -> list[Mapping[str, Any]]:
    with floor.house.exchange.ledger.reading() as tx:
        return [each.detail for each in events.of_call(tx, call.sid) if each.kind == "closed_by_hand"]


def test_another_queue_is_open(floor: Floor) -> None:
    close(floor, "sales", Reason.FAULT)
    assert floor.ring().press("2").heard[1:2] == ["Please hold."]


def test_who_waits_is_served_where_the_queue_serves_them(floor: Floor) -> None:
    call = floor.ring().press("1")
    floor.pass_time(30)
    close(floor, "sales", Reason.TODAY)
    floor.pass_time(60)
    assert floor.visits(call)[0].outcome is None
    stand(floor, Status.READY)
    floor.pass_time(1)
    assert floor.stands("an") == (Status.READY, Activity.OFFERED)


def test_who_waits_hears_why_where_the_queue_has_them_leave_word(floor: Floor) -> None:
    call = floor.ring().press("2")
    floor.pass_time(30)
    close(floor, "support", Reason.TODAY)
    floor.pass_time(30)
    assert [visit.outcome for visit in floor.visits(call)] == [Left.CLOSED]
    assert call.heard[-3:-1] == ["We are closed for the rest of the day.", "Leave word."]


def test_who_is_promised_to_be_called_is_called_when_it_opens_again(floor: Floor) -> None:
    call = floor.ring().press("3")
    floor.pass_time(30)
    close(floor, "repairs", Reason.SHORT)
    floor.pass_time(30)
    call.press("1")
    assert [visit.outcome for visit in floor.visits(call)] == [Left.CALLBACK]
    stand(floor, Status.READY)
    floor.pass_time(60)
    assert floor.stands("an") == (Status.READY, Activity.IDLE), "the queue is closed"
    assert closing.open_again(floor.house.exchange, "Mai", "repairs")
    floor.pass_time(1)
    assert floor.stands("an") == (Status.READY, Activity.OFFERED)


def test_it_is_open_once_somebody_opens_it_and_all_of_it_is_in_the_audit(floor: Floor) -> None:
    close(floor, "sales", Reason.CROWD)
    close(floor, "sales", None, en="Too many calls.")
    assert closing.open_again(floor.house.exchange, "Lan", "sales")
    assert not closing.open_again(floor.house.exchange, "Lan", "sales"), "nobody has closed it any more"
    assert floor.ring().press("1").heard[1:2] == ["Please hold."]
    crowd = {"closed_by": "Mai", "reason": "closed_by_crowd", "says": {}}
    words = {"closed_by": "Mai", "reason": None, "says": {"en": "Too many calls."}}
    with floor.house.exchange.ledger.reading() as tx:
        noted = audit.newest(tx)[:-1]
    assert [(each.who, each.what, each.subject, each.before, each.after) for each in noted] == [
        ("Lan", "queue_opened", "sales", words, None),
        ("Mai", "queue_closed", "sales", crowd, words),
        ("Mai", "queue_closed", "sales", None, crowd),
    ]
