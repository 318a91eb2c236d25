"""How a queue stands to what it promises."""

import pytest

from ivr.core.board import Band, band
from ivr.core.line.rules import Goal

GOAL = Goal(0.8, 20)


@pytest.mark.parametrize(
    ("level", "oldest", "expected"),
    [
        (None, None, Band.KEPT),
        (0.8, 20, Band.KEPT),
        (0.79, None, Band.NEAR),
        (1.0, 21, Band.NEAR),
        (0.71, 60, Band.NEAR),
        (0.69, None, Band.BROKEN),
        (1.0, 61, Band.BROKEN),
    ],
)
def test_the_worse_of_todays_level_and_the_longest_wait(
    level: float | None, oldest: float | None, expected: Band
) -> None:
    assert band(GOAL, level, oldest) is expected


def test_where_nothing_is_promised_nothing_is_broken() -> None:
    assert band(None, 0.1, 3_600) is None
