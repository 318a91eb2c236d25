"""What a caller said is not lost: however late we hear of it, however long it cannot be fetched."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ivr.carriers.twilio.rest import Rest as CarrierRest
from ivr.ledger import errands, recordings
from ivr.switchboard.wishes import carry_out, fetch_again
from tests.carriers.contract_server import TOKEN as REST_TOKEN
from tests.carriers.contract_server import Carrier as Rest
from tests.carriers.contract_server import contract_server
from tests.outside.mail_server import mail_server
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


def test_a_notice_repeated_after_the_copy_ends_no_other_recording(house: House) -> None:
    """The caller leaves word a second time; the notice of the first, told again, is not about that."""
    house.publish(MENUS.replace("voicemail: office\n    then: thanks", "voicemail: office\n    then: main"))
    tone = at_the_tone(house)
    main = house.carrier.press(tone, "CA1", "#", RecordingSid="RE1", RecordingDuration=9)
    with house.exchange.ledger.transaction() as tx:
        recordings.kept(tx, house.rows.one("SELECT id FROM recording"), "said.wav")
    second = house.carrier.press(main, "CA1", "2")
    assert house.carrier.post("/voice/recording", READY).status == 204
    assert house.rows("SELECT step, turn FROM call") == [("message", "record")]
    house.carrier.press(second, "CA1", "#", RecordingSid="RE2", RecordingDuration=4)
    assert house.rows("SELECT carrier_id, seconds, state FROM recording ORDER BY carrier_id") == [
        ("RE1", 9.0, "kept"),
        ("RE2", 4.0, "announced"),
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


DAY = 86_400_000


@pytest.fixture
def rest() -> Iterator[Rest]:
    with contract_server() as carrier:
        carrier.recordings["RE1"] = b"RIFF....WAVEsound"
        yield carrier


@pytest.fixture
def home(tmp_path: Path, rest: Rest) -> Iterator[House]:
    """A house whose carrier has a REST side, and a caller who has left word."""
    house = House(tmp_path, now=time.time_ns() // 1_000_000)
    house.open(MENUS, auth_token=REST_TOKEN, carrier_url=rest.url)
    at_the_tone(house)
    house.carrier.post("/voice/recording", READY)
    yield house
    house.exchange.ledger.close()


def state(house: House) -> tuple[str, str]:
    """Of the recording, and of the newest errand that fetches it."""
    sql = "SELECT state FROM errand WHERE kind = 'fetch_recording' ORDER BY id DESC LIMIT 1"
    return house.rows.one("SELECT state FROM recording"), house.rows.one(sql)


def test_a_recording_is_fetched_once_the_key_is_mended(home: House, rest: Rest) -> None:
    rest.user = "AC" + "9" * 32
    for _ in range(40):
        home.errands()
        home.now += 300_000
    assert state(home) == ("ready", "waiting")
    rest.user = home.exchange.settings.account_sid
    home.errands()
    assert state(home) == ("kept", "done")


def test_a_recording_outlasts_an_outage_of_two_days(home: House, rest: Rest) -> None:
    rest.faults += ["unavailable"] * 30
    for _ in range(30):
        home.errands()
        home.now += 2 * DAY // 30
    home.errands()
    assert state(home) == ("kept", "done")


def test_after_three_days_it_is_given_up_and_somebody_can_have_it_fetched_again(
    home: House, rest: Rest
) -> None:
    rest.faults += ["unavailable"] * 2
    home.errands()
    home.now += 3 * DAY
    home.errands()
    assert state(home) == ("failed", "failed")
    recording = home.rows.one("SELECT id FROM recording")
    assert fetch_again(home.exchange, recording, "mai") is True
    assert fetch_again(home.exchange, recording, "mai") is False
    assert state(home) == ("announced", "waiting")
    home.errands()
    assert state(home) == ("kept", "done")
    assert fetch_again(home.exchange, recording, "mai") is False
    assert fetch_again(home.exchange, "nobody's", "mai") is False


def test_what_the_carrier_does_not_have_after_an_hour_is_given_up(home: House, rest: Rest) -> None:
    rest.recordings.clear()
    home.errands()
    home.now += 3_599_000
    home.errands()
    assert state(home) == ("ready", "waiting")
    home.now += 300_000
    home.errands()
    assert state(home) == ("failed", "failed")


def test_two_who_fetched_the_same_recording_wish_what_follows_once(
    home: House, rest: Rest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first one's lease ran out while the carrier was slow: the second one was quicker."""
    with home.exchange.ledger.transaction() as tx:
        slow = errands.claim(tx, "fetch_recording", home.now, 1_000)
    assert slow is not None
    asked = CarrierRest.fetch_recording

    def meanwhile(carrier: CarrierRest, recording: str) -> bytes:
        monkeypatch.setattr(CarrierRest, "fetch_recording", asked)
        home.now += 1_000
        home.errands()
        return asked(carrier, recording)

    monkeypatch.setattr(CarrierRest, "fetch_recording", meanwhile)
    rest.recordings["RE1"] = b"RIFF....WAVEsound"
    monkeypatch.setattr(CarrierRest, "delete_recording", lambda *_: None)
    carry_out(home.exchange, slow)
    home.errands()
    assert home.rows("SELECT kind, state FROM errand ORDER BY id") == [
        ("fetch_recording", "done"),
        ("delete_recording", "done"),
    ]


def test_a_mail_is_sent_once_its_server_takes_strangers(tmp_path: Path, rest: Rest) -> None:
    with mail_server() as server:
        house = House(tmp_path, now=time.time_ns() // 1_000_000)
        mailed = MENUS.replace("office: {max: 60s,", "office: {mail: office@example.com, max: 60s,")
        house.open(mailed, auth_token=REST_TOKEN, carrier_url=rest.url, mail_server=server.url)
        at_the_tone(house)
        house.carrier.post("/voice/recording", READY)
        server.answer_to_rcpt = "450 come again later"
        for _ in range(20):
            house.errands()
            house.now += 300_000
        server.answer_to_rcpt = "250 welcome"
        house.errands()
        assert len(server.mails) == 1
        assert house.rows("SELECT state FROM errand WHERE kind = 'mail'") == [("done",)]
        house.exchange.ledger.close()


def test_who_hangs_up_at_the_tone_heard_nothing_that_follows(house: House) -> None:
    tone = at_the_tone(house)
    spoke = {"RecordingSid": "RE1", "RecordingDuration": 3, "CallStatus": "completed"}
    house.carrier.press(tone, "CA1", "hangup", **spoke)
    house.carrier.ends("CA1")
    assert house.rows("SELECT call, mailbox FROM message") == [("CA1", "office")]
    assert house.rows("SELECT outcome, step FROM call") == [("message", None)]
    assert house.rows.passes("CA1")[-1][::2] == ("message", "message")
