"""What the hotline is made of: everything it asks for, and everything it imports, has its pin."""

import ast
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import distributions, packages_distributions
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name as plain

from tests.house import HOUSE

# `_typeshed` exists for the type checker only.
OURS = {"ivr", "tests", "app", "_typeshed"}


def pinned() -> set[str]:
    lines = (HOUSE / "ivr/constraints.txt").read_text().splitlines()
    pins = [Requirement(line) for line in lines if not line.startswith("#")]
    assert all(str(pin.specifier).startswith("==") for pin in pins)
    return {plain(pin.name) for pin in pins}


def asked_for() -> list[Requirement]:
    project = tomllib.loads((HOUSE / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    return [Requirement(line) for line in (*project["dependencies"], *extras["test"], *extras["fast"])]


def imported() -> Iterator[tuple[str, Path]]:
    """Every top-level module that a file of ours imports, with that file."""
    files = [HOUSE / "app.py", *(HOUSE / "ivr").rglob("*.py"), *(HOUSE / "tests").rglob("*.py")]
    for file in files:
        for node in ast.walk(ast.parse(file.read_bytes())):
            if isinstance(node, ast.Import):
                yield from ((alias.name.split(".")[0], file) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                yield node.module.split(".")[0], file


def test_every_package_asked_for_is_pinned() -> None:
    assert {plain(package.name) for package in asked_for()} - pinned() == set()


def test_what_an_installed_package_needs_is_pinned_too() -> None:
    pins = pinned()
    for package in (package for package in distributions() if plain(package.name) in pins):
        needs = [Requirement(line) for line in package.requires or []]
        needed = {
            plain(need.name) for need in needs if not need.marker or need.marker.evaluate({"extra": ""})
        }
        assert needed <= pins, f"{package.name} needs {needed - pins}"


def test_everything_imported_is_pinned() -> None:
    belongs_to, pins = packages_distributions(), pinned()
    strangers = {
        f"{file.relative_to(HOUSE)} imports {module}"
        for module, file in imported()
        if module not in sys.stdlib_module_names | OURS
        and not {plain(name) for name in belongs_to.get(module, ())} & pins
    }
    assert strangers == set()
