"""What is wrong now and what was: the incidents of the alerts, and who was told of them."""

from collections import defaultdict

from flask import Blueprint, Response, current_app

from ivr.ledger import incidents as kept
from ivr.ledger import messages
from ivr.ledger.incidents import Word
from ivr.switchboard.exchange import Exchange
from ivr.web.pages.calls import zone_of
from ivr.web.pages.follow import followed
from ivr.web.pages.mark import mark_of

alerts = Blueprint("alerts", __name__)

PAGE = 50


@alerts.get("/alerts")
def listed() -> Response:
    """Those that go on, the oldest first; then those that are over, newest first."""
    exchange: Exchange = current_app.extensions["exchange"]
    mark = mark_of("incident")
    with exchange.ledger.reading() as tx:
        open_ = kept.still_open(tx) if mark is None else []
        over = kept.over(tx, mark, PAGE + 1)
        told: dict[str, list[Word]] = defaultdict(list)
        for word in kept.words(tx, [*open_, *over[:PAGE]]):
            told[word.incident].append(word)
        waiting = messages.count_waiting(tx)
    hotline = exchange.shelf.live(exchange.now()).hotline
    return followed(
        "alerts.html",
        open=open_,
        over=over[:PAGE],
        more=over[PAGE - 1] if len(over) > PAGE else None,
        following=mark is None,
        told=dict(told),
        watched=len(hotline.alerts),
        waiting=waiting,
        zone=zone_of(exchange),
    )
