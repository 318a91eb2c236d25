"""Conversations that are recorded: who was told or asked, what the agent hears, pauses, and where it lies."""

from collections.abc import Callable
from pathlib import Path

import pytest

from ivr.box import Party
from ivr.box.mischief import Mischief
from ivr.box.phone_line import PhoneCall
from ivr.box.recordings import Recording as Tape
from ivr.core.accounts import Role
from ivr.core.agents import Status
from ivr.core.line.onward import Onward, To
from ivr.core.line.recording import Recorder
from ivr.ledger import recordings
from ivr.ledger.recordings import Recording
from ivr.ledger.talks import Talk
from ivr.switchboard.line.answering import agent_answered
from ivr.switchboard.line.called_back import caller_answered
from ivr.switchboard.line.calling_out import call_out
from ivr.switchboard.line.consulting import ask, hand_over
from ivr.switchboard.line.holding import hold
from ivr.switchboard.line.holding import resume as take_back
from ivr.switchboard.line.recording import pause, resume
from ivr.switchboard.line.sending_on import send_on
from ivr.switchboard.line.standing import choose
from tests.reaching import test_calling_back
from tests.reaching.floor import Floor, Trouble, away, lost_answer, once, only, refused
from tests.reaching.test_reaching import MENUS

RECORDED = MENUS.replace("    then: thanks", "    then: thanks\n    record: yes")
ASKED = RECORDED.replace("record: yes", "record: ask")
TOLD = "This conversation is recorded."
MAY_WE = "If you agree that this conversation is recorded, press 1."


@pytest.fixture
def opened(tmp_path: Path) -> Callable[[str], Floor]:
    return lambda menus: Floor.open(tmp_path, menus)


@pytest.fixture
def floor(opened: Callable[[str], Floor]) -> Floor:
    return opened(RECORDED)


def talking(floor: Floor, *keys: str, talks: float = 300) -> PhoneCall:
    """A caller who presses these keys and then talks to an agent."""
    floor.hire("An", Party(after=2, keys="1", talks=talks))
    call = floor.ring().press("1")
    for key in keys:
        call.press(key)
    floor.pass_time(20)
    assert call.doing == "talking"
    return call


def the_talk(floor: Floor, call: PhoneCall) -> Talk:
    [talk] = floor.talks(call)
    return talk


def tapes(floor: Floor) -> list[Tape]:
    """What the carrier records, or has recorded and still has."""
    rooms = floor.phone.exchange.conferences.values()
    return [tape for room in rooms for tape in floor.phone.exchange.recordings.of_conference(room.sid)]


def kept(floor: Floor, call: PhoneCall) -> list[Recording]:
    with floor.house.exchange.ledger.reading() as tx:
        return recordings.of_call(tx, call.sid)


def consents(floor: Floor) -> list[str]:
    return [detail for (detail,) in floor.house.rows("SELECT detail FROM event WHERE kind = 'consent'")]


def silences(floor: Floor, recording: Recording) -> list[int]:
    """The seconds of a recording that lies here in which nothing is heard."""
    assert recording.file
    sound = (Path(floor.house.exchange.settings.data) / "messages" / recording.file).read_bytes()[44:]
    seconds = [sound[at : at + 16_000] for at in range(0, len(sound), 16_000)]
    return [at for at, second in enumerate(seconds) if not any(second)]


def test_a_caller_is_told_before_the_wait_and_the_agent_with_the_offer(floor: Floor) -> None:
    call = talking(floor, talks=30)
    assert call.heard[call.heard.index("Please hold.") + 1] == TOLD
    assert the_talk(floor, call).recorder is Recorder.RECORDING
    floor.pass_time(60)
    assert call.heard[-1] == "Thank you for talking to us.", "what follows the agent's leaving follows"
    [recording] = kept(floor, call)
    assert (recording.kind, recording.step, recording.state) == ("conversation", "sales", "kept")
    assert recording.room == the_talk(floor, call).room
    assert 28 <= recording.seconds <= 32
    assert tapes(floor) == [], "the carrier's copy is deleted"
    assert the_talk(floor, call).recorder is Recorder.OFF, "it is over"
    assert consents(floor) == ['{"caller":"told"}']
    assert floor.phone.faults == []


def test_an_agent_hears_that_it_will_be_recorded(floor: Floor) -> None:
    floor.hire("An", Party(after=15, keys="1"))
    call = floor.ring().press("1")
    floor.pass_time(5)
    [offer] = floor.offers(call)
    assert TOLD in agent_answered(floor.house.exchange, offer.id).decode()


def test_who_hangs_up_is_recorded_until_then_and_nothing_follows(floor: Floor) -> None:
    call = talking(floor)
    call.hang_up()
    floor.pass_time(30)
    assert "Thank you for talking to us." not in call.heard
    assert [recording.state for recording in kept(floor, call)] == ["kept"]


def test_who_agrees_is_recorded(opened: Callable[[str], Floor]) -> None:
    floor = opened(ASKED)
    call = talking(floor, "1")
    assert MAY_WE in call.heard
    assert the_talk(floor, call).recorder is Recorder.RECORDING
    assert consents(floor) == ['{"caller":"agreed"}']
    call.hang_up()
    floor.pass_time(10)
    assert len(kept(floor, call)) == 1


@pytest.mark.parametrize("keys", [("2",), ()], ids=["another key", "silence"])
def test_who_does_not_agree_is_not_recorded_and_talks_all_the_same(
    opened: Callable[[str], Floor], keys: tuple[str, ...]
) -> None:
    floor = opened(ASKED)
    floor.hire("An", Party(after=2, keys="1", talks=300))
    call = floor.ring().press("1")
    for key in keys:
        call.press(key)
    floor.pass_time(30)
    talk = the_talk(floor, call)
    assert (call.doing, talk.recorder, talk.recorded) == ("talking", Recorder.OFF, False)
    assert not pause(floor.house.exchange, talk.offer), "there is nothing to be paused"
    assert consents(floor) == ['{"caller":"refused"}']
    call.hang_up()
    floor.pass_time(90)
    assert (tapes(floor), kept(floor, call)) == ([], [])


def test_a_queue_that_records_nobody_tells_nobody(opened: Callable[[str], Floor]) -> None:
    floor = opened(MENUS)
    call = talking(floor)
    assert TOLD not in call.heard
    assert (tapes(floor), consents(floor)) == ([], [])


def test_while_a_card_is_read_nothing_is_recorded(floor: Floor) -> None:
    call = talking(floor)
    talk = the_talk(floor, call)
    assert talk.answered_at is not None
    began = floor.phone.clock.now_ms() - talk.answered_at
    assert pause(floor.house.exchange, talk.offer)
    assert the_talk(floor, call).recorder is Recorder.RECORDING, "not before the carrier says so"
    floor.pass_time(1)
    assert the_talk(floor, call).recorder is Recorder.PAUSED
    floor.pass_time(14)
    assert resume(floor.house.exchange, talk.offer)
    floor.pass_time(10)
    assert the_talk(floor, call).recorder is Recorder.RECORDING
    call.hang_up()
    floor.pass_time(10)
    [recording] = kept(floor, call)
    silent = silences(floor, recording)
    assert 13 <= len(silent) <= 15
    assert began // 1000 - 1 <= silent[0] <= began // 1000 + 2
    assert not resume(floor.house.exchange, talk.offer), "it is over"


def test_on_hold_nothing_is_recorded_and_a_pause_outlasts_the_hold(floor: Floor) -> None:
    call = talking(floor)
    offer = the_talk(floor, call).offer
    hold(floor.house.exchange, offer)
    floor.pass_time(5)
    assert the_talk(floor, call).recorder is Recorder.PAUSED
    take_back(floor.house.exchange, offer)
    floor.pass_time(5)
    assert the_talk(floor, call).recorder is Recorder.RECORDING
    pause(floor.house.exchange, offer)
    hold(floor.house.exchange, offer)
    take_back(floor.house.exchange, offer)
    floor.pass_time(5)
    assert the_talk(floor, call).recorder is Recorder.PAUSED, "the agent has not resumed it"
    assert [tape.status for tape in tapes(floor)] == ["paused"]


@pytest.mark.parametrize("trouble", [away, lost_answer, refused(429), refused(500)])
def test_a_pause_that_the_carrier_does_not_confirm_is_asked_for_again(floor: Floor, trouble: Trouble) -> None:
    call = talking(floor)
    floor.rest = once(trouble)
    assert pause(floor.house.exchange, the_talk(floor, call).offer)
    floor.pass_time(0.6)
    assert the_talk(floor, call).recorder is Recorder.RECORDING
    floor.pass_time(5)
    assert the_talk(floor, call).recorder is Recorder.PAUSED
    assert [tape.status for tape in tapes(floor)] == ["paused"]


def test_where_the_carrier_records_nothing_the_agent_and_the_log_are_told(floor: Floor) -> None:
    call = talking(floor)
    floor.rest = only("Recordings", refused(404, 20404))
    pause(floor.house.exchange, the_talk(floor, call).offer)
    floor.pass_time(3)
    assert the_talk(floor, call).recorder is Recorder.OFF
    assert floor.house.rows("SELECT detail FROM event WHERE kind = 'not_recorded'") == [
        ('{"queue":"sales"}',)
    ]


def test_a_recording_nobody_told_us_of_is_looked_for(floor: Floor) -> None:
    call = talking(floor)
    floor.lost.add(the_talk(floor, call).room)
    call.hang_up()
    floor.pass_time(30)
    assert kept(floor, call) == []
    floor.pass_time(60)
    assert [recording.state for recording in kept(floor, call)] == ["kept"]


def test_notices_that_come_twice_keep_one_recording(floor: Floor) -> None:
    call = talking(floor)
    floor.phone.exchange.mischief = Mischief(twice=1)
    call.hang_up()
    floor.pass_time(120)
    assert [recording.state for recording in kept(floor, call)] == ["kept"]


def test_what_is_asked_of_another_agent_is_in_the_recording_and_the_pause_is_theirs_too(floor: Floor) -> None:
    call = talking(floor)
    first = the_talk(floor, call)
    binh = floor.hire("Binh", Party(after=2, keys="1", talks=300))
    pause(floor.house.exchange, first.offer)
    floor.pass_time(2)
    assert ask(floor.house.exchange, first.offer, binh) is None
    floor.pass_time(15)
    second = floor.talks(call)[1]
    assert second.recorder is Recorder.PAUSED
    assert hand_over(floor.house.exchange, first.offer)
    floor.pass_time(5)
    second = floor.talks(call)[1]
    assert (call.doing, second.recorder) == ("talking", Recorder.PAUSED)
    assert resume(floor.house.exchange, second.offer)
    floor.pass_time(3)
    assert floor.talks(call)[1].recorder is Recorder.RECORDING
    call.hang_up()
    floor.pass_time(10)
    assert len(kept(floor, call)) == 1, "one room, one recording"


def test_who_is_sent_on_is_not_told_again_and_is_recorded_where_that_queue_records(floor: Floor) -> None:
    call = talking(floor)
    first = the_talk(floor, call)
    assert send_on(floor.house.exchange, first.offer, Onward(To.QUEUE, "sales")) is None
    floor.hire("Binh", Party(after=2, keys="1", talks=300))
    floor.pass_time(30)
    assert call.doing == "talking"
    assert call.heard.count(TOLD) == 1
    assert floor.talks(call)[1].recorder is Recorder.RECORDING
    call.hang_up()
    floor.pass_time(10)
    assert len(kept(floor, call)) == 2, "two rooms, two recordings"


def test_menus_that_record_no_more_record_nobody_who_waits_already(floor: Floor) -> None:
    an = floor.hire("An", Party(after=2, keys="1", talks=300), ready=False)
    floor.hire("Binh", Party(does="no-answer"))
    call = floor.ring().press("1")
    assert TOLD in call.heard
    floor.house.publish(MENUS)
    choose(floor.house.exchange, an, Status.READY)
    floor.pass_time(60)
    assert (call.doing, the_talk(floor, call).recorded) == ("talking", False)


def test_who_is_called_back_hears_it_again_as_somebody_else_may_have_picked_up(tmp_path: Path) -> None:
    menus = test_calling_back.MENUS.replace("    then: thanks", "    then: thanks\n    record: ask")
    floor = Floor.open(tmp_path, menus)
    floor.hire("An", Party(after=3, keys="1", talks=60))
    choose(floor.house.exchange, "an", Status.ON_BREAK, "coffee")
    floor.phone.exchange.people.by_number["+84901234567"] = Party(after=5, keys="1", talks=30)
    call = floor.ring().press("1").press("1")
    assert MAY_WE in call.heard
    floor.pass_time(10)
    call.press_now("2")
    floor.pass_time(2)
    call.press("1")
    choose(floor.house.exchange, "an", Status.READY)
    floor.pass_time(6)
    [offer] = floor.house.rows("SELECT offer FROM talk")
    assert TOLD in caller_answered(floor.house.exchange, offer[0], "CA-somebody").decode()
    floor.pass_time(100)
    [(recorded, of_call)] = floor.house.rows("SELECT recorded, call FROM talk")
    assert recorded
    assert floor.house.rows("SELECT kind, state, call FROM recording") == [("conversation", "kept", of_call)]


def test_whom_an_agent_calls_is_not_recorded(tmp_path: Path) -> None:
    floor = Floor.open(tmp_path, RECORDED, phone_number="+842873001234")
    floor.hire("An", Party(after=2, keys="1", talks=600))
    floor.phone.exchange.people.by_number["+84907654321"] = Party(after=5, talks=40)
    assert call_out(floor.house.exchange, "an", "+84907654321", "sales") is None
    floor.pass_time(90)
    assert floor.house.rows("SELECT recorded FROM talk") == [(0,)]
    assert tapes(floor) == []


def test_what_was_said_is_heard_on_the_page_of_the_call_and_the_audit_says_by_whom(floor: Floor) -> None:
    call = talking(floor, talks=30)
    floor.pass_time(60)
    client = floor.house.signed_in()
    page = client.get(f"/calls/{call.sid}").text
    assert "Told that the conversation is recorded" in page
    [recording] = kept(floor, call)
    assert f"/recordings/said/{recording.id}.wav" in page
    with client.get(f"/recordings/said/{recording.id}.wav") as sound:
        assert sound.data[:4] == b"RIFF"
    assert floor.house.rows("SELECT subject FROM audit WHERE what = 'recording_heard'") == [(recording.id,)]
    agent = floor.house.signed_in(Role.AGENT)
    assert agent.get(f"/recordings/said/{recording.id}.wav").status_code == 404
