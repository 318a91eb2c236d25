"""The callers' way through the menus: how many went from where to where, and where they hung up.

Steps stand in columns, each right of the one that led to it; as wide as a stream is, so many went that way.
Whoever went back to a step further left is in the table, and not drawn.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from ivr.web.charts.svg import WIDTH, box, picture, tag, text

ROOM, GAP, NODE, TOP = 460, 30, 14, 18


@dataclass(frozen=True, slots=True)
class Crowd:
    """Those at a step: how many came, how many hung up there, in words and with a note."""

    name: str
    count: int
    hung_up: int
    note: str
    tip: str


@dataclass(frozen=True, slots=True)
class Stream:
    """So many went from one step to another."""

    from_: str
    to: str
    count: int
    tip: str


def flow(title: str, crowds: Sequence[Crowd], streams: Sequence[Stream]) -> Markup:
    """The streams under the steps they join."""
    places = columns_of([crowd.name for crowd in crowds], streams)
    by_column: dict[int, list[Crowd]] = defaultdict(list)
    for crowd in sorted(crowds, key=lambda crowd: -crowd.count):
        by_column[places[crowd.name]].append(crowd)
    last = max(by_column, default=0)
    most = max((sum(crowd.count for crowd in column) for column in by_column.values()), default=1) or 1
    unit = ROOM / most
    apart = (WIDTH - 190) / max(1, last)
    at: dict[str, tuple[float, float]] = {}
    low = 0.0
    for number, column in by_column.items():
        y = float(TOP)
        for crowd in column:
            at[crowd.name] = (apart * number, y)
            y += max(crowd.count * unit, 3) + GAP
        low = max(low, y)
    drawn = [*_streams(streams, at, places, unit)]
    drawn += [_crowd(crowd, *at[crowd.name], unit) for crowd in crowds]
    return picture(low, title, *drawn, class_="flow")


def columns_of(names: Sequence[str], streams: Sequence[Stream]) -> Mapping[str, int]:
    """In which column each step stands: as many streams behind the first as lie between on the shortest
    way."""
    reached = {stream.to for stream in streams if stream.from_ != stream.to}
    first = [name for name in names if name not in reached] or list(names[:1])
    found = dict.fromkeys(first, 0)
    ahead = list(first)
    while ahead:
        name = ahead.pop(0)
        for stream in streams:
            if stream.from_ == name and stream.to not in found:
                found[stream.to] = found[name] + 1
                ahead.append(stream.to)
    return {name: found.get(name, 0) for name in names}


def _streams(
    streams: Sequence[Stream], at: Mapping[str, tuple[float, float]], places: Mapping[str, int], unit: float
) -> list[Markup]:
    leaves = {name: y for name, (_, y) in at.items()}
    comes = dict(leaves)
    drawn = []
    for stream in sorted(streams, key=lambda stream: (at[stream.from_][1], at[stream.to][1])):
        if places[stream.to] <= places[stream.from_]:
            continue
        wide = stream.count * unit
        x1, x2 = at[stream.from_][0] + NODE, at[stream.to][0]
        y1, y2 = leaves[stream.from_], comes[stream.to]
        leaves[stream.from_] += wide
        comes[stream.to] += wide
        bend = (x1 + x2) / 2
        y3, y4 = y1 + wide, y2 + wide
        path = (
            f"M{x1:.1f} {y1:.1f}C{bend:.1f} {y1:.1f} {bend:.1f} {y2:.1f} {x2:.1f} {y2:.1f}"
            f"V{y4:.1f}C{bend:.1f} {y4:.1f} {bend:.1f} {y3:.1f} {x1:.1f} {y3:.1f}Z"
        )
        drawn.append(tag("path", tag("title", stream.tip), d=path, class_="stream"))
    return drawn


def _crowd(crowd: Crowd, x: float, y: float, unit: float) -> Markup:
    high, lost = max(crowd.count * unit, 3), crowd.hung_up * unit
    drawn = [box(x, y, NODE, high, "crowd", crowd.tip)]
    if crowd.hung_up:
        drawn.append(box(x, y + high - max(lost, 2), NODE, max(lost, 2), "abandoned", crowd.tip))
    drawn.append(text(x + NODE + 6, y - 4 if high < 26 else y + 13, crowd.name, "lane"))
    if crowd.note:
        drawn.append(text(x + NODE + 6, (y + 9 if high < 26 else y + 28), crowd.note, "tick"))
    return tag("g", *drawn)
