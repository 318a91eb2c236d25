"""The conversation: both lines in one room, until one of them leaves; then the agent's wrap-up.

Answered is the later of the two joins. Notices come twice, late, out of order or never: the first word on
each thing stands, and the end of either line ends the conversation too.
"""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from ivr.carriers.rooms import ConferenceChanged, RoomEvent, RoomReason
from ivr.core.agents import Activity, Way
from ivr.core.line.rules import Rules
from ivr.core.line.visits import Kind, Left, WentTo
from ivr.ledger import Transaction, agents, errands, line, offers, talks
from ivr.ledger.errands import Errand
from ivr.ledger.offers import End
from ivr.ledger.talks import Talk
from ivr.outside.bus import Topic
from ivr.switchboard.attempts import settle
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.line import calling_back
from ivr.switchboard.line.dispatch import dispatch_soon
from ivr.switchboard.line.joining import rules_of
from ivr.switchboard.line.offering import let_go, wish_hang_up

END_ROOM = "end_room"

AGENT, CALLER, LINE = "agent", "caller", "line"
"""Who ended a conversation: one of the two, or nobody, as a line broke."""


def room_changed(exchange: Exchange, change: ConferenceChanged) -> None:
    """The carrier tells what happens in a room."""
    now = exchange.now()
    with exchange.ledger.transaction() as tx:
        offer_id = talks.in_room(tx, change.room)
        talk = held(tx, offer_id) if offer_id else None
        if talk is None:
            return
        who = CALLER if change.call_id == talk.call else AGENT
        match change.event:
            case RoomEvent.JOINED if talk.talk_ended_at is not None and change.room_id:
                # The agent was gone while the caller was on the way: nobody will ever come into this room.
                errands.wish(tx, END_ROOM, talk.call, {"room": change.room_id}, now, now)
            case RoomEvent.JOINED if change.call_id:
                if talks.joined(tx, talk.offer, who, change.call_id, change.room_id, now):
                    _perhaps_answered(exchange, tx, talk.offer, now)
            case RoomEvent.HELD if who == CALLER:
                talks.held(tx, talk.offer, now)
            case RoomEvent.UNHELD if who == CALLER:
                talks.resumed(tx, talk.offer, now)
            case RoomEvent.LEFT if who in (CALLER, AGENT) and change.call_id in (talk.call, talk.leg):
                over(exchange, tx, talk.offer, _by(tx, talk, who, change.reason), now)
            case RoomEvent.ENDED:
                over(exchange, tx, talk.offer, LINE, now)
            case _:
                return
    exchange.tell(Topic.ERRANDS)
    exchange.tell(Topic.LINE)
    dispatch_soon(exchange)


def held(tx: Transaction, offer_id: str) -> Talk | None:
    """A conversation, held after its visit."""
    visit_id = offers.visit_of(tx, offer_id)
    return talks.find(tx, offer_id) if visit_id and line.find(tx, visit_id) else None


def _by(tx: Transaction, talk: Talk, who: str, reason: RoomReason | None) -> str:
    """Who ended it. An agent's browser that leaves without the agent's word has broken down."""
    if who == CALLER:
        return CALLER
    agent = agents.find(tx, talk.agent)
    broken = agent is not None and agent.way is Way.BROWSER and reason is RoomReason.HUNG_UP
    return LINE if broken else AGENT


def _perhaps_answered(exchange: Exchange, tx: Transaction, offer_id: str, now: int) -> None:
    """When both are in the room, the visit is over: answered."""
    talk = talks.find(tx, offer_id)
    if talk is not None and talk.answered_at is not None:
        visit = line.find(tx, talk.visit)
        line.end(tx, talk.visit, Left.ANSWERED, WentTo.AGENT, talk.answered_at)
        if visit is not None:
            calling_back.reached(tx, visit, now)
        agents.count(tx, talk.agent, _day(exchange, now), calls=1)


def over(exchange: Exchange, tx: Transaction, offer_id: str, by: str, now: int) -> None:
    """The conversation is over, if it was not before: what was talked counts, and the wrap-up begins. One
    that never began needs none."""
    talk = held(tx, offer_id)
    if talk is None or talk.talk_ended_at is not None:
        return
    rules = rules_of(exchange.shelf.live(now).hotline, talk.queue)
    answered = talk.answered_at is not None
    talks.end_talk(tx, offer_id, by, _wrap_up_until(rules, talk, now), now)
    if talk.room_id:
        errands.wish(tx, END_ROOM, talk.call, {"room": talk.room_id}, now, now)
    if talk.leg is not None and by != AGENT:
        wish_hang_up(tx, talk.call, talk.leg, now)
    agent = agents.held(tx, talk.agent)
    if answered and talk.answered_at is not None:
        agents.count(tx, talk.agent, _day(exchange, now), talk=(now - talk.answered_at) / 1000)
    if answered and (rules.wrap_up or rules.must_dispose):
        if agent is not None:
            agents.becomes(tx, agent, now, activity=Activity.WRAPPING_UP)
        return
    talks.end(tx, offer_id, now)
    visit = line.find(tx, talk.visit)
    if visit is not None and visit.kind is Kind.CALLBACK and not answered:
        calling_back.not_reached(tx, visit, now)
    if agent is not None:
        agents.becomes(tx, agent, now, activity=Activity.IDLE)


def _wrap_up_until(rules: Rules, talk: Talk, now: int) -> int | None:
    """When the wrap-up is over; None where it lasts until a disposition is chosen."""
    if rules.must_dispose and talk.disposition is None:
        return None
    return now + round(rules.wrap_up * 1000)


def agent_hung_up(exchange: Exchange, offer_id: str) -> None:
    """The agent ends the conversation by their own word."""
    _over(exchange, offer_id, AGENT)


def line_ended(exchange: Exchange, offer_id: str, by: str = AGENT) -> None:
    """The line to the agent is over, or out of the room."""
    _over(exchange, offer_id, by)


def _over(exchange: Exchange, offer_id: str, by: str) -> None:
    with exchange.ledger.transaction() as tx:
        over(exchange, tx, offer_id, by, exchange.now())
    exchange.tell(Topic.ERRANDS)
    exchange.tell(Topic.LINE)
    dispatch_soon(exchange)


def wrapped_up(exchange: Exchange, offer_id: str) -> bool:
    """The wrap-up is over; False if it was before, or the conversation lasts."""
    now = exchange.now()
    with exchange.ledger.transaction() as tx:
        talk = held(tx, offer_id)
        if talk is None or not talks.end(tx, offer_id, now):
            return False
        agent = agents.held(tx, talk.agent)
        if agent is not None:
            agents.becomes(tx, agent, now, activity=Activity.IDLE)
    exchange.tell(Topic.LINE)
    dispatch_soon(exchange)
    return True


def write_down(exchange: Exchange, offer_id: str, disposition: str | None, notes: str) -> None:
    """What the agent says it was about. One that had to be said begins the end of the wrap-up."""
    now = exchange.now()
    with exchange.ledger.transaction() as tx:
        talks.write_down(tx, offer_id, disposition, notes)
        talk = talks.find(tx, offer_id)
        if talk and disposition and talk.talk_ended_at is not None and talk.wrap_up_until is None:
            rules = rules_of(exchange.shelf.live(now).hotline, talk.queue)
            talks.wrap_up_until(tx, offer_id, talk.talk_ended_at + round(rules.wrap_up * 1000))
    exchange.tell(Topic.LINE)


def longer(exchange: Exchange, offer_id: str, seconds: float) -> bool:
    """So much more time for the wrap-up, from now; False if it is over."""
    with exchange.ledger.transaction() as tx:
        done = talks.wrap_up_until(tx, offer_id, exchange.now() + round(seconds * 1000))
    exchange.tell(Topic.LINE)
    return done


def caller_gone(exchange: Exchange, tx: Transaction, call_id: str, now: int) -> None:
    """The caller has hung up, wherever they were: in the line, on the way to an agent, or with one."""
    visit = line.open_of(tx, call_id)
    if visit is not None:
        let_go(tx, visit, End.CALLER_GONE, now)
        asked = visit.leaving is Left.CALLBACK  # and promised nothing
        left = visit.leaving if visit.leaving and not asked else Left.ABANDONED
        line.end(tx, visit.id, left, WentTo.GOODBYE, now)
    for talk in talks.of_call(tx, call_id):
        if talk.talk_ended_at is None:
            over(exchange, tx, talk.offer, CALLER, now)


def end_room(exchange: Exchange, errand: Errand) -> None:
    """Ends a room in which nobody talks any more."""
    exchange.carrier.rooms.end(errand.payload["room"])
    settle(exchange, errand, {})


def _day(exchange: Exchange, now: int) -> str:
    zone = ZoneInfo(exchange.shelf.live(now).hotline.zone)
    return f"{datetime.fromtimestamp(now / 1000, UTC).astimezone(zone):%Y-%m-%d}"
