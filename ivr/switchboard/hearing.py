"""What an event on the line is to the place the call stands at, and what it leaves behind there."""

from dataclasses import dataclass

from ivr.carriers import events as said
from ivr.carriers.rooms import RoomLeft
from ivr.core.agents import Way
from ivr.core.calls import (
    BESIDE_LINE,
    Call,
    DialEnded,
    Ending,
    Input,
    Keys,
    LookedUp,
    Recorded,
    Silence,
    Talked,
    Turn,
    Waited,
)
from ivr.core.line.onward import Onward, To
from ivr.core.line.visits import Left, ending_of
from ivr.core.menus import Dial, Enqueue, Record, Step, Voicemail
from ivr.core.world import fill
from ivr.ledger import LedgerError, agents, errands, legs, line, talks
from ivr.ledger.facts import Rung, Spoken
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.happening import Look
from ivr.switchboard.shelf import Script


@dataclass(frozen=True, slots=True)
class Heard:
    """What an event is to the walk, and what it leaves behind beside the walk's own move."""

    given: Input
    spoken: Spoken | None = None
    rung: Rung | None = None
    left: tuple[str, Left] | None = None
    """The visit that is over by this, and why; one whose caller is only asked where to be rung, and why it
    will be over if they are promised nothing."""
    room: str = ""
    """Where an agent waits for the caller."""
    number: str = ""
    """Where an agent sends the caller."""


def heard_at(look: Look, script: Script, call: Call, event: said.Instruction) -> Heard:
    """What an event is to the place the call stands at."""
    match event:
        case said.KeyPress() if call.place and call.place.turn is Turn.LOOKUP:
            return Heard(looked_up(look, call))
        case said.KeyPress(digits=digits):
            left = asked_beside(look, call) if call.place and call.place.turn in BESIDE_LINE else None
            return Heard(Keys(digits) if digits else Silence(), left=left)
        case said.DialEnded():
            return dialed(look, script, call, event)
        case said.Recorded():
            return recorded(look.exchange, script, call, event)
        case said.QueueEnded():
            return waited(look, call, event)
        case RoomLeft():
            return talked(look, call, event)
    return Heard(Silence())


def dialed(look: Look, script: Script, call: Call, event: said.DialEnded) -> Heard:
    """How ringing a party ended, the line to it, and how long the two talked."""
    step = script.hotline.steps.get(call.place.step) if call.place else None
    if call.place and step and isinstance(step.thing, Enqueue):
        return sent_out(look, call, event)
    if call.place is None or step is None or not isinstance(step.thing, Dial):
        return Heard(DialEnded(Ending.FAILED))
    ending = dial_ending(look, step.thing, call, event)
    if not event.leg_id:
        return Heard(DialEnded(ending))
    parties, nth = step.thing.parties, call.place.wrongs
    rung = Rung(
        event.leg_id,
        call.hop,
        party=fill(parties[nth], call, masked=True) if nth < len(parties) else None,
        started_at=None if nth else call.entered_at,
        ended_at=look.exchange.now(),
        ending=str(ending),
        talked=float(event.seconds or 0) if ending is Ending.CONNECTED else 0,
    )
    return Heard(DialEnded(ending), rung=rung)


def sent_out(look: Look, call: Call, event: said.DialEnded) -> Heard:
    """How it went with the number to which an agent sent the caller: who answers there has them."""
    connected = event.result is said.DialResult.CONNECTED
    ending = Ending.CONNECTED if connected else REFUSED.get(event.result, Ending.FAILED)
    talk = talks.last_of(look.tx, call.id) if look.tx else None
    if not event.leg_id or talk is None or talk.onward is None:
        return Heard(DialEnded(ending))
    rung = Rung(
        event.leg_id,
        call.hop,
        party=Onward.read(talk.onward).name,
        started_at=call.entered_at,
        ended_at=look.exchange.now(),
        ending=str(ending),
        talked=float(event.seconds or 0) if connected else 0,
    )
    return Heard(DialEnded(ending), rung=rung)


def dial_ending(look: Look, dial: Dial, call: Call, event: said.DialEnded) -> Ending:
    """Where a party must press 1, only that counts as connected: a voicemail never does."""
    if event.result is said.DialResult.CONNECTED:
        joined = not dial.press or accepted(look, call, event)
        return Ending.CONNECTED if joined else Ending.NO_ANSWER
    return REFUSED.get(event.result, Ending.FAILED)


REFUSED = {said.DialResult.BUSY: Ending.BUSY, said.DialResult.NO_ANSWER: Ending.NO_ANSWER}


def accepted(look: Look, call: Call, event: said.DialEnded) -> bool:
    """Whether the party pressed 1. While the ledger is away, the carrier's word that the two were joined will
    do: it joins nobody before. Where it says nothing of that, the ledger is asked once more, as what the
    spool does not hold any more has gone there."""
    if look.exchange.spool.accepted(call.id, call.hop):
        return True
    if look.tx is not None and not look.away:
        return legs.accepted(look.tx, call.id, call.hop)
    if event.bridged is not None:
        return event.bridged
    try:
        with look.exchange.ledger.reading(LAST_PATIENCE) as tx:
            return legs.accepted(tx, call.id, call.hop)
    except LedgerError:
        return False


LAST_PATIENCE = 1.0
"""Seconds for what nobody else knows, and what decides whether a conversation counts."""


def waited(look: Look, call: Call, event: said.QueueEnded) -> Heard:
    """Why a caller's line is out of the carrier's queue: not by its word, but by what became of the visit."""
    if event.hung_up:
        return Heard(Silence())  # their end will be told, and that of the visit with it
    visit = line.open_of(look.tx, call.id) if look.tx else None
    if visit is None or look.tx is None:
        return Heard(Waited(Ending.FAILED))
    if visit.taken_at is not None:
        talk = talks.of_visit(look.tx, call.id, visit.id)
        if talk is None or talk.talk_ended_at is not None:
            return Heard(Talked(Ending.FAILED, cut_off=True), left=(visit.id, Left.ERROR))
        return Heard(Waited(Ending.CONNECTED, recorded=talk.recorded), room=visit.room or "")
    if visit.leaving is None and call.place and call.place.silences < PARKINGS:
        return Heard(Waited(Ending.WENT_ON))
    why = visit.leaving or Left.ERROR
    if why is Left.CALLBACK:
        return Heard(Waited(Ending.KEY, visit.leads), left=(visit.id, Left.KEY))
    return Heard(Waited(ending_of(why), visit.leads or None), left=(visit.id, why))


PARKINGS = 5
"""How often a caller is parked anew whom the carrier's queue did not take, or did not keep: that is a fault
of the parking, and takes nobody's place."""


def asked_beside(look: Look, call: Call) -> tuple[str, Left] | None:
    """The visit whose caller is asked where to be rung, and has not said so yet."""
    visit = line.open_of(look.tx, call.id) if look.tx else None
    return (visit.id, Left.KEY) if visit else None


def talked(look: Look, call: Call, event: RoomLeft) -> Heard:
    """How the conversation went that a caller comes from, or never had. The word of how it ended may still
    be on its way: an agent who hangs up on their page has said so before, so any other end is a fault."""
    talk = talks.last_of(look.tx, call.id) if look.tx else None
    if look.tx is None or talk is None:
        return Heard(Talked())
    if talk.onward is not None and not event.hung_up:
        onward = Onward.read(talk.onward)
        return Heard(Talked(onward=onward), number=onward.name if onward.to is To.NUMBER else "")
    agent = agents.find(look.tx, talk.agent) if talk.is_on else None
    broken = talk.ended_by == "line" or (agent is not None and agent.way is Way.BROWSER)
    if talk.answered_at is not None:
        return Heard(Talked(cut_off=broken and not event.hung_up))
    why = Left.ABANDONED if event.hung_up else Left.ERROR
    return Heard(Talked(Ending.FAILED, cut_off=not event.hung_up), left=(talk.visit, why))


def looked_up(look: Look, call: Call) -> LookedUp:
    """What the lookup this call waits for has brought; that it failed, if nobody can tell."""
    errand = errands.latest(look.tx, call.id, "lookup") if look.tx else None
    if errand is None or errand.state in ("failed", "unknown"):
        return LookedUp(failed=True)
    return LookedUp(values=errand.answer) if errand.state == "done" else LookedUp()


def recorded(exchange: Exchange, script: Script, call: Call, event: said.Recorded) -> Heard:
    """The caller spoke, or did not."""
    step = script.hotline.steps.get(call.place.step) if call.place else None
    if script.revision != call.revision and call.place and not (step and isinstance(step.thing, RECORDING)):
        step = Step(call.place.step, thing=UNREADABLE)
    spoken = spoken_at(exchange, step, event)
    return Heard(Recorded(spoken.recording, spoken.seconds) if spoken else Recorded(None, 0), spoken)


RECORDING = (Voicemail, Record)
"""Where callers are recorded."""

UNREADABLE = Record("", 0, 0, "")
"""What a step was that this version cannot read any more, where the caller was recorded all the same."""


def spoken_at(exchange: Exchange, step: Step | None, event: said.Recorded) -> Spoken | None:
    """What was said at a step. The walk is to know it by our name for it, never by the carrier's.

    None if nothing was said, or nobody is recorded there.
    """
    if event.recording_id is None or step is None or not isinstance(step.thing, RECORDING):
        return None
    seconds = 1.0 if event.seconds is None else float(event.seconds)  # nobody told it: something was said
    if not seconds:
        return None
    box = step.thing.mailbox if isinstance(step.thing, Voicemail) else None
    return Spoken(exchange.seal.alias(event.recording_id), event.recording_id, step.name, seconds, box)
