"""To place calls, and to look at those there were."""

import json
import sys
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ivr.called import BY_THE_DOOR, command
from ivr.cli.opening import opened, unpublished
from ivr.settings import Settings

if TYPE_CHECKING:
    from ivr.box.terminal import Service
    from ivr.switchboard.export import Row

OUTCOMES = ["goodbye", "hung_up", "message", "connected", "blocked", "too_many", "lost"]


@click.command()
@click.argument("number", required=False)
@click.option("--from", "from_", default="+84901234567", show_default=True, help="The caller's number.")
@click.option("--keys", help="What the caller does, by commas: keys, wait, speak 5s, hangup. Else you type.")
@click.option("--url", help="Another hotline's voice webhook.")
@click.option("--token", help="The token that hotline checks signatures with.")
@click.option(
    "--save", type=click.Path(path_type=Path), help="Write the call into this file, to be played again."
)
@click.pass_obj
def call(
    settings: Settings,
    number: str | None,
    from_: str,
    keys: str | None,
    url: str | None,
    token: str | None,
    save: Path | None,
) -> None:
    """Call the running hotline from this terminal: read what the caller hears, press keys."""
    from ivr.box.dialects import DIALECTS
    from ivr.box.terminal import Service
    from ivr.box.terminal import call as ring

    voice_url = url or f"{settings.base_url}/voice"
    beside = settings.boxed and url is None
    service = Service(
        voice_url,
        token or settings.tokens[0],
        settings.account_sid,
        status_url=f"{voice_url}/status",
        carrier_url=settings.carrier_url if beside else None,
        log_url=f"{settings.base_url}/calls" if url is None else None,
        dialect=DIALECTS[settings.carrier],
    )
    called = number or _number_of(service, settings, url)
    if save is None:
        sys.exit(ring(service, called, from_, keys))
    if url is not None:
        raise click.UsageError("only a call to the hotline of this folder can be saved")
    if save.exists():
        raise click.UsageError(f"{save} is there already: name another file")
    from ivr.rehearsal.saving import saver

    status = ring(service, called, from_, keys, keep=saver(opened(settings), from_, save))
    if save.exists():
        click.echo(f"Saved: `{command(f'play {save}')}` plays it.")
    sys.exit(status)


def _number_of(service: "Service", settings: Settings, url: str | None) -> str:
    """The number to call when none was given: the hotline's first."""
    from ivr.box.terminal import numbers
    from ivr.box.transport import Unreachable

    if url is not None:
        raise click.UsageError("say which NUMBER to call there")
    if settings.boxed:
        try:
            known = numbers(service)
        except Unreachable:
            problem = f"No hotline answers at {settings.base_url}: start it with `{BY_THE_DOOR}`."
            raise click.ClickException(problem) from None
        if not known:
            raise click.ClickException("No number leads here yet: add one under `numbers` in the menus.")
        return known[0]
    from ivr.switchboard.shelf import NothingPublished

    try:
        return next(iter(opened(settings).shelf.live(0).hotline.numbers))
    except NothingPublished as nothing:
        raise unpublished(nothing) from None


@click.command()
@click.option("--json", "as_", flag_value="json", help="One JSON object a line.")
@click.option("--csv", "as_", flag_value="csv", help="Comma-separated, with a head.")
@click.option("--number", default="", help="Only calls from this number, or with this in it.")
@click.option("--outcome", type=click.Choice(OUTCOMES), help="Only calls that ended so.")
@click.option("--text", default="", help="Only calls with this in a number, a step, an option or a note.")
@click.option(
    "--last", type=click.IntRange(0), default=50, show_default=True, help="How many at the most; 0 for all."
)
@click.pass_obj
def calls(
    settings: Settings, as_: str | None, number: str, outcome: str | None, text: str, last: int
) -> None:
    """List the calls, newest first."""
    from ivr.core.calls import Outcome
    from ivr.ledger import log
    from ivr.switchboard.export import row
    from ivr.switchboard.legal_holds import whose

    exchange = opened(settings)
    wanted = log.Wanted(
        number=number or None,
        caller=whose(exchange, number) if number and exchange.seal.hashing else None,
        outcome=Outcome(outcome) if outcome else None,
        text=text or None,
    )
    lines = log.every(exchange.ledger, wanted)
    rows = (row(line) for line in (islice(lines, last) if last else lines))
    {"json": _as_json, "csv": _as_csv, None: _as_table}[as_](rows)


def _as_json(rows: "Iterable[Row]") -> None:
    for row in rows:
        click.echo(json.dumps(row, ensure_ascii=False))


def _as_csv(rows: "Iterable[Row]") -> None:
    from ivr.switchboard.export import as_csv

    for line in as_csv(rows):
        click.echo(line, nl=False)


def _as_table(rows: "Iterable[Row]") -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    if not console.is_terminal:
        console.width = 200
    table = Table(box=None, header_style="bold", pad_edge=False)
    empty = True
    for row in rows:
        if empty:
            for name in row:
                table.add_column(name.replace("_", " "), justify="right" if name == "seconds" else "left")
        empty = False
        table.add_row(*("–" if value is None else str(value) for value in row.values()))
    console.print(f"No calls yet: place one with `{command('call')}`." if empty else table)
