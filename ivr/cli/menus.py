"""From the folder of menus to what callers hear: checked, rendered, published."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ivr.cli.opening import by_whom, opened
from ivr.settings import Settings

if TYPE_CHECKING:
    from ivr.language import Checked
    from ivr.switchboard.publishing import Published, Rehearsed


@click.command()
@click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--recordings",
    type=click.Path(path_type=Path),
    help="Their recordings; else beside FOLDER.",
)
@click.pass_obj
def check(settings: Settings, folder: Path | None, recordings: Path | None) -> None:
    """Name every mistake of the menus in FOLDER, and prove that every call of them ends."""
    from ivr.switchboard.draft import check as checked

    if folder is None:
        folder, recordings = Path(settings.menus), recordings or Path(settings.recordings)
    found = checked(folder, recordings or folder.resolve().parent / "recordings", settings.carrier)
    for mistake in (*found.mistakes, *(f"{warning} (warning)" for warning in found.warnings)):
        click.echo(mistake)
    if found.mistakes:
        count = len(found.mistakes)
        raise click.ClickException(f"{count} {'mistake' if count == 1 else 'mistakes'}; nothing was changed.")
    click.echo(
        f"{found.hotline.name}: {len(found.hotline.steps)} steps, no mistakes." if found.hotline else ""
    )


@click.command()
@click.option("--author", default="", help="Who publishes.")
@click.option("--note", default="", help="What has changed.")
@click.option(
    "--callers",
    type=click.IntRange(0),
    default=300,
    show_default=True,
    help="How many random callers ring first; 0 for none.",
)
@click.pass_obj
def publish(settings: Settings, author: str, note: str, callers: int) -> None:
    """Make the menus of the folder live. Calls in progress finish on the menus they started in."""
    import getpass

    from ivr.cli.rehearse import rehearsed
    from ivr.switchboard.publishing import NotPublished
    from ivr.switchboard.publishing import publish as make_live

    def rehearsal(checked: "Checked") -> "Rehearsed":
        return rehearsed(settings, checked, callers)

    exchange = opened(settings)
    try:
        done = make_live(
            exchange,
            author or getpass.getuser(),
            note,
            who=by_whom(),
            rehearse=rehearsal if callers else None,
        )
    except NotPublished as refused:
        for mistake in refused.mistakes:
            click.echo(mistake)
        raise click.ClickException("nothing was published.") from None
    for warning in done.warnings:
        click.echo(f"{warning} (warning)")
    click.echo(f"Revision {done.revision} {came_of(done)}.")


def came_of(done: "Published") -> str:
    """What publishing did, in words."""
    if done.new:
        return "is live"
    if done.amended:
        return "went live by itself a moment ago; now it has your name and note"
    return "was live already: nothing has changed"


@click.command()
@click.option("--language", help="Only the prompts of this language.")
@click.option("--step", help="Only the prompts of this step.")
@click.option("--all", "anew", is_flag=True, help="Also those whose words have not changed.")
@click.pass_obj
def render(settings: Settings, language: str | None, step: str | None, anew: bool) -> None:
    """Speak the menus' prompts into the folder of recordings, by the command in IVR_SPEECH."""
    from ivr.language import read
    from ivr.outside.speech import SpeechFailed
    from ivr.switchboard import rendering

    found = read(Path(settings.menus))
    if found.hotline is None:
        for mistake in found.mistakes:
            click.echo(mistake)
        raise click.ClickException("nothing was rendered: mend these mistakes first.")
    try:
        wanted = rendering.wanted(found.hotline, Path(settings.recordings), language, step)
        for news in rendering.render_all(found.hotline, wanted, settings.speech, anew=anew):
            click.echo(news)
    except (SpeechFailed, LookupError) as problem:
        raise click.ClickException(str(problem.args[0])) from None
