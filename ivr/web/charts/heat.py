"""When callers come: a field for each hour of each weekday, the darker the more."""

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from ivr.web.charts.svg import WIDTH, box, picture, text

LEFT, TOP, ROW = 104, 22, 30
HOURS = 24


def heat(
    title: str,
    weekdays: Sequence[str],
    counts: Mapping[tuple[int, int], int],
    tips: Mapping[tuple[int, int], str],
) -> Markup:
    """The counts by (weekday, hour), both from 0; what is missing is 0."""
    most = max(counts.values(), default=0) or 1
    room = (WIDTH - LEFT) / HOURS
    drawn = [text(LEFT + room * (hour + 0.5), 14, f"{hour}", "tick", "middle") for hour in range(HOURS)]
    for weekday, name in enumerate(weekdays):
        y = TOP + ROW * weekday
        drawn.append(text(LEFT - 10, y + ROW / 2 + 4, name, "tick", "end"))
        for hour in range(HOURS):
            count = counts.get((weekday, hour), 0)
            x, warm = LEFT + room * hour, count / most
            drawn.append(_field(x, y, room, "cold"))
            if count:
                drawn.append(_field(x, y, room, "warm", fill_opacity=0.08 + 0.92 * warm))
                words = short(count)
                over = "on" if warm > 0.5 else ""
                drawn.append(text(x + room / 2, y + ROW / 2 + 4, words, f"count {over}".strip(), "middle"))
            drawn.append(box(x, y, room, ROW, "whole", tips.get((weekday, hour), "")))
    return picture(TOP + ROW * len(weekdays), title, *drawn, class_="heat")


def _field(x: float, y: float, room: float, class_: str, fill_opacity: float = 1) -> Markup:
    return box(x + 1, y + 1, room - 2, ROW - 2, class_, "", rx=4, fill_opacity=f"{fill_opacity:.2f}")


def short(count: int) -> str:
    """A number with room for four signs: 1234 is 1.2k."""
    if count < 1_000:
        return str(count)
    return f"{count / 1000:.1f}k" if count < 9_950 else f"{count / 1000:.0f}k"
