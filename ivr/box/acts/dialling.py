"""Dial: rings parties, screens the first that answers, and joins the two lines (contract §3.5)."""

from dataclasses import dataclass

from ivr.box.acts.conferring import confer
from ivr.box.acts.conversing import converse, live
from ivr.box.acts.dequeuing import take_from_queue
from ivr.box.acts.listening import inform, listen
from ivr.box.dialects import Dialect
from ivr.box.faults import BAD_CALLER_ID, Refused
from ivr.box.happenings import (
    Act,
    ApplicationError,
    CalleeAnswered,
    CalleeGone,
    CalleeReady,
    Diverted,
    Ended,
    HungUp,
    Key,
    LineGone,
    PickedUp,
    TurnedDown,
)
from ivr.box.leg import Leg
from ivr.box.twiml.reading import Place
from ivr.box.twiml.verbs import Dial, Document, FrontOfQueue, Room, Target
from ivr.box.webhooks import Webhook

_EXTRA_RINGING = 5  # contract §3.5: the carrier always adds about five seconds


@dataclass(frozen=True, slots=True)
class Dialled:
    """How dialling went; `seconds` of conversation."""

    status: str
    callee: Leg | None = None
    bridged: bool = False
    seconds: int = 0
    recording: tuple[tuple[str, str], ...] = ()

    def fields(self, dialect: Dialect) -> list[tuple[str, str]]:
        told = [("DialCallStatus", self.status)]
        if dialect.tells_bridged:
            told.append(("DialBridged", "true" if self.bridged else "false"))
        if self.callee is not None:
            told.append(("DialCallSid", self.callee.sid))
        if self.bridged:
            told.append(("DialCallDuration", str(self.seconds)))
        return [*told, *self.recording]


class LeftTalking(LineGone):
    """The caller hung up in conversation, which does not undo that the two have talked."""

    def __init__(self, result: Dialled) -> None:
        super().__init__()
        self.result = result


def dial(leg: Leg, verb: Dial) -> Act[Webhook | None]:
    """None without an `action`: the document goes on with the next verb."""
    if isinstance(verb.place, Room):
        return (yield from confer(leg, verb, verb.place))
    if isinstance(verb.place, FrontOfQueue):
        return (yield from take_from_queue(leg, verb, verb.place))
    caller_id = _caller_id(leg, verb)
    rounds = [(target,) for target in verb.targets] if verb.sequential else [verb.targets]
    result = Dialled("failed")
    for targets in rounds:
        callees = [_ring(leg, target, caller_id, verb) for target in targets]
        result = yield from _one_round(leg, verb, callees)
        if result.status in ("completed", "answered"):
            break
    leg.doing = ""
    leg.emit("dialed", status=result.status)
    return verb.action.having(result.fields(leg.exchange.line.dialect)) if verb.action else None


def _caller_id(leg: Leg, verb: Dial) -> str:
    """Contract §3.5: the caller's own number, or one of ours."""
    wanted = verb.caller_id or leg.from_
    plain = wanted.startswith(("+", "0")) or wanted.isdigit()
    if verb.caller_id and plain and wanted not in (leg.from_, leg.to, *leg.exchange.numbers()):
        raise Refused(BAD_CALLER_ID, f"{wanted} is neither the caller's number nor one of ours")
    return wanted


def _ring(leg: Leg, target: Target, caller_id: str, verb: Dial) -> Leg:
    leg.emit("dialing", to=target.address)
    leg.doing = "ringing"
    callee = leg.exchange.new_leg(caller_id, _address(target), "outbound-dial", leg)
    callee.notices = target.notices
    callee.fallback = leg.fallback
    callee.start(answer_the_dialled(callee, leg, target, verb.timeout + _EXTRA_RINGING))
    return callee


def _address(target: Target) -> str:
    return f"client:{target.address}" if target.kind == "client" else target.address


def _one_round(leg: Leg, verb: Dial, callees: list[Leg]) -> Act[Dialled]:
    winner: list[Leg] = []
    try:
        return (yield from _until_over(leg, verb, callees, winner))
    except LineGone as gone:
        _drop(callees)
        ringing = Dialled("completed" if winner else "canceled", (winner or callees)[0])
        result = gone.result if isinstance(gone, LeftTalking) else ringing
        if verb.action:
            inform(leg, verb.action.having(result.fields(leg.exchange.line.dialect)))
        raise
    except Diverted:
        _drop(callees)
        raise


def _until_over(leg: Leg, verb: Dial, callees: list[Leg], winner: list[Leg]) -> Act[Dialled]:
    """The first callee that answers wins, before its screening document runs; the others are dropped."""
    ringing, ended = list(callees), [""]
    while True:
        happening = yield from listen(leg, None)
        if isinstance(happening, CalleeAnswered) and not winner:
            winner.append(happening.callee)
            _drop([each for each in callees if each is not happening.callee])
        elif isinstance(happening, CalleeReady) and happening.callee in winner:
            return (yield from _talk(leg, verb, happening.callee))
        elif isinstance(happening, CalleeGone) and happening.callee in winner:
            return Dialled("completed", happening.callee)
        elif isinstance(happening, CalleeGone) and happening.callee in ringing:
            ringing.remove(happening.callee)
            ended.append(happening.status)
            if not ringing and not winner:
                return Dialled(_worst(ended), happening.callee)


def _worst(statuses: list[str]) -> str:
    return next((each for each in ("no-answer", "busy", "failed") if each in statuses), "failed")


def _talk(leg: Leg, verb: Dial, callee: Leg) -> Act[Dialled]:
    """Both lines are joined until one of them, the star key or the time limit parts them."""
    clock, began = leg.exchange.clock, leg.exchange.clock.now()
    recordings = leg.exchange.recordings
    recording = recordings.begin(leg, "DialVerb", verb.recording_notices) if verb.record else None
    for each in (leg, callee):
        each.doing = "talking"
        each.emit("bridged")
    gone: Exception | None = None
    try:
        yield from _until_parted(leg, verb, callee, began + verb.time_limit)
    except (LineGone, Diverted) as error:
        gone = error
    if recording is not None:
        recordings.close(recording, empty_if_silent=False)
    if isinstance(gone, Diverted):
        raise gone
    _drop([callee])
    told = tuple(recording.fields()) if recording else ()
    result = Dialled("completed", callee, True, round(clock.now() - began), told)
    if gone is not None:
        raise LeftTalking(result)
    return result


def _until_parted(leg: Leg, verb: Dial, callee: Leg, until: float) -> Act[None]:
    while (left := until - leg.exchange.clock.now()) > 0:
        happening = yield from listen(leg, left)
        if isinstance(happening, CalleeGone) and happening.callee is callee:
            return
        if isinstance(happening, Key) and happening.digit == "*" and verb.hang_up_on_star:
            return


def _drop(callees: list[Leg]) -> None:
    for callee in callees:
        if not callee.over:
            callee.tell(HungUp("service"))


def answer_the_dialled(leg: Leg, caller: Leg, target: Target, seconds: float) -> Act[None]:
    """The program of a dialled leg: ring, screen, talk; the caller's leg is told of each."""
    try:
        status = yield from ring(leg, seconds)
        if status == "answered":
            caller.tell(CalleeAnswered(leg))
            yield from _screened_and_joined(leg, caller, target)
        leg.end(status, "callee")
    except Diverted as diverted:  # the REST API took the leg out: it lives on by itself
        caller.tell(CalleeGone(leg, "completed"))
        yield from live(leg, diverted.to)
    except (LineGone, Ended, ApplicationError):
        leg.end("completed", "service")
    caller.tell(CalleeGone(leg, leg.status))


def _screened_and_joined(leg: Leg, caller: Leg, target: Target) -> Act[None]:
    """Never returns: it ends when the line does."""
    if target.screen is not None:
        yield from converse(leg, target.screen, Place.SCREEN)
    caller.tell(CalleeReady(leg))
    while True:
        yield from listen(leg, None)


def answer_the_called(leg: Leg, first: Webhook | Document, seconds: float) -> Act[None]:
    """The program of a leg the REST API asked for: ring, then run the document it was given."""
    if leg.over:  # canceled while it waited for its turn
        return
    try:
        status = yield from ring(leg, seconds)
    except LineGone:
        return
    if status == "answered":
        yield from live(leg, first)
    else:
        leg.end(status, "callee")


def ring(leg: Leg, seconds: float) -> Act[str]:
    """Rings the party: answered, busy, no-answer or failed."""
    leg.exchange.notify(leg, "initiated")
    leg.ring()
    leg.exchange.find_party(leg)
    until = leg.exchange.clock.now() + seconds
    while (left := until - leg.exchange.clock.now()) > 0:
        happening = yield from listen(leg, left)
        if isinstance(happening, PickedUp):
            leg.answer()
            return "answered"
        if isinstance(happening, TurnedDown):
            return happening.status
    return "no-answer"
