"""Who may sign in to the pages, and which programs may read."""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

import click

from ivr.called import command
from ivr.cli.opening import by_whom, opened
from ivr.cli.tables import AS_JSON, Line, moment, shown
from ivr.core.accounts import FOR_TOKENS, Right, Role
from ivr.settings import Settings

if TYPE_CHECKING:
    from ivr.ledger import Transaction
    from ivr.ledger.accounts import Account
    from ivr.ledger.tokens import Token

ROLE = click.Choice([str(role) for role in Role])
RIGHT = click.Choice([str(right) for right in FOR_TOKENS])


@contextmanager
def in_words() -> Iterator[None]:
    """Says why something was not done, as the pages say it."""
    from ivr.switchboard.signing_in import NotDone

    try:
        yield
    except NotDone as refused:
        from ivr.web.wording import PROBLEMS

        raise click.ClickException(PROBLEMS[refused.problem]) from None


T = TypeVar("T")


def list_all(
    settings: Settings,
    kept: "Callable[[Transaction], Iterable[T]]",
    row: Callable[[T], Line],
    *,
    as_json: bool,
    empty: str,
) -> None:
    """Shows all that is kept of a kind, one of them a line."""
    with opened(settings).ledger.reading() as tx:
        found = kept(tx)
    shown([row(each) for each in found], as_json, empty)


def password_for(name: str, *, from_stdin: bool) -> str:
    """A password, typed twice without being shown, or read from a program. Raises NotDone."""
    from ivr.core.accounts import name_problem, password_problem
    from ivr.switchboard.signing_in import NotDone

    if wrong := name_problem(name):
        raise NotDone(wrong)
    if from_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    else:
        password = click.prompt(
            "Password", hide_input=True, confirmation_prompt="The password again", err=True
        )
    if wrong := password_problem(password, name):
        raise NotDone(wrong)
    return password


@click.group()
def users() -> None:
    """Who may sign in to the pages."""


@users.command("add")
@click.argument("name")
@click.option("--role", type=ROLE, required=True, help="What the account is for.")
@click.option("--password-stdin", is_flag=True, help="Read the password from a program, as one line.")
@click.pass_obj
def add_user(settings: Settings, name: str, role: str, password_stdin: bool) -> None:
    """Make an account for somebody; the password is asked for, twice."""
    from ivr.switchboard import accounts

    with in_words():
        password = password_for(name, from_stdin=password_stdin)
        accounts.add(opened(settings), by_whom(), name, Role(role), password)
    click.echo(f"{name} can sign in at {settings.base_url}/sign-in as {role}.")


@users.command("list")
@AS_JSON
@click.pass_obj
def list_users(settings: Settings, as_json: bool) -> None:
    """List the accounts, those that are disabled too."""
    from ivr.ledger import accounts

    def row(account: "Account") -> Line:
        return {
            "name": account.name,
            "role": str(account.role),
            "since": moment(account.created_at),
            "disabled": moment(account.disabled_at),
        }

    empty = f"No accounts yet: make one with `{command('users add NAME --role admin')}`."
    list_all(settings, accounts.listed, row, as_json=as_json, empty=empty)


@users.command("change")
@click.argument("name")
@click.option("--role", type=ROLE, help="Another role.")
@click.option("--new-password", is_flag=True, help="Another password; it is asked for, twice.")
@click.option("--password-stdin", is_flag=True, help="Another password, read as one line.")
@click.option("--enable", is_flag=True, help="Open the account again that was disabled.")
@click.pass_obj
def change_user(
    settings: Settings, name: str, role: str | None, new_password: bool, password_stdin: bool, enable: bool
) -> None:
    """Give an account another role or password, or open it again; its sessions end."""
    from ivr.switchboard import accounts

    if not (role or new_password or password_stdin or enable):
        raise click.UsageError("say what to change: --role, --new-password, --enable")
    exchange, who = opened(settings), by_whom()
    with in_words():
        if new_password or password_stdin:
            accounts.give_password(exchange, who, name, password_for(name, from_stdin=password_stdin))
        if role or enable:
            accounts.change(
                exchange, who, name, role=Role(role) if role else None, disabled=False if enable else None
            )
    click.echo(f"{name} is changed, and signs in again.")


@users.command("disable")
@click.argument("name")
@click.pass_obj
def disable_user(settings: Settings, name: str) -> None:
    """Close an account, and end its sessions at once. Its name stays in the audit."""
    from ivr.switchboard import accounts

    with in_words():
        changed = accounts.change(opened(settings), by_whom(), name, disabled=True)
    click.echo(f"{name} is disabled." if changed else f"{name} was disabled already.")


@click.group()
def tokens() -> None:
    """What programs read the hotline with."""


@tokens.command("add")
@click.argument("name")
@click.option("--right", "rights", type=RIGHT, multiple=True, required=True, help="What it may do.")
@click.pass_obj
def add_token(settings: Settings, name: str, rights: tuple[str, ...]) -> None:
    """Make a token for a program, and print it: this once, for only its hash is kept."""
    from ivr.switchboard import accounts

    with in_words():
        token = accounts.add_token(
            opened(settings), by_whom(), name, tuple(dict.fromkeys(Right(right) for right in rights))
        )
    click.echo(token)


@tokens.command("list")
@AS_JSON
@click.pass_obj
def list_tokens(settings: Settings, as_json: bool) -> None:
    """List the tokens by name, those that are revoked too."""
    from ivr.ledger import tokens as kept

    def row(token: "Token") -> Line:
        return {
            "name": token.name,
            "rights": ", ".join(token.rights),
            "by": token.created_by,
            "since": moment(token.created_at),
            "last_used": moment(token.last_used_at),
            "revoked": moment(token.revoked_at),
        }

    empty = "No tokens yet: make one with `tokens add NAME --right calls:read`."
    list_all(settings, kept.listed, row, as_json=as_json, empty=empty)


@tokens.command("revoke")
@click.argument("name")
@click.pass_obj
def revoke_token(settings: Settings, name: str) -> None:
    """End a token: it opens nothing any more, at once."""
    from ivr.switchboard import accounts

    with in_words():
        accounts.revoke_token(opened(settings), by_whom(), name)
    click.echo(f"The token {name} is revoked.")
