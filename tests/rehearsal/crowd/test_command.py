"""`ivr rehearse` and `ivr publish`: what an admin sees of random callers."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ivr.carriers.twilio import elements, twiml
from ivr.cli import main
from ivr.ledger import Ledger, revisions
from tests.docs.pages import DOCS, blocks_of
from tests.docs.test_commands import wait_until
from tests.house import HOUSE
from tests.service import MENUS, write

pytestmark = pytest.mark.usefixtures("folder")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of menus, and an installation of its own around it."""
    write(tmp_path, MENUS)
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith(("IVR_", "TWILIO_", "DATABASE_"))]:
        monkeypatch.delenv(name)
    return tmp_path


def ivr(*words: str) -> Result:
    """The command, in this process."""
    return CliRunner().invoke(main, words)


def in_its_own_process(*words: str) -> list[str]:
    Path("left").mkdir(exist_ok=True)
    environment = {**os.environ, "PYTHONPATH": str(HOUSE), "IVR_NO_SETUP": "1", "TMPDIR": "left"}
    run = subprocess.run(
        [sys.executable, "-m", "ivr", "rehearse", *words], env=environment, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert list(Path("left").iterdir()) == [], "nothing of a rehearsal stays"
    return run.stdout.splitlines()


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    """A service that ends its calls by a verb no carrier knows."""
    monkeypatch.setattr(twiml, "hangup", lambda: elements.element("Vanish", {}))


def test_callers_ring_the_folder_of_menus_and_nothing_goes_wrong() -> None:
    run = ivr("rehearse", "--callers", "60", "--processes", "1")
    assert run.exit_code == 0, run.output
    lines = run.output.splitlines()
    assert re.fullmatch(r"60 callers ring Sao Mai: seed \d{4}-\d+", lines[0])
    assert re.fullmatch(r" +60 of 60 callers, [\d,]+ a second", lines[-6])
    assert re.fullmatch(r"60 callers, [\d,]+ requests: nobody was stuck, nothing failed\.", lines[-5])
    assert lines[-3].startswith("steps ")
    assert not Path("var").exists()


def test_the_same_seed_brings_the_same_callers_in_any_number_of_processes() -> None:
    told = [
        in_its_own_process("menus", "--callers", "75", "--seed", "2026-7", "--processes", count)
        for count in ("1", "2", "3")
    ]
    assert told[0][0] == "75 callers ring Sao Mai: seed 2026-7"
    assert told[0][-5:] == told[1][-5:] == told[2][-5:]
    assert told[0][-4].startswith("They ended: ")


@pytest.mark.usefixtures("broken")
def test_the_first_caller_who_fails_is_shown_and_saved_as_a_written_call() -> None:
    run = ivr("rehearse", "--callers", "300", "--processes", "1", "--seed", "2026-7", "--save", "call.yaml")
    assert run.exit_code == 1
    assert re.search(r"Caller \d+ of seed 2026-7 met an answer that no carrier takes: 12200", run.output)
    assert "FAULT 12200: Schema validation warning: there is no verb <Vanish>" in run.output
    assert "play it with `python3 app.py play call.yaml`" in run.output
    written = Path("call.yaml").read_text("utf-8")
    assert written.startswith("# found by a rehearsal, seed 2026-7\ncalls:\n")
    played = ivr("play", "call.yaml", "--menus", "menus")
    assert played.exit_code == 1
    assert "there is no verb <Vanish>" in played.output


@pytest.mark.usefixtures("broken")
def test_without_a_file_the_written_call_is_shown() -> None:
    run = ivr("rehearse", "--callers", "100", "--processes", "1")
    assert "As a written phone call (--save FILE keeps it):\n\n# found by a rehearsal" in run.output


def test_a_failure_found_in_several_processes_is_the_same_one() -> None:
    code = (
        "from ivr.carriers.twilio import elements, twiml\n"
        "twiml.hangup = lambda: elements.element('Vanish', {})\n"
        "from ivr.cli import main\nmain()"
    )
    environment = {**os.environ, "PYTHONPATH": str(HOUSE)}
    told = [
        subprocess.run(
            [sys.executable, "-c", code, "rehearse", "--seed", "2026-9", "--processes", count],
            env=environment, capture_output=True, text=True,
        )
        for count in ("1", "2")
    ]  # fmt: skip
    assert [run.returncode for run in told] == [1, 1]
    one, other = (run.stdout[run.stdout.index("Caller ") :] for run in told)
    assert one == other


def test_processes_whose_rehearsal_is_killed_end_and_leave_nothing() -> None:
    Path("left").mkdir()
    environment = {**os.environ, "PYTHONPATH": str(HOUSE), "TMPDIR": "left"}
    command = [sys.executable, "-m", "ivr", "rehearse", "--callers", "50000", "--processes", "2"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as parent:
        children = Path(f"/proc/{parent.pid}/task/{parent.pid}/children")
        wait_until(lambda: len(children.read_text().split()) == 2 and any(Path("left").iterdir()))
        parts = [Path(f"/proc/{pid}") for pid in children.read_text().split()]
        parent.kill()
    wait_until(lambda: not any(part.exists() for part in parts))
    assert list(Path("left").iterdir()) == []


def test_menus_with_mistakes_are_not_rehearsed(folder: Path) -> None:
    write(folder, MENUS.replace("then: thanks", "then: thankz"))
    run = ivr("rehearse")
    assert run.exit_code == 1
    assert "did you mean 'thanks'?" in run.output


def test_publishing_lets_callers_ring_first(folder: Path) -> None:
    run = ivr("publish", "--callers", "50")
    assert run.exit_code == 0, run.output
    assert "50 callers ring Sao Mai: seed " in run.output
    assert run.output.endswith("Revision 1 is live.\n")


@pytest.mark.usefixtures("broken")
def test_what_fails_in_the_rehearsal_does_not_go_live(folder: Path) -> None:
    assert ivr("publish", "--callers", "0").output == "Revision 1 is live.\n"
    write(folder, MENUS.replace("Sao Mai", "Sao Mai II"))
    run = ivr("publish", "--callers", "100")
    assert run.exit_code == 1
    assert "a random caller met an answer that no carrier takes: 12200" in run.output
    assert "play the call with `python3 app.py play var/failed_call.yaml`" in run.output
    assert run.output.endswith("Error: nothing was published.\n")
    assert Path("var/failed_call.yaml").read_text("utf-8").startswith("# found by a rehearsal")
    ledger = Ledger.open(f"sqlite:///{folder / 'var' / 'hotline.db'}", b"for looking only")
    with ledger.reading() as tx:
        assert revisions.live(tx) == 1
    ledger.close()


def test_the_example_of_the_page_can_be_run(monkeypatch: pytest.MonkeyPatch) -> None:
    (example,) = [block for block in blocks_of(DOCS / "random-callers.md") if block.language == "python"]
    monkeypatch.chdir(HOUSE)
    exec(compile(example.text.replace("200", "40"), "random-callers.md", "exec"), {})
