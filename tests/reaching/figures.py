"""What must be so of the figures of any day: the roll-ups are the records, and everything adds up."""

from ivr.core.figures.folding import Key, fold, quarter
from ivr.core.figures.question import By, Question
from ivr.core.figures.tally import KEYS, QUARTER_MS, Tally, View
from ivr.ledger import Transaction
from ivr.ledger.reports import records, tallies
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.reporting import report


def figures_add_up(exchange: Exchange, began_at: int) -> None:
    """Of a floor since then, however often it was counted before."""
    since, until = quarter(began_at), quarter(exchange.now()) + QUARTER_MS
    for by in By:
        answer = report(exchange, Question(since, until, "UTC", by))
        assert answer.is_whole
        assert answer.adds_up, answer.balances
    with exchange.ledger.reading() as tx:
        assert rolled_up(tx, since, until) == fold(records.of(tx, since, until))


def rolled_up(tx: Transaction, since: int, until: int) -> dict[Key, Tally]:
    """The tallies that lie in the ledger."""
    found = {}
    for view in View:
        rows = tallies.added_up(tx, view, [(tallies.QUARTER, since, until)], ("at", *KEYS[view]))
        for (at, *names), tally in rows:
            found[Key(view, at, **dict(zip(KEYS[view], names, strict=True)))] = tally
    return found
