"""What happens on a caller's line: each event and its effect are one transaction, and the answer is kept.

The carrier may ask twice, late, or at the same time on two of our processes (law 4): a (call, hop) is applied
once, and whoever asks again is given the answer that was stored with it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import wraps
from typing import ParamSpec

from ivr.carriers import events as said
from ivr.carriers.twilio import twiml
from ivr.carriers.twilio.fragment import Fragment
from ivr.core import walk
from ivr.core.calls import (
    Call,
    DialEnded,
    Ending,
    Input,
    Keys,
    LookedUp,
    Move,
    Outcome,
    Place,
    Recorded,
    Silence,
    Turn,
)
from ivr.core.destinations import fits
from ivr.core.handover import hand_over
from ivr.core.menus import Dial, Record, Step, Voicemail
from ivr.core.world import Today, fill
from ivr.ledger import (
    AlreadyAnswered,
    Transaction,
    callers,
    calls,
    errands,
    events,
    legs,
    messages,
    recordings,
)
from ivr.outside.bus import Topic
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.shelf import Script
from ivr.switchboard.silence import cut_short, outcome_of
from ivr.switchboard.wishes import wish_for

GOODBYE = twiml.document(twiml.hangup()).fill({})
"""For a call that is over: nobody hears it."""

FETCH_AFTER_MS = 5_000
"""A recording is usually ready sooner and says so; this long after, we look for ourselves."""


@dataclass(frozen=True, slots=True)
class At:
    """The place in the URL the carrier asks: it was signed, and it is what the caller was told last."""

    revision: int
    place: Place
    hop: int


P = ParamSpec("P")


def stored_for_the_second(use_case: Callable[P, bytes]) -> Callable[P, bytes]:
    """Of two processes that apply the same request at once, the slower one finds the quicker one's answer.

    Only where there was no row yet that the slower one could have waited for.
    """

    @wraps(use_case)
    def asked(*args: P.args, **kwargs: P.kwargs) -> bytes:
        try:
            return use_case(*args, **kwargs)
        except AlreadyAnswered:
            return use_case(*args, **kwargs)

    return asked


@stored_for_the_second
def call_arrived(exchange: Exchange, arrival: said.Arrival) -> bytes:
    """A call came in (or back, from a fallback document): the first words, or the last ones again."""
    now = exchange.now()
    script = exchange.shelf.live(now)
    with acting(exchange) as act:
        known = calls.find(act.tx, arrival.call_id)
        if known is not None and known.hop:
            return last_answer(act, known)
        call = Call(
            arrival.call_id,
            arrival.caller,
            arrival.called,
            script.revision,
            script.hotline.first_language,
            started_at=now,
            entered_at=now,
        )
        refused = turned_away(script, act.tx, call)
        if refused:
            return turn_away(act.tx, call, refused)
        if arrival.called not in script.hotline.numbers:
            events.note(act.tx, call.id, now, "unknown_number", called=arrival.called)
        remembered = callers.remembered_language(act.tx, call.caller) if call.caller else None
        today = Today(now, script.hotline, remembered, exchange.down())
        return answer(act, script, walk.arrive(script.hotline, call, today), arrived=True)


@stored_for_the_second
def line_answered(exchange: Exchange, at: At, call_id: str, event: said.Instruction) -> bytes:
    """Something came in at a place: keys or silence, a party's end, a recording, time to look again.

    It may come after the call's end was told: a message was left all the same.
    """
    now = exchange.now()
    live = exchange.shelf.live(now)
    asked = exchange.shelf.script_or(at.revision, live)  # made ready before anybody waits for our transaction
    with acting(exchange) as act:
        found = calls.find(act.tx, call_id)
        known = found if found and found.hop else None
        call = known or lost_call(call_id, at, asked, now)
        if at.hop < call.hop:
            return calls.answered(act.tx, call.id, at.hop) or last_answer(act, call)
        if at.hop > call.hop or call.place is None:
            call = replace(call, place=at.place, hop=at.hop)
        script = asked if call.revision == at.revision else exchange.shelf.script_or(call.revision, live)
        given = input_of(act, script, call, event)
        if event.hung_up and given in GONE:
            return GOODBYE
        return go_on(act, script, call, given, live, arrived=known is None, hung_up=event.hung_up)


def moved(script: Script, call: Call, given: Input, today: Today, *, last: bool = False) -> Move:
    """What an input does to a call. One that is over goes on like any other, and stays over.

    `last`: the caller has hung up, and this is what it leaves.
    """
    here = replace(call, ended_at=None) if call.ended_at is not None else call
    if last and isinstance(given, LAST):
        move = walk.gone(script.hotline, here, given, today)
    else:
        move = walk.answer(script.hotline, here, given, today)
    if call.ended_at is None:
        return move
    return replace(move, call=replace(move.call, ended_at=call.ended_at))


GONE = frozenset({Silence(), *(DialEnded(ending) for ending in Ending if ending is not Ending.CONNECTED)})
"""What comes of a caller's own hanging up: it leads nowhere, and their end will be told."""

LAST = (Recorded, DialEnded)
"""What callers may hang up in the middle of and yet leave: word, or a conversation they have had."""


def party_answered(exchange: Exchange, at: At) -> bytes:
    """A party the menus rang picked up: who calls, and press 1. Only that proves it is no voicemail."""
    script = exchange.shelf.script_or(at.revision, exchange.shelf.live(exchange.now()))
    language = script.hotline.first_language
    return script.documents.screening(at.place, language).fill({"hop": str(at.hop)})


def party_pressed(exchange: Exchange, at: At, parent_id: str, leg_id: str, digits: str | None) -> bytes:
    """The party pressed a key: 1 joins the two, anything else leaves the caller to the next party."""
    if digits != "1":
        return GOODBYE
    with exchange.ledger.transaction() as tx:
        legs.accept(tx, parent_id, leg_id, at.hop, exchange.now())
    return twiml.document(Fragment()).fill({})


def call_ended(exchange: Exchange, change: said.LegChanged) -> None:
    """The carrier says that a leg is over. Late, twice or never: the first end stays."""
    if not change.state.over or change.parent_id:
        return
    now = exchange.now()
    with exchange.ledger.transaction() as tx:
        call = calls.find(tx, change.call_id)
        ending = cut_short(tx, call) if call else Ending.HUNG_UP
        final = walk.last_pass(call, now, ending) if call else None
        outcome = Outcome.CONNECTED if ending is Ending.CONNECTED else outcome_of(change.state)
        calls.end(tx, change.call_id, outcome, now, final, source="carrier")


def recording_changed(exchange: Exchange, change: said.RecordingChanged) -> None:
    """A recording can be fetched now, or will never be there."""
    if change.call_id is None or change.state not in SETTLED:
        return
    with acting(exchange) as act:
        if not recordings.changed(act.tx, change.recording_id, str(change.state)):
            kept = recordings.by_carrier_id(act.tx, change.recording_id) is not None
            if kept or change.state is not said.RecordingState.READY:
                return
            recording_found(act, change.call_id, change)
            recordings.changed(act.tx, change.recording_id, str(change.state))
        errands.hurry(act.tx, change.call_id, "fetch_recording", exchange.now())
        act.wished = True


SETTLED = frozenset({said.RecordingState.READY, said.RecordingState.ABSENT, said.RecordingState.FAILED})


@dataclass(slots=True)
class Act:
    """One thing that happens on a line: its transaction, and whether errands came of it."""

    exchange: Exchange
    tx: Transaction
    wished: bool = False


@contextmanager
def acting(exchange: Exchange) -> Iterator[Act]:
    """One transaction; the clock is woken once it is committed, if there is something to carry out."""
    with exchange.ledger.transaction() as tx:
        act = Act(exchange, tx)
        yield act
    if act.wished:
        exchange.tell(Topic.ERRANDS)


def go_on(
    act: Act,
    script: Script,
    call: Call,
    given: Input,
    live: Script,
    *,
    arrived: bool = False,
    hung_up: bool = False,
) -> bytes:
    """The call moves on by what came in: in its own menus, or in the live ones if those were taken back."""
    today = Today(act.exchange.now(), live.hotline, down=act.exchange.down())
    if hung_up or call.ended_at is not None or not is_taken_back(act.exchange, script, call, live):
        return move_on(
            act, script, call, given, today, arrived=arrived, last=hung_up and isinstance(given, LAST)
        )
    events.note(act.tx, call.id, today.now, "handed_over", menus=call.revision, live=live.revision)
    step = script.hotline.steps.get(call.place.step) if call.place else None
    return answer(
        act, live, hand_over(call, step, given, live.revision, live.hotline, today), arrived=arrived
    )


def move_on(
    act: Act, script: Script, call: Call, given: Input, today: Today, *, arrived: bool, last: bool
) -> bytes:
    """The call moves on in its own menus; `last`: the caller has hung up, and this is what it leaves."""
    move = moved(script, call, given, today, last=last)
    document = answer(act, script, move, arrived=arrived)
    if last:
        calls.end(act.tx, call.id, move.call.outcome or Outcome.HUNG_UP, today.now, None, source="carrier")
    return document


def is_taken_back(exchange: Exchange, script: Script, call: Call, live: Script) -> bool:
    """Whether a call cannot go on in its own menus: they were withdrawn, or this version cannot read them."""
    if call.revision == live.revision:
        return False
    return script.revision != call.revision or exchange.shelf.is_withdrawn(call.revision)


def answer(act: Act, script: Script, move: Move, *, arrived: bool = False) -> bytes:
    """Writes a move down, all of it, and makes its document."""
    now = act.exchange.now()
    document = script.documents.answer(move.document, spoken_values(move.call), move.call.hop)
    (calls.arrive if arrived else calls.move)(act.tx, move.call, move.passes, document)
    if move.chosen and move.call.caller:
        callers.remember(act.tx, move.call.caller, move.chosen, now)
    for wish in move.wishes:
        wish_for(act.tx, move.call, wish, now)
        act.wished = True
    return document


def input_of(act: Act, script: Script, call: Call, event: said.Instruction) -> Input:
    """What an event is to the place the call stands at."""
    match event:
        case said.KeyPress() if call.place and call.place.turn is Turn.LOOKUP:
            return looked_up(act.tx, call)
        case said.KeyPress(digits=digits):
            return Keys(digits) if digits else Silence()
        case said.DialEnded():
            return dialed(act, script, call, event)
        case said.Recorded():
            return recorded(act, script, call, event)
    return Silence()


def dialed(act: Act, script: Script, call: Call, event: said.DialEnded) -> DialEnded:
    """How ringing a party ended, the line to it written down, and how long the two talked."""
    step = script.hotline.steps.get(call.place.step) if call.place else None
    if call.place is None or step is None or not isinstance(step.thing, Dial):
        return DialEnded(Ending.FAILED)
    ending = dial_ending(act.tx, step.thing, call, event)
    if event.leg_id:
        parties, at = step.thing.parties, call.place.wrongs
        legs.told(
            act.tx,
            event.leg_id,
            call.id,
            hop=call.hop,
            party=fill(parties[at], call, masked=True) if at < len(parties) else None,
            started_at=None if at else call.entered_at,
            ended_at=act.exchange.now(),
            ending=str(ending),
        )
    if ending is Ending.CONNECTED and event.seconds:
        calls.talked(act.tx, call.id, event.seconds)
    return DialEnded(ending)


def dial_ending(tx: Transaction, dial: Dial, call: Call, event: said.DialEnded) -> Ending:
    """Where a party must press 1, only that counts as connected: a voicemail never does."""
    if event.result is said.DialResult.CONNECTED:
        joined = not dial.press or legs.accepted(tx, call.id, call.hop)
        return Ending.CONNECTED if joined else Ending.NO_ANSWER
    return REFUSED.get(event.result, Ending.FAILED)


REFUSED = {said.DialResult.BUSY: Ending.BUSY, said.DialResult.NO_ANSWER: Ending.NO_ANSWER}


def recorded(act: Act, script: Script, call: Call, event: said.Recorded) -> Recorded:
    """The caller spoke: what the walk is to know of it is our id of the recording, never the carrier's."""
    step = script.hotline.steps.get(call.place.step) if call.place else None
    if script.revision != call.revision and call.place and not (step and isinstance(step.thing, RECORDING)):
        step = Step(call.place.step, thing=UNREADABLE)
    recording = put_down(act, call, step, event)
    return Recorded(recording, seconds_of(event)) if recording else Recorded(None, 0)


RECORDING = (Voicemail, Record)
"""Where callers are recorded."""

UNREADABLE = Record("", 0, 0, "")
"""What a step was that this version cannot read any more, where the caller was recorded all the same."""


def put_down(act: Act, call: Call, step: Step | None, event: said.Recorded) -> str | None:
    """What was said at a step, as a message if it stands in a mailbox; it is sent for. Our id of it.

    Nothing if nothing was said, or nobody is recorded there. Told again, it is the same recording.
    """
    if event.recording_id is None or not seconds_of(event):
        return None
    if step is None or not isinstance(step.thing, RECORDING):
        return None
    tx, now = act.tx, act.exchange.now()
    known = recordings.by_carrier_id(tx, event.recording_id)
    if known is not None:
        return known
    box = step.thing.mailbox if isinstance(step.thing, Voicemail) else None
    recording = recordings.add(
        tx, call.id, event.recording_id, step.name, seconds_of(event), now, message=box is not None
    )
    if box is not None:
        messages.leave(tx, call, box, recording, now)
    payload = {"recording": recording, "carrier_id": event.recording_id}
    errands.wish(tx, "fetch_recording", call.id, payload, now + FETCH_AFTER_MS, now)
    return recording


def seconds_of(event: said.Recorded) -> float:
    """How long the caller spoke; where nobody told it, something was said."""
    return 1.0 if event.seconds is None else float(event.seconds)


def recording_found(act: Act, call_id: str, change: said.RecordingChanged) -> None:
    """A recording whose end at its place never reached us: the caller hung up while our ledger was away.

    The call moves on by the notice as it would have by the end itself, which, if it comes after all, is
    answered with what this stored. Where the call has gone on already, only what was said is kept.
    """
    call = calls.find(act.tx, call_id)
    if call is None or not call.hop:
        return
    now = act.exchange.now()
    live = act.exchange.shelf.live(now)
    script = act.exchange.shelf.script_or(call.revision, live)
    spoken = said.Recorded(call_id, change.recording_id, change.seconds)
    if call.place is not None and call.place.turn is Turn.RECORD:
        go_on(act, script, call, recorded(act, script, call, spoken), live)
    else:
        went_through = (script.hotline.steps.get(name) for name in calls.steps_back(act.tx, call_id))
        step = next((step for step in went_through if step and isinstance(step.thing, RECORDING)), None)
        put_down(act, call, step, spoken)


def looked_up(tx: Transaction, call: Call) -> LookedUp:
    """What the lookup this call waits for has brought."""
    errand = errands.latest(tx, call.id, "lookup")
    if errand is None or errand.state in ("failed", "unknown"):
        return LookedUp(failed=True)
    return LookedUp(values=errand.answer) if errand.state == "done" else LookedUp()


def last_answer(act: Act, call: Call) -> bytes:
    """The last document of a known call once more: asking again changes nothing."""
    over = call.ended_at is not None
    stored = (
        None if over and call.outcome not in TURNED_AWAY else calls.answered(act.tx, call.id, call.hop - 1)
    )
    if stored is not None:
        return stored
    if over:
        return GOODBYE
    exchange, now = act.exchange, act.exchange.now()
    live = exchange.shelf.live(now)
    script = exchange.shelf.script_or(call.revision, live)
    if is_taken_back(exchange, script, call, live):
        return go_on(act, script, call, Silence(), live)
    return answer(act, script, walk.resume(script.hotline, call, Today(now, live.hotline)))


TURNED_AWAY = frozenset({Outcome.BLOCKED, Outcome.TOO_MANY})
"""Calls that were over at once: the carrier, asking twice, must not be told the second time to take them."""


def lost_call(call_id: str, at: At, script: Script, now: int) -> Call:
    """A call the carrier knows and we do not: it goes on where its signed URL says it is."""
    return Call(
        call_id,
        None,
        "",
        at.revision,
        script.hotline.first_language,
        started_at=now,
        entered_at=now,
        place=at.place,
        hop=at.hop,
    )


def turned_away(script: Script, tx: Transaction, call: Call) -> Outcome | None:
    """Why a call does not reach the menus: its number is blocked, or has called too often."""
    hotline = script.hotline
    if fits(call.caller or "withheld", hotline.blocked):
        return Outcome.BLOCKED
    if not call.caller:
        return None
    most, since = hotline.limits.calls, call.started_at - round(hotline.limits.per * 1000)
    if most is not None and callers.count_since(tx, call.caller, since) >= most:
        return Outcome.TOO_MANY
    return None


def turn_away(tx: Transaction, call: Call, why: Outcome) -> bytes:
    """A blocked caller hears that the number is out of service, one who calls too often a busy tone."""
    refusal = twiml.document(twiml.reject("busy" if why is Outcome.TOO_MANY else "rejected")).fill({})
    calls.arrive(tx, replace(call, hop=1, outcome=why), (), refusal)
    calls.end(tx, call.id, why, call.started_at, None, source="door")
    return refusal


def spoken_values(call: Call) -> dict[str, str]:
    """What may fill the holes of this call's prompts."""
    return {**call.values, "caller": call.caller or "", "called": call.called, "language": call.language}
