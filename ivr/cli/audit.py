"""What everybody did, and whether that list is whole."""

from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING

import click

from ivr.cli.opening import opened
from ivr.cli.tables import AS_JSON, shown
from ivr.settings import Settings

if TYPE_CHECKING:
    from ivr.ledger.audit import Verdict


@click.command()
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Only from this day on (UTC).")
@click.option("--who", default="", help="Only what this one did.")
@click.option("--what", default="", help="Only deeds of this kind.")
@click.option("--last", type=click.IntRange(0), default=50, show_default=True, help="How many; 0 for all.")
@AS_JSON
@click.option("--verify", is_flag=True, help="Only say whether every row is as it was written.")
@click.pass_obj
def audit(
    settings: Settings,
    since: datetime | None,
    who: str,
    what: str,
    last: int,
    as_json: bool,
    verify: bool,
) -> None:
    """List who changed what, newest first, or prove that nobody has changed that list."""
    from ivr.ledger import audit as deeds
    from ivr.switchboard.export import deed

    ledger = opened(settings).ledger
    if verify:
        return say_whether_whole(deeds.verify(ledger))
    from_ = round(since.replace(tzinfo=UTC).timestamp() * 1000) if since else None
    sought = deeds.Sought(since=from_, who=who or None, what=what or None)
    entries = deeds.every(ledger, sought)
    rows = [dict(deed(entry)) for entry in (islice(entries, last) if last else entries)]
    return shown(rows, as_json, "Nobody has changed anything yet.")


def say_whether_whole(verdict: "Verdict") -> None:
    """The verdict on the audit; ends with status 1 if it was tampered with."""
    if verdict.broken is not None:
        raise click.ClickException(
            f"row {verdict.broken} of the audit is not as it was written, or is missing; before it "
            f"{verdict.rows} are whole. (A new SECRET_KEY looks the same, from the first row on.)"
        )
    click.echo(f"All {verdict.rows} rows of the audit are as they were written.")
    click.echo(f"The last one's mark: {verdict.mark or 'none'}")
