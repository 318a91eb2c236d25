"""One stage for all tests of written calls: each call begins on an empty log anyway."""

from collections.abc import Iterator
from functools import partial

import pytest

from ivr.rehearsal.playing import Rehearsal, rehearsing
from tests.rehearsal.scenes import Play, menus, playing


@pytest.fixture(scope="session")
def rehearsal() -> Iterator[Rehearsal]:
    with rehearsing(menus()) as rehearsal:
        yield rehearsal


@pytest.fixture
def play(rehearsal: Rehearsal) -> Play:
    """Plays a call of one caller."""
    return partial(playing, rehearsal)
