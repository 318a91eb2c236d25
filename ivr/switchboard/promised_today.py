"""Reports by what is promised today: what was within target is counted anew.

Where a promise is a bound of the histogram the tallies tell it; of all others, and of who was promised to be
called back, the visits themselves do. Both are exact.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from ivr.core.figures.folding import TARGET_MS
from ivr.core.figures.question import Question
from ivr.core.figures.tally import BOUNDS, Tally, View, tally_of
from ivr.core.figures.waiting import within
from ivr.core.line.rules import target_of
from ivr.core.menus import Hotline
from ivr.ledger import Transaction
from ivr.ledger.reports import waits
from ivr.ledger.transaction import Row
from ivr.switchboard.line.joining import rules_of


def within_today(
    tx: Transaction,
    question: Question,
    hotline: Hotline,
    rows: Iterable[tuple[Row, Tally]],
    by: tuple[str, ...],
) -> Iterator[tuple[Row, Tally]]:
    """The rows, told apart `by` names of which one is the queue (the time may be the first), with what was
    within the targets of today. Some counts come as rows of their own, to be added."""
    told = list(rows)
    place = by.index("queue")
    promising = {row[place] for row, tally in told if tally.callback}
    targets = {queue: target(hotline, queue) for queue in sorted({row[place] for row, _ in told})}
    anew = {
        queue: promised for queue, promised in targets.items() if queue in promising or not is_bound(promised)
    }
    for row, tally in told:
        queue = row[place]
        seconds = targets[queue] // 1000
        answered, abandoned = (
            0 if queue in anew else within(of, seconds) or 0
            for of in (tally.answered_waits, tally.abandoned_waits)
        )
        yield (
            row,
            replace(tally, answered_in_target=answered, abandoned_in_target=abandoned, callback_in_target=0),
        )
    if anew:
        time = question.since, question.until
        for row, counts in waits.within(tx, time, by, anew, question.only):
            yield row, tally_of(counts)


def target(hotline: Hotline, queue: str) -> int:
    """Within what wait a queue promises an answer today, in milliseconds."""
    return target_of(rules_of(hotline, queue)) or TARGET_MS


def is_bound(promised: int) -> bool:
    """Whether the tallies can tell who waited no longer."""
    return promised / 1000 in BOUNDS


def from_calls(question: Question, hotline: Hotline) -> frozenset[str]:
    """The queues asked about whose service levels only the calls themselves tell."""
    if not question.recompute or View.LINE not in question.views:
        return frozenset()
    asked = question.only.queues or hotline.queues.keys()
    return frozenset(queue for queue in asked if not is_bound(target(hotline, queue)))
