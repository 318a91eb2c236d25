"""Our own pacer: a carrier makes so many calls a second, and lets all others wait without a word.

Whoever wishes for a call has its turn from then on. An offer's turn is the moment at which it is to ring, and
goes to nobody else unless it was over before; the turn of any other call is kept here.
"""

from ivr.ledger import Transaction, offers, throttles


def next_ring(tx: Transaction, now: int, per_second: float) -> int:
    """When the carrier may be asked for the next call: now, or after all that have their turn before. The
    offer that takes it is put down with it."""
    last, gap = offers.last_ring(tx), _gap(per_second)
    return max(now, throttles.next_call(tx), now if last is None else last + gap)


def take_turn(tx: Transaction, now: int, per_second: float) -> int:
    """The same, for a call that is no offer: the turn is theirs."""
    turn = next_ring(tx, now, per_second)
    return throttles.take_call(tx, turn, _gap(per_second))


def _gap(per_second: float) -> int:
    """From one call to the next, in milliseconds."""
    return round(1000 / per_second)
