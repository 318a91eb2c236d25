"""Places are read from the line as it stood a moment ago."""

from ivr.core.agents import Activity, Agent, Status
from ivr.core.line.estimate import Line
from ivr.core.line.rules import NO_RULES, Overflow, Rules
from ivr.core.line.snapshot import Snapshot

NOW = 1_800_000_000_000


def agent(name: str, *queues: str, status: Status = Status.READY, lease_until: int | None = None) -> Agent:
    serves = frozenset(queues) if queues else None
    return Agent(name, name, queues=serves, status=status, activity=Activity.TALKING, lease_until=lease_until)


SEEN = Snapshot(
    at=NOW,
    ranks={"sales": [NOW - 9_000, NOW - 5_000, NOW - 5_000, NOW - 1_000]},
    agents=(
        agent("an"),
        agent("binh", "sales"),
        agent("chi", "support"),
        agent("dung", status=Status.ON_BREAK),
        agent("em", lease_until=NOW),
        agent("giang", "sales", lease_until=NOW + 1),
    ),
    handling={"sales": (20, 240.0)},
)


def test_a_place_is_one_more_than_those_ranked_before() -> None:
    assert [SEEN.place("sales", rank) for rank in SEEN.ranks["sales"]] == [1, 2, 2, 4]
    assert SEEN.place("sales", NOW) == 5, "who has come since is behind all of them"
    assert SEEN.place("sales", NOW - 60_000) == 1, "unless with a head start"
    assert SEEN.place("support", NOW) == 1


def test_an_estimate_counts_who_is_there_for_the_queue() -> None:
    assert SEEN.line("sales", NO_RULES) == Line(agents=3, conversations=20, handling=240.0)
    assert SEEN.line("support", NO_RULES) == Line(agents=2, conversations=0, handling=0.0)
    at_once = Rules(overflow=(Overflow(0, "support"),))
    assert SEEN.line("sales", at_once).agents == 4
    assert SEEN.line("sales", Rules(overflow=(Overflow(60, "support"),))).agents == 3


def test_it_is_fresh_for_a_second_and_never_from_the_future() -> None:
    assert [SEEN.is_fresh(NOW + since) for since in (-1, 0, 999, 1_000)] == [False, True, True, False]
    assert not SEEN.is_fresh(NOW + 500, within=500)
