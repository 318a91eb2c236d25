"""After the storm: what is still to be done is done, and what nobody told is asked for."""

import time
from dataclasses import replace
from functools import partial

from ivr.ledger import errands
from ivr.switchboard import silence
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.wishes import carry_out

LONGEST = 15.0
"""Seconds the service has for what is under way."""

A_MINUTE_MS = 60_000

STILL = "SELECT COUNT(*) FROM errand WHERE state IN ('waiting', 'running') AND id > 0"
"""Rounds are never done."""


def settle(exchange: Exchange) -> None:
    """First the service does what it has at hand. Then hours pass: in these it asks the carrier how the calls
    ended of which it heard nothing, and takes over what was in the hands of workers that were killed."""
    until = time.monotonic() + LONGEST
    while time.monotonic() < until and not _is_quiet(exchange):
        time.sleep(0.5)
    for passed in (silence.ASK_AFTER_MS, silence.ASK_DIALED_AFTER_MS):
        later = replace(exchange, now=partial(_now_after, exchange, passed + A_MINUTE_MS))
        silence.ask_about_the_silent(later)
        _do_what_is_due(later)


def _now_after(exchange: Exchange, passed: int) -> int:
    return exchange.now() + passed


def _is_quiet(exchange: Exchange) -> bool:
    with exchange.ledger.reading(patience=10) as tx:
        ((still,),) = tx.rows(STILL, {})
    return not still and exchange.spool.is_empty()


def _do_what_is_due(exchange: Exchange) -> None:
    with exchange.ledger.reading() as tx:
        kinds = errands.due_kinds(tx, exchange.now()) - errands.ROUNDS.keys()
    for kind in sorted(kinds):
        while True:
            with exchange.ledger.transaction() as tx:
                errand = errands.claim(tx, kind, exchange.now(), A_MINUTE_MS)
            if errand is None:
                break
            carry_out(exchange, errand)
