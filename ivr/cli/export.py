"""The log for other programs, and what they need to know of us."""

import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from ivr.cli.opening import by_whom, opened
from ivr.settings import Settings

if TYPE_CHECKING:
    from ivr.ledger import Ledger

    Export = Callable[[Ledger, int, int], Iterator[str]]

DAY = click.DateTime(["%Y-%m-%d"])
SINCE = click.option("--since", type=DAY, required=True, help="From this day on (UTC).")
UNTIL = click.option("--until", type=DAY, help="Up to the begin of this day; without it up to now.")


@click.group()
def export() -> None:
    """The log in the words of other programs."""


@export.command("cdr")
@SINCE
@UNTIL
@click.pass_obj
def export_cdr(settings: Settings, since: datetime, until: datetime | None) -> None:
    """Write a row for each line to one party, as CSV, in the columns of Asterisk's CDR."""
    from ivr.switchboard.asterisk import cdr

    _write(settings, "cdr", cdr, since, until)


@export.command("queue_log")
@SINCE
@UNTIL
@click.pass_obj
def export_queue_log(settings: Settings, since: datetime, until: datetime | None) -> None:
    """Write what happened in the queues as lines of Asterisk's queue_log."""
    from ivr.switchboard.asterisk import queue_log

    _write(settings, "queue_log", queue_log, since, until)


def _write(settings: Settings, what: str, lines: "Export", since: datetime, until: datetime | None) -> None:
    from ivr.ledger import audit
    from ivr.ledger.audit import Deed

    exchange = opened(settings)
    now = exchange.now()
    first = _moment(since)
    last = now if until is None else _moment(until)
    if last <= first:
        raise click.UsageError("--until is a later day than --since")
    with exchange.ledger.transaction() as tx:
        audit.note(tx, by_whom(), Deed.CALLS_EXPORTED, what, None, {"since": first, "until": last}, now)
    for line in lines(exchange.ledger, first, last):
        sys.stdout.write(line)


def _moment(day: datetime) -> int:
    return round(day.replace(tzinfo=UTC).timestamp() * 1000)


@click.group()
def events() -> None:
    """What other systems are told."""


@events.command("secret")
@click.pass_obj
def show_secret(settings: Settings) -> None:
    """Print the secret with which another system checks that an event is ours."""
    from ivr.core.webhooks import secret

    click.echo(secret(settings.secret_key.encode()))
