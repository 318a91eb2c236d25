"""When random callers ring: all over the year, and more often when something changes."""

from datetime import UTC, datetime
from random import Random
from zoneinfo import ZoneInfo

import pytest

from ivr.core.hours import is_holiday
from ivr.core.menus import Hotline
from ivr.rehearsal.crowd.occasions import Occasions
from tests.rehearsal.crowd import hotlines

NEW_YORK = ZoneInfo("America/New_York")


@pytest.fixture(scope="module")
def moments() -> list[datetime]:
    """Two thousand moments of 2026, in the time of the hotline: open on weekdays from nine to five."""
    dice = Random("moments")
    occasions = Occasions(_hotline(), 2026)
    return [datetime.fromtimestamp(occasions.moment(dice), UTC).astimezone(NEW_YORK) for _ in range(2000)]


def _hotline() -> Hotline:
    found = hotlines.of(hotlines.hotline(Random(0))).hotline
    assert found is not None
    return found


def test_every_month_and_every_hour_of_the_day_has_its_callers(moments: list[datetime]) -> None:
    assert {at.month for at in moments if at.year == 2026} == set(range(1, 13))
    assert {at.hour for at in moments} == set(range(24))
    assert all(abs((at - datetime(2026, 7, 1, tzinfo=NEW_YORK)).days) < 186 for at in moments)


def test_many_ring_when_it_opens_and_when_it_closes(moments: list[datetime]) -> None:
    for hour in (9, 17):
        near = [at for at in moments if abs(60 * (at.hour - hour) + at.minute) <= 4]
        assert len(near) > 100


def test_holidays_and_days_unlike_others_have_more_than_their_share(moments: list[datetime]) -> None:
    special = [
        at for at in moments if is_holiday("US", at.date()) or (at.month, at.day) in {(12, 24), (12, 26)}
    ]
    assert len(special) > 250
    assert len({at.date() for at in special}) > 8


def test_some_ring_while_the_clocks_are_changed(moments: list[datetime]) -> None:
    for day in (datetime(2026, 3, 8, 2, tzinfo=NEW_YORK), datetime(2026, 11, 1, 2, tzinfo=NEW_YORK)):
        assert sum(abs((at - day).total_seconds()) <= 3 * 3600 for at in moments) > 30


def test_where_clocks_are_never_changed_the_year_is() -> None:
    checked = hotlines.of("""
hotline: Utc
zone: UTC
numbers: {"+842873001234": bye}
languages: {en: {}}
steps: {bye: {say: Bye., then: hang_up}}
""")
    assert checked.hotline is not None
    occasions, dice = Occasions(checked.hotline, 2028), Random(1)
    at = [occasions.moment(dice) for _ in range(500)]
    year = datetime(2028, 1, 1, tzinfo=UTC).timestamp()
    assert sum(abs(each - year) <= 2 * 3600 for each in at) > 20
