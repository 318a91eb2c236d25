"""How many waited how long: a column for each count of the histogram."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from ivr.web.charts.svg import WIDTH, box, grid, picture, text, ticks

HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 240, 48, 8, 18, 28
PLOT = HEIGHT - TOP - BOTTOM


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, its parts from the ground up as (class, count), and all of it in words."""

    name: str
    parts: Sequence[tuple[str, int]]
    tip: str


def columns(title: str, each: Sequence[Column], shares: Sequence[str]) -> Markup:
    """One column beside the other, with its share of all above it."""
    scale = ticks(max((sum(count for _, count in column.parts) for column in each), default=1))
    room = (WIDTH - LEFT - RIGHT) / max(1, len(each))
    drawn = grid(scale, LEFT, WIDTH - RIGHT, TOP, PLOT)
    for place, (column, share) in enumerate(zip(each, shares, strict=True)):
        x, top = LEFT + room * place + 2, float(TOP + PLOT)
        for class_, count in column.parts:
            high = PLOT * count / scale[-1]
            top -= high
            if count:
                drawn.append(box(x, top, room - 4, max(high - 0.5, 0.5), class_))
        if share:
            drawn.append(text(x + room / 2 - 2, top - 5, share, "tick", "middle"))
        drawn.append(text(x + room / 2 - 2, HEIGHT - 8, column.name, "tick", "middle"))
        drawn.append(box(x, TOP, room - 4, PLOT, "whole", column.tip))
    return picture(HEIGHT, title, *drawn, class_="columns")
