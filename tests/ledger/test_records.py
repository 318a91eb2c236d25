"""What belongs to calls: messages, recordings, legs, events, errands, revisions, what callers chose."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from ivr.core.menus import Sound
from ivr.ledger import Ledger, callers, errands, events, legs, messages, recordings, revisions
from ivr.ledger.events import Event
from ivr.ledger.legs import Leg
from ivr.ledger.recordings import Recording
from ivr.ledger.revisions import Published
from tests.ledger.conftest import KEY
from tests.ledger.test_calls import CALL, START, arrived

# -- callers ------------------------------------------------------------------------------------------


def test_the_language_a_caller_chose_last_is_remembered(ledger: Ledger) -> None:
    with ledger.transaction() as tx:
        assert callers.remembered_language(tx, "+1") is None
        callers.remember(tx, "+1", "vi", START)
        callers.remember(tx, "+1", "en", START + 1)
        assert callers.remembered_language(tx, "+1") == "en"
        assert callers.remembered_language(tx, "+2") is None


def test_the_calls_of_a_number_are_counted_from_a_time_on(ledger: Ledger) -> None:
    for number in range(3):
        arrived(ledger, replace(CALL, id=f"CA{number}", started_at=START + number))
    arrived(ledger, replace(CALL, id="CA9", caller="+2"))
    with ledger.reading() as tx:
        assert callers.count_since(tx, "+84900000001", START + 1) == 2
        assert callers.count_since(tx, "+2", START) == 1
        assert callers.count_since(tx, "+3", START) == 0


# -- recordings and messages --------------------------------------------------------------------------


def leave_word(ledger: Ledger, carrier_id: str = "RE1", at: int = START) -> str:
    with ledger.transaction() as tx:
        recording = recordings.add(tx, "CA1", carrier_id, "message", 12.5, at, message=True)
        messages.leave(tx, CALL, "office", recording, at)
        return recording


def test_a_recording_goes_from_announced_to_kept_and_not_back(ledger: Ledger) -> None:
    recording = leave_word(ledger)
    announced = Recording(recording, "CA1", "RE1", "message", "message", 12.5, "announced", None, START)
    with ledger.transaction() as tx:
        assert recordings.find(tx, recording) == announced
        assert recordings.changed(tx, "RE1", "ready") is True
        assert recordings.find(tx, recording) == replace(announced, state="ready")
        recordings.kept(tx, recording, "RE1.wav")
        assert recordings.changed(tx, "RE1", "absent") is False
        assert recordings.of_call(tx, "CA1") == [replace(announced, state="kept", file="RE1.wav")]


def test_a_recording_nobody_knows_is_none_of_ours(ledger: Ledger) -> None:
    with ledger.transaction() as tx:
        assert recordings.changed(tx, "RE9", "ready") is False
        assert recordings.find(tx, "RE9") is None


def test_the_same_recording_told_twice_is_one_message(ledger: Ledger) -> None:
    assert leave_word(ledger) == leave_word(ledger)
    with ledger.reading() as tx:
        assert len(messages.waiting(tx)) == messages.count_waiting(tx) == 1


def test_a_message_is_left_heard_and_seen_to(ledger: Ledger) -> None:
    leave_word(ledger)
    with ledger.transaction() as tx:
        (message,) = messages.waiting(tx)
        assert (message.call, message.mailbox, message.caller) == ("CA1", "office", "+84900000001")
        assert (message.language, message.left_at, message.seconds) == ("vi", START, 12.5)
        messages.listened(tx, message.id, START + 10)
        messages.listened(tx, message.id, START + 20)
        messages.annotate(tx, message.id, "rings back")
        assert messages.done(tx, message.id, "An", START + 30) is True
        assert messages.done(tx, message.id, "Bình", START + 40) is False
        seen = replace(message, listened_at=START + 10, done_at=START + 30, done_by="An", note="rings back")
        assert messages.find(tx, message.id) == seen
        assert messages.waiting(tx) == []
        messages.undone(tx, message.id)
        assert messages.of_call(tx, "CA1") == [replace(seen, done_at=None, done_by=None)]


def test_messages_are_read_page_by_page_newest_first(ledger: Ledger) -> None:
    for number in range(5):
        leave_word(ledger, f"RE{number}", START + number // 2)
    with ledger.reading() as tx:
        everything = messages.newest(tx)
        assert [message.left_at - START for message in everything] == [2, 1, 1, 0, 0]
        first = messages.newest(tx, most=2)
        rest = messages.newest(tx, before=(first[-1].left_at, first[-1].id))
        assert first + rest == everything
        assert [message.left_at for message in messages.waiting(tx)] == [m.left_at for m in everything[::-1]]


# -- legs and events ----------------------------------------------------------------------------------


def test_what_is_told_of_a_leg_adds_up_in_any_order(ledger: Ledger) -> None:
    with ledger.transaction() as tx:
        assert legs.accepted(tx, "CA1", 4) is False
        legs.accept(tx, "CA1", "CB1", 4, START + 20)
        legs.told(tx, "CB1", "CA1", ended_at=START + 90, ending="completed")
        legs.told(tx, "CB1", "CA1", party="+84281", started_at=START, answered_at=START + 10)
        legs.told(tx, "CB1", "CA1", ended_at=START + 95, ending="failed")
        assert legs.accepted(tx, "CA1", 4) is True
        assert legs.accepted(tx, "CA1", 5) is False
        leg = Leg("CB1", "CA1", "+84281", START, START + 10, START + 20, START + 90, "completed")
        assert legs.of_call(tx, "CA1") == [leg]


def test_events_are_kept_in_their_order(ledger: Ledger) -> None:
    with ledger.transaction() as tx:
        events.note(tx, "CA1", START + 1, "errand_failed", kind="lookup", cause="503")
        events.note(tx, None, START + 2, "published", revision=3)
        events.note(tx, "CA1", START, "unknown_number", called="+849")
        first, second = events.of_call(tx, "CA1")
        assert first == Event(first.id, "CA1", START, "unknown_number", {"called": "+849"})
        assert second.detail == {"kind": "lookup", "cause": "503"}
        assert [event.kind for event in events.newest(tx, 2)] == ["published", "errand_failed"]


# -- revisions ----------------------------------------------------------------------------------------

FILES = {"menus/main.yaml": "steps:\n  main: {say: Xin chào}\n"}
SOUNDS = {("vi", "main"): Sound("0123456789abcdef", "audio/wav", 3.25)}


def publish(ledger: Ledger, note: str = "") -> int:
    with ledger.transaction() as tx:
        revisions.keep_sound(tx, "0123456789abcdef", "audio/wav", b"RIFF\x00")
        return revisions.publish(tx, FILES, SOUNDS, "Sao Mai", "An", note, START)


def test_before_the_first_publication_nothing_is_live(ledger: Ledger) -> None:
    with ledger.reading() as tx:
        assert revisions.live(tx) is None
        assert revisions.newest(tx) == []
        with pytest.raises(KeyError):
            revisions.source(tx, 1)


def test_what_is_published_is_live_and_kept_as_it_was_written(ledger: Ledger) -> None:
    assert (publish(ledger), publish(ledger, "again")) == (1, 2)
    with ledger.reading() as tx:
        assert revisions.live(tx) == 2
        source = revisions.source(tx, 2)
        assert (source.files, source.sounds) == (FILES, SOUNDS)
        assert (source.author, source.note, source.hotline) == ("An", "again", "Sao Mai")
        assert revisions.newest(tx) == [Published(2, "An", "again", START), Published(1, "An", "", START)]
        assert revisions.sound(tx, "0123456789abcdef") == ("audio/wav", b"RIFF\x00")
        assert revisions.sound(tx, "ffff") is None


# -- errands ------------------------------------------------------------------------------------------

PAYLOAD = {"to": "+84900000001", "pin": "4711"}


def wish(ledger: Ledger, due_at: int = START, kind: str = "message") -> int:
    with ledger.transaction() as tx:
        return errands.wish(tx, kind, "CA1", PAYLOAD, due_at, START)


def claim(ledger: Ledger, now: int = START, kind: str = "message") -> errands.Errand | None:
    with ledger.reading() as tx:
        due = kind in errands.due_kinds(tx, now)
    with ledger.transaction() as tx:
        claimed = errands.claim(tx, kind, now, lease_ms=30_000)
        assert due is (claimed is not None)
        return claimed


def test_what_is_due_of_one_kind_is_not_claimed_by_who_does_another(ledger: Ledger) -> None:
    wish(ledger, START - 1, "fetch_recording")
    assert claim(ledger, START, "lookup") is None
    lookup = wish(ledger, START, "lookup")
    claimed = claim(ledger, START, "lookup")
    assert claimed is not None
    assert claimed.id == lookup


def test_an_errand_is_claimed_when_it_is_due_and_by_one_only(ledger: Ledger) -> None:
    errand_id = wish(ledger, due_at=START + 5)
    assert claim(ledger, START + 4) is None
    claimed = claim(ledger, START + 5)
    assert claimed is not None
    assert (claimed.id, claimed.call, claimed.kind, claimed.payload) == (errand_id, "CA1", "message", PAYLOAD)
    assert (claimed.state, claimed.tries, claimed.created_at) == ("running", 1, START)
    assert claim(ledger, START + 6) is None


def test_the_errand_of_a_worker_that_died_comes_again_with_one_try_more(ledger: Ledger) -> None:
    wish(ledger)
    claim(ledger)
    assert claim(ledger, START + 29_999) is None
    again = claim(ledger, START + 30_000)
    assert again is not None
    assert again.tries == 2


def test_errands_are_claimed_in_the_order_they_are_due(ledger: Ledger) -> None:
    late, early = wish(ledger, START + 2), wish(ledger, START + 1)
    claimed = [claim(ledger, START + 3), claim(ledger, START + 3)]
    assert [errand.id for errand in claimed if errand] == [early, late]


def test_an_errand_done_has_its_answer_and_forgets_what_it_was_about(ledger: Ledger) -> None:
    errand_id = wish(ledger)
    claim(ledger)
    with ledger.transaction() as tx:
        assert errands.done(tx, errand_id, {"message": "SM1"}, START + 9) is True
        assert errands.done(tx, errand_id, {"message": "SM2"}, START + 9) is False
        errands.fail(tx, errand_id, "too late", START + 10)
        done = errands.latest(tx, "CA1", "message")
    assert done is not None
    assert (done.state, done.answer, done.cause, done.done_at) == (
        "done",
        {"message": "SM1"},
        None,
        START + 9,
    )
    assert done.payload == {}
    assert claim(ledger, START + 90_000) is None


def test_an_errand_put_back_comes_again_when_it_is_due(ledger: Ledger) -> None:
    wish(ledger)
    claimed = claim(ledger)
    assert claimed is not None
    with ledger.transaction() as tx:
        errands.retry(tx, claimed, START + 500, "503")
    assert claim(ledger, START + 499) is None
    again = claim(ledger, START + 500)
    assert again is not None
    assert (again.tries, again.cause, again.payload) == (2, "503", PAYLOAD)


def test_who_was_too_slow_does_not_put_back_what_another_has_claimed_since(ledger: Ledger) -> None:
    wish(ledger)
    slow = claim(ledger)
    assert slow is not None
    second = claim(ledger, START + 30_000)
    assert second is not None
    with ledger.transaction() as tx:
        errands.retry(tx, slow, START + 31_000, "it took too long")
    assert claim(ledger, START + 31_000) is None
    third = claim(ledger, START + 60_000)
    assert third is not None
    assert (third.tries, third.cause) == (3, None)


@pytest.mark.parametrize(("end", "state"), [(errands.fail, "failed"), (errands.unknown, "unknown")])
def test_an_errand_that_cannot_be_done_says_why(ledger: Ledger, end: Callable[..., None], state: str) -> None:
    errand_id = wish(ledger)
    claim(ledger)
    with ledger.transaction() as tx:
        end(tx, errand_id, "no such number", START + 9)
        over = errands.latest(tx, "CA1", "message")
    assert over is not None
    assert (over.state, over.cause, over.answer) == (state, "no such number", None)
    assert claim(ledger, START + 90_000) is None


def test_what_an_errand_waited_for_makes_it_due(ledger: Ledger) -> None:
    wish(ledger, START + 5_000, "fetch_recording")
    wish(ledger, START + 5_000, "message")
    with ledger.transaction() as tx:
        errands.hurry(tx, "CA1", "fetch_recording", START + 1)
    hurried = claim(ledger, START + 1, "fetch_recording")
    assert hurried is not None
    assert hurried.kind == "fetch_recording"
    assert claim(ledger, START + 1) is None


def test_what_an_errand_is_about_lies_sealed(ledger: Ledger, database_url: str) -> None:
    wish(ledger)
    with ledger.reading() as tx:
        (stored,) = tx.row("SELECT payload FROM errand", {}) or ("",)
    assert "4711" not in stored
    stranger = Ledger.open(database_url, KEY + b"?")
    with stranger.reading() as tx:
        errand = errands.latest(tx, "CA1", "message")
    assert errand is not None
    assert errand.payload == {}
    stranger.close()


def test_the_next_errand_is_known_by_when_it_is_due(ledger: Ledger) -> None:
    with ledger.transaction() as tx:
        assert errands.next_due(tx) is None
        errands.wish(tx, "mail", None, {}, START + 9_000, START)
        first = errands.wish(tx, "message", None, {}, START + 5_000, START)
        assert errands.next_due(tx) == START + 5_000
        errands.done(tx, first, {}, START)
        assert errands.next_due(tx) == START + 9_000
