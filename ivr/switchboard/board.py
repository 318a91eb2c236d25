"""The wall board is looked at: what is so now, and what the roll-ups say of today."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from ivr.core.agents import State, Status
from ivr.core.board import Board, Hour, Lane, Seat, band
from ivr.core.figures.intervals import Every, start_of, starts
from ivr.core.figures.tally import COUNTED, NOTHING, Tally, View, total
from ivr.core.figures.waiting import oldest_waiting, service_level
from ivr.core.line.closures import Closure
from ivr.core.menus import Hotline
from ivr.core.world import Today
from ivr.ledger import LedgerError, Transaction, closures, messages, waiting
from ivr.ledger.reports import tallies
from ivr.ledger.reports.rolling_up import count_again
from ivr.ledger.waiting import Length
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.glance import Seen

HOURS = 8
"""So many hours the trend goes back, the present one included."""

HOUR_MS = 3_600_000

COUNT_FOR = 0.2
"""Seconds a look spends on counting what has changed: mostly it is a quarter of an hour, and done at once."""

SHOWN = frozenset({"offered", "answered", "abandoned", "short_abandoned", "answered_in_target"})
OTHERS = frozenset(COUNTED[View.LINE]) - SHOWN


def board(exchange: Exchange) -> Seen:
    """The board, seen by this process a moment ago at the most. Raises LedgerError, NothingPublished."""
    return exchange.board.get(lambda: look(exchange))


def look(exchange: Exchange) -> Board:
    """The board as it is now. Raises LedgerError, NothingPublished."""
    now = exchange.now()
    live = exchange.shelf.live(now).hotline
    whole = False
    with suppress(LedgerError):  # the board tells what can be read
        whole = count_again(exchange.ledger, live.zone, now, COUNT_FOR)
    with exchange.ledger.reading() as tx:
        return read(tx, live, now, whole=whole)


def read(tx: Transaction, live: Hotline, now: int, *, whole: bool = True) -> Board:
    """The board as the ledger has it, by what is counted there."""
    facts = _Facts.read(tx, live, now)
    names = dict.fromkeys([*live.queues, *sorted(facts.on_phone), *sorted(facts.promised)])
    lanes = tuple(_lane(name, facts, live, now) for name in names)
    return Board(
        _all(lanes, facts),
        lanes,
        tuple(seat for seat in facts.seats if seat.state is not Status.SIGNED_OUT),
        tuple(_hours(tx, ZoneInfo(live.zone), now)),
        messages.count_waiting(tx),
        whole,
    )


@dataclass(frozen=True, slots=True)
class _Facts:
    """What is read of all queues at one go."""

    on_phone: Mapping[str, Length]
    promised: Mapping[str, int]
    closed: Mapping[str, Closure]
    seats: list[Seat]
    today: Mapping[str, Tally]

    @classmethod
    def read(cls, tx: Transaction, live: Hotline, now: int) -> "_Facts":
        since = start_of(now, Every.DAY, ZoneInfo(live.zone))
        return cls(
            waiting.on_phone(tx),
            waiting.promised(tx),
            closures.every(tx),
            waiting.seats(tx),
            {str(row[0]): tally for row, tally in _counted(tx, "queue", since, now)},
        )


def _counted(tx: Transaction, by: str, since: int, now: int) -> Iterator[tuple[tuple[object, ...], Tally]]:
    quarters = [(tallies.QUARTER, since, now + 1)]
    for row, tally in tallies.added_up(tx, View.LINE, quarters, (by,), but=OTHERS):
        yield tuple(row), tally


def _lane(queue: str, facts: _Facts, live: Hotline, now: int) -> Lane:
    length = facts.on_phone.get(queue)
    today = facts.today.get(queue, NOTHING)
    goal = live.queues[queue].rules.goal if queue in live.queues else None
    oldest = length.since if length else None
    waits = oldest_waiting([oldest] if oldest is not None else [], now)
    return Lane(
        queue,
        length.waiting if length else 0,
        oldest,
        facts.promised.get(queue, 0),
        today,
        _states(seat for seat in facts.seats if seat.serves(queue)),
        goal,
        band(goal, service_level(today), waits),
        Today(now, live, closed=facts.closed.get).serves(queue),
        facts.closed.get(queue),
    )


def _all(lanes: Iterable[Lane], facts: _Facts) -> Lane:
    """All queues as one; what a queue promises is no promise of all."""
    each = list(lanes)
    return Lane(
        "",
        sum(lane.waiting for lane in each),
        min((lane.oldest for lane in each if lane.oldest is not None), default=None),
        sum(lane.promised for lane in each),
        total(facts.today.values()),
        _states(facts.seats),
    )


def _states(team: Iterable[Seat]) -> Mapping[State, int]:
    return dict(sorted(Counter(seat.state for seat in team).items()))


def _hours(tx: Transaction, zone: ZoneInfo, now: int) -> Iterator[Hour]:
    since = start_of(now, Every.HOUR, zone) - (HOURS - 1) * HOUR_MS
    counted: dict[int, list[Tally]] = defaultdict(list)
    for row, tally in _counted(tx, "at", since, now):
        counted[start_of(int(str(row[0])), Every.HOUR, zone)].append(tally)
    for at in starts(since, now + 1, Every.HOUR, zone):
        yield Hour(at, total(counted[at]))
