"""What is forgotten, and when: a little at a time, so that no caller waits for the ledger meanwhile."""

from contextlib import suppress

from ivr.ledger import calls, errands, sessions, throttles
from ivr.ledger.errands import Errand
from ivr.ledger.reports.rolling_up import count_again
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.forgetting import forget_what_was_kept
from ivr.switchboard.hashing import hash_numbers
from ivr.switchboard.importing import take_out_what_is_left
from ivr.switchboard.shelf import NothingPublished
from ivr.switchboard.silence import ask_about_the_silent

TIDY_EVERY_MS = 60_000
KEEP_ANSWERS_MS = 3_600_000
KEEP_ERRANDS_MS = 7 * 86_400_000
KEEP_ENDED_MS = 3_600_000

LATE_MS = 86_400_000
"""An end may be told, or found out, so much later than it was."""

AT_A_TIME = 50
"""Calls, or errands, of one transaction: some milliseconds of other writers' time."""

LOOK_SECONDS = 10
"""To look holds up nobody, and may take a while."""

COUNT_SECONDS = 60
"""So long it counts for the reports; what is left is counted in the next round."""

DAILY = 1_440
"""One round in so many looks at all calls there ever were, however late their end was told."""


def tidy_up(exchange: Exchange, errand: Errand) -> None:
    """The errand by which one worker at a time tidies up; it is put back for the next minute."""
    tidy(exchange, everything=errand.tries % DAILY == 1)
    with exchange.ledger.transaction() as tx:
        errands.retry(tx, errand, exchange.now() + TIDY_EVERY_MS, "the next round")


def tidy(exchange: Exchange, *, everything: bool = True) -> None:
    """Asks about the calls nobody told us the end of, and forgets what is long over."""
    ask_about_the_silent(exchange)
    until = exchange.now() - KEEP_ANSWERS_MS
    forget_answers(exchange, 0 if everything else until - LATE_MS, until)
    forget_errands(exchange)
    forget_sign_ins(exchange)
    hash_numbers(exchange, everything=everything)
    take_out_what_is_left(exchange)
    count_for_reports(exchange)
    if everything:
        forget_what_was_kept(exchange)


def forget_answers(exchange: Exchange, since: int, until: int) -> None:
    """Of calls that ended in that time: the documents stored for them, and what look-ups brought."""
    while True:
        with exchange.ledger.reading(patience=LOOK_SECONDS) as tx:
            over = calls.with_answers(tx, since, until, AT_A_TIME)
        with exchange.ledger.transaction() as tx:
            for call_id, _ in over:
                calls.forget_answers(tx, call_id)
                errands.forget_lookups(tx, call_id)
        if len(over) < AT_A_TIME:
            return
        since = over[-1][1]


def forget_errands(exchange: Exchange) -> None:
    """Those that were over a week ago."""
    before = exchange.now() - KEEP_ERRANDS_MS
    forgotten = AT_A_TIME
    while forgotten == AT_A_TIME:
        with exchange.ledger.transaction() as tx:
            forgotten = errands.forget(tx, before, AT_A_TIME)


def forget_sign_ins(exchange: Exchange) -> None:
    """Sessions that ended by themselves, and tries that hold nobody back any more."""
    before = exchange.now() - KEEP_ENDED_MS
    with exchange.ledger.transaction() as tx:
        sessions.forget(tx, before)
        throttles.forget(tx, before)


def count_for_reports(exchange: Exchange) -> None:
    """What has changed since the last round, so that no report has to count much."""
    now = exchange.now()
    with suppress(NothingPublished):
        zone = exchange.shelf.live(now).hotline.zone
        count_again(exchange.ledger, zone, now, COUNT_SECONDS)
