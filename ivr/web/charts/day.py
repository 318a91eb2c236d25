"""How agents stood through a day: a lane for each, with a stretch for everything they did."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from ivr.web.charts.svg import WIDTH, box, line, picture, text

LEFT, RIGHT, TOP, ROW = 150, 96, 24, 30

THIN = {"idle": 0.22, "on_break": 0.22, "wrapping_up": 0.6, "ringing": 0.6}
"""What is no conversation is drawn thinner."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """From and to which part of the day (0 to 1), in which state, and in words."""

    since: float
    until: float
    state: str
    tip: str


@dataclass(frozen=True, slots=True)
class Lane:
    """An agent's day, and what is said behind it."""

    name: str
    stretches: Sequence[Stretch]
    note: str


def day(title: str, lanes: Sequence[Lane], hours: Sequence[tuple[float, str]]) -> Markup:
    """The lanes, one under the other; `hours` are the marks of the clock, as parts of the day."""
    plot = WIDTH - LEFT - RIGHT
    height = TOP + ROW * len(lanes) + 6
    drawn = []
    for part, name in hours:
        x = LEFT + plot * part
        drawn += [line(x, TOP - 4, x, height - 6, "grid"), text(x, 14, name, "tick", "middle")]
    for place, lane in enumerate(lanes):
        y = TOP + ROW * place
        drawn.append(text(LEFT - 12, y + ROW / 2 + 4, lane.name, "lane", "end"))
        drawn.append(text(WIDTH - RIGHT + 12, y + ROW / 2 + 4, lane.note, "tick"))
        for stretch in lane.stretches:
            high = (ROW - 8) * THIN.get(stretch.state, 1.0)
            x, wide = LEFT + plot * stretch.since, plot * (stretch.until - stretch.since)
            drawn.append(
                box(x, y + (ROW - high) / 2, max(wide, 0.6), high, f"state {stretch.state}", stretch.tip)
            )
    return picture(height, title, *drawn, class_="day")
