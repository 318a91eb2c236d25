"""Documents, one leading to the next: fetch, perform, follow; and the fallback when one fails."""

from ivr.box.acts.listening import fetch
from ivr.box.faults import Fault, Refused
from ivr.box.happenings import Act, ApplicationError, Diverted, Ended, LineGone, WaitBroken
from ivr.box.leg import Leg
from ivr.box.twiml.reading import Place, read_reply
from ivr.box.twiml.verbs import Document, Hangup, Pause, Reject, Say
from ivr.box.webhooks import Webhook

Following = Webhook | Document | None


_APOLOGY = "We are sorry, an application error has occurred. Goodbye."


def live(leg: Leg, first: Webhook | Document) -> Act[None]:
    """The program of a leg that belongs to nobody's Dial: documents until it ends."""
    following = first
    while not leg.over:
        try:
            yield from converse(leg, following, Place.CALL)
            leg.end("completed", "service")
        except Diverted as diverted:
            following = diverted.to
        except Ended as ended:
            leg.end(ended.status, "service")
        except LineGone:
            return
        except ApplicationError:
            following = Document((Say(_APOLOGY), Hangup()), Webhook(""))


def converse(leg: Leg, first: Webhook | Document, place: Place) -> Act[None]:
    """Runs documents until one ends without leading on; raises what ended them otherwise."""
    following: Following = first
    while following is not None:
        asked = following
        try:
            if isinstance(asked, Webhook):
                reply = yield from fetch(leg, asked)
                document = read_reply(reply, asked, place, leg.exchange.line.dialect)
            else:
                document = asked
            following = yield from _perform(leg, document)
        except Refused as refused:
            following = _after(leg, refused.fault, asked, place)


def _perform(leg: Leg, document: Document) -> Act[Following]:
    from ivr.box.acts.table import perform  # the acts need `converse`, so their table is found late

    for verb in document.verbs:
        if leg.answered_at is None and not isinstance(verb, Reject | Pause):
            leg.answer()
        following = yield from perform(leg, verb)
        if following is not None:
            return following
    return None


def _after(leg: Leg, fault: Fault, failed: Webhook | Document, place: Place) -> Webhook:
    """Where a leg goes whose document failed (contract §2.2)."""
    leg.fault(fault)
    if place in (Place.WAIT, Place.HOLD):
        raise WaitBroken
    was_fallback = isinstance(failed, Webhook) and "ErrorCode" in dict(failed.fields)
    if leg.fallback is None or was_fallback:
        raise ApplicationError
    return leg.fallback.having([("ErrorCode", str(fault.code)), ("ErrorUrl", fault.url)])
