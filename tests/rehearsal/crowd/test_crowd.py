"""Random callers ring every hotline of this house, and many that dice have made: nothing may go wrong."""

from pathlib import Path

import pytest

from ivr.language import Checked
from ivr.rehearsal.crowd import Report, Seed, rehearse, walking
from ivr.rehearsal.crowd.shortening import shortened
from ivr.rehearsal.crowd.telling import told
from ivr.rehearsal.playing import play_of
from tests.house import HOUSE
from tests.rehearsal.crowd import hotlines

SEED = Seed(2026, "tests")


def ring(checked: Checked, callers: int, seed: Seed = SEED, carrier: str = "twilio") -> Report:
    """So many callers; a failure is shown as an admin would see it."""
    assert checked.hotline is not None
    play = play_of(checked)
    report = rehearse(play, checked.hotline, callers, seed, carrier=carrier)
    if report.failure is not None:
        with walking(play, checked.hotline, carrier) as walk:
            found = shortened(report.failure, walk)
        pytest.fail("\n".join(told(found, report.failure.caller, seed, checked.hotline)))
    return report


@pytest.mark.parametrize("folder", hotlines.FOLDERS, ids=lambda folder: folder.name)
def test_nothing_goes_wrong_on_the_hotlines_of_this_house(folder: Path) -> None:
    report = ring(hotlines.checked(folder), 300)
    assert report.callers == sum(report.outcomes.values()) == 300
    assert report.requests > 2 * 300


def test_callers_of_the_sample_come_everywhere_a_key_leads() -> None:
    checked = hotlines.checked(HOUSE / "menus")
    assert checked.hotline is not None
    report = ring(checked, 500, Seed(2026, "everywhere"))
    assert report.reached.languages == set(checked.hotline.languages)
    assert len(report.reached.steps) > 0.8 * len(checked.hotline.steps)
    assert {"goodbye", "hung_up", "message", "connected"} <= report.outcomes.keys()


@pytest.mark.parametrize("number", range(15))
def test_nothing_goes_wrong_on_hotlines_that_dice_have_made(number: int) -> None:
    ring(hotlines.made(number), 50, Seed(2026, str(number)))


def test_the_sample_is_rehearsed_in_signalwires_dialect() -> None:
    ring(hotlines.checked(HOUSE / "menus", "signalwire"), 150, carrier="signalwire")


WITHOUT_PAUSES = """
hotline: Somleng has no pause
zone: Asia/Ho_Chi_Minh
numbers: {"+842873001234": main}
languages: {en: {voice: Polly.Joanna-Neural}}
mailboxes: {office: {max: 20s}}
defaults: {silence: {after: 4s, tries: 2, then: bye}, wrong: {tries: 2, then: bye}}
allowed: ["+84*"]
steps:
  main: {say: Welcome., keys: {1: word, 2: colleague, 3: address}}
  address: {sms: {text: District 1.}, then: repeat, otherwise: bye}
  word: {say: Speak., voicemail: office, then: bye, otherwise: bye}
  colleague: {say: One moment., dial: {to: "+84281112222", ring: 20s}, then: bye, otherwise: word}
  bye: {say: Goodbye., then: hang_up}
"""


def test_a_hotline_without_pauses_is_rehearsed_in_somlengs_dialect() -> None:
    report = ring(hotlines.of(WITHOUT_PAUSES), 150, carrier="somleng")
    assert {"message", "connected"} <= report.outcomes.keys()


def test_the_same_seed_brings_the_same_callers_and_another_brings_others() -> None:
    checked = hotlines.of(WITHOUT_PAUSES)
    first, second, other = (ring(checked, 60, Seed(2026, seed)) for seed in ("a", "a", "b"))
    assert (first.outcomes, first.requests) == (second.outcomes, second.requests)
    assert (first.outcomes, first.requests) != (other.outcomes, other.requests)


def test_a_seed_says_its_year() -> None:
    assert Seed.read("2027-abc", 2026) == Seed(2027, "abc")
    assert Seed.read("48213", 2026) == Seed(2026, "48213")
    assert Seed.read("12-3", 2026) == Seed(2026, "12-3")
    assert str(Seed.read(str(Seed.any(2026)), 1999)).startswith("2026-")
