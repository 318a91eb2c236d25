"""What became of the callers of each interval, as bars, and the service level above them as a line."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup

from ivr.web.charts.svg import WIDTH, box, every_so_many, grid, line, picture, tag, text, ticks

HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 300, 48, 52, 14, 28
PLOT = HEIGHT - TOP - BOTTOM
LABELS = 12


@dataclass(frozen=True, slots=True)
class Bar:
    """An interval: its name, its parts from the ground up as (class, count), a mark at the height of so many,
    a share from 0 to 1, and all of it in words."""

    name: str
    parts: Sequence[tuple[str, int]]
    mark: int | None
    share: float | None
    tip: str


def bars(title: str, each: Sequence[Bar]) -> Markup:
    """One bar beside the other. The line breaks where nothing is known."""
    scale = ticks(max((max(bar.mark or 0, sum(count for _, count in bar.parts)) for bar in each), default=1))
    room = (WIDTH - LEFT - RIGHT) / max(1, len(each))
    thick = min(48.0, max(1.0, room * 0.74))
    drawn = [*_ground(scale, any(bar.share is not None for bar in each))]
    apart = every_so_many(len(each), LABELS)
    for place, bar in enumerate(each):
        middle = LEFT + room * (place + 0.5)
        drawn.append(_bar(bar, middle, thick, scale[-1]))
        if place % apart == 0:
            drawn.append(text(middle, HEIGHT - 8, bar.name, "tick", "middle"))
    points = [(LEFT + room * (place + 0.5), bar.share) for place, bar in enumerate(each)]
    return picture(HEIGHT, title, *drawn, *_shares(points), class_="bars")


def _ground(scale: Sequence[int], shares: bool) -> list[Markup]:
    drawn = grid(scale, LEFT, WIDTH - RIGHT, TOP, PLOT)
    if shares:
        drawn += [
            text(WIDTH - RIGHT + 8, TOP + PLOT * (1 - share / 100) + 4, f"{share} %", "tick share")
            for share in (0, 50, 100)
        ]
    return drawn


def _bar(bar: Bar, middle: float, thick: float, most: int) -> Markup:
    drawn, top = [], float(TOP + PLOT)
    for class_, count in bar.parts:
        high = PLOT * count / most
        top -= high
        if count:
            drawn.append(box(middle - thick / 2, top, thick, max(high - 0.5, 0.5), class_))
    if bar.mark:
        y = TOP + PLOT * (1 - bar.mark / most)
        drawn.append(line(middle - thick / 2 - 1, y, middle + thick / 2 + 1, y, "mark"))
    whole = box(middle - thick / 2, TOP, thick, PLOT, "whole", bar.tip)
    return tag("g", *drawn, whole)


def _shares(points: Sequence[tuple[float, float | None]]) -> list[Markup]:
    drawn = []
    for known, some in groupby(points, lambda point: point[1] is not None):
        if known:
            at = [(x, TOP + PLOT * (1 - share)) for x, share in some if share is not None]
            path = " ".join(f"{x:.1f},{y:.1f}" for x, y in at)
            drawn.append(tag("polyline", points=path, class_="level under"))
            drawn.append(tag("polyline", points=path, class_="level"))
            if len(points) <= 62:
                drawn += [tag("circle", cx=x, cy=y, r=3, class_="level") for x, y in at]
    return drawn
