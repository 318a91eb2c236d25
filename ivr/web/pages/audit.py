"""The audit: who changed what, and when."""

from zoneinfo import ZoneInfo

from flask import Blueprint, Response, current_app, request

from ivr.ledger import audit as deeds
from ivr.ledger import messages
from ivr.ledger.audit import Deed, Sought
from ivr.switchboard import export
from ivr.switchboard.exchange import Exchange
from ivr.web.pages.calls import midnight, tags_of, zone_of
from ivr.web.pages.follow import followed
from ivr.web.wording import DEEDS

audit = Blueprint("audit", __name__)

PAGE = 50
LAST = 2**31 - 1
"""The highest number an entry can have."""

SEARCH = 10
"""Seconds a search may take; nobody is on the line for it."""


@audit.get("/audit")
def listed() -> Response:
    """All deeds, newest first, or those that are looked for."""
    exchange: Exchange = current_app.extensions["exchange"]
    zone, mark = zone_of(exchange), number_of()
    sought, asked = sought_of(zone)
    with exchange.ledger.reading(patience=SEARCH) as tx:
        entries = deeds.newest(tx, sought, mark, PAGE + 1)
        waiting = messages.count_waiting(tx)
    return followed(
        "audit.html",
        entries=entries[:PAGE],
        more=entries[PAGE - 1] if len(entries) > PAGE else None,
        later=mark is not None,
        following=mark is None,
        asked=asked,
        deeds={deed: DEEDS[deed] for deed in Deed},
        waiting=waiting,
        zone=zone,
        tags=tags_of(exchange),
    )


@audit.get("/audit.json")
def as_json() -> Response:
    """The deeds that are looked for, all of them, one JSON object a line."""
    exchange: Exchange = current_app.extensions["exchange"]
    sought = sought_of(zone_of(exchange))[0]
    lines = export.as_json(map(export.deed, deeds.every(exchange.ledger, sought)))
    return Response(lines, content_type="application/x-ndjson; charset=utf-8")


def number_of() -> int | None:
    """The number of the last entry of the page before; None for what is no such number."""
    number = request.args.get("number", type=int)
    return number if number is not None and 0 <= number <= LAST else None


def sought_of(zone: ZoneInfo) -> tuple[Sought, dict[str, str]]:
    """What the address asks for, and the same as the form shows it again; nonsense asks for nothing."""
    asked = {
        name: request.args.get(name, "").strip()[:100]
        for name in ("since", "until", "who", "what", "subject")
    }
    sought = Sought(
        since=midnight(asked["since"], zone),
        until=midnight(asked["until"], zone, days=1),
        who=asked["who"] or None,
        what=asked["what"] if asked["what"] in list(Deed) else None,
        subject=asked["subject"] or None,
    )
    return sought, asked
