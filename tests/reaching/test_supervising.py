"""Somebody listens in on a conversation: unheard, whispering, or heard by all."""

from pathlib import Path

import pytest
from requests.models import PreparedRequest, Response

from ivr.box import Party
from ivr.box.conferences import Participant
from ivr.ledger import listeners
from ivr.ledger.listeners import How, Listener
from ivr.switchboard.line.consulting import ask, hand_over
from ivr.switchboard.line.supervising import stop, supervise
from tests.reaching.floor import Act, Floor, fine
from tests.reaching.test_sending_on import HELPS, MENUS, SELLS


@pytest.fixture
def floor(tmp_path: Path) -> Floor:
    floor = Floor.open(tmp_path, MENUS)
    floor.hire("An", Party(after=2, keys="1", talks=600), **SELLS)
    floor.hire("Boss", Party(after=2, keys="1", talks=600), ready=False)
    return floor


def in_room(floor: Floor, listener: Listener) -> Participant | None:
    [room] = floor.phone.exchange.conferences.values()
    return room.find(f"listener-{listener.id}")


def test_a_supervisor_listens_whispers_and_barges_in(floor: Floor) -> None:
    call = floor.ring().press("1")
    floor.pass_time(20)
    [talk] = floor.talks(call)
    exchange = floor.house.exchange
    listener = supervise(exchange, talk.offer, "boss", How.LISTEN)
    assert listener
    floor.pass_time(10)
    member = in_room(floor, listener)
    assert member
    assert (member.muted, member.coaches) == (True, "")
    assert supervise(exchange, talk.offer, "boss", How.WHISPER) is not None
    floor.pass_time(2)
    assert (member.muted, member.coaches) == (False, talk.leg)
    assert supervise(exchange, talk.offer, "boss", How.BARGE) is not None
    floor.pass_time(2)
    assert (member.muted, member.coaches) == (False, "")
    coached = [event["target"] for event in member.leg.events if event["kind"] == "coaching"]
    assert coached == [talk.leg, ""]
    assert stop(exchange, listener.id)
    floor.pass_time(3)
    assert in_room(floor, listener) is None
    assert call.doing == "talking", "and the two talk on"
    assert floor.talks(call)[0].talk_ended_at is None
    assert floor.phone.faults == []


def test_who_whispers_is_heard_by_the_agent_who_has_the_caller_now(floor: Floor) -> None:
    floor.hire("Binh", Party(after=4, keys="1", talks=600), **HELPS)
    call = floor.ring().press("1")
    floor.pass_time(20)
    [talk] = floor.talks(call)
    exchange = floor.house.exchange
    listener = supervise(exchange, talk.offer, "boss", How.WHISPER)
    assert listener
    assert ask(exchange, talk.offer, "binh") is None
    floor.pass_time(20)
    member = in_room(floor, listener)
    assert member
    assert member.coaches == talk.leg
    assert hand_over(exchange, talk.offer)
    floor.pass_time(5)
    assert member.coaches == floor.talks(call)[1].leg
    assert call.doing == "talking"


def test_a_conversation_that_ends_leaves_nobody_listening(floor: Floor) -> None:
    call = floor.ring().press("1")
    floor.pass_time(20)
    [talk] = floor.talks(call)
    exchange = floor.house.exchange
    listener = supervise(exchange, talk.offer, "boss", How.LISTEN)
    assert listener
    floor.pass_time(10)
    call.hang_up()
    floor.pass_time(3)
    assert all(leg.over for leg in floor.phone.exchange.legs.values())
    with exchange.ledger.reading() as tx:
        heard = listeners.find(tx, listener.id)
        assert listeners.in_room(tx, talk.room) == []
    assert heard
    assert heard.joined_at is not None
    assert heard.ended_at is not None
    assert supervise(exchange, talk.offer, "boss", How.LISTEN) is None, "there is nothing to hear"


def test_a_voicemail_does_not_listen_in(floor: Floor) -> None:
    number = floor.agent("boss").address
    floor.phone.exchange.people.by_number[number] = Party(after=2, talks=60)
    call = floor.ring().press("1")
    floor.pass_time(20)
    [talk] = floor.talks(call)
    listener = supervise(floor.house.exchange, talk.offer, "boss", How.BARGE)
    assert listener
    floor.pass_time(60)
    assert in_room(floor, listener) is None
    assert call.doing == "talking"


def test_who_listens_no_more_before_the_carrier_has_answered_is_not_rung_on(floor: Floor) -> None:
    call = floor.ring().press("1")
    floor.pass_time(20)
    [talk] = floor.talks(call)
    exchange = floor.house.exchange
    floor.phone.exchange.people.by_number[floor.agent("boss").address] = Party("no-answer")
    listener = supervise(exchange, talk.offer, "boss", How.LISTEN)
    assert listener

    def meanwhile(_: PreparedRequest, act: Act) -> Response:
        placed = act()
        floor.rest = fine
        assert stop(exchange, listener.id)
        return placed

    floor.rest = meanwhile
    floor.pass_time(3)
    [rung] = [leg for leg in floor.phone.exchange.legs.values() if leg.to == floor.agent("boss").address]
    assert rung.over
    assert call.doing == "talking"
