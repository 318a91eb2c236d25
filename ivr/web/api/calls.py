"""The log: which calls there were, and what each caller lived through."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import StringConstraints

from ivr.core.calls import Ending, Outcome
from ivr.core.line.visits import Kind, Left, WentTo
from ivr.ledger import legal_holds, log
from ivr.ledger.offers import End
from ivr.web.api.callbacks import Callback
from ivr.web.api.exchanging import exchange
from ivr.web.api.messages import Message
from ivr.web.api.paging import Cursor, Page, after, begins, page
from ivr.web.api.refusals import not_there
from ivr.web.api.routes import route
from ivr.web.api.shapes import NO_ZERO, Moment, Shown
from ivr.web.api.talks import Talk
from ivr.web.pages import queued
from ivr.web.pages.calls import (
    NO_CALL,
    PATIENCE,
    SEARCH,
    labels_of,
    midnight,
    part_of_number,
    whole_number,
    zone_of,
)

Part = Annotated[str, StringConstraints(max_length=100, pattern=NO_ZERO)]


class Ended(StrEnum):
    """How a call ended, or that it has not."""

    OPEN = "open"
    GOODBYE = Outcome.GOODBYE.value
    HUNG_UP = Outcome.HUNG_UP.value
    MESSAGE = Outcome.MESSAGE.value
    CONNECTED = Outcome.CONNECTED.value
    BLOCKED = Outcome.BLOCKED.value
    TOO_MANY = Outcome.TOO_MANY.value
    LOST = Outcome.LOST.value


class WhichCalls(Cursor):
    """Which calls; of several, those to which all applies."""

    since: date | None = None
    """From the beginning of this day on the hotline's clock."""
    until: date | None = None
    """To the end of this day."""
    number: Part = ""
    """The caller's, or a part of it."""
    outcome: Ended | None = None
    text: Part = ""
    """In the number, a step, an option, or the note of a message."""


class Call(Shown):
    """A call as one line of the log."""

    id: str
    caller: str | None
    """null: withheld. Where numbers are stored only hashed, what stands for it begins with `~`."""
    called: str
    language: str
    started_at: Moment
    ended_at: Moment | None
    """null: still on the line."""
    outcome: Outcome | None
    talk: float
    """Seconds with a person."""
    step: str | None
    """Where it is, or the last one it was in."""


class Calls(Page):
    """A page of the log, newest first."""

    calls: list[Call]


class Pass(Shown):
    """A caller went once through one step. `pressed` is masked where it is a secret."""

    step: str
    option: str | None
    pressed: str
    entered_at: Moment
    left_at: Moment
    ending: Ending


class PastOffer(Shown):
    """The caller was offered to an agent."""

    id: str
    agent: str
    made_at: Moment
    ringing_at: Moment | None
    ended_at: Moment | None
    ending: End | None


class Visit(Shown):
    """The caller was in a queue: one visit, one outcome."""

    id: str
    queue: str
    kind: Kind
    language: str
    first_at: Moment
    entered_at: Moment
    ended_at: Moment | None
    outcome: Left | None
    went_to: WentTo | None
    offers: list[PastOffer]
    talk: Talk | None


class Story(Shown):
    """One call, and everything that belongs to it, each in its order."""

    call: Call
    passes: list[Pass]
    visits: list[Visit]
    messages: list[Message]
    callbacks: list[Callback]
    """What was promised in it."""
    held: bool
    """By a legal hold: it is neither forgotten nor erased."""


@route("GET", "/calls")
def calls_listed(query: WhichCalls) -> Calls:
    """The calls that are looked for, newest first.

    Where looking takes long, a page has fewer than fit on it, and `next` goes on from there."""
    wanted = wanted_of(query)
    found, rest = log.search(exchange().ledger, wanted, after(query), query.limit + 1, SEARCH, PATIENCE)
    more = page(found, query.limit, lambda last: (last.started_at, last.id))
    if more is None and rest is not None:
        more = begins(rest)
    return Calls(calls=[Call.model_validate(each) for each in found[: query.limit]], next=more)


@route("GET", "/calls/{call}", 404)
def call_told(call: str) -> Story:
    """What one caller lived through."""
    with exchange().ledger.reading() as tx:
        story = log.story(tx, call)
        if story is None:
            raise not_there(NO_CALL)
        return Story(
            call=Call.model_validate(story.call),
            passes=[Pass.model_validate(each) for each in story.passes],
            visits=[visit(each) for each in queued.queued(tx, call, labels_of(exchange()))],
            messages=[Message.model_validate(each) for each in story.messages],
            callbacks=[Callback.model_validate(each) for each in queued.promises(tx, call)],
            held=bool(legal_holds.on_call(tx, call)),
        )


def wanted_of(query: WhichCalls) -> log.Wanted:
    """What is looked for, as the ledger knows it."""
    zone, open_only = zone_of(exchange()), query.outcome is Ended.OPEN
    return log.Wanted(
        since=midnight(query.since.isoformat(), zone) if query.since else None,
        until=midnight(query.until.isoformat(), zone, days=1) if query.until else None,
        number=part_of_number(query.number.strip()) or None,
        caller=whole_number(query.number),
        outcome=Outcome(query.outcome) if query.outcome and not open_only else None,
        text=query.text.strip() or None,
        open=open_only,
    )


def visit(one: queued.Queued) -> Visit:
    kept = one.visit
    return Visit(
        id=kept.id,
        queue=kept.queue,
        kind=kept.kind,
        language=kept.language,
        first_at=kept.first_at,
        entered_at=kept.entered_at,
        ended_at=kept.ended_at,
        outcome=kept.outcome,
        went_to=kept.went_to,
        offers=[PastOffer.model_validate(offer) for _, offer in one.offers],
        talk=Talk.model_validate(one.talk) if one.talk else None,
    )
