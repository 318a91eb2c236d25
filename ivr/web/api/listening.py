"""A supervisor listens in on a conversation: unheard, whispering to the agent, or heard by all."""

from ivr.core.accounts import known_as
from ivr.ledger import audit, listeners
from ivr.ledger.audit import Deed
from ivr.ledger.listeners import How, Listener
from ivr.ledger.talks import Talk as Kept
from ivr.switchboard.line import supervising
from ivr.web.api.exchanging import exchange
from ivr.web.api.refusals import not_now, not_there
from ivr.web.api.routes import route
from ivr.web.api.shapes import Asked, Moment, Shown
from ivr.web.api.talks import NOBODY_THERE, NOT_THEIRS, find
from ivr.web.seats import mine
from ivr.web.visitors import name_of_visitor, visitor
from ivr.web.wording import _

NOT_LISTENING = _("You do not listen to this conversation.")
OWN = _("This is your own conversation.")


class Ears(Asked):
    """How somebody listens in."""

    how: How


class Listening(Shown):
    """Somebody who listens in. `joined_at` is null while they are rung."""

    id: str
    who: str
    how: How
    asked_at: Moment
    joined_at: Moment | None


@route("PUT", "/talks/{offer}/listening", 404, 409)
def listened(offer: str, body: Ears) -> Listening:
    """You listen in, or from now on in another way.

    You are rung as an agent is: in your browser, if it is a desk, or on your phone.
    """
    talk = to_hear(offer)
    if talk.agent == ear():
        raise not_now(OWN)
    listener = supervising.supervise(exchange(), offer, ear(), body.how)
    if listener is None:
        raise not_now(NOBODY_THERE)
    note(talk, body.how)
    return Listening.model_validate(listener)


@route("DELETE", "/talks/{offer}/listening", 404)
def left_alone(offer: str) -> None:
    """You listen no more."""
    talk = to_hear(offer)
    listener = mine_in(talk)
    if listener is None or not supervising.stop(exchange(), listener.id):
        raise not_there(NOT_LISTENING)
    note(talk, None)


def to_hear(offer_id: str) -> Kept:
    talk = find(offer_id)
    if talk is None:
        raise not_there(NOT_THEIRS)
    return talk


def mine_in(talk: Kept) -> Listener | None:
    with exchange().ledger.reading() as tx:
        return next((each for each in listeners.in_room(tx, talk.room) if each.who == ear()), None)


def ear() -> str:
    """By which a listener is known: their account, or at this machine the desk at which they sit."""
    asking = visitor()
    return mine(exchange()).id if asking is None or asking.is_here else known_as(asking.name)


def note(talk: Kept, how: How | None) -> None:
    with exchange().ledger.transaction() as tx:
        now = exchange().now()
        audit.note(tx, name_of_visitor(), Deed.LISTENED_IN, talk.call, None, {"how": how}, now)
