"""To fill the log with calls that were not made here: of another system, or made up."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from ivr.cli.opening import opened, unpublished
from ivr.settings import Settings

if TYPE_CHECKING:
    from ivr.ledger.imported_files import ImportedFile
    from ivr.switchboard.exchange import Exchange


@click.command()
@click.option("--calls", type=click.IntRange(1), default=20_000, show_default=True, help="How many.")
@click.option("--seed", type=int, default=1, show_default=True, help="Another seed, another year.")
@click.pass_obj
def demo(settings: Settings, calls: int, seed: int) -> None:
    """Make up the calls of a year, so that there is something to report."""
    from ivr.ledger import bulk
    from ivr.switchboard.demo import NAMES_BEGIN, NotEmpty, make_year
    from ivr.switchboard.shelf import NothingPublished

    exchange = opened(settings)
    try:
        with click.progressbar(length=calls, label="Making up calls") as bar:
            made = make_year(exchange, calls, seed, lambda done: bar.update(done - bar.pos))
    except NothingPublished as nothing:
        raise unpublished(nothing) from None
    except NotEmpty as error:
        raise click.ClickException(str(error)) from None
    except KeyboardInterrupt:
        with exchange.ledger.reading() as tx:
            there = bulk.how_many(tx, NAMES_BEGIN)
        raise click.ClickException(f"stopped: {there:,} calls that were made up are in the log") from None
    _count(exchange)
    click.echo(f"{made:,} calls of a year.")


@click.group("import")
def import_() -> None:
    """Bring in what another system has written down."""


@import_.command("calls")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--map", "columns", multiple=True, metavar="FIELD=COLUMN", help="Which column is what; several."
)
@click.option(
    "--outcome", "outcomes", multiple=True, metavar="WORD=OUTCOME", help="What an outcome is there."
)
@click.option("--nothing", multiple=True, metavar="CELL", help="What stands in cells that tell nothing.")
@click.option("--moments", default="", metavar="FORMAT", help="How moments are written: %y%m%d %H:%M:%S.")
@click.option("--zone", help="The time zone of the file; else the hotline's.")
@click.option("--again", is_flag=True, help="Take out what the file brought before, and read it anew.")
@click.pass_obj
def calls(
    settings: Settings,
    file: Path,
    columns: tuple[str, ...],
    outcomes: tuple[str, ...],
    nothing: tuple[str, ...],
    moments: str,
    zone: str | None,
    again: bool,
) -> None:
    """Import the calls of a CSV file into the log: all of them, or none."""
    from ivr.switchboard.call_files import BadRows, columns_of, outcomes_of
    from ivr.switchboard.call_rows import BadMap, Map
    from ivr.switchboard.importing import NotImported, ThereAlready, bring_in, of_file
    from ivr.switchboard.shelf import NothingPublished

    exchange = opened(settings)
    try:
        where = zone or exchange.shelf.live(exchange.now()).hotline.zone
        by = Map(columns_of(columns), outcomes_of(outcomes), moments, where, frozenset(nothing))
        with click.progressbar(length=_lines(file), label="Importing") as bar:
            count = bring_in(exchange, file, by, lambda done: bar.update(done - bar.pos), anew=again)
    except ThereAlready as before:
        came = datetime.fromtimestamp(before.at / 1000, ZoneInfo(where))
        otherwise = "" if before.same else " It was read in another way then."
        click.echo(
            f"Nothing was done: {file} is in the log since {came:%Y-%m-%d %H:%M}, with"
            f" {_calls(before.calls)}.{otherwise} --again takes them out, with what was noted on them since,"
            " and reads the file anew."
        )
        return
    except OSError as error:
        which = error.filename or "a temporary file"
        raise click.ClickException(f"{which} cannot be read or written: {error.strerror or error}") from None
    except NothingPublished as nothing:
        raise unpublished(nothing) from None
    except UnicodeError as error:
        raise click.ClickException(f"{file} is no UTF-8: {error}; save it so, as 'CSV UTF-8'") from None
    except (BadMap, BadRows) as error:
        raise click.ClickException(str(error)) from None
    except NotImported as reason:
        raise click.ClickException(f"Nothing was done with {file}: {reason}.") from None
    except KeyboardInterrupt:
        raise click.ClickException(f"stopped: {_left(of_file(exchange, file))}") from None
    _count(exchange)
    click.echo(f"{_calls(count)} {'is' if count == 1 else 'are'} in the log.")


def _left(file: "ImportedFile | None") -> str:
    """What is left of a file whose import was stopped."""
    if file is None:
        return "nothing of the file is in the log"
    if file.is_whole:
        return "it was in the log before, and still is"
    return "what is in the log of it is taken out by the hotline in a minute, or by the next import"


def _calls(count: int) -> str:
    return "1 call" if count == 1 else f"{count:,} calls"


def _lines(file: Path) -> int:
    with file.open("rb") as content:
        return sum(some.count(b"\n") for some in iter(lambda: content.read(1 << 20), b""))


def _count(exchange: "Exchange") -> None:
    """Counts for the reports what is new, and shows how far it is."""
    from ivr.ledger.reports.rolling_up import count_again, first_stale

    now = exchange.now()
    zone = exchange.shelf.live(now).hotline.zone
    with exchange.ledger.reading() as tx:
        first = first_stale(tx)
    if first is None:
        return
    with click.progressbar(length=max(1, now - first), label="Counting") as bar:
        count_again(exchange.ledger, zone, now, counted=lambda at: bar.update(at - first - bar.pos))
