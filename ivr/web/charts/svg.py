"""What every chart is drawn of."""

from collections.abc import Sequence
from math import ceil, log10

from markupsafe import Markup, escape

WIDTH = 960
"""Of every chart, in its own units; the page makes it as wide as there is room."""


def tag(name: str, *inside: str, **attributes: object) -> Markup:
    """An element. What is None is left away; `class_` is written `class`, `text_anchor` `text-anchor`."""
    told = (
        f' {key.rstrip("_").replace("_", "-")}="{escape(_short(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    return Markup(f"<{name}{''.join(told)}>{''.join(map(escape, inside))}</{name}>")  # noqa: S704


def _short(value: object) -> object:
    return round(value, 1) if isinstance(value, float) else value


def picture(height: float, title: str, *inside: str, class_: str) -> Markup:
    """The whole chart, which says in a sentence what it shows to whoever does not see it."""
    box = f"0 0 {WIDTH} {round(height)}"
    return tag("svg", *inside, class_=f"chart {class_}", viewBox=box, role="img", aria_label=title)


def text(x: float, y: float, words: str, class_: str = "", anchor: str = "start") -> Markup:
    return tag("text", words, x=x, y=y, class_=class_ or None, text_anchor=anchor)


def box(
    x: float, y: float, width: float, height: float, class_: str, tip: str = "", **more: object
) -> Markup:
    """A rectangle; `tip` is read by whoever points at it."""
    tips = (tag("title", tip),) if tip else ()
    return tag("rect", *tips, x=x, y=y, width=width, height=height, class_=class_, **more)


def line(x1: float, y1: float, x2: float, y2: float, class_: str) -> Markup:
    return tag("line", x1=x1, y1=y1, x2=x2, y2=y2, class_=class_)


def ticks(most: float, count: int = 4) -> list[int]:
    """About so many round numbers from 0 on, the last not below the largest value."""
    rough = max(most, 1) / count
    power = 10 ** int(log10(rough)) if rough >= 1 else 1
    step = next(size * power for size in (1, 2, 5, 10, 20) if size * power >= rough)
    return [step * number for number in range(ceil(max(most, 1) / step) + 1)]


def every_so_many(count: int, room: int) -> int:
    """Of so many labels only each so-manieth has room."""
    return max(1, ceil(count / room))


def grid(scale: Sequence[int], left: float, right: float, top: float, plot: float) -> list[Markup]:
    """The lines at the numbers of a scale across a plot, each with its number before it."""
    drawn = []
    for number in scale:
        y = top + plot * (1 - number / scale[-1])
        drawn += [line(left, y, right, y, "grid"), text(left - 8, y + 4, f"{number:,}", "tick", "end")]
    return drawn
