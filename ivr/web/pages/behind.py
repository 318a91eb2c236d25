"""The calls behind a figure: as many lines as it says."""

from zoneinfo import ZoneInfo

from flask import Response, abort, current_app, render_template, request

from ivr.core.figures.behind import behind_of
from ivr.core.figures.catalogue import everything
from ivr.core.figures.figure import Unit
from ivr.ledger import messages
from ivr.ledger.reports import behind
from ivr.switchboard.exchange import Exchange
from ivr.web.pages.follow import refusal
from ivr.web.wording import _

PAGE = 50
SEARCH = 30
"""Seconds a long list may take; nobody is on the line for it."""

NO_LIST = _("No figure has such a list of calls.")


def behind_figure() -> Response:
    """The list that the address asks for, newest first."""
    exchange: Exchange = current_app.extensions["exchange"]
    wanted = behind_of(request.args)
    if wanted is None:
        abort(404, NO_LIST)
    number = max(0, request.args.get("page", 0, int))
    with exchange.ledger.reading(patience=SEARCH) as tx:
        count = behind.count(tx, wanted)
        lines = behind.lines(tx, wanted, PAGE, number * PAGE)
        waiting = messages.count_waiting(tx)
    hotline = exchange.shelf.live(exchange.now()).hotline
    figures = [figure for figure in everything().values() if figure.opens == wanted.list]
    page = render_template(
        "behind.html",
        behind=wanted,
        count=count,
        lines=lines,
        figure=min(figures, key=lambda figure: figure.unit is not Unit.COUNT),
        number=number,
        more=count > (number + 1) * PAGE,
        zone=ZoneInfo(hotline.zone),
        tags={name: voice.tag for name, voice in hotline.languages.items()},
        waiting=waiting,
        refusal=refusal(),
    )
    return Response(page)
