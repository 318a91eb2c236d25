"""Whether this hotline can answer a call: for a load balancer, or whoever watches over it."""

from flask import Blueprint, Response, current_app

from ivr.ledger import LedgerError
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.shelf import NothingPublished

health = Blueprint("health", __name__)


@health.get("/health")
def answers() -> Response:
    """200 when the ledger can be read and menus are live, else 503; it says which, and nothing else."""
    exchange: Exchange = current_app.extensions["exchange"]
    try:
        with exchange.ledger.reading():
            exchange.shelf.live(exchange.now())
    except LedgerError:
        return Response("the ledger cannot be read\n", 503, mimetype="text/plain")
    except NothingPublished:
        return Response("no menus are published\n", 503, mimetype="text/plain")
    return Response("ok\n", mimetype="text/plain")
