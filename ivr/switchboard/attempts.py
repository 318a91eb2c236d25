"""How long an errand is tried: what waits for a caller, not at all again; what may be lost, for days."""

import logging
from collections.abc import Mapping

from ivr.ledger import errands, events, recordings
from ivr.ledger.errands import Errand
from ivr.switchboard.exchange import Exchange

log = logging.getLogger(__name__)

MOST_TRIES: Mapping[str, int] = {"lookup": 1, "message": 8}
"""Kinds that are worth nothing, or only a surprise, when they come late. All others are patient."""

NEVER_OVER = frozenset({"tidy", "watch", "tell"})
"""Rounds: put down once for all time, so their age says nothing of how long they have failed. And what
another system is to be told: that is kept until it listens, or nobody wants it told any more."""

KEEP_TRYING_MS = 3 * 86_400_000
"""Patient errands outlast a weekend: an outage, a key nobody mends before Monday."""

NOT_YET_MS = 3_600_000
"""What the carrier still does not have after an hour it will never have."""

FIRST_WAIT_MS = 1_000
LONGEST_WAIT_MS = 300_000
"""The waits between two tries double, from the first to the longest."""

IN_A_CALL = frozenset({"ring", "connect", "hold", "mute", "keep", "take_out", "end_room"})
"""Kinds somebody waits for who is on the line: they come soon after the carrier answers again."""

LONGEST_IN_A_CALL_MS = 10_000


def is_patient(kind: str) -> bool:
    return kind not in MOST_TRIES


def settle(exchange: Exchange, errand: Errand, answer: Mapping[str, str]) -> None:
    """It came true."""
    with exchange.ledger.transaction() as tx:
        errands.done(tx, errand.id, answer, exchange.now())


def try_later(
    exchange: Exchange,
    errand: Errand,
    cause: str,
    *,
    at_least: float = 0,
    for_ms: int = KEEP_TRYING_MS,
    unsure: bool = False,
) -> None:
    """Puts an errand back for a later try, not before `at_least` seconds; or gives it up after the last.

    A patient one is given up when it is older than `for_ms`. `unsure`: the try may have done it.
    """
    now = exchange.now()
    if was_last(errand, now, for_ms):
        return give_up(exchange, errand, cause, unsure=unsure)
    doubled = FIRST_WAIT_MS * 2 ** min(errand.tries - 1, 16)
    longest = LONGEST_IN_A_CALL_MS if errand.kind in IN_A_CALL else LONGEST_WAIT_MS
    wait = max(min(doubled, longest), round(at_least * 1000))
    with exchange.ledger.transaction() as tx:
        errands.retry(tx, errand, now + wait, cause)
    return None


def was_last(errand: Errand, now: int, for_ms: int) -> bool:
    """Whether a try that failed now was the last one."""
    if errand.kind in NEVER_OVER:
        return False
    if is_patient(errand.kind):
        return now - errand.created_at >= for_ms
    return errand.tries >= MOST_TRIES[errand.kind]


def give_up(exchange: Exchange, errand: Errand, cause: str, *, unsure: bool = False) -> None:
    """An errand that will not come true, with the reason, beside the call that wished it."""
    now = exchange.now()
    with exchange.ledger.transaction() as tx:
        told = errands.told(tx, cause)
        log.warning("errand %s (%s) given up: %s", errand.id, errand.kind, told)
        (errands.unknown if unsure else errands.fail)(tx, errand.id, cause, now)
        if errand.kind == "fetch_recording":
            recordings.lost(tx, errand.payload["recording"])
        events.note(tx, errand.call, now, "errand_failed", kind=errand.kind, cause=told)
