"""A caller reaches an agent: from the menus through the line into a conversation, and what is written of it."""

from pathlib import Path

import pytest

from ivr.box import Party
from ivr.core.agents import Activity, Status
from ivr.core.line.visits import Left, WentTo
from ivr.ledger.offers import End
from tests.reaching.floor import Floor

MENUS = """
hotline: Shop
zone: UTC
numbers: {"+842873001234": main}
languages: {en: {}}
mailboxes: {office: {}}
queues:
  default: {ring: 20s, wrap_up: 30s, max_wait: 5m, too_long: message, no_agents: message, announce: 1m}
  sales:
    label: sales
    say: Please hold.
    keys: {1: message, 3: place}
    then: thanks
steps:
  main: {say: Welcome., keys: {1: sales}}
  message: {say: Leave word., voicemail: office, then: hang_up}
  thanks: {say: Thank you for talking to us., then: hang_up}
"""


@pytest.fixture
def floor(tmp_path: Path) -> Floor:
    return Floor.open(tmp_path, MENUS)


def test_a_caller_who_waits_is_put_through_to_an_agent_who_presses_1(floor: Floor) -> None:
    an = floor.hire("An", Party(after=4, keys="1", talks=60))
    call = floor.ring().press("1")
    assert call.doing == "queued"
    assert "Please hold." in call.heard
    floor.pass_time(30)
    assert call.doing == "talking"
    assert floor.stands(an) == (Status.READY, Activity.TALKING)
    floor.pass_time(60)
    assert call.status == "completed"
    assert call.heard[-1] == "Thank you for talking to us."
    assert floor.phone.faults == []
    [visit], [offer], [talk] = floor.visits(call), floor.offers(call), floor.talks(call)
    assert (visit.outcome, visit.went_to, visit.agent) == (Left.ANSWERED, WentTo.AGENT, an)
    assert offer.ending is End.ACCEPTED
    assert talk.answered_at is not None
    assert talk.talk_ended_at is not None
    assert 58_000 < talk.talk_ended_at - talk.answered_at < 63_000
    assert talk.ended_by == "agent"
    assert floor.stands(an) == (Status.READY, Activity.WRAPPING_UP)
    floor.pass_time(30)
    assert floor.stands(an) == (Status.READY, Activity.IDLE)
    assert floor.house.rows("SELECT outcome FROM call") == [("connected",)]
