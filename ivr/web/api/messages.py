"""Word left by callers, until somebody has seen to it."""

from typing import Annotated

from pydantic import StringConstraints

from ivr.ledger import messages
from ivr.web.api.exchanging import exchange
from ivr.web.api.paging import Cursor, Page, after, page
from ivr.web.api.refusals import not_there
from ivr.web.api.routes import route
from ivr.web.api.shapes import NO_ZERO, Asked, Moment, Shown
from ivr.web.pages.messages import LONGEST_NOTE, NO_MESSAGE, change

SHOWN = 500


class Message(Shown):
    """Word left in a mailbox."""

    id: str
    call: str
    mailbox: str
    caller: str | None
    language: str
    left_at: Moment
    seconds: float
    recording: str
    """To be heard at `/recordings/said/….wav`, once its `state` is `kept`."""
    state: str
    listened_at: Moment | None
    done_at: Moment | None
    done_by: str | None
    note: str


class Messages(Page):
    """A page of messages."""

    messages: list[Message]


class WhichMessages(Cursor):
    """Which messages."""

    all: bool = False
    """Those too that were seen to, newest first; else only the others, the longest waiting first."""


class Seen(Asked):
    """What becomes of a message. What is not given stays."""

    done: bool | None = None
    """Whether somebody has seen to it."""
    note: Annotated[str, StringConstraints(max_length=LONGEST_NOTE, pattern=NO_ZERO)] | None = None


@route("GET", "/messages")
def messages_listed(query: WhichMessages) -> Messages:
    """The messages that somebody has still to see to, or all of them."""
    with exchange().ledger.reading() as tx:
        if query.all:
            found = messages.newest(tx, after(query), query.limit + 1)
        else:
            found = messages.waiting(tx, SHOWN)
    more = page(found, query.limit, lambda last: (last.left_at, last.id)) if query.all else None
    shown = found[: query.limit] if query.all else found
    return Messages(messages=[Message.model_validate(each) for each in shown], next=more)


@route("PUT", "/messages/{id}", 404)
def message_changed(id: str, body: Seen) -> Message:  # noqa: A002 - as the address has it
    """Somebody saw to a message (or takes that back), or wrote a note beside it. It stands in the audit."""
    message = change(exchange(), id, body.done, body.note)
    if message is None:
        raise not_there(NO_MESSAGE)
    return Message.model_validate(message)
