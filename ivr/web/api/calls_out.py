"""An agent calls somebody as the hotline."""

from typing import Annotated

from pydantic import StringConstraints

from ivr.switchboard.line.calling_out import call_out
from ivr.web.api.exchanging import exchange
from ivr.web.api.refusals import not_now, wrong
from ivr.web.api.routes import route
from ivr.web.api.shapes import NO_ZERO, Asked, Number
from ivr.web.seats import mine
from ivr.web.wording import NOT_SO, _

NO_QUEUE = _("The menus have no such queue.")


class CallOut(Asked):
    """Whom to call."""

    number: Number
    queue: Annotated[str, StringConstraints(max_length=100, pattern=NO_ZERO)] = ""
    """Whose wrap-up and dispositions follow; empty: none."""


@route("POST", "/calls-out", 404, 409)
def called_out(body: CallOut) -> None:
    """You call a number as the hotline.

    You are offered the call as a caller is, and once you have taken it, the number is rung. To whom the queue
    has promised a call it is the promised one.
    """
    agent = mine(exchange())
    if body.queue and body.queue not in exchange().shelf.live(exchange().now()).hotline.queues:
        raise wrong("queue", NO_QUEUE)
    why = call_out(exchange(), agent.id, body.number, body.queue)
    if why is not None:
        raise not_now(NOT_SO[why])
