"""The tools that hold the style of this house, as tests: one command shows everything."""

import subprocess
import sys

import pytest

from tests.house import HOUSE

CHECKS = {
    "lint": "ruff check",
    "format": "ruff format --check",
    "types": "mypy",
}


@pytest.mark.parametrize("words", CHECKS.values(), ids=CHECKS)
def test_the_house_is_clean(words: str) -> None:
    run = subprocess.run([sys.executable, "-m", *words.split()], cwd=HOUSE, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
