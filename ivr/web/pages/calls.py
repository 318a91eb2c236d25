"""The log: which calls there were, and what each caller lived through."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, abort, current_app, request

from ivr.core.calls import Outcome
from ivr.core.destinations import is_number
from ivr.core.menus import Hotline
from ivr.ledger import audit, legal_holds, log, messages, surveys
from ivr.ledger.audit import Deed
from ivr.switchboard import export
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.legal_holds import whose
from ivr.web.pages import queued
from ivr.web.pages.behind import behind_figure
from ivr.web.pages.follow import followed
from ivr.web.pages.mark import mark_of
from ivr.web.pages.timeline import Era, farewell, timeline
from ivr.web.pages.visits import label_of
from ivr.web.visitors import visitor
from ivr.web.wording import _, language

calls = Blueprint("calls", __name__)

PAGE = 50
SEARCH = 3
"""Seconds it is looked for something; then it is said how far that came."""

PATIENCE = 10
"""Seconds the ledger may take for a part of it."""

GROUP_MS = 60_000
"""Exports within so many milliseconds are one row of the audit."""

NO_CALL = _("There is no such call.")


@calls.get("/calls")
def listed() -> Response:
    """All calls, newest first, or those that are looked for, or those behind a figure."""
    if "list" in request.args:
        return behind_figure()
    exchange: Exchange = current_app.extensions["exchange"]
    zone, mark = zone_of(exchange), mark_of("call")
    wanted, asked = wanted_of(zone)
    lines, rest = log.search(exchange.ledger, wanted, mark, PAGE + 1, SEARCH, PATIENCE)
    with exchange.ledger.reading() as tx:
        waiting = messages.count_waiting(tx)
    return followed(
        "calls.html",
        lines=lines[:PAGE],
        more=lines[PAGE - 1] if len(lines) > PAGE else None,
        rest=rest if len(lines) <= PAGE else None,
        later=mark is not None,
        following=mark is None and not (wanted.text or wanted.number or wanted.outcome),
        asked=asked,
        outcomes=list(Outcome),
        waiting=waiting,
        zone=zone,
        tags=tags_of(exchange),
        base_url=exchange.settings.base_url,
    )


@calls.get("/calls.csv")
def as_csv() -> Response:
    """The calls that are looked for, all of them, as `ivr calls --csv` writes them."""
    response = Response(export.as_csv(exported()), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="calls.csv"'
    return response


@calls.get("/calls.json")
def as_json() -> Response:
    """The same as `ivr calls --json` writes them, one JSON object a line."""
    return Response(export.as_json(exported()), content_type="application/x-ndjson; charset=utf-8")


def exported() -> Iterator[export.Row]:
    """The calls that are looked for, as rows; the audit says who took them along."""
    exchange: Exchange = current_app.extensions["exchange"]
    wanted, asked = wanted_of(zone_of(exchange))
    asking, now = visitor(), exchange.now()
    if asking is not None:
        sought = {name: text for name, text in asked.items() if text}
        if wanted.caller is not None:
            sought["number"] = exchange.seal.caller(wanted.caller)
        with exchange.ledger.transaction() as tx:
            audit.note_once(
                tx, asking.name, Deed.CALLS_EXPORTED, request.path, sought or None, now, within=GROUP_MS
            )
    return map(export.row, log.every(exchange.ledger, wanted))


@calls.get("/calls/<path:call_id>")
def one(call_id: str) -> Response:
    """One call, moment by moment."""
    exchange: Exchange = current_app.extensions["exchange"]
    labels = labels_of(exchange)
    with exchange.ledger.reading() as tx:
        story = log.story(tx, call_id)
        visits, promised = queued.queued(tx, call_id, labels), queued.promises(tx, call_id)
        answers = surveys.of_call(tx, call_id)
        holds = legal_holds.on_call(tx, call_id)
        texts = surveys.written_by(tx, story.call.caller) if story and story.call.caller else []
        waiting = messages.count_waiting(tx)
    if story is None:
        abort(404, NO_CALL)
    eras = eras_of(exchange, story)
    return followed(
        "call.html",
        story=story,
        moments=timeline(story, eras, language(), queued.moments(visits, promised)),
        farewell=farewell(story, eras[-1].menus),
        answers=answers,
        holds=holds,
        texts=texts,
        known=all(era.menus for era in eras) or not story.passes,
        waiting=waiting,
        zone=zone_of(exchange),
        tags=tags_of(exchange),
    )


def eras_of(exchange: Exchange, story: log.Story) -> list[Era]:
    """The menus the call was in: those it began in, and those it was handed over to."""
    handed = [event for event in story.events if event.kind == "handed_over"]
    starts = [story.call.started_at, *(event.at for event in handed)]
    revisions = [*(event.detail["menus"] for event in handed), story.call.revision]
    return [Era(since, menus_of(exchange, number)) for since, number in zip(starts, revisions, strict=True)]


def menus_of(exchange: Exchange, number: int) -> Hotline | None:
    """The menus of a revision; None if this version cannot read them any more."""
    try:
        return exchange.shelf.script(number).hotline
    except KeyError:
        return None


def tags_of(exchange: Exchange) -> dict[str, str]:
    """The tag of each language of the menus, by the admin's name for it."""
    languages = exchange.shelf.live(exchange.now()).hotline.languages
    return {name: voice.tag for name, voice in languages.items()}


def labels_of(exchange: Exchange) -> dict[str, str]:
    """What the reader calls each queue, by its name."""
    live = exchange.shelf.live(exchange.now()).hotline
    return {name: label_of(live, name, language()) for name in live.queues}


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
        number=part_of_number(asked["number"]) or None,
        caller=whole_number(asked["number"]),
        outcome=outcome,
        text=asked["text"] or None,
        open=asked["outcome"] == "open",
    )
    return wanted, asked


def part_of_number(typed: str) -> str:
    """What all spellings of a number have in common: `090 123-4567` is in `+84901234567`."""
    plain = re.sub(r"[\s().\-/]", "", typed)
    return plain.lstrip("0") or plain if plain.isdecimal() else plain


def whole_number(typed: str) -> str | None:
    """The number that was typed, if it is a whole one: where numbers are hashed, no part of one is found."""
    exchange: Exchange = current_app.extensions["exchange"]
    number = whose(exchange, typed)
    return number if is_number(number) else None


def midnight(text: str, zone: ZoneInfo, days: int = 0) -> int | None:
    """When a day (and `days` more) begins in the zone, in UTC milliseconds; None for no day."""
    try:
        day = date.fromisoformat(text) + timedelta(days)
        start = datetime.combine(day, time.min, zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return round(start.timestamp() * 1000)
