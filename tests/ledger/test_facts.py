"""What happened, as a value: one thing more beside it leaves the rest as it was."""

from ivr.core.calls import Outcome
from ivr.ledger.facts import Beside, Ended, Noted
from tests.ledger.test_spool import MOVED


def test_whatever_comes_beside_a_move_stands_beside_what_stood_there() -> None:
    before = MOVED.beside
    assert before is not None
    second, end = Noted("handed_over", {"live": 2}), Ended("CA1", Outcome.HUNG_UP, MOVED.at, "carrier")
    assert MOVED.also(second).also(end).beside == Beside(
        before.chosen, before.wished, before.spoken, before.rung, (*before.noted, second), end
    )
