"""Who is offered whom: the strategies one by one, and the promises that hold for all of them."""

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.line.match import Free, Match, Waiting, can_take, match, rank
from ivr.core.line.rules import NO_RULES, Overflow, Rules, Skill, Speaks, Strategy, Tongue

NOW = 1_800_000_000_000
MINUTE = 60_000


def caller(name: str, waited: float = 10, queue: str = "sales", language: str = "vi", **more: Any) -> Waiting:
    """Somebody who has waited so many seconds; their rank is when they came."""
    at = NOW - round(waited * 1000)
    return replace(Waiting(name, queue, at, at, language), **more)


def agent(name: str, idle: float = 10, **more: Any) -> Free:
    """Somebody who has been free for so many seconds, speaks Vietnamese, and serves every queue."""
    return replace(Free(name, NOW - round(idle * 1000), languages=frozenset({"vi"})), **more)


def pairs(matches: list[Match]) -> dict[str, tuple[str, ...]]:
    return {each.visit: each.agents for each in matches}


def offered(strategy: Strategy, *agents: Free, one: Waiting | None = None) -> tuple[str, ...]:
    """The agents who are offered one caller."""
    found = match([one or caller("Lan")], agents, {"sales": Rules(strategy)}, NOW)
    return found[0].agents


def test_the_longest_waiting_caller_gets_the_agent_who_has_been_idle_longest() -> None:
    waiting = [caller("Lan", 30), caller("Minh", 90), caller("Hoa", 60)]
    assert pairs(match(waiting, [agent("An", 5), agent("Binh", 50)], {}, NOW)) == {
        "Minh": ("Binh",),
        "Hoa": ("An",),
    }


def test_everybody_is_rung_at_once_if_the_queue_says_so() -> None:
    assert offered(Strategy.RING_ALL, agent("An", 5), agent("Binh", 50)) == ("Binh", "An")


@pytest.mark.parametrize(
    ("strategy", "first"),
    [
        (Strategy.ROUND_ROBIN, {"offered_at": 1}),
        (Strategy.FEWEST_CALLS, {"calls": 1}),
        (Strategy.LEAST_TALK, {"talk": 1.5}),
        (Strategy.LINEAR, {"place": 1}),
    ],
)
def test_a_strategy_looks_at_one_thing_only(strategy: Strategy, first: dict[str, Any]) -> None:
    """Binh comes first by it; An by everything else."""
    other = {"offered_at": 0, "calls": 0, "talk": 0.0, "place": 0}
    an = agent("An", 900, **{**other, **dict.fromkeys(first, 9)})
    binh = agent("Binh", 1, **{**dict.fromkeys(other, 5), **first})
    assert offered(strategy, an, binh) == ("Binh",)


def test_chance_is_fair_and_weights_count() -> None:
    even = Counter(
        offered(Strategy.RANDOM, agent("An"), agent("Binh"), one=caller(f"call {n}"))[0] for n in range(2000)
    )
    assert 900 < even["An"] < 1100
    heavy = Counter(
        offered(Strategy.WEIGHTED, agent("An", weight=3), agent("Binh"), one=caller(f"call {n}"))[0]
        for n in range(2000)
    )
    assert 1400 < heavy["An"] < 1600


def test_who_has_declined_a_caller_is_not_offered_them_again() -> None:
    waiting = [caller("Lan", 60, declined=frozenset({"An"})), caller("Minh", 30)]
    assert pairs(match(waiting, [agent("An")], {}, NOW)) == {"Minh": ("An",)}


def test_a_caller_who_was_cut_off_gets_their_agent_back_if_that_one_is_free() -> None:
    cut_off = caller("Lan", preferred="An")
    assert offered(Strategy.LONGEST_IDLE, agent("Binh", 900), agent("An", 1), one=cut_off) == ("An",)
    assert offered(Strategy.LONGEST_IDLE, agent("Binh", 900), one=cut_off) == ("Binh",)


def test_a_skill_widens_with_the_wait() -> None:
    rules = {"sales": Rules(skills=(Skill("tax", 5, widens=((30, 3), (90, 0))),))}
    learner, stranger = agent("An", skills={"tax": 3}), agent("Binh")
    assert match([caller("Lan", 29)], [learner, stranger], rules, NOW) == []
    assert match([caller("Lan", 30)], [learner, stranger], rules, NOW) == [Match("Lan", ("An",))]
    assert match([caller("Lan", 90)], [stranger], rules, NOW) == [Match("Lan", ("Binh",))]


def test_who_is_good_enough_at_first_goes_before_who_is_only_good_enough_now() -> None:
    rules = {"sales": Rules(skills=(Skill("tax", 5, widens=((30, 1),)),))}
    learner, master = agent("An", 900, skills={"tax": 1}), agent("Binh", 1, skills={"tax": 5})
    assert match([caller("Lan", 60)], [learner, master], rules, NOW) == [Match("Lan", ("Binh",))]


def test_a_language_is_required_or_preferred_for_a_time() -> None:
    english = caller("Jo", 119, language="en")
    an = [agent("An")]
    assert match([english], an, {"sales": Rules(tongue=Tongue(Speaks.REQUIRED))}, NOW) == []
    preferred = {"sales": Rules(tongue=Tongue(Speaks.PREFERRED, 120))}
    assert match([english], an, preferred, NOW) == []
    assert match([english], an, preferred, NOW + 1000) == [Match("Jo", ("An",))]
    assert match([english], an, {"sales": Rules(tongue=Tongue(Speaks.ANY))}, NOW) == [Match("Jo", ("An",))]


def test_a_long_wait_brings_in_the_agents_of_other_queues() -> None:
    rules = {"sales": Rules(overflow=(Overflow(60, "support"), Overflow(180, "office")))}
    support, office = agent("An", queues=frozenset({"support"})), agent("Binh", queues=frozenset({"office"}))
    assert match([caller("Lan", 59)], [support, office], rules, NOW) == []
    assert match([caller("Lan", 60)], [office, support], rules, NOW) == [Match("Lan", ("An",))]
    assert match([caller("Lan", 180)], [office], rules, NOW) == [Match("Lan", ("Binh",))]


def test_a_queue_of_more_weight_is_served_first_by_agents_of_both() -> None:
    rules = {"sales": Rules(), "urgent": Rules(weight=1)}
    waiting = [caller("Lan", 600), caller("Minh", 1, queue="urgent")]
    assert match(waiting, [agent("An")], rules, NOW) == [Match("Minh", ("An",))]


def test_a_head_start_is_time_and_never_grows() -> None:
    rules = Rules(priority=1, head_start=90)
    assert rank(NOW, rules) == NOW - 90_000
    assert rank(NOW, rules, priority=2) == NOW - 270_000


AGENTS = ("An", "Binh", "Chi", "Dung")
QUEUES = ("sales", "support", "office")
LANGUAGES = ("vi", "en")

some = st.sampled_from
waiting = st.builds(
    Waiting,
    visit=st.uuids().map(str),
    queue=some(QUEUES),
    rank=st.integers(NOW - 30 * MINUTE, NOW),
    entered_at=st.integers(NOW - 20 * MINUTE, NOW),
    language=some(LANGUAGES),
    declined=st.frozensets(some(AGENTS), max_size=2),
    preferred=st.none() | some(AGENTS),
)
free = st.builds(
    Free,
    agent=some(AGENTS),
    since=st.integers(NOW - 20 * MINUTE, NOW),
    queues=st.none() | st.frozensets(some(QUEUES), min_size=1),
    skills=st.dictionaries(some(("tax", "cars")), st.integers(1, 9)),
    languages=st.frozensets(some(LANGUAGES), min_size=1),
    calls=st.integers(0, 5),
)
skill = st.builds(
    Skill,
    name=some(("tax", "cars")),
    level=st.integers(1, 9),
    widens=st.lists(st.tuples(st.integers(1, 600), st.integers(0, 5)), max_size=2).map(
        lambda each: tuple(sorted(each))
    ),
)
rules = st.dictionaries(
    some(QUEUES),
    st.builds(
        Rules,
        strategy=some(list(Strategy)),
        skills=st.lists(skill, max_size=1).map(tuple),
        tongue=st.builds(Tongue, some(list(Speaks)), st.integers(0, 600)),
        weight=st.integers(0, 1),
        overflow=st.lists(st.builds(Overflow, st.integers(0, 600), some(QUEUES)), max_size=1).map(tuple),
    ),
)


@given(
    callers=st.lists(waiting, max_size=12),
    agents=st.lists(free, max_size=4, unique_by=lambda each: each.agent),
    rules=rules,
)
def test_the_promises_of_every_match(
    callers: list[Waiting], agents: list[Free], rules: dict[str, Rules]
) -> None:
    matches = match(callers, agents, rules, NOW)
    by_visit, by_agent = ({each.visit: each for each in callers}, {each.agent: each for each in agents})
    got = {name: by_visit[each.visit] for each in matches for name in each.agents}

    def able(one: Waiting, name: str) -> bool:
        return can_take(by_agent[name], one, rules.get(one.queue, NO_RULES), NOW)

    def turn(one: Waiting) -> tuple[int, int]:
        return -rules.get(one.queue, NO_RULES).weight, one.rank

    assert len(got) == sum(len(each.agents) for each in matches), "an agent is in one offer at most"
    assert len({each.visit for each in matches}) == len(matches), "a caller is in one offer at most"
    assert all(able(one, name) for name, one in got.items()), "nobody is offered whom they cannot take"
    in_vain = [one for one in callers if one.visit not in {each.visit for each in matches}]
    for one in in_vain:
        for name in by_agent:
            if able(one, name):
                assert name in got, "nobody waits beside a free agent who could take them"
                assert turn(got[name]) <= turn(one), "nobody who came later is served before them"


@given(
    callers=st.lists(waiting, max_size=8),
    agents=st.lists(free, max_size=4, unique_by=lambda each: each.agent),
)
def test_the_order_in_which_they_are_named_changes_nothing(
    callers: list[Waiting], agents: list[Free]
) -> None:
    backwards = match(callers[::-1], agents[::-1], {}, NOW)
    assert backwards == match(callers, agents, {}, NOW)
