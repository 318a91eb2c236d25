"""A scratch house with the real door, whose packages are tiny wheels in a folder: a real set-up, in a second.

The wheel `gunicorn` says how it was called instead of serving; so do `pytest` and the command `ivr`.
"""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile

from tests.house import HOUSE
from tests.tools import path_of

SAYS_HOW_IT_WAS_CALLED = """
import os, sys
print("CALLED", {name!r}, *sys.argv[1:], "in", sys.prefix)
"""

PROJECT = """
[project]
dependencies = ["gunicorn==99.1", "hotline-tone>=1"]
optional-dependencies.test = ["pytest"]
"""


@dataclass(frozen=True, slots=True)
class House:
    """A folder with app.py, its own wheels, and nothing set up yet."""

    folder: Path
    wheels: Path

    def start(
        self, *words: str, python: Path | None = None, offline: bool = False, **environment: str
    ) -> subprocess.Popen[str]:
        """Run `python3 app.py WORDS`, from another folder."""
        shop = {"PIP_NO_INDEX": "1"} | ({} if offline else {"PIP_FIND_LINKS": str(self.wheels)})
        clean = {"PATH": os.environ["PATH"], "PIP_CONFIG_FILE": os.devnull, "PIP_NO_CACHE_DIR": "1"}
        return subprocess.Popen(
            [python or path_of("pip"), self.folder / "app.py", *words],
            cwd="/",
            env=clean | shop | environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, *words: str, python: Path | None = None, offline: bool = False, **environment: str) -> str:
        """What `python3 app.py WORDS` prints until it ends."""
        start = self.start(*words, python=python, offline=offline, **environment)
        return start.communicate(timeout=60)[0]

    def wheel(self, name: str, version: str) -> None:
        """Put a wheel in the shop: one module that says how it was called."""
        info = f"{name}-{version}.dist-info"
        with ZipFile(self.wheels / f"{name}-{version}-py3-none-any.whl", "w") as wheel:
            wheel.writestr(f"{name}.py", SAYS_HOW_IT_WAS_CALLED.format(name=f"{name}-{version}"))
            wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
            wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
            wheel.writestr(f"{info}/RECORD", "")

    def pin(self, *pins: str) -> None:
        (self.folder / "ivr/constraints.txt").write_text("\n".join(pins))


def build(folder: Path) -> House:
    """A house in an empty folder."""
    house = House(folder / "house", folder / "wheels")
    house.wheels.mkdir()
    (house.folder / "ivr").mkdir(parents=True)
    shutil.copy(HOUSE / "app.py", house.folder)
    (house.folder / "pyproject.toml").write_text(PROJECT)
    (house.folder / "ivr/__init__.py").write_text("def create_app(): return 'the app'")
    (house.folder / "ivr/__main__.py").write_text(SAYS_HOW_IT_WAS_CALLED.format(name="ivr"))
    for name, version in (
        ("gunicorn", "99.1"),
        ("hotline_tone", "1.0"),
        ("hotline_tone", "2.0"),
        ("pytest", "99.2"),
    ):
        house.wheel(name, version)
    house.pin("gunicorn==99.1", "hotline-tone==1.0", "pytest==99.2")
    return house
