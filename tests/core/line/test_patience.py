"""For how long nobody has been there who could take a caller."""

from dataclasses import replace

import pytest

from ivr.core.agents import Agent, Status, Way
from ivr.core.line.patience import LONGEST_AWAY, unattended_for
from ivr.core.line.rules import Rules

MINUTE, DAY = 60_000, 86_400_000
NOW = 500 * DAY
NEVER = Agent("an", "An", Way.PHONE)
GONE = replace(NEVER, since=NOW - 5 * MINUTE)
THERE = replace(NEVER, status=Status.READY, since=NOW - DAY)


@pytest.mark.parametrize(
    ("known", "began", "seconds"),
    [
        ([], NOW - 2 * MINUTE, 120),
        ([NEVER], NOW - 2 * MINUTE, 120),
        ([NEVER, GONE], NOW - 20 * MINUTE, 300),
        ([GONE], NOW - 2 * MINUTE, 300),
        ([NEVER, THERE], NOW - 20 * MINUTE, 0),
        ([], NOW - 9 * DAY, LONGEST_AWAY),
        ([NEVER], NOW - 9 * DAY, LONGEST_AWAY),
        ([], NOW + 1, 0),
    ],
    ids=[
        "no agents",
        "one who never came",
        "one who was here",
        "was here before the menus were",
        "one is here",
        "no agents for days",
        "one who never came, for days",
        "another clock is ahead",
    ],
)
def test_nobody_is_missed_for_longer_than_there_is_a_hotline(
    known: list[Agent], began: int, seconds: float
) -> None:
    assert unattended_for(known, "sales", Rules(), began, NOW) == seconds
