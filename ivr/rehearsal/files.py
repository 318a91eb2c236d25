"""Where written calls lie: in `calls/` within the folder of the menus they ring."""

from collections.abc import Iterable, Iterator
from pathlib import Path

CALLS = "calls"


def files_in(given: Iterable[Path]) -> Iterator[Path]:
    """The files that are meant: each file, and all of each folder."""
    for path in given:
        yield from yaml_in(path) if path.is_dir() else [path]


def yaml_in(folder: Path) -> list[Path]:
    return sorted([*folder.glob("*.yaml"), *folder.glob("*.yml")])


def is_calls(path: Path) -> bool:
    """Whether a file lies where written calls lie."""
    return path.suffix in (".yaml", ".yml") and path.parent.name == CALLS and menus_around(path) is not None


def menus_around(path: Path) -> Path | None:
    """The folder of menus in whose `calls/` a file lies, if it does."""
    folder = path.absolute().parent
    around = folder.parent
    return around if folder.name == CALLS and yaml_in(around) else None
