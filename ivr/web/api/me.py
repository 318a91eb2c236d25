"""An agent's own desk: how they stand, who calls them, their conversation, their day."""

from typing import Annotated

from pydantic import AfterValidator, Field, WithJsonSchema

from ivr.carriers.twilio.token import voice_token
from ivr.core.accounts import Right
from ivr.core.agents import Activity, Status, Way
from ivr.core.calls import Outcome
from ivr.core.line.visits import Kind
from ivr.switchboard.line import standing, supervising
from ivr.web.api.exchanging import exchange
from ivr.web.api.refusals import not_now, not_there
from ivr.web.api.routes import route
from ivr.web.api.shapes import Asked, Length, Moment, Shown
from ivr.web.api.talks import Talk
from ivr.web.own_line import BROWSER, own_line_at
from ivr.web.pages.at_desk import desk_of
from ivr.web.seats import mine, who
from ivr.web.visitors import visitor
from ivr.web.wording import BREAKS, _

NOT_DIALLED_IN = _("You are rung on a line on which you have not dialled in yet: call the hotline first.")
NO_LINE = _("There is no line for this page: agents are rung elsewhere, or the carrier’s key is missing.")


def known_reason(reason: str) -> str:
    if reason and reason not in BREAKS:
        raise ValueError(f"one of {', '.join(BREAKS)}")
    return reason


Reason = Annotated[str, AfterValidator(known_reason), WithJsonSchema({"enum": ["", *BREAKS]})]
"""Why somebody has a break; empty: they do not say."""


class Chosen(Asked):
    """What an agent chooses to be."""

    status: Status
    reason: Reason = ""
    """Of a break; elsewhere it means nothing."""


class Stands(Shown):
    """How an agent stands."""

    agent: str
    """By which the other addresses know them."""
    name: str
    way: Way
    status: Status
    reason: str
    activity: Activity
    since: Moment
    own_line: str
    """How their browser is rung: `box`, `carrier`, `missing` if it cannot be; empty for a phone."""
    client: str


class Offer(Shown):
    """A caller who is offered to an agent, until a time."""

    id: str
    visit: str
    agent: str
    queue: str
    made_at: Moment
    until: Moment
    ringing_at: Moment | None


class Work(Shown):
    """A conversation, or the wrap-up behind it."""

    talk: Talk
    dispositions: tuple[str, ...]
    """What it can have been about, as the queue has it."""
    must_dispose: bool
    """Whether the wrap-up lasts until one of them is chosen."""
    is_delayed: bool
    """Whether the carrier does not answer: what was asked of it for this call is still to come."""


class Earlier(Shown):
    """A call of the same number."""

    call: str
    started_at: Moment
    outcome: Outcome | None
    agent: str | None
    disposition: str | None
    notes: str


class Before(Shown):
    """What the agent from whom a caller comes has written down of them so far, in this call."""

    agent: str
    """Their name."""
    disposition: str | None
    notes: str


class Caller(Shown):
    """Who calls, or is called; `caller` null is withheld."""

    kind: Kind
    """`call`; `callback`, as was promised; `consult`, if an agent asks for you; `outbound`, if you call."""
    call: str
    caller: str | None
    queue: str
    """By its label, in the reader's language."""
    language: str
    path: tuple[str, ...]
    """The options they chose, in words."""
    entered_at: Moment
    earlier: tuple[Earlier, ...]
    sent_by: str | None
    """The name of the agent who asks for you, or sends them on."""
    before: Before | None
    is_kept: bool
    """Whether it is a promised call that nobody else is offered: you wish to make it yourself."""
    is_held: bool
    """Whether the caller is on hold, or to be: also while you are only asked about them."""


class Talked(Shown):
    """A conversation of the day; `talk` in seconds."""

    call: str
    caller: str | None
    queue: str
    """By its label, in the reader's language."""
    answered_at: Moment
    talk: Length
    disposition: str | None
    notes: str


class Day(Shown):
    """What an agent did today, on the hotline's clock; `talk` in seconds."""

    calls: int
    talk: float
    missed: int
    talked: tuple[Talked, ...]


class Desk(Shown):
    """Everything on an agent's desk."""

    stands: Stands
    offer: Offer | None
    work: Work | None
    caller: Caller | None
    day: Day


class PhonePass(Shown):
    """What a browser shows the carrier to be an agent's telephone."""

    token: str = Field(repr=False)


@route("GET", "/me", 404)
def my_desk() -> Desk:
    """Your desk as it is now.

    Who asks is there: as long as it is asked every half minute you stay in the line, as on the desk's page.
    """
    agent = mine(exchange())
    standing.heard_of(exchange(), agent.id)
    with exchange().ledger.reading() as tx:
        return Desk.model_validate(desk_of(exchange(), tx, agent.id))


@route("PUT", "/me/status", 404, 409)
def my_status(body: Chosen) -> Stands:
    """You are ready, on a break, or out of the line. What you are doing is done first."""
    agent = mine(exchange())
    reason = body.reason if body.status is Status.ON_BREAK else ""
    if not standing.choose(exchange(), agent.id, body.status, reason):
        raise not_now(NOT_DIALLED_IN)
    with exchange().ledger.reading() as tx:
        desk = desk_of(exchange(), tx, agent.id)
    return Stands.model_validate(desk.stands if desk else None)


@route("GET", "/me/token", 404)
def my_token() -> PhonePass:
    """The pass with which your browser becomes your telephone at the carrier: to talk, or to listen in."""
    settings, address = exchange().settings, rung_at()
    if own_line_at(settings, address) != "carrier":
        raise not_there(NO_LINE)
    made = voice_token(
        settings.account_sid,
        settings.api_key,
        settings.api_secret,
        identity=address.removeprefix(BROWSER),
        now=exchange().now() // 1000,
    )
    return PhonePass(token=made)


def rung_at() -> str:
    """Where the reader is rung: an agent, or who may listen in without being one."""
    asking, sits = visitor(), who()
    if sits is None or asking is None or not asking.may(Right.LINE):
        return mine(exchange()).address
    with exchange().ledger.reading() as tx:
        return supervising.address_of(tx, sits)
