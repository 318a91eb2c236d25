"""To rehearse the menus: random callers by the thousand."""

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ivr.called import command
from ivr.cli.playing import sound_menus
from ivr.settings import Settings

if TYPE_CHECKING:
    from ivr.language import Checked
    from ivr.rehearsal.crowd import Failure, Report, Seed, Shortened
    from ivr.switchboard.publishing import Rehearsed


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
    from ivr.rehearsal.crowd import Seed
    from ivr.rehearsal.crowd.telling import file_of, summary, told

    checked = sound_menus(settings, folder or Path(settings.menus))
    year = time.gmtime().tm_year
    sown = Seed.read(seed, year) if seed else Seed.any(year)
    report = ringing(settings, checked, callers, sown, processes or os.cpu_count() or 1)
    assert checked.hotline is not None
    if report.failure is None:
        click.echo("\n".join(summary(report, checked.hotline)))
        return
    found = shortest(settings, checked, report.failure)
    click.echo("\n".join(told(found, report.failure.caller, sown, checked.hotline)))
    text = file_of(found, checked.hotline, sown)
    if save is None:
        click.echo(f"\nAs a written phone call (--save FILE keeps it):\n\n{text}", nl=False)
    else:
        save.write_text(text, "utf-8")
        click.echo(f"\nThis call is in {save} now: play it with `{command(f'play {save}')}`.")
    raise click.exceptions.Exit(1)


def rehearsed(settings: Settings, checked: "Checked", callers: int) -> "Rehearsed":
    """Lets random callers ring menus that are to go live, and tells of the one with whom it goes wrong."""
    from ivr.rehearsal.crowd import Seed
    from ivr.rehearsal.crowd.before_publishing import failed
    from ivr.rehearsal.crowd.telling import told
    from ivr.switchboard.publishing import Rehearsed

    assert checked.hotline is not None
    sown = Seed.any(time.gmtime().tm_year)
    report = ringing(settings, checked, callers, sown, os.cpu_count() or 1)
    if report.failure is None:
        return Rehearsed(callers, report.callers)
    found = shortest(settings, checked, report.failure)
    click.echo("\n".join((*told(found, report.failure.caller, sown, checked.hotline), "")))
    return failed(report, found, checked.hotline, sown, Path(settings.data))


def ringing(settings: Settings, checked: "Checked", callers: int, seed: "Seed", processes: int) -> "Report":
    """Lets random callers ring, and shows how far they are."""
    from ivr.rehearsal.crowd import CrowdBroke, rehearse
    from ivr.rehearsal.playing import play_of

    hotline = checked.hotline
    assert hotline is not None
    click.echo(f"{callers:,} callers ring {hotline.name}: seed {seed}")
    progress, play, carrier = Progress(), play_of(checked), settings.carrier
    try:
        return rehearse(
            play, hotline, callers, seed, carrier=carrier, processes=processes, tell=progress.tell
        )
    except CrowdBroke as broke:
        raise click.ClickException(f"the rehearsal broke off, by a mistake of ours:\n{broke}") from None
    finally:
        progress.end()


def shortest(settings: Settings, checked: "Checked", failure: "Failure") -> "Shortened":
    """The plainest way to the same failure."""
    from ivr.rehearsal.crowd import shortened, walking
    from ivr.rehearsal.playing import play_of

    assert checked.hotline is not None
    with walking(play_of(checked), checked.hotline, settings.carrier) as walk:
        return shortened(failure, walk)


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
