"""A queue is closed by hand, and opened again."""

from typing import Annotated

from pydantic import Field, StringConstraints

from ivr.core.line.closures import LONGEST_REASON, Closure, Reason, lacking
from ivr.core.menus import Hotline
from ivr.switchboard.line import closing
from ivr.web.api.exchanging import exchange
from ivr.web.api.refusals import not_there, wrong
from ivr.web.api.routes import route
from ivr.web.api.shapes import NO_ZERO, Asked, Moment, Name, Shown
from ivr.web.visitors import name_of_visitor
from ivr.web.wording import _

NO_SUCH_QUEUE = _("The menus have no such queue.")
NOT_CLOSED = _("Nobody has closed this queue.")
EVERY_LANGUAGE = _("Say it in every language of the hotline, or in none.")
NO_SUCH_LANGUAGE = _("The hotline does not speak this language.")

Said = Annotated[str, StringConstraints(max_length=LONGEST_REASON, pattern=NO_ZERO, strip_whitespace=True)]


class Why(Asked):
    """Why a queue is closed."""

    reason: Reason | None = None
    """One of the ready reasons; null: none."""
    says: dict[Name, Said] = Field(default_factory=dict)
    """Words of your own, one text for each language of the hotline; they come before a ready reason."""


class Closed(Shown):
    """A queue that is closed by hand."""

    queue: str
    since: Moment
    by: str
    reason: Reason | None
    says: dict[str, str]


@route("PUT", "/queues/{queue}/closure", 404)
def queue_closed(queue: str, body: Why) -> Closed:
    """You close a queue at once, until somebody opens it.

    Callers hear why, and go where `closed` leads; for those who wait the queue's `at_closing` holds. It is
    noted in the audit.
    """
    hotline = exchange().shelf.live(exchange().now()).hotline
    if queue not in hotline.queues:
        raise not_there(NO_SUCH_QUEUE)
    says = said(body, hotline)
    made = Closure(queue, exchange().now(), name_of_visitor(), body.reason, says)
    return Closed.model_validate(closing.close(exchange(), made))


@route("DELETE", "/queues/{queue}/closure", 404)
def queue_opened(queue: str) -> None:
    """You open a queue that was closed by hand; its hours hold again."""
    if not closing.open_again(exchange(), name_of_visitor(), queue):
        raise not_there(NOT_CLOSED)


def said(why: Why, hotline: Hotline) -> dict[str, str]:
    """What is to be said in which language. Raises what is answered instead."""
    says = {language: text for language, text in why.says.items() if text}
    for language in says:
        if language not in hotline.languages:
            raise wrong(f"says.{language}", NO_SUCH_LANGUAGE)
    for language in lacking(says, hotline):
        raise wrong(f"says.{language}", EVERY_LANGUAGE)
    return says
