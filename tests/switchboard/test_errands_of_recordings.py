"""What a caller said is not lost: however late we hear of it, however long it cannot be fetched."""

from tests.service import MENUS, Answer, House

READY = {"CallSid": "CA1", "RecordingSid": "RE1", "RecordingStatus": "completed", "RecordingDuration": 9}
NAME = """
  name:
    say: {vi: Xin cho biết tên., en: Your name?}
    record: {as: name, max: 10s, silence: 2s}
    then: spelled
    otherwise: goodbye
  spelled:
    say: {vi: "Chào {name}.", en: "Hello {name}."}
    then: hang_up
"""
WITH_NAME = MENUS.replace("      9: repeat\n", "      7: name\n      9: repeat\n") + NAME


def at_the_tone(house: House, key: str = "2") -> Answer:
    main = house.carrier.press(house.carrier.call("CA1"), "CA1", "2")
    return house.carrier.press(main, "CA1", key)


def kept(house: House) -> tuple[object, ...]:
    """The messages and errands, and how the call ended."""
    return (
        house.rows("SELECT call, mailbox FROM message"),
        house.rows("SELECT carrier_id, step, kind, seconds, state FROM recording"),
        house.rows("SELECT kind, state, due_at FROM errand"),
        house.rows("SELECT outcome FROM call"),
        house.rows.passes("CA1")[-1:] if house.rows("SELECT 1 FROM call WHERE step IS NULL") else None,
    )


def test_a_message_whose_end_never_reached_us_is_left_by_the_carriers_notice(house: House) -> None:
    """The caller hung up while our ledger was away: the carrier follows no redirect on a dead line."""
    at_the_tone(house)
    house.carrier.ends("CA1")
    assert house.carrier.post("/voice/recording", READY).status == 204
    assert kept(house)[:4] == (
        [("CA1", "office")],
        [("RE1", "message", "message", 9.0, "ready")],
        [("fetch_recording", "waiting", house.now)],
        [("message",)],
    )
    assert house.rows.passes("CA1")[2] == ("message", "", "message")


def test_the_end_told_after_the_notice_after_all_changes_nothing(house: House) -> None:
    tone = at_the_tone(house)
    house.carrier.post("/voice/recording", READY)
    before = kept(house)
    answer = house.carrier.press(tone, "CA1", "#", RecordingSid="RE1", RecordingDuration=9)
    assert answer.said == ["Thank you."]
    house.carrier.post("/voice/recording", READY)
    assert kept(house) == before


def test_a_notice_after_the_call_went_on_keeps_what_was_said_all_the_same(house: House) -> None:
    """Two recordings at one tone, as after a fallback: the second one is word left too."""
    tone = at_the_tone(house)
    house.carrier.press(tone, "CA1", "#", RecordingSid="RE0", RecordingDuration=2)
    house.carrier.post("/voice/recording", READY)
    assert house.rows("SELECT carrier_id FROM recording JOIN message ON recording = recording.id") == [
        ("RE0",),
        ("RE1",),
    ]


def test_a_notice_of_silence_leaves_no_message(house: House) -> None:
    at_the_tone(house)
    house.carrier.post("/voice/recording", {**READY, "RecordingDuration": 0})
    assert house.rows("SELECT COUNT(*) FROM recording") == [(0,)]


def test_what_a_record_step_keeps_is_our_id_and_never_the_carriers(house: House) -> None:
    house.publish(WITH_NAME)
    tone = at_the_tone(house, "7")
    answer = house.carrier.press(tone, "CA1", "#", RecordingSid="RE1", RecordingDuration=3)
    recording = house.rows.one("SELECT id FROM recording")
    assert answer.said == [f"Hello {recording}."]
    assert house.rows.one("SELECT memory FROM call").count("RE1") == 0
