"""Lost callers: whom nobody has answered, and nobody has called back."""

from flask import Blueprint, Response, current_app, request

from ivr.core.accounts import Right
from ivr.ledger import lost as losing
from ivr.ledger import messages
from ivr.switchboard.exchange import Exchange
from ivr.web.pages.calls import tags_of, zone_of
from ivr.web.pages.follow import followed
from ivr.web.visitors import visitor

lost = Blueprint("lost", __name__)

DAYS = (1, 7, 30)
MOST = 100
DAY_MS = 86_400_000


@lost.get("/lost")
def listed() -> Response:
    """One line for each number, the last lost first; who was reached since is not among them."""
    exchange: Exchange = current_app.extensions["exchange"]
    asked = request.args.get("days", 7, int)
    days, queue = asked if asked in DAYS else 7, request.args.get("queue", "").strip()[:100]
    now = exchange.now()
    with exchange.ledger.reading(patience=10) as tx:
        found = losing.callers(tx, now - days * DAY_MS, queue, MOST + 1)
        waiting = messages.count_waiting(tx)
    asking = visitor()
    return followed(
        "lost.html",
        callers=found[:MOST],
        more=len(found) > MOST,
        days=days,
        choices=DAYS,
        queue=queue,
        queues=list(exchange.shelf.live(now).hotline.queues),
        may_call=asking is not None and asking.may(Right.DESK),
        hashing=exchange.seal.hashing,
        waiting=waiting,
        zone=zone_of(exchange),
        tags=tags_of(exchange),
    )
