"""The wall board in a terminal."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from ivr.cli.opening import opened, unpublished
from ivr.settings import Settings

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

    from ivr.core.board import Board, Lane
    from ivr.switchboard.exchange import Exchange

EVERY = 1.0
"""Seconds from one look to the next."""

STATES = {
    "ready": "free",
    "offered": "being rung",
    "talking": "talking",
    "wrapping_up": "wrapping up",
    "on_break": "on a break",
}

BANDS = {"kept": "● on target", "near": "▲ just below target", "broken": "■ off target"}


@click.command()
@click.option("--once", is_flag=True, help="Show it once, and end.")
@click.pass_obj
def top(settings: Settings, once: bool) -> None:
    """Show the wall board in the terminal, anew each second; q ends it."""
    from rich.console import Console

    from ivr.ledger import LedgerError
    from ivr.switchboard.shelf import NothingPublished

    exchange = opened(settings)
    console = Console()
    if not console.is_terminal:
        console.width = 120
    try:
        if once or not console.is_terminal:
            console.print(screen(exchange))
            return
        with keys(), console.screen() as shown:
            while True:
                shown.update(screen(exchange))
                if is_over(EVERY):
                    return
    except KeyboardInterrupt:
        return
    except NothingPublished as nothing:
        raise unpublished(nothing) from None
    except LedgerError as error:
        raise click.ClickException(str(error)) from None


def screen(exchange: "Exchange") -> "RenderableType":
    """The board as text. Raises LedgerError, NothingPublished."""
    from rich.console import Group
    from rich.text import Text

    from ivr.switchboard.board import look

    board, now = look(exchange), exchange.now()
    zone = exchange.shelf.live(now).hotline.zone
    counting = [] if board.whole else [Text("Today is still being counted.")]
    messages = Text(f"Messages waiting: {board.messages}")
    return Group(
        *counting, lanes(board, now), Text(), seats(board, now), Text(), hours(board, zone), messages
    )


def lanes(board: "Board", now: int) -> "Table":
    """A line for each queue, and one for all of them."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("queue")
    table.add_column("")
    for name in ("waiting", "longest", "service level", "answered", "abandoned", "to call back", "free"):
        table.add_column(name, justify="right")
    for lane in (*board.lanes, board.all):
        table.add_row(
            Text(lane.queue or "all"),
            band(lane),
            str(lane.waiting),
            "–" if lane.oldest is None else age(lane.oldest, now),
            share(lane.level),
            str(lane.today.answered),
            str(lane.today.abandoned),
            str(lane.promised),
            str(lane.free),
            style="bold" if not lane.queue else None,
        )
    return table


def band(lane: "Lane") -> str:
    """How it stands, in a word that needs no colour."""
    if not lane.is_open:
        return "✕ closed by hand" if lane.closure else "✕ closed"
    return BANDS[lane.band] if lane.band else ""


def seats(board: "Board", now: int) -> "Table":
    """Who is there, by what they are doing, and since when."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, header_style="bold", pad_edge=False, show_header=False)
    for state, words in STATES.items():
        team = sorted((seat for seat in board.seats if seat.state == state), key=lambda seat: seat.since)
        told = "  ".join(f"{seat.name} {age(seat.since, now)}" for seat in team)
        table.add_row(words, str(len(team)), Text(told))
    return table


def hours(board: "Board", zone: str) -> "Table":
    """The last hours on the hotline's clock: answered and abandoned, and the service level."""
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from rich.table import Table

    from ivr.core.figures.waiting import service_level

    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("last hours")
    for hour in board.hours:
        table.add_column(f"{datetime.fromtimestamp(hour.at / 1000, ZoneInfo(zone)):%H:%M}", justify="right")
    table.add_row("answered", *(str(hour.tally.answered) for hour in board.hours))
    table.add_row("abandoned", *(str(hour.tally.abandoned) for hour in board.hours))
    table.add_row("service level", *(share(service_level(hour.tally)) for hour in board.hours))
    return table


def share(part: float | None) -> str:
    return "–" if part is None else f"{part * 100:.0f} %"


def age(since: int, now: int) -> str:
    """How long ago: 0:07, 12:30, 1:02:03."""
    minutes, seconds = divmod(max(0, now - since) // 1000, 60)
    gone, minutes = divmod(minutes, 60)
    return f"{gone}:{minutes:02}:{seconds:02}" if gone else f"{minutes}:{seconds:02}"


@contextmanager
def keys() -> Iterator[None]:
    """Lets a key count at once, where there is a keyboard."""
    try:
        import termios
        import tty
    except ImportError:  # no such terminal here: Ctrl-C ends it
        yield
        return
    if not sys.stdin.isatty():
        yield
        return
    before = termios.tcgetattr(sys.stdin)
    tty.setcbreak(sys.stdin)
    try:
        yield
    finally:
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)


def is_over(seconds: float) -> bool:
    """Whether q is pressed within so many seconds; it waits no longer."""
    import select

    if not sys.stdin.isatty():
        time.sleep(seconds)
        return False
    ready, _, _ = select.select([sys.stdin], [], [], seconds)
    return bool(ready) and sys.stdin.read(1) in ("q", "Q", "")
