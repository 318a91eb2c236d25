"""One look serves all boards, and tells what happens within a second."""

import pytest

from ivr.core.board import Board, Lane
from ivr.core.figures.tally import NOTHING
from ivr.switchboard.glance import Glance


class Looks:
    """Looks at a board, and how often that was."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self) -> Board:
        self.count += 1
        return Board(Lane("", self.count, None, 0, NOTHING, {}), (), (), (), 0)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [100.0]
    monkeypatch.setattr("ivr.switchboard.glance.time.monotonic", lambda: now[0])
    return now


def test_who_comes_a_moment_later_sees_the_same(clock: list[float]) -> None:
    shared, looks = Glance(), Looks()
    seen = shared.get(looks)
    clock[0] += 0.4
    assert shared.get(looks) is seen
    clock[0] += 0.1
    assert shared.get(looks).board.all.waiting == 2


def test_what_happened_is_seen_at_once_but_not_more_often_than_five_times_a_second(
    clock: list[float],
) -> None:
    shared, looks = Glance(), Looks()
    shared.get(looks)
    for _ in range(100):
        shared.spoil()
        shared.get(looks)
    assert looks.count == 1
    clock[0] += 0.2
    shared.get(looks)
    assert looks.count == 2


def test_a_look_that_fails_is_nobodys_answer(clock: list[float]) -> None:
    shared, looks = Glance(), Looks()

    def broken() -> Board:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        shared.get(broken)
    assert shared.get(looks).board.all.waiting == 1
