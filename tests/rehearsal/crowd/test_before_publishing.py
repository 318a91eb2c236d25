"""A rehearsal beside a server: in another process, over in time, and heard of whatever becomes of it."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from ivr.carriers.twilio import twiml
from ivr.carriers.twilio.elements import element
from ivr.language.reading import Checked
from ivr.rehearsal.crowd import Seed, before_publishing
from ivr.rehearsal.crowd.before_publishing import beside, tried
from ivr.rehearsal.playing import play_of
from ivr.settings import Settings
from ivr.switchboard.publishing import CALLERS, Rehearsed
from tests.house import HOUSE
from tests.rehearsal.crowd import hotlines
from tests.service import settings_of

SEED = Seed(2026, "7")


@pytest.fixture(scope="module")
def sample() -> Checked:
    return hotlines.checked(HOUSE / "menus")


def settings(folder: Path) -> Settings:
    return replace(settings_of(folder, HOUSE / "menus"), data=str(folder / "var"))


def test_callers_ring_in_another_process_and_nothing_of_it_stays(
    tmp_path: Path, sample: Checked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(before_publishing, "LONGEST", 60.0)  # it is polite, and other tests are not
    found = beside(settings(tmp_path), sample)
    assert (found.wanted, found.mistakes, found.call) == (CALLERS, (), "")
    assert 25 <= found.callers <= CALLERS
    assert list(tmp_path.iterdir()) == []


def test_it_is_over_after_the_first_day_when_its_time_is(tmp_path: Path, sample: Checked) -> None:
    assert sample.hotline is not None
    found = tried(play_of(sample), sample.hotline, "twilio", tmp_path, SEED, seconds=-1.0)
    assert found == Rehearsed(CALLERS, 25)


def test_the_call_that_fails_is_told_and_kept(
    tmp_path: Path, sample: Checked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(twiml, "hangup", lambda: element("Vanish", {}))
    assert sample.hotline is not None
    found = tried(play_of(sample), sample.hotline, "twilio", tmp_path / "var", SEED, seconds=60)
    file = tmp_path / "var" / "failed_call.yaml"
    (mistake,) = found.mistakes
    assert mistake.text.startswith("a random caller met an answer that no carrier takes: 12200")
    assert mistake.hint == f"play the call with `python3 app.py play {file}`, or publish with --callers 0"
    assert found.call == file.read_text("utf-8")
    assert found.call.startswith("# found by a rehearsal, seed 2026-7\ncalls:\n")


def test_one_that_breaks_off_keeps_menus_from_going_live(
    tmp_path: Path,
    sample: Checked,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(before_publishing, "packed", lambda hotline: b"no menus")
    found = beside(settings(tmp_path), sample)
    assert found.callers == 0
    assert [str(mistake) for mistake in found.mistakes] == [
        "menus/hotline.yaml:1:1: the rehearsal broke off, by a mistake of ours that stands in the log; "
        "publish with the command `python3 app.py publish`"
    ]
    assert "the same version of the program has packed it" in caplog.text


def test_one_that_takes_too_long_is_ended(
    tmp_path: Path, sample: Checked, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[subprocess.Popen[bytes]] = []

    class Sleeping(subprocess.Popen[bytes]):
        def __init__(self, command: list[str], **how: object) -> None:
            super().__init__([sys.executable, "-c", "import time; time.sleep(60)"], **how)  # type: ignore[call-overload]
            started.append(self)

    monkeypatch.setattr(before_publishing, "LONGEST", 0.5)
    monkeypatch.setattr(subprocess, "Popen", Sleeping)
    (mistake,) = beside(settings(tmp_path), sample).mistakes
    assert mistake.text == "no rehearsal was over within 0 seconds"
    assert [process.returncode is not None for process in started] == [True]
