"""An agent calls somebody as the hotline: the agent first, then the number, in one room."""

from itertools import pairwise
from pathlib import Path

import pytest

from ivr.box import Party
from ivr.core.agents import Activity, Status
from ivr.core.line.onward import Onward, To
from ivr.core.line.visits import Kind, Left, Visit, WentTo
from ivr.ledger import callbacks, line, talks
from ivr.ledger.callbacks import Over
from ivr.ledger.talks import Talk
from ivr.switchboard.line.calling_out import call_out
from ivr.switchboard.line.consulting import ask
from ivr.switchboard.line.holding import hold
from ivr.switchboard.line.offering import decline
from ivr.switchboard.line.sending_on import Not, send_on
from ivr.switchboard.line.standing import choose
from tests.reaching.floor import Floor
from tests.reaching.test_calling_back import MENUS as CALLS_BACK
from tests.reaching.test_calling_back import promised
from tests.reaching.test_sending_on import HELPS, MENUS, SELLS

MAI = "+84907654321"
IDLE = (Status.READY, Activity.IDLE)
TALKING = (Status.READY, Activity.TALKING)
WRAPPING_UP = (Status.READY, Activity.WRAPPING_UP)


@pytest.fixture
def floor(tmp_path: Path) -> Floor:
    return Floor.open(tmp_path, MENUS, phone_number="+842873001234")


def reached(floor: Floor) -> tuple[Visit, Talk]:
    """The only visit there is, and its conversation."""
    [(visit_id, offer_id)] = floor.house.rows("SELECT visit, offer FROM talk")
    with floor.house.exchange.ledger.reading() as tx:
        visit, talk = line.find(tx, visit_id), talks.find(tx, offer_id)
    assert visit
    assert talk
    return visit, talk


@pytest.fixture
def promising(tmp_path: Path) -> Floor:
    """Mai was promised a call of sales, whose agents are all on a break."""
    floor = Floor.open(tmp_path, f"{CALLS_BACK}allowed: [VN]\n")
    for name in ("An", "Binh"):
        floor.hire(name, Party(after=2, keys="1", talks=60))
        choose(floor.house.exchange, name.lower(), Status.ON_BREAK)
    promised(floor, MAI)
    return floor


def test_who_calls_a_promised_number_takes_the_promise_on_and_nobody_else_is_offered_it(
    promising: Floor,
) -> None:
    exchange = promising.house.exchange
    promising.phone.exchange.people.by_number[MAI] = Party(after=8, keys="1", talks=30)
    choose(exchange, "binh", Status.READY)
    assert call_out(exchange, "an", MAI, "sales") is Not.FREE
    assert promising.house.rows("SELECT agent FROM offer") == [("binh",)]
    choose(exchange, "an", Status.READY)
    assert call_out(exchange, "an", MAI, "sales") is Not.CALLED, "Binh is about to"
    assert decline(exchange, promising.house.rows.one("SELECT id FROM offer"))


def test_a_number_that_was_promised_a_call_is_called_by_who_wishes_to(promising: Floor) -> None:
    exchange = promising.house.exchange
    promising.phone.exchange.people.by_number[MAI] = Party(after=8, keys="1", talks=30)
    with exchange.ledger.transaction() as tx:  # a try was in vain: the next one is not yet due
        [back] = callbacks.still_open(tx, 2)
        line.end(tx, back.visit or "", Left.NO_AGENTS, WentTo.QUEUE, exchange.now())
        callbacks.later(tx, back.id, exchange.now() + 300_000)
    for name in ("an", "binh"):
        choose(exchange, name, Status.READY)
    assert call_out(exchange, "binh", MAI, "sales") is None
    assert [promising.stands(name)[1] for name in ("an", "binh")] == [Activity.IDLE, Activity.OFFERED]
    promising.pass_time(25)
    visit, talk = reached(promising)
    assert (visit.kind, visit.outcome, talk.agent) == (Kind.CALLBACK, Left.ANSWERED, "binh")
    assert promising.rung(MAI) == 1
    promising.pass_time(60)
    with exchange.ledger.reading() as tx:
        found = callbacks.find(tx, back.id)
    assert found
    assert (found.over, found.tries) == (Over.REACHED, 1)


def test_a_promise_that_its_agent_does_not_keep_waits_for_anybody_again(promising: Floor) -> None:
    exchange = promising.house.exchange
    promising.phone.exchange.people.by_number[promising.agent("binh").address] = Party("no-answer")
    choose(exchange, "binh", Status.READY)
    [[offer]] = promising.house.rows("SELECT id FROM offer")
    assert decline(exchange, offer), "nobody has asked Binh"
    assert call_out(exchange, "binh", MAI, "sales") is None
    choose(exchange, "an", Status.READY)
    promising.pass_time(15)
    assert [promising.stands(name)[1] for name in ("an", "binh")] == [Activity.IDLE, Activity.OFFERED]
    promising.pass_time(15)
    assert [promising.stands(name)[1] for name in ("an", "binh")] == [Activity.TALKING, Activity.IDLE]


def test_an_agent_calls_somebody_and_they_talk(floor: Floor) -> None:
    floor.hire("An", Party(after=2, keys="1", talks=600))
    floor.phone.exchange.people.by_number[MAI] = Party(after=5, talks=40)
    assert call_out(floor.house.exchange, "an", "090 765 4321", "sales") is None, "as it is typed at home"
    floor.pass_time(25)
    assert floor.stands("an") == TALKING
    visit, talk = reached(floor)
    assert (visit.kind, visit.outcome, visit.queue) == (Kind.OUTBOUND, Left.ANSWERED, "sales")
    [theirs] = [leg for leg in floor.phone.exchange.legs.values() if leg.to == MAI]
    assert (visit.call, talk.call, theirs.from_) == (theirs.sid, theirs.sid, "+842873001234")
    assert hold(floor.house.exchange, talk.offer)
    floor.pass_time(3)
    assert theirs.doing == ""
    floor.pass_time(40)
    assert floor.stands("an") == WRAPPING_UP
    assert floor.house.rows("SELECT caller, outcome FROM call") == [(MAI, "connected")]
    assert floor.agent("an").calls == 0, "it is none of the callers they have answered"
    assert all(leg.over for leg in floor.phone.exchange.legs.values())
    assert floor.phone.faults == []


def test_when_the_agent_hangs_up_the_other_one_hears_goodbye(floor: Floor) -> None:
    floor.hire("An", Party(after=2, keys="1", talks=30))
    floor.phone.exchange.people.by_number[MAI] = Party(after=3, talks=600)
    assert call_out(floor.house.exchange, "an", MAI) is None
    floor.pass_time(60)
    [theirs] = [leg for leg in floor.phone.exchange.legs.values() if leg.to == MAI]
    assert theirs.over
    said = [event["text"] for event in theirs.events if event["kind"] == "say"]
    assert said == ["Thank you for calling. Goodbye."]
    assert reached(floor)[1].ended_by == "agent"


@pytest.mark.parametrize("mai", [Party("no-answer"), Party("busy"), Party("failed")])
def test_where_nobody_answers_the_agent_is_free_again(floor: Floor, mai: Party) -> None:
    floor.hire("An", Party(after=2, keys="1", talks=600))
    floor.phone.exchange.people.by_number[MAI] = mai
    assert call_out(floor.house.exchange, "an", MAI) is None
    floor.pass_time(80)
    assert floor.stands("an") == IDLE
    visit, talk = reached(floor)
    assert (visit.outcome, talk.answered_at) == (Left.ABANDONED, None)
    assert all(leg.over for leg in floor.phone.exchange.legs.values())


def test_an_agent_who_thinks_better_of_it_lets_nobody_ring_on(floor: Floor) -> None:
    floor.hire("An", Party(after=2, keys="1", talks=8))
    floor.phone.exchange.people.by_number[MAI] = Party("no-answer")
    assert call_out(floor.house.exchange, "an", MAI) is None
    floor.pass_time(20)
    assert floor.stands("an") == IDLE
    [theirs] = [leg for leg in floor.phone.exchange.legs.values() if leg.to == MAI]
    assert theirs.status == "canceled"


def test_an_agent_who_does_not_take_it_rings_nobody(floor: Floor) -> None:
    floor.hire("An", Party(after=2, keys="5"))
    assert call_out(floor.house.exchange, "an", MAI) is None
    floor.pass_time(40)
    assert [leg.to for leg in floor.phone.exchange.legs.values()] == [floor.agent("an").address]
    assert floor.house.rows("SELECT outcome FROM visit") == [("no_agents",)]
    assert floor.stands("an") == IDLE


def test_only_what_is_allowed_is_called_and_only_by_who_is_free(floor: Floor) -> None:
    floor.hire("An", Party(after=2, keys="1", talks=600))
    exchange = floor.house.exchange
    assert call_out(exchange, "an", "+15551112222") is Not.ALLOWED
    assert call_out(exchange, "an", "115") is Not.ALLOWED
    assert call_out(exchange, "nobody", MAI) is Not.KNOWN
    assert call_out(exchange, "an", MAI) is None
    assert call_out(exchange, "an", MAI) is Not.FREE
    assert floor.house.rows("SELECT COUNT(*) FROM visit") == [(1,)]


def test_whom_we_called_cannot_be_sent_into_the_menus_but_another_agent_can_come(floor: Floor) -> None:
    floor.hire("An", Party(after=2, keys="1", talks=60))
    floor.hire("Binh", Party(after=2, keys="1", talks=600), **HELPS)
    floor.phone.exchange.people.by_number[MAI] = Party(after=3, talks=600)
    exchange = floor.house.exchange
    assert call_out(exchange, "an", MAI) is None
    floor.pass_time(20)
    _, talk = reached(floor)
    assert send_on(exchange, talk.offer, Onward(To.QUEUE, "support")) is Not.CALLER
    assert ask(exchange, talk.offer, "binh") is None
    floor.pass_time(70)
    assert (floor.stands("an")[1], floor.stands("binh")) == (Activity.WRAPPING_UP, TALKING)
    [theirs] = [leg for leg in floor.phone.exchange.legs.values() if leg.to == MAI]
    assert theirs.doing == "talking"


def test_calls_of_every_kind_take_turns_as_the_carrier_makes_only_so_many_a_second(
    tmp_path: Path,
) -> None:
    """Two agents on their pages call out in the same moment, and a caller comes for a third one's phone."""
    floor = Floor.open(tmp_path, MENUS, phone_number="+842873001234", calls_per_second=0.2)
    for name in ("An", "Binh"):
        floor.hire(name)
    floor.hire("Chi", Party(after=2, keys="1", talks=600), **SELLS)
    for agent, number in (("an", MAI), ("binh", "+84907654322")):
        floor.phone.exchange.people.by_number[number] = Party(after=2, talks=None)
        assert call_out(floor.house.exchange, agent, number) is None
    for agent in ("an", "binh"):
        floor.accepts_on_page(agent, Party(after=0, talks=None))
    floor.ring().press("1")
    floor.pass_time(40)
    asked = sorted(leg.created_at for leg in floor.phone.exchange.legs.values() if leg.direction != "inbound")
    assert len(asked) == 5, "two pages, two numbers, one phone"
    assert all(later - earlier >= 4.5 for earlier, later in pairwise(asked))
