"""A revision taken back: its calls go on in the live one at once, nothing is lost, nobody hears an error."""

import pytest

from ivr.ledger import revisions
from ivr.ledger.revisions import Overtaken
from ivr.switchboard.clock import Clock
from ivr.switchboard.rolling_back import NoWayBack, roll_back
from tests.outages import away
from tests.patience import until
from tests.service import LAN, MAI, MENUS, Answer, House
from tests.service import write as save

HARMFUL = (
    MENUS.replace("How can we help?", "Press 2 to win!")
    .replace("2: message", "2: colleague")
    .replace("      3: colleague\n", "      3: message\n")
)


def in_english(house: House, call: str, caller: str = LAN) -> Answer:
    return house.carrier.press(house.carrier.call(call, caller), call, "2")


def back(house: House, number: int | None = None, note: str = "it lured callers") -> int:
    """Taken back, and every worker has had the time to see it."""
    done = roll_back(house.exchange, number, "An", note)
    house.now += 1_000
    return done.revision


def test_a_key_pressed_to_the_harmful_words_does_nothing_but_lead_to_the_good_ones(house: House) -> None:
    house.publish(HARMFUL)
    lured = in_english(house, "CA1")
    assert lured.said[-1].startswith("Press 2 to win!")
    assert back(house) == 1
    good = house.carrier.press(lured, "CA1", "2")
    assert good.said == ["How can we help? For your order, press 1. To hear this again, press 9."]
    assert good.leads.startswith("/voice/at/1/main/")
    assert house.carrier.press(good, "CA1", "2").said == ["Speak after the tone."]
    assert house.rows("SELECT revision FROM call") == [(1,)]
    assert house.rows.passes("CA1") == [
        ("welcome", "2", "key"),
        ("main", "", "withdrawn"),
        ("main", "2", "key"),
    ]
    assert house.rows("SELECT call, kind, detail FROM event") == [
        ("CA1", "handed_over", '{"menus":2,"live":1}')
    ]


def test_a_repeat_of_the_request_that_led_on_is_answered_alike(house: House) -> None:
    house.publish(HARMFUL)
    lured = in_english(house, "CA1")
    back(house)
    first, again = (house.carrier.press(lured, "CA1", "2") for _ in range(2))
    assert first.body == again.body
    assert house.rows.one("SELECT COUNT(*) FROM event") == 1


def test_word_left_just_before_is_a_message_and_the_caller_is_led_on(house: House) -> None:
    house.publish(HARMFUL)
    tone = house.carrier.press(in_english(house, "CA1"), "CA1", "3")
    assert tone.verbs == ["Say", "Record", "Redirect"]
    back(house)
    thanks = house.carrier.press(tone, "CA1", RecordingSid="RE1", RecordingDuration=7)
    assert (thanks.said, thanks.verbs) == (["Thank you."], ["Say", "Hangup"])
    assert house.rows("SELECT mailbox, call FROM message") == [("office", "CA1")]
    house.carrier.ends("CA1")
    assert house.rows("SELECT outcome FROM call") == [("message",)]


def test_word_left_at_a_step_the_live_menus_do_not_have_is_a_message_too(house: House) -> None:
    other = HARMFUL.replace("3: message", "3: hotword").replace("  message:\n", "  hotword:\n")
    other = other.replace("message", "hotword")
    house.publish(other)
    tone = house.carrier.press(in_english(house, "CA1"), "CA1", "3")
    back(house)
    entry = house.carrier.press(tone, "CA1", RecordingSid="RE1", RecordingDuration=7)
    assert entry.said[0] == "Welcome. For English, press 2."
    assert house.rows("SELECT mailbox FROM message") == [("office",)]


def test_word_left_by_who_hung_up_is_a_message(house: House) -> None:
    house.publish(HARMFUL)
    tone = house.carrier.press(in_english(house, "CA1"), "CA1", "3")
    back(house)
    left = {"RecordingSid": "RE1", "RecordingDuration": 7, "Digits": "hangup", "CallStatus": "completed"}
    house.carrier.post(tone.leads, {"CallSid": "CA1", **left})
    house.carrier.ends("CA1")
    assert house.rows("SELECT mailbox FROM message") == [("office",)]
    assert house.rows("SELECT outcome FROM call") == [("message",)]


def test_who_has_talked_is_led_on_and_rings_nobody_again(house: House) -> None:
    house.publish(HARMFUL)
    ringing = house.carrier.press(in_english(house, "CA1"), "CA1", "2")
    assert ringing.verbs == ["Say", "Dial"]
    accept = ringing.leads.replace("/at/", "/accept/")
    house.carrier.post(accept, {"CallSid": "CB1", "ParentCallSid": "CA1", "Digits": "1"})
    back(house)
    talked = {"DialCallStatus": "completed", "DialCallSid": "CB1", "DialCallDuration": 30}
    assert house.carrier.post(ringing.leads, {"CallSid": "CA1", **talked}).said == ["Thank you."]
    house.carrier.ends("CA1")
    assert house.rows("SELECT outcome, talk FROM call") == [("connected", 30.0)]


def test_calls_of_the_revision_that_is_live_again_notice_nothing(house: House) -> None:
    before = in_english(house, "CA1")
    house.publish(HARMFUL)
    back(house)
    assert house.carrier.press(before, "CA1", "2").said == ["Speak after the tone."]
    assert house.rows("SELECT * FROM event") == []


def test_a_call_that_comes_back_from_a_fallback_document_goes_on_in_the_live_menus(house: House) -> None:
    house.publish(HARMFUL)
    in_english(house, "CA1")
    back(house)
    again = house.carrier.call("CA1")
    good = house.carrier.press(again, "CA1", "2")
    assert good.said[0].startswith("How can we help?")


def test_a_call_nobody_knows_is_not_led_into_what_was_taken_back(house: House) -> None:
    house.publish(HARMFUL)
    back(house)
    lost = house.carrier.post("/voice/at/2/main/keys.0.0/5", {"CallSid": "CA9", "Digits": "2"})
    assert lost.said[0].startswith("Quý khách cần gì ạ?")
    assert house.rows("SELECT id, revision, hop FROM call") == [("CA9", 1, 6)]


def test_everything_between_is_taken_back_and_can_be_live_again(house: House) -> None:
    for number in (2, 3, 4):
        assert house.publish(MENUS.replace("How can we help?", f"Words {number}.")) == number
    on_3 = house.carrier.press(house.carrier.call("CA1"), "CA1", "2")
    assert back(house, 2) == 2
    assert standing(house) == (2, {3, 4})
    assert house.carrier.press(on_3, "CA1", "9").said[0].startswith("Words 2.")
    assert back(house) == 1
    assert standing(house) == (1, {2, 3, 4})
    assert back(house, 3) == 3
    assert standing(house) == (3, {2, 4})
    assert back(house) == 1
    assert house.publish(MENUS.replace("How can we help?", "Words 5.")) == 5
    assert back(house) == 1
    assert standing(house) == (1, {2, 3, 4, 5})


def standing(house: House) -> tuple[int | None, set[int]]:
    with house.exchange.ledger.reading() as tx:
        live, withdrawn = revisions.standing(tx)
    return live, set(withdrawn)


@pytest.mark.parametrize(
    ("number", "why"),
    [
        (None, "revision 1 is live, and there is none before it to go back to"),
        (1, "revision 1 is live already"),
        (7, "there is no revision 7: `python3 app.py revisions` lists them"),
    ],
)
def test_where_there_is_no_way_back_nothing_changes(house: House, number: int | None, why: str) -> None:
    with pytest.raises(NoWayBack) as refused:
        roll_back(house.exchange, number, "An")
    assert str(refused.value) == why
    assert standing(house) == (1, set())


def test_who_saw_another_revision_live_takes_nothing_back(house: House) -> None:
    house.publish(HARMFUL)
    with pytest.raises(Overtaken):
        roll_back(house.exchange, 1, "An", instead_of=3)
    assert standing(house) == (2, set())
    assert roll_back(house.exchange, 1, "An", instead_of=2).revision == 1


def test_a_roll_back_is_heard_where_the_ledger_can_be_read_and_not_written(house: House) -> None:
    """The worker's own outage; whoever takes the menus back has none."""
    admin = House(house.folder, house.now).open(house.folder / "menus")
    admin.publish(HARMFUL)
    house.now = admin.now
    lured = in_english(house, "CA1")
    with away(house):
        house.carrier.press(lured, "CA1", "9")  # so this worker knows of the outage
        clock = Clock(house.exchange)
        clock.start()
        roll_back(admin.exchange, 1, "An")
        until(lambda: (last := house.exchange.shelf.last_live) is not None and last.revision == 1)
        assert in_english(house, "CA2", MAI).said[-1].startswith("How can we help?")
        clock.stop()
    admin.exchange.ledger.close()


def spoil(house: House, number: int) -> None:
    """A revision from a version of the program that knew other words; nobody of ours has read it."""
    with house.exchange.ledger.transaction() as tx:
        files = '{"menus/a.yaml": "words: of tomorrow"}'
        tx.run(
            "UPDATE revision SET files = :files WHERE number = :number", {"files": files, "number": number}
        )
        tx.run("DELETE FROM reading WHERE revision = :number", {"number": number})


def test_a_revision_this_version_cannot_read_leaves_the_last_one_live_and_its_calls_go_on(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    good = in_english(house, "CA1")
    tone = house.carrier.press(in_english(house, "CA2", MAI), "CA2", "2")
    house.publish(MENUS.replace("How can we help?", "What now?"))
    newer = in_english(house, "CA3", "+84900000003")
    spoil(house, 1)
    fresh = House(house.folder, house.now)
    fresh.open(house.folder / "menus")
    on = fresh.carrier.press(good, "CA1", "2")
    assert on.said[0].startswith("What now?")
    thanks = fresh.carrier.press(tone, "CA2", RecordingSid="RE1", RecordingDuration=7)
    assert thanks.said == ["Thank you."]
    assert house.rows("SELECT mailbox FROM message") == [("office",)]
    with fresh.exchange.ledger.transaction() as tx:
        tx.run("UPDATE live SET revision = 1", {})
    fresh.now += 1_000
    assert fresh.carrier.press(newer, "CA3", "2").said == ["Speak after the tone."]
    assert in_english(fresh, "CA4", "+84900000004").said[-1].startswith("What now?")
    assert caplog.text.count("revision 1 cannot be read by this version") == 1
    fresh.exchange.ledger.close()


def test_word_left_in_menus_nobody_can_read_any_more_stays_with_its_call(house: House) -> None:
    tone = house.carrier.press(in_english(house, "CA1"), "CA1", "2")
    without = MENUS.replace("message", "hotword")
    house.publish(without)
    spoil(house, 1)
    save(house.folder, without)
    fresh = House(house.folder, house.now).open(house.folder / "menus")
    on = fresh.carrier.press(tone, "CA1", RecordingSid="RE1", RecordingDuration=7)
    assert on.said[0] == "Welcome. For English, press 2."
    assert house.rows("SELECT call, step, kind FROM recording") == [("CA1", "message", "record")]
    fresh.exchange.ledger.close()


def test_a_party_that_picks_up_hears_who_calls_also_in_menus_nobody_can_read_any_more(house: House) -> None:
    ringing = house.carrier.press(in_english(house, "CA1"), "CA1", "3")
    house.publish(MENUS.replace("How can we help?", "What now?"))
    spoil(house, 1)
    fresh = House(house.folder, house.now).open(house.folder / "menus")
    screened = fresh.carrier.post(
        ringing.leads.replace("/at/", "/screen/"), {"CallSid": "CB1", "ParentCallSid": "CA1"}
    )
    assert screened.verbs == ["Gather", "Gather", "Hangup"]
    fresh.exchange.ledger.close()


def test_more_revisions_than_are_kept_ready_serve_their_calls_all_the_same(house: House) -> None:
    calls = [in_english(house, "CA1")]
    for number in range(2, 14):
        house.publish(MENUS.replace("How can we help?", f"Words {number}."))
        calls.append(in_english(house, f"CA{number}", f"+849000000{number:02}"))
    back(house, 6)
    for number in (5, 2, 4, 3, 1, 5, 2, 4, 3, 1):
        first = "How can we help?" if number == 1 else f"Words {number}."
        calls[number - 1] = house.carrier.press(calls[number - 1], f"CA{number}", "9")
        assert calls[number - 1].said[0].startswith(first)
    for number in range(7, 14):
        assert house.carrier.press(calls[number - 1], f"CA{number}", "9").said[0].startswith("Words 6.")
    assert in_english(house, "CA99", MAI).said[-1].startswith("Words 6.")
