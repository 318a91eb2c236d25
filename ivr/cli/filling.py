"""To fill the log with calls that were not made here: of another system, or made up."""

from typing import TYPE_CHECKING

import click

from ivr.cli.opening import opened
from ivr.settings import Settings

if TYPE_CHECKING:
    from ivr.switchboard.exchange import Exchange


@click.command()
@click.option("--calls", type=click.IntRange(1), default=20_000, show_default=True, help="How many.")
@click.option("--seed", type=int, default=1, show_default=True, help="Another seed, another year.")
@click.pass_obj
def demo(settings: Settings, calls: int, seed: int) -> None:
    """Make up the calls of a year, so that there is something to report."""
    from ivr.switchboard.demo import NotEmpty, make_year
    from ivr.switchboard.shelf import NothingPublished

    exchange = opened(settings)
    try:
        with click.progressbar(length=calls, label="Making up calls") as bar:
            made = make_year(exchange, calls, seed, lambda done: bar.update(done - bar.pos))
    except (NotEmpty, NothingPublished) as error:
        raise click.ClickException(str(error)) from None
    except KeyboardInterrupt:
        raise click.ClickException("stopped: the days made up until here are in the log") from None
    _count(exchange)
    click.echo(f"{made:,} calls of a year.")


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
