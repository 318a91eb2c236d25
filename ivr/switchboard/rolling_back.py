"""Back to an earlier revision: live again at once, and for calls in progress too."""

from dataclasses import dataclass

from ivr.called import command
from ivr.core.menus import Hotline
from ivr.ledger import Transaction, revisions, webhooks
from ivr.ledger.audit import Deed
from ivr.ledger.revisions import ANY, Overtaken
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.publishing import gone_live, note_deed, subscribed
from ivr.switchboard.shelf import Unreadable, hotline_of
from ivr.switchboard.turns import patiently


class NoWayBack(LookupError):
    """There is no such revision to go back to; the message says why."""


@dataclass(frozen=True, slots=True)
class RolledBack:
    """What rolling back did: the revision that is live now, and the one that was until then."""

    revision: int
    instead_of: int


def roll_back(
    exchange: Exchange,
    number: int | None,
    author: str,
    note: str = "",
    *,
    who: str = "",
    instead_of: int | None = ANY,
) -> RolledBack:
    """Makes an earlier revision live (without a number: the one that was live before), at once and for calls
    in progress too: those of the revisions taken back go on in it. Raises NoWayBack, and Overtaken if another
    revision is live than `instead_of`.

    `who` is what the audit calls whoever does it, if not by the author's name.
    """
    while True:
        live, wanted = way_back(exchange, number, instead_of)
        try:
            hotline = hotline_of(exchange.ledger, wanted)
        except Unreadable as error:
            raise NoWayBack(str(error)) from None
        except KeyError:
            raise NoWayBack(f"there is no revision {wanted}: `{command('revisions')}` lists them") from None

        def go_back(
            tx: Transaction, live: int = live, wanted: int = wanted, hotline: Hotline = hotline
        ) -> bool:
            if revisions.held(tx) != live:
                return False
            now = exchange.now()
            revisions.go_back(tx, wanted, author, note, now)
            webhooks.subscribe(tx, subscribed(hotline))
            note_deed(tx, who or author, Deed.ROLLED_BACK, live, wanted, note, now)
            return True

        if patiently(exchange, go_back):
            gone_live(exchange, hotline)
            return RolledBack(wanted, live)


def way_back(exchange: Exchange, number: int | None, instead_of: int | None) -> tuple[int, int]:
    """The live revision, and the one to go back to. Raises NoWayBack, Overtaken."""
    with exchange.ledger.reading() as tx:
        live = revisions.live(tx)
        if live is None:
            raise NoWayBack("no menus are published yet")
        wanted = revisions.before(tx, live) if number is None else number
    if instead_of not in (ANY, live):
        raise Overtaken(f"revision {live} went live meanwhile")
    if wanted is None:
        raise NoWayBack(f"revision {live} is live, and there is none before it to go back to")
    if wanted == live:
        raise NoWayBack(f"revision {live} is live already")
    return live, wanted
