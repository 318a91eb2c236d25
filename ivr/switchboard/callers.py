"""What happens on a caller's line: what came in, what it does to the call, and what the caller hears next.

The carrier may ask twice, late, or at the same time on two of our processes (law 4): a (call, hop) is applied
once, and whoever asks again is given the answer that was stored with it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from zlib import crc32

from ivr.carriers import events as said
from ivr.carriers.rooms import RoomLeft
from ivr.carriers.twilio import twiml
from ivr.carriers.twilio.fragment import Fragment
from ivr.core import walk
from ivr.core.calls import (
    BESIDE_LINE,
    Act,
    Call,
    DialEnded,
    Ending,
    Input,
    Move,
    Outcome,
    Part,
    Place,
    Recorded,
    Silence,
    Talked,
    Turn,
)
from ivr.core.handover import hand_over
from ivr.core.line.visits import Left, went_to
from ivr.core.menus import Enqueue, Language
from ivr.core.world import Attended, Placed, Today
from ivr.ledger import Transaction, callers, calls, legs, line
from ivr.ledger.facts import Accepted, Beside, Ended, LeftLine, Moved, Noted, Row, end
from ivr.ledger.offers import End
from ivr.switchboard import surveys
from ivr.switchboard.admission import TURNED_AWAY, turn_away, turned_away
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.happening import (
    Again,
    Decision,
    Look,
    NotKnownYet,
    Standing,
    happen,
    live_script,
    script_of,
    standing,
    told,
)
from ivr.switchboard.hearing import Heard, heard_at
from ivr.switchboard.line import calling_back
from ivr.switchboard.line.dispatch import wake
from ivr.switchboard.line.joining import attended, closed, visit_of
from ivr.switchboard.line.meeting import caller_gone
from ivr.switchboard.line.offering import let_go
from ivr.switchboard.shelf import Script
from ivr.switchboard.silence import outcome_of
from ivr.switchboard.wishes import wished

GOODBYE = twiml.document(twiml.hangup()).fill({})
"""For a call that is over: nobody hears it."""

TRIES_TO_KNOW = 2
"""How often a caller waits a moment for the process that knows their call, before it goes on without."""


Numbers = Callable[[], said.Numbers]


@dataclass(frozen=True, slots=True)
class At:
    """The place in the URL the carrier asks: it was signed, and it is what the caller was told last.

    While the ledger is away, the URL carries the `call` itself too. `tries`: how often it was asked before.
    """

    revision: int
    place: Place
    hop: int
    call: Call | None = None
    tries: int = 0


def call_arrived(exchange: Exchange, arrival: said.Arrival) -> bytes:
    """A call came in (or back, from a fallback document): the first words, or the last ones again."""
    now = exchange.now()
    script = live_script(exchange)

    def decide(look: Look) -> Decision:
        known = standing(look, arrival.call_id, hop=1 if arrival.fault else 0)
        if known is not None:
            return last_answer(look, known)
        call = Call(
            arrival.call_id,
            arrival.caller,
            arrival.called,
            script.revision,
            script.hotline.first_language,
            started_at=now,
            entered_at=now,
        )
        refused = turned_away(look, script, call)
        if refused:
            return turn_away(call, refused)
        remembered = callers.remembered_language(look.tx, call.caller) if look.tx and call.caller else None
        move = walk.arrive(script.hotline, call, today(look, script, remembered))
        fact = answer(look, script, script, move, row=Row.NONE)
        if arrival.called in script.hotline.numbers:
            return fact
        return fact.also(Noted("unknown_number", {"called": arrival.called}))

    return happen(exchange, decide)


def line_answered(exchange: Exchange, at: At, numbers: Numbers, event: said.Instruction) -> bytes:
    """Something came in at a place: keys or silence, a party's end, a recording, time to look again.

    It may come after the call's end was told: a message was left all the same. For `numbers` is only asked
    where we do not know the call.
    """
    now, call_id = exchange.now(), event.call_id
    live = live_script(exchange)
    asked = script_of(exchange, at.revision, live)  # made ready before anybody waits for our transaction

    def decide(look: Look) -> Decision:
        known = standing(look, call_id, at.hop, at.call)
        if look.tx is None and (known is None or known.call.hop < at.hop) and at.tries < TRIES_TO_KNOW:
            raise NotKnownYet
        call = known.call if known else lost_call(call_id, numbers(), at, asked, now)
        row = Row.BEHIND if known is None or known.ahead or at.hop > call.hop else Row.THERE
        if known and at.hop < call.hop:
            return answered_before(look, known, at.hop)
        if at.hop > call.hop or call.place is None:
            call = replace(call, place=at.place, hop=at.hop)
        script = asked if call.revision == at.revision else script_of(exchange, call.revision, live)
        heard = heard_at(look, script, call, event)
        see_to_visit(look, call, event, heard)
        if event.hung_up and heard.given == Silence():
            return Again(GOODBYE)
        return go_on(look, script, call, heard, live, row=row, hung_up=event.hung_up)

    return happen(exchange, decide)


def party_answered(exchange: Exchange, at: At) -> bytes:
    """A party the menus rang picked up: who calls, and press 1. Only that proves it is no voicemail."""
    script = script_of(exchange, at.revision, live_script(exchange))
    language = script.hotline.first_language
    return script.documents.screening(at.place, language).fill({"hop": str(at.hop)})


def party_pressed(exchange: Exchange, at: At, parent_id: str, leg_id: str, digits: str | None) -> bytes:
    """The party pressed a key: 1 joins the two, anything else leaves the caller to the next party."""
    if digits != "1":
        return GOODBYE
    fact = Accepted(parent_id, leg_id, at.hop, exchange.now())
    told(exchange, fact, lambda tx: legs.accept(tx, parent_id, leg_id, at.hop, fact.at))
    return twiml.document(Fragment()).fill({})


def call_ended(exchange: Exchange, change: said.LegChanged) -> None:
    """The carrier says that a leg is over. Late, twice or never: the first end stays."""
    if not change.state.over or change.parent_id:
        return
    fact = Ended(change.call_id, outcome_of(change.state), exchange.now(), "carrier")
    was_in_line: list[bool] = []

    def put(tx: Transaction) -> None:
        end(tx, fact)
        was_in_line[:] = [caller_gone(exchange, tx, fact.call_id, fact.at)]

    told(exchange, fact, put)
    if was_in_line == [True]:
        wake(exchange)


def see_to_visit(look: Look, call: Call, event: said.Instruction, heard: Heard) -> None:
    """What the line tells of a visit beside where the caller goes: who hangs up in it is gone, whether that
    is told again or not, and for who has left it nobody is rung any more."""
    if look.tx is None or look.away:
        return
    now = look.exchange.now()
    if event.hung_up and isinstance(event, said.QueueEnded):
        end(look.tx, Ended(call.id, Outcome.HUNG_UP, now, "carrier"))
    if event.hung_up and isinstance(event, said.QueueEnded | RoomLeft):
        caller_gone(look.exchange, look.tx, call.id, now)
    elif heard.left is not None:
        visit = line.find(look.tx, heard.left[0])
        if visit is not None:
            let_go(look.tx, visit, End.WITHDRAWN, now)


def go_on(
    look: Look, script: Script, call: Call, heard: Heard, live: Script, *, row: Row, hung_up: bool = False
) -> Moved:
    """The call moves on by what came in: in its own menus, or in the live ones if those were taken back."""
    exchange, world = look.exchange, today(look, live)
    if hung_up or call.ended_at is not None or not is_taken_back(exchange, script, call, live):
        last = hung_up and isinstance(heard.given, LAST)
        move = moved(script, call, heard.given, world, last=last)
        fact = answer(look, script, live, move, heard, row=row)
        if not last:
            return fact
        ended = Ended(call.id, move.call.outcome or Outcome.HUNG_UP, world.now, "carrier")
        return fact.also(ended)
    step = script.hotline.steps.get(call.place.step) if call.place else None
    move = hand_over(call, step, heard.given, live.revision, live.hotline, world)
    noted = Noted("handed_over", {"menus": call.revision, "live": live.revision})
    return answer(look, live, live, move, heard, row=row).also(noted)


def is_taken_back(exchange: Exchange, script: Script, call: Call, live: Script) -> bool:
    """Whether a call cannot go on in its own menus: they were withdrawn, or cannot be read (now)."""
    if call.revision == live.revision:
        return False
    return script.revision != call.revision or exchange.shelf.is_withdrawn(call.revision)


def moved(script: Script, call: Call, given: Input, today: Today, *, last: bool = False) -> Move:
    """What an input does to a call. One that is over goes on like any other, and stays over.

    `last`: the caller has hung up, and this is what it leaves.
    """
    here = call if call.ended_at is None else before_its_end(call)
    if last and isinstance(given, LAST):
        move = walk.gone(script.hotline, here, given, today)
    else:
        move = walk.answer(script.hotline, here, given, today)
    if call.ended_at is None:
        return move
    return replace(move, call=replace(move.call, ended_at=call.ended_at))


def before_its_end(call: Call) -> Call:
    """A call without its end: what the end said of it stands in its row anyway."""
    only_ended = call.outcome in (Outcome.HUNG_UP, Outcome.LOST)
    return replace(call, ended_at=None, outcome=None if only_ended else call.outcome)


LAST = (Recorded, DialEnded, Talked)
"""What callers may hang up in the middle of and yet leave: word, or a conversation they have had."""


def answer(
    look: Look,
    script: Script,
    live: Script,
    move: Move,
    heard: Heard | None = None,
    *,
    row: Row = Row.THERE,
) -> Moved:
    """A move as a fact, all of it, with its document."""
    now, call = look.exchange.now(), move.call
    values = spoken_values(call)
    if move.document.act is Act.WAIT:
        values["parking"] = parking(call)
    if any(said.part is Part.CLOSURE for said in move.document.speech):
        values["closure"] = closure_told(look, script, move)
    if heard is not None and heard.room:
        values["room"] = heard.room
    if heard is not None and heard.number:
        values["onward"] = heard.number
    document = script.documents.answer(move.document, values, call.hop)
    return Moved(call, move.passes, document, now, row, beside(look, script, live, move, heard))


def closure_told(look: Look, script: Script, move: Move) -> str:
    """Why a queue is closed to which the caller came, as whoever has closed it wants it said. Two on the way
    are one after the other closed to them: both are told of in the words of the last. What is no more to be
    found meanwhile is told in words of ours: no document may say nothing."""
    told = [each for each in move.document.speech if each.part is Part.CLOSURE]
    thing = script.hotline.steps[told[-1].step].thing
    closure = closed(look.tx)(thing.queue) if isinstance(thing, Enqueue) else None
    language = move.document.language
    told_by_them = closure.words(script.hotline, language) if closure else ""
    return told_by_them or script.hotline.languages[language].phrases["unattended"]


def beside(look: Look, script: Script, live: Script, move: Move, heard: Heard | None) -> Beside | None:
    """What comes of a move beside the move itself; mostly nothing."""
    tx, now = None if look.away else look.tx, look.exchange.now()
    spoken, rung = (heard.spoken, heard.rung) if heard else (None, None)
    left = left_line(move, *heard.left) if heard and heard.left else None
    consented = (Noted(CONSENT, {"caller": str(move.consent)}),) if move.consent else ()
    noted = (*consented, *found_closed(look, script, move), *may_keep_place(move))
    surveyed = tuple(surveys.heard(script.hotline, move, spoken, now))
    told = noted or spoken or rung or left or surveyed
    if not (told or move.chosen or move.wishes or move.joins or move.ring_back):
        return None
    wishes = tuple(wished(script.hotline, move.call, wish, now) for wish in move.wishes)
    moved = calling_back.moved(tx, move)
    asked = calling_back.asked(tx, move, line.find(tx, left.visit) if tx and left else None, now)
    joined = visit_of(tx, live.hotline, move, now, moved)
    return Beside(
        move.chosen,
        wishes,
        spoken,
        rung,
        noted,
        left=left,
        joined=joined,
        moved=moved,
        asked=asked,
        surveyed=surveyed,
    )


CONSENT = "consent"
"""In a call's log: what the caller was told, or has said, of being recorded."""

CLOSED_BY_HAND = "closed_by_hand"
"""In a call's log: the queue they came to, or waited in, was closed by whom, and what they heard of it."""


def found_closed(look: Look, script: Script, move: Move) -> Iterator[Noted]:
    """Who had closed the queues that the caller found closed."""
    spoken = {said.step for said in move.document.speech if said.part is Part.CLOSURE}
    for done in move.passes:
        step = script.hotline.steps.get(done.step)
        if done.ending is not Ending.CLOSED or step is None or not isinstance(step.thing, Enqueue):
            continue
        closure = closed(None if look.away else look.tx)(step.thing.queue)
        if closure is not None:
            said = closure_told(look, script, move) if done.step in spoken else ""
            detail = {"queue": closure.queue, "by": closure.by, "said": said, "language": done.language}
            yield Noted(CLOSED_BY_HAND, detail)


MAY_KEEP_PLACE = "may_keep_place"
"""In a call's log: the caller was asked whether they keep the place in line they had before this call."""


def may_keep_place(move: Move) -> Iterator[Noted]:
    """Whether the caller is asked to keep the place they had before."""
    if move.call.place is not None and move.call.place.turn is Turn.KEEP:
        yield Noted(MAY_KEEP_PLACE, {})


def left_line(move: Move, visit: str, why: Left) -> LeftLine | None:
    """The visit that is over by a move; that of a caller who is asked where to be rung only when they are
    promised to be, or wait on in another one."""
    if move.call.place is not None and move.call.place.turn in BESIDE_LINE:
        return None
    return LeftLine(visit, Left.CALLBACK if move.ring_back else why, went_to(move))


def answered_before(look: Look, known: Standing, hop: int) -> Decision:
    """The document that an older one of a call was answered with, or else the last one."""
    call = known.call if hop == known.call.hop - 1 else None
    stored = (known.document if call else None) or answered(look, known.call.id, hop)
    return Again(stored, call) if stored is not None else last_answer(look, known)


def last_answer(look: Look, known: Standing) -> Decision:
    """The last document of a known call once more: asking again changes nothing."""
    exchange, call = look.exchange, known.call
    over = call.ended_at is not None and call.outcome not in TURNED_AWAY
    stored = None if over else known.document or answered(look, call.id, call.hop - 1)
    if stored is not None:
        return Again(stored, call)
    if call.ended_at is not None:
        return Again(GOODBYE)
    row = Row.BEHIND if known.ahead else Row.THERE
    live = live_script(exchange)
    script = script_of(exchange, call.revision, live)
    if is_taken_back(exchange, script, call, live):
        return go_on(look, script, call, Heard(Silence()), live, row=row)
    return answer(look, script, live, walk.resume(script.hotline, call, today(look, live)), row=row)


def today(look: Look, live: Script, remembered: Language | None = None) -> Today:
    """The world as it is now, as far as it can be looked at."""
    exchange = look.exchange
    return Today(
        exchange.now(),
        live.hotline,
        remembered,
        exchange.down(),
        look.away,
        may_join(look, live),
        has_place(look),
        surveys.spared(look),
        closed(look.tx),
    )


def may_join(look: Look, live: Script) -> Attended:
    """Says of a queue why it cannot be joined now."""
    exchange, now = look.exchange, look.exchange.now()
    return attended(None if look.away else look.tx, live.hotline, exchange.lookout.agents(now), now)


def has_place(look: Look) -> Placed:
    """Says who is to be rung back, and has a place in line."""
    return calling_back.placed(None if look.away else look.tx)


def answered(look: Look, call_id: str, hop: int) -> bytes | None:
    return calls.answered(look.tx, call_id, hop) if look.tx else None


def lost_call(call_id: str, numbers: said.Numbers, at: At, script: Script, now: int) -> Call:
    """A call the carrier knows and we do not: it goes on where its signed URL says it is."""
    return Call(
        call_id,
        numbers.caller,
        numbers.called,
        at.revision,
        script.hotline.first_language,
        started_at=now,
        entered_at=now,
        place=at.place,
        hop=at.hop,
    )


def parking(call: Call) -> str:
    """The carrier's queue a caller is parked in. It knows nothing of ours: there are several so that none
    comes near the carrier's size, and another one is tried when one did not take the caller."""
    return f"wait-{crc32(f'{call.id}.{call.hop}'.encode()) % PARKING}"


PARKING = 64
"""Queues of at most 1,000 callers by default (contract §3.6): for the 50,000 that may wait here at once."""


def spoken_values(call: Call) -> dict[str, str]:
    """What may fill the holes of this call's prompts."""
    return {**call.values, "caller": call.caller or "", "called": call.called, "language": call.language}
