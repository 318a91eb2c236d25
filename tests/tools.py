"""What some tests need from outside Python: how each tool is found here, and how to get it on Debian.

A test says what it needs, and runs where that is found:

    @pytest.mark.needs("chromium", "espeak-ng")
    def test_the_phone_speaks(): ...

and asks `path_of("chromium")` for the program.
"""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Tool:
    """A program: `find` gives its path or None, `package` is the Debian package that brings it."""

    find: Callable[[], Path | None]
    package: str


def _on_path(*names: str) -> Callable[[], Path | None]:
    def find() -> Path | None:
        return next((Path(found) for name in names if (found := shutil.which(name))), None)

    return find


def _initdb() -> Path | None:
    """Debian keeps PostgreSQL's own programs off the PATH, a folder for each version; the newest is taken."""
    versions = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    return max(versions, key=lambda path: int(path.parts[-3]), default=None) or _on_path("initdb")()


def _python_with_pip() -> Path | None:
    """The Python under this environment, if pip is installed in it; the environment itself may have none."""
    python = Path(sys.base_prefix) / "bin" / f"python3.{sys.version_info.minor}"
    has_pip = (
        python.exists() and not subprocess.run([python, "-m", "pip", "-V"], capture_output=True).returncode
    )
    return python if has_pip else None


TOOLS = {
    "chromium": Tool(_on_path("chromium", "chromium-browser", "google-chrome"), "chromium"),
    "curl": Tool(_on_path("curl"), "curl"),
    "espeak-ng": Tool(_on_path("espeak-ng"), "espeak-ng"),
    "redis": Tool(_on_path("redis-server", "valkey-server"), "redis-server"),
    "postgresql": Tool(_initdb, "postgresql"),
    "node": Tool(_on_path("node", "nodejs"), "nodejs"),
    "npm": Tool(_on_path("npm"), "npm"),
    "pip": Tool(_python_with_pip, "python3-pip"),
}


@cache
def find(name: str) -> Path | None:
    """The program of a tool in TOOLS, or None where it is not installed."""
    return TOOLS[name].find()


def path_of(name: str) -> Path:
    """The program of a tool the test has declared with `needs`; AssertionError if it is not installed."""
    found = find(name)
    assert found, f"{name} is not installed here; mark the test @pytest.mark.needs({name!r})"
    return found


def declared() -> set[str]:
    """The tools that some test declares, read from the tests as text, so that plain Python can tell."""
    texts = [file.read_text() for file in Path(__file__).parent.rglob("*.py")]
    words = [words for text in texts for words in re.findall(r"\bneeds\(([^)]*)\)", text)]
    return {name for name in TOOLS if any(f'"{name}"' in each for each in words)}


if __name__ == "__main__":  # for .ci/run: the Debian packages that the tests need and this machine lacks
    print(*sorted({TOOLS[name].package for name in declared() if find(name) is None}))
