"""Law 5: whatever breaks behind the webhooks, a caller is led back to their place, never to an error."""

from typing import Any

import pytest

from ivr.core import walk
from ivr.ledger import Ledger, LedgerAway, callers, calls
from ivr.ledger.spool import Spool
from ivr.switchboard.documents import Documents
from ivr.switchboard.safety import TRIES
from tests.service import LAN, MENUS, NUMBER, Answer, House

SORRY = {
    "vi": "Hệ thống đang gặp sự cố. Xin quý khách gọi lại sau ít phút.",
    "en": "Something went wrong on our side. Please call again in a few minutes.",
}


def fail(monkeypatch: pytest.MonkeyPatch, where: object, name: str, error: Exception) -> None:
    def failing(*_: Any, **__: Any) -> Any:
        raise error

    monkeypatch.setattr(where, name, failing)


def leads_back(answer: Answer, path: str, tries: int = 1) -> None:
    """A moment of silence, and the same place again."""
    assert answer.verbs == ["Pause", "Redirect"]
    assert answer.leads.partition("?")[0] == path
    assert f"?again={tries}" in answer.leads


A_BUG = RuntimeError("a bug")


@pytest.mark.parametrize(
    ("room", "name"),
    [(walk, "answer"), (Documents, "answer"), (calls, "find"), (calls, "move"), (Ledger, "transaction")],
)
def test_a_failure_behind_a_key_leads_back_to_the_same_place(
    house: House, monkeypatch: pytest.MonkeyPatch, room: object, name: str
) -> None:
    first = house.carrier.call("CA1")
    counts = house.rows.counts()
    with monkeypatch.context() as patch:
        fail(patch, room, name, A_BUG)
        again = house.carrier.press(first, "CA1", "2")
    leads_back(again, first.leads)
    assert house.rows.counts() == counts
    assert house.carrier.press(again, "CA1").said[0].startswith("How can we help?")


@pytest.mark.parametrize(
    ("room", "name"),
    [(walk, "arrive"), (Documents, "answer"), (callers, "remembered_language"), (calls, "arrive")],
)
def test_a_failure_behind_the_door_leads_back_to_the_door(
    house: House, monkeypatch: pytest.MonkeyPatch, room: object, name: str
) -> None:
    with monkeypatch.context() as patch:
        fail(patch, room, name, A_BUG)
        again = house.carrier.call("CA1")
    leads_back(again, "/voice")
    assert set(house.rows.counts().values()) == {0}
    back = house.carrier.press(again, "CA1", From=LAN, To=NUMBER)
    assert back.said[0].startswith("Xin chào.")
    assert house.rows("SELECT caller, called FROM call") == [(LAN, NUMBER)]


def test_the_key_pressed_before_a_failure_counts_after_it(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A redirect tells no keys, so they wait in its address, sealed."""
    first = house.carrier.call("CA1")
    with monkeypatch.context() as patch:
        fail(patch, walk, "answer", A_BUG)
        again = house.carrier.press(first, "CA1", "2")
        once_more = house.carrier.press(again, "CA1")
    leads_back(again, first.leads)
    leads_back(once_more, first.leads, 2)
    assert "2" not in again.leads.partition("kept=")[0].replace(first.leads, "")
    answer = house.carrier.press(once_more, "CA1")
    assert answer.said[0].startswith("How can we help?")
    assert house.rows.passes("CA1") == [("welcome", "2", "key")]
    assert house.carrier.press(again, "CA1").body == answer.body


def test_silence_before_a_failure_is_silence_after_it(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    first = house.carrier.call("CA1")
    with monkeypatch.context() as patch:
        fail(patch, walk, "answer", A_BUG)
        again = house.carrier.press(first, "CA1")
    assert again.leads == f"{first.leads}?again=1"
    house.carrier.press(again, "CA1")
    assert house.rows("SELECT silences, wrongs FROM call") == [(1, 0)]


def test_a_message_left_during_a_failure_is_not_lost(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    main = house.carrier.press(house.carrier.call("CA1"), "CA1", "2")
    message = house.carrier.press(main, "CA1", "2")
    with monkeypatch.context() as patch:
        fail(patch, walk, "answer", A_BUG)
        again = house.carrier.press(message, "CA1", "#", RecordingSid="RE7", RecordingDuration=12)
    assert house.carrier.press(again, "CA1").said == ["Thank you."]
    assert house.rows("SELECT carrier_id, seconds FROM recording") == [("RE7", 12.0)]
    assert house.rows.one("SELECT COUNT(*) FROM message") == 1


def test_who_talked_before_a_failure_is_not_sent_to_leave_word(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    main = house.carrier.press(house.carrier.call("CA1"), "CA1", "2")
    ringing = house.carrier.press(main, "CA1", "3")
    accept = ringing.leads.replace("/at/", "/accept/")
    house.carrier.post(accept, CallSid="CA9", ParentCallSid="CA1", Digits="1")
    with monkeypatch.context() as patch:
        fail(patch, walk, "answer", A_BUG)
        again = house.carrier.press(ringing, "CA1", DialCallStatus="completed", DialBridged="true")
    assert house.carrier.press(again, "CA1").said == ["Thank you."]
    assert house.rows.passes("CA1")[-2:] == [("colleague", "", "connected"), ("thanks", "", "went_on")]


def test_what_a_stranger_put_into_the_address_is_not_believed(house: House) -> None:
    """It was signed by the carrier, but sealed by nobody: as if it were not there."""
    first = house.carrier.call("CA1")
    for kept in ("x", "gAAAA", "%00", "%C3%A4", "=" * 9, "A" * 500):
        answer = house.carrier.post(f"{first.leads}?again=1&kept={kept}", CallSid="CA1", Digits="2")
        assert answer.said[0].startswith("How can we help?")


def test_after_some_tries_comes_a_word_in_every_language_and_the_end(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = house.carrier.call("CA1")
    path = answer.leads
    fail(monkeypatch, walk, "answer", A_BUG)
    for tries in range(1, TRIES + 1):
        answer = house.carrier.press(answer, "CA1", "2")
        leads_back(answer, path, tries)
    answer = house.carrier.press(answer, "CA1")
    assert answer.verbs == ["Say", "Say", "Hangup"]
    assert [(say.get("language"), say.text) for say in answer.tree.iter("Say")] == [
        ("vi-VN", SORRY["vi"]),
        ("en-US", SORRY["en"]),
    ]


def test_there_are_words_even_before_any_menus_were_read(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh = House(house.folder).open(house.folder / "menus")
    fresh.exchange.shelf._live = None
    fail(monkeypatch, type(fresh.exchange.ledger), "reading", LedgerAway("gone"))
    leads_back(fresh.carrier.call("CA1"), "/voice")
    assert fresh.carrier.post(f"/voice?again={TRIES}", CallSid="CA1").said == [SORRY["en"]]
    fresh.exchange.ledger.close()


def test_a_caller_hears_their_menu_though_the_first_tries_failed(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The whole call by telephone: the failure is two seconds of silence, and the key is not asked again."""
    phone = house.phone()
    call = phone.dial(NUMBER)
    rest = [A_BUG, A_BUG]
    really = walk.answer

    def fails_twice(*args: Any) -> Any:
        if rest:
            raise rest.pop()
        return really(*args)

    monkeypatch.setattr(walk, "answer", fails_twice)
    call.press("2")
    assert call.heard[-1].startswith("How can we help?")
    assert phone.faults == []


def test_a_notice_that_could_not_be_written_down_anywhere_is_asked_for_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail(monkeypatch, Ledger, "transaction", LedgerAway("gone"))
    fail(monkeypatch, Spool, "append", OSError("the disk is full"))
    assert house.carrier.ends("CA1").status == 503
    ready = {"CallSid": "CA1", "RecordingSid": "RE1", "RecordingStatus": "completed"}
    assert house.carrier.post("/voice/recording", ready).status == 503


def test_a_caller_of_whom_nothing_can_be_kept_is_led_back(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is full for the spool too: the same place again, and then regret."""
    first = house.carrier.call("CA1")
    with monkeypatch.context() as patch:
        fail(patch, Ledger, "transaction", LedgerAway("gone"))
        fail(patch, Spool, "append", OSError("the disk is full"))
        again = house.carrier.press(first, "CA1", "2")
    leads_back(again, first.leads)
    house.exchange.outage.ends()
    assert house.carrier.press(again, "CA1").said[0].startswith("How can we help?")
    assert house.rows.passes("CA1") == [("welcome", "2", "key")]


def test_a_caller_whose_revision_is_gone_goes_on_in_the_present_one(house: House) -> None:
    main = house.carrier.press(house.carrier.call("CA1"), "CA1", "2")
    house.publish(MENUS.replace("How can we help?", "What can we do?"))
    with house.exchange.ledger.transaction() as tx:
        tx.run("DELETE FROM revision WHERE number = 1", {})
    fresh = House(house.folder, house.now).open(house.folder / "menus")
    present = fresh.carrier.press(main, "CA1", "2")
    assert present.said[0].startswith("What can we do?")
    assert fresh.carrier.press(present, "CA1", "2").said == ["Speak after the tone."]
    fresh.exchange.ledger.close()


def test_a_failure_is_in_the_log_with_its_place_and_without_the_keys(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    first = house.carrier.call("CA1")
    fail(monkeypatch, walk, "answer", RuntimeError("a bug"))
    house.carrier.press(first, "CA1", "24682468")
    assert "a webhook failed: /voice/at/1/welcome/keys.0.0/1" in caplog.text
    assert "24682468" not in caplog.text
