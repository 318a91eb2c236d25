"""A short soak on each database: every promise is kept, whatever the time it takes; and its own menus."""

from pathlib import Path
from random import Random

import pytest

from ivr.switchboard.draft import check
from tests.bench.soak.menus import DESIGNS, FILE, FLAWS, broken, edited, edition
from tests.bench.soak.plan import Plan, Rhythm
from tests.bench.soak.promises import IN_TIME
from tests.bench.soak.soaking import soak
from tests.bench.soak.troubles import FLUSHED, FROZEN, GONE, KILLED, LOCKED
from tests.service import menus

STORM = Rhythm(edit=1.2, kill=2.5, flush=2, redis_away=5, lock=6, longest_lock=2, longest_redis_away=1)


@pytest.mark.needs("redis")
@pytest.mark.parametrize(
    "database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.needs("postgresql"))]
)
def test_a_storm_breaks_no_promise(database: str) -> None:
    plan = Plan(0.3, speed=8, calls_per_second=0.6, database=database, seed="4", patience=120, rhythm=STORM)
    soaked = soak(plan)
    late = {promise: broken for promise, broken in soaked.broken.items() if promise not in IN_TIME}
    assert not any(late.values()), soaked.table
    happened = soaked.happened
    assert all(happened[what] for what in (KILLED, FLUSHED, LOCKED, "published", "rolled back")), happened
    assert happened[FROZEN] + happened[GONE], happened


@pytest.mark.parametrize("design", DESIGNS, ids=range(len(DESIGNS)))
def test_every_design_of_the_menus_can_be_published(
    design: tuple[tuple[str, str], ...], tmp_path: Path
) -> None:
    assert mistakes(edited(menus(), design), tmp_path) == 0


@pytest.mark.parametrize("flaw", FLAWS, ids=range(len(FLAWS)))
def test_every_flaw_is_a_mistake(flaw: tuple[str, str], tmp_path: Path) -> None:
    assert mistakes(edited(menus(), (flaw,)), tmp_path) > 0


def test_whatever_is_broken_is_refused(tmp_path: Path) -> None:
    dice = Random(1)
    for number in range(20):
        text = edition(number, dice, "http://127.0.0.1:9")
        assert mistakes(text, tmp_path) == 0
        assert mistakes(broken(text, dice), tmp_path) > 0


def mistakes(text: str, folder: Path) -> int:
    (folder / FILE).write_text(text)
    return len(check(folder, folder / "recordings").mistakes)
