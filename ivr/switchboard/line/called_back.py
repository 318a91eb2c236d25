"""The line to a caller who is rung back: who rings, a key, and then a call like any other.

Only the key 1 brings them to the agent, so that no voicemail is put through: whoever does not press it was
not reached. They go on from the step at which it was promised.
"""

from collections.abc import Mapping

from ivr.carriers import events as said
from ivr.carriers.twilio import twiml
from ivr.core import walk
from ivr.core.calls import Call, Ending, Place, Talked, Turn, Waited
from ivr.core.line.recording import Consent
from ivr.core.menus import Enqueue
from ivr.core.phrases import words
from ivr.core.world import Today
from ivr.ledger import callbacks, calls
from ivr.ledger.callbacks import Callback, Over
from ivr.ledger.facts import Noted, Row
from ivr.ledger.talks import Talk
from ivr.switchboard.callers import answer, call_ended, last_answer
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.happening import Again, Decision, Look, happen, live_script, script_of, standing
from ivr.switchboard.hearing import Heard
from ivr.switchboard.line.answering import SILENT
from ivr.switchboard.line.ringing_back import address, nobody_came, rung_on, standing_of
from ivr.switchboard.shelf import Script

Known = tuple[Mapping[str, str], Consent | None]


def caller_answered(exchange: Exchange, offer_id: str, leg: str) -> bytes:
    """Their phone was picked up: who rings, and press 1."""
    with exchange.ledger.transaction() as tx:
        rung_on(tx, offer_id, leg)
        found = standing_of(tx, offer_id)
    if found is None or found[1].ended_at is not None:
        return SILENT
    script = live_script(exchange)
    language = _language(script, found[1])
    phrase = script.hotline.languages[language].phrases["rings_back"]
    question = script.documents.say(language, words(phrase, hotline=script.hotline.name))
    if found[0].recorded:  # somebody else may have picked up
        question += script.documents.say(
            language, words(script.hotline.languages[language].phrases["recorded"])
        )
    asked = twiml.gather(question, f"{address(exchange, offer_id)}/key", timeout=5, num_digits=1)
    return twiml.document(asked + asked + twiml.hangup()).fill({})


def caller_pressed(exchange: Exchange, offer_id: str, leg: str, digits: str | None) -> bytes:
    """1 brings them to the agent who waits; to the front of the line, if the agent is gone by now."""
    if digits != "1":
        return SILENT
    live = live_script(exchange)
    known = _known_of(exchange, offer_id)

    def decide(look: Look) -> Decision:
        there = standing(look, leg, hop=1)
        if there is not None:
            return last_answer(look, there)
        found = standing_of(look.tx, offer_id) if look.tx and not look.away else None
        if found is None or found[1].ended_at is not None:
            return Again(SILENT)
        return _put_through(look, live, *found, leg, known)

    return happen(exchange, decide)


def _known_of(exchange: Exchange, offer_id: str) -> Known:
    """What the call in which it was promised knew of the caller, but for its secrets; and how they stand to
    being recorded."""
    with exchange.ledger.reading() as tx:
        found = standing_of(tx, offer_id)
        call = calls.find(tx, found[1].call) if found else None
    if call is None:
        return {}, None
    return {name: text for name, text in call.values.items() if name not in call.secrets}, call.consent


def _put_through(look: Look, live: Script, talk: Talk, back: Callback, leg: str, known: Known) -> Decision:
    now = look.exchange.now()
    step = live.hotline.steps.get(back.step)
    stands = step is not None and isinstance(step.thing, Enqueue)
    script = live if stands else script_of(look.exchange, back.revision, live)
    call = Call(
        leg,
        back.number,
        back.called,
        script.revision,
        _language(script, back),
        started_at=now,
        entered_at=now,
        place=Place(back.step, Turn.WAIT),
        values=known[0],
        consent=known[1],
    )
    meets = talk.talk_ended_at is None
    if not meets and look.tx is not None:
        callbacks.give_up_place(look.tx, back, Over.MOVED, now)
    given = Waited(Ending.CONNECTED, recorded=talk.recorded) if meets else Talked(Ending.FAILED, cut_off=True)
    move = walk.answer(script.hotline, call, given, Today(now, live.hotline))
    fact = answer(look, script, live, move, Heard(given, room=talk.room), row=Row.NONE)
    waited = back.waited + now - back.asked_at
    return fact.also(Noted("called_back", {"tries": back.tries, "waited": round(waited / 1000)}))


def caller_leg_changed(exchange: Exchange, offer_id: str, change: said.LegChanged) -> None:
    """The carrier tells how the line to the caller fares. One that is over before the key was pressed has
    reached nobody."""
    if not change.state.over:
        with exchange.ledger.transaction() as tx:
            rung_on(tx, offer_id, change.call_id)
        return
    with exchange.ledger.reading() as tx:
        call = calls.find(tx, change.call_id)
    if call is not None:
        call_ended(exchange, change)
        return
    nobody_came(exchange, offer_id)


def _language(script: Script, back: Callback) -> str:
    known = script.hotline.languages
    return back.language if back.language in known else script.hotline.first_language
