"""The end of a call: told twice, late, early, or before the call itself, it is one and the same end."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ivr.core.calls import Ending, Outcome, Pass, Place, Turn
from ivr.core.walk import last_pass
from ivr.ledger import AlreadyAnswered, Ledger, calls, errands
from tests.ledger.test_calls import CALL, START, arrived, found, moved

END = START + 9000


def end(ledger: Ledger, outcome: Outcome = Outcome.HUNG_UP, at: int = END, source: str = "carrier") -> bool:
    with ledger.transaction() as tx:
        call = calls.find(tx, "CA1")
        return calls.end(tx, "CA1", outcome, at, last_pass(call, at) if call else None, source)


def row(ledger: Ledger) -> tuple[Any, ...] | None:
    with ledger.reading() as tx:
        return tx.row("SELECT outcome, ended_at, end_source FROM call WHERE id = 'CA1'", {})


def passes(ledger: Ledger) -> list[tuple[Any, ...]]:
    with ledger.reading() as tx:
        return tx.rows("SELECT hop, step, ending, left_at FROM pass ORDER BY hop, nth", {})


def test_a_caller_who_hangs_up_ends_the_call_and_the_pass_they_were_in(ledger: Ledger) -> None:
    arrived(ledger)
    assert end(ledger) is True
    assert row(ledger) == ("hung_up", END, "carrier")
    assert passes(ledger) == [(1, "main", "hung_up", END)]


def test_an_end_told_again_later_changes_nothing(ledger: Ledger) -> None:
    arrived(ledger)
    end(ledger)
    assert end(ledger, Outcome.LOST, END + 60_000, "clock") is False
    assert row(ledger) == ("hung_up", END, "carrier")
    assert passes(ledger) == [(1, "main", "hung_up", END)]


def test_what_says_more_about_the_end_is_kept(ledger: Ledger) -> None:
    arrived(ledger)
    end(ledger, Outcome.LOST, END, "clock")
    end(ledger, Outcome.HUNG_UP, END + 5)
    assert row(ledger) == ("hung_up", END, "clock")


def test_a_message_left_stays_the_outcome_when_the_carrier_says_the_line_is_down(ledger: Ledger) -> None:
    arrived(ledger, replace(CALL, outcome=Outcome.MESSAGE, place=None))
    end(ledger, Outcome.HUNG_UP)
    assert row(ledger) == ("message", END, "carrier")
    assert passes(ledger) == []


def test_the_end_of_a_call_that_never_arrived_is_kept_for_its_arrival(ledger: Ledger) -> None:
    assert end(ledger) is True
    orphan = found(ledger)
    assert orphan is not None
    assert (orphan.hop, orphan.ended_at) == (0, END)
    arrived(ledger)
    assert found(ledger) == replace(CALL, outcome=Outcome.HUNG_UP, ended_at=END)
    assert passes(ledger) == [(1, "main", "hung_up", END)]


def test_a_call_that_ended_while_it_rang_did_not_end_before_it_began(ledger: Ledger) -> None:
    """Its end is told by a request of its own, which may be the quicker one."""
    end(ledger, at=START - 3)
    arrived(ledger)
    early = found(ledger)
    assert early is not None
    assert (early.started_at, early.ended_at) == (START - 3, START - 3)
    assert passes(ledger) == [(1, "main", "hung_up", START)]


def test_nor_did_one_whose_end_was_told_after_its_beginning_by_an_earlier_clock(ledger: Ledger) -> None:
    arrived(ledger)
    end(ledger, at=START - 3)
    early = found(ledger)
    assert early is not None
    assert (early.started_at, early.ended_at) == (START - 3, START - 3)
    assert passes(ledger) == [(1, "main", "hung_up", START)]


def test_a_late_answer_still_counts_and_the_call_stays_ended(ledger: Ledger) -> None:
    arrived(ledger)
    end(ledger)
    with ledger.transaction() as tx:
        call = calls.find(tx, "CA1")
        assert call is not None
        calls.move(tx, moved(call), (KEY,), b"late")
    assert found(ledger) == replace(moved(CALL), outcome=Outcome.HUNG_UP, ended_at=END)
    assert passes(ledger) == [(1, "main", "key", START + 4000), (2, "sales", "hung_up", END)]


def test_secrets_lie_sealed_and_are_gone_when_the_call_is_over(ledger: Ledger) -> None:
    arrived(ledger, replace(CALL, values={"pin": "4711", "order": "12"}, secrets=frozenset({"pin"})))
    assert found(ledger) == replace(CALL, values={"pin": "4711", "order": "12"}, secrets=frozenset({"pin"}))
    assert "4711" not in memory(ledger)
    end(ledger)
    assert memory(ledger) == '[["main","main.3"],["main","welcome"],{"order":"12"},[]]'


def memory(ledger: Ledger) -> str:
    with ledger.reading() as tx:
        stored = tx.row("SELECT memory FROM call", {})
        assert stored is not None
        text: str = stored[0]
        return text


def test_a_secret_sealed_with_another_key_is_empty(database_url: str) -> None:
    before, after = Ledger.open(database_url, b"old"), Ledger.open(database_url, b"new")
    arrived(before, replace(CALL, values={"pin": "4711"}, secrets=frozenset({"pin"})))
    assert found(after) == replace(CALL, values={"pin": ""}, secrets=frozenset({"pin"}))
    before.close()
    after.close()


def test_answers_are_forgotten_some_time_after_the_call(ledger: Ledger) -> None:
    arrived(ledger)
    arrived(ledger, replace(CALL, id="CA2"))
    end(ledger)
    with ledger.transaction() as tx:
        assert calls.with_answers(tx, 0, END, 9) == []
        assert calls.with_answers(tx, END + 1, END + 2, 9) == []
        assert calls.with_answers(tx, END, END + 1, 9) == [("CA1", END)]
        calls.forget_answers(tx, "CA1")
        assert calls.with_answers(tx, END, END + 1, 9) == []
        assert calls.answered(tx, "CA1", 0) is None
        assert calls.answered(tx, "CA2", 0) == b"<Response>1</Response>"


def silent(ledger: Ledger, before: int, dialed_before: int = START) -> list[str]:
    with ledger.reading() as tx:
        return calls.silent_since(tx, before, dialed_before, "ask_call")


def test_a_call_that_fell_silent_is_found_until_it_is_asked_about(ledger: Ledger) -> None:
    arrived(ledger)
    arrived(ledger, replace(CALL, id="CA2", entered_at=START + 1))
    assert silent(ledger, START + 1) == ["CA1"]
    assert silent(ledger, START + 2) == ["CA1", "CA2"]
    with ledger.transaction() as tx:
        errands.wish(tx, "ask_call", "CA2", {}, START, START)
    assert silent(ledger, START + 2) == ["CA1"]
    end(ledger)
    assert silent(ledger, START + 2) == []


def test_who_talks_to_a_party_may_be_silent_for_longer(ledger: Ledger) -> None:
    arrived(ledger, replace(CALL, place=Place("sales", Turn.DIAL)))
    assert silent(ledger, START + 9, dialed_before=START) == []
    assert silent(ledger, START + 9, dialed_before=START + 1) == ["CA1"]


def test_seconds_talked_add_up(ledger: Ledger) -> None:
    arrived(ledger)
    with ledger.transaction() as tx:
        calls.talked(tx, "CA1", 12.5)
        calls.talked(tx, "CA1", 30)
        assert tx.row("SELECT talk FROM call", {}) == (42.5,)


# -- law 4: any order, any number of times ------------------------------------------------------------

KEY = Pass("main", "sales", "1", 1, 2, START, START + 4000, Ending.KEY, "vi")

WAY = ("main", "sales", "offers", "goodbye")
"""The steps of one call; its moves come in this order, as each answers the document before."""

ENDS = ((Outcome.HUNG_UP, "carrier"), (Outcome.LOST, "clock"), (Outcome.HUNG_UP, "carrier"))

Act = Callable[[Ledger], None]
Telling = list[tuple[str, int]]


def step_on(hop: int) -> Act:
    def act(ledger: Ledger) -> None:
        with ledger.transaction() as tx:
            call = calls.find(tx, "CA1")
            goes_on = replace(call or CALL, **_at(hop)) if hop else replace(CALL, **_at(0), pressed="")
            gone = [Pass(WAY[hop - 1], None, "1", 0, 0, _time(hop - 1), _time(hop), Ending.KEY, "vi")] * (
                hop > 0
            )
            (calls.move if hop else calls.arrive)(tx, goes_on, gone, f"<{hop}>".encode())

    return act


def _gone(hop: int) -> Pass:
    return Pass(WAY[hop - 1], None, "1", 0, 0, _time(hop - 1), _time(hop), Ending.KEY, "vi")


def _at(hop: int) -> dict[str, Any]:
    return {"hop": hop + 1, "entered_at": _time(hop), "place": Place(WAY[hop])}


def _time(hop: int) -> int:
    return START + 1000 * hop


def told(nth: int) -> Act:
    outcome, source = ENDS[nth]

    def act(ledger: Ledger) -> None:
        end(ledger, outcome, END + nth, source)

    return act


def everything(ledger: Ledger) -> list[Any]:
    with ledger.reading() as tx:
        call, answers = tx.rows("SELECT * FROM call", {}), tx.rows("SELECT * FROM answer ORDER BY hop", {})
        return [call, tx.rows("SELECT * FROM pass ORDER BY hop, nth", {}), answers]


@st.composite
def tellings(draw: st.DrawFn) -> Telling:
    """The moves of a call in their order, repeats of them anywhere later, its ends anywhere."""
    order: Telling = [("move", hop) for hop in range(len(WAY))]
    for hop in draw(st.lists(st.integers(0, len(WAY) - 1), max_size=4)):
        order.insert(draw(st.integers(order.index(("move", hop)) + 1, len(order))), ("move", hop))
    for nth in (*range(len(ENDS)), *draw(st.lists(st.integers(0, len(ENDS) - 1), max_size=3))):
        order.insert(draw(st.integers(0, len(order))), ("end", nth))
    return order


@given(order=tellings())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_order_and_number_of_tellings_leaves_the_same_rows(
    order: list[tuple[str, int]], ledger: Ledger
) -> None:
    def live(story: list[tuple[str, int]]) -> list[Any]:
        with ledger.transaction() as tx:
            for table in ("call", "pass", "answer"):
                tx.run(f"DELETE FROM {table}", {})
        for kind, number in story:
            try:
                (step_on if kind == "move" else told)(number)(ledger)
            except AlreadyAnswered:
                assert kind == "move"
        return everything(ledger)

    in_order = [("move", hop) for hop in range(len(WAY))] + [("end", nth) for nth in range(len(ENDS))]
    assert live(order) == live(in_order)
