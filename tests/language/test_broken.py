"""Broken hotlines, each with exactly what an admin is told about it (the `.txt` beside it)."""

from pathlib import Path

import pytest

from ivr.language import Checked, read_files

BROKEN = sorted((Path(__file__).parent / "broken").glob("*.yaml"))
BASE = """\
hotline: Sao Mai
zone: Asia/Ho_Chi_Minh
numbers: {"+842873001234": main}
languages: {en: {}}
"""


def checked(path: Path) -> Checked:
    """A broken file, with the sections around its steps unless it brings its own."""
    text = path.read_text("utf-8")
    return read_files({path.name: text} if "hotline:" in text else {"base.yaml": BASE, path.name: text})


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_an_admin_is_told_everything_that_is_wrong_and_what_to_do(path: Path) -> None:
    found = checked(path)
    told = [*map(str, found.mistakes), *(f"warning {warning}" for warning in found.warnings)]
    assert told == path.with_suffix(".txt").read_text("utf-8").splitlines()
    assert found.hotline is None


def test_the_base_of_the_broken_hotlines_is_sound() -> None:
    found = read_files({"base.yaml": BASE, "main.yaml": "steps: {main: {say: Hello., then: hang_up}}\n"})
    assert found.mistakes == found.warnings == ()
