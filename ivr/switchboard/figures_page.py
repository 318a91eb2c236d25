"""The page of definitions, made of the figures themselves: `python -m ivr.switchboard.figures_page`."""

from collections.abc import Iterator
from pathlib import Path

from ivr.core.figures.catalogue import FIGURES
from ivr.core.figures.figure import Unit
from ivr.core.figures.tally import View

PAGE = Path(__file__).parents[1] / "docs/figures.md"

TITLES = {
    View.CALL: "Calls",
    View.LINE: "Queues",
    View.AGENT: "Agents",
    View.OPTION: "Options",
}

UNITS = {
    Unit.COUNT: "a count",
    Unit.SHARE: "a share: 0 to 1 in files, percent elsewhere",
    Unit.SECONDS: "seconds",
    Unit.EACH: "a count, on average",
    Unit.SCORE: "a score from -100 to 100",
}

HEAD = """# Figures

What each figure says, how it is made, and whose definition it is. This page is made of the program: the same words stand wherever a figure does, and the same function makes it live and in history. How to ask for them: [reports.md](reports.md).

- A figure of which nothing was counted is a dash, never 0 % and never 100 %; only counts are 0.
- A visit is offered in the interval in which it began, and all else of it counts where it ended. A conversation counts where its wrap-up ended; a call, with all it did in the menus, where it arrived. The states of agents are cut at the edges of the interval.
- Within target is up to its last millisecond. The target is the one of the queue when the caller came (`service_level`), and 20 seconds where it promised none.
- Percentiles are exact where at most 20,000 waits are counted; of more they are taken from a histogram, and headed "about".
- Always: waiting at the start + offered = answered + abandoned + flow-out + errors + waiting at the end. A report in which that, or another such sum, fails says so.
"""  # noqa: E501  (Markdown)


def page() -> str:
    """The whole page, in Markdown."""
    return "\n".join([HEAD, *(line for view in TITLES for line in _section(view))])


def _section(view: View) -> Iterator[str]:
    yield f"## {TITLES[view]}\n"
    for name, figure in FIGURES[view].items():
        if not any(name in FIGURES[other] for other in list(TITLES)[: list(TITLES).index(view)]):
            yield f"### {name}\n"
            yield f"**{figure.label}**, {UNITS[figure.unit]}. {figure.definition}\n"
            yield f"`{figure.formula}` ({figure.source})\n"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
