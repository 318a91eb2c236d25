"""The worker on virtual time: it carries out what the service wishes, when it is due and not before."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ivr.ledger import errands, log, recordings
from ivr.ledger.errands import Errand
from ivr.ledger.log import Story
from ivr.rehearsal.stage import Outside, Play, Stage, staged
from tests.service import LAN, MENUS, MONDAY_MORNING, NUMBER

PLAY = Play({"hotline.yaml": MENUS}, "Sao Mai")


class Slow(Outside):
    """A world that takes its time."""

    def seconds(self, errand: Errand) -> float:
        return 1.5 if errand.kind == "lookup" else 0


@pytest.fixture
def stage() -> Iterator[Stage]:
    with staged(PLAY, at=MONDAY_MORNING / 1000, outside=Slow({"state": "on its way"})) as stage:
        yield stage


def story_of(stage: Stage, sid: str) -> Story:
    with stage.exchange.ledger.reading() as tx:
        story = log.story(tx, sid)
    assert story is not None
    return story


def test_a_recording_is_fetched_though_nobody_says_that_it_is_ready(stage: Stage) -> None:
    stage.phone.exchange.mischief = type(stage.phone.exchange.mischief)(lost=1)
    call = stage.phone.dial(NUMBER, LAN).press("2").press("2").speak(5)
    stage.phone.pass_time(60)
    story = story_of(stage, call.sid)
    assert [errand.kind for errand in story.errands] == ["fetch_recording", "delete_recording"]
    assert {errand.state for errand in story.errands} == {"done"}
    (recording,) = story.recordings
    assert recording.state == "kept"
    assert recording.file is not None
    assert (Path(stage.exchange.settings.data) / "messages" / recording.file).stat().st_size > 1_000
    assert stage.phone.exchange.recordings.completed() == [], "the carrier's copy is deleted"


def test_a_look_up_takes_as_long_as_the_world_wants(stage: Stage) -> None:
    call = stage.phone.dial(NUMBER, LAN).press("2").press("1").press("1234")
    stage.phone.pass_time(5)
    (errand,) = story_of(stage, call.sid).errands
    assert errand.done_at is not None
    assert 1_500 <= errand.done_at - errand.created_at <= 2_500
    assert "Order 1 2 3 4 is on its way." in call.heard


def test_another_day_knows_nothing_of_the_one_before(stage: Stage) -> None:
    first = stage.phone.dial(NUMBER, LAN).press("2").press("1").press("1234")
    again = stage.anew(MONDAY_MORNING / 1000 - 86_400, Outside(None))
    with again.exchange.ledger.reading() as tx:
        assert errands.next_due(tx) is None
        assert log.story(tx, first.sid) is None
        assert recordings.of_call(tx, first.sid) == []
    assert again.remembers(LAN) is None
    call = again.phone.dial(NUMBER, LAN).press("2").press("1").press("1234")
    again.phone.pass_time(5)
    assert "We do not know." in call.heard
    assert again.remembers(LAN) == "en"
