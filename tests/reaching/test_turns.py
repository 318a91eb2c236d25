"""Two who want the same rows at once wait for each other in one order: the call, its visits, an offer, a
conversation, an agent. So nobody's wish is lost because two waited for each other."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TypeVar

import pytest

from ivr.box import Party
from ivr.carriers.events import TextReceived
from ivr.core.agents import Activity, Status
from ivr.core.calls import Outcome
from ivr.core.line.onward import Onward, To
from ivr.ledger import Transaction, agents, calls, line, surveys, talks
from ivr.ledger.facts import Ended
from ivr.ledger.surveys import Feedback, Kind
from ivr.switchboard.line.consulting import ask
from ivr.switchboard.line.dialled_in import line_gone
from ivr.switchboard.line.holding import hold, wish_keep
from ivr.switchboard.line.meeting import AGENT, agent_hung_up, caller_gone, over
from ivr.switchboard.line.recording import pause
from ivr.switchboard.line.sending_on import Not, send_on
from ivr.switchboard.replaying import put_down
from ivr.switchboard.surveys import text_received
from tests.patience import until
from tests.reaching.floor import Floor
from tests.reaching.test_dialled_in import MENUS as DIALLED_IN
from tests.reaching.test_dialled_in import dial_in, enrol
from tests.reaching.test_sending_on import HELPS, MENUS, SELLS
from tests.reaching.test_surveys import BY_SMS, CALLER, open_floor
from tests.service import NUMBER

pytestmark = pytest.mark.needs("postgresql")

WRAPPING_UP = (Status.READY, Activity.WRAPPING_UP)
T = TypeVar("T")


@pytest.fixture
def floor(tmp_path: Path, postgresql_url: str) -> Iterator[Floor]:
    """An asks Binh about a caller, and all three are in the room."""
    floor = Floor.open(tmp_path, MENUS, database_url=postgresql_url)
    floor.hire("An", Party(after=2, keys="1", talks=600), **SELLS)
    floor.hire("Binh", Party(after=4, keys="1", talks=600), **HELPS)
    yield floor
    floor.house.exchange.ledger.close()


@contextmanager
def meanwhile(
    floor: Floor, deed: Callable[[], T], begin: Callable[[Transaction], object]
) -> Iterator[tuple[Transaction, Future[T]]]:
    """A transaction that has begun, and a deed that waits for it."""
    with ThreadPoolExecutor(1) as other, floor.house.exchange.ledger.transaction() as tx:
        begin(tx)
        tx.row("SELECT 1", {})  # what is no question is sent with the next one
        done = other.submit(deed)
        until(lambda: bool(floor.house.rows("SELECT pid FROM pg_locks WHERE NOT granted")), every=0.005)
        yield tx, done


def test_a_caller_hangs_up_as_the_agent_sends_them_on(floor: Floor) -> None:
    exchange, call = floor.house.exchange, floor.ring().press("1")
    floor.pass_time(20)
    [talk] = floor.talks(call)
    sid = call.sid or ""
    onward = Onward(To.QUEUE, "support")
    with meanwhile(floor, lambda: send_on(exchange, talk.offer, onward), lambda tx: calls.find(tx, sid)) as (
        tx,
        sent_on,
    ):
        caller_gone(exchange, tx, sid, exchange.now())
    assert sent_on.result() is Not.TALKING
    assert floor.stands("an") == WRAPPING_UP


def test_the_one_who_is_asked_hangs_up_as_the_other_calls_them_off(floor: Floor) -> None:
    exchange, call = floor.house.exchange, floor.ring().press("1")
    floor.pass_time(20)
    [first] = floor.talks(call)
    assert ask(exchange, first.offer, "binh") is None
    floor.pass_time(20)
    first, second = floor.talks(call)
    with meanwhile(
        floor, lambda: agent_hung_up(exchange, second.offer), lambda tx: talks.locked(tx, first.offer)
    ) as (tx, hung_up):
        over(exchange, tx, second.offer, AGENT, exchange.now())
    assert hung_up.result() is None
    assert [talk.is_on for talk in floor.talks(call)] == [True, False]
    assert floor.stands("binh") == (Status.READY, Activity.IDLE), "who was only asked wraps nothing up"


def test_ends_are_put_down_after_an_outage_while_an_agent_is_freed(floor: Floor) -> None:
    floor.people.update({floor.agent(name).address: Party("no-answer") for name in ("an", "binh")})
    floor.phone.exchange.people.by_number.update(floor.people)
    exchange, calls_made = floor.house.exchange, [floor.ring().press("1"), floor.ring(CALLER).press("2")]
    floor.pass_time(5)
    first, second = (call.sid or "" for call in calls_made)
    [theirs] = floor.visits(calls_made[1])
    facts = [Ended(sid, Outcome.HUNG_UP, exchange.now(), "status") for sid in (first, second)]
    deed = partial(put_down, exchange, facts)
    with meanwhile(floor, deed, lambda tx: line.find(tx, theirs.id)) as (tx, done):
        assert agents.held(tx, "an"), "whom the first of them has let go"
    assert done.result() == []
    assert [floor.stands(name) for name in ("an", "binh")] == [(Status.READY, Activity.IDLE)] * 2


def test_one_agent_acts_on_the_room_as_the_other_leaves_it(floor: Floor) -> None:
    exchange, call = floor.house.exchange, floor.ring().press("1")
    floor.pass_time(20)
    [first] = floor.talks(call)
    assert ask(exchange, first.offer, "binh") is None
    floor.pass_time(20)
    first, second = floor.talks(call)
    with exchange.ledger.transaction() as tx:
        tx.run("UPDATE talk SET recorded = :yes", {"yes": True})
    for deed in (hold, pause):
        with meanwhile(
            floor, partial(deed, exchange, first.offer), lambda tx: talks.locked(tx, second.offer)
        ) as (tx, done):
            wish_keep(tx, first, second.leg, exchange.now())
        assert done.result() is True


def test_a_text_message_that_is_told_twice_at_once_is_answered_once(
    tmp_path: Path, postgresql_url: str
) -> None:
    floor = open_floor(tmp_path, BY_SMS, database_url=postgresql_url)
    exchange = floor.house.exchange
    floor.ring()
    floor.pass_time(45)
    text = TextReceived("SM1", CALLER, NUMBER, "5")

    def told_before(tx: Transaction) -> None:
        surveys.one_by_one(tx, CALLER)
        surveys.wrote(tx, Feedback("SM1", CALLER, NUMBER, "5", exchange.now(), Kind.ANSWER, reply="And 2?"))

    with meanwhile(floor, lambda: text_received(exchange, text), told_before) as (_, told_again):
        pass
    assert b"And 2?" in told_again.result()
    assert floor.house.rows("SELECT answered_at FROM survey_answer") == [(None,)], "that is the first one's"
    exchange.ledger.close()


def test_the_line_of_an_agent_is_lost_as_their_conversation_ends(tmp_path: Path, postgresql_url: str) -> None:
    floor = Floor.open(tmp_path, DIALLED_IN, database_url=postgresql_url)
    exchange = floor.house.exchange
    enrol(floor, "An", "41", "739164")
    agent = dial_in(floor)
    call = floor.ring().press("1")
    floor.pass_time(3)
    agent.press("1")
    floor.pass_time(5)
    [talk] = floor.talks(call)
    with meanwhile(
        floor, lambda: line_gone(exchange, agent.sid or ""), lambda tx: talks.locked(tx, talk.offer)
    ) as (tx, gone):
        over(exchange, tx, talk.offer, AGENT, exchange.now())
    assert gone.result() is None
    assert floor.stands("an") == (Status.SIGNED_OUT, Activity.WRAPPING_UP)
    exchange.ledger.close()
