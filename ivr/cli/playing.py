"""To rehearse the menus: written phone calls, played in no time."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ivr.settings import Settings

if TYPE_CHECKING:
    from ivr.language import Checked
    from ivr.language.calls.written import WrittenCall
    from ivr.rehearsal.playing import Played, Rehearsal


@click.command()
@click.argument("files", metavar="[FILE]...", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--menus",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The menus they ring; else those around the files.",
)
@click.option("--quiet", is_flag=True, help="Show only the calls that part from what is written.")
@click.option("--update", is_flag=True, help="Write what happened into the files, as what is expected.")
@click.option(
    "--coverage", type=click.FloatRange(0, 100), help="Fail if less of the menus is reached (percent)."
)
@click.pass_obj
def play(
    settings: Settings,
    files: tuple[Path, ...],
    menus: Path | None,
    quiet: bool,
    update: bool,
    coverage: float | None,
) -> None:
    """Play written phone calls, and say where one parts from what is written."""
    from ivr.rehearsal.files import CALLS, files_in, menus_around
    from ivr.rehearsal.playing import rehearsing

    own = Path(settings.menus) / CALLS
    paths = [*dict.fromkeys(files_in(files or ([own] if own.is_dir() else [])))]
    if not paths:
        raise click.ClickException(f"there are no written calls: write some into {own}/")
    around = {menus_around(path) or Path(settings.menus) for path in paths}
    if menus is None and len(around) > 1:
        raise click.UsageError(
            "these files ring different menus: play them one after another, or say --menus"
        )
    folder = menus or around.pop()
    checked = sound_menus(settings, folder)
    calls = whole_calls(paths, checked)
    with rehearsing(checked, settings.carrier) as rehearsal:
        if update:
            rewrite(rehearsal, paths)
            return
        played = [*plays(rehearsal, calls, quiet=quiet)]
    parted = sum(not each.passed for each in played)
    click.echo(f"{counted(len(played), 'call')} played, {parted or 'none'} parted.")
    shares = show_coverage(checked, played)
    if parted:
        raise click.exceptions.Exit(1)
    if coverage is not None and shares < coverage:
        raise click.ClickException(f"less than {coverage:g}% was reached.")


def sound_menus(settings: Settings, folder: Path) -> "Checked":
    """The menus of a folder; with a mistake there is nothing to rehearse."""
    from ivr.switchboard.draft import check

    own = folder.resolve() == Path(settings.menus).resolve()
    recordings = Path(settings.recordings) if own else folder.resolve().parent / "recordings"
    checked = check(folder, recordings, settings.carrier)
    if checked.hotline is None:
        for mistake in checked.mistakes:
            click.echo(mistake)
        raise click.ClickException("nothing was played: mend these mistakes of the menus first.")
    return checked


def whole_calls(paths: Iterable[Path], checked: "Checked") -> Sequence["WrittenCall"]:
    """The calls of the files; with a mistake in one, none is played."""
    from ivr.language.calls import read_calls

    assert checked.hotline is not None
    read = read_calls(paths, checked.hotline)
    for mistake in read.mistakes:
        click.echo(mistake)
    if read.mistakes:
        raise click.ClickException(
            f"nothing was played: mend {counted(len(read.mistakes), 'mistake')} first."
        )
    return read.calls


def plays(rehearsal: "Rehearsal", calls: Iterable["WrittenCall"], *, quiet: bool) -> Iterator["Played"]:
    """Plays the calls, and shows each as soon as it is over."""
    from ivr.rehearsal.transcript import transcript

    for call in calls:
        for played in rehearsal.play(call):
            if not (quiet and played.passed):
                click.echo("\n".join(transcript(played)) + "\n")
            yield played


def show_coverage(checked: "Checked", played: Iterable["Played"]) -> float:
    """Shows how much of the menus was reached; the least share, in percent."""
    from ivr.rehearsal.coverage import Reached, coverage, least

    assert checked.hotline is not None
    reached = Reached()
    for each in played:
        reached.add(each.story.passes if each.story else ())
    shares = coverage(checked.hotline, reached)
    for share in shares:
        click.echo(share)
    return least(shares)


def rewrite(rehearsal: "Rehearsal", paths: Sequence[Path]) -> None:
    """Writes what happened into the files, and shows what changed in them."""
    from difflib import unified_diff

    from ivr.language.calls.editing import CannotEdit
    from ivr.rehearsal.updating import updated

    before = {str(path): path.read_text("utf-8") for path in paths}
    try:
        after, beyond = updated(rehearsal, before)
    except CannotEdit as problem:
        raise click.ClickException(str(problem)) from None
    for name, text in after.items():
        old, new = before[name].splitlines(keepends=True), text.splitlines(keepends=True)
        click.echo("".join(unified_diff(old, new, name, name)), nl=False)
        if text != before[name]:
            Path(name).write_text(text, "utf-8")
    for parting in beyond:
        click.echo(parting)
    changed = sum(text != before[name] for name, text in after.items())
    click.echo(f"{counted(changed, 'file')} changed.")
    if beyond:
        raise click.ClickException("what parted there is nothing that is expected: mend it by hand.")


def counted(number: int, thing: str) -> str:
    return f"{number} {thing if number == 1 else f'{thing}s'}"
