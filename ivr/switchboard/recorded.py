"""Recordings of callers, as the carrier tells of them: ready to be fetched, or never there."""

from ivr.carriers import events as said
from ivr.core.calls import Turn
from ivr.ledger import Transaction, calls
from ivr.ledger.facts import RecordingTold, Row, put_down, put_down_spoken, recording_told
from ivr.outside.bus import Topic
from ivr.switchboard.callers import go_on
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.happening import Look, live_script, script_of, told
from ivr.switchboard.hearing import RECORDING, recorded, spoken_at

SETTLED = frozenset({said.RecordingState.READY, said.RecordingState.ABSENT, said.RecordingState.FAILED})


def recording_changed(exchange: Exchange, change: said.RecordingChanged) -> None:
    """A recording can be fetched now, or will never be there."""
    if change.call_id is None or change.state not in SETTLED:
        return
    now = exchange.now()
    fact = RecordingTold(change.call_id, change.recording_id, str(change.state), change.seconds, now)
    told(exchange, fact, lambda tx: settle(exchange, tx, fact))
    exchange.tell(Topic.ERRANDS)


def settle(exchange: Exchange, tx: Transaction, fact: RecordingTold) -> None:
    """Writes down what became of a recording, also of one we never heard of."""
    if recording_told(tx, fact) or fact.state != said.RecordingState.READY:
        return
    if not exchange.spool.is_empty():  # somebody may have heard of it, and not have written it down yet
        exchange.spool.append(fact)
        return
    found(exchange, tx, fact)


def found(exchange: Exchange, tx: Transaction, fact: RecordingTold) -> None:
    """A recording whose end at its place never reached us: the caller hung up while we did not answer.

    The call moves on by the notice as it would have by the end itself, which, if it comes after all, is
    answered with what this stored. Where the call has gone on already, only what was said is kept.
    """
    call = calls.find(tx, fact.call_id)
    if call is None or not call.hop:
        return
    live = live_script(exchange)
    script = script_of(exchange, call.revision, live)
    spoken = said.Recorded(fact.call_id, fact.carrier_id, fact.seconds)
    if call.place is not None and call.place.turn is Turn.RECORD:
        heard = recorded(exchange, script, call, spoken)
        put_down(tx, go_on(Look(exchange, tx), script, call, heard, live, row=Row.THERE))
    else:
        went_through = (script.hotline.steps.get(name) for name in calls.steps_back(tx, fact.call_id))
        step = next((step for step in went_through if step and isinstance(step.thing, RECORDING)), None)
        kept = spoken_at(exchange, step, spoken)
        if kept is not None:
            put_down_spoken(tx, call, kept, exchange.now())
    recording_told(tx, fact)
