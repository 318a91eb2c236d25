"""Erasing one caller: what is held on them goes, here and at the carrier, and every figure stays.

It is many short transactions, so that callers are served meanwhile; their name goes in the last one. Whoever
is stopped in between begins anew, and leaves nothing behind.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from ivr.core.destinations import fits, spellings
from ivr.ledger import Transaction, audit, dossiers, erasing, legal_holds, striking
from ivr.ledger.audit import Deed
from ivr.ledger.dossiers import Person
from ivr.ledger.erasing import Found
from ivr.ledger.facts import Fact, Moved, Written
from ivr.ledger.legal_holds import LegalHold
from ivr.ledger.seal import nobody
from ivr.ledger.striking import Overtaken, Whose, WorkedOut
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.forgetting import AT_A_TIME, LOOK_SECONDS, forget_recording
from ivr.switchboard.legal_holds import named
from ivr.switchboard.line.calling_back import cancel
from ivr.switchboard.turns import patiently

SEARCH_SECONDS = 600
"""To read all that was ever written may take as long; it holds up nobody."""


SCRUBBED_AT_ONCE = 512 << 20
"""Bytes of a database's file that is written anew at any hour: callers spend some seconds in the spool.
A larger one is for a command, in a quiet hour."""


class NotNow(Exception):
    """They cannot be erased now, for a reason that passes."""


class OnLine(NotNow):
    """They are on the line, or are being rung, or an agent still writes down what it was about."""


class Spooled(NotNow):
    """What happened while the database was away is not put down yet, and may be theirs."""


class Held(Exception):
    """Something of theirs must be kept: `holds` says why."""

    def __init__(self, holds: Sequence[LegalHold]) -> None:
        super().__init__("; ".join(f"{hold.why} ({hold.by})" for hold in holds))
        self.holds = tuple(holds)


@dataclass(frozen=True, slots=True)
class Erased:
    """What went, by kind, and what stays of a caller: `blocked` is how the live menus turn them away, `left`
    where their number stands as one of ours, or in a call that is held; `wish` that for no messages, kept
    without their number. Without `scrubbed` the unused parts of the database's file may hold it still."""

    gone: Mapping[str, int]
    blocked: tuple[str, ...]
    left: Mapping[str, int]
    wish: bool
    scrubbed: bool = False


def person(exchange: Exchange, caller: str) -> Person:
    """The caller of a number, or of a pseudonym."""
    return dossiers.person(exchange.seal, caller)


def held_on(exchange: Exchange, whose: Person) -> tuple[dict[str, int], list[LegalHold]]:
    """What would go, by kind, and what forbids it."""
    with exchange.ledger.reading(LOOK_SECONDS) as tx:
        holds = legal_holds.on_caller(tx, whose.number or whose.known_as)
        return dossiers.counted(tx, whose), holds


def is_quickly_scrubbed(exchange: Exchange) -> bool:
    """Whether the unused parts of the database can be cleared at any time of the day."""
    file = exchange.ledger.file
    return file is not None and file.stat().st_size <= SCRUBBED_AT_ONCE


def blocked(exchange: Exchange, whose: Person) -> tuple[str, ...]:
    """The words of the live menus by which this caller is turned away."""
    if whose.number is None:
        return ()
    patterns = exchange.shelf.live(exchange.now()).hotline.blocked
    return tuple(pattern for pattern in patterns if fits(whose.number, (pattern,)))


def erase(
    exchange: Exchange,
    who: str,
    whose: Person,
    *,
    scrub: bool = True,
    told: Callable[[str], None] = lambda _: None,
) -> Erased:
    """Erases a caller; `told` hears how far it is. Raises Held, NotNow."""
    if not exchange.spool.is_empty():
        raise Spooled
    gone, holds = held_on(exchange, whose)
    if holds:
        raise Held(holds)
    _leave_alone(exchange, who, whose)
    told("recordings and calls")
    calls = _erase_calls(exchange, whose)
    digits = spellings(whose.number) if whose.number else ()
    told("what others have written down")
    struck, kept = _strike_out(exchange, digits)
    told("the name")
    with exchange.ledger.reading(LOOK_SECONDS) as tx:
        left = {**erasing.of_ours(tx, digits), **({"held_calls": kept} if kept else {})}
    new = nobody()
    wish: bool | None = None
    while wish is None:
        gone["calls"] = len(calls)
        name_goes = partial(
            _unname,
            exchange,
            who=who,
            whose=whose,
            calls=frozenset(calls),
            new=new,
            gone=gone,
            struck=struck,
            audited=_work_out(exchange, calls, digits),
        )
        with suppress(Overtaken):
            wish = patiently(exchange, name_goes)
        if wish is None:
            calls = _erase_calls(exchange, whose)
    if scrub:
        told("the unused parts of the database")
    scrubbed = exchange.ledger.scrub() if scrub else False
    return Erased(gone, blocked(exchange, whose), left, wish, scrubbed)


def _unname(
    exchange: Exchange,
    tx: Transaction,
    *,
    who: str,
    whose: Person,
    calls: frozenset[str],
    new: str,
    gone: Mapping[str, int],
    struck: int,
    audited: WorkedOut,
) -> bool | None:
    """The last transaction: their name goes, and the audit says so. Whether a wish for no messages is kept;
    None, and nothing is done, if they have called since."""
    _must_not_be_held(tx, whose, ())
    if erasing.is_on_line(tx, whose):
        raise OnLine
    if erasing.has_called_since(tx, whose, calls):
        return None
    wish = erasing.unname(tx, whose, sorted(calls), new)
    rows = striking.strike_out(tx, audited)
    after = {name: count for name, count in {**gone, "written_down": struck, "audit": rows}.items() if count}
    audit.note(tx, who, Deed.CALLER_ERASED, named(exchange, new), None, after, exchange.now())
    return wish


def _work_out(exchange: Exchange, calls: Sequence[str], digits: Sequence[str]) -> WorkedOut:
    """What goes of them in the audit, while others go on writing."""
    with exchange.ledger.reading(LOOK_SECONDS) as tx:
        subjects = erasing.subjects_of(tx, calls)
    return striking.work_out(exchange.ledger, Whose(digits, subjects), SEARCH_SECONDS)


def _leave_alone(exchange: Exchange, who: str, whose: Person) -> None:
    """Nobody rings them any more."""
    with exchange.ledger.reading(LOOK_SECONDS) as tx:
        promises, on_line = erasing.open_promises(tx, whose), erasing.is_on_line(tx, whose)
    if on_line or not all(cancel(exchange, who, promise) for promise in promises):
        raise OnLine


def _erase_calls(exchange: Exchange, whose: Person) -> list[str]:
    """Whatever became of their calls, here and in what was set aside; all of their ids."""
    with exchange.ledger.reading(LOOK_SECONDS) as tx:
        calls = dossiers.calls_of(tx, whose)
    for some in _in_turn(calls):
        with exchange.ledger.reading(LOOK_SECONDS) as tx:
            sounds = [(call, sound) for call in some for sound in dossiers.sounds_of(tx, call)]
        for call, recording_id in sounds:
            unheld = partial(_must_not_be_held, whose=whose, calls=(call,))
            forget_recording(exchange, recording_id, unless=unheld)
        patiently(exchange, partial(_erase_some, whose=whose, calls=some, now=exchange.now()))
    exchange.spool.forget_aside(partial(_is_theirs, whose=whose, calls=frozenset(calls)))
    return calls


def _erase_some(tx: Transaction, whose: Person, calls: Sequence[str], now: int) -> None:
    """What these calls hold goes, unless one of them is held by now. Raises Held."""
    _must_not_be_held(tx, whose, calls)
    erasing.erase_calls(tx, calls, now)


def _must_not_be_held(tx: Transaction, whose: Person, calls: Sequence[str]) -> None:
    """Whatever goes in this transaction is not held, nor will be until it is gone: who asked for a hold while
    somebody is erased may trust in it. Raises Held."""
    legal_holds.keep_still(tx)
    holds = legal_holds.on_caller(tx, whose.number or whose.known_as) or legal_holds.on_calls(tx, calls)
    if holds:
        raise Held(holds)


def _in_turn(calls: Sequence[str]) -> Iterator[Sequence[str]]:
    for first in range(0, len(calls), AT_A_TIME):
        yield calls[first : first + AT_A_TIME]


def _strike_out(exchange: Exchange, digits: Sequence[str]) -> tuple[int, int]:
    """The number in what others did, wrote or were told; in how many texts, and how many were held."""
    if not digits:
        return 0, 0
    struck = kept = 0
    for place in erasing.PLACES:
        with exchange.ledger.reading(SEARCH_SECONDS) as tx:
            found = erasing.written_down(tx, place, digits)
        for each in found:
            is_struck = patiently(exchange, partial(_strike, found=each, digits=digits))
            struck, kept = struck + (is_struck is True), kept + (is_struck is None)
    with exchange.ledger.reading(SEARCH_SECONDS) as tx:
        documents = erasing.leftovers(tx, digits)
    for call_id, hop in documents:
        patiently(exchange, partial(erasing.forget_document, call_id=call_id, hop=hop))
    return struck, kept


def _strike(tx: Transaction, found: Found, digits: Sequence[str]) -> bool | None:
    """Whether the number is struck out of a text; None if its call is held."""
    legal_holds.keep_still(tx)
    if found.call is not None and legal_holds.on_call(tx, found.call):
        return None
    return erasing.strike_out(tx, found, digits)


def _is_theirs(fact: Fact, whose: Person, calls: frozenset[str]) -> bool:
    """Whether a fact that could not be put down is about them."""
    names = (whose.number, whose.known_as)
    match fact:
        case Moved(call=call):
            return call.caller in names or call.id in calls
        case Written(caller=caller):
            return caller in names
    return fact.call_id in calls
