"""What callers are told of their wait: honest, silent when nobody can know, never growing by itself."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from ivr.core.line.estimate import Estimate, Line, Told, error, estimate, minutes, tell

NOW = 1_800_000_000_000
FOUR_AGENTS = Line(agents=4, conversations=20, handling=240)


def test_the_wait_is_the_place_times_the_time_until_an_agent_is_free_give_or_take() -> None:
    assert estimate(4, FOUR_AGENTS) == Estimate(4 * 60 - 120, 4 * 60 + 120)
    assert estimate(1, FOUR_AGENTS) == Estimate(0, 120)


def test_nothing_is_said_where_nobody_can_know() -> None:
    assert estimate(1, replace(FOUR_AGENTS, agents=0)) is None
    assert estimate(1, replace(FOUR_AGENTS, conversations=4)) is None
    assert estimate(200, FOUR_AGENTS) is None, "more than an hour is no help to anybody"


def test_it_is_said_in_minutes_and_never_as_none() -> None:
    assert minutes(Estimate(120, 360)) == (2, 6)
    assert minutes(Estimate(119, 361)) == (1, 7)
    assert minutes(Estimate(0, 0.5)) == (0, 1)


def test_it_does_not_grow_because_conversations_take_longer() -> None:
    first = tell(None, 4, FOUR_AGENTS, NOW)
    slower = replace(FOUR_AGENTS, handling=600)
    assert tell(first, 4, slower, NOW + 30_000) == Told(Estimate(90, 330), 4, 4, NOW + 30_000, NOW + 30_000)


def test_it_may_grow_when_an_agent_leaves() -> None:
    first = tell(None, 4, FOUR_AGENTS, NOW)
    fewer = replace(FOUR_AGENTS, agents=3)
    assert tell(first, 4, fewer, NOW + 30_000) == Told(Estimate(160, 480), 4, 3, NOW + 30_000, NOW + 30_000)


def test_when_the_time_that_was_told_is_over_nothing_is_promised_again() -> None:
    first = tell(None, 1, FOUR_AGENTS, NOW)
    later = tell(first, 1, FOUR_AGENTS, NOW + 120_000)
    assert later == replace(first, said_at=NOW + 120_000)
    assert later.spoken is None
    assert tell(later, 1, FOUR_AGENTS, NOW + 180_000).spoken is None


def test_where_nobody_can_know_the_place_is_said_alone_until_somebody_can() -> None:
    nobody = replace(FOUR_AGENTS, conversations=0)
    first = tell(None, 2, nobody, NOW)
    assert first == Told(None, 2, 4, NOW, NOW)
    assert first.spoken is None
    assert tell(first, 2, FOUR_AGENTS, NOW + 60_000).spoken == estimate(2, FOUR_AGENTS)


def test_an_estimate_is_scored_by_how_far_the_wait_was_outside_it() -> None:
    told = Estimate(60, 180)
    assert [error(told, waited) for waited in (30, 60, 100, 180, 200)] == [-30, 0, 0, 0, 20]


lines = st.builds(Line, st.integers(1, 50), st.integers(5, 100), st.floats(1, 600))


@given(place=st.integers(1, 30), steps=st.lists(st.tuples(lines, st.integers(0, 60_000)), max_size=10))
def test_while_nothing_gets_worse_the_end_never_moves_away(place: int, steps: list[tuple[Line, int]]) -> None:
    told, now, latest, agents = None, NOW, float("inf"), 0
    for line, passed in steps:
        now += passed
        agents = max(agents, line.agents)
        news = tell(told, place, replace(line, agents=agents), now)
        told = news
        if news.spoken is not None:
            end = now / 1000 + news.spoken.most
            assert end <= latest + 0.001
            latest = end
