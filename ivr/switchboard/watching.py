"""In local use the admin's folder goes live whenever it is saved and has no mistake."""

import sys
from pathlib import Path

from ivr.ledger import drafts
from ivr.ledger.drafts import Refusal
from ivr.switchboard.amending import BY_ITSELF
from ivr.switchboard.draft import Traces, traces
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.publishing import NotPublished, publish


class Watch:
    """An eye on the folder. It waits until the files are at rest: one half saved is no mistake yet."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._seen: Traces | None = None
        self._tried: Traces | None = None

    def look(self) -> None:
        """Publishes what has changed since the last look but one, and nothing since the last."""
        settings = self._exchange.settings
        now = traces(Path(settings.menus), Path(settings.recordings))
        at_rest, self._seen = now == self._seen, now
        if at_rest and now != self._tried:
            self._publish()
            self._tried = now  # not before: where the ledger was away, it is tried again

    def _publish(self) -> None:
        before = self._refusal()
        try:
            done = publish(self._exchange, BY_ITSELF, by_itself=True)
        except NotPublished as refused:
            if self._refusal() != before:
                live = self._exchange.shelf.live(self._exchange.now())
                tell(*refused.mistakes, f"Revision {live.revision} stays live until this is mended.")
            return
        if done.new:
            tell(f"{'The menus are mended: r' if before else 'R'}evision {done.revision} is live.")
        elif before:
            tell(f"The menus are mended. Revision {done.revision} is live, as it was.")

    def _refusal(self) -> Refusal | None:
        with self._exchange.ledger.reading() as tx:
            return drafts.refusal(tx)


def tell(*lines: object) -> None:
    """To whoever sits before the terminal in which the hotline runs."""
    print(*lines, sep="\n", file=sys.stderr, flush=True)
