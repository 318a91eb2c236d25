"""After an outage: what was kept in the spool is put down, by the clock of whichever worker comes first.

Facts may be replayed in any order and more than once, also by several workers, and by one that dies while it
does: a file is removed only when all of it is committed.
"""

import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice

from ivr.carriers.events import RecordingState
from ivr.ledger import LedgerError, Transaction, calls, condition, line
from ivr.ledger.facts import Beside, Ended, Fact, LeftLine, Moved, RecordingTold, replay
from ivr.ledger.offers import End
from ivr.ledger.spool_files import SpoolFile
from ivr.ledger.spool_lines import Strange
from ivr.outside.bus import Topic
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.happening import READ_PATIENCE
from ivr.switchboard.line.meeting import caller_gone
from ivr.switchboard.line.offering import let_go
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
    """Tries whether calls can be written, and the first fact of our own, which may need other tables. Raises
    LedgerError."""
    condition.try_to_write(exchange.ledger)
    first = exchange.spool.first()
    if first is not None:
        put_down_each(exchange, [first])  # if it is refused, whoever replays it sees to that


def tell_the_others(exchange: Exchange) -> None:
    """Once in an outage in which nothing can be read: the next request of a call may meet another process."""
    if not exchange.outage.has_told:
        with suppress(OSError):  # on a full disk the next round tries again
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
        except OSError as error:  # the disk is full: its file is all that keeps what cannot be put down
            exchange.spool.put_off(file, error)
        except BaseException:
            file.leave()
            raise
        else:
            file.done()


def replay_file(exchange: Exchange, file: SpoolFile) -> None:
    """Puts down a file. What nobody understands is kept aside; what has to wait goes into our own file.

    Raises OSError if that cannot be kept there.
    """
    lines = file.lines()
    while batch := list(islice(lines, AT_A_TIME)):
        strange = [line for line in batch if isinstance(line, Strange)]
        facts = [line for line in batch if not isinstance(line, Strange)]
        refused: list[Refused] = []
        try:
            later = put_down(exchange, facts)
        except LedgerError:
            raise
        except Exception:
            later, refused = put_down_each(exchange, facts)
        for fact in later:
            exchange.spool.append(fact)
        if strange or refused:
            exchange.spool.set_aside([*strange, *(each.fact for each in refused)])
        for each in refused:
            log.error("a fact of the spool cannot be put down", exc_info=each.why)
    exchange.tell(Topic.ERRANDS)
    exchange.tell(Topic.LINE)


def let_go_of(exchange: Exchange, tx: Transaction, fact: Fact, now: int) -> None:
    """Whoever has hung up, or left the line, waits no more, and nobody is rung for them."""
    match fact:
        case Ended():
            caller_gone(exchange, tx, fact.call_id, now)
        case Moved(beside=Beside(left=LeftLine() as left)):
            visit = line.find(tx, left.visit)
            if visit is not None:
                let_go(tx, visit, End.WITHDRAWN, now)


def lets_go(fact: Fact) -> bool:
    """Whether agents may be let go by this fact, see `let_go_of`."""
    match fact:
        case Ended() | Moved(beside=Beside(left=LeftLine())):
            return True
    return False


def put_down(exchange: Exchange, facts: Sequence[Fact]) -> list[Fact]:
    """Puts facts down; those that have to wait for others. Most of them share one transaction. Where agents
    are let go each has its own: an agent is held last of all, and not before the next one's visit."""
    shared = [fact for fact in facts if not lets_go(fact)]
    later = _put_down(exchange, shared) if shared else []
    for fact in facts:
        if lets_go(fact):
            later += _put_down(exchange, [fact])
    return later


def _put_down(exchange: Exchange, facts: Sequence[Fact]) -> list[Fact]:
    """In one transaction, which holds all its calls before anything else, and in one order."""
    later: list[Fact] = []
    now = exchange.now()
    with exchange.ledger.transaction() as tx:
        for call_id in sorted({fact.call_id for fact in facts}):
            calls.hold(tx, call_id)
        for fact in facts:
            news = replay(tx, fact)
            if news:
                let_go_of(exchange, tx, fact, now)
            if news or not isinstance(fact, RecordingTold) or fact.state != RecordingState.READY:
                continue
            if now - fact.at < WAIT_FOR_THE_CALL_MS:
                later.append(fact)
            else:
                found(exchange, tx, fact)
    return later


@dataclass(frozen=True, slots=True)
class Refused:
    """A fact that cannot be put down, which is its own fault."""

    fact: Fact
    why: Exception


def put_down_each(exchange: Exchange, facts: Sequence[Fact]) -> tuple[list[Fact], list[Refused]]:
    """Puts facts down one by one, as one of them cannot be; those that have to wait, those that cannot."""
    later: list[Fact] = []
    refused: list[Refused] = []
    for fact in facts:
        try:
            later += put_down(exchange, [fact])
        except LedgerError:
            raise
        except Exception as why:
            refused.append(Refused(fact, why))
    return later, refused
