"""`ivr COMMAND`: what an admin types. Each command is loaded when it is called."""

from importlib import import_module
from keyword import iskeyword

import click

from ivr.settings import WrongSettings

COMMANDS = {
    "agents": "agents",
    "audit": "audit",
    "call": "calls",
    "caller": "caller",
    "calls": "calls",
    "check": "menus",
    "demo": "filling",
    "diff": "revisions",
    "doctor": "doctor",
    "events": "export",
    "export": "export",
    "fallback": "fallback",
    "import": "filling",
    "play": "playing",
    "publish": "menus",
    "rehearse": "rehearse",
    "render": "menus",
    "report": "report",
    "revisions": "revisions",
    "rollback": "revisions",
    "tokens": "accounts",
    "top": "top",
    "users": "accounts",
}
"""Every command, and the file of this folder it stands in."""

NEEDS_NOTHING_MADE = frozenset({"check", "play", "rehearse", "render"})
"""Commands that work on files alone: they make no secrets, and need no account."""


class Commands(click.Group):
    """The commands by name; what one of them needs is imported only for that one."""

    def list_commands(self, context: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        written = f"{name}_" if iskeyword(name) else name
        command: click.Command = getattr(import_module(f"ivr.cli.{COMMANDS[name]}"), written)
        return command

    def invoke(self, context: click.Context) -> object:
        try:
            return super().invoke(context)
        except Exception as error:
            from ivr.ledger import LedgerError

            if isinstance(error, LedgerError):
                raise click.ClickException(f"the database does not do it now: {error}") from None
            raise

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """Each with all of its first sentence; click alone cuts what does not fit into one line."""
        commands = ((name, self.get_command(context, name)) for name in self.list_commands(context))
        with formatter.section("Commands"):
            formatter.write_dl([(name, each.get_short_help_str(1_000)) for name, each in commands if each])


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.pass_context
def main(context: click.Context) -> None:
    """The hotline: keypad menus in YAML, every call in the log."""
    from ivr import given, load

    try:
        context.obj = given() if context.invoked_subcommand in NEEDS_NOTHING_MADE else load()
    except WrongSettings as error:
        raise click.ClickException(str(error)) from None
