"""Calls of which nothing is heard any more: the carrier is asked whether they still go on."""

from ivr.carriers.events import LegChanged, LegState
from ivr.carriers.twilio.rest import CarrierError, Refused
from ivr.core.calls import Call, Ending, Outcome
from ivr.core.walk import last_pass
from ivr.ledger import calls, errands
from ivr.ledger.errands import Errand
from ivr.ledger.facts import cut_short
from ivr.switchboard.attempts import settle
from ivr.switchboard.documents import LONGEST_CALL
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.line.meeting import caller_gone

ASK_AFTER_MS = 300_000
"""No news for so long, and we ask; a call that goes on is asked about again as much later."""

ASK_DIALED_AFTER_MS = LONGEST_CALL * 1000
"""Who talks to a party gives no news for as long as the carrier lets them talk."""

LOST_AFTER_MS = LONGEST_CALL * 1000 + 3_600_000
"""No news, and no answer from the carrier: whatever it was, it is over."""


def ask_about_the_silent(exchange: Exchange) -> None:
    """Wishes to ask about each silent call, unless that is wished already."""
    now = exchange.now()
    with exchange.ledger.reading() as tx:
        silent = calls.silent_since(tx, now - ASK_AFTER_MS, now - ASK_DIALED_AFTER_MS, "ask_call")
    for call_id in silent:
        with exchange.ledger.transaction() as tx:
            errands.wish(tx, "ask_call", call_id, {}, now, now)


def ask_call(exchange: Exchange, errand: Errand) -> None:
    """Asks the carrier how a call stands, and ends it here if it is over there."""
    with exchange.ledger.reading() as tx:
        call = calls.find(tx, errand.call or "")
    if call is None or call.ended_at is not None:
        return settle(exchange, errand, {})
    now = exchange.now()
    try:
        told = exchange.carrier.fetch_call(call.id)
    except CarrierError as error:
        gone = isinstance(error, Refused) and error.gone
        if not gone and now - call.entered_at < LOST_AFTER_MS:
            raise
        return end(exchange, errand, Outcome.LOST, now, "clock")
    if not told.state.over:
        with exchange.ledger.transaction() as tx:
            errands.retry(tx, errand, now + ASK_AFTER_MS, "the call goes on")
        return None
    return end(exchange, errand, outcome_of(told.state), ended_at(call, told, now), "reconciled")


def outcome_of(state: LegState) -> Outcome:
    """What the carrier's word for the end of a call means to us."""
    return Outcome.LOST if state in (LegState.FAILED, LegState.CANCELED) else Outcome.HUNG_UP


def ended_at(call: Call, told: LegChanged, now: int) -> int:
    """When a call ended, by the length the carrier tells; after all we know of it, and not in the future."""
    if told.seconds is None:
        return now
    return min(max(call.started_at + told.seconds * 1000, call.entered_at), now)


def end(exchange: Exchange, errand: Errand, outcome: Outcome, at: int, source: str) -> None:
    """Ends the call, unless its end was told meanwhile: then the earlier one stays."""
    with exchange.ledger.transaction() as tx:
        call = calls.find(tx, errand.call or "")
        if call is not None:
            ending = cut_short(tx, call)
            known = Outcome.CONNECTED if ending is Ending.CONNECTED else call.outcome
            calls.end(tx, call.id, known or outcome, at, last_pass(call, at, ending), source)
            caller_gone(exchange, tx, call.id, exchange.now())
        errands.done(tx, errand.id, {"outcome": str(outcome)}, exchange.now())
