"""The gate before every webhook: nothing is looked up, and nothing happens, before the signature holds.

A webhook does not go through Flask: its request machinery would cost a keypress more than all the rest.
"""

import logging
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from ivr.carriers.capabilities import CARRIERS, TWICE_MORE
from ivr.carriers.twilio.body import LARGEST_BODY, BadForm, Form, fields, pairs
from ivr.carriers.twilio.signature import is_signed
from ivr.core.calls import Call
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.keeping import Kept, opened

log = logging.getLogger(__name__)

Environ = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Refused(Exception):
    """A request that no carrier of ours sends: a status, and a line that says why."""

    status: str
    why: str
    headers: tuple[tuple[str, str], ...] = ()


FORBIDDEN = Refused("403 Forbidden", "the signature does not fit this request")
CUT_SHORT = Refused("400 Bad Request", "the form did not arrive whole")
TOO_LARGE = Refused("413 Content Too Large", f"a form has at most {LARGEST_BODY} bytes")
NOT_POSTED = Refused("405 Method Not Allowed", "the carrier posts its webhooks", (("Allow", "POST"),))


@dataclass(slots=True)
class Asked:
    """A signed request of the carrier: the address it asked, and its form.

    `tries`: how often we sent the carrier back there. `call`: how the call stands, if the address says so.
    """

    url: str
    query: str
    form: Form
    tries: int = 0
    call: Call | None = None


def signed(exchange: Exchange, environ: Environ) -> Asked:
    """The request, if the carrier signed it. Raises Refused."""
    if environ["REQUEST_METHOD"] != "POST":
        raise NOT_POSTED
    url, _, query = asked_url(exchange, environ).partition("?")
    try:
        sent = pairs(body(environ))
        header = environ.get(HEADERS[exchange.settings.carrier])
        asked = f"{url}?{query}" if query else url
        tokens = exchange.settings.tokens
        # What stands behind "#" is not sent to us, and nobody says whether it is signed (contract §5.2).
        if not (
            is_signed(asked, sent, header, tokens) or is_signed(asked + TWICE_MORE, sent, header, tokens)
        ):
            log.warning("a request with a wrong signature for %.200s", url)
            raise FORBIDDEN
        form = fields(sent)
    except BadForm as error:
        raise Refused("400 Bad Request", str(error)) from None
    return again(exchange, Asked(url, query, form)) if query else Asked(url, query, form)


def again(exchange: Exchange, asked: Asked) -> Asked:
    """A request with what its address kept: how often it was tried, what was done there, the call."""
    words = parse_qs(asked.query)
    tries, text = words.get("again", ["0"])[0], words.get("kept", [""])[0]
    kept = opened(exchange.seal, text) if text else Kept()
    form = {**kept.said, **asked.form}
    return Asked(asked.url, asked.query, form, int(tries) if tries.isdecimal() else 0, kept.call)


def asked_url(exchange: Exchange, environ: Environ) -> str:
    """The URL the carrier signed: our configured base and the raw request target, byte for byte.

    The Host header and X-Forwarded-* are anybody's word (contract §5.2), so they have no part in it.
    """
    raw: str | None = environ.get("RAW_URI") or environ.get("REQUEST_URI")
    if raw is None:
        query = environ.get("QUERY_STRING")
        raw = environ["PATH_INFO"] + (f"?{query}" if query else "")
    return exchange.settings.base_url + raw


def body(environ: Environ) -> bytes:
    """The body, read to its end: what is left of it would be taken for the next request. Raises Refused."""
    length = environ.get("CONTENT_LENGTH")
    if length and (not length.isdecimal() or int(length) > LARGEST_BODY):
        raise TOO_LARGE
    try:
        read: bytes = environ["wsgi.input"].read(int(length) if length else LARGEST_BODY + 1)
    except (OSError, ValueError) as error:  # who sent it is gone, or cannot count
        raise CUT_SHORT from error
    if len(read) > LARGEST_BODY:
        raise TOO_LARGE
    return read


HEADERS = {
    kind: "HTTP_" + carrier.signature_header.upper().replace("-", "_")
    for kind, carrier in CARRIERS.items()
    if carrier.signature_header
}
"""What a signature's header is called in a WSGI environment."""
