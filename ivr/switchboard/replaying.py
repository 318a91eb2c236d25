"""After an outage: what was kept in the spool is put down, by the clock of whichever worker comes first.

Facts may be replayed in any order and more than once, also by several workers, and by one that dies while it
does: a file is removed only when all of it is committed.
"""

import logging
from collections.abc import Sequence
from itertools import islice

from ivr.carriers.events import RecordingState
from ivr.ledger import LedgerError, calls
from ivr.ledger.facts import Fact, RecordingTold, replay
from ivr.ledger.spool import SpoolFile
from ivr.ledger.spool_lines import Strange
from ivr.outside.bus import Topic
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.happening import READ_PATIENCE
from ivr.switchboard.recorded import found

log = logging.getLogger(__name__)

AT_A_TIME = 50
"""Facts of one transaction: some milliseconds of other writers' time."""

WAIT_FOR_THE_CALL_MS = 30_000
"""A word on a recording may lie in one spool, and what the caller did in another: so long it waits for it."""


def look_after_spool(exchange: Exchange) -> None:
    """One round of the clock: replays what there is, if it can. Raises LedgerError if it cannot after all."""
    outage, spool = exchange.outage, exchange.spool
    if not outage.is_on and spool.is_empty():
        outage.has_told = False
        spool.set_reserve()
        return
    outage.tries()
    outage.is_blind = is_blind(exchange)
    if outage.is_blind:
        tell_the_others(exchange)
        return
    try:
        if outage.is_on:
            try_to_write(exchange)
            outage.ends()
        replay_all(exchange)
    except LedgerError as error:
        outage.begins(error)
        raise


def try_to_write(exchange: Exchange) -> None:
    """Puts the first fact of our own down, or nothing if that one is refused. Raises LedgerError."""
    first = exchange.spool.first()
    try:
        put_down(exchange, [first] if first else [])
    except LedgerError:
        raise
    except Exception:  # it is the fact's own fault: whoever replays it keeps it aside, and says why
        put_down(exchange, [])


def tell_the_others(exchange: Exchange) -> None:
    """Once in an outage in which nothing can be read: the next request of a call may meet another process."""
    if not exchange.outage.has_told:
        exchange.spool.tell(exchange.memory.on_the_line())
        exchange.outage.has_told = True


def is_blind(exchange: Exchange) -> bool:
    """Whether calls cannot even be read."""
    try:
        with exchange.ledger.reading(READ_PATIENCE) as tx:
            calls.find(tx, "any")
    except LedgerError:
        return True
    return False


def replay_all(exchange: Exchange) -> None:
    """Puts down every file of this machine that no living process holds, and our own."""
    for file in exchange.spool.to_replay():
        try:
            replay_file(exchange, file)
        except BaseException:
            file.leave()
            raise
        file.done()


def replay_file(exchange: Exchange, file: SpoolFile) -> None:
    """Puts down a file. What nobody understands is kept aside; what has to wait goes into our own file."""
    lines = file.lines()
    while batch := list(islice(lines, AT_A_TIME)):
        aside: list[Fact | Strange] = [line for line in batch if isinstance(line, Strange)]
        facts = [line for line in batch if not isinstance(line, Strange)]
        try:
            later = put_down(exchange, facts)
        except LedgerError:
            raise
        except Exception:
            later, refused = put_down_each(exchange, facts)
            aside += refused
        for fact in later:
            exchange.spool.append(fact)
        if aside:
            exchange.spool.set_aside(aside)
    exchange.tell(Topic.ERRANDS)


def put_down(exchange: Exchange, facts: Sequence[Fact]) -> list[Fact]:
    """Puts facts down in one transaction; those that have to wait for others."""
    later: list[Fact] = []
    now = exchange.now()
    with exchange.ledger.transaction() as tx:
        for fact in facts:
            if replay(tx, fact) or not isinstance(fact, RecordingTold) or fact.state != RecordingState.READY:
                continue
            if now - fact.at < WAIT_FOR_THE_CALL_MS:
                later.append(fact)
            else:
                found(exchange, tx, fact)
    return later


def put_down_each(exchange: Exchange, facts: Sequence[Fact]) -> tuple[list[Fact], list[Fact]]:
    """Puts facts down one by one, as one of them cannot be; those that have to wait, those that cannot."""
    later: list[Fact] = []
    refused: list[Fact] = []
    for fact in facts:
        try:
            later += put_down(exchange, [fact])
        except LedgerError:
            raise
        except Exception:
            log.exception("a fact of the spool cannot be put down")
            refused.append(fact)
    return later, refused
