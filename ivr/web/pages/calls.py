"""The log: which calls there were, and what each caller lived through."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, current_app, render_template, request

from ivr.core.calls import Outcome
from ivr.ledger import log, messages
from ivr.switchboard.exchange import Exchange
from ivr.web.pages.door import guarded
from ivr.web.pages.timeline import timeline

calls = guarded(Blueprint("calls", __name__))

PAGE = 50


@calls.get("/calls")
def listed() -> str:
    """All calls, newest first, or those that are looked for."""
    exchange: Exchange = current_app.extensions["exchange"]
    zone = zone_of(exchange)
    wanted, asked = wanted_of(zone)
    with exchange.ledger.reading() as tx:
        lines = log.newest(tx, wanted, after(), PAGE + 1)
        waiting = messages.count_waiting(tx)
    more = lines[PAGE - 1] if len(lines) > PAGE else None
    return render_template(
        "calls.html",
        lines=lines[:PAGE],
        more=more,
        asked=asked,
        outcomes=list(Outcome),
        waiting=waiting,
        zone=zone,
    )


@calls.get("/calls/<call_id>")
def one(call_id: str) -> str:
    """One call, moment by moment."""
    exchange: Exchange = current_app.extensions["exchange"]
    with exchange.ledger.reading() as tx:
        story = log.story(tx, call_id)
        waiting = messages.count_waiting(tx)
    if story is None:
        abort(404, "there is no such call")
    try:
        hotline = exchange.shelf.script(story.call.revision).hotline
    except KeyError:
        hotline = None
    moments = timeline(story, hotline)
    return render_template("call.html", story=story, moments=moments, waiting=waiting, zone=zone_of(exchange))


def zone_of(exchange: Exchange) -> ZoneInfo:
    """The hotline's zone: the one place where times stop being UTC."""
    return ZoneInfo(exchange.shelf.live(exchange.now()).hotline.zone)


def wanted_of(zone: ZoneInfo) -> tuple[log.Wanted, dict[str, str]]:
    """What the address asks for, and the same as the form shows it again; nonsense asks for nothing."""
    asked = {
        name: request.args.get(name, "").strip()[:100]
        for name in ("since", "until", "number", "outcome", "text")
    }
    outcome = Outcome(asked["outcome"]) if asked["outcome"] in list(Outcome) else None
    wanted = log.Wanted(
        since=midnight(asked["since"], zone),
        until=midnight(asked["until"], zone, days=1),
        number=asked["number"] or None,
        outcome=outcome,
        text=asked["text"] or None,
        open=asked["outcome"] == "open",
    )
    return wanted, asked


def midnight(text: str, zone: ZoneInfo, days: int = 0) -> int | None:
    """When a day (and `days` more) begins in the zone, in UTC milliseconds; None for no day."""
    try:
        day = date.fromisoformat(text) + timedelta(days)
        start = datetime.combine(day, time.min, zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return round(start.timestamp() * 1000)


def after() -> log.Mark | None:
    """Where the page before ended, from the address."""
    at, call_id = request.args.get("at", type=int), request.args.get("call")
    return (at, call_id) if at is not None and call_id else None
