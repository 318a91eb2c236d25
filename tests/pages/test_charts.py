"""The charts: values in, SVG out."""

from xml.etree import ElementTree

import pytest

from ivr.web.charts import Bar, Column, Crowd, Lane, Stream, Stretch, bars, columns, day, flow, heat
from ivr.web.charts.flow import columns_of
from ivr.web.charts.heat import short
from ivr.web.charts.svg import ticks


def of_class(drawing: str, name: str) -> list[dict[str, str]]:
    """The elements of a class; a drawing is XML."""
    return [each.attrib for each in ElementTree.fromstring(drawing).iter() if each.get("class") == name]


def test_a_bar_is_as_high_as_its_count_and_the_line_breaks_where_nothing_is_known() -> None:
    drawn = bars(
        "A day",
        [
            Bar("9", (("answered", 10), ("abandoned", 5)), 15, 0.5, "nine"),
            Bar("10", (("answered", 20),), 20, 1.0, "ten"),
            Bar("11", (), None, None, "eleven"),
            Bar("12", (("answered", 10),), 10, 0.0, "twelve"),
        ],
    )
    high = [float(each["height"]) for each in of_class(drawn, "answered")]
    assert high[1] == pytest.approx(2 * high[0], abs=1)
    assert high[0] == high[2]
    assert len(of_class(drawn, "mark")) == 3
    lines = [each["points"].split() for each in of_class(drawn, "level") if "points" in each]
    assert [len(points) for points in lines] == [2, 1]


def test_words_from_outside_are_only_words() -> None:
    hostile = '"><script>alert(1)</script>'
    drawn = flow(hostile, [Crowd(hostile, 3, 1, hostile, hostile)], [])
    assert "<script>" not in drawn
    assert ElementTree.fromstring(drawn).get("aria-label") == hostile


def test_the_darkest_hour_has_most_callers() -> None:
    drawn = heat("A week", ["Mon", "Tue"], {(0, 9): 10, (1, 9): 1234}, {(0, 9): "ten"})
    assert [each["fill-opacity"] for each in of_class(drawn, "warm")] == ["0.09", "1.00"]
    assert (short(999), short(1234), short(9_960)) == ("999", "1.2k", "10k")


def test_each_stretch_of_a_day_stands_at_its_time() -> None:
    lane = Lane("An", [Stretch(0.25, 0.5, "talking", "")], "2 h")
    (stretch,) = of_class(day("A day", [lane], [(0.0, "00:00")]), "state talking")
    assert (float(stretch["x"]), float(stretch["width"])) == (150 + 714 / 4, 714 / 4)


def test_a_column_is_drawn_for_each_count() -> None:
    drawn = columns("Waits", [Column("5 s", (("answered", 4),), ""), Column("10 s", (), "")], ["100 %", ""])
    assert len(of_class(drawn, "answered")) == 1
    assert "100 %" in drawn


def test_a_step_stands_right_of_the_one_that_led_to_it() -> None:
    streams = [
        Stream("welcome", "main", 9, ""),
        Stream("main", "sales", 5, ""),
        Stream("main", "welcome", 1, ""),
        Stream("sales", "sales", 1, ""),
    ]
    assert columns_of(["main", "welcome", "sales"], streams) == {"welcome": 1, "main": 0, "sales": 1}
    assert columns_of(["welcome", "main", "sales"], [*streams[:2], streams[3]]) == {
        "welcome": 0,
        "main": 1,
        "sales": 2,
    }


@pytest.mark.parametrize(
    ("most", "marks"),
    [
        (0, [0, 1]),
        (3, [0, 1, 2, 3]),
        (7, [0, 2, 4, 6, 8]),
        (367, [0, 100, 200, 300, 400]),
        (1e6, [0, 500_000, 10**6]),
    ],
)
def test_the_marks_of_an_axis_are_round(most: float, marks: list[int]) -> None:
    assert ticks(most) == marks
