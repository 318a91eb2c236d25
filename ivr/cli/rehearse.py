"""To rehearse the menus: random callers by the thousand."""

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ivr.cli.playing import sound_menus
from ivr.settings import Settings

if TYPE_CHECKING:
    from ivr.language import Checked
    from ivr.rehearsal.crowd import Failure, Report, Seed


@click.command()
@click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--callers", type=click.IntRange(1), default=1000, show_default=True, help="How many ring.")
@click.option("--seed", help="The seed that a rehearsal has named: the same callers ring again.")
@click.option("--processes", type=click.IntRange(1), help="How many; else one for each processor.")
@click.option(
    "--save",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the call that failed into this file, as a written phone call.",
)
@click.pass_obj
def rehearse(
    settings: Settings,
    folder: Path | None,
    callers: int,
    seed: str | None,
    processes: int | None,
    save: Path | None,
) -> None:
    """Let random callers ring the menus of FOLDER: nobody may get stuck, and nothing may fail."""
    from ivr.rehearsal.crowd import CrowdBroke, Seed
    from ivr.rehearsal.crowd import rehearse as let_ring
    from ivr.rehearsal.crowd.telling import summary
    from ivr.rehearsal.playing import play_of

    checked = sound_menus(settings, folder or Path(settings.menus))
    assert checked.hotline is not None
    year = time.gmtime().tm_year
    sown = Seed.read(seed, year) if seed else Seed.any(year)
    click.echo(f"{callers:,} callers ring {checked.hotline.name}: seed {sown}")
    progress = Progress()
    try:
        report = let_ring(
            play_of(checked),
            checked.hotline,
            callers,
            sown,
            carrier=settings.carrier,
            processes=processes or os.cpu_count() or 1,
            tell=progress.tell,
        )
    except CrowdBroke as broke:
        raise click.ClickException(
            f"the rehearsal itself broke off; this is a mistake of ours:\n{broke}"
        ) from None
    finally:
        progress.end()
    if report.failure is not None:
        show(report.failure, sown, checked, settings.carrier, save)
        raise click.exceptions.Exit(1)
    click.echo("\n".join(summary(report, checked.hotline)))


def show(failure: "Failure", seed: "Seed", checked: "Checked", carrier: str, save: Path | None) -> None:
    """The first call that failed, by the shortest way to it, in words and as a written phone call."""
    from ivr.rehearsal.crowd import shortened, walking
    from ivr.rehearsal.crowd.telling import file_of, told
    from ivr.rehearsal.playing import play_of

    assert checked.hotline is not None
    with walking(play_of(checked), checked.hotline, carrier) as walk:
        found = shortened(failure, walk)
    click.echo("\n".join(told(found, failure.caller, seed, checked.hotline)))
    text = file_of(found, checked.hotline, seed)
    if save is None:
        click.echo(f"\nAs a written phone call (--save FILE keeps it):\n\n{text}", nl=False)
    else:
        save.write_text(text, "utf-8")
        click.echo(f"\nThis call is in {save} now: play it with `ivr play {save}`.")


class Progress:
    """How far a rehearsal is: a line that moves in a terminal, elsewhere a new one for every tenth."""

    def __init__(self) -> None:
        self._moves = sys.stdout.isatty()
        self._began = time.monotonic()
        self._tenths = 0

    def tell(self, report: "Report") -> None:
        seconds = time.monotonic() - self._began
        line = f"{report.callers:9,} of {report.wanted:,} callers, {report.callers / seconds:,.0f} a second"
        tenths = 10 * report.callers // report.wanted
        if self._moves:
            click.echo(f"\r{line} ", nl=False)
        elif tenths > self._tenths:
            click.echo(line)
        self._tenths = max(tenths, self._tenths)

    def end(self) -> None:
        """What is said next stands on a line of its own."""
        if self._moves:
            click.echo("\r\033[K", nl=False)
