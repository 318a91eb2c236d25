"""The calls behind a figure: as many lines as it says."""

from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import Response, abort, current_app, render_template, request

from ivr.core.figures.behind import Behind, behind_of
from ivr.core.figures.catalogue import everything
from ivr.core.figures.figure import Unit
from ivr.ledger import messages
from ivr.ledger.reports.listing import page
from ivr.ledger.reports.rolling_up import count_again
from ivr.switchboard.exchange import Exchange
from ivr.web.pages.follow import on_every_page
from ivr.web.wording import _

PAGE = 50
PATIENCE = 1
"""Seconds for which what has changed is counted before."""
SEARCH = 30
"""Seconds a long list may take; nobody is on the line for it."""

NO_LIST = _("No figure has such a list of calls.")


def listed_at(behind: Behind) -> str:
    """Where a list is shown."""
    return f"/calls?{urlencode(behind.query)}"


def behind_figure() -> Response:
    """The list that the address asks for, newest first."""
    exchange: Exchange = current_app.extensions["exchange"]
    wanted = behind_of(request.args)
    if wanted is None:
        abort(404, NO_LIST)
    number = max(0, request.args.get("page", 0, int))
    hotline = exchange.shelf.live(exchange.now()).hotline
    count_again(exchange.ledger, hotline.zone, exchange.now(), PATIENCE)
    with exchange.ledger.reading(patience=SEARCH) as tx:
        found = page(tx, wanted, hotline.zone, PAGE, number * PAGE)
        waiting = messages.count_waiting(tx)
    figures = [figure for figure in everything().values() if figure.opens == wanted.list]
    shown = render_template(
        "behind.html",
        behind=wanted,
        count=found.length,
        is_all=found.is_all,
        lines=found.lines,
        figure=min(figures, key=lambda figure: figure.unit is not Unit.COUNT),
        number=number,
        more=not found.is_all or found.length > (number + 1) * PAGE,
        zone=ZoneInfo(hotline.zone),
        tags={name: voice.tag for name, voice in hotline.languages.items()},
        waiting=waiting,
        **on_every_page(),
    )
    return Response(shown)
