"""An admin's transactions: callers go first."""

from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from ivr.ledger import LedgerBusy, Transaction
from ivr.switchboard.exchange import Exchange

TURNS = 10
"""How often a transaction comes again that callers left no room for."""

T = TypeVar("T")


def patiently(exchange: Exchange, act: Callable[[Transaction], T]) -> T:
    """One transaction of an admin's, which may have to come again for its turn: LedgerBusy only after
    some ten tries."""
    for _ in range(TURNS - 1):
        with suppress(LedgerBusy), exchange.ledger.transaction() as tx:
            return act(tx)
    with exchange.ledger.transaction() as tx:
        return act(tx)
