"""Pages that follow what happens: a browser asks again each second, and is told when nothing has changed."""

from collections.abc import Mapping
from hashlib import sha256

from flask import Response, current_app, make_response, render_template, request

from ivr.core.accounts import Right
from ivr.core.alerts import Incident
from ivr.ledger import drafts, incidents
from ivr.ledger.drafts import Refusal
from ivr.switchboard.exchange import Exchange
from ivr.web.pages.door import seal
from ivr.web.visitors import Visitor, visitor
from ivr.web.wording import language


def followed(template: str, passing: Mapping[str, object] | None = None, /, **shown: object) -> Response:
    """A page made of what is shown, and of what passes by itself, such as the time; 304, and no page made,
    for a browser that shows the same already.

    The change number is the hash of the values, so it fits whichever process made the page before; and of
    the edition, so that a page that was open through an upgrade is made anew.
    """
    reader = visitor()
    shown |= on_every_page()
    read_as = (language(), reader.name if reader else None, seal())
    made_as = (current_app.config["EDITION"], template, read_as)
    number = sha256(repr((made_as, sorted(shown.items()))).encode()).hexdigest()[:32]
    if number in request.if_none_match:
        return Response(status=304)
    page = make_response(render_template(template, **(passing or {}), **shown))
    page.set_etag(number)
    return page


def follows() -> bool:
    """Whether who asks shows the page already, and wants the parts of it that change."""
    return "Follow" in request.headers


def on_every_page() -> Mapping[str, object]:
    """What every page has a line about, also one that nobody asks for again."""
    return {"refusal": _refusal(), "alarms": _alarms(visitor())}


def _refusal() -> Refusal | None:
    """What keeps the folder of menus from going live."""
    exchange: Exchange = current_app.extensions["exchange"]
    with exchange.ledger.reading() as tx:
        return drafts.refusal(tx)


def _alarms(reader: Visitor | None) -> tuple[Incident, ...]:
    """The incidents that go on, for whoever looks after the line."""
    if reader is None or not reader.may(Right.LINE_READ):
        return ()
    exchange: Exchange = current_app.extensions["exchange"]
    with exchange.ledger.reading() as tx:
        return tuple(incidents.still_open(tx))
