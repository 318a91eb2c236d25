"""How one thing happens on a line: it is decided on what is known, put down, and answered.

Mostly all three are one transaction. While the ledger is away, the same is decided on what can still be read
or is remembered, and put into the spool; the document then carries the call itself.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

from ivr.core.calls import Call
from ivr.ledger import AlreadyAnswered, LedgerAway, LedgerError, Transaction, calls
from ivr.ledger.facts import Fact, Moved, put_down
from ivr.outside.bus import Topic
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.keeping import carrying
from ivr.switchboard.line.dispatch import dispatch_soon
from ivr.switchboard.shelf import Script

READ_PATIENCE = 0.1
"""Seconds for a look at a ledger that cannot be written."""

SILENT = 0.5
"""A server that let a writer wait so long and then was away says nothing to a reader either."""


@dataclass(frozen=True, slots=True)
class Look:
    """What can be known now. Without `tx` the ledger cannot be read; when it is `away`, not written."""

    exchange: Exchange
    tx: Transaction | None
    away: bool = False


@dataclass(frozen=True, slots=True)
class Again:
    """A document that was made before, once more; `call` as it stands with it, where that is known."""

    document: bytes
    call: Call | None = None


Decision = Moved | Again
Decide = Callable[[Look], Decision]


class NotKnownYet(Exception):
    """Another process answered this call last, and while nothing can be read, has not told us of it yet."""


def happen(exchange: Exchange, decide: Decide) -> bytes:
    """What the line is to do now. Raises NotKnownYet; OSError if neither ledger nor spool can be written."""
    decided: list[Decision] = []

    def put(tx: Transaction) -> Decision:
        decided[:] = [decide(Look(exchange, tx))]
        if isinstance(decided[0], Moved):
            put_down(tx, decided[0])
        return decided[0]

    began = time.monotonic()
    try:
        if exchange.outage.may_write():
            return _answered(exchange, _written(exchange, put, decided.clear))
    except LedgerError as error:
        exchange.outage.begins(error)
        if isinstance(error, LedgerAway) and time.monotonic() - began > SILENT:
            exchange.outage.is_blind = True
    # What was decided may even have been committed, so nothing else is decided now.
    decision = decided[0] if decided else _decided_without(exchange, decide)
    if isinstance(decision, Moved):
        exchange.spool.append(decision)
    document = _answered(exchange, decision)
    return carrying(exchange.seal, document, decision.call) if decision.call else document


def told(exchange: Exchange, fact: Fact, put: Callable[[Transaction], object]) -> None:
    """A notice, which needs no answer: `put` down, or kept in the spool. OSError if that cannot be either."""
    try:
        if exchange.outage.may_write():
            _written(exchange, put, lambda: None)
            return
    except LedgerError as error:
        exchange.outage.begins(error)
    exchange.spool.append(fact)


T = TypeVar("T")


def _written(exchange: Exchange, put: Callable[[Transaction], T], forget: Callable[[], None]) -> T:
    """Does it in one transaction. Of two processes that do the same at once, the slower one has to `forget`
    and look again, and then finds the quicker one's answer: there was no row yet that it could have waited
    for."""
    try:
        with exchange.ledger.transaction() as tx:
            done = put(tx)
    except AlreadyAnswered:
        forget()
        with exchange.ledger.transaction() as tx:
            done = put(tx)
    if exchange.outage.is_on and not isinstance(done, Again):  # that was read, and nothing written
        exchange.outage.ends()
    return done


def _answered(exchange: Exchange, decision: Decision) -> bytes:
    if isinstance(decision, Moved):
        exchange.memory.keep(decision.call, decision.document)
        beside = decision.beside
        if beside is not None and (beside.wished or beside.spoken):
            exchange.tell(Topic.ERRANDS)
        if beside is not None and (beside.joined or beside.left or beside.asked):
            exchange.tell(Topic.LINE)
            dispatch_soon(exchange)
    return decision.document


def _decided_without(exchange: Exchange, decide: Decide) -> Decision:
    if not exchange.outage.is_blind:
        try:
            with exchange.ledger.reading(READ_PATIENCE) as tx:
                return decide(Look(exchange, tx, away=True))
        except LedgerError:
            exchange.outage.is_blind = True
    try:
        return decide(Look(exchange, None, away=True))
    except NotKnownYet:
        exchange.spool.knock()
        raise


@dataclass(frozen=True, slots=True)
class Standing:
    """How a call stands. `ahead`: its row in the ledger is behind that, or not there. `document`: what it
    was answered with last, where the ledger does not have it."""

    call: Call
    ahead: bool = False
    document: bytes | None = None


def standing(look: Look, call_id: str, hop: int, carried: Call | None = None) -> Standing | None:
    """How a call stands that is asked for at a hop: of all that is known of it, what has come furthest.

    What was answered a moment ago, by a worker that could not write, may be asked for again of one that can.
    """
    spool = look.exchange.spool
    # What the spool does not hold any more is in the ledger by then: so the ledger is asked after it.
    spooled = spool.latest(call_id) if look.away or not spool.is_empty() else None
    row = calls.find(look.tx, call_id) if look.tx else None
    reached = row.hop if row else 0
    known = Standing(row) if row and reached else None
    if look.away or spooled is not None or reached < hop:
        for other in _elsewhere(look.exchange, call_id, carried, spooled):
            if other.call.hop > (known.call.hop if known else 0):
                known = other
    if row is not None and known is not None and known.ahead:
        return replace(known, call=replace(known.call, ended_at=row.ended_at))
    return known


def _elsewhere(
    exchange: Exchange, call_id: str, carried: Call | None, spooled: Call | Moved | None
) -> Iterator[Standing]:
    """What is known of a call beside the ledger: by its address, by this process, by the spool."""
    if carried is not None and carried.id == call_id:
        yield Standing(carried, ahead=True)
    remembered = exchange.memory.of(call_id)
    if remembered is not None:
        yield Standing(remembered.call, True, remembered.document)
    match spooled:
        case Moved() as moved:
            yield Standing(moved.call, True, moved.document)
        case Call() as call:
            yield Standing(call, ahead=True)


def live_script(exchange: Exchange) -> Script:
    """The live menus; while the ledger is away, as they were seen last. Raises NothingPublished.

    Where it can be read and not written, the clock sees what goes live, and callers have it from there.
    """
    last = exchange.shelf.last_live
    if exchange.outage.is_on and last is not None:
        return last
    try:
        return exchange.shelf.live(exchange.now())
    except LedgerError as error:
        exchange.outage.begins(error)
        exchange.outage.is_blind = True
        last = exchange.shelf.last_live
        if last is None:
            raise
        return last


def script_of(exchange: Exchange, revision: int, instead: Script) -> Script:
    """The menus of a revision; others where it is gone, or cannot be read now."""
    if exchange.outage.is_blind:
        return exchange.shelf.ready(revision) or instead
    try:
        return exchange.shelf.script_or(revision, instead)
    except LedgerError:
        return instead
