"""Law 5 and the spool: while the ledger is away callers go on, and afterwards everything is written, once.

Here the outage is made in this process, so that each moment of it can be looked at; the real ones are in
`test_outages_for_real`.
"""

import errno
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import sql

from ivr.core.breaker import Breaker
from ivr.ledger import AlreadyAnswered, LedgerAway, LedgerBusy, Transaction
from ivr.ledger.facts import Fact, replay
from ivr.ledger.spool import Spool
from ivr.switchboard import replaying
from ivr.switchboard.replaying import WAIT_FOR_THE_CALL_MS, put_down
from tests.outages import away, rows_of, spooled
from tests.service import LAN, MENUS, NUMBER, Answer, House

BOTH_KINDS = pytest.mark.parametrize("blind", [False, True], ids=["it can be read", "it cannot be read"])


def another_house(house: House, name: str) -> House:
    """A house beside the first one, on a ledger of its own: for what would have been."""
    (house.folder / name).mkdir()
    return House(house.folder / name).open(MENUS)


def another_worker(house: House) -> House:
    """Another process on the same ledger and spool, as far as a test can have one."""
    worker = House(house.folder, house.now)
    worker.open(house.folder / "menus")
    return worker


def step(house: House, answer: Answer, call: str, digits: str | None = None, **fields: object) -> Answer:
    """One more thing on the line, a moment later."""
    house.now += 700
    return house.carrier.press(answer, call, digits, **fields)


def a_whole_call(house: House, call: str = "CA1") -> list[Answer]:
    """Chooses English, has the address texted, is silent, leaves word, hangs up."""
    heard = [house.carrier.call(call)]
    for digits in ("2", "4", None, "9", "2"):
        heard.append(step(house, heard[-1], call, digits))
    recording = f"RE{call[2:]}"
    heard.append(step(house, heard[-1], call, "#", RecordingSid=recording, RecordingDuration=9))
    house.now += 700
    ready = {"CallSid": call, "RecordingSid": recording, "RecordingStatus": "completed"}
    assert house.carrier.post("/voice/recording", ready).status == 204
    assert house.carrier.ends(call).status == 204
    return heard


def everything(house: House) -> dict[str, list[tuple[Any, ...]]]:
    return rows_of(house.exchange.ledger, house.exchange.seal)


@BOTH_KINDS
def test_a_whole_call_in_an_outage_is_heard_and_written_as_any_other(house: House, blind: bool) -> None:
    calm = another_house(house, "calm")
    expected = a_whole_call(calm)
    with away(house, blind=blind):
        heard = a_whole_call(house)
    assert [answer.said for answer in heard] == [answer.said for answer in expected]
    assert set(house.rows.counts().values()) == {0}
    house.replay()
    assert everything(house) == everything(calm)
    assert house.exchange.spool.is_empty()
    calm.exchange.ledger.close()


@BOTH_KINDS
def test_an_outage_in_the_middle_of_a_call_is_not_heard(house: House, blind: bool) -> None:
    main = step(house, house.carrier.call("CA1"), "CA1", "2")
    with away(house, blind=blind):
        question = step(house, main, "CA1", "5")
        assert question.said == ["Your PIN?"]
        after = step(house, question, "CA1", "748159")
        assert after.said[0].startswith("Anything else?")
    house.exchange.outage.ends()
    message = step(house, after, "CA1", "2")  # nothing was replayed yet: the address knew how the call stands
    assert message.said == ["Speak after the tone."]
    house.replay()
    assert house.rows.passes("CA1") == [
        ("welcome", "2", "key"),
        ("main", "5", "key"),
        ("account", "••••••", "key"),
        ("known", "", "failed"),
        ("main", "2", "key"),
    ]
    assert house.rows("SELECT hop, step, language, caller FROM call") == [(5, "message", "en", LAN)]


def test_what_was_typed_in_confidence_is_sealed_wherever_it_waits(house: House) -> None:
    question = step(house, step(house, house.carrier.call("CA1"), "CA1", "2"), "CA1", "5")
    with away(house):
        after = step(house, question, "CA1", "748159")
    assert b"748159" not in after.body
    assert all(b"748159" not in file.read_bytes() for file in house.folder.glob("spool/*"))
    assert [file.stat().st_mode & 0o777 for file in house.folder.glob("spool/*")] == [0o600]


def test_nothing_is_looked_up_in_an_outage_and_the_caller_is_told_so_at_once(house: House) -> None:
    order = step(house, step(house, house.carrier.call("CA1"), "CA1", "2"), "CA1", "1")
    with away(house):
        answer = step(house, order, "CA1", "1234")
    assert answer.said[0] == "We do not know."
    house.replay()
    assert house.rows.one("SELECT COUNT(*) FROM errand") == 0
    assert house.rows.passes("CA1")[-2:] == [("status", "", "failed"), ("unknown", "", "went_on")]


def test_who_waits_for_a_lookup_when_the_ledger_goes_does_not_wait_for_ever(house: House) -> None:
    order = step(house, step(house, house.carrier.call("CA1"), "CA1", "2"), "CA1", "1")
    waits = step(house, order, "CA1", "1234")
    with away(house, blind=True):
        assert step(house, waits, "CA1").said[0] == "We do not know."


@BOTH_KINDS
def test_a_conversation_during_an_outage_counts_if_the_party_pressed_1(house: House, blind: bool) -> None:
    main = step(house, house.carrier.call("CA1"), "CA1", "2")
    with away(house, blind=blind):
        ringing = step(house, main, "CA1", "3")
        assert ringing.verbs == ["Say", "Dial"]
        accept = ringing.leads.replace("/at/", "/accept/")
        assert house.carrier.post(accept, CallSid="CA9", ParentCallSid="CA1", Digits="1").status == 200
        talked = {"DialCallStatus": "completed", "DialCallSid": "CA9", "DialCallDuration": "31"}
        assert step(house, ringing, "CA1", **talked).said == ["Thank you."]
    house.replay()
    assert house.rows("SELECT outcome, talk FROM call") == [("connected", 31.0)]
    assert house.rows("SELECT id, party, ending FROM leg") == [("CA9", "+84281112222", "connected")]


@BOTH_KINDS
def test_a_voicemail_that_picks_up_in_an_outage_is_no_conversation(house: House, blind: bool) -> None:
    main = step(house, house.carrier.call("CA1"), "CA1", "2")
    with away(house, blind=blind):
        ringing = step(house, main, "CA1", "3")
        answer = step(house, ringing, "CA1", DialCallStatus="completed", DialBridged="false")
    assert answer.said == ["Speak after the tone."]


@pytest.mark.parametrize(("word", "then"), [("true", "Thank you."), ("false", "Speak after the tone.")])
def test_where_nobody_can_tell_who_pressed_1_the_carriers_word_on_the_joining_will_do(
    house: House, word: str, then: str
) -> None:
    ringing = step(house, step(house, house.carrier.call("CA1"), "CA1", "2"), "CA1", "3")
    talked = {"DialCallStatus": "completed", "DialCallSid": "CA9", "DialCallDuration": "31"}
    with away(house, blind=True):
        assert step(house, ringing, "CA1", **talked, DialBridged=word).said == [then]


def test_a_blocked_number_is_turned_away_in_an_outage_too(house: House) -> None:
    with away(house, blind=True):
        assert house.carrier.call("CA1", caller="+84666123").verbs == ["Reject"]
    house.replay()
    assert house.rows("SELECT outcome, end_source FROM call") == [("blocked", "door")]


def test_an_answer_asked_for_twice_in_an_outage_is_given_twice(house: House) -> None:
    """The carrier asks again, of this process and of another one: what it hears is the same, written once."""
    worker = another_worker(house)
    first = house.carrier.call("CA1")
    with away(house, blind=True), away(worker, blind=True):
        second = step(house, first, "CA1", "2")
        assert step(house, first, "CA1", "2").said == second.said
        assert worker.carrier.press(first, "CA1", "1").said == second.said
        assert worker.carrier.call("CA1").said == second.said
    for each in (house, worker):
        each.replay()
    assert house.rows.passes("CA1") == [("welcome", "2", "key")]
    worker.exchange.ledger.close()


def test_an_answer_that_waits_in_a_spool_is_given_by_a_worker_that_can_write_too(house: House) -> None:
    """The ledger was away for one of them only, and for a moment: the other would not have cut it short."""
    worker = another_worker(house)
    order = step(house, step(house, house.carrier.call("CA1"), "CA1", "2"), "CA1", "1")
    with away(house):
        answer = step(house, order, "CA1", "1234")
    assert answer.said[0] == "We do not know."
    assert worker.carrier.press(order, "CA1", "1234").said == answer.said
    house.replay()
    assert house.rows.passes("CA1")[-2:] == [("status", "", "failed"), ("unknown", "", "went_on")]
    worker.exchange.ledger.close()


def test_so_is_the_answer_to_a_call_that_came_in(house: House) -> None:
    worker = another_worker(house)
    with away(house):
        answer = house.carrier.call("CA1")
    worker.publish(MENUS.replace("Xin chào.", "Chào mừng."))
    assert worker.carrier.call("CA1").said == answer.said
    house.replay()
    assert house.rows("SELECT revision, hop FROM call") == [(1, 1)]
    worker.exchange.ledger.close()


def test_a_call_another_process_answered_last_is_known_after_a_moment(house: House) -> None:
    """Nobody can read the ledger, and a process does not know the other's calls until that one tells."""
    worker = another_worker(house)
    main = step(house, house.carrier.call("CA1"), "CA1", "2")
    with away(house, blind=True), away(worker, blind=True):
        moment = worker.carrier.press(main, "CA1", "9")
        assert moment.verbs == ["Pause", "Redirect"]
        house.replay()  # its clock sees that somebody asks, and that nothing can be read: it tells
        answer = worker.carrier.press(moment, "CA1")
        assert answer.said[0].startswith("How can we help?")
    for each in (worker, house):
        each.replay()
    assert house.rows.passes("CA1") == [("welcome", "2", "key"), ("main", "9", "key")]
    assert house.rows("SELECT language, caller FROM call") == [("en", LAN)]
    worker.exchange.ledger.close()


def test_a_call_that_nobody_knows_any_more_goes_on_where_its_address_says(house: House) -> None:
    worker = another_worker(house)
    main = step(house, house.carrier.call("CA1"), "CA1", "2")
    with away(worker, blind=True):
        answer = worker.carrier.press(main, "CA1", "2")
        for _ in range(2):
            assert answer.verbs == ["Pause", "Redirect"]
            answer = worker.carrier.press(answer, "CA1")
        assert answer.said == ["Xin nói sau tiếng bíp."]
    worker.replay()
    assert house.rows.passes("CA1") == [("welcome", "2", "key"), ("main", "2", "key")]
    assert house.rows("SELECT caller, called FROM call") == [(LAN, NUMBER)]
    worker.exchange.ledger.close()


def test_an_end_told_while_the_calls_last_words_still_wait_ends_the_right_pass(house: House) -> None:
    main = step(house, house.carrier.call("CA1"), "CA1", "2")
    with away(house):
        step(house, main, "CA1", "2")
    worker = another_worker(house)
    worker.now += 700
    worker.carrier.ends("CA1")
    assert house.rows.passes("CA1")[-1] == ("main", "", "hung_up")
    house.replay()
    assert house.rows.passes("CA1") == [
        ("welcome", "2", "key"),
        ("main", "2", "key"),
        ("message", "", "hung_up"),
    ]
    worker.exchange.ledger.close()


def test_a_word_on_a_recording_waits_for_what_the_caller_did(house: House) -> None:
    """The notice lies in one process's spool, what it is about in another's that is replayed later."""
    worker = another_worker(house)
    message = step(house, step(house, house.carrier.call("CA1"), "CA1", "2"), "CA1", "2")
    ready = {"CallSid": "CA1", "RecordingSid": "RE1", "RecordingStatus": "completed"}
    with away(house), away(worker):
        step(house, message, "CA1", "#", RecordingSid="RE1", RecordingDuration=9)
        worker.carrier.post("/voice/recording", ready)
    worker.replay()
    assert house.rows.one("SELECT COUNT(*) FROM recording") == 0
    house.replay()
    worker.replay()
    assert house.rows("SELECT state, step, seconds FROM recording") == [("ready", "message", 9.0)]
    assert house.exchange.spool.is_empty()
    worker.exchange.ledger.close()


def test_a_word_on_a_recording_of_which_nothing_else_comes_is_believed_after_a_while(house: House) -> None:
    step(house, step(house, house.carrier.call("CA1"), "CA1", "2"), "CA1", "2")
    ready = {"CallSid": "CA1", "RecordingSid": "RE1", "RecordingStatus": "completed"}
    with away(house):
        house.carrier.post("/voice/recording", ready)
    house.replay()
    assert house.rows.one("SELECT COUNT(*) FROM message") == 0
    house.now += WAIT_FOR_THE_CALL_MS
    house.replay()
    assert house.rows("SELECT mailbox, caller FROM message") == [("office", LAN)]
    assert house.exchange.spool.is_empty()


def test_while_the_ledger_is_away_callers_do_not_wait_for_it_one_by_one(house: House) -> None:
    tried: list[object] = []
    with away(house):
        fails = house.exchange.ledger.transaction

        def counted() -> object:
            tried.append(None)
            return fails()

        house.exchange.ledger.transaction = counted  # type: ignore[method-assign, assignment]
        for number in range(20):
            assert house.carrier.call(f"CA{number}").verbs == ["Gather", "Redirect"]
    assert len(tried) <= 3  # one, and one more for each five seconds the twenty may take


def test_while_the_clock_tries_no_caller_of_a_long_outage_waits(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A try takes 0.8 seconds, and the clock waits half a second between two of its own."""
    now = 0.0
    monkeypatch.setattr("ivr.switchboard.outage.time", SimpleNamespace(monotonic=lambda: now))
    tried: list[str] = []
    calls = iter(range(1_000))

    def a_call() -> None:
        assert house.carrier.call(f"CA{next(calls)}").verbs == ["Gather", "Redirect"]

    def passing(tenths: int) -> None:
        nonlocal now
        for _ in range(tenths):
            now += 0.1
            a_call()

    with away(house):

        def held(*_: object) -> object:
            nonlocal now
            tried.append(who)
            if who == "the clock":
                passing(8)
            else:
                now += 0.8
            raise LedgerBusy("held")

        house.exchange.ledger.transaction = held  # type: ignore[method-assign, assignment]
        who = "a caller"
        a_call()
        for _ in range(5):
            passing(5)
            who = "the clock"
            with pytest.raises(LedgerBusy):
                house.replay()
            who = "a caller"
    assert tried == ["a caller"] + 5 * ["the clock"]


def test_where_the_clock_stands_still_a_caller_finds_out_that_the_ledger_is_back(house: House) -> None:
    with away(house):
        house.carrier.call("CA1")
    house.exchange.outage._try_at = 0.0  # as if the last try were long ago
    house.carrier.call("CA2")
    assert not house.exchange.outage.is_on


def test_a_fact_the_ledger_refuses_keeps_no_outage_going(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clock tries the first fact of its own file; that one is kept aside, and all others are put down."""
    with away(house):
        house.carrier.call("CA1")
        house.carrier.call("CA2")

    def refuses(tx: Transaction, fact: Fact) -> bool:
        if fact.call_id == "CA1":
            raise ValueError("no column takes this")
        return replay(tx, fact)

    monkeypatch.setattr(replaying, "replay", refuses)
    house.replay()
    assert not house.exchange.outage.is_on
    assert house.rows("SELECT id FROM call") == [("CA2",)]
    assert len(house.exchange.spool.aside()) == 1


def test_what_can_be_neither_put_down_nor_set_aside_waits_and_keeps_nothing_else_waiting(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The disk is full: the file stays, in this process's hands, and is tried again in a minute."""
    worker = another_worker(house)
    with away(house), away(worker):
        house.carrier.call("CA1")
        house.carrier.call("CA2")
        worker.carrier.call("CA3")
    worker.exchange.spool.close()

    def refuses(tx: Transaction, fact: Fact) -> bool:
        if fact.call_id == "CA1":
            raise ValueError("no column takes this")
        return replay(tx, fact)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    now = 0.0
    clock = SimpleNamespace(monotonic=lambda: now, time_ns=time.time_ns)
    monkeypatch.setattr("ivr.ledger.spool.time", clock)
    monkeypatch.setattr(replaying, "replay", refuses)
    with monkeypatch.context() as patch:
        patch.setattr(Spool, "set_aside", full)
        for now in (0.0, 0.5, 59.0, 61.0):  # noqa: B007 - the clock reads it
            house.replay()
            worker.replay()
    assert house.rows("SELECT id FROM call ORDER BY id") == [("CA2",), ("CA3",)]
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == [
        f"{next(house.folder.glob('spool/*.facts'))} cannot be put down, and what is wrong with it cannot be "
        "set aside ([Errno 28] No space left on device): it is tried again each minute"
    ]
    assert {fact.call_id for fact in spooled(house.folder, house.exchange.seal)} == {"CA1", "CA2"}
    now = 122.0
    house.replay()
    assert len(house.exchange.spool.aside()) == 1
    assert house.exchange.spool.waiting() == 0
    assert "no column takes this" in caplog.text
    worker.exchange.ledger.close()


def test_a_spool_that_is_removed_keeps_no_outage_going(house: House) -> None:
    with away(house):
        house.carrier.call("CA1")
    for file in house.folder.glob("spool/*"):
        file.unlink()
    house.replay()
    assert not house.exchange.outage.is_on
    assert house.carrier.call("CA2").verbs == ["Gather", "Redirect"]
    assert house.rows("SELECT id FROM call") == [("CA2",)]


def test_what_lost_a_race_is_not_what_the_spool_keeps(house: House) -> None:
    """Another process answers first, and then the ledger goes: what this one had decided is nothing."""
    first = house.carrier.call("CA1")
    worker = another_worker(house)
    ledger, began = house.exchange.ledger, house.exchange.ledger.transaction
    quicker: list[Answer] = []

    @contextmanager
    def overtaken() -> Iterator[Transaction]:
        if quicker:
            raise LedgerBusy("held")
        with suppress(AlreadyAnswered), began() as tx:
            yield tx
            raise AlreadyAnswered("CA1")
        quicker.append(worker.carrier.press(first, "CA1", "2"))
        raise AlreadyAnswered("CA1")

    ledger.transaction = overtaken  # type: ignore[method-assign]
    try:
        heard = house.carrier.press(first, "CA1", "1")
    finally:
        del ledger.transaction
    assert heard.said == quicker[0].said
    assert spooled(house.folder, house.exchange.seal) == []
    worker.exchange.ledger.close()


@pytest.mark.needs("postgresql")
def test_callers_go_on_while_postgresql_can_only_be_read(tmp_path: Path, postgresql_url: str) -> None:
    """So is a server that stands in for one that fell, and many a hosted one whose disk is full."""
    house = House(tmp_path).open(MENUS, database_url=postgresql_url)
    main = step(house, house.carrier.call("CA1"), "CA1", "2")
    with only_read(house, postgresql_url):
        message = step(house, main, "CA1", "2")
        assert message.said == ["Speak after the tone."]
        with pytest.raises(LedgerAway):
            house.replay()
    house.replay()
    assert house.rows.passes("CA1")[-1] == ("main", "2", "key")
    assert house.exchange.spool.is_empty()
    house.exchange.ledger.close()


@pytest.mark.needs("postgresql")
def test_an_empty_spool_does_not_end_the_outage_of_a_postgresql_that_can_only_be_read(
    tmp_path: Path, postgresql_url: str
) -> None:
    """Nothing was spooled in this process, so there is no fact to try."""
    house = House(tmp_path).open(MENUS, database_url=postgresql_url)
    outage = house.exchange.outage
    with only_read(house, postgresql_url):
        outage.begins(LedgerAway("no more writing"))
        for _ in range(2):
            with pytest.raises(LedgerAway):
                house.replay()
            assert outage.is_on
    house.replay()
    assert not outage.is_on
    house.exchange.ledger.close()


def test_an_answer_given_again_does_not_end_an_outage(house: House) -> None:
    """It was only read, and on a full disk that can be done too."""
    first = house.carrier.call("CA1")
    house.exchange.outage.begins(LedgerAway("full"))
    house.exchange.outage._try_at = 0.0  # as if the last try were long ago
    assert house.carrier.call("CA1").body == first.body
    assert house.exchange.outage.is_on


@pytest.mark.needs("postgresql")
def test_what_is_replayed_while_a_worker_looks_for_it_is_found(tmp_path: Path, postgresql_url: str) -> None:
    """It was not in the ledger yet a moment ago, and is not in the spool any more."""
    house = House(tmp_path).open(MENUS, database_url=postgresql_url)
    worker = House(tmp_path, house.now)
    worker.open(tmp_path / "menus", database_url=postgresql_url)
    order = step(house, step(house, house.carrier.call("CA1"), "CA1", "2"), "CA1", "1")
    with away(house):
        menu = step(house, order, "CA1", "1234")
    address, _, carried = menu.leads.partition("?")
    assert carried, "what is too long for an address is in the spool alone"
    with replayed_while_looked_for(worker, house):
        assert worker.carrier.post(address, CallSid="CA1", Digits="3").verbs == ["Say", "Dial"]
    [row] = everything(house)["call"]
    assert '"order": "1234"' in row[14]
    for each in (house, worker):
        each.exchange.ledger.close()


@contextmanager
def replayed_while_looked_for(worker: House, other: House) -> Iterator[None]:
    """What the other process keeps goes into the ledger just before this one looks into the spool."""
    spool: Any = worker.exchange.spool
    latest = spool.latest

    def too_late(call: str) -> object:
        other.replay()
        return latest(call)

    spool.latest = too_late
    yield
    del spool.latest


@contextmanager
def only_read(house: House, url: str) -> Iterator[None]:
    """Whoever connects to the database from now on may not write."""
    with psycopg.connect(url, autocommit=True) as admin:
        name = sql.Identifier(admin.info.dbname)
        admin.execute(sql.SQL("ALTER DATABASE {} SET default_transaction_read_only = on").format(name))
        house.exchange.ledger.close()
        yield
        admin.execute(sql.SQL("ALTER DATABASE {} RESET default_transaction_read_only").format(name))
        house.exchange.ledger.close()


# -- any order, any number of times --------------------------------------------------------------------


@pytest.fixture
def empty_house(tmp_path: Path, database_url: str) -> Iterator[House]:
    """On each of the two databases."""
    given = {"database_url": database_url} if database_url.startswith("postgresql") else {}
    house = House(tmp_path).open(MENUS, **given)
    yield house
    house.exchange.ledger.close()


def forget(house: House) -> None:
    """As if nobody had ever called."""
    with house.exchange.ledger.transaction() as tx:
        tables = ("message", "recording", "errand", "leg", "event", "remembered", "answer", "pass", "call")
        for table in tables:
            tx.run(f"DELETE FROM {table}", {})
    for file in house.folder.glob("spool/*"):
        file.unlink()
    house.exchange.spool.close()
    house.exchange.outage.ends()
    house.exchange.memory._calls.clear()
    house.now = House.now


KEYS = st.lists(st.sampled_from(["1", "2", "3", "4", "5", "6", "9", "7", None]), max_size=6)


def play(house: House, calls: Sequence[Sequence[str | None]]) -> None:
    """Some calls at once, a key of each in turn; where something else than keys is wanted, it is given."""
    lines = {f"CA{number}": house.carrier.call(f"CA{number}") for number in range(len(calls))}
    for turn in range(max(map(len, calls), default=0)):
        for number, keys in enumerate(calls):
            call = f"CA{number}"
            if turn < len(keys) and lines[call].verbs[-1] != "Hangup":
                lines[call] = do(house, call, lines[call], keys[turn])
    for call in lines:
        house.now += 700
        house.carrier.ends(call)


def do(house: House, call: str, line: Answer, key: str | None) -> Answer:
    """What is done with a document: keys are pressed, word is left, the party that is rung talks."""
    if "Record" in line.verbs:
        recording = f"RE{call}{house.now}"
        answer = step(house, line, call, "#", RecordingSid=recording, RecordingDuration=9)
        ready = {"CallSid": call, "RecordingSid": recording, "RecordingStatus": "completed"}
        house.carrier.post("/voice/recording", ready)
        return answer
    if "Dial" in line.verbs:
        leg = f"CA9{call}{house.now}"
        accept = line.leads.replace("/at/", "/accept/")
        pressed = "1" if key in ("1", "9") else "2"
        house.carrier.post(accept, CallSid=leg, ParentCallSid=call, Digits=pressed)
        if key in (None, "9"):
            return line  # and nobody tells how that ended
        return step(house, line, call, DialCallStatus="completed", DialCallSid=leg, DialCallDuration=5)
    return step(house, line, call, key)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_facts_in_any_order_and_any_number_of_times_are_the_rows_of_a_calm_day(
    empty_house: House, data: st.DataObject
) -> None:
    house = empty_house
    calls = data.draw(st.lists(KEYS, min_size=1, max_size=3), label="calls")
    forget(house)
    house.exchange.breakers["127.0.0.1:9"] = Breaker(3, probe_at=house.now * 2)  # no lookups on either day
    play(house, calls)
    expected = everything(house)
    forget(house)
    with away(house):
        play(house, calls)
        facts = spooled(house.folder, house.exchange.seal)
    forget(house)
    told = data.draw(st.permutations([*facts, *data.draw(st.lists(st.sampled_from(facts), max_size=4))]))
    replay_one_by_one(house, told)
    assert everything(house) == expected


def replay_one_by_one(house: House, facts: Sequence[Fact]) -> None:
    """Each in a transaction of its own; what has to wait is told again after all others."""
    waiting = [later for fact in facts for later in put_down(house.exchange, [fact])]
    assert not [later for fact in waiting for later in put_down(house.exchange, [fact])]


@BOTH_KINDS
def test_a_message_in_an_outage_is_kept_and_a_word_of_withdrawal_counts(house: House, blind: bool) -> None:
    form = {"MessageSid": "SM1", "From": LAN, "To": NUMBER, "Body": "STOP"}
    with away(house, blind=blind):
        for _ in range(2):
            answer = house.carrier.post("/voice/text", form)
            assert answer.status == 200
            assert answer.said == []
    house.replay()
    assert house.rows("SELECT caller FROM withdrawal") == [(LAN,)]
    assert house.rows("SELECT id, kind, text FROM feedback") == [("SM1", "stop", "STOP")]
    assert house.exchange.spool.is_empty()
