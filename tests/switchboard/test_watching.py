"""In local use a saved folder goes live by itself; a broken one keeps what is live and says why."""

from pathlib import Path

import pytest

from ivr.ledger import revisions
from ivr.switchboard.clock import Clock
from ivr.switchboard.rolling_back import roll_back
from ivr.switchboard.watching import Watch
from tests.service import MENUS, House
from tests.service import write as save
from tests.switchboard.test_publishing import BROKEN, MISTAKE, OTHER, live, wrong


@pytest.fixture
def watch(house: House) -> Watch:
    watch = Watch(house.exchange)
    watch.look()
    watch.look()
    return watch


def test_what_is_saved_is_live_once_it_rests(
    house: House, watch: Watch, capsys: pytest.CaptureFixture[str]
) -> None:
    save(house.folder, OTHER)
    watch.look()
    assert live(house) == 1
    watch.look()
    assert live(house) == 2
    assert capsys.readouterr().err == "Revision 2 is live.\n"
    with house.exchange.ledger.reading() as tx:
        assert revisions.source(tx, 2).author == "the folder"


def test_a_file_half_saved_is_waited_for(
    house: House, watch: Watch, capsys: pytest.CaptureFixture[str]
) -> None:
    for part in (200, 400, 800, len(OTHER)):
        save(house.folder, OTHER[:part])
        watch.look()
    assert capsys.readouterr().err == ""
    watch.look()
    assert capsys.readouterr().err == "Revision 2 is live.\n"


def test_a_broken_edit_is_told_once_and_its_mending_too(
    house: House, watch: Watch, capsys: pytest.CaptureFixture[str]
) -> None:
    save(house.folder, BROKEN)
    for _ in range(5):
        watch.look()
    assert capsys.readouterr().err == (
        f"{MISTAKE[0]}: {MISTAKE[1]}\nRevision 1 stays live until this is mended.\n"
    )
    assert (live(house), wrong(house)) == (1, (MISTAKE,))
    save(house.folder, OTHER)
    for _ in range(3):
        watch.look()
    assert capsys.readouterr().err == "The menus are mended: revision 2 is live.\n"
    assert (live(house), wrong(house)) == (2, ())


def test_an_edit_taken_back_by_hand_is_told_too(
    house: House, watch: Watch, capsys: pytest.CaptureFixture[str]
) -> None:
    for text in (BROKEN, MENUS):
        save(house.folder, text)
        watch.look()
        watch.look()
    told = capsys.readouterr().err.splitlines()
    assert told[-1] == "The menus are mended. Revision 1 is live, as it was."


def test_a_folder_that_vanishes_leaves_everything_as_it_is(
    house: House, watch: Watch, capsys: pytest.CaptureFixture[str]
) -> None:
    (house.folder / "menus").rename(house.folder / "elsewhere")
    watch.look()
    watch.look()
    assert live(house) == 1
    assert "there are no menus in this folder" in capsys.readouterr().err
    (house.folder / "elsewhere").rename(house.folder / "menus")
    watch.look()
    watch.look()
    assert "The menus are mended." in capsys.readouterr().err


def test_a_file_that_was_only_touched_publishes_nothing_that_was_taken_back(
    house: House, watch: Watch
) -> None:
    save(house.folder, OTHER)
    watch.look()
    watch.look()
    roll_back(house.exchange, None, "An")
    (house.folder / "menus" / "hotline.yaml").touch()
    watch.look()
    watch.look()
    assert live(house) == 1


@pytest.mark.parametrize("boxed", [True, False])
def test_only_local_use_is_watched(tmp_path: Path, boxed: bool) -> None:
    house = House(tmp_path).open(MENUS, boxed=boxed)
    clock = Clock(house.exchange)
    save(house.folder, OTHER)
    for _ in range(3):
        clock._watch_folder()
    assert live(house) == (2 if boxed else 1)
    house.exchange.ledger.close()
