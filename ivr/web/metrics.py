"""What Prometheus, or another program that watches, is told: for a token with the right `metrics:read`."""

from flask import Blueprint, Response, abort, current_app

from ivr.core.metrics import CONTENT_TYPE, exposition
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.measuring import metrics as measured
from ivr.switchboard.shelf import NothingPublished

metrics = Blueprint("metrics", __name__)


@metrics.get("/metrics")
def told() -> Response:
    """All metrics, in Prometheus' text format."""
    exchange: Exchange = current_app.extensions["exchange"]
    try:
        return Response(exposition(measured(exchange)), content_type=CONTENT_TYPE)
    except NothingPublished as nothing:
        abort(503, str(nothing))
