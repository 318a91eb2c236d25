"""An offer rings an agent; who accepts first has the caller, and everybody else is let go.

A visit is held before an offer, and an offer before an agent: so no two processes wait for each other.
"""

import secrets

from ivr.carriers import events as said
from ivr.carriers.capabilities import CARRIERS
from ivr.carriers.errors import Refused
from ivr.core.agents import MISSED, Activity, Agent, Status, Way
from ivr.core.calls import Turn
from ivr.core.line.visits import Kind, Left, Visit, WentTo
from ivr.core.menus import Hotline
from ivr.ledger import Transaction, agents, calls, errands, line, offers, talks
from ivr.ledger.errands import Errand
from ivr.ledger.offers import End, Offer
from ivr.ledger.talks import Talk
from ivr.outside.bus import Topic
from ivr.switchboard.attempts import settle
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.line.calling_back import numbers_of
from ivr.switchboard.line.dispatch import wake
from ivr.switchboard.line.holding import stay_open, wish_keep
from ivr.switchboard.line.joining import rules_of
from ivr.switchboard.line.pacing import take_turn
from ivr.switchboard.line.placing import placed
from ivr.switchboard.line.recording import is_to_be_recorded, recorder_set
from ivr.switchboard.line.standing import lost

BRING, RING_BACK, CALL_OUT, CONNECT, HANG_UP = "bring", "ring_back", "call_out", "connect", "hang_up"
"""The errands that bring a caller to their agent, from the line or by ringing them back, ring whom an agent
calls, ring the browser of an agent who has accepted on their page, and end a line to an agent who is not
needed any more."""


# -- ringing -----------------------------------------------------------------------------------------------


def ring(exchange: Exchange, errand: Errand) -> None:
    """Rings the agent of an offer, or tells them on the line that is open. It is never done twice: after an
    unknown outcome, or when we are killed meanwhile, the phone may be ringing, and its notices tell."""
    with exchange.ledger.reading() as tx:
        offer = offers.find(tx, errand.payload["offer"])
        agent = agents.find(tx, offer.agent) if offer else None
        visit = line.find(tx, offer.visit) if offer else None
        numbers = numbers_of(tx, visit) if visit else None
    if offer is None or visit is None or agent is None or numbers is None or offer.ended_at is not None:
        return settle(exchange, errand, {})
    if visit.kind is Kind.CONSULT:
        stay_open(exchange, visit)
    if agent.way is Way.DIALLED_IN:
        return _tell_on_their_line(exchange, errand, offer, agent)
    seconds = max(5, round((offer.until - exchange.now()) / 1000) - 5)
    try:
        leg = ring_once(exchange, errand, numbers[1], agent, offer.id, seconds)
    except Refused:
        withdraw(exchange, offer.id)
        return None
    if leg is None:
        return None
    with exchange.ledger.transaction() as tx:
        offers.rings_on(tx, offer.id, leg)
        still = offers.find(tx, offer.id)
        if still is not None and still.is_in_vain:
            wish_hang_up(tx, errand.call, leg, exchange.now())
        errands.done(tx, errand.id, {"leg": leg}, exchange.now())
    return None


def ring_once(
    exchange: Exchange, errand: Errand, called: str, agent: Agent, offer_id: str, seconds: int
) -> str | None:
    """Asks the carrier to ring an agent for so many seconds, as the number that was `called`; the line to
    them, None if nobody can tell whether there is one. Raises TryAgain and Refused: see `placed`."""
    where = address(exchange, offer_id)
    return placed(
        exchange,
        errand,
        lambda: exchange.carrier.place_call(
            agent.address,
            our_number(exchange, called),
            where,
            timeout=seconds,
            status_callback=f"{where}/leg",
        ),
    )


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
    """What is shown to whom we ring: the number that was called, if it is one of ours."""
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
        talk = recorder_set(
            tx,
            Talk(offer.id, visit.id, visit.call, offer.agent, visit.queue, room, leg=leg),
            recorded=is_to_be_recorded(tx, _live(exchange), visit),
        )
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
            if agent.way is Way.BROWSER and leg is None:
                turn = take_turn(tx, now, exchange.settings.calls_per_second)
                errands.wish(tx, CONNECT, visit.call, {"offer": offer.id}, turn, now)
        if visit.kind is Kind.CONSULT:
            talks.joined(tx, offer.id, "caller", visit.call, None, now)  # who asks is in the room already
        else:
            how, turn = BROUGHT.get(visit.kind, BRING), now
            if how is not BRING:
                turn = take_turn(tx, now, exchange.settings.calls_per_second)
            errands.wish(tx, how, visit.call, {"visit": visit.id, "offer": offer.id}, turn, now)
    exchange.tell(Topic.ERRANDS)
    exchange.tell(Topic.LINE)
    return talk


BROUGHT = {Kind.CALLBACK: RING_BACK, Kind.OUTBOUND: CALL_OUT}
"""How the other one is brought to an agent, for whom it is not a caller who waits in the line."""


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
    """The carrier tells how the line to an agent fares, while they are offered somebody. Who did not answer,
    or did and hung up again, was rung, whether that was told or not."""
    if change.state is said.LegState.RINGING:
        now = exchange.now()
        with exchange.ledger.transaction() as tx:
            found = offers.find(tx, offer_id)
            if found is not None:
                offers.rings_on(tx, offer_id, change.call_id)
                offers.ringing(tx, offer_id, now + _ring_ms(exchange, found), now)
                if found.is_in_vain and found.leg is None:  # who let it go did not know the line yet
                    wish_hang_up(tx, None, change.call_id, now)
        return
    if not change.state.over:
        return
    with exchange.ledger.reading() as tx:
        offer = offers.find(tx, offer_id)
    if offer is None or offer.ended_at is not None:
        return
    rang = change.state in (said.LegState.NO_ANSWER, said.LegState.ENDED)
    miss(exchange, offer_id) if rang else withdraw(exchange, offer_id)


def over_in_time(exchange: Exchange, offer: Offer) -> None:
    """An offer nobody answered: missed if it rang, else the carrier never got so far. That says nothing of
    this agent, who may be offered the same caller again."""
    if offer.ringing_at is not None:
        miss(exchange, offer.id)
    else:
        _end(exchange, offer.id, End.WITHDRAWN, again=True)


def _end(exchange: Exchange, offer_id: str, ending: End, *, again: bool = False) -> bool:
    """Ends an offer; whether the agent may be offered this caller `again` counts only if it did not ring."""
    now = exchange.now()
    with exchange.ledger.transaction() as tx:
        found = _held(tx, offer_id)
        if found is None or (again and (found[1].until > now or found[1].ringing_at)):
            return False
        if not offers.end(tx, offer_id, ending, now):
            return False
        visit, offer = found
        if not visit.is_callers:
            in_vain(tx, visit, now)
        elif line.send_back(tx, visit.id, offer.agent):
            pass  # it is somebody else's turn now
        elif ending in (End.DECLINED, End.WITHDRAWN) and not again:
            line.declined(tx, visit, [offer.agent])
        if offer.leg is not None:
            wish_hang_up(tx, visit.call, offer.leg, now)
        agent = agents.held(tx, offer.agent)
        if agent is not None:
            frees(tx, agent, ending, offer.queue, rules_of(_live(exchange), offer.queue).misses, now)
    wake(exchange)
    return True


def in_vain(tx: Transaction, visit: Visit, now: int) -> None:
    """The agent who is asked does not come: who asks, if somebody does, has the caller back."""
    if line.end(tx, visit.id, Left.NO_AGENTS, WentTo.AGENT, now):
        for talk in talks.in_room(tx, visit.room or "")[:1]:
            wish_keep(tx, talk, None, now)


BREAKS = "breaks"
"""What a process holds while it decides that an agent has a break: the last two must not both have one."""


def frees(tx: Transaction, agent: Agent, ending: End, queue: str, most: int, now: int) -> None:
    """The agent is idle again; on a break, if that was one offer too many to miss, and somebody else is there
    for the queue."""
    misses = agent.misses + 1 if ending is End.MISSED else agent.misses
    agents.missed(tx, agent.id, misses)
    tired = ending is End.MISSED and most and misses >= most and agent.is_on_duty
    if tired:
        tx.hold(BREAKS)
    if tired and any(other.id != agent.id and other.serves(queue) for other in agents.on_duty(tx, now)):
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
    leads there too; who is there already must not be led out again. The carrier is asked about a call that
    is over, as it has not told us."""
    with exchange.ledger.reading() as tx:
        visit = line.find(tx, errand.payload["visit"])
        call = calls.find(tx, errand.call or "")
    waits = call is not None and call.ended_at is None and call.place and call.place.turn is Turn.WAIT
    if visit and visit.ended_at is None and call and call.place and waits:
        place = call.place
        turn = f"{place.turn}.{place.silences}.{place.wrongs}"
        where = f"/voice/at/{call.revision}/{place.step}/{turn}/{call.hop}"
        retries = CARRIERS[exchange.settings.carrier].retries
        if not exchange.carrier.redirect(call.id, f"{exchange.settings.base_url}{where}{retries}"):
            now = exchange.now()
            with exchange.ledger.transaction() as tx:
                errands.wish(tx, "ask_call", call.id, {}, now, now)
    settle(exchange, errand, {})


def hang_up(exchange: Exchange, errand: Errand) -> None:
    """Ends a line to an agent; one that is over is ended."""
    exchange.carrier.hang_up(errand.payload["leg"])
    settle(exchange, errand, {})
