"""A report is asked for: what has changed is counted, the tallies are added up, and it is seen whether the
figures hold together."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from difflib import get_close_matches
from zoneinfo import ZoneInfo

from ivr.core.figures import balance
from ivr.core.figures.asking import BACKWARDS, NO_QUARTER, Wrong
from ivr.core.figures.balance import Balance
from ivr.core.figures.folding import fold
from ivr.core.figures.intervals import (
    COMING_ROUND,
    OF_DAYS,
    Every,
    before,
    end_of,
    start_of,
    starts,
)
from ivr.core.figures.question import NAMES, By, Question
from ivr.core.figures.records import Records
from ivr.core.figures.report import Key, Report, Row
from ivr.core.figures.tally import COUNTED, NOTHING, QUARTER_MS, Tally, View, total
from ivr.core.figures.waiting import every_wait, exact_percentile, oldest_waiting
from ivr.core.menus import Hotline
from ivr.ledger import Transaction, accounts
from ivr.ledger.reports import records, waits
from ivr.ledger.reports.rolling_up import count_again, hours, pieces
from ivr.ledger.reports.tallies import HOURLY, added_up
from ivr.ledger.reports.waits import Wait
from ivr.ledger.reports.wall_clock import hour_of
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.promised_today import from_calls, within_today

LOOK_SECONDS = 30
"""A report of a year may take the server a while; nobody is on the line for it."""

FEW = 20_000
"""Of so many waits a percentile is exact."""

APART = frozenset({"callers"})
"""What rows do not add up to: who came through two steps is one caller."""

PERCENTILES: Mapping[str, tuple[bool, int]] = {
    "wait_p50": (True, 50),
    "wait_p90": (True, 90),
    "every_wait_p50": (False, 50),
    "every_wait_p90": (False, 90),
}
"""Figures that are exact only from the records: whether of answered callers only, and the percent."""


def report(exchange: Exchange, question: Question, patience: float | None = 2) -> Report:
    """The answer to a question. What is stale is counted before, for `patience` seconds at the most (None: as
    long as it takes); the report says whether that was enough. Raises Wrong, LedgerError."""
    _see_to(question)
    now = exchange.now()
    hotline = exchange.shelf.live(now).hotline
    whole = count_again(exchange.ledger, hotline.zone, now, patience)
    with exchange.ledger.reading(LOOK_SECONDS) as tx:
        return _answer(tx, question, hotline, now, whole)


def _see_to(question: Question) -> None:
    if question.since >= question.until:
        raise Wrong(BACKWARDS)
    if question.since % QUARTER_MS or question.until % QUARTER_MS:
        raise Wrong(NO_QUARTER)


def _answer(tx: Transaction, question: Question, hotline: Hotline, now: int, whole: bool) -> Report:
    tallies = _tallies(tx, question, hotline, now)
    was = _before(tx, question, hotline, now) if question.compare else None
    found = total(tallies.values())
    few = sum(every_wait(found)) <= FEW and View.LINE in question.views
    each = waits.of(tx, question.since, question.until, question.only) if few else []
    exact = _exact(each, question) if few else {}
    keys = _keys(question, tallies)
    then = _intervals_before(question) if question.compare else {}
    rows = tuple(
        Row(
            key,
            *_time_of(key, question),
            tallies.get(key, NOTHING),
            None if was is None else _then(key, was, then),
            exact.get(key, {}),
        )
        for key in keys
    )
    before_all = total(was.values()) if was is not None else None
    came = waits.waiting_now(tx, question.only) if View.LINE in question.views else []
    everything = replace(question, by=By.CALLS, every=None)
    return Report(
        question,
        rows,
        Row(
            (),
            question.since,
            question.until,
            found,
            before_all,
            _exact(each, everything).get((), {}) if few else {},
            APART if len(rows) > 1 else frozenset(),
        ),
        tuple(_balances(tx, question, found, now)),
        now,
        len(came),
        oldest_waiting(came, now),
        frozenset() if few or View.LINE not in question.views else frozenset(PERCENTILES),
        whole,
        from_calls(question, hotline),
        accounts.names(tx) if question.by is By.AGENTS else {},
        dict(_no_such_queue(tx, question, hotline)),
    )


def _no_such_queue(tx: Transaction, question: Question, hotline: Hotline) -> Iterator[tuple[str, str | None]]:
    """The queues asked for that never were, each with the name that may have been meant."""
    for queue in sorted(question.only.queues - hotline.queues.keys()):
        if not waits.was_there(tx, queue):
            yield queue, next(iter(get_close_matches(queue, hotline.queues, n=1)), None)


# -- tallies -----------------------------------------------------------------------------------------------


def _tallies(tx: Transaction, question: Question, hotline: Hotline, now: int) -> dict[Key, Tally]:
    """The tallies of the rows. Of two views that count the same, it is taken from the first."""
    parts: dict[Key, list[Tally]] = defaultdict(list)
    seen: frozenset[str] = frozenset()
    for view in question.views:
        for key, tally in _of_view(tx, view, question, hotline, seen):
            parts[key].append(tally)
        seen |= frozenset(COUNTED[view])
    if View.AGENT in question.views and "queue" not in question.only.given:
        for key, tally in _standing(tx, question, now):
            parts[key].append(tally)
    return {key: total(each) for key, each in parts.items()}


def _of_view(
    tx: Transaction, view: View, question: Question, hotline: Hotline, seen: frozenset[str]
) -> Iterator[tuple[Key, Tally]]:
    zone = ZoneInfo(question.zone)
    every = question.every
    names = NAMES[question.by]
    days = every is None or every in OF_DAYS
    time = question.since, question.until
    made_of, at = pieces(tx, question.zone, *time, days=days), "at"
    if every is Every.HOUR_OF_DAY:
        whole_hours = question.zone if view in HOURLY else ""
        made_of, at = hours(tx, whole_hours, *time), hour_of("at", *time, question.zone)
    recount = question.recompute and view is View.LINE
    more = ("queue",) if recount and "queue" not in names else ()
    by = (*((at,) if every else ()), *names, *more)
    rows = added_up(tx, view, made_of, by, question.only, seen)
    if recount:
        named = (*((_ended(question),) if every else ()), *names, *more)
        rows = within_today(tx, question, hotline, rows, named)
    for row, tally in rows:
        key = row[: len(by) - len(more)]
        if every is not None and every is not Every.HOUR_OF_DAY:
            key = (start_of(row[0], every, zone), *key[1:])
        yield key, tally


def _ended(question: Question) -> str:
    """SQL for when a visit ended, as the rows of a report have it."""
    if question.every is Every.HOUR_OF_DAY:
        return hour_of("visit.ended_at", question.since, question.until, question.zone)
    return f"visit.ended_at - visit.ended_at % {QUARTER_MS}"


def _standing(tx: Transaction, question: Question, now: int) -> Iterator[tuple[Key, Tally]]:
    """What agents are doing now is in no roll-up yet."""
    zone, every = ZoneInfo(question.zone), question.every
    spans = records.standing(tx, question.since, min(question.until, now), now)
    wanted = question.only.agents
    spans = [span for span in spans if not wanted or span.agent in wanted]
    standing = ((key, tally) for key, tally in fold(Records(spans=spans)).items() if key.view is View.AGENT)
    for key, tally in standing:
        at = (start_of(key.at, every, zone),) if every else ()
        yield (*at, *((key.agent,) if question.by is By.AGENTS else ())), tally


def _before(tx: Transaction, question: Question, hotline: Hotline, now: int) -> dict[Key, Tally]:
    """The tallies of the period before."""
    since, until = before(question.since, question.until, ZoneInfo(question.zone))
    return _tallies(tx, replace(question, since=since, until=until), hotline, now)


# -- rows --------------------------------------------------------------------------------------------------


def _keys(question: Question, tallies: Mapping[Key, Tally]) -> list[Key]:
    """The rows, in order. Where a report tells only intervals apart, those are rows too in which nothing
    was."""
    if question.every is None or NAMES[question.by]:
        return sorted(tallies, key=_order)
    if question.every in COMING_ROUND:
        return [(which,) for which in range(24 if question.every is Every.HOUR_OF_DAY else 7)]
    zone = ZoneInfo(question.zone)
    return [(at,) for at in starts(question.since, question.until, question.every, zone)]


def _order(key: Key) -> tuple[tuple[int, str], ...]:
    return tuple((part, "") if isinstance(part, int) else (0, part) for part in key)


def _time_of(key: Key, question: Question) -> tuple[int, int]:
    every = question.every
    if every is None or every in COMING_ROUND:
        return question.since, question.until
    at = int(key[0])
    return max(at, question.since), min(end_of(at, every, ZoneInfo(question.zone)), question.until)


def _intervals_before(question: Question) -> Mapping[int, int]:
    """The interval of the period before that stands at the same place as one of this period."""
    if question.every is None or question.every in COMING_ROUND:
        return {}
    zone = ZoneInfo(question.zone)
    here = starts(question.since, question.until, question.every, zone)
    then = starts(*before(question.since, question.until, zone), question.every, zone)
    return dict(zip(here, then, strict=False))


def _then(key: Key, was: Mapping[Key, Tally], then: Mapping[int, int]) -> Tally | None:
    """The tally of the same row of the period before; None where that period had no such interval."""
    if not then:
        return was.get(key, NOTHING)
    at = then.get(int(key[0]))
    return None if at is None else was.get((at, *key[1:]), NOTHING)


def _exact(each: Iterable[Wait], question: Question) -> dict[Key, dict[str, float | None]]:
    """The percentiles of each row, from the waits themselves."""
    zone, every = ZoneInfo(question.zone), question.every
    answered: dict[Key, list[int]] = defaultdict(list)
    all_: dict[Key, list[int]] = defaultdict(list)
    for wait in each:
        at = (start_of(wait.at, every, zone),) if every else ()
        key = (*at, *(getattr(wait, name) for name in NAMES[question.by]))
        all_[key].append(wait.wait)
        if wait.outcome == "answered":
            answered[key].append(wait.wait)
    return {
        key: {
            name: exact_percentile(sorted(answered[key] if only else all_[key]), percent)
            for name, (only, percent) in PERCENTILES.items()
        }
        for key in list(all_)
    }


# -- whether it adds up ------------------------------------------------------------------------------------


def _balances(tx: Transaction, question: Question, found: Tally, now: int) -> Iterator[Balance]:
    """The identities of what the report counts. Who was waiting is asked of the records themselves."""
    if View.LINE in question.views:
        at_start, at_end = (
            waits.waiting_at(tx, min(at, now + 1), question.only) for at in (question.since, question.until)
        )
        yield balance.of_line(found, at_start, at_end)
    if View.AGENT in question.views:
        yield balance.of_offers(found)
    if View.CALL in question.views:
        yield balance.of_calls(found)
    if View.OPTION in question.views:
        yield balance.of_options(found)
