"""Callers who were promised to be rung."""

from ivr.ledger import callbacks
from ivr.switchboard.line.calling_back import cancel
from ivr.web.api.exchanging import exchange
from ivr.web.api.refusals import not_now, not_there
from ivr.web.api.routes import route
from ivr.web.api.shapes import Length, Moment, Shown
from ivr.web.visitors import name_of_visitor
from ivr.web.wording import _

SHOWN = 500
NO_PROMISE = _("Nobody was promised this.")
TOO_LATE = _("They have been called, are being called, or need not be called any more.")


class Callback(Shown):
    """The promise to ring somebody."""

    id: str
    call: str
    """The call in which they asked for it."""
    number: str
    """What is rung."""
    queue: str
    language: str
    asked_at: Moment
    first_at: Moment
    """When they first joined the line: their place is kept from then."""
    waited: Length
    """How long they had waited on the phone, in seconds."""
    tries: int
    due_at: Moment | None
    """Not before; null: they are in line now."""


class Callbacks(Shown):
    """Those who are still to be rung, whose turn is first first: 500 at most."""

    callbacks: list[Callback]


@route("GET", "/callbacks")
def callbacks_open() -> Callbacks:
    """The promises that are still to be kept."""
    with exchange().ledger.reading() as tx:
        found = callbacks.still_open(tx, SHOWN)
    return Callbacks(callbacks=[Callback.model_validate(each) for each in found])


@route("POST", "/callbacks/{id}/cancel", 404, 409)
def callback_cancelled(id: str) -> None:  # noqa: A002 - as the address has it
    """A promise is taken back: they are not rung. It stands in the audit."""
    with exchange().ledger.reading() as tx:
        known = callbacks.find(tx, id)
    if known is None:
        raise not_there(NO_PROMISE)
    if not cancel(exchange(), name_of_visitor(), id):
        raise not_now(TOO_LATE)
