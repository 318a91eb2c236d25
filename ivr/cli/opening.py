"""What the commands share: the hotline's parts, opened for one command."""

from typing import TYPE_CHECKING

import click

from ivr.called import command
from ivr.settings import Settings

if TYPE_CHECKING:
    from ivr.switchboard.exchange import Exchange
    from ivr.switchboard.shelf import NothingPublished


def opened(settings: Settings) -> "Exchange":
    """The hotline's parts, its ledger as this version of the program needs it."""
    from ivr import assemble

    exchange = assemble(settings)
    if not exchange.ledger.is_current():
        exchange.ledger.upgrade()
    return exchange


def unpublished(nothing: "NothingPublished") -> click.ClickException:
    """How a command that needs menus ends where none are live yet."""
    return click.ClickException(f"{nothing}: `{command('publish')}` makes them live")


def by_whom() -> str:
    """How the audit calls whoever types a command."""
    import getpass

    return f"command by {getpass.getuser()}"
