"""Another system is told what happens: signed, in order for each call, until it has taken it."""

import hmac
from base64 import b64decode, b64encode
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from ivr.box import Party
from ivr.core.agents import Status
from ivr.core.alerts import Incident, Measure
from ivr.core.webhooks import Event
from ivr.ledger import incidents, talks, webhooks
from ivr.switchboard.line.standing import choose
from ivr.switchboard.rolling_back import roll_back
from ivr.switchboard.telling import secret_of
from tests.listening import Listener, listening
from tests.reaching.floor import Floor
from tests.service import MONDAY_MORNING

MENUS = """
hotline: Shop
zone: Asia/Ho_Chi_Minh
numbers: {"+842873001234": main}
languages: {en: {}}
mailboxes: {office: {}}
queues:
  default: {wrap_up: 5s, otherwise: message, announce: never}
  sales: {label: sales, callback: yes, keys: {2: call_back}, then: how_was_it, dispositions: [sold, other]}
steps:
  main: {say: Welcome., keys: {1: sales, 2: {label: a message, say: Well., then: message}}}
  how_was_it: {survey: satisfaction, then: hang_up}
  message: {say: Leave word., voicemail: office, then: hang_up}
"""


@pytest.fixture
def crm() -> Iterator[Listener]:
    with listening() as server:
        yield server


@pytest.fixture
def floor(tmp_path: Path, crm: Listener) -> Floor:
    opened = Floor.open(tmp_path, telling(crm))
    opened.hire("An", Party(after=3, keys="1", talks=10))
    return opened


def telling(crm: Listener, kinds: str = "") -> str:
    return f"{MENUS}events: {{url: '{crm.url}'{kinds}}}\n"


def test_a_call_is_told_from_its_begin_to_its_end(floor: Floor, crm: Listener) -> None:
    call = floor.ring().press("1")
    floor.pass_time(8)
    (talk,) = floor.talks(call)
    with floor.house.exchange.ledger.transaction() as tx:
        talks.write_down(tx, talk.offer, "sold", "wants two")
    floor.pass_time(12)
    call.press("5").settle()
    floor.pass_time(30)
    assert crm.events == ["call_started", "visit_ended", "talk_ended", "survey_answered", "call_ended"]
    told = {event["event"]: event for event in crm.told}
    assert {event["call"]["id"] for event in crm.told} == {call.sid}
    assert told["call_started"]["at"] == told["call_started"]["call"]["started"] == "2026-11-23T02:00:00.000Z"
    assert told["visit_ended"]["visit"]["outcome"] == "answered"
    about = told["talk_ended"]["talk"]
    assert (about["agent"], about["disposition"], about["notes"]) == ("An", "sold", "wants two")
    assert told["survey_answered"]["answer"]["value"] == 5
    assert told["call_ended"]["call"]["outcome"] == "connected"


def test_a_message_and_a_callback_are_told(floor: Floor, crm: Listener) -> None:
    choose(floor.house.exchange, "an", Status.ON_BREAK)
    left = floor.ring().press("2")
    left.speak(3).press("#").settle()
    waits = floor.ring("+84907654321").press("1")
    floor.pass_time(10)
    waits.press_now("2")
    floor.pass_time(2)
    waits.press("1")
    floor.pass_time(2)
    told = {event["event"]: event for event in crm.told}
    assert told["message_left"]["message"]["mailbox"] == "office"
    assert told["callback_asked"]["callback"]["number"] == "+84907654321"
    floor.phone.exchange.people.by_number["+84907654321"] = Party(after=2, keys="1", talks=5)
    choose(floor.house.exchange, "an", Status.READY)
    floor.pass_time(120)
    ended = [event for event in crm.told if event["event"] == "callback_ended"]
    assert [event["callback"]["outcome"] for event in ended] == ["reached"]


def test_the_signature_is_that_of_standard_webhooks(floor: Floor, crm: Listener) -> None:
    floor.ring()
    floor.house.errands()
    ((headers, body),) = crm.heard
    secret = secret_of(floor.house.exchange)
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    mark = b64encode(hmac.new(b64decode(secret.removeprefix("whsec_")), signed, sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{mark}"
    assert headers["webhook-timestamp"] == str(MONDAY_MORNING // 1000)
    assert headers["webhook-id"] == crm.told[0]["id"]


def test_while_it_does_not_listen_nothing_is_lost_and_the_order_stays(floor: Floor, crm: Listener) -> None:
    crm.answer = 503
    call = floor.ring()
    floor.pass_time(5)
    call.hang_up()
    floor.pass_time(60)
    assert (crm.told, crm.refused > 0) == ([], True)
    crm.answer = 200
    floor.pass_time(900)
    assert crm.events == ["call_started", "call_ended"]
    again = floor.ring("+84907654321")
    again.hang_up()
    floor.pass_time(10)
    assert crm.events == ["call_started", "call_ended"] * 2


def test_days_without_an_answer_change_nothing(floor: Floor, crm: Listener) -> None:
    crm.answer = 500
    floor.ring().hang_up()
    floor.pass_time(3)
    with floor.house.exchange.ledger.transaction() as tx:
        tx.run("UPDATE errand SET created_at = created_at - :days", {"days": 30 * 86_400_000})
    floor.pass_time(1_000)
    crm.answer = 200
    floor.pass_time(1_000)
    assert crm.events == ["call_started", "call_ended"]


def test_who_does_not_listen_keeps_no_caller_waiting(floor: Floor, crm: Listener) -> None:
    crm.server_close()  # nobody answers at all
    call = floor.ring().press("1")
    floor.pass_time(10)
    assert [talk.is_on for talk in floor.talks(call)] == [True]


def test_only_what_is_wanted_is_put_down(floor: Floor, crm: Listener) -> None:
    floor.house.publish(telling(crm, ", kinds: [call_ended]"))
    floor.ring().hang_up()
    floor.pass_time(10)
    assert crm.events == ["call_ended"]
    floor.house.publish(MENUS)
    floor.ring("+84907654321").hang_up()
    floor.pass_time(10)
    assert len(crm.told) == 1
    assert floor.house.rows.one("SELECT COUNT(*) FROM errand WHERE kind = 'tell'") == 1
    roll_back(floor.house.exchange, 1, "a test")
    floor.pass_time(2)
    floor.ring("+84908888888").hang_up()
    floor.pass_time(10)
    assert crm.events == ["call_ended", "call_started", "call_ended"]


def test_what_nobody_wants_any_more_is_let_go(floor: Floor, crm: Listener) -> None:
    crm.answer = 503
    floor.ring().hang_up()
    floor.pass_time(10)
    floor.house.publish(MENUS)
    floor.pass_time(1_000)
    crm.answer = 200
    floor.pass_time(10)
    assert crm.told == []
    assert floor.house.rows("SELECT DISTINCT state FROM errand WHERE kind = 'tell'") == [("done",)]


def test_what_belongs_to_no_call_is_told_in_order_too(floor: Floor, crm: Listener) -> None:
    crm.answer = 503
    exchange = floor.house.exchange
    incident = Incident("i1", "long", Measure.LONGEST_WAIT, 180.0, (), exchange.now(), 190.0, 190.0)
    with exchange.ledger.transaction() as tx:
        incidents.begin(tx, incident)
        webhooks.happened(tx, Event.ALERT, "i1:began", None, exchange.now())
    floor.pass_time(100)
    with exchange.ledger.transaction() as tx:
        webhooks.happened(tx, Event.ALERT, "i1:ended", None, exchange.now())
        assert webhooks.stuck_since(tx, exchange.now() - 90_000) == 1
    crm.answer = 200
    floor.pass_time(900)
    assert [event["alert"]["state"] for event in crm.told] == ["began", "ended"]
