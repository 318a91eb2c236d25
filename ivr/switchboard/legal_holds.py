"""Legal holds: what must be kept is, until somebody says otherwise; the audit knows who, when and why."""

from contextlib import suppress

from ivr.core.destinations import meant
from ivr.core.pseudonyms import short
from ivr.ledger import audit, calls, legal_holds
from ivr.ledger.audit import Deed
from ivr.ledger.legal_holds import LegalHold
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.shelf import NothingPublished

LONGEST_WHY = 500


class NoSuchCall(LookupError):
    """There is no call of this id."""


class NoReason(ValueError):
    """Nobody would know any more when to release it."""


def hold_call(exchange: Exchange, who: str, call_id: str, why: str) -> LegalHold:
    """One call is kept, with all that belongs to it. Raises NoSuchCall, NoReason."""
    why, now = _reason(why), exchange.now()
    hold = legal_holds.of_call(call_id, why, who, now)
    with exchange.ledger.transaction() as tx:
        if calls.find(tx, call_id) is None:
            raise NoSuchCall(call_id)
        legal_holds.put(tx, hold)
        audit.note(tx, who, Deed.CALL_HELD, call_id, None, {"hold": hold.id, "why": why}, now)
    return hold


def hold_caller(exchange: Exchange, who: str, caller: str, why: str) -> LegalHold:
    """All calls of a number are kept, those to come too. Raises NoReason."""
    why, now = _reason(why), exchange.now()
    hold = legal_holds.of_caller(caller, why, who, now)
    with exchange.ledger.transaction() as tx:
        legal_holds.put(tx, hold)
        subject = named(exchange, caller)
        audit.note(tx, who, Deed.CALLER_HELD, subject, None, {"hold": hold.id, "why": why}, now)
    return hold


def release(exchange: Exchange, who: str, hold_id: str) -> bool:
    """It may be forgotten and erased again; False if it was not held (any more)."""
    now = exchange.now()
    with exchange.ledger.transaction() as tx:
        hold = legal_holds.find(tx, hold_id)
        if hold is None or not legal_holds.release(tx, hold_id, who, now):
            return False
        subject = hold.call or named(exchange, hold.caller or "")
        audit.note(tx, who, Deed.HOLD_RELEASED, subject, {"hold": hold.id, "why": hold.why}, None, now)
    return True


def named(exchange: Exchange, caller: str) -> str:
    """What the audit calls a caller: it must not be the place where a number outlives its erasure."""
    return f"caller {short(exchange.seal.pseudonym(caller))}"


def whose(exchange: Exchange, typed: str) -> str:
    """The caller somebody of ours means who types a number, as it is written here, or a pseudonym."""
    ours = ""
    with suppress(NothingPublished):
        ours = next(iter(exchange.shelf.live(exchange.now()).hotline.numbers), "")
    return meant(typed.strip(), ours)


def _reason(why: str) -> str:
    why = why.replace("\0", "").strip()[:LONGEST_WHY]
    if not why:
        raise NoReason
    return why
