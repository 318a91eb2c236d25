"""The figures in the terminal, and as files."""

import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

import click

from ivr.cli.opening import opened, unpublished
from ivr.settings import Settings

if TYPE_CHECKING:
    from ivr.core.figures.figure import Figure
    from ivr.core.figures.question import Question
    from ivr.core.figures.report import Report, Row

OF = ["calls", "queues", "agents", "options", "languages", "numbers"]
TIMES = {"hours": "hour of the day", "weekdays": "weekday", "days": "day", "weeks": "week", "months": "month"}
T = TypeVar("T")

AS_MANY = 10
"""Figures that find room in a terminal; the first ones say most."""


@click.command()
@click.argument("of", type=click.Choice([*OF, *TIMES]), default="calls")
@click.option("--from", "from_", metavar="DAY", help="From this day, or moment, on; else the last 7 days.")
@click.option("--to", metavar="DAY", help="Up to this day (included), or moment; else until now.")
@click.option("--queue", "queues", multiple=True, metavar="NAME", help="Only of this queue; several times.")
@click.option("--language", "languages", multiple=True, metavar="NAME", help="Only in this language.")
@click.option("--number", "numbers", multiple=True, metavar="NUMBER", help="Only of this number called.")
@click.option("--agent", "agents", multiple=True, metavar="NAME", help="Only of this agent.")
@click.option("--zone", help="The time zone of days and hours; else the hotline's.")
@click.option("--every", type=click.Choice(["15m", "30m", "1h"]), help="A row for each interval.")
@click.option("--compare", is_flag=True, help="Beside the period before.")
@click.option(
    "--recompute", is_flag=True, help="By the service levels promised today, and not by those of then."
)
@click.option(
    "--all", "every_figure", is_flag=True, help="All figures in the table, not only the first ones."
)
@click.option(
    "--format",
    "as_",
    type=click.Choice(["table", "csv", "json", "xlsx"]),
    default="table",
    show_default=True,
    help="How it is written; all but the table hold all figures.",
)
@click.pass_obj
def report(
    settings: Settings,
    of: str,
    from_: str | None,
    to: str | None,
    queues: tuple[str, ...],
    languages: tuple[str, ...],
    numbers: tuple[str, ...],
    agents: tuple[str, ...],
    zone: str | None,
    every: str | None,
    compare: bool,
    recompute: bool,
    every_figure: bool,
    as_: str,
) -> None:
    """Show the figures of a time: of calls, queues, agents, options, languages, numbers, or by the clock."""
    from ivr.core.accounts import known_as
    from ivr.core.figures.asking import INTERVALS_ALREADY, Wrong
    from ivr.core.figures.intervals import Every
    from ivr.core.figures.question import By, Only, Question
    from ivr.switchboard.reporting import report as reported
    from ivr.switchboard.shelf import NothingPublished

    if of in TIMES and every:
        raise click.BadParameter(str(Wrong(INTERVALS_ALREADY, of)), param_hint="--every")
    exchange = opened(settings)
    now = exchange.now()
    try:
        where = zone or exchange.shelf.live(now).hotline.zone
        since, until = _time(from_, to, where, now)
        interval = Every(TIMES[of]) if of in TIMES else Every(every) if every else None
        who = frozenset(map(known_as, agents))
        only = Only(frozenset(queues), frozenset(languages), frozenset(numbers), who)
        by = By.CALLS if of in TIMES else By(of)
        asked = Question(since, until, where, by, interval, only, compare, recompute)
        answer = reported(exchange, asked, patience=None)
    except NothingPublished as nothing:
        raise unpublished(nothing) from None
    except Wrong as error:
        raise click.ClickException(str(error)) from None
    _write(answer, as_, every_figure)


def _time(from_: str | None, to: str | None, where: str, now: int) -> tuple[int, int]:
    """The time asked for, UTC milliseconds: a day is all of it."""
    from ivr.core.figures.asking import moment, zone_of
    from ivr.core.figures.folding import quarter
    from ivr.core.figures.tally import QUARTER_MS

    zone = _sense("--zone", lambda: zone_of(where))
    until = _sense("--to", lambda: moment(to, zone, behind=True)) if to else quarter(now) + QUARTER_MS
    if from_:
        return _sense("--from", lambda: moment(from_, zone)), until
    today = datetime.fromtimestamp((until - 1) / 1000, zone).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    return round((today - timedelta(days=6)).timestamp() * 1000), until


def _sense(option: str, read: Callable[[], T]) -> T:
    """What an option says; if it makes no sense, it is named with what may stand there."""
    from ivr.core.figures.asking import Wrong

    try:
        return read()
    except Wrong as wrong:
        raise click.BadParameter(str(wrong), param_hint=option) from None


def _write(answer: "Report", as_: str, every_figure: bool) -> None:
    from ivr.switchboard.report_files import as_csv, as_json, as_xlsx

    match as_:
        case "csv":
            for line in as_csv(answer):
                click.echo(line, nl=False)
        case "json":
            click.echo(as_json(answer))
        case "xlsx":
            if sys.stdout.isatty():
                raise click.UsageError("a workbook is no text: send it into a file, with > report.xlsx")
            click.echo(as_xlsx(answer), nl=False)
        case _:
            _as_table(answer, every_figure)


def _as_table(answer: "Report", every_figure: bool) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    console = Console()
    if not console.is_terminal:
        console.width = 200 if not every_figure else 2_000
    figures = answer.figures if every_figure else answer.figures[:AS_MANY]
    names = list(answer.name_of(answer.rows[0])) if answer.rows else []
    table = Table(*(_title(answer.question, name) for name in names), box=None, header_style="bold")
    table.pad_edge = False
    for figure in figures:
        about = "about " if figure.name in answer.approximate else ""
        table.add_column(f"{about}{figure.label}", justify="right")
    for row in answer.rows:
        told = [_name(answer, name, value) for name, value in answer.name_of(row).items()]
        told[:1] = [f"{first} (in part)" if answer.is_part(row) else first for first in told[:1]]
        table.add_row(*map(escape, told), *(_cell(answer, row, figure) for figure in figures))
    if len(answer.rows) != 1 or names:
        label = ["all", *[""] * (len(names) - 1)][: len(names)]
        sums = (_cell(answer, answer.total, figure) for figure in figures)
        table.add_row(*label, *sums, style="bold")
    console.print(table if answer.rows else "Nothing happened in this time.")
    for queue, near in answer.no_such_queue.items():
        meant = f"; did you mean {near!r}?" if near else "."
        console.print(escape(f"Neither the menus nor the log have a queue {queue!r}{meant}"))
    if answer.from_calls:
        queues = ", ".join(sorted(answer.from_calls))
        console.print(f"Service levels of {escape(queues)}: counted from the calls themselves, exact.")
    for balance in answer.balances:
        if not balance.holds:
            console.print(f"[red]Does not add up:[/] {balance.what}: {balance.left} and {balance.right}")


def _title(question: "Question", name: str) -> str:
    return str(question.every) if name == "at" else name


def _name(answer: "Report", name: str, value: int | str) -> str:
    from ivr.switchboard.report_files import moment

    if name == "at":
        return moment(answer, int(value))
    return (answer.people.get(str(value)) if name == "agent" else None) or str(value) or "–"


def _cell(answer: "Report", row: "Row", figure: "Figure") -> str:
    text = written(figure, row.value(figure))
    return f"{text} ({written(figure, row.value_before(figure))})" if answer.question.compare else text


def written(figure: "Figure", value: float | None) -> str:
    """A figure as people read it; what nobody knows is a dash."""
    if value is None:
        return "–"
    match figure.unit:
        case "share":
            return f"{value * 100:.1f} %"
        case "seconds" if value < 100:
            return f"{value:.1f} s"
        case "seconds":
            minutes, seconds = divmod(round(value), 60)
            return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
        case "each" | "score":
            return f"{value:.1f}"
    return f"{value:,.0f}"
