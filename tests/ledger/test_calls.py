"""A call in the ledger: found as it was left, moved on once for each answer, ended once."""

from dataclasses import replace

import pytest

from ivr.core.calls import Call, Ending, Outcome, Pass, Place, Turn
from ivr.ledger import AlreadyAnswered, Ledger, calls

START = 1_760_000_000_000

CALL = Call(
    id="CA1",
    caller="+84900000001",
    called="+842873001234",
    revision=3,
    language="vi",
    started_at=START,
    entered_at=START,
    place=Place("main", Turn.KEYS, silences=1, wrongs=2),
    hop=1,
    inputs=4,
    way=("main", "main.3"),
    heard=frozenset({"main", "welcome"}),
    pressed="9 -",
    values={"order": "123456", "tên": "Nguyễn “An”"},
)
MAIN = Pass("main", "sales", "1", 1, 2, START, START + 4000, Ending.KEY, "vi")
HUNG_UP = Pass("sales", None, "", 0, 0, START + 4000, START + 9000, Ending.HUNG_UP, "vi")


def arrived(ledger: Ledger, call: Call = CALL) -> None:
    with ledger.transaction() as tx:
        calls.arrive(tx, call, (), b"<Response>1</Response>")


def moved(call: Call) -> Call:
    return replace(call, hop=call.hop + 1, entered_at=START + 4000, place=Place("sales"), pressed="")


def found(ledger: Ledger, call_id: str = "CA1") -> Call | None:
    with ledger.reading() as tx:
        return calls.find(tx, call_id)


def test_a_call_nobody_knows_is_not_found(ledger: Ledger) -> None:
    assert found(ledger) is None


def test_a_call_is_found_as_it_was_left(ledger: Ledger) -> None:
    arrived(ledger)
    assert found(ledger) == CALL


def test_a_withheld_caller_through_with_the_menus_is_found_as_left(ledger: Ledger) -> None:
    call = replace(CALL, caller=None, place=None, outcome=Outcome.GOODBYE, way=(), values={})
    arrived(ledger, call)
    assert found(ledger) == call


def test_an_answer_moves_the_call_on_and_is_kept_for_a_repeat(ledger: Ledger) -> None:
    arrived(ledger)
    with ledger.transaction() as tx:
        calls.move(tx, moved(CALL), (MAIN,), b"<Response>2</Response>")
    assert found(ledger) == moved(CALL)
    with ledger.reading() as tx:
        assert calls.answered(tx, "CA1", 0) == b"<Response>1</Response>"
        assert calls.answered(tx, "CA1", 1) == b"<Response>2</Response>"
        assert calls.answered(tx, "CA1", 2) is None


def test_a_second_arrival_of_the_same_call_is_refused(ledger: Ledger) -> None:
    arrived(ledger)
    with pytest.raises(AlreadyAnswered):
        arrived(ledger, replace(CALL, language="en"))
    assert found(ledger) == CALL


def test_a_second_answer_to_the_same_document_is_refused_and_leaves_nothing(ledger: Ledger) -> None:
    arrived(ledger)
    with ledger.transaction() as tx:
        calls.move(tx, moved(CALL), (MAIN,), b"first")
    with pytest.raises(AlreadyAnswered), ledger.transaction() as tx:
        calls.move(tx, replace(moved(CALL), language="en"), (MAIN, MAIN), b"second")
    assert found(ledger) == moved(CALL)
    with ledger.reading() as tx:
        assert calls.answered(tx, "CA1", 1) == b"first"
        assert tx.rows("SELECT hop, nth FROM pass", {}) == [(1, 0)]
