"""The floors of the house: which room may import which (the contracts stand in pyproject.toml)."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.house import HOUSE

FORBIDDEN = {
    "core": "from ivr.language import x",
    "language": "import ivr.ledger",
    "carriers": "import yaml",
    "ledger": "from redis import Redis",
    "outside": "import twilio.rest",
    "switchboard": "from flask import request",
    "web": "import sqlalchemy.orm",
    "web/deep": "import ivr.box",
    "box": "from ivr.core import calls",
    "box/deep": "from ivr import create_app",
}


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports_command as run; run(['--no-cache'])",
        ],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
    )


def test_every_room_imports_only_what_stands_below_it() -> None:
    run = lint_imports(HOUSE)
    assert run.returncode == 0, run.stdout + run.stderr


def test_an_import_that_breaks_a_floor_is_found(tmp_path: Path) -> None:
    shutil.copy(HOUSE / "pyproject.toml", tmp_path)
    for room_init in (HOUSE / "ivr").glob("*/__init__.py"):
        copied = tmp_path / room_init.relative_to(HOUSE)
        copied.parent.mkdir(parents=True)
        copied.touch()
    (tmp_path / "ivr" / "__init__.py").touch()
    for room, words in FORBIDDEN.items():
        planted = tmp_path / "ivr" / room / "planted.py"
        planted.parent.mkdir(exist_ok=True)
        (planted.parent / "__init__.py").touch()
        planted.write_text(words + "\n")

    verdicts = lint_imports(tmp_path).stdout

    broken = [line.removesuffix(" BROKEN") for line in verdicts.splitlines() if line.endswith(" BROKEN")]
    assert "Contracts: 0 kept, 9 broken." in verdicts, verdicts
    assert len(broken) == 9
