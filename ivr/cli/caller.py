"""What is held on one caller: shown, taken along, held, erased."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ivr.called import command
from ivr.cli.opening import by_whom, opened
from ivr.cli.tables import AS_JSON, Line, moment, shown
from ivr.settings import Settings

if TYPE_CHECKING:
    from ivr.ledger.legal_holds import LegalHold
    from ivr.switchboard.erasing import Erased
    from ivr.switchboard.exchange import Exchange

FILE = click.Path(dir_okay=False, path_type=Path)
NUMBER = click.argument("number")
WHY = click.option("--why", required=True, help="Why it must be kept; whoever releases it reads that.")

KINDS = {
    "calls": "calls",
    "recordings": "recordings",
    "messages": "messages left",
    "notes": "notes of agents",
    "survey_answers": "answers to surveys",
    "texts": "text messages",
    "callbacks": "callbacks",
    "languages": "remembered language",
    "withdrawals": "wish for no text messages",
}
"""What is held on a caller, in words."""


@click.group()
def caller() -> None:
    """What is held on one caller: shown, taken along, held, erased."""


@caller.command("show")
@NUMBER
@AS_JSON
@click.pass_obj
def show_caller(settings: Settings, number: str, as_json: bool) -> None:
    """Count what is held on a caller."""
    from ivr.switchboard import erasing

    exchange = opened(settings)
    held, holds = erasing.held_on(exchange, erasing.person(exchange, _meant(exchange, number)))
    rows: list[Line] = [{"what": KINDS[kind], "count": count} for kind, count in held.items() if count]
    shown(rows, as_json, "Nothing is held on this number.")
    if holds and not as_json:
        click.echo("\n".join(_told(hold) for hold in holds))


@caller.command("export")
@NUMBER
@click.option("-o", "--output", type=FILE, required=True, help="The ZIP file to make.")
@click.pass_obj
def export_caller(settings: Settings, number: str, output: Path) -> None:
    """Write everything held on a caller into a ZIP file: as JSON, and the sounds of recordings."""
    from ivr.switchboard import dossier, erasing

    exchange = opened(settings)
    whose = erasing.person(exchange, _meant(exchange, number))
    try:
        with open(output, "xb", opener=_private) as file:
            count = dossier.write(exchange, by_whom(), whose, file)
    except OSError as error:
        raise click.ClickException(f"{output} cannot be made: {error.strerror}") from None
    click.echo(f"{output}: {count} {'call' if count == 1 else 'calls'}, with all that belongs to them.")


@caller.command("erase")
@NUMBER
@click.option("--yes", is_flag=True, help="Ask nothing: a program has asked.")
@click.option(
    "--no-scrub", is_flag=True, help="Leave the unused parts of an SQLite file as they are, for a quiet hour."
)
@click.pass_obj
def erase_caller(settings: Settings, number: str, yes: bool, no_scrub: bool) -> None:
    """Erase a caller: recordings, texts, notes and their number go, the figures stay as they are."""
    from ivr.switchboard import erasing

    exchange = opened(settings)
    number = _meant(exchange, number)
    whose = erasing.person(exchange, number)
    held, holds = erasing.held_on(exchange, whose)
    if holds:
        raise click.ClickException(_refused(holds))
    if not yes:
        _ask(number, held)
    try:
        erased = erasing.erase(
            exchange,
            by_whom(),
            whose,
            scrub=not no_scrub,
            told=lambda step: click.echo(f"… {step}", err=True),
        )
    except erasing.Held as refused:
        raise click.ClickException(_refused(refused.holds)) from None
    except erasing.OnLine:
        raise click.ClickException(
            "they are on the line, or are being rung, or an agent still writes down what it was about: "
            "try again when the call is over"
        ) from None
    except erasing.Spooled:
        raise click.ClickException(
            "what happened while the database was away is not put down yet: try again when the hotline has "
            f"caught up (`{command('doctor')}` says so)"
        ) from None
    if not any(held.values()):
        click.echo(_nothing(number))
    click.echo("\n".join(_outcome(exchange, erased, scrubbed=not no_scrub)))


@caller.command("hold")
@click.argument("number", default="")
@click.option("--call", "call_id", default="", help="Only this call, by its id; then no NUMBER.")
@WHY
@click.pass_obj
def hold_caller(settings: Settings, number: str, call_id: str, why: str) -> None:
    """Keep all calls of a caller, or one call, from being forgotten or erased, until it is released."""
    from ivr.switchboard import legal_holds

    if bool(number) == bool(call_id):
        raise click.UsageError("say whose calls to hold, or which call: a NUMBER or --call ID")
    exchange = opened(settings)
    try:
        if call_id:
            hold = legal_holds.hold_call(exchange, by_whom(), call_id, why)
        else:
            hold = legal_holds.hold_caller(exchange, by_whom(), _meant(exchange, number), why)
    except legal_holds.NoSuchCall:
        raise click.ClickException(f"there is no call {call_id}") from None
    except legal_holds.NoReason:
        raise click.UsageError("--why must say something") from None
    click.echo(f"Held as {hold.id}, until `{command(f'caller release {hold.id}')}`.")


@caller.command("release")
@click.argument("hold")
@click.pass_obj
def release_hold(settings: Settings, hold: str) -> None:
    """End a hold: what it kept may be forgotten and erased again."""
    from ivr.switchboard import legal_holds

    if not legal_holds.release(opened(settings), by_whom(), hold):
        raise click.ClickException(f"nothing is held as {hold}: `{command('caller holds')}` lists what is")
    click.echo(f"{hold} is released.")


@caller.command("holds")
@click.option("--released", is_flag=True, help="Those too that were released.")
@AS_JSON
@click.pass_obj
def list_holds(settings: Settings, released: bool, as_json: bool) -> None:
    """List what is held, by whom and why."""
    from ivr.ledger import legal_holds

    with opened(settings).ledger.reading() as tx:
        found = legal_holds.listed(tx, released=released)
    shown([_row(hold) for hold in found], as_json, "Nothing is held.")


def _row(hold: "LegalHold") -> Line:
    return {
        "hold": hold.id,
        "what": hold.call or hold.caller,
        "why": hold.why,
        "by": hold.by,
        "since": moment(hold.since),
        "released": moment(hold.released_at),
        "released_by": hold.released_by,
    }


def _meant(exchange: "Exchange", number: str) -> str:
    """The number in full, or a pseudonym as the log has it. UsageError for what is neither."""
    from ivr.core.destinations import is_number
    from ivr.core.pseudonyms import is_pseudonym
    from ivr.switchboard.legal_holds import whose

    meant = whose(exchange, number)
    if not (is_number(meant) or is_pseudonym(meant)):
        raise click.UsageError(f"{number} is no telephone number: write it like +84901234567")
    return meant


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _ask(number: str, held: dict[str, int]) -> None:
    """Twice: whether, and whom. Aborts at any other answer."""
    is_known = any(held.values())
    click.echo(f"This will go, and cannot be brought back, of {number}:" if is_known else _nothing(number))
    for kind, count in held.items():
        if count:
            click.echo(f"  {count} {KINDS[kind]}")
    if is_known:
        click.echo("Calls stay as figures, and nobody can tell any more whose they were.")
    click.confirm("Erase this caller?", abort=True)
    if click.prompt("Type the number again").strip() not in (number, number.removeprefix("+")):
        raise click.ClickException("that is another number: nothing was erased")


def _nothing(number: str) -> str:
    """Where the number is mistyped nobody may believe that its owner was erased."""
    return f"Nothing is held on {number}: it may only stand in the words of others. Is it the right number?"


def _told(hold: "LegalHold") -> str:
    what = f"the call {hold.call}" if hold.call else "all calls"
    return f"Held since {moment(hold.since)} by {hold.by}, {what}: {hold.why} ({hold.id})"


def _refused(holds: "tuple[LegalHold, ...] | list[LegalHold]") -> str:
    told = "\n".join(_told(hold) for hold in holds)
    how = command("caller release HOLD")
    return f"nothing was erased, as it must be kept:\n{told}\nRelease it first: `{how}`"


def _outcome(exchange: "Exchange", erased: "Erased", *, scrubbed: bool) -> list[str]:
    """What was done, and what stays."""
    lines = ["Erased. What was still with the carrier is deleted there by errands."]
    if erased.wish:
        lines.append("That they want no text messages is kept, without their number.")
    if erased.blocked:
        lines.append(
            f"They stay blocked by {', '.join(erased.blocked)} under `blocked` in the menus; "
            "take that out and publish if it is to go."
        )
    if count := erased.left.get("revisions"):
        lines.append(f"The number stands in {count} published revisions of the menus.")
    if erased.left.get("agents"):
        lines.append("The number is also one of an agent of ours, and stays there.")
    if count := erased.left.get("held_calls"):
        lines.append(f"The number stays in {count} texts of other calls that are held.")
    if exchange.ledger.file is None:
        lines.append(
            "The database server overwrites what was deleted in its own time: VACUUM FULL does it now."
        )
    elif scrubbed and not erased.scrubbed:
        lines.append("The database's file was being read: erase again in a quiet hour, for its unused parts.")
    elif not scrubbed:
        lines.append(
            "The unused parts of the database's file may hold it still: erase again without --no-scrub."
        )
    return lines
