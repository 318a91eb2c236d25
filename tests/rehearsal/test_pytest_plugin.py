"""The plugin of pytest, in a process of its own: calls are tests, failures are stories, JUnit knows them."""

import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.house import HOUSE
from tests.rehearsal.test_play_command import BAD, GOOD
from tests.service import MENUS

PLUGIN = ("-p", "ivr.rehearsal.pytest_plugin", "-p", "xdist")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A hotline of somebody's, without a project around it."""
    (tmp_path / "menus" / "calls").mkdir(parents=True)
    (tmp_path / "menus" / "hotline.yaml").write_text(MENUS)
    (tmp_path / "menus" / "calls" / "good.yaml").write_text(GOOD)
    (tmp_path / "menus" / "calls" / "bad.yaml").write_text(BAD)
    return tmp_path


def run(folder: Path, *words: str) -> tuple[int, str]:
    """Its status and its output."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *PLUGIN, "-W", "error", "-p", "no:cacheprovider", *words],
        cwd=folder,
        env={
            **os.environ,
            "PYTHONPATH": str(HOUSE),
            "PYTEST_ADDOPTS": "",
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        },
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stdout + done.stderr


def test_each_call_is_a_test_and_a_failure_shows_its_story(folder: Path) -> None:
    status, output = run(folder, "menus", "--junit-xml", "junit.xml")
    assert status == 1, output
    assert "1 failed, 1 passed" in output
    assert "Mai leaves word  (menus/calls/bad.yaml:2)\n  Mon 2026-11-23 09:00: +84901234567 calls\n" in output
    assert "  expected that it ends: goodbye\n  instead  it ended: message\n" in output
    assert "FAILED menus/calls/bad.yaml::Mai leaves word - menus/calls/bad.yaml:6:5: expe" in output
    assert "- written calls of menus -" in output
    assert "steps        4 of   14   28.6%  never: order" in output
    cases = {
        case.get("name"): [outcome.tag for outcome in case]
        for case in ElementTree.parse(folder / "junit.xml").iter("testcase")
    }
    assert cases == {"Lan leaves word": [], "Mai leaves word": ["failure"]}


def test_a_call_is_picked_by_its_name(folder: Path) -> None:
    status, output = run(folder, "menus/calls/good.yaml", "-k", "Lan", "-q")
    assert status == 0, output
    assert "1 passed" in output


def test_what_is_reached_adds_up_over_processes_and_too_little_fails(folder: Path) -> None:
    status, output = run(folder, "menus/calls/good.yaml", "-n", "2", "--calls-coverage", "29")
    assert status == 1, output
    assert "steps        4 of   14   28.6%" in output
    assert run(folder, "menus/calls/good.yaml", "-n", "2", "--calls-coverage", "20")[0] == 0


def test_mistakes_are_told_as_they_are(folder: Path) -> None:
    (folder / "menus" / "calls" / "bad.yaml").write_text(BAD.replace("speak", "speek"))
    status, output = run(folder, "menus")
    assert status == 2, output
    assert "menus/calls/bad.yaml:5:33: unknown word 'speek'; did you mean 'speak'?" in output
    assert "Traceback" not in output

    (folder / "menus" / "hotline.yaml").write_text(MENUS.replace("then: goodbye", "then: godbye"))
    status, output = run(folder, "menus")
    assert status == 2, output
    assert "did you mean 'goodbye'?" in output
    assert "Traceback" not in output


def test_other_yaml_is_left_alone(folder: Path) -> None:
    (folder / "calls").mkdir()
    (folder / "calls" / "other.yaml").write_text("a: 1\n")
    (folder / "menus" / "calls" / "notes.txt").write_text("a: 1\n")
    status, output = run(folder, "calls", "menus/hotline.yaml", "menus/calls/notes.txt")
    assert status in (4, 5), output
    assert "no tests" in output or "not found" in output


def test_the_plugin_loads_nothing_of_the_hotline_until_there_is_a_call() -> None:
    words = "import sys; import ivr.rehearsal.pytest_plugin; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", words], cwd=HOUSE, capture_output=True, text=True, check=True
    ).stdout.split()
    assert {"flask", "sqlalchemy", "pydantic", "twilio", "yaml", "ivr.switchboard", "ivr.box"} & set(
        loaded
    ) == set()


def test_the_samples_calls_are_among_the_tests_of_the_house() -> None:
    done = subprocess.run(
        [sys.executable, "app.py", "test", "menus", "-q", "--collect-only"],
        cwd=HOUSE,
        env={**os.environ, "IVR_NO_SETUP": "1"},
        capture_output=True,
        text=True,
    )
    assert "menus/calls/people.yaml::At night nobody waits for a person" in done.stdout, (
        done.stdout + done.stderr
    )
