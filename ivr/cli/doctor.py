"""To find out what is wrong with a hotline, and how to mend it."""

import json
import sys
from dataclasses import asdict

import click

from ivr.cli.tables import AS_JSON
from ivr.settings import Settings


@click.command()
@AS_JSON
@click.pass_obj
def doctor(settings: Settings, as_json: bool) -> None:
    """Look at everything the hotline stands on; say what is wrong, and how to mend it."""
    from ivr import assemble
    from ivr.switchboard.doctor import Verdict, examine

    signs = {Verdict.FINE: ("✓", "green"), Verdict.DOUBTFUL: ("!", "yellow"), Verdict.WRONG: ("✗", "red")}
    exchange = assemble(settings)
    worst = False
    for found in examine(exchange):
        worst = worst or found.verdict is Verdict.WRONG
        if as_json:
            click.echo(json.dumps(asdict(found), ensure_ascii=False))
            continue
        sign, colour = signs[found.verdict]
        click.echo(f"{click.style(sign, fg=colour)} {found.what}: {found.why}")
        if found.mend:
            click.echo(f"  → {found.mend}")
    exchange.ledger.close()
    sys.exit(1 if worst else 0)
