"""The wall board: how callers fare now; and one queue of it, where whoever waits can be moved, and the queue
closed."""

from dataclasses import dataclass
from functools import partial
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, current_app, render_template, request, url_for
from markupsafe import Markup
from werkzeug.exceptions import NotFound

from ivr.core.accounts import Right
from ivr.core.board import Board, Lane
from ivr.core.figures.behind import Behind
from ivr.core.figures.catalogue import FIGURES
from ivr.core.figures.intervals import Every, next_start, start_of
from ivr.core.figures.tally import View
from ivr.core.figures.waiting import service_level
from ivr.core.line.closures import Reason
from ivr.core.menus import Hotline, Language
from ivr.ledger import agents, waiting
from ivr.ledger.waiting import Waiting
from ivr.switchboard import board as looking
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.glance import Seen
from ivr.web.pages.behind import listed_at
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
    alike = (language(), is_tv(), revision(exchange), may(Right.CALLS), may(Right.MESSAGES))
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
        places=places_of(exchange, seen, lane) if may(Right.LINE) else None,
        reasons=reasons(live, language()),
        is_live=queue in live.queues,
    )


def _passing(exchange: Exchange, seen: Board) -> dict[str, object]:
    return {
        "board": seen,
        "now": exchange.now(),
        "zone": zone_of(exchange),
        "waiting": seen.messages,
        "may_act": may(Right.LINE),
        "level_of": service_level,
        "lead": partial(lead, Today.at(exchange.now(), zone_of(exchange)), seen),
        "most": max([1, *(hour.tally.answered + hour.tally.abandoned for hour in seen.hours)]),
    }


@dataclass(frozen=True, slots=True)
class Today:
    """The day that is counted on the board: from midnight to midnight, UTC milliseconds."""

    since: int
    until: int

    @classmethod
    def at(cls, now: int, zone: ZoneInfo) -> "Today":
        since = start_of(now, Every.DAY, zone)
        return cls(since, next_start(since, Every.DAY, zone))


def lead(today: Today, seen: Board, lane: Lane, figure: str) -> str | None:
    """Where a figure of a queue, or of all, leads; None where it counts nothing, and where the reader may not
    see what it counts. From a screen on the wall nothing leads anywhere."""
    if is_tv():
        return None
    match figure:
        case "waiting" | "longest_wait":
            return _callers_of(lane, seen, figure) if lane.waiting else None
        case "to_call_back":
            return url_for("callbacks.listed") if lane.promised and may(Right.MESSAGES) else None
        case "messages":
            return url_for("messages.listed") if seen.messages and may(Right.MESSAGES) else None
        case "agents":
            return url_for("floor.shown") if lane.there else None
    of = FIGURES[View.LINE][figure]
    if not of.of(lane.today) or of.opens is None or not may(Right.CALLS):
        return None
    named = {"queue": frozenset({lane.queue})} if lane.queue else {}
    return listed_at(Behind(of.opens, today.since, today.until, named))


def _callers_of(lane: Lane, seen: Board, figure: str) -> str:
    """The page of the queue in which those wait who are counted; of several queues, the table of them."""
    crowded = [each for each in seen.lanes if each.waiting]
    if figure == "longest_wait":
        crowded = sorted(crowded, key=lambda each: each.oldest or 0)[:1]
    if lane.queue or len(crowded) == 1:
        return url_for("board.queue", queue=lane.queue or crowded[0].queue, _anchor="callers-title")
    return "#lanes-title"


def may(right: Right) -> bool:
    reader = visitor()
    return reader is not None and reader.may(right)


def is_tv() -> bool:
    return "tv" in request.args


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
