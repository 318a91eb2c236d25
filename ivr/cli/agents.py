"""Who answers callers, and how they are rung."""

from typing import TYPE_CHECKING

import click

from ivr.called import command
from ivr.cli.accounts import in_words, list_all
from ivr.cli.opening import by_whom, opened
from ivr.cli.tables import AS_JSON, Line
from ivr.core.accounts import Problem
from ivr.core.agents import Way, skills_of, skills_written
from ivr.settings import Settings

if TYPE_CHECKING:
    from ivr.core.agents import Agent

WAY = click.Choice([str(way) for way in Way if way is not Way.GONE])


@click.group()
def agents() -> None:
    """Who answers callers, and how they are rung."""


@agents.command("list")
@AS_JSON
@click.pass_obj
def list_agents(settings: Settings, as_json: bool) -> None:
    """List the agents, how they are rung, and how they stand now."""
    from ivr.ledger import agents

    def row(agent: "Agent") -> Line:
        return {
            "name": agent.name,
            "way": str(agent.way),
            "address": agent.address or agent.number,
            "skills": skills_written(agent.skills) or None,
            "languages": ", ".join(sorted(agent.languages)) or None,
            "queues": ", ".join(sorted(agent.queues)) if agent.queues is not None else "every queue",
            "status": str(agent.status),
            "activity": str(agent.activity),
        }

    empty = f"No agents yet: set one up with `{command('agents set NAME')}`."
    list_all(settings, agents.listed, row, as_json=as_json, empty=empty)


@agents.command("set")
@click.argument("name")
@click.option("--way", type=WAY, help="How they are rung; a new agent: browser.")
@click.option("--address", help="The number or SIP address that is rung.")
@click.option("--skills", help="What they know, with levels from 1 to 9: tax=5,cars.")
@click.option("--languages", help="The languages they speak, as the menus call them; a new agent: all.")
@click.option("--queues", help="The queues they serve; a new agent, and with '': every queue.")
@click.option("--number", help="What they type to dial in, 3 to 8 digits.")
@click.option("--pin", is_flag=True, help="Another PIN to dial in with; it is asked for, twice.")
@click.option("--weight", type=click.IntRange(1, 1_000), help="Their share where the strategy is weighted.")
@click.option("--order", type=click.IntRange(0, 100_000), help="Their turn where the strategy is linear.")
@click.pass_obj
def set_agent(
    settings: Settings,
    name: str,
    way: str | None,
    address: str | None,
    skills: str | None,
    languages: str | None,
    queues: str | None,
    number: str | None,
    pin: bool,
    weight: int | None,
    order: int | None,
) -> None:
    """Make an account an agent, or change what an agent can do and how they are rung."""
    from ivr.switchboard.agents import Wanted, is_account, set_up
    from ivr.switchboard.signing_in import NotDone

    with in_words():
        exchange = opened(settings)
        if not is_account(exchange, name):
            raise NotDone(Problem.UNKNOWN)
        try:
            known = None if skills is None else skills_of(skills)
        except ValueError:
            raise NotDone(Problem.SKILLS) from None
        wanted = Wanted(
            way=Way(way) if way else None,
            address=address,
            skills=known,
            languages=_words(languages),
            queues=_words(queues),
            number=number,
            pin=_typed_pin() if pin else None,
            weight=weight,
            place=order,
        )
        done = set_up(exchange, by_whom(), name, wanted)
    click.echo(f"{name} is set up as an agent." if done else f"{name} was set up so already.")


@agents.command("remove")
@click.argument("name")
@click.pass_obj
def remove_agent(settings: Settings, name: str) -> None:
    """Let an account be no agent any more; it stays an account, and the log keeps what they did."""
    from ivr.switchboard.agents import remove

    with in_words():
        remove(opened(settings), by_whom(), name)
    click.echo(f"{name} is no agent any more.")


def _words(text: str | None) -> frozenset[str] | None:
    return None if text is None else frozenset(text.replace(",", " ").split())


def _typed_pin() -> str:
    return str(click.prompt("PIN", hide_input=True, confirmation_prompt="The PIN again", err=True))
