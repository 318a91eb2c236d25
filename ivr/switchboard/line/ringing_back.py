"""Ringing a caller back: an agent has taken them, and waits in the room until they have picked up."""

from ivr.carriers.errors import Refused
from ivr.core.destinations import is_allowed
from ivr.ledger import Transaction, callbacks, errands, line, offers, talks
from ivr.ledger.callbacks import Callback, Over
from ivr.ledger.errands import Errand
from ivr.ledger.talks import Talk
from ivr.switchboard.attempts import settle
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.line.calling_back import promise_of
from ivr.switchboard.line.dispatch import wake
from ivr.switchboard.line.meeting import LINE, over
from ivr.switchboard.line.offering import our_number
from ivr.switchboard.line.placing import placed

RING_SECONDS = 30
"""How long a caller's phone rings. Many mailboxes answer sooner, and press no key."""


def ring_back(exchange: Exchange, errand: Errand) -> None:
    """Rings the caller for whom an agent waits. It is never done twice for one try: after an unknown outcome
    the phone may be ringing, and its notices tell."""
    offer_id, live = errand.payload["offer"], exchange.shelf.live(exchange.now()).hotline
    with exchange.ledger.reading() as tx:
        found = standing_of(tx, offer_id)
    if found is None or found[0].talk_ended_at is not None or found[1].ended_at is not None:
        return settle(exchange, errand, {})
    back = found[1]
    if not is_allowed(back.number, live.allowed):
        return _give_up(exchange, errand, back, f"{back.number} may not be rung any more")
    try:
        leg = placed(
            exchange,
            errand,
            lambda: exchange.carrier.place_call(
                back.number,
                our_number(exchange, back.called),
                address(exchange, offer_id),
                timeout=RING_SECONDS,
                status_callback=f"{address(exchange, offer_id)}/leg",
            ),
        )
    except Refused as refusal:
        return _give_up(exchange, errand, back, str(refusal))
    if leg is not None:
        with exchange.ledger.transaction() as tx:
            rung_on(tx, offer_id, leg)
            errands.done(tx, errand.id, {"leg": leg}, exchange.now())
    return None


def _give_up(exchange: Exchange, errand: Errand, back: Callback, why: str) -> None:
    """The carrier will never ring this number."""
    now = exchange.now()
    with exchange.ledger.transaction() as tx:
        callbacks.end(tx, back.id, Over.NOT_REACHED, now)
        errands.fail(tx, errand.id, why, now)
    nobody_came(exchange, errand.payload["offer"])


def nobody_came(exchange: Exchange, offer_id: str) -> None:
    """The caller was not reached: the agent need not wait any longer."""
    with exchange.ledger.transaction() as tx:
        over(exchange, tx, offer_id, LINE, exchange.now(), alone=True)
    wake(exchange)


def address(exchange: Exchange, offer_id: str) -> str:
    """Where the carrier asks about a caller who is rung back."""
    return f"{exchange.settings.base_url}/voice/back/{offer_id}"


def standing_of(tx: Transaction, offer_id: str) -> tuple[Talk, Callback] | None:
    """The conversation for which an agent waits, or has waited, and the promise it was to keep."""
    visit_id = offers.visit_of(tx, offer_id)
    visit = line.find(tx, visit_id) if visit_id else None
    talk = talks.find(tx, offer_id) if visit else None
    back = callbacks.find(tx, promise_of(visit)) if visit else None
    return (talk, back) if talk and back else None


def rung_on(tx: Transaction, offer_id: str, leg: str) -> None:
    """The carrier's id of the line on which the caller is rung, as soon as anybody tells it."""
    found = standing_of(tx, offer_id)
    if found is not None and found[0].talk_ended_at is None:
        callbacks.rung_on(tx, found[1], leg)
