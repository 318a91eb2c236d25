"""In a conversation: the caller is put on hold and taken back, the agent is muted."""

from pathlib import Path

import pytest

from ivr.box import Party
from ivr.switchboard.line.holding import hold, mute, resume
from tests.reaching.floor import Floor
from tests.reaching.test_reaching import MENUS


@pytest.fixture
def floor(tmp_path: Path) -> Floor:
    return Floor.open(tmp_path, MENUS)


def test_a_caller_on_hold_hears_music_and_the_time_is_counted_apart(floor: Floor) -> None:
    floor.hire("An", Party(after=2, keys="1", talks=300))
    call = floor.ring().press("1")
    floor.pass_time(15)
    [talk] = floor.talks(call)
    assert hold(floor.house.exchange, talk.offer)
    floor.pass_time(3)
    assert call.doing == "", "the caller hears music, and talks with nobody"
    assert call.heard[-1] == "https://hotline.example/static/waiting.wav"
    floor.pass_time(17)
    assert resume(floor.house.exchange, talk.offer)
    floor.pass_time(5)
    assert call.doing == "talking"
    [talk] = floor.talks(call)
    assert (talk.held_since, talk.held) == (None, 20_000)
    call.hang_up()
    assert floor.phone.faults == []


def test_a_hold_that_was_thought_better_of_is_none(floor: Floor) -> None:
    floor.hire("An", Party(after=2, keys="1", talks=300))
    call = floor.ring().press("1")
    floor.pass_time(15)
    [talk] = floor.talks(call)
    assert hold(floor.house.exchange, talk.offer)
    assert resume(floor.house.exchange, talk.offer)
    floor.pass_time(5)
    [talk] = floor.talks(call)
    assert (talk.held_since, talk.held) == (None, 0)
    assert (
        "https://hotline.example/static/waiting.wav" not in call.heard[call.heard.index("Please hold.") + 2 :]
    )


def test_who_hangs_up_while_on_hold_was_held_until_then(floor: Floor) -> None:
    floor.hire("An", Party(after=2, keys="1", talks=300))
    call = floor.ring().press("1")
    floor.pass_time(15)
    [talk] = floor.talks(call)
    hold(floor.house.exchange, talk.offer)
    floor.pass_time(30)
    call.hang_up()
    [talk] = floor.talks(call)
    assert talk.ended_by == "caller"
    assert 28_000 <= talk.held <= 31_000
    assert not hold(floor.house.exchange, talk.offer), "there is nobody to be held"


def test_a_muted_agent_is_not_heard_until_they_want_to_be(floor: Floor) -> None:
    floor.hire("An", Party(after=2, keys="1", talks=300))
    call = floor.ring().press("1")
    floor.pass_time(15)
    [talk] = floor.talks(call)
    [room] = floor.phone.exchange.conferences.values()
    for muted in (True, False):
        assert mute(floor.house.exchange, talk.offer, muted=muted)
        floor.pass_time(2)
        assert [each.muted for sid, each in room.participants.items() if sid == talk.leg] == [muted]
        assert bool(floor.talks(call)[0].muted) is muted
