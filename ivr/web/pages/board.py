"""The wall board: how callers fare now; and one queue of it, where whoever waits can be moved, and the queue
closed."""

from dataclasses import dataclass
from functools import partial

from flask import Blueprint, Response, current_app, render_template, request
from markupsafe import Markup
from werkzeug.exceptions import NotFound

from ivr.core.accounts import Right
from ivr.core.board import Board, Lane
from ivr.core.figures.waiting import service_level
from ivr.core.line.closures import Reason
from ivr.core.menus import Hotline, Language
from ivr.ledger import agents, waiting
from ivr.ledger.waiting import Waiting
from ivr.switchboard import board as looking
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.glance import Seen
from ivr.web.pages.calls import labels_of, tags_of, zone_of
from ivr.web.pages.follow import followed
from ivr.web.pages.visits import label_of
from ivr.web.visitors import visitor
from ivr.web.wording import _, language

board = Blueprint("board", __name__)

CALLERS = 20
"""So many of a queue's callers are shown one by one."""

NO_QUEUE = _("The menus have no such queue.")


@board.get("/board")
def shown() -> Response:
    """The board of all queues; with `?tv` alone on a screen, to be read from afar."""
    exchange: Exchange = current_app.extensions["exchange"]
    seen = looking.board(exchange)
    made = partial(_made, exchange, seen)
    return followed("board.html", {"made": made}, number=seen.number, tv=is_tv(), revision=revision(exchange))


def _made(exchange: Exchange, seen: Seen) -> Markup:
    """What the board shows, made once of each look for all who read it alike."""
    alike = (language(), is_tv(), revision(exchange))
    if alike not in seen.made:
        passing = _passing(exchange, seen.board) | {"labels": labels_of(exchange), "tv": is_tv()}
        seen.made[alike] = render_template("board_now.html", **passing)
    return Markup(seen.made[alike])  # noqa: S704  (Jinja made it)


@board.get("/board/<queue>")
def queue(queue: str) -> Response:
    """One queue, who waits in it, and what a supervisor can do about it."""
    exchange: Exchange = current_app.extensions["exchange"]
    seen = looking.board(exchange).board
    lane = next((each for each in seen.lanes if each.queue == queue), None)
    if lane is None:
        raise NotFound(NO_QUEUE)
    live = exchange.shelf.live(exchange.now()).hotline
    return followed(
        "board_queue.html",
        _passing(exchange, seen) | {"tags": tags_of(exchange)},
        lane=lane,
        name=label_of(live, queue, language()),
        callers=callers_of(exchange, queue),
        places=places_of(exchange, seen, lane) if may_act() else None,
        reasons=reasons(live, language()),
        is_live=queue in live.queues,
    )


def _passing(exchange: Exchange, seen: Board) -> dict[str, object]:
    return {
        "board": seen,
        "now": exchange.now(),
        "zone": zone_of(exchange),
        "waiting": seen.messages,
        "may_act": may_act(),
        "level_of": service_level,
        "most": max([1, *(hour.tally.answered + hour.tally.abandoned for hour in seen.hours)]),
    }


def is_tv() -> bool:
    return "tv" in request.args


def may_act() -> bool:
    reader = visitor()
    return reader is not None and reader.may(Right.LINE)


def revision(exchange: Exchange) -> int:
    return exchange.shelf.live(exchange.now()).revision


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who waits; the names of the agents who are rung for them."""

    one: Waiting
    offered_to: tuple[str, ...]


def callers_of(exchange: Exchange, queue: str) -> tuple[Caller, ...]:
    """The first of those who wait."""
    with exchange.ledger.reading() as tx:
        found, offered = waiting.first(tx, queue, CALLERS), waiting.offered(tx)
        names = {agent.id: agent.name for agent in agents.listed(tx)} if offered else {}
    return tuple(
        Caller(one, tuple(names.get(agent, agent) for agent in offered.get(one.visit, ()))) for one in found
    )


@dataclass(frozen=True, slots=True)
class Places:
    """Where somebody who waits can go now: agents who are free by their names, other queues by their labels;
    closed ones are none."""

    agents: tuple[tuple[str, str], ...]
    queues: tuple[tuple[str, str], ...]


def places_of(exchange: Exchange, seen: Board, lane: Lane) -> Places:
    live = exchange.shelf.live(exchange.now()).hotline
    return Places(
        tuple((seat.agent, seat.name) for seat in seen.seats if seat.state == "ready"),
        tuple(
            (each.queue, label_of(live, each.queue, language()))
            for each in seen.lanes
            if each.queue != lane.queue and each.is_open and each.queue in live.queues
        ),
    )


def reasons(live: Hotline, reader: str) -> tuple[tuple[Reason, str], ...]:
    """The ready reasons as callers hear them: in the reader's language, if the hotline speaks it."""
    spoken: Language = reader if reader in live.languages else live.first_language
    phrases = live.languages[spoken].phrases
    return tuple((reason, phrases.get(reason, reason)) for reason in Reason)
