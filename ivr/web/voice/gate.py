"""The gate before every webhook: nothing is looked up, and nothing happens, before the signature holds."""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Response, current_app, request

from ivr.carriers.capabilities import CARRIERS
from ivr.carriers.twilio.body import BadForm, fields, pairs
from ivr.carriers.twilio.signature import is_signed
from ivr.switchboard.exchange import Exchange

log = logging.getLogger(__name__)

XML = "text/xml; charset=utf-8"


Webhook = Callable[..., bytes | None]
"""A view that is given the exchange, the carrier's form and what its URL names."""


def signed(view: Webhook) -> Callable[..., Response]:
    """Lets only the carrier's own requests through: else 403; 400 for a form no carrier sends."""

    @wraps(view)
    def checked(**place: Any) -> Response:
        exchange: Exchange = current_app.extensions["exchange"]
        try:
            sent = pairs(request.get_data())
            header = request.headers.get(CARRIERS[exchange.settings.carrier].signature_header or "")
            if not is_signed(asked_url(exchange), sent, header, exchange.settings.tokens):
                log.warning("a request with a wrong signature for %s", asked_url(exchange))
                return Response("the signature does not fit this request\n", 403, mimetype="text/plain")
            document = view(exchange, fields(sent), **place)
        except BadForm as error:
            return Response(f"{error}\n", 400, mimetype="text/plain")
        if document is None:
            return Response(status=204)
        return Response(document, content_type=XML)

    return checked


def asked_url(exchange: Exchange) -> str:
    """The URL the carrier signed: our configured base and the raw request target, byte for byte.

    The Host header and X-Forwarded-* are anybody's word (contract §5.2), so they have no part in it.
    """
    environ = request.environ
    raw: str | None = environ.get("RAW_URI") or environ.get("REQUEST_URI")
    if raw is None:
        query = environ.get("QUERY_STRING")
        raw = request.path + (f"?{query}" if query else "")
    return exchange.settings.base_url + raw
