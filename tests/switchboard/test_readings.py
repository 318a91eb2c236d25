"""Menus as they were read before: the same menus, or none; and nothing but menus, whoever wrote the bytes."""

import pickle
import zlib
from pathlib import Path

import pytest

from ivr.core.menus import Hotline
from ivr.language import read, read_files
from ivr.ledger import revisions
from ivr.switchboard import readings, shelf
from ivr.switchboard.readings import packed, unpacked
from ivr.switchboard.shelf import hotline_of
from tests.house import HOUSE
from tests.service import MENUS, House

FOLDERS = ("menus", "tests/hotlines/medicare_suppliers", "tests/language/hotlines/design")


def hotline_in(folder: str) -> Hotline:
    checked = read(HOUSE / folder, HOUSE / "recordings" if folder == "menus" else None)
    assert checked.hotline is not None
    return checked.hotline


@pytest.mark.parametrize("folder", FOLDERS)
def test_what_was_read_is_the_same_again(folder: str) -> None:
    hotline = hotline_in(folder)
    again = unpacked(packed(hotline))
    assert again == hotline
    assert again is not None
    assert [step.at for step in again.steps.values()] == [step.at for step in hotline.steps.values()]


class Deed:
    """What somebody who can write into the ledger would like to be done."""

    def __reduce__(self) -> tuple[object, ...]:
        return Path.touch, (Path("/tmp/ivr-was-here"),)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no bytes of ours",
        packed(hotline_in("menus"))[:-20],
        zlib.compress(b"not pickled"),
        zlib.compress(pickle.dumps("no menus")),
        zlib.compress(pickle.dumps(Deed())),
        zlib.compress(pickle.dumps([Deed(), hotline_in("menus")])),
        zlib.compress(b"cbuiltins\neval\n(S'1/0'\ntR."),
        zlib.compress(b"\x80\x04\x8c\x0eivr.core.menus\x8c\x15Hotline.__init__.__func__\x93."),
    ],
)
def test_what_is_no_reading_is_nothing_and_does_nothing(content: bytes) -> None:
    assert unpacked(content) is None
    assert not Path("/tmp/ivr-was-here").exists()


def test_what_was_published_is_not_read_again(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "read_files", lambda *_: pytest.fail("read again"))
    assert hotline_of(house.exchange.ledger, 1).name == "Sao Mai"


@pytest.mark.parametrize(
    "spoil",
    [
        "DELETE FROM reading",
        "UPDATE reading SET version = 'of yesterday'",
        "UPDATE reading SET content = x'0102'",
    ],
)
def test_without_a_reading_of_ours_the_source_is_read(house: House, spoil: str) -> None:
    with house.exchange.ledger.transaction() as tx:
        tx.run(spoil, {})
    assert hotline_of(house.exchange.ledger, 1) == read_files({"menus/hotline.yaml": MENUS}).hotline


def test_readings_of_old_revisions_are_forgotten(house: House) -> None:
    with house.exchange.ledger.transaction() as tx:
        revisions.keep_reading(tx, 1 + revisions.READINGS, "ours", b"bytes")
        assert revisions.reading(tx, 1, readings.version()) is None


def test_a_revision_that_is_gone_has_no_reading(house: House) -> None:
    with house.exchange.ledger.transaction() as tx:
        assert revisions.reading(tx, 1, readings.version()) is not None
        tx.run("UPDATE live SET revision = 1", {})
        revisions.keep_reading(tx, 9, readings.version(), b"bytes")
        assert revisions.reading(tx, 9, readings.version()) is None
