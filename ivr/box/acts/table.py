"""Which act performs which verb."""

from ivr.box.acts.dialling import dial
from ivr.box.acts.gathering import gather
from ivr.box.acts.listening import rest
from ivr.box.acts.queueing import enqueue
from ivr.box.acts.recording import record
from ivr.box.acts.speaking import speak
from ivr.box.happenings import Act, Ended, Left
from ivr.box.leg import Leg
from ivr.box.twiml import verbs
from ivr.box.webhooks import Webhook


def perform(leg: Leg, verb: verbs.Verb) -> Act[Webhook | None]:
    """Performs one verb; the webhook it leads to, or None to go on with the next verb."""
    match verb:
        case verbs.Pause() if leg.answered_at is None:  # a first Pause delays answering
            yield from rest(leg, verb.seconds)
        case verbs.Say() | verbs.Play() | verbs.Pause():
            yield from speak(leg, verb)
        case verbs.Gather():
            return (yield from gather(leg, verb))
        case verbs.Record():
            return (yield from record(leg, verb))
        case verbs.Dial():
            return (yield from dial(leg, verb))
        case verbs.Enqueue():
            return (yield from enqueue(leg, verb))
        case verbs.Redirect():
            return verb.to
        case verbs.Leave():
            raise Left
        case verbs.Hangup():
            raise Ended
        case verbs.Reject():
            raise Ended(_rejected(leg, verb))
    return None


def _rejected(leg: Leg, verb: verbs.Reject) -> str:
    """Only a first Reject leaves the call unanswered (contract §3.3)."""
    if leg.answered_at is not None:
        return "completed"
    return "busy" if verb.reason == "busy" else "no-answer"
