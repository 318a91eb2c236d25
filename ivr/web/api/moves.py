"""Somebody who waits is moved by a supervisor."""

from enum import StrEnum

from ivr.core.accounts import known_as
from ivr.core.line.onward import Onward, To
from ivr.switchboard.line import moving
from ivr.switchboard.line.moving import Stays
from ivr.web.api.exchanging import exchange
from ivr.web.api.refusals import not_now, not_there
from ivr.web.api.routes import route
from ivr.web.api.shapes import Asked, Name
from ivr.web.visitors import name_of_visitor
from ivr.web.wording import STAYS


class Whither(StrEnum):
    """What somebody who waits is moved to."""

    QUEUE = "queue"
    AGENT = "agent"


class Onwards(Asked):
    """Where to: a queue by its name, or an agent who is free."""

    to: Whither
    name: Name


@route("POST", "/waiting/{visit}/front", 404, 409)
def moved_up(visit: str) -> None:
    """They become the next of their queue.

    Nothing else ever changes a rank, so it stands in the audit.
    """
    answered(moving.to_front(exchange(), name_of_visitor(), visit))


@route("POST", "/waiting/{visit}/move", 404, 409)
def moved(visit: str, body: Onwards) -> None:
    """They go to another queue, or are offered to one agent.

    In the queue they have waited as long as here. If the agent does not take them, everybody is offered them
    again.
    """
    name = known_as(body.name) if body.to is Whither.AGENT else body.name
    answered(moving.move(exchange(), name_of_visitor(), visit, Onward(To(body.to), name)))


def answered(why: Stays | None) -> None:
    if why is Stays.GONE:
        raise not_there(STAYS[why])
    if why is not None:
        raise not_now(STAYS[why])
