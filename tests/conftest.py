"""A test that needs a tool runs where it is found; a run ends saying what was left out and how to get it."""

import os
from collections.abc import Generator, Iterator

import pytest
from argon2 import PasswordHasher
from hypothesis import settings

from ivr.ledger import Ledger, passwords
from ivr.switchboard.exchange import Exchange
from tests.tools import TOOLS, find

settings.register_profile("the same each time", derandomize=True)
if os.environ.get("CI"):
    # A change is refused for what it did, and not for what chance finds; by hand every run looks further.
    settings.load_profile("the same each time")

pytest_plugins = ["tests.postgres", "tests.disks"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--no-skips", action="store_true", help="fail if a test is skipped (always so when CI is set)"
    )


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test whose tools are not here, before any fixture asks for them."""
    needed = [name for mark in item.iter_markers("needs") for name in mark.args]
    missing = [name for name in needed if find(name) is None]
    item.user_properties += [("missing", name) for name in missing]
    if missing:
        pytest.skip(f"needs {' and '.join(missing)}")


LONGEST = (
    "tests/house/test_style.py",
    "tests/bench/test_soak.py",
    "tests/web/test_outages_for_real.py",
    "tests/docs/test_commands.py",
    "tests/web/test_machines.py",
    "tests/setup/test_door.py",
)
"""Where tests of many seconds stand. They come first, that none of them is left for the end of a run, when
only one process has something to do; and most of them wait more than they work, beside such that work."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest come first."""
    places = {module: place for place, module in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.nodeid.partition("::")[0], len(places)))


AS_SHIPPED = passwords._hasher
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
passwords._hasher = lambda: CHEAP  # type: ignore[assignment]


@pytest.fixture
def costly_passwords(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Passwords cost what they cost in the service: a test that is not just about that goes without."""
    passwords.nobodys.cache_clear()
    monkeypatch.setattr(passwords, "_hasher", AS_SHIPPED)
    yield
    passwords.nobodys.cache_clear()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> Generator[None]:
    """Have the last word, after pytest's own summary. (A worker of pytest-xdist has no reporter.)"""
    yield
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or not (skipped := reporter.stats.get("skipped")):
        return
    reporter.write_line(_advice(skipped), yellow=True)
    if session.config.getoption("--no-skips") or os.environ.get("CI"):
        reporter.write_line("Every test must run here, so this run has failed.", red=True)
        session.exitstatus = session.exitstatus or pytest.ExitCode.TESTS_FAILED


def _advice(skipped: list[pytest.TestReport | pytest.CollectReport]) -> str:
    """What was skipped for want of which tool, and the one command that brings all of them."""
    missing = [
        name for report in skipped for key, name in getattr(report, "user_properties", ()) if key == "missing"
    ]
    tools = sorted(set(missing))
    lines = [f"{len(skipped)} skipped."]
    lines += [f"  {missing.count(name)} for want of {name}" for name in tools]
    if tools:
        packages = sorted({TOOLS[name].package for name in tools})
        lines.append(f"To run them: sudo apt-get install {' '.join(packages)}")
    return "\n".join(lines)


@pytest.fixture
def running(exchange: Exchange) -> Iterator[None]:
    """Somebody else has the log of a test's exchange open: the hotline runs."""
    other = Ledger.open(exchange.settings.sql_url, b"key of another process")
    with other.reading() as tx:
        tx.row("SELECT 1 FROM call", {})
    yield
    other.close()
