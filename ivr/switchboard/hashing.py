"""Where numbers are stored only hashed: they are dropped when the call is over, and old ones are hashed.

Each minute, a little at a time. It is a setting, and not a word of the menus: no worker may write a number in
another way than the next one does, as it would for some seconds after a publishing.
"""

from collections.abc import Callable
from functools import partial

from ivr.core.figures.records import RETURN_MS
from ivr.ledger import Transaction, audit, hashing
from ivr.ledger.audit import Deed, Sought
from ivr.switchboard.erasing import is_quickly_scrubbed
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.turns import patiently

AT_A_TIME = 50
LOOK_SECONDS = 10

NEEDED_MS = 60_000
"""So long after a call its number is there still: what was wished for at its end may need it."""

LATE_MS = 86_400_000

BY_ITSELF = "the clock"


def hash_numbers(exchange: Exchange, *, everything: bool) -> None:
    """One round; nothing where numbers are stored as they are."""
    if not exchange.seal.hashing:
        return
    before = exchange.now() - NEEDED_MS
    _all(exchange, partial(hashing.drop_numbers, before=before, most=AT_A_TIME))
    since = 0 if everything else before - LATE_MS
    _all(exchange, partial(hashing.drop_called, since=since, before=before, most=AT_A_TIME))
    if everything or not _is_done(exchange):
        _hash_old(exchange)


def _is_done(exchange: Exchange) -> bool:
    with exchange.ledger.reading(LOOK_SECONDS) as tx:
        return bool(audit.newest(tx, Sought(what=Deed.NUMBERS_HASHED), most=1))


def _hash_old(exchange: Exchange) -> None:
    """What was stored before numbers were hashed; the audit says how much it was, and that it is done."""
    hashed = {
        "callers": _hash_calls(exchange),
        "messages": _all(exchange, partial(hashing.hash_others, table="message", most=AT_A_TIME)),
        "texts": _all(exchange, partial(hashing.hash_others, table="feedback", most=AT_A_TIME)),
        "callbacks": _all(exchange, partial(hashing.hash_others, table="callback", most=AT_A_TIME)),
        "asked": _all(exchange, partial(hashing.hash_asked, most=AT_A_TIME)),
        "wishes": _all(exchange, partial(hashing.hash_wishes, most=AT_A_TIME)),
    }
    if any(hashed.values()) and is_quickly_scrubbed(exchange):
        exchange.ledger.scrub()
    if any(hashed.values()) or not _is_done(exchange):
        after = {name: count for name, count in hashed.items() if count}
        with exchange.ledger.transaction() as tx:
            audit.note(tx, BY_ITSELF, Deed.NUMBERS_HASHED, "old numbers", None, after, exchange.now())


def _hash_calls(exchange: Exchange) -> int:
    now, last, count = exchange.now(), "", 0
    while True:
        with exchange.ledger.reading(LOOK_SECONDS) as tx:
            some = hashing.numbers(tx, last, AT_A_TIME)
        if some:
            patiently(exchange, partial(hashing.hash_calls, some=some, since=now - RETURN_MS, now=now))
            last, count = some[-1], count + len(some)
        if len(some) < AT_A_TIME:
            return count


def _all(exchange: Exchange, act: Callable[[Transaction], int]) -> int:
    """Until nothing is left of it; how much it was."""
    count = 0
    while True:
        done = patiently(exchange, act)
        count += done
        if done < AT_A_TIME:
            return count
