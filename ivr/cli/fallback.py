"""What callers hear when the hotline's own host is away: files for another host."""

from pathlib import Path

import click

from ivr.cli.opening import opened, unpublished
from ivr.settings import Settings


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--url", default="", help="Where the files will be hosted; else IVR_FALLBACK_URL.")
@click.pass_obj
def fallback(settings: Settings, folder: Path, url: str) -> None:
    """Write what callers hear while this host is away, for FOLDER to be uploaded to another one."""
    from ivr.switchboard.fallback import fallbacks, name_of, write
    from ivr.switchboard.shelf import NothingPublished

    url = (url or settings.fallback_url).rstrip("/")
    if not url.startswith(("http://", "https://")):
        raise click.UsageError("say where the files will be hosted: --url https://backup.example/ivr")
    exchange = opened(settings)
    try:
        script = exchange.shelf.live(exchange.now())
    except NothingPublished as nothing:
        raise unpublished(nothing) from None
    try:
        write(folder, fallbacks(settings, script.hotline, url))
    except OSError as error:
        raise click.ClickException(f"{folder} cannot be written: {error.strerror}") from None
    click.echo(f"What revision {script.revision} says while this host is away is in {folder}.")
    click.echo("Upload it, and set at the carrier, for when the primary handler fails, with HTTP GET:")
    for number in script.hotline.numbers:
        click.echo(f"  {number}  {url}/{name_of(number)}.xml")
    if settings.boxed:
        home = settings.base_url
        click.echo(f"They lead back to {home}, which no carrier reaches: set PUBLIC_URL first.", err=True)
    click.echo(f"How it works is in {folder / 'README.md'}.")
