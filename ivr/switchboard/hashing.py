"""Where numbers are stored only hashed: they are dropped when the call is over, and old ones are hashed.

Each minute, a little at a time. It is a setting, and not a word of the menus: no worker may write a number in
another way than the next one does, as it would for some seconds after a publishing.
"""

from collections.abc import Callable, Sequence
from functools import partial

from ivr.core.figures.records import RETURN_MS
from ivr.ledger import Transaction, audit, hashing
from ivr.ledger.audit import Deed, Sought
from ivr.ledger.hashing import Found
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
    while patiently(exchange, partial(hashing.drop_numbers, before=before, most=AT_A_TIME)) == AT_A_TIME:
        pass
    since = 0 if everything else before - LATE_MS
    _in_turn(exchange, lambda tx, _: hashing.called(tx, since, before, AT_A_TIME), hashing.drop_called)
    if everything or not _is_done(exchange):
        _hash_old(exchange)


def _is_done(exchange: Exchange) -> bool:
    with exchange.ledger.reading(LOOK_SECONDS) as tx:
        return bool(audit.newest(tx, Sought(what=Deed.NUMBERS_HASHED), most=1))


def _hash_old(exchange: Exchange) -> None:
    """What was stored before numbers were hashed; the audit says how much it was, and that it is done."""
    now = exchange.now()
    hashed = {
        "callers": _known_by(exchange, "call", partial(hashing.hash_calls, since=now - RETURN_MS, now=now)),
        "messages": _rows_of(exchange, "message"),
        "texts": _rows_of(exchange, "feedback"),
        "callbacks": _rows_of(exchange, "callback"),
        "asked": _named_in(exchange, "survey_answer"),
        "wishes": _named_in(exchange, "remembered") + _named_in(exchange, "withdrawal"),
    }
    if any(hashed.values()) and is_quickly_scrubbed(exchange):
        exchange.ledger.scrub()
    if any(hashed.values()) or not _is_done(exchange):
        after = {name: count for name, count in hashed.items() if count}
        with exchange.ledger.transaction() as tx:
            audit.note(tx, BY_ITSELF, Deed.NUMBERS_HASHED, "old numbers", None, after, exchange.now())


Look = Callable[[Transaction, str], list[Found]]
"""Finds what comes after the last one found."""

Act = Callable[[Transaction, Sequence[Found]], None]


def _named_in(exchange: Exchange, table: str) -> int:
    return _known_by(exchange, table, partial(hashing.hash_named, table=table))


def _known_by(exchange: Exchange, table: str, act: Act) -> int:
    return _in_turn(exchange, lambda tx, last: hashing.numbers(tx, table, last, AT_A_TIME), act)


def _rows_of(exchange: Exchange, table: str) -> int:
    act = partial(hashing.hash_rows, table=table)
    return _in_turn(exchange, lambda tx, last: hashing.with_numbers(tx, table, last, AT_A_TIME), act)


def _done_with(exchange: Exchange, act: Act, some: Sequence[Found]) -> None:
    patiently(exchange, lambda tx: act(tx, some))


def _in_turn(exchange: Exchange, look: Look, act: Act) -> int:
    """Until nothing is left of it; how much it was. To look may take a while, and keeps no writer waiting."""
    last, count = "", 0
    while True:
        with exchange.ledger.reading(LOOK_SECONDS) as tx:
            some = look(tx, last)
        if some:
            _done_with(exchange, act, some)
            last, count = some[-1][0], count + len(some)
        if len(some) < AT_A_TIME:
            return count
