"""An agent calls somebody as the hotline: the agent is rung first, then the number, and both meet in a room.

Until the number is rung there is only the agent's side of it: a visit of kind `outbound`, outside the
figures. Then it is a call like any other, known by the carrier's id of the line to the number.
"""

import secrets

from ivr.carriers.capabilities import CARRIERS
from ivr.carriers.errors import Refused
from ivr.carriers.twilio import twiml
from ivr.core.agents import Agent
from ivr.core.calls import Call
from ivr.core.destinations import is_allowed, is_number, meant
from ivr.core.line.visits import Kind, Visit
from ivr.core.menus import Hotline
from ivr.core.phrases import words
from ivr.ledger import agents, callbacks, calls, errands, line, talks
from ivr.ledger.errands import Errand
from ivr.outside.bus import Topic
from ivr.switchboard.attempts import settle
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.happening import live_script
from ivr.switchboard.line import calling_back
from ivr.switchboard.line.answering import SILENT, language_of
from ivr.switchboard.line.dispatch import dispatch_soon, wake
from ivr.switchboard.line.meeting import CALLER, LINE, over
from ivr.switchboard.line.offering import our_number, wish_hang_up
from ivr.switchboard.line.placing import placed
from ivr.switchboard.line.sending_on import Not

RING_SECONDS = 40
"""How long a number is rung."""


def call_out(exchange: Exchange, agent_id: str, number: str, queue: str = "") -> Not | None:
    """The agent is rung, or told on their page or line, and takes it as they take a caller; then the number
    is rung. Or why not. With a `queue` its wrap-up and its dispositions follow; whom that queue has promised
    a call gets the promised one, now and from this agent."""
    now = exchange.now()
    hotline = exchange.shelf.live(now).hotline
    number = meant(number, next(iter(hotline.numbers)))
    if not (is_number(number) and is_allowed(number, hotline.allowed)):
        return Not.ALLOWED
    with exchange.ledger.transaction() as tx:
        tx.hold(line.DISPATCH)  # or somebody else is offered the promise meanwhile
        agent = agents.find(tx, agent_id)
        if agent is None:
            return Not.KNOWN
        if not agent.is_free:
            return Not.FREE
        back = callbacks.of_number(tx, number, queue)
        if back is None:
            dialled = tx.seal.close(number) if tx.seal.hashing else number
            line.join(tx, _visit(agent, dialled, queue, hotline, now))
        elif not calling_back.keep_for(tx, back, agent_id, now):
            return Not.CALLED
    exchange.tell(Topic.LINE)
    dispatch_soon(exchange)
    return None


def _visit(agent: Agent, dialled: str, queue: str, hotline: Hotline, now: int) -> Visit:
    """For what an agent calls somebody, until it has become a call; the number may be sealed."""
    known_as = f"out.{secrets.token_urlsafe(9)}"
    return Visit(
        known_as,
        known_as,
        queue,
        language_of(agent, hotline),
        first_at=now,
        rank=now,
        entered_at=now,
        kind=Kind.OUTBOUND,
        wanted=agent.id,
        leads=dialled,
    )


def answered(exchange: Exchange, offer_id: str) -> bytes:
    """Somebody answers at the number: into the room, if the agent is there still."""
    with exchange.ledger.reading() as tx:
        talk = talks.find(tx, offer_id)
    if talk is None or not talk.is_on:
        return SILENT
    script = live_script(exchange)
    retries = CARRIERS[exchange.settings.carrier].retries
    left_at = f"{_address(exchange, offer_id)}/left{retries}"
    room = script.documents.in_room("caller", left_at, start=True, end=False)
    return twiml.document(room).fill({"room": talk.room})


def left(exchange: Exchange, offer_id: str) -> bytes:
    """The agent has hung up: goodbye."""
    _over(exchange, offer_id, CALLER)
    script = live_script(exchange)
    with exchange.ledger.reading() as tx:
        talk = talks.find(tx, offer_id)
        visit = line.find(tx, talk.visit) if talk else None
    language = visit.language if visit and visit.language in script.hotline.languages else None
    language = language or script.hotline.first_language
    said = script.documents.say(language, words(script.hotline.languages[language].phrases["goodbye"]))
    return twiml.document(said + twiml.hangup()).fill({})


def _over(exchange: Exchange, offer_id: str, by: str) -> None:
    with exchange.ledger.transaction() as tx:
        over(exchange, tx, offer_id, by, exchange.now())
    wake(exchange)


def _address(exchange: Exchange, offer_id: str) -> str:
    return f"{exchange.settings.base_url}/voice/out/{offer_id}"


def ring(exchange: Exchange, errand: Errand) -> None:
    """Rings the number for an agent who waits in the room. It is never done twice: where the carrier's answer
    is lost, the agent is let go, and asks again."""
    offer_id, now = errand.payload["offer"], exchange.now()
    with exchange.ledger.reading() as tx:
        talk = talks.find(tx, offer_id)
        visit = line.find(tx, talk.visit) if talk else None
        number = calling_back.number_of(tx, visit) if visit else None
    script = live_script(exchange)
    if talk is None or visit is None or number is None or not talk.is_on:
        return settle(exchange, errand, {})
    ours = our_number(exchange, "")
    if not is_allowed(number, script.hotline.allowed):
        _over(exchange, offer_id, LINE)
        return settle(exchange, errand, {})
    try:
        leg = placed(
            exchange,
            errand,
            lambda: exchange.carrier.place_call(
                number,
                ours,
                _address(exchange, offer_id),
                timeout=RING_SECONDS,
                status_callback=f"{exchange.settings.base_url}/voice/status",
            ),
        )
    except Refused:
        leg = None
    if leg is None:
        _over(exchange, offer_id, LINE)
        return None
    with exchange.ledger.transaction() as tx:
        call = Call(leg, number, ours, script.revision, visit.language, now, now, hop=1)
        if calls.find(tx, leg) is None:
            calls.arrive(tx, call, (), b"")
        line.is_call(tx, visit.id, leg)
        talks.is_call(tx, offer_id, leg)
        still = talks.find(tx, offer_id)
        if still is None or not still.is_on:
            wish_hang_up(tx, leg, leg, now)
        errands.done(tx, errand.id, {"leg": leg}, now)
    return None
