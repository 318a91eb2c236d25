"""Every state is left within its cap, whoever forgets it."""

from pathlib import Path

import pytest

from ivr.box import Party
from ivr.core.agents import Activity, Status
from ivr.core.line.visits import Left, Visit, WentTo
from ivr.ledger import line, offers
from ivr.ledger.offers import End, Offer
from ivr.switchboard.line import dispatch
from ivr.switchboard.line.holding import hold
from ivr.switchboard.line.meeting import agent_hung_up
from ivr.switchboard.line.standing import choose
from ivr.switchboard.line.wrapping_up import longer, write_down
from tests import outages
from tests.reaching.floor import Floor, away, fine
from tests.reaching.test_reaching import MENUS

TALKS_LONG = Party(after=2, keys="1", talks=5_000)
DISPOSED = MENUS.replace(
    "    say: Please hold.\n", "    dispositions: [sold, other]\n    disposition: required\n"
)


@pytest.fixture
def floor(tmp_path: Path) -> Floor:
    return Floor.open(tmp_path, MENUS)


def test_an_agent_who_has_declined_thousands_makes_nobody_look_for_ever(
    floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are offered the first they have not declined, if that one is near enough."""
    floor.hire("An", TALKS_LONG, ready=False)
    exchange = floor.house.exchange

    def waits(nth: int, *declined: str) -> Visit:
        name, now = f"CA{nth:05}.1", exchange.now()
        return Visit(name, name, "sales", "en", now, nth, now, declined=frozenset(declined))

    monkeypatch.setattr(dispatch, "WIDEST", 40)
    with exchange.ledger.transaction() as tx:
        for nth in range(100):
            line.join(tx, waits(nth, "an"))
        line.join(tx, waits(100))
    choose(exchange, "an", Status.READY)
    assert floor.stands("an") == (Status.READY, Activity.IDLE), "the one they may take is too far behind"
    with exchange.ledger.transaction() as tx:
        for nth in range(61):
            line.end(tx, waits(nth).id, Left.ABANDONED, WentTo.GOODBYE, exchange.now())
    assert dispatch.dispatch(exchange) == 1
    assert [offer.visit for offer in offered(floor, "an")] == ["CA00100.1"]


def offered(floor: Floor, agent: str) -> list[Offer]:
    with floor.house.exchange.ledger.reading() as tx:
        found = offers.open_of(tx, agent)
    return [found] if found else []


def test_a_caller_who_was_forgotten_on_hold_is_taken_back_after_ten_minutes(floor: Floor) -> None:
    floor.hire("An", TALKS_LONG)
    call = floor.ring().press("1")
    floor.pass_time(15)
    [talk] = floor.talks(call)
    assert hold(floor.house.exchange, talk.offer)
    floor.pass_time(595)
    assert call.doing == "", "music"
    floor.pass_time(10)
    assert call.doing == "talking"
    [talk] = floor.talks(call)
    assert (talk.held_since, talk.hold_wished) == (None, False)
    assert 600_000 <= talk.held <= 602_000
    events = "SELECT kind FROM event WHERE kind = 'held_too_long'"
    assert floor.house.rows(events) == [("held_too_long",)]


def test_the_caller_is_taken_back_once_the_carrier_can_be_asked_again(floor: Floor) -> None:
    floor.hire("An", TALKS_LONG)
    call = floor.ring().press("1")
    floor.pass_time(15)
    [talk] = floor.talks(call)
    hold(floor.house.exchange, talk.offer)
    floor.pass_time(590)
    floor.rest = away
    floor.pass_time(60)
    assert call.doing == ""
    floor.rest = fine
    floor.pass_time(120)
    assert call.doing == "talking"
    events = "SELECT COUNT(*) FROM event WHERE kind = 'held_too_long'"
    assert floor.house.rows.one(events) == 1


def test_a_disposition_that_nobody_chooses_holds_an_agent_for_half_an_hour(tmp_path: Path) -> None:
    floor = Floor.open(tmp_path, DISPOSED)
    an = floor.hire("An", TALKS_LONG)
    call = floor.ring().press("1")
    floor.pass_time(15)
    [talk] = floor.talks(call)
    agent_hung_up(floor.house.exchange, talk.offer)
    floor.pass_time(29 * 60)
    assert floor.stands(an) == (Status.READY, Activity.WRAPPING_UP)
    floor.pass_time(62)
    assert floor.stands(an) == (Status.READY, Activity.IDLE)
    assert floor.talks(call)[0].disposition is None


def test_a_disposition_that_is_chosen_ends_the_wrap_up_as_ever(tmp_path: Path) -> None:
    floor = Floor.open(tmp_path, DISPOSED)
    an = floor.hire("An", TALKS_LONG)
    call = floor.ring().press("1")
    floor.pass_time(15)
    [talk] = floor.talks(call)
    agent_hung_up(floor.house.exchange, talk.offer)
    floor.pass_time(10 * 60)
    write_down(floor.house.exchange, talk.offer, "sold", "")
    floor.pass_time(1)
    assert floor.stands(an) == (Status.READY, Activity.IDLE)


def test_more_time_is_no_way_around_a_disposition(tmp_path: Path) -> None:
    floor = Floor.open(tmp_path, DISPOSED)
    an = floor.hire("An", TALKS_LONG)
    call = floor.ring().press("1")
    floor.pass_time(15)
    [talk] = floor.talks(call)
    exchange = floor.house.exchange
    assert not longer(exchange, talk.offer, 60), "they talk yet"
    agent_hung_up(exchange, talk.offer)
    assert longer(exchange, talk.offer, 60), "it lasts as long as they want anyway"
    floor.pass_time(10 * 60)
    assert floor.stands(an) == (Status.READY, Activity.WRAPPING_UP)
    write_down(exchange, talk.offer, "sold", "")
    floor.pass_time(1)
    assert floor.stands(an) == (Status.READY, Activity.IDLE)
    assert not longer(exchange, talk.offer, 60), "it is over"


def test_a_disposition_that_is_taken_back_has_to_be_chosen_again(tmp_path: Path) -> None:
    floor = Floor.open(tmp_path, DISPOSED)
    an = floor.hire("An", TALKS_LONG)
    call = floor.ring().press("1")
    floor.pass_time(15)
    [talk] = floor.talks(call)
    exchange = floor.house.exchange
    write_down(exchange, talk.offer, "sold", "")
    agent_hung_up(exchange, talk.offer)
    write_down(exchange, talk.offer, None, "or was it?")
    floor.pass_time(10 * 60)
    assert floor.stands(an) == (Status.READY, Activity.WRAPPING_UP)
    write_down(exchange, talk.offer, "other", "or was it?")
    floor.pass_time(1)
    assert floor.stands(an) == (Status.READY, Activity.IDLE)
    assert floor.talks(call)[0].disposition == "other"


def test_whoever_waits_in_a_queue_that_was_taken_away_comes_out_of_it(tmp_path: Path) -> None:
    """The live menus say nothing of it any more; the caller goes on in those they began in."""
    menus = MENUS.replace("max_wait: 5m, ", "").replace("steps:", "  support: {label: help}\nsteps:")
    menus = menus.replace("keys: {1: sales}", "keys: {1: sales, 2: support}")
    floor = Floor.open(tmp_path, menus)
    an = floor.hire("An", ready=False)
    choose(floor.house.exchange, an, Status.ON_BREAK, "lunch")
    call = floor.ring().press("1")
    floor.pass_time(15 * 60)
    assert floor.waits(call), "nothing was said of a longest wait"
    before, _, behind = menus.partition("  sales:\n")
    steps = behind[behind.index("  support:") :].replace("{1: sales, 2: support}", "{2: support}")
    floor.house.publish(before + steps.partition("  thanks:")[0])
    floor.pass_time(60)
    [visit] = floor.visits(call)
    assert (visit.outcome, visit.went_to) == (Left.TIMEOUT, WentTo.VOICEMAIL)
    assert "Leave word." in call.heard


def test_an_end_that_could_not_be_written_frees_the_agent_as_soon_as_it_can(floor: Floor) -> None:
    """The caller hangs up in an outage of the database: nobody rings for them once it is over."""
    an = floor.hire("An", Party(does="no-answer"))
    call = floor.ring().press("1")
    floor.pass_time(2)
    assert floor.stands(an) == (Status.READY, Activity.OFFERED)
    with outages.away(floor.house):
        call.hang_up()
    assert floor.visits(call)[0].ended_at is None
    floor.house.replay()
    [visit] = floor.visits(call)
    assert (visit.outcome, visit.went_to) == (Left.ABANDONED, WentTo.GOODBYE)
    assert [offer.ending for offer in floor.offers(call)] == [End.CALLER_GONE]
    assert floor.stands(an) == (Status.READY, Activity.IDLE)
