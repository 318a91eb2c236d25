"""Who publishes what went live by itself a moment before: it gets their name and note, and no new number.

In local use the folder goes live whenever it is saved, so mostly before anybody can type `publish`.
"""

from ivr.ledger import Transaction, audit, revisions
from ivr.ledger.audit import Deed
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.turns import patiently

BY_ITSELF = "the folder"
"""The author of what nobody asked for."""

JUST_NOW_MS = 60_000
"""How long what went live by itself can still get an author and a note."""


def amend(exchange: Exchange, live: int, author: str, note: str, who: str) -> bool:
    """Gives the live revision its author and note if it went live by itself just now; whether it did."""

    def is_nobodys(tx: Transaction) -> bool:
        known = revisions.newest(tx, 1, live + 1)[0]
        return known.author == BY_ITSELF and exchange.now() - known.published_at <= JUST_NOW_MS

    def sign(tx: Transaction) -> bool:
        if revisions.held(tx) != live or not is_nobodys(tx):
            return False
        revisions.amend(tx, live, author, note)
        before, after = {"author": BY_ITSELF, "note": ""}, {"author": author, "note": note}
        audit.note(tx, who, Deed.AMENDED, f"revision {live}", before, after, exchange.now())
        return True

    with exchange.ledger.reading() as tx:
        if not is_nobodys(tx):
            return False
    return patiently(exchange, sign)
