"""The conversation: both lines in one room, until one of them leaves.

Answered is the later of the two joins. Notices come twice, late, out of order or never: the first word on
each thing stands, and the end of either line ends the conversation too. Where nobody tells of the joins, two
who were both led into the room have met when the agent accepted, and the call's log says so. Where an agent
has asked another one into the room, the caller is with whoever of the two is left.
"""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from ivr.carriers.rooms import ConferenceChanged, RoomEvent, RoomReason
from ivr.core.agents import LEASE_MS, Activity, Way
from ivr.core.calls import Turn
from ivr.core.line.onward import Onward, To
from ivr.core.line.visits import Kind, Left, WentTo
from ivr.ledger import Transaction, agents, calls, errands, events, line, talks
from ivr.ledger.offers import End
from ivr.ledger.talks import Talk
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.line import calling_back
from ivr.switchboard.line.dispatch import wake
from ivr.switchboard.line.holding import TAKE_OUT, wish_keep
from ivr.switchboard.line.joining import rules_of
from ivr.switchboard.line.offering import let_go, wish_hang_up
from ivr.switchboard.line.recording import wish_found
from ivr.switchboard.line.wrapping_up import wrap_up_until

END_ROOM, ASK_ROOM = "end_room", "ask_room"
"""The errands that end a room in which nobody is to be, and ask the carrier who is in one."""

INFERRED = "answer_inferred"
"""In a call's log: nobody told that the two were joined, and it is counted from the acceptance."""

AGENT, CALLER, LINE = "agent", "caller", "line"
"""Who ended a conversation: one of the two, or nobody, as a line broke."""


def room_changed(exchange: Exchange, change: ConferenceChanged) -> None:
    """The carrier tells what happens in a room."""
    now = exchange.now()
    with exchange.ledger.transaction() as tx:
        found = whose(talks.in_room(tx, change.room), change)
        talk = talks.locked(tx, found.offer) if found else None
        if talk is None:
            return
        who = CALLER if change.call_id == talk.call else AGENT
        match change.event:
            case RoomEvent.JOINED if not talk.is_on:
                _too_late(tx, talk, change, now)
            case RoomEvent.JOINED if change.call_id:
                if talks.joined(tx, talk.offer, who, change.call_id, change.room_id, now):
                    _perhaps_answered(exchange, tx, talk.offer, now)
            case RoomEvent.HELD if who == CALLER and talk.hold_wished:
                talks.held(tx, talk.offer, now)
            case RoomEvent.UNHELD if who == CALLER and not talk.hold_wished:
                talks.resumed(tx, talk.offer, now)
            case RoomEvent.LEFT if who == CALLER:
                all_over(exchange, tx, talk.room, CALLER, now)
            case RoomEvent.LEFT if change.call_id == talk.leg:
                over(exchange, tx, talk.offer, _by(tx, talk, who, change.reason), now)
            case RoomEvent.ENDED:
                who = CALLER if change.reason is RoomReason.LAST_ONE_LEFT else who
                all_over(exchange, tx, talk.room, _by(tx, talk, who, change.reason), now)
            case _:
                return
    wake(exchange)


def whose(here: list[Talk], change: ConferenceChanged) -> Talk | None:
    """The conversation that a notice of their room is about. Of a caller, or the room, it is the first one
    that is not over; of an agent, theirs. Somebody who is none of them only listens."""
    first = next((talk for talk in here if talk.is_on), here[0] if here else None)
    if first is None or change.call_id in (None, first.call) or change.event is RoomEvent.ENDED:
        return first
    by_label = (talk for talk in here if change.label == label_of(talk.offer))
    by_leg = (talk for talk in here if talk.leg == change.call_id)
    unknown = (talk for talk in here if talk.leg is None and talk.is_on and change.label is None)
    return next(by_leg, None) or next(by_label, None) or next(unknown, None)


def label_of(offer_id: str) -> str:
    """What the agent of a conversation is called in its room."""
    return f"agent-{offer_id}"


def _by(tx: Transaction, talk: Talk, who: str, reason: RoomReason | None) -> str:
    """Who ended it. An agent's browser that leaves without the agent's word has broken down."""
    if who == CALLER:
        return CALLER
    agent = agents.find(tx, talk.agent)
    broken = agent is not None and agent.way is Way.BROWSER and reason in LEFT_BY_ITSELF
    return LINE if broken else AGENT


LEFT_BY_ITSELF = (RoomReason.HUNG_UP, RoomReason.ENDED_BY_LEAVING)


def _perhaps_answered(exchange: Exchange, tx: Transaction, offer_id: str, now: int) -> None:
    """When both are in the room, the visit is over: answered."""
    talk = talks.find(tx, offer_id)
    if talk is not None and talk.answered_at is not None:
        visit = line.find(tx, talk.visit)
        line.end(tx, talk.visit, Left.ANSWERED, WentTo.AGENT, talk.answered_at)
        if visit is not None:
            calling_back.reached(tx, visit, now)
        if visit is not None and visit.is_callers:
            agents.count(tx, talk.agent, _day(exchange, now), calls=1)
        if visit is not None and visit.kind is Kind.OUTBOUND:
            calls.connected(tx, talk.call)


def is_asked(tx: Transaction, talk: Talk) -> bool:
    """Whether the agent was asked by another one, who has the caller still."""
    visit = line.find(tx, talk.visit)
    return visit is not None and visit.kind is Kind.CONSULT and talk.took_over_at is None


def all_over(exchange: Exchange, tx: Transaction, room: str, by: str, now: int) -> None:
    """Every conversation in a room is over: the caller, or the room itself, is gone. Who was asked last goes
    first, so that nobody has the caller any more."""
    for talk in reversed(talks.in_room(tx, room)):
        if talk.is_on:
            over(exchange, tx, talk.offer, by, now)


def _too_late(tx: Transaction, talk: Talk, change: ConferenceChanged, now: int) -> None:
    """Somebody comes whose conversation is over: they go again, and the room with them if it is nobody's."""
    if any(each.is_on for each in talks.in_room(tx, talk.room)):
        errands.wish(tx, TAKE_OUT, talk.call, {"room": change.room_id, "leg": change.call_id}, now, now)
    else:
        _wish_end(tx, talk, change.room_id, now)


def met(exchange: Exchange, tx: Transaction, talk: Talk, now: int, room_id: str | None = None) -> None:
    """The two are in the room, or were, though nobody told of both that they came: they count as together
    from the acceptance on."""
    visit = line.find(tx, talk.visit)
    if visit is not None and visit.taken_at and talks.met(tx, talk.offer, visit.taken_at, room_id):
        events.note(tx, talk.call, now, INFERRED, agent=talk.agent)
        _perhaps_answered(exchange, tx, talk.offer, now)


def _both_led(tx: Transaction, talk: Talk) -> bool:
    """Whether the agent's line and the caller's were both told to go into the room."""
    call = calls.find(tx, talk.call)
    at_talk = call is not None and call.place is not None and call.place.turn is Turn.TALK
    return at_talk and talk.leg is not None


def over(
    exchange: Exchange, tx: Transaction, offer_id: str, by: str, now: int, *, alone: bool = False
) -> None:
    """The conversation is over, if it was not before: what was talked counts, and the wrap-up begins. One
    that never began, or in which an agent was only asked, needs none. `alone`: it is known that only one of
    them was in the room."""
    talk = talks.locked(tx, offer_id)
    if talk is None or talk.talk_ended_at is not None:
        return
    if talk.answered_at is None and not alone and not is_asked(tx, talk) and _both_led(tx, talk):
        met(exchange, tx, talk, now)
        talk = talks.find(tx, offer_id) or talk
    rules = rules_of(exchange.shelf.live(now).hotline, talk.queue)
    answered = talk.answered_at is not None
    wraps_up = answered and not is_asked(tx, talk) and (rules.wrap_up > 0 or rules.must_dispose)
    talks.end_talk(tx, offer_id, by, wrap_up_until(rules, talk, now), now)
    left = next((each for each in talks.in_room(tx, talk.room) if each.is_on), None)
    if left is not None and by != CALLER:
        _goes_on(exchange, tx, talk, left, now)
    elif left is None:
        _nobody_left(tx, talk, by, now)
    if talk.leg is not None and by != AGENT:
        wish_hang_up(tx, talk.call, talk.leg, now)
    agent = agents.held(tx, talk.agent)
    if answered and talk.answered_at is not None:
        agents.count(tx, talk.agent, _day(exchange, now), talk=(now - talk.answered_at) / 1000)
    if not wraps_up:
        talks.end(tx, offer_id, now)
    visit = line.find(tx, talk.visit)
    if visit is not None and visit.kind is Kind.CALLBACK and not answered:
        calling_back.not_reached(tx, visit, now)
    if agent is not None:
        agents.becomes(tx, agent, now, activity=Activity.WRAPPING_UP if wraps_up else Activity.IDLE)
        if agent.way is Way.DIALLED_IN and agent.leg is not None:
            agents.lease(tx, agent.id, now + LEASE_MS)


def _goes_on(exchange: Exchange, tx: Transaction, gone: Talk, left: Talk, now: int) -> None:
    """Another agent is in the room, and has the caller from now on, if not before."""
    if is_asked(tx, left):
        talks.take_over(tx, left.offer, now)
        agents.count(tx, left.agent, _day(exchange, now), calls=1)
        talks.send_on(tx, gone.offer, str(Onward(To.AGENT, left.agent)))
    wish_keep(tx, left, gone.leg, now)


def _nobody_left(tx: Transaction, talk: Talk, by: str, now: int) -> None:
    """The room ends. An agent who was asked, and did not come in time, is let go; who goes by their own word
    while they ask sends the caller on to that one."""
    _wish_end(tx, talk, talk.room_id, now)
    if talk.recorded:
        wish_found(tx, talk, now)
    visit = line.open_of(tx, talk.call)
    if visit is None or visit.is_callers:
        return
    if visit.kind is Kind.OUTBOUND:
        line.end(tx, visit.id, Left.ABANDONED, WentTo.GOODBYE, now)
        if talk.call != visit.id:
            wish_hang_up(tx, talk.call, talk.call, now)
        return
    let_go(tx, visit, End.CALLER_GONE if by == CALLER else End.WITHDRAWN, now)
    line.end(tx, visit.id, Left.ABANDONED if by == CALLER else Left.TRANSFERRED, WentTo.AGENT, now)
    if by == AGENT and visit.wanted:
        talks.send_on(tx, talk.offer, str(Onward(To.AGENT, visit.wanted)))


def _wish_end(tx: Transaction, talk: Talk, room_id: str | None, now: int) -> None:
    """The room is to end, whoever is in it. Which one it is the carrier knows, if it has not told us."""
    errands.wish(tx, END_ROOM, talk.call, {"room": room_id, "name": talk.room}, now, now)


def agent_hung_up(exchange: Exchange, offer_id: str) -> None:
    """The agent ends the conversation by their own word."""
    with exchange.ledger.transaction() as tx:
        over(exchange, tx, offer_id, AGENT, exchange.now())
    wake(exchange)


def line_ended(exchange: Exchange, offer_id: str, *, hung_up: bool = False) -> None:
    """The line to the agent is out of the room, or over (`hung_up`)."""
    with exchange.ledger.transaction() as tx:
        talk = talks.locked(tx, offer_id)
        if talk is not None:
            reason = RoomReason.HUNG_UP if hung_up else None
            over(exchange, tx, offer_id, _by(tx, talk, AGENT, reason), exchange.now())
    wake(exchange)


def caller_gone(exchange: Exchange, tx: Transaction, call_id: str, now: int) -> bool:
    """The caller has hung up, wherever they were: in the line, on the way to an agent, or with one. False if
    they were in none of these."""
    visit = line.open_of(tx, call_id)
    if visit is not None:
        let_go(tx, visit, End.CALLER_GONE, now)
    open_talks = [talk for talk in talks.of_call(tx, call_id) if talk.is_on]
    for talk in reversed(open_talks):
        over(exchange, tx, talk.offer, CALLER, now)
    if visit is not None:  # if the two have met after all, it has an end by now, and that stays
        promised = visit.leaving is not Left.CALLBACK  # who is only asked where to be rung has no promise
        left = visit.leaving if visit.leaving and promised else Left.ABANDONED
        line.end(tx, visit.id, left, WentTo.GOODBYE, now)
    return visit is not None or bool(open_talks)


def _day(exchange: Exchange, now: int) -> str:
    zone = ZoneInfo(exchange.shelf.live(now).hotline.zone)
    return f"{datetime.fromtimestamp(now / 1000, UTC).astimezone(zone):%Y-%m-%d}"
