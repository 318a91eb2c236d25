"""In local use the folder is live before anybody can type `publish`: who then does, puts their name to it."""

import pytest

from ivr.language import Checked
from ivr.ledger import revisions
from ivr.switchboard.amending import JUST_NOW_MS
from ivr.switchboard.publishing import Rehearsed, publish
from ivr.switchboard.rolling_back import roll_back
from ivr.switchboard.watching import Watch
from tests.service import House
from tests.service import write as save
from tests.switchboard.test_publishing import OTHER, live, never, numbers
from tests.switchboard.test_watching import watch

__all__ = ["watch"]


def saved(house: House, watch: Watch) -> None:
    """Other menus are saved, and go live by themselves."""
    save(house.folder, OTHER)
    watch.look()
    watch.look()
    assert live(house) == 2


def signed(house: House) -> tuple[str, str]:
    """The author and the note of the newest revision, which must be those of the live one too."""
    with house.exchange.ledger.reading() as tx:
        (newest,), standing = revisions.newest(tx, 1), revisions.live_since(tx)
    assert standing is not None
    assert (standing.author, standing.note) == (newest.author, newest.note)
    return newest.author, newest.note


def test_it_gets_their_name_and_note_and_the_audit_says_so(house: House, watch: Watch) -> None:
    saved(house, watch)
    house.now += 3_000
    done = publish(house.exchange, "Mai", "Easter hours", who="command by mai", rehearse=never)
    assert (done.revision, done.new, done.amended) == (2, False, True)
    assert (signed(house), numbers(house)) == (("Mai", "Easter hours"), [1, 2])
    assert house.rows("SELECT who, what, subject, before, after FROM audit ORDER BY number")[-2:] == [
        ("the folder", "published", "revision 2", '{"live":1}', '{"live":2,"note":""}'),
        (
            "command by mai",
            "amended",
            "revision 2",
            '{"author":"the folder","note":""}',
            '{"author":"Mai","note":"Easter hours"}',
        ),
    ]


def test_what_goes_live_by_itself_during_a_rehearsal_gets_them_too(house: House, watch: Watch) -> None:
    save(house.folder, OTHER)

    def slowly(checked: Checked) -> Rehearsed:
        saved(house, watch)
        return Rehearsed(300, 300)

    assert publish(house.exchange, "Mai", "Easter hours", rehearse=slowly).amended
    assert signed(house) == ("Mai", "Easter hours")


def test_what_has_a_name_keeps_it(house: House, watch: Watch) -> None:
    saved(house, watch)
    publish(house.exchange, "Mai", "Easter hours")
    assert not publish(house.exchange, "An", "mine").amended
    assert signed(house) == ("Mai", "Easter hours")


@pytest.mark.parametrize(("later", "name"), [(JUST_NOW_MS, "Mai"), (JUST_NOW_MS + 1, "the folder")])
def test_after_a_minute_it_stays_nobodys(house: House, watch: Watch, later: int, name: str) -> None:
    saved(house, watch)
    house.now += later
    publish(house.exchange, "Mai")
    assert signed(house) == (name, "")


def test_what_was_taken_back_and_is_live_again_is_so_by_whom_it_was(house: House, watch: Watch) -> None:
    saved(house, watch)
    roll_back(house.exchange, 1, "An")
    house.now += 1_000
    roll_back(house.exchange, 2, "An", "it was good")
    assert publish(house.exchange, "Mai", "Easter hours").amended
    with house.exchange.ledger.reading() as tx:
        standing, (newest,) = revisions.live_since(tx), revisions.newest(tx, 1)
    assert standing is not None
    assert (standing.author, standing.note) == ("An", "it was good")
    assert (newest.author, newest.note) == ("Mai", "Easter hours")


def test_the_folder_takes_nobodys_name_away(house: House, watch: Watch) -> None:
    saved(house, watch)
    assert not publish(house.exchange, "the folder", by_itself=True).amended
    assert signed(house) == ("the folder", "")
