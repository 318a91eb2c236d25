"""An offer rings an agent; who accepts first has the caller, and everybody else is let go.

A visit is held before an offer, and an offer before an agent: so no two processes wait for each other.
"""

import secrets

from ivr.carriers import events as said
from ivr.carriers.capabilities import CARRIERS
from ivr.carriers.errors import Refused, Unknown
from ivr.core.agents import MISSED, Activity, Agent, Status, Way
from ivr.core.line.visits import Kind, Left, Visit, WentTo
from ivr.core.menus import Hotline
from ivr.ledger import Transaction, agents, calls, errands, line, offers, talks
from ivr.ledger.errands import Errand
from ivr.ledger.offers import End, Offer
from ivr.ledger.talks import Talk
from ivr.outside.bus import Topic
from ivr.switchboard.attempts import settle
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.line.dispatch import dispatch_soon
from ivr.switchboard.line.holding import wish_keep
from ivr.switchboard.line.joining import rules_of
from ivr.switchboard.line.standing import lost

BRING, CALL_OUT, HANG_UP = "bring", "call_out", "hang_up"
"""The errands that bring a caller to their agent, ring whom an agent calls, and end a line to an agent who is
not needed any more."""

LATE_MS = 15_000
"""So long after its time the word of a carrier on an offer is still waited for."""


# -- ringing -----------------------------------------------------------------------------------------------


def ring(exchange: Exchange, errand: Errand) -> None:
    """Rings the agent of an offer, or tells them on the line that is open. It is never done twice: after an
    unknown outcome the phone may be ringing, and its notices tell."""
    with exchange.ledger.reading() as tx:
        offer = offers.find(tx, errand.payload["offer"])
        agent = agents.find(tx, offer.agent) if offer else None
        call = calls.find(tx, errand.call or "")
    if offer is None or agent is None or offer.ended_at is not None:
        return settle(exchange, errand, {})
    try:
        if agent.way is Way.DIALLED_IN:
            return _tell_on_their_line(exchange, errand, offer, agent)
        leg = exchange.carrier.place_call(
            agent.address,
            our_number(exchange, call.called if call else ""),
            address(exchange, offer.id),
            timeout=max(5, round((offer.until - exchange.now()) / 1000) - 5),
            status_callback=f"{address(exchange, offer.id)}/leg",
        )
    except Unknown as unknown:
        with exchange.ledger.transaction() as tx:
            return errands.unknown(tx, errand.id, str(unknown), exchange.now())
    except Refused as refusal:
        withdraw(exchange, offer.id)
        with exchange.ledger.transaction() as tx:
            return errands.fail(tx, errand.id, str(refusal), exchange.now())
    with exchange.ledger.transaction() as tx:
        offers.rings_on(tx, offer.id, leg)
        still = offers.find(tx, offer.id)
        if still is not None and still.ended_at is not None and still.ending is not End.ACCEPTED:
            wish_hang_up(tx, errand.call, leg, exchange.now())
        errands.done(tx, errand.id, {"leg": leg}, exchange.now())
    return None


def _tell_on_their_line(exchange: Exchange, errand: Errand, offer: Offer, agent: Agent) -> None:
    """An agent who is dialled in hears of the caller on the line they wait on."""
    if agent.leg is None or not exchange.carrier.redirect(agent.leg, address(exchange, offer.id)):
        with exchange.ledger.transaction() as tx:
            there = agents.held(tx, agent.id)
            if there is not None and there.leg == agent.leg:
                lost(tx, there, exchange.now())
        withdraw(exchange, offer.id)
        return settle(exchange, errand, {})
    with exchange.ledger.transaction() as tx:
        now = exchange.now()
        offers.rings_on(tx, offer.id, agent.leg)
        offers.ringing(tx, offer.id, now + _ring_ms(exchange, offer), now)
        errands.done(tx, errand.id, {"leg": agent.leg}, now)
    return None


def our_number(exchange: Exchange, called: str) -> str:
    """What the agent sees: the number that was called, if it is one of ours."""
    hotline = exchange.shelf.live(exchange.now()).hotline
    if called in hotline.numbers:
        return called
    return exchange.settings.phone_number or next(iter(hotline.numbers))


def address(exchange: Exchange, offer_id: str) -> str:
    """Where the carrier asks about an offer."""
    return f"{exchange.settings.base_url}/voice/offer/{offer_id}"


def _ring_ms(exchange: Exchange, offer: Offer) -> int:
    return round(rules_of(_live(exchange), offer.queue).ring * 1000)


def _live(exchange: Exchange) -> Hotline:
    return exchange.shelf.live(exchange.now()).hotline


# -- what comes of it --------------------------------------------------------------------------------------


def accept(exchange: Exchange, offer_id: str, leg: str | None = None) -> Talk | None:
    """The agent takes the caller; None if they are gone, or somebody else was quicker."""
    now = exchange.now()
    with exchange.ledger.transaction() as tx:
        found = _held(tx, offer_id)
        if found is None:
            return None
        visit, offer = found
        known = talks.find(tx, offer_id)
        if known is not None:
            return known  # asked twice
        if offer.ended_at is not None or not visit.is_waiting:
            return None
        room = visit.room or secrets.token_urlsafe(16)
        talk = Talk(offer.id, visit.id, visit.call, offer.agent, visit.queue, room, leg=leg)
        line.take(tx, visit.id, offer.agent, room, now)
        offers.end(tx, offer.id, End.ACCEPTED, now)
        talks.begin(tx, talk)
        let_go(tx, visit, End.WITHDRAWN, now)
        agent = agents.held(tx, offer.agent)
        if agent is not None:
            agents.missed(tx, agent.id, 0)
            agents.becomes(tx, agent, now, activity=Activity.TALKING)
            if agent.way is Way.DIALLED_IN:
                agents.lease(tx, agent.id, None)  # in a room nobody asks for them; their line's end is told
        if visit.kind is Kind.CONSULT:
            talks.joined(tx, offer.id, "caller", visit.call, None, now)  # who asks is in the room already
        else:
            brought = CALL_OUT if visit.kind is Kind.OUTBOUND else BRING
            errands.wish(tx, brought, visit.call, {"visit": visit.id, "offer": offer.id}, now, now)
    exchange.tell(Topic.ERRANDS)
    exchange.tell(Topic.LINE)
    return talk


def decline(exchange: Exchange, offer_id: str) -> bool:
    """The agent does not want this caller, who is not offered to them again; False if it is over."""
    return _end(exchange, offer_id, End.DECLINED)


def withdraw(exchange: Exchange, offer_id: str) -> bool:
    """It cannot be rung: no fault of the agent's, but they are not tried for this caller again."""
    return _end(exchange, offer_id, End.WITHDRAWN)


def miss(exchange: Exchange, offer_id: str) -> bool:
    """It rang, and nobody answered: after some in a row a break is assumed, but for the last one there."""
    return _end(exchange, offer_id, End.MISSED)


def leg_changed(exchange: Exchange, offer_id: str, change: said.LegChanged) -> None:
    """The carrier tells how the line to an agent fares. What it says after the offer is over is of no use
    any more, but for the conversation, whose room tells of it."""
    if change.state is said.LegState.RINGING:
        now = exchange.now()
        with exchange.ledger.transaction() as tx:
            found = offers.find(tx, offer_id)
            if found is not None:
                offers.rings_on(tx, offer_id, change.call_id)
                offers.ringing(tx, offer_id, now + _ring_ms(exchange, found), now)
        return
    if not change.state.over:
        return
    with exchange.ledger.reading() as tx:
        offer = offers.find(tx, offer_id)
    if offer is None or offer.ended_at is not None:
        return
    rang = offer.ringing_at is not None and change.state in (said.LegState.NO_ANSWER, said.LegState.ENDED)
    miss(exchange, offer_id) if rang else withdraw(exchange, offer_id)


def over_in_time(exchange: Exchange, offer: Offer) -> None:
    """An offer nobody answered: missed if it rang, else the carrier never got so far."""
    miss(exchange, offer.id) if offer.ringing_at is not None else withdraw(exchange, offer.id)


def _end(exchange: Exchange, offer_id: str, ending: End) -> bool:
    now = exchange.now()
    with exchange.ledger.transaction() as tx:
        found = _held(tx, offer_id)
        if found is None or not offers.end(tx, offer_id, ending, now):
            return False
        visit, offer = found
        if not visit.is_callers:
            in_vain(tx, visit, now)
        elif line.send_back(tx, visit.id, offer.agent):
            pass  # it is somebody else's turn now
        elif ending in (End.DECLINED, End.WITHDRAWN):
            line.declined(tx, visit, [offer.agent])
        if offer.leg is not None:
            wish_hang_up(tx, visit.call, offer.leg, now)
        agent = agents.held(tx, offer.agent)
        if agent is not None:
            frees(tx, agent, ending, rules_of(_live(exchange), offer.queue).misses, now)
    exchange.tell(Topic.ERRANDS)
    exchange.tell(Topic.LINE)
    dispatch_soon(exchange)
    return True


def in_vain(tx: Transaction, visit: Visit, now: int) -> None:
    """The agent who is asked does not come: who asks, if somebody does, has the caller back."""
    if line.end(tx, visit.id, Left.NO_AGENTS, WentTo.AGENT, now):
        for talk in talks.in_room(tx, visit.room or "")[:1]:
            wish_keep(tx, talk, None, now)


def frees(tx: Transaction, agent: Agent, ending: End, most: int, now: int) -> None:
    """The agent is idle again; on a break, if that was one offer too many to miss."""
    misses = agent.misses + 1 if ending is End.MISSED else agent.misses
    agents.missed(tx, agent.id, misses)
    tired = ending is End.MISSED and most and misses >= most and agent.is_on_duty
    if tired and any(other.id != agent.id for other in agents.on_duty(tx, now)):
        agents.missed(tx, agent.id, 0)
        agents.becomes(tx, agent, now, status=Status.ON_BREAK, reason=MISSED, activity=Activity.IDLE)
    else:
        agents.becomes(tx, agent, now, activity=Activity.IDLE)


def let_go(tx: Transaction, visit: Visit, ending: End, now: int) -> None:
    """All who are still rung for a visit are let go."""
    for offer in offers.of_visit(tx, visit.id):
        if offers.end(tx, offer.id, ending, now):
            agent = agents.held(tx, offer.agent)
            if agent is not None:
                agents.becomes(tx, agent, now, activity=Activity.IDLE)
            if offer.leg is not None:
                wish_hang_up(tx, visit.call, offer.leg, now)


def wish_hang_up(tx: Transaction, call_id: str | None, leg: str, now: int) -> None:
    """A line to an agent is to end; one on which they are dialled in is kept."""
    if tx.row("SELECT 1 FROM agent WHERE leg = :leg", {"leg": leg}) is None:
        errands.wish(tx, HANG_UP, call_id, {"leg": leg}, now, now)


def _held(tx: Transaction, offer_id: str) -> tuple[Visit, Offer] | None:
    """A visit and its offer, held in this order."""
    visit_id = offers.visit_of(tx, offer_id)
    visit = line.find(tx, visit_id) if visit_id else None
    offer = offers.find(tx, offer_id) if visit else None
    return (visit, offer) if visit and offer else None


# -- errands -----------------------------------------------------------------------------------------------


def bring(exchange: Exchange, errand: Errand) -> None:
    """Leads the caller's line out of the wait, to the room. If REST is away, the next piece of the wait
    leads there too, so a call that is over needs nothing more."""
    with exchange.ledger.reading() as tx:
        visit = line.find(tx, errand.payload["visit"])
        call = calls.find(tx, errand.call or "")
    if visit and visit.ended_at is None and call and call.place and call.ended_at is None:
        place = call.place
        turn = f"{place.turn}.{place.silences}.{place.wrongs}"
        where = f"/voice/at/{call.revision}/{place.step}/{turn}/{call.hop}"
        retries = CARRIERS[exchange.settings.carrier].retries
        exchange.carrier.redirect(call.id, f"{exchange.settings.base_url}{where}{retries}")
    settle(exchange, errand, {})


def hang_up(exchange: Exchange, errand: Errand) -> None:
    """Ends a line to an agent; one that is over is ended."""
    exchange.carrier.hang_up(errand.payload["leg"])
    settle(exchange, errand, {})
