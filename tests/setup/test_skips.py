"""What a run of the tests says and does when a tool is missing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house import HOUSE

TESTS = """
import pytest

@pytest.mark.needs("espeak-ng", "redis")
def test_one(): raise AssertionError("must not run")

@pytest.mark.needs("redis")
def test_two(): raise AssertionError("must not run")

def test_three(): pass
"""


def run_without_tools(folder: Path, *words: str, **environment: str) -> tuple[int, list[str]]:
    """The exit code and the lines of a run that finds no tool on its PATH."""
    (folder / "test_tools.py").write_text(TESTS)
    clean = {name: value for name, value in os.environ.items() if name != "CI" and "PYTEST" not in name}
    plugin = ["-p", "tests.conftest", "-c", str(HOUSE / "pyproject.toml"), "--noconftest"]
    run = subprocess.run(
        [sys.executable, "-m", "pytest", *plugin, *words, folder / "test_tools.py"],
        cwd=HOUSE,
        env=clean | {"PATH": str(folder)} | environment,
        capture_output=True,
        text=True,
    )
    return run.returncode, run.stdout.splitlines()


@pytest.mark.parametrize("words", [(), ("-n", "2")], ids=["alone", "side by side"])
def test_a_run_ends_saying_what_was_skipped_and_how_to_get_it(tmp_path: Path, words: tuple[str, ...]) -> None:
    code, lines = run_without_tools(tmp_path, *words)
    assert code == 0
    assert lines[-4:] == [
        "2 skipped.",
        "  1 for want of espeak-ng",
        "  2 for want of redis",
        "To run them: sudo apt-get install espeak-ng redis-server",
    ]


def test_where_nothing_may_be_skipped_the_run_fails(tmp_path: Path) -> None:
    for code, lines in (run_without_tools(tmp_path, "--no-skips"), run_without_tools(tmp_path, CI="true")):
        assert code == 1
        assert lines[-1] == "Every test must run here, so this run has failed."
