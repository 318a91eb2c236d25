"""What was published: listed, shown, compared, taken back."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ivr.called import command
from ivr.cli.opening import by_whom, opened
from ivr.settings import Settings

if TYPE_CHECKING:
    from ivr.core.menus import Hotline
    from ivr.ledger.revisions import Published, Source
    from ivr.switchboard.exchange import Exchange


class Trouble(click.ClickException):
    """Why two sets of menus cannot be compared; as with `diff`, 1 means that they differ."""

    exit_code = 2


@click.group(invoke_without_command=True)
@click.option(
    "--last", type=click.IntRange(0), default=20, show_default=True, help="How many at the most; 0 for all."
)
@click.pass_context
def revisions(context: click.Context, last: int) -> None:
    """List what was published, newest first: who, when, why; which is live, which was taken back."""
    if context.invoked_subcommand is None:
        listed(context.obj, last)


def listed(settings: Settings, last: int) -> None:
    from rich.console import Console
    from rich.table import Table

    from ivr.ledger import revisions as kept

    exchange = opened(settings)
    with exchange.ledger.reading() as tx:
        lines = kept.newest(tx, last or 2**31 - 1)
        live = kept.live(tx)
    if not lines:
        raise click.ClickException(f"nothing is published yet: `{command('publish')}` does it.")
    when = clock_of(exchange)
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in ("revision", "published", "by", "note", ""):
        table.add_column(name, justify="right" if name == "revision" else "left", overflow="fold")
    for line in lines:
        state = "live" if line.number == live else taken_back(line, when)
        table.add_row(str(line.number), when(line.published_at), line.author, line.note, state)
    console = Console(highlight=False, markup=False)
    if not console.is_terminal:
        console.width = 160
    console.print(table)


def taken_back(line: "Published", when: Callable[[int], str]) -> str:
    withdrawn = line.withdrawn
    if withdrawn is None:
        return ""
    why = f": {withdrawn.why}" if withdrawn.why else ""
    return f"taken back {when(withdrawn.at)} by {withdrawn.author}{why}"


def clock_of(exchange: "Exchange") -> Callable[[int], str]:
    """Writes a moment (UTC milliseconds) by the hotline's own clock; UTC while no menus say where that is."""
    from contextlib import suppress
    from datetime import UTC, datetime, tzinfo
    from zoneinfo import ZoneInfo

    from ivr.switchboard.shelf import NothingPublished

    zone: tzinfo = UTC
    with suppress(NothingPublished):
        zone = ZoneInfo(exchange.shelf.live(exchange.now()).hotline.zone)
    return lambda at: f"{datetime.fromtimestamp(at / 1000, zone):%Y-%m-%d %H:%M}"


@revisions.command()
@click.argument("number", type=int)
@click.option("--to", "folder", type=click.Path(path_type=Path), help="Write them into this new folder.")
@click.pass_obj
def show(settings: Settings, number: int, folder: Path | None) -> None:
    """Print the files of a revision, exactly as they were published."""
    from ivr.ledger import revisions as kept

    exchange = opened(settings)
    try:
        with exchange.ledger.reading() as tx:
            source = kept.source(tx, number)
    except KeyError:
        raise click.ClickException(no_revision(number)) from None
    if folder is None:
        for name, text in source.files.items():
            click.echo(f"# {name}")
            click.echo(text, nl=not text.endswith("\n"))
    else:
        write(exchange, source, folder)


def no_revision(number: int | None) -> str:
    return f"there is no revision {number}: `{command('revisions')}` lists them."


def write(exchange: "Exchange", source: "Source", folder: Path) -> None:
    """Puts a revision down as folders `menus` and `recordings`, to be edited and published again."""
    from ivr.ledger import revisions as kept

    if folder.exists() and any(folder.iterdir()):
        raise click.ClickException(f"{folder} is not empty; nothing was written.")
    for name, text in source.files.items():
        put(folder / "menus" / Path(name).name, text.encode())
    for (language, name), sound in source.sounds.items():
        with exchange.ledger.reading() as tx:
            found = kept.sound(tx, sound.digest)
        if found:
            put(folder / "recordings" / language / f"{name}.wav", found[1])
    click.echo(f"Written into {folder}: menus ({len(source.files)}), recordings ({len(source.sounds)}).")


def put(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)


@click.command()
@click.argument("number", type=int, required=False)
@click.option("--author", default="", help="Who takes them back.")
@click.option("--note", default="", help="Why.")
@click.pass_obj
def rollback(settings: Settings, number: int | None, author: str, note: str) -> None:
    """Make an earlier revision live again, also for calls in progress; by default the one before."""
    import getpass

    from ivr.switchboard.rolling_back import NoWayBack, roll_back

    exchange = opened(settings)
    try:
        done = roll_back(exchange, number, author or getpass.getuser(), note, who=by_whom())
    except NoWayBack as problem:
        raise click.ClickException(f"{problem}.") from None
    click.echo(f"Revision {done.revision} is live instead of {done.instead_of}.")


@click.command()
@click.argument("old", metavar="[FROM]", type=int, required=False)
@click.argument("new", metavar="[TO]", type=int, required=False)
@click.pass_context
def diff(context: click.Context, old: int | None, new: int | None) -> None:
    """Say what callers will hear differently, and where keys will lead, from one revision to another."""
    from ivr.core.differences import differences, line

    exchange = opened(context.obj)
    before = revision_of(exchange, old)
    after = folder_of(exchange) if new is None else revision_of(exchange, new)
    found = differences(before, after)
    tongue = tongue_of(before, after)
    for each in found:
        click.echo(line(each, tongue))
    context.exit(1 if found else 0)


def revision_of(exchange: "Exchange", number: int | None) -> "Hotline":
    """The menus of a revision; the live one without a number."""
    from ivr.switchboard.shelf import NothingPublished, Unreadable, hotline_of

    try:
        if number is None:
            return exchange.shelf.live(exchange.now()).hotline
        return hotline_of(exchange.ledger, number)
    except (NothingPublished, Unreadable) as problem:
        raise Trouble(f"{problem}.") from None
    except KeyError:
        raise Trouble(no_revision(number)) from None


def folder_of(exchange: "Exchange") -> "Hotline":
    """The menus of the folder, as they would be published."""
    from ivr.switchboard.draft import as_published, draft

    checked = draft(exchange.settings)
    hotline = as_published(checked)
    if hotline is None:
        for mistake in checked.mistakes:
            click.echo(mistake, err=True)
        raise Trouble("these menus cannot be published, so they are not compared.")
    return hotline


def tongue_of(*hotlines: "Hotline") -> Callable[[str], str]:
    """Names a language of the menus in English."""
    from ivr.switchboard.tongues import tongue

    tags = {name: voice.tag for hotline in hotlines for name, voice in hotline.languages.items()}
    return lambda language: tongue(tags.get(language, language), "en")
