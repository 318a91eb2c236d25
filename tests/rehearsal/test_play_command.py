"""`ivr play` as it is typed."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ivr.cli import main
from tests.house import HOUSE
from tests.service import MENUS

GOOD = """\
calls:
  - call: Lan leaves word
    from: "+84901234567"
    at: 2026-11-23 09:00
    story: [press: 2, press: 2, speak: 5s, press: "#"]
    ends: message
"""
BAD = GOOD.replace("Lan leaves", "Mai leaves").replace("ends: message", "ends: goodbye")

PARTED = """\
menus/calls/bad.yaml:6:5: here it parted
  expected that it ends: goodbye
  instead  it ended: message
"""

Ivr = Callable[..., Result]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "menus" / "calls").mkdir(parents=True)
    (tmp_path / "menus" / "hotline.yaml").write_text(MENUS)
    (tmp_path / "menus" / "calls" / "good.yaml").write_text(GOOD)
    return tmp_path


@pytest.fixture
def ivr(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Ivr:
    """Types a command in the folder."""
    monkeypatch.chdir(folder)
    return lambda *words: CliRunner().invoke(main, [*words])


def write(folder: Path, name: str, text: str) -> None:
    (folder / "menus" / "calls" / name).write_text(text)


def test_all_calls_of_the_menus_are_played_and_shown(ivr: Ivr) -> None:
    played = ivr("play")
    assert played.exit_code == 0, played.output
    first, *_, summary, steps, options, languages = played.output.splitlines()
    assert first == "Lan leaves word  (menus/calls/good.yaml:2)"
    assert summary == "1 call played, none parted."
    assert steps.startswith("steps        4 of   14   28.6%  never: order, status, told, unknown, colleague")
    assert options.startswith("options      2 of   10   20.0%  never: welcome.vi (1), main.order (1)")
    assert languages == "languages    2 of    2  100.0%"


def test_a_call_that_parts_fails_and_quietly_only_such_are_shown(ivr: Ivr, folder: Path) -> None:
    write(folder, "bad.yaml", BAD)
    played = ivr("play", "menus/calls", "--quiet")
    assert played.exit_code == 1
    assert "Lan" not in played.output
    assert "Mai leaves word  (menus/calls/bad.yaml:2)" in played.output
    assert PARTED in played.output
    assert "2 calls played, 1 parted.\n" in played.output


def test_files_ring_the_menus_around_them_or_others(ivr: Ivr, folder: Path) -> None:
    shutil.copytree(folder / "menus", folder / "other")
    (folder / "menus" / "hotline.yaml").write_text("hotline: Broken\n")
    assert ivr("play", "other/calls/good.yaml", "--quiet").exit_code == 0
    assert ivr("play", "menus/calls/good.yaml", "--menus", "other", "--quiet").exit_code == 0
    refused = ivr("play", "menus/calls/good.yaml")
    assert refused.exit_code == 1
    assert (
        "menus/hotline.yaml:1:1: the hotline has no 'zone'; add 'zone:', like Asia/Ho_Chi_Minh"
        in refused.output
    )
    assert "nothing was played: mend these mistakes of the menus first." in refused.output


def test_files_of_different_menus_are_not_mixed(ivr: Ivr, folder: Path) -> None:
    shutil.copytree(folder / "menus", folder / "other")
    refused = ivr("play", "menus/calls/good.yaml", "other/calls/good.yaml")
    assert refused.exit_code == 2
    assert "these files ring different menus" in refused.output


def test_mistakes_of_all_files_are_told_and_nothing_is_played(ivr: Ivr, folder: Path) -> None:
    write(folder, "a.yaml", GOOD.replace("press: 2, press", "pres: 2, press"))
    write(folder, "b.yaml", GOOD.replace("message", "massage"))
    refused = ivr("play")
    assert refused.exit_code == 1
    assert refused.output.splitlines() == [
        "menus/calls/a.yaml:5:13: unknown word 'pres'; did you mean 'press'?",
        "menus/calls/b.yaml:6:11: 'massage' is not one of goodbye, hung_up, message, connected, blocked, "
        "too_many or lost; did you mean 'message'?",
        "Error: nothing was played: mend 2 mistakes first.",
    ]


def test_without_calls_it_says_where_they_belong(ivr: Ivr, folder: Path) -> None:
    shutil.rmtree(folder / "menus" / "calls")
    refused = ivr("play")
    assert (refused.exit_code, refused.output) == (
        1,
        "Error: there are no written calls: write some into menus/calls/\n",
    )


def test_too_little_coverage_fails(ivr: Ivr) -> None:
    assert ivr("play", "--coverage", "20").exit_code == 0
    refused = ivr("play", "--coverage", "20.1")
    assert refused.exit_code == 1
    assert refused.output.endswith("Error: less than 20.1% was reached.\n")


def test_an_update_shows_the_difference_and_then_all_passes(ivr: Ivr, folder: Path) -> None:
    write(folder, "bad.yaml", BAD)
    updated = ivr("play", "--update")
    assert (updated.exit_code, updated.output) == (
        0,
        """\
--- menus/calls/bad.yaml
+++ menus/calls/bad.yaml
@@ -3,4 +3,4 @@
     from: "+84901234567"
     at: 2026-11-23 09:00
     story: [press: 2, press: 2, speak: 5s, press: "#"]
-    ends: goodbye
+    ends: message
1 file changed.
""",
    )
    assert ivr("play").exit_code == 0
    assert (folder / "menus" / "calls" / "good.yaml").read_text() == GOOD


def test_an_update_leaves_what_only_the_caller_can_mend(ivr: Ivr, folder: Path) -> None:
    write(folder, "bad.yaml", BAD.replace('press: "#"', 'press: "#", press: 1'))
    updated = ivr("play", "--update")
    assert updated.exit_code == 1
    assert "menus/calls/bad.yaml:5:56: here it parted\n  expected to press 1\n" in updated.output
    assert "Error: what parted there is nothing that is expected: mend it by hand.\n" in updated.output
    assert "ends: message" in (folder / "menus" / "calls" / "bad.yaml").read_text()


def test_an_update_that_cannot_be_made_changes_nothing(ivr: Ivr, folder: Path) -> None:
    text = "calls: [{call: x, from: withheld, at: 2026-11-23 09:00, story: [hears_not: Welcome]}]\n"
    write(folder, "flow.yaml", text)
    refused = ivr("play", "--update")
    assert refused.exit_code == 1
    assert refused.output.startswith("Error: menus/calls/flow.yaml:1:76: this cannot be changed without")
    assert (folder / "menus" / "calls" / "flow.yaml").read_text() == text


def test_the_samples_calls_reach_all_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(HOUSE)
    played = CliRunner().invoke(main, ["play", "--quiet", "--coverage", "100"])
    assert played.exit_code == 0, played.output
