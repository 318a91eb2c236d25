"""The commands around what was published: told in words, ended with the status their pages promise."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ivr import assemble, load
from ivr.cli import main
from ivr.switchboard.amending import BY_ITSELF
from ivr.switchboard.publishing import publish
from tests.service import MENUS
from tests.service import write as save

OTHER = MENUS.replace("How can we help?", "What can we do?").replace("2: message", "2: office")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with menus, in which the commands are typed."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("IVR_DATA", str(tmp_path / "var"))
    save(tmp_path, MENUS)
    return tmp_path


def types(*words: str) -> Result:
    return CliRunner().invoke(main, words)


def lines(result: Result) -> list[str]:
    return [line.rstrip() for line in result.stdout.splitlines()]


def test_nothing_is_published_yet(home: Path) -> None:
    for words in (["revisions"], ["rollback"]):
        result = types(*words)
        assert result.exit_code == 1
        assert "published yet" in result.stderr
    assert types("diff").exit_code == 2


def test_a_day_of_an_admin(home: Path) -> None:
    assert (
        types("publish", "--callers", "0", "--author", "Mai", "--note", "the first").stdout
        == "Revision 1 is live.\n"
    )
    save(home, OTHER)
    changed = types("diff")
    assert changed.exit_code == 1
    assert lines(changed) == [
        "main, pressing 2 (Vietnamese): was not offered, leads to message → now not offered, leads to office",
        "main, says (English): was “How can we help?” → now “What can we do?”",
        "main, pressing 2 (English): was not offered, leads to message → now not offered, leads to office",
    ]
    types("publish", "--callers", "0", "--author", "Mai", "--note", "friendlier")
    assert (types("diff").exit_code, types("diff").stdout) == (0, "")
    back = types("rollback", "--author", "An", "--note", "2 led to closed doors")
    assert back.stdout == "Revision 1 is live instead of 2.\n"
    newest, oldest = lines(types("revisions"))[1:]
    assert newest.split()[0] == "2"
    assert "Mai  friendlier  taken back" in newest
    assert newest.endswith("by An: 2 led to closed doors")
    assert oldest.endswith("Mai  the first   live")
    assert types("rollback", "2").stdout == "Revision 2 is live instead of 1.\n"
    assert (
        lines(types("diff", "2", "1"))[1]
        == "main, says (English): was “What can we do?” → now “How can we help?”"
    )
    assert types("diff", "2").exit_code == 0


def test_what_has_not_changed_is_not_rehearsed(home: Path) -> None:
    types("publish", "--callers", "0")
    again = types("publish", "--author", "Mai", "--note", "the same")
    assert again.stdout == "Revision 1 was live already: nothing has changed.\n"


def test_what_went_live_by_itself_gets_the_name_of_who_publishes_it(home: Path) -> None:
    types("publish", "--callers", "0")
    save(home, OTHER)
    service = assemble(load())
    publish(service, BY_ITSELF, by_itself=True)
    service.ledger.close()
    done = types("publish", "--author", "Mai", "--note", "friendlier")
    assert done.stdout == "Revision 2 went live by itself a moment ago; now it has your name and note.\n"
    newest, oldest = lines(types("revisions"))[1:]
    assert newest.endswith("Mai   friendlier  live")
    assert oldest.split()[0] == "1"


def test_a_revision_is_shown_and_written_as_it_was_published(home: Path) -> None:
    types("publish", "--callers", "0")
    save(home, OTHER)
    types("publish", "--callers", "0")
    assert types("revisions", "show", "1").stdout == f"# menus/hotline.yaml\n{MENUS}"
    shown = types("revisions", "show", "1", "--to", "before")
    assert shown.stdout == "Written into before: menus (1), recordings (0).\n"
    assert (home / "before" / "menus" / "hotline.yaml").read_text() == MENUS
    again = types("revisions", "show", "2", "--to", "before")
    assert again.exit_code == 1
    assert "before is not empty; nothing was written." in again.stderr
    assert (home / "before" / "menus" / "hotline.yaml").read_text() == MENUS


@pytest.mark.parametrize("words", [["revisions", "show", "9"], ["rollback", "9"], ["diff", "9"]])
def test_a_number_that_is_none_is_told(home: Path, words: list[str]) -> None:
    types("publish", "--callers", "0")
    result = types(*words)
    assert result.exit_code == (2 if words[0] == "diff" else 1)
    assert "there is no revision 9: `python3 app.py revisions` lists them." in result.stderr


def test_what_cannot_be_published_is_not_compared(home: Path) -> None:
    types("publish", "--callers", "0")
    save(home, MENUS.replace("9: repeat", "9: repaet"))
    result = types("diff")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "key 9 leads to unknown 'repaet'; did you mean 'repeat'?" in result.stderr
    assert "these menus cannot be published, so they are not compared." in result.stderr


def test_the_list_is_as_long_as_one_wants(home: Path) -> None:
    for number in range(4):
        save(home, MENUS.replace("How can we help?", f"Words {number}."))
        types("publish", "--callers", "0")
    assert [line.split()[0] for line in lines(types("revisions", "--last", "2"))[1:]] == ["4", "3"]
    assert len(lines(types("revisions", "--last", "0"))) == 5
