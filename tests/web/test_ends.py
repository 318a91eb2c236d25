"""Law 4: the end of a call may be told late, twice, early or never, and stays what it was."""

from itertools import permutations

import pytest

from ivr.switchboard.silence import LOST_AFTER_MS
from ivr.switchboard.tidying import tidy
from tests.service import LAN, MONDAY_MORNING, NUMBER, Answer, House

END = "SELECT outcome, ended_at, end_source FROM call WHERE id = :call"


def ended(house: House, call: str = "CA1") -> tuple[object, ...]:
    (row,) = house.rows(END, call=call)
    return row


def at_main(house: House, call: str = "CA1") -> Answer:
    """A caller who chose English; each call has a caller of its own, who is not remembered."""
    return house.carrier.press(house.carrier.call(call, f"+84901234{call[2:]:0>3}"), call, "2")


def test_a_status_is_answered_with_nothing(house: House) -> None:
    at_main(house)
    answer = house.carrier.ends("CA1")
    assert (answer.status, answer.body) == (204, b"")


def test_the_first_end_stays_whatever_is_told_afterwards(house: House) -> None:
    at_main(house)
    house.now += 5_000
    house.carrier.ends("CA1")
    first = ended(house)
    passes = house.rows.passes("CA1")
    for status in ("completed", "in-progress", "ringing", "queued", "initiated", "completed", "nonsense"):
        house.now += 60_000
        assert house.carrier.ends("CA1", status).status == 204
        assert ended(house) == first
    assert first == ("hung_up", MONDAY_MORNING + 5_000, "carrier")
    assert house.rows.passes("CA1") == passes == [("welcome", "2", "key"), ("main", "", "hung_up")]


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        *(("completed", "hung_up"), ("busy", "hung_up"), ("no-answer", "hung_up")),
        *(("failed", "lost"), ("canceled", "lost")),
    ],
)
def test_every_way_to_end_is_an_end(house: House, status: str, outcome: str) -> None:
    at_main(house)
    house.carrier.ends("CA1", status)
    assert ended(house) == (outcome, house.now, "carrier")


@pytest.mark.parametrize("status", ["queued", "initiated", "ringing", "in-progress", "", "COMPLETED", "over"])
def test_what_is_no_end_ends_nothing(house: House, status: str) -> None:
    at_main(house)
    house.carrier.ends("CA1", status)
    assert ended(house) == (None, None, None)


def test_the_end_of_a_rung_partys_leg_is_not_the_end_of_the_call(house: House) -> None:
    at_main(house)
    house.carrier.ends("CA9", ParentCallSid="CA1")
    assert ended(house) == (None, None, None)
    assert house.rows("SELECT id FROM call") == [("CA1",)]


def test_the_end_of_a_call_nobody_knows_waits_for_the_call(house: House) -> None:
    """A caller who hung up while we were still looking for the first words: the end comes first."""
    house.carrier.ends("CA1")
    assert house.rows("SELECT hop, outcome FROM call") == [(0, "hung_up")]
    house.now += 500
    assert house.carrier.call("CA1").verbs == ["Gather", "Redirect"]
    assert house.rows("SELECT hop, caller, outcome, ended_at FROM call") == [
        (1, LAN, "hung_up", house.now - 500)
    ]
    assert house.rows.passes("CA1") == [("welcome", "", "hung_up")]


def test_a_lost_call_whose_end_came_first_is_written_down_whole(house: House) -> None:
    house.carrier.ends("CA1")
    house.carrier.post("/voice/at/1/main/keys.0.0/3", CallSid="CA1", Digits="2")
    assert house.rows("SELECT hop, revision, language, outcome FROM call") == [(4, 1, "vi", "hung_up")]
    assert house.rows.passes("CA1") == [("main", "2", "key"), ("message", "", "hung_up")]


@pytest.mark.parametrize(("sent", "caller"), [(LAN, LAN), ("anonymous", None)])
def test_a_lost_call_is_written_down_with_who_called_whom(
    house: House, sent: str, caller: str | None
) -> None:
    """We know nothing of it, but the carrier says it again with every request."""
    house.carrier.post("/voice/at/1/main/keys.0.0/3", CallSid="CA1", Digits="2", From=sent, To=NUMBER)
    assert house.rows("SELECT caller, called FROM call") == [(caller, NUMBER)]


def test_a_key_that_comes_after_the_end_is_kept_and_wakes_nobody_up(house: House) -> None:
    main = at_main(house)
    house.carrier.ends("CA1")
    over = ended(house)
    assert house.carrier.press(main, "CA1", "9").status == 200
    assert ended(house) == over
    assert house.rows.passes("CA1") == [
        ("welcome", "2", "key"),
        ("main", "9", "key"),
        ("main", "", "hung_up"),
    ]


def in_conversation(house: House, call: str = "CA1") -> Answer:
    """A caller who was joined to the colleague, who has pressed 1."""
    dial = house.carrier.press(at_main(house, call), call, "3")
    house.carrier.post("/voice/accept/1/colleague/dial.0.0/3", CallSid="CA9", ParentCallSid=call, Digits="1")
    return dial


@pytest.mark.parametrize("order", sorted(set(permutations(("end", "end", "action")))))
def test_who_hangs_up_in_conversation_has_talked_in_whatever_order_it_is_told(
    house: House, order: tuple[str, ...]
) -> None:
    dial = in_conversation(house)
    spoke = {
        "DialCallStatus": "completed",
        "DialBridged": "true",
        "DialCallDuration": 30,
        "DialCallSid": "CA9",
    }
    for what in order:
        if what == "action":
            house.carrier.press(dial, "CA1", None, CallStatus="completed", **spoke)
        else:
            house.carrier.ends("CA1")
    assert ended(house) == ("connected", house.now, "carrier")
    assert house.rows.passes("CA1")[-2:] == [("main", "3", "key"), ("colleague", "", "connected")]
    assert house.rows("SELECT talk FROM call") == [(30.0,)]


def test_a_carrier_that_tells_only_the_end_of_a_conversation(house: House) -> None:
    in_conversation(house)
    house.carrier.ends("CA1")
    assert ended(house) == ("connected", house.now, "carrier")
    assert house.rows.passes("CA1")[-1] == ("colleague", "", "connected")


@pytest.mark.parametrize("order", sorted(set(permutations(("end", "end", "action")))))
def test_who_hangs_up_just_before_they_are_joined_has_not_talked(
    house: House, order: tuple[str, ...]
) -> None:
    """The party has pressed 1, and the carrier says that it joined nobody."""
    dial = in_conversation(house)
    alone = {"DialCallStatus": "completed", "DialBridged": "false", "DialCallSid": "CA9"}
    for what in order:
        if what == "action":
            house.carrier.press(dial, "CA1", None, CallStatus="completed", **alone)
        else:
            house.carrier.ends("CA1")
    assert ended(house) == ("hung_up", house.now, "carrier")
    assert house.rows.passes("CA1")[-2:] == [("main", "3", "key"), ("colleague", "", "hung_up")]


def test_who_hangs_up_while_it_rings_has_not_talked(house: House) -> None:
    house.carrier.press(at_main(house), "CA1", "3")
    house.carrier.ends("CA1")
    assert ended(house) == ("hung_up", house.now, "carrier")
    assert house.rows.passes("CA1")[-1] == ("colleague", "", "hung_up")


def test_who_comes_back_after_the_end_hears_no_menu(house: House) -> None:
    at_main(house)
    house.carrier.ends("CA1")
    assert house.carrier.call("CA1").verbs == ["Hangup"]


def test_a_message_told_after_the_end_is_left_all_the_same(house: House) -> None:
    message = house.carrier.press(at_main(house), "CA1", "2")
    house.carrier.ends("CA1")
    house.carrier.press(message, "CA1", "hangup", RecordingSid="RE1", RecordingDuration=9)
    assert house.rows("SELECT mailbox, caller FROM message") == [("office", "+84901234001")]
    assert ended(house) == ("message", house.now, "carrier")
    assert house.rows("SELECT kind, state FROM errand") == [("fetch_recording", "waiting")]


def tell(house: House, what: str, call: str, recording: str, message: Answer) -> None:
    """One of the three things the carrier says at the end of a message."""
    told = {"CallSid": call, "RecordingSid": recording}
    match what:
        case "action":
            spoken = {"RecordingSid": recording, "RecordingDuration": 9, "CallStatus": "completed"}
            answer = house.carrier.press(message, call, "hangup", **spoken)
        case "ready":
            answer = house.carrier.post("/voice/recording", told, RecordingStatus="completed")
        case _:
            answer = house.carrier.ends(call)
    assert answer.status in (200, 204)


def test_a_message_is_a_message_in_whatever_order_its_parts_are_told(house: House) -> None:
    """The recording's action, its callback (twice) and the call's end: all 24 orders, one result."""
    for number, order in enumerate(permutations(("action", "ready", "ready", "end"))):
        call = f"CA{number}"
        message = house.carrier.press(at_main(house, call), call, "2")
        for what in order:
            tell(house, what, call, f"RE{number}", message)
        assert house.rows(END, call=call) == [("message", house.now, "carrier")]
        assert house.rows.passes(call)[:3] == [
            ("welcome", "2", "key"),
            ("main", "2", "key"),
            ("message", "", "message"),
        ]
    assert house.rows.one("SELECT COUNT(*) FROM message") == 24
    assert house.rows.one("SELECT COUNT(*) FROM errand") == 24


def test_a_recording_that_became_ready_is_fetched_at_once(house: House) -> None:
    message = house.carrier.press(at_main(house), "CA1", "2")
    house.carrier.press(message, "CA1", RecordingSid="RE1", RecordingDuration=9)
    assert house.rows.one("SELECT due_at FROM errand") == house.now + 5_000
    house.exchange.due.clear()
    ready = {"CallSid": "CA1", "RecordingSid": "RE1", "RecordingStatus": "completed"}
    assert house.carrier.post("/voice/recording", ready).status == 204
    assert house.rows.one("SELECT due_at FROM errand") == house.now
    assert house.rows("SELECT carrier_id, state FROM recording") == [("RE1", "ready")]
    assert house.exchange.due.is_set()


def test_a_recording_nobody_knows_changes_nothing(house: House) -> None:
    at_main(house)
    counts = house.rows.counts()
    for call in ("CA1", "CA404"):
        for status in ("completed", "absent", "failed", "in-progress", "?"):
            form = {"CallSid": call, "RecordingSid": "RE404", "RecordingStatus": status}
            assert house.carrier.post("/voice/recording", form).status == 204
    assert house.rows.counts() == counts


def test_silence_after_the_tone_is_no_message(house: House) -> None:
    message = house.carrier.press(at_main(house), "CA1", "2")
    assert house.carrier.press(message, "CA1", RecordingSid="RE1", RecordingDuration=0).said == ["Goodbye."]
    assert house.rows.one("SELECT COUNT(*) FROM recording") == 0
    assert house.rows.passes("CA1")[-2:] == [("message", "", "silent"), ("goodbye", "", "went_on")]


def fall_silent(house: House) -> None:
    """Nobody says anything for hours, not even the carrier when it is asked."""
    house.now += LOST_AFTER_MS
    tidy(house.exchange)
    house.errands()


def test_a_call_whose_end_was_never_told_ends_by_the_clock(house: House) -> None:
    at_main(house)
    house.now += LOST_AFTER_MS - 1
    tidy(house.exchange)
    house.errands()
    assert ended(house) == (None, None, None)
    house.now += 300_000
    house.errands()
    lost = ("lost", house.now, "clock")
    assert ended(house) == lost
    assert house.rows.passes("CA1") == [("welcome", "2", "key"), ("main", "", "hung_up")]
    fall_silent(house)
    assert ended(house) == lost


def test_the_carriers_word_after_the_clocks_says_more(house: House) -> None:
    at_main(house)
    fall_silent(house)
    house.carrier.ends("CA1")
    assert ended(house)[0] == "hung_up"


def test_a_goodbye_is_a_goodbye_when_the_end_is_told_and_when_it_never_is(house: House) -> None:
    for call in ("CA1", "CA2"):
        main = at_main(house, call)
        for _ in range(3):
            main = house.carrier.press(main, call)
        assert main.verbs == ["Say", "Hangup"]
    house.carrier.ends("CA1")
    fall_silent(house)
    assert [ended(house, call)[0] for call in ("CA1", "CA2")] == ["goodbye", "goodbye"]


def test_the_stored_documents_of_a_call_go_an_hour_after_its_end(house: House) -> None:
    main = at_main(house)
    at_main(house, "CA2")
    house.carrier.ends("CA1")
    house.now += 3_600_001
    tidy(house.exchange)
    assert house.rows("SELECT DISTINCT call FROM answer") == [("CA2",)]
    assert house.carrier.press(main, "CA1", "1").status == 200
