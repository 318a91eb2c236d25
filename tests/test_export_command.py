"""The commands that give the log to other programs, typed."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ivr import assemble, load
from ivr.cli import main
from ivr.ledger import audit
from ivr.switchboard.telling import secret_of
from tests.reaching.test_exports import Day


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the data of a morning, in which the commands are typed."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("IVR_DATA", str(tmp_path))
    Day(tmp_path).ledger.close()
    return tmp_path


def types(*words: str) -> Result:
    return CliRunner().invoke(main, words)


def test_the_log_of_a_day_is_written_and_the_audit_says_so(home: Path) -> None:
    days = ("--since", "2026-11-23", "--until", "2026-11-24")
    cdr, log = types("export", "cdr", *days), types("export", "queue_log", *days)
    assert (cdr.exit_code, log.exit_code) == (0, 0)
    assert cdr.stdout.startswith("accountcode,src,dst,")
    assert len(cdr.stdout.splitlines()) == 4
    assert [line.split("|")[4] for line in log.stdout.splitlines()][:3] == [
        "AGENTLOGIN",
        "ENTERQUEUE",
        "CONNECT",
    ]
    exchange = assemble(load())
    with exchange.ledger.reading() as tx:
        told = [(entry.what, entry.subject) for entry in audit.newest(tx, most=2)]
    assert told == [("calls_exported", "queue_log"), ("calls_exported", "cdr")]
    exchange.ledger.close()


def test_days_that_run_backwards_are_refused(home: Path) -> None:
    refused = types("export", "cdr", "--since", "2026-11-24", "--until", "2026-11-23")
    assert (refused.exit_code, "--until is a later day than --since" in refused.stderr) == (2, True)


def test_the_secret_is_the_one_that_signs(home: Path) -> None:
    shown = types("events", "secret").stdout.strip()
    exchange = assemble(load())
    assert shown == secret_of(exchange)
    assert shown.startswith("whsec_")
    exchange.ledger.close()
