"""The two ways a leg waits: for whatever happens, and for the service's answer."""

from ivr.box.faults import Refused
from ivr.box.happenings import (
    Act,
    Diverted,
    Fetched,
    Happening,
    HungUp,
    Interrupted,
    Key,
    LineGone,
    Redirected,
    Summoned,
)
from ivr.box.leg import Leg
from ivr.box.transport import Reply
from ivr.box.webhooks import Outcome, Webhook


def listen(leg: Leg, seconds: float | None) -> Act[Happening | None]:
    """The next thing that happens, None after `seconds`; raises LineGone, Diverted and Interrupted."""
    happening = yield seconds
    if isinstance(happening, HungUp):
        leg.end("completed" if leg.answered_at is not None else happening.unanswered, happening.by)
        raise LineGone
    if isinstance(happening, Redirected):
        raise Diverted(happening.to)
    if isinstance(happening, Summoned) and leg.can_be_summoned:
        raise Interrupted(happening.to)
    return happening


def rest(leg: Leg, seconds: float) -> Act[None]:
    """Lets time pass; keys pressed meanwhile are lost."""
    until = leg.exchange.clock.now() + seconds
    while (left := until - leg.exchange.clock.now()) > 0:
        lose(leg, (yield from listen(leg, left)))


def lose(leg: Leg, happening: Happening | None) -> None:
    """A key nobody listens for: the carrier drops it, and the handset is told."""
    if isinstance(happening, Key):
        leg.emit("lost", digits=happening.digit)


def fetch(leg: Leg, webhook: Webhook) -> Act[Reply]:
    """The service's answer; keys pressed meanwhile are lost. Raises Refused."""
    asked = leg.exchange.addressed(leg, webhook)
    leg.emit("webhook", url=asked.url)
    ticket = object()
    leg.exchange.ask(leg, asked, leg.cookies, lambda outcome: leg.tell(Fetched(ticket, outcome)))
    while True:
        happening = yield from listen(leg, None)
        if isinstance(happening, Fetched) and happening.ticket is ticket:
            return answer_in(leg, happening)
        lose(leg, happening)


def answer_in(leg: Leg, fetched: Fetched) -> Reply:
    outcome = fetched.outcome
    if outcome.difference is not None:
        leg.fault(outcome.difference)
    if outcome.reply is None:
        assert outcome.fault is not None
        raise Refused(outcome.fault.code, outcome.fault.detail, outcome.fault.url)
    return outcome.reply


def inform(leg: Leg, webhook: Webhook) -> None:
    """An instruction asked for although nobody will hear the answer, as after a hang-up."""
    asked = leg.exchange.addressed(leg, webhook)
    leg.emit("webhook", url=asked.url)

    def done(outcome: Outcome) -> None:
        for fault in (outcome.fault, outcome.difference):
            if fault is not None:
                leg.fault(fault)

    leg.exchange.ask(leg, asked, dict(leg.cookies), done)
