"""A call of ours is placed once: nobody's phone rings twice for one wish."""

from collections.abc import Callable

from ivr.carriers.errors import Refused, TryAgain, Unknown
from ivr.ledger import errands
from ivr.ledger.errands import Errand
from ivr.switchboard.exchange import Exchange

UNHEARD = "the carrier was asked to ring, and nobody heard its answer"
"""What is known of a call between the wish for it and the carrier's word."""


def placed(exchange: Exchange, errand: Errand, place: Callable[[], str]) -> str | None:
    """The id of the line, while the errand still runs; None if nobody knows it: after an unknown outcome, or
    when we are killed meanwhile, the phone may be ringing, and its notices tell.

    Raises TryAgain, and Refused when the errand has failed for good.
    """
    with exchange.ledger.transaction() as tx:
        if not errands.unsure(tx, errand.id, UNHEARD, exchange.now()):
            return None
    try:
        leg = place()
    except Unknown:
        return None
    except TryAgain:
        with exchange.ledger.transaction() as tx:
            errands.sure(tx, errand.id)
        raise
    except Refused as refusal:
        with exchange.ledger.transaction() as tx:
            errands.sure(tx, errand.id)
            errands.fail(tx, errand.id, str(refusal), exchange.now())
        raise
    with exchange.ledger.transaction() as tx:
        errands.sure(tx, errand.id)
    return leg
