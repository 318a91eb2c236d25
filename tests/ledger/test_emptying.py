"""A log that is emptied: nothing of any caller is left, and the menus stay."""

from ivr.core.calls import Call
from ivr.ledger import Ledger, callers, calls, emptying, errands, log, revisions
from ivr.ledger.schema import LEDGER


def test_nothing_of_callers_is_left_and_the_menus_stay(ledger: Ledger) -> None:
    with ledger.transaction() as tx:
        revision = revisions.publish(tx, {"a.yaml": "a"}, {}, "Sao Mai", "Lan", "", 1)
        calls.arrive(tx, Call("CA1", "+84901234567", "+84281234567", revision, "vi", 1, 1), (), b"hello")
        callers.remember(tx, "+84901234567", "vi", 1)
        errands.wish(tx, "message", "CA1", {}, 1, 1)
    with ledger.transaction() as tx:
        emptying.empty(tx)
    with ledger.reading() as tx:
        assert log.newest(tx) == []
        assert callers.remembered_language(tx, "+84901234567") is None
        assert errands.due_kinds(tx, 2) == frozenset()
        assert revisions.live(tx) == revision


def test_no_table_in_which_callers_leave_something_is_forgotten() -> None:
    theirs = {
        table.name
        for table in LEDGER.tables.values()
        if {"call", "caller", "visit"} & set(table.columns.keys())
    }
    assert set(emptying.OF_CALLS) == theirs | {"call", "visit"}
