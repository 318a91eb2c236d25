"""The line, offers, conversations and agents as rows, on both databases."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import psycopg
import pytest

from ivr.core.accounts import Role
from ivr.core.agents import Activity, Agent, Status, Way
from ivr.core.line.estimate import Estimate, Told
from ivr.core.line.visits import Kind, Left, Visit, WentTo
from ivr.ledger import Ledger, Transaction, accounts, agents, line, listeners, offers, talks, waiting
from ivr.ledger.listeners import How, Listener
from ivr.ledger.offers import End, Offer
from ivr.ledger.questions import ask
from ivr.ledger.talks import Talk

NOW = 1_795_399_200_000
NOT_UNIQUE = (sqlite3.IntegrityError, psycopg.errors.UniqueViolation)

AN = Agent(
    "an", "An", Way.PHONE, "+84901", "101", {"tax": 5}, frozenset({"vi", "en"}), frozenset({"sales"}), 2, 1
)
LAN = Visit("v1", "CA1", "sales", "vi", NOW, NOW - 60_000, NOW, beat_at=NOW)
OFFER = Offer("o1", "v1", "an", "sales", NOW, NOW + 20_000)


def there_are(ledger: Ledger, *who: Agent) -> None:
    """They have accounts, and are ready."""
    with ledger.transaction() as tx:
        for agent in who:
            accounts.add(tx, agent.name, Role.AGENT, "hash", NOW)
            agents.set_up(tx, agent)
            agents.becomes(tx, agent, NOW, status=Status.READY)


def test_an_agent_is_what_was_set_up_and_stands_as_they_have_chosen(ledger: Ledger) -> None:
    there_are(ledger, AN)
    with ledger.transaction() as tx:
        ready = replace(AN, status=Status.READY, since=NOW)
        assert agents.find(tx, "an") == agents.held(tx, "an") == agents.by_number(tx, "101") == ready
        assert agents.listed(tx) == ask(tx, agents.free(NOW)) == agents.on_duty(tx, NOW) == [ready]
        agents.set_up(tx, replace(AN, queues=None, skills={}))
        assert agents.find(tx, "an") == replace(ready, queues=None, skills={})
        assert agents.find(tx, "nobody") is None


def test_every_state_lasts_from_one_change_to_the_next(ledger: Ledger) -> None:
    there_are(ledger, AN)
    with ledger.transaction() as tx:
        ready = agents.held(tx, "an")
        assert ready
        assert agents.becomes(tx, ready, NOW + 5, status=Status.READY) == ready, "nothing has changed"
        talking = agents.becomes(tx, ready, NOW + 10, activity=Activity.TALKING)
        resting = agents.becomes(tx, talking, NOW + 20, status=Status.ON_BREAK, reason="lunch")
        agents.becomes(tx, resting, NOW + 30, activity=Activity.IDLE)
        assert ask(tx, agents.free(NOW)) == []
        back = agents.find(tx, "an")
        assert back
        agents.becomes(tx, back, NOW + 40, status=Status.READY)
        spans = tx.rows("SELECT status, reason, activity, since, ended_at FROM span ORDER BY id", {})
    assert [tuple(each) for each in spans] == [
        ("ready", "", "idle", NOW, NOW + 10),
        ("ready", "", "talking", NOW + 10, NOW + 20),
        ("on_break", "lunch", "talking", NOW + 20, NOW + 30),
        ("on_break", "lunch", "idle", NOW + 30, NOW + 40),
        ("ready", "", "idle", NOW + 40, None),
    ]


def test_who_is_not_heard_of_any_more_is_offered_nobody(ledger: Ledger) -> None:
    there_are(ledger, AN)
    with ledger.transaction() as tx:
        agents.lease(tx, "an", NOW + 30_000)
        assert [each.id for each in ask(tx, agents.free(NOW + 29_999))] == ["an"]
        assert agents.expired(tx, NOW + 29_999) == []
        assert ask(tx, agents.free(NOW + 30_000)) == agents.on_duty(tx, NOW + 30_000) == []
        assert [each.id for each in agents.expired(tx, NOW + 30_000)] == ["an"]


def test_what_an_agent_has_done_today_is_counted_by_the_day(ledger: Ledger) -> None:
    there_are(ledger, AN)
    with ledger.transaction() as tx:
        agents.count(tx, "an", "2026-11-27", calls=1)
        agents.count(tx, "an", "2026-11-27", calls=1, talk=90.5)
        found = agents.find(tx, "an")
        assert found
        assert (found.free("2026-11-27").calls, found.free("2026-11-27").talk) == (2, 90.5)
        assert (found.free("2026-11-28").calls, found.free("2026-11-28").talk) == (0, 0)
        agents.count(tx, "an", "2026-11-28", talk=3)
        found = agents.find(tx, "an")
        assert found
        assert (found.day, found.calls, found.talk) == ("2026-11-28", 0, 3)


def test_a_line_is_in_the_order_of_ranks_and_leaves_out_who_is_being_offered(ledger: Ledger) -> None:
    there_are(ledger, AN)
    early = replace(LAN, id="v2", call="CA2", rank=NOW - 90_000)
    equal = replace(LAN, id="v0", call="CA3")
    late = replace(LAN, id="v4", call="CA4", entered_at=NOW + 1, rank=NOW + 1, beat_at=NOW + 1)
    others = [replace(LAN, id=f"w{n}", call=f"CB{n}", queue="support", language="en") for n in range(2)]
    with ledger.transaction() as tx:
        for each in (LAN, early, equal, late, *others):
            line.join(tx, each)
        line.join(tx, replace(LAN, rank=0))  # told twice
        assert ask(tx, line.heads("sales", "vi", NOW + 1, 9)) == [early, LAN, equal, late]
        assert ask(tx, line.heads("sales", "vi", NOW, 1)) == [early]
        assert sorted(ask(tx, line.lines())) == [("sales", "vi"), ("support", "en")]
        assert line.length(tx, "sales") == 4
        support = [NOW - 60_000, NOW - 60_000]
        theirs = [early.rank, equal.rank, LAN.rank, late.rank]
        assert ranks(tx) == {"sales": theirs, "support": support}
        offers.make(tx, OFFER)
        assert ask(tx, line.heads("sales", "vi", NOW, 9)) == [early, equal]
        assert ranks(tx)["sales"] == theirs, "who is being offered keeps their place"
        assert line.first_at(tx, "CA1") == NOW


def ranks(tx: Transaction) -> dict[str, list[int]]:
    return {queue: list(theirs) for queue, theirs in line.ranks(tx).items()}


def test_a_visit_has_one_way_out(ledger: Ledger) -> None:
    there_are(ledger, AN)
    with ledger.transaction() as tx:
        line.join(tx, LAN)
        assert line.leave(tx, "v1", Left.KEY, "message")
        assert not line.take(tx, "v1", "an", "room", NOW)
        assert not line.leave(tx, "v1", Left.TIMEOUT, "goodbye")
        assert line.end(tx, "v1", Left.KEY, WentTo.VOICEMAIL, NOW + 9)
        assert not line.end(tx, "v1", Left.ABANDONED, WentTo.GOODBYE, NOW + 10)
        left = replace(
            LAN,
            leaving=Left.KEY,
            leads="message",
            outcome=Left.KEY,
            went_to=WentTo.VOICEMAIL,
            ended_at=NOW + 9,
        )
        assert line.find(tx, "v1") == left
        assert line.of_call(tx, "CA1") == [left]
        assert line.open_of(tx, "CA1") is None


def test_who_was_accepted_cannot_leave(ledger: Ledger) -> None:
    there_are(ledger, AN)
    with ledger.transaction() as tx:
        line.join(tx, LAN)
        assert line.take(tx, "v1", "an", "room", NOW + 5)
        assert not line.leave(tx, "v1", Left.KEY, "message")
        assert line.open_of(tx, "CA1") == replace(LAN, agent="an", taken_at=NOW + 5, room="room")


def test_what_callers_are_told_and_who_declined_them_is_kept(ledger: Ledger) -> None:
    told = Told(Estimate(60.5, 180), 3, 4, NOW, NOW)
    with ledger.transaction() as tx:
        line.join(tx, LAN)
        line.tell(tx, "v1", told, NOW + 7)
        alone = replace(told, estimate=None)
        line.tell(tx, "v1", alone, NOW + 8)
        known = line.find(tx, "v1")
        assert known is not None
        assert known.told == alone
        line.tell(tx, "v1", told, NOW + 7)
        line.declined(tx, LAN, ["an"])
        found = line.find(tx, "v1")
        assert found == replace(LAN, told=told, declined=frozenset({"an"}), beat_at=NOW + 7)
        assert found
        line.declined(tx, found, ["binh"])
        assert line.silent(tx, NOW + 7, 9) == []
        [silent] = line.silent(tx, NOW + 8, 9)
        assert silent.declined == {"an", "binh"}
        line.beat(tx, "v1", NOW + 20)
        assert line.silent(tx, NOW + 8, 9) == []


def test_an_agent_has_one_offer_and_a_caller_is_accepted_once(ledger: Ledger) -> None:
    binh = replace(AN, id="binh", name="Binh", number="102")
    there_are(ledger, AN, binh)
    with ledger.transaction() as tx:
        line.join(tx, LAN)
        line.join(tx, replace(LAN, id="v2", call="CA2"))
        offers.make(tx, OFFER)
        offers.make(tx, replace(OFFER, id="o2", agent="binh"))
    with pytest.raises(NOT_UNIQUE), ledger.transaction() as tx:
        offers.make(tx, replace(OFFER, id="o3", visit="v2"))
    with ledger.transaction() as tx:
        assert offers.end(tx, "o1", End.ACCEPTED, NOW + 5)
        assert not offers.end(tx, "o1", End.MISSED, NOW + 6)
    with pytest.raises(NOT_UNIQUE), ledger.transaction() as tx:
        offers.end(tx, "o2", End.ACCEPTED, NOW + 5)
    with ledger.transaction() as tx:
        assert offers.find(tx, "o1") == replace(OFFER, ended_at=NOW + 5, ending=End.ACCEPTED)
        assert offers.open_of(tx, "an") is None


def test_an_offer_rings_on_a_line_and_its_time_counts_from_then(ledger: Ledger) -> None:
    there_are(ledger, AN)
    with ledger.transaction() as tx:
        line.join(tx, LAN)
        offers.make(tx, OFFER)
        offers.rings_on(tx, "o1", "CA9")
        offers.rings_on(tx, "o1", "CA8")
        assert offers.ringing(tx, "o1", NOW + 23_000, NOW + 3_000)
        assert not offers.ringing(tx, "o1", NOW + 99_000, NOW + 4_000)
        rung = replace(OFFER, leg="CA9", ringing_at=NOW + 3_000, until=NOW + 23_000)
        assert offers.of_visit(tx, "v1") == [rung]
        assert offers.open_of(tx, "an") == rung
        assert offers.due(tx, NOW + 22_999, 9) == []
        assert offers.due(tx, NOW + 23_000, 9) == [rung]


def test_agents_who_are_rung_at_once_are_told_in_the_order_of_their_names(ledger: Ledger) -> None:
    """Not of the ids of their offers, which are random."""
    there_are(ledger, AN, replace(AN, id="binh", name="Binh", number="102"))
    with ledger.transaction() as tx:
        line.join(tx, LAN)
        offers.make(tx, replace(OFFER, id="o1", agent="binh"))
        offers.make(tx, replace(OFFER, id="o2", agent="an"))
        assert [offer.agent for offer in offers.of_visit(tx, "v1")] == ["an", "binh"]
        assert waiting.offered(tx) == {"v1": ["an", "binh"]}


def test_a_conversation_from_its_joins_to_the_end_of_its_wrap_up(ledger: Ledger) -> None:
    there_are(ledger, AN)
    talk = Talk("o1", "v1", "CA1", "an", "sales", "room")
    with ledger.transaction() as tx:
        line.join(tx, LAN)
        offers.make(tx, OFFER)
        talks.begin(tx, talk)
        assert talks.joined(tx, "o1", "agent", "CA9", "CF1", NOW + 100)
        assert talks.joined(tx, "o1", "caller", "CA1", "CF1", NOW + 300)
        assert not talks.joined(tx, "o1", "caller", "CA1", "CF1", NOW + 900)
        assert talks.held(tx, "o1", NOW + 1_000)
        assert not talks.held(tx, "o1", NOW + 1_500)
        assert talks.resumed(tx, "o1", NOW + 3_000)
        assert not talks.resumed(tx, "o1", NOW + 3_500)
        assert talks.held(tx, "o1", NOW + 5_000)
        assert not talks.end(tx, "o1", NOW + 6_000), "the conversation lasts"
        assert talks.end_talk(tx, "o1", "caller", NOW + 36_000, NOW + 6_000)
        assert not talks.end_talk(tx, "o1", "agent", NOW + 40_000, NOW + 7_000)
        talks.write_down(tx, "o1", "sold", "two pairs")
        assert [each.offer for each in talks.due(tx, NOW + 36_000, 0, 9)] == ["o1"]
        assert talks.wrap_up_until(tx, "o1", NOW + 66_000)
        assert talks.due(tx, NOW + 36_000, 0, 9) == []
        assert talks.open_of(tx, "an") == talks.find(tx, "o1")
        assert [each.offer for each in talks.in_room(tx, "room")] == ["o1"]
        assert talks.end(tx, "o1", NOW + 16_300)
        assert not talks.end(tx, "o1", NOW + 17_000)
        over = replace(
            talk,
            room_id="CF1",
            leg="CA9",
            agent_joined_at=NOW + 100,
            caller_joined_at=NOW + 300,
            answered_at=NOW + 300,
            held=3_000,
            talk_ended_at=NOW + 6_000,
            ended_by="caller",
            wrap_up_until=NOW + 66_000,
            ended_at=NOW + 16_300,
            disposition="sold",
            notes="two pairs",
        )
        assert talks.find(tx, "o1") == over
        assert talks.of_call(tx, "CA1") == [over]
        assert talks.open_of(tx, "an") is None
        assert talks.handling(tx, "sales", NOW) == (1, 16.0)
        assert talks.handling(tx, "support", NOW) == (0, 0.0)


def test_who_waits_for_one_agent_alone_stands_apart_and_goes_back_to_who_sent_them(ledger: Ledger) -> None:
    there_are(ledger, AN)
    kept = replace(LAN, wanted="binh", sent_by="an")
    with ledger.transaction() as tx:
        line.join(tx, kept)
        assert line.find(tx, "v1") == kept
        assert ask(tx, line.heads("sales", "vi", NOW, 9)) == []
        assert ask(tx, line.kept()) == [kept]
        assert not line.send_back(tx, "v1", "chi"), "they do not wait for that one"
        assert line.send_back(tx, "v1", "binh")
        assert ask(tx, line.kept()) == [replace(kept, wanted="an", sent_by=None)]
        offers.make(tx, OFFER)
        assert ask(tx, line.kept()) == [], "they are being offered"
        offers.end(tx, "o1", End.MISSED, NOW)
        assert line.send_back(tx, "v1", "an")
        assert ask(tx, line.kept()) == []
        assert [visit.id for visit in ask(tx, line.heads("sales", "vi", NOW, 9))] == ["v1"]


def test_agents_who_are_asked_and_people_who_are_called_stand_in_no_line(ledger: Ledger) -> None:
    with ledger.transaction() as tx:
        line.join(tx, LAN)
        line.join(tx, replace(LAN, id="v2", call="CA2", kind=Kind.CONSULT, rank=0, room="room", wanted="an"))
        line.join(tx, replace(LAN, id="v3", call="v3", kind=Kind.OUTBOUND, rank=0, wanted="an", leads="+84"))
        assert (line.length(tx, "sales"), ranks(tx)) == (1, {"sales": [LAN.rank]})
        line.is_call(tx, "v3", "CA3")
        called = line.open_of(tx, "CA3")
        assert called
        assert (called.id, called.leads) == ("v3", "+84")


def test_several_conversations_in_one_room_and_whose_was_the_last(ledger: Ledger) -> None:
    binh = replace(AN, id="binh", name="Binh", number=None)
    there_are(ledger, AN, binh)
    with ledger.transaction() as tx:
        line.join(tx, LAN)
        offers.make(tx, OFFER)
        offers.make(tx, replace(OFFER, id="o2", agent="binh", made_at=NOW + 1))
        talks.begin(tx, Talk("o1", "v1", "CA1", "an", "sales", "room"))
        talks.begin(tx, Talk("o2", "v1", "CA1", "binh", "sales", "room"))
        last = talks.last_of(tx, "CA1")
        assert last
        assert last.offer == "o1", "nobody has talked: who was to have the caller"
        talks.joined(tx, "o1", "agent", "L1", None, NOW + 5)
        talks.joined(tx, "o1", "caller", "CA1", None, NOW + 5)
        talks.wish_hold(tx, "room", hold=True)
        assert talks.mute(tx, "o1", muted=True)
        talks.send_on(tx, "o1", "agent:binh")
        talks.end_talk(tx, "o1", "agent", None, NOW + 9)
        talks.take_over(tx, "o2", NOW + 9)
        talks.take_over(tx, "o2", NOW + 99)
        first, second = talks.in_room(tx, "room")
        assert (bool(first.hold_wished), bool(first.muted), first.onward) == (True, True, "agent:binh")
        assert (bool(second.hold_wished), second.took_over_at, second.is_on) == (True, NOW + 9, True)
        assert not talks.mute(tx, "o1", muted=False), "it is over"
        talks.joined(tx, "o2", "caller", "CA1", None, NOW + 8)
        talks.joined(tx, "o2", "agent", "L2", None, NOW + 8)
        last = talks.last_of(tx, "CA1")
        assert last
        assert last.offer == "o2"
        assert talks.last_of(tx, "CA9") is None
        talks.is_call(tx, "o2", "CA7")
        moved = talks.locked(tx, "o2")
        assert moved
        assert moved.call == "CA7"
        assert talks.locked(tx, "o9") is None


def test_who_is_called_is_given_longer_to_answer_than_who_has_waited(ledger: Ledger) -> None:
    there_are(ledger, AN)
    with ledger.transaction() as tx:
        line.join(tx, replace(LAN, kind=Kind.OUTBOUND))
        offers.make(tx, OFFER)
        line.take(tx, "v1", "an", "room", NOW)
        talks.begin(tx, Talk("o1", "v1", "CA1", "an", "sales", "room"))
        assert talks.unanswered(tx, NOW + 20, NOW - 1, 9) == []
        assert [talk.offer for talk in talks.unanswered(tx, NOW + 90, NOW + 1, 9)] == ["o1"]


def test_who_listens_in_is_known_for_good(ledger: Ledger) -> None:
    boss = Listener("l1", "room", "boss", "+84905", How.WHISPER, NOW)
    with ledger.transaction() as tx:
        listeners.add(tx, boss)
        assert listeners.in_room(tx, "room") == [boss]
        listeners.rings_on(tx, "l1", "L9")
        listeners.rings_on(tx, "l1", "L10")
        listeners.joined(tx, "l1", NOW + 3)
        listeners.joined(tx, "l1", NOW + 4)
        listeners.change(tx, "l1", How.BARGE)
        assert listeners.end(tx, "l1", NOW + 9)
        assert not listeners.end(tx, "l1", NOW + 10)
        assert listeners.in_room(tx, "room") == []
        heard = replace(boss, how=How.BARGE, leg="L9", joined_at=NOW + 3, ended_at=NOW + 9)
        assert listeners.find(tx, "l1") == heard


def test_of_twenty_agents_who_accept_at_once_one_has_the_caller(ledger: Ledger) -> None:
    crowd = [replace(AN, id=f"a{n}", name=f"A{n}", number=None) for n in range(20)]
    there_are(ledger, *crowd)
    with ledger.transaction() as tx:
        line.join(tx, LAN)

    def accept(agent: Agent) -> bool:
        with ledger.transaction() as tx:
            found = line.find(tx, "v1")
            return found is not None and found.is_waiting and line.take(tx, "v1", agent.id, agent.id, NOW)

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(accept, crowd)) == 1
