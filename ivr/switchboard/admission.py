"""Who gets in: a call is refused at the door if its number is blocked, or has called too often."""

from dataclasses import replace

from ivr.carriers.twilio import twiml
from ivr.core.calls import Call, Outcome
from ivr.core.destinations import fits
from ivr.ledger import callers
from ivr.ledger.facts import Beside, Ended, Moved, Row
from ivr.switchboard.happening import Look
from ivr.switchboard.shelf import Script

TURNED_AWAY = frozenset({Outcome.BLOCKED, Outcome.TOO_MANY})
"""Calls that were over at once: the carrier, asking twice, must not be told the second time to take them."""


def turned_away(look: Look, script: Script, call: Call) -> Outcome | None:
    """Why a call does not reach the menus: its number is blocked, or has called too often (which nobody
    counts where the ledger cannot be read)."""
    hotline = script.hotline
    if fits(call.caller or "withheld", hotline.blocked):
        return Outcome.BLOCKED
    if not call.caller or not look.tx:
        return None
    most, since = hotline.limits.calls, call.started_at - round(hotline.limits.per * 1000)
    if most is not None and callers.count_since(look.tx, call.caller, since) >= most:
        return Outcome.TOO_MANY
    return None


def turn_away(call: Call, why: Outcome) -> Moved:
    """A blocked caller hears that the number is out of service, one who calls too often a busy tone."""
    now = call.started_at
    refusal = twiml.document(twiml.reject("busy" if why is Outcome.TOO_MANY else "rejected")).fill({})
    gone = replace(call, hop=1, outcome=why)
    return Moved(gone, (), refusal, now, Row.NONE, Beside(ended=Ended(call.id, why, now, "door")))
