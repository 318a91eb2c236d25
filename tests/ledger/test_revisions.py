"""Revisions: which is live, which were taken back, and what is wrong with the folder; on both databases."""

import threading
from collections.abc import Callable

import pytest

from ivr.core.menus import Sound
from ivr.ledger import Ledger, drafts, revisions
from ivr.ledger.drafts import Refusal
from ivr.ledger.revisions import Live, Overtaken, Published, Withdrawal
from tests.ledger.test_calls import START

FILES = {"menus/main.yaml": "steps: {}\n"}
SOUNDS = {("en", "main"): Sound("0123456789abcdef", "audio/wav", 1.5)}


def publish(ledger: Ledger, note: str = "", at: int = START) -> int:
    with ledger.transaction() as tx:
        return revisions.publish(tx, FILES, SOUNDS, "Sao Mai", "An", note, at)


def go_back(ledger: Ledger, number: int, note: str = "", at: int = START) -> None:
    with ledger.transaction() as tx:
        revisions.go_back(tx, number, "Bình", note, at)


def test_an_empty_ledger_has_nothing_live(ledger: Ledger) -> None:
    with ledger.reading() as tx:
        assert revisions.live(tx) is None
        assert revisions.live_since(tx) is None
        assert revisions.standing(tx) == (None, frozenset())
        assert revisions.newest_number(tx) is None
        assert revisions.newest(tx) == []
    with pytest.raises(KeyError):
        go_back(ledger, 1)


def test_what_is_published_is_live_since_then(ledger: Ledger) -> None:
    assert [publish(ledger, "first", START), publish(ledger, "second", START + 5)] == [1, 2]
    with ledger.reading() as tx:
        assert revisions.live_since(tx) == Live(2, START + 5, "An", "second")
        assert revisions.standing(tx) == (2, frozenset())
        assert [revisions.source(tx, number).replaced for number in (1, 2)] == [None, 1]


def test_a_revision_gets_another_author_and_note(ledger: Ledger) -> None:
    publish(ledger, "first")
    publish(ledger, "second", START + 5)
    with ledger.transaction() as tx:
        revisions.amend(tx, 2, "Mai", "Easter hours")
    with ledger.reading() as tx:
        assert revisions.live_since(tx) == Live(2, START + 5, "Mai", "Easter hours")
        named = [(line.number, line.author, line.note) for line in revisions.newest(tx)]
        assert named == [(2, "Mai", "Easter hours"), (1, "An", "first")]


def test_how_a_revision_came_to_be_live_again_stays_when_it_gets_another_author(ledger: Ledger) -> None:
    publish(ledger)
    publish(ledger)
    go_back(ledger, 1, "too long", START + 9)
    with ledger.transaction() as tx:
        revisions.amend(tx, 1, "Mai", "Easter hours")
    with ledger.reading() as tx:
        assert revisions.live_since(tx) == Live(1, START + 9, "Bình", "too long")
        assert revisions.newest(tx)[-1].author == "Mai"


def test_what_was_published_after_it_is_withdrawn(ledger: Ledger) -> None:
    for _ in range(4):
        publish(ledger)
    go_back(ledger, 2, "too long", START + 9)
    with ledger.reading() as tx:
        assert revisions.standing(tx) == (2, frozenset({3, 4}))
        assert revisions.live_since(tx) == Live(2, START + 9, "Bình", "too long")
        why = Withdrawal(START + 9, "Bình", "too long")
        assert [line.withdrawn for line in revisions.newest(tx)] == [why, why, None, None]
        assert revisions.before(tx, 2) == 1
    assert publish(ledger) == 5
    with ledger.reading() as tx:
        assert revisions.source(tx, 5).replaced == 2
        assert revisions.before(tx, 5) == 2


def test_one_that_was_withdrawn_can_be_live_again(ledger: Ledger) -> None:
    for _ in range(3):
        publish(ledger)
    go_back(ledger, 1)
    go_back(ledger, 3)
    with ledger.reading() as tx:
        assert revisions.standing(tx) == (3, frozenset({2}))
        assert revisions.before(tx, 3) == 1
    go_back(ledger, 1, at=START + 1)
    with ledger.reading() as tx:
        assert revisions.standing(tx) == (1, frozenset({2, 3}))
        assert [line.withdrawn.at for line in revisions.newest(tx) if line.withdrawn] == [START + 1, START]


def test_of_a_revision_that_is_none_nothing_is_changed(ledger: Ledger) -> None:
    publish(ledger)
    publish(ledger)
    with pytest.raises(KeyError):
        go_back(ledger, 3)
    with ledger.reading() as tx:
        assert revisions.standing(tx) == (2, frozenset())


def test_the_list_is_read_page_by_page(ledger: Ledger) -> None:
    for number in range(5):
        publish(ledger, str(number))
    with ledger.reading() as tx:
        assert revisions.newest(tx, 2) == [Published(5, "An", "4", START), Published(4, "An", "3", START)]
        assert [line.number for line in revisions.newest(tx, 2, below=4)] == [3, 2]


def together(*acts: Callable[[], object]) -> None:
    """All at once; each must end well."""
    failed: list[BaseException] = []

    def run(act: Callable[[], object]) -> None:
        try:
            act()
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


def test_many_who_publish_and_go_back_at_once_leave_no_gap(ledger: Ledger) -> None:
    publish(ledger)
    acts = [lambda: publish(ledger), lambda: go_back(ledger, 1)] * 4
    together(*acts)
    with ledger.reading() as tx:
        assert [line.number for line in revisions.newest(tx)] == [5, 4, 3, 2, 1]
        live, withdrawn = revisions.standing(tx)
    assert live not in withdrawn


def test_who_was_overtaken_is_told_and_writes_nothing(ledger: Ledger) -> None:
    publish(ledger)
    publish(ledger)
    with pytest.raises(Overtaken), ledger.transaction() as tx:
        revisions.publish(tx, FILES, SOUNDS, "Sao Mai", "An", "", START, instead_of=1)
    with ledger.transaction() as tx:
        assert revisions.publish(tx, FILES, SOUNDS, "Sao Mai", "An", "", START, instead_of=2) == 3


def test_many_who_publish_the_very_first_at_once_leave_no_gap_either(ledger: Ledger) -> None:
    together(*[lambda: publish(ledger)] * 4)
    with ledger.reading() as tx:
        assert [line.number for line in revisions.newest(tx)] == [4, 3, 2, 1]


def test_what_is_wrong_with_the_folder_is_kept_until_it_is_mended(ledger: Ledger) -> None:
    mistakes = [("menus/main.yaml:14:7", "key 9 leads to unknown 'x'"), ("menus/a.yaml:1:1", "bad")]
    with ledger.transaction() as tx:
        assert drafts.refusal(tx) is None
        drafts.looked_at(tx, mistakes, "An", START)
        assert drafts.refusal(tx) == Refusal(START, "An", tuple(mistakes))
        drafts.looked_at(tx, [], "An", START + 1)
        assert drafts.refusal(tx) is None
