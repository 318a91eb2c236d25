"""What the pictures of a report show that is none of its rows: the hours of the week, the days of agents, the
ways through the menus."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace

from ivr.core.figures.folding import state_of
from ivr.core.figures.intervals import Every
from ivr.core.figures.periods import fitting
from ivr.core.figures.question import By, Question
from ivr.core.figures.report import Report
from ivr.core.figures.tally import View
from ivr.core.menus import WAITING_WAYS, WAYS, ChooseLanguage, Destination, Hotline, Menu
from ivr.ledger import accounts
from ivr.ledger.reports import records
from ivr.ledger.reports.tallies import by_hour_of_week
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.reporting import LOOK_SECONDS, report

HourOfWeek = tuple[int, int]
"""A weekday (0 is Monday) and an hour of the day."""


def over_time(exchange: Exchange, answer: Report) -> Report:
    """The time of an answer by intervals: those asked for, or some that fit."""
    question = answer.question
    plain = question.every is not None and question.every not in (Every.HOUR_OF_DAY, Every.WEEKDAY)
    every = question.every if plain else fitting(question.since, question.until)
    asked = replace(question, by=By.CALLS, every=every, compare=False)
    return answer if asked == question else report(exchange, asked)


def hours_of_week(exchange: Exchange, question: Question) -> Mapping[HourOfWeek, int]:
    """How many callers joined a line in each hour of the week; where there are no lines, how many called."""
    view, count = (View.LINE, "offered") if View.LINE in question.views else (View.CALL, "arrived")
    if view not in question.views:
        return {}
    with exchange.ledger.reading(LOOK_SECONDS) as tx:
        return by_hour_of_week(tx, view, count, question.since, question.until, question.zone, question.only)


@dataclass(frozen=True, slots=True)
class Stood:
    """How an agent stood from one moment to another (UTC milliseconds)."""

    since: int
    until: int
    state: str


def days_of_agents(exchange: Exchange, question: Question) -> Mapping[str, list[Stood]]:
    """How agents stood, by their names in order; only of those asked for who were signed in."""
    now, only = exchange.now(), question.only.agents
    with exchange.ledger.reading(LOOK_SECONDS) as tx:
        spans = records.spans(tx, question.since, question.until)
        spans += records.standing(tx, question.since, min(question.until, now), now)
        names = accounts.names(tx)
    found: dict[str, list[Stood]] = defaultdict(list)
    for span in sorted(spans, key=lambda span: (names.get(span.agent, span.agent), span.since)):
        state = state_of(span)
        if state is not None and (not only or span.agent in only):
            found[names.get(span.agent, span.agent)].append(Stood(span.since, span.until, state))
    return found


@dataclass(frozen=True, slots=True)
class Stop:
    """A step on the callers' way: who passed it, who hung up there, and how many went on where."""

    step: str
    callers: int
    passes: int
    hung_up: int
    onward: Mapping[str, int]


def ways(exchange: Exchange, answer: Report) -> list[Stop]:
    """The callers' way through the menus, from a report of options; the most passed steps first."""
    hotline = exchange.shelf.live(exchange.now()).hotline
    stops: dict[str, Stop] = {}
    for row in answer.rows:
        names, tally = answer.name_of(row), row.tally
        step, option = str(names["step"]), str(names["option"])
        was = stops.get(step) or Stop(step, 0, 0, 0, {})
        to, count = leads(hotline, step, option), tally.passes - tally.hung_up
        onward = {**was.onward, to: was.onward.get(to, 0) + count} if to and count else was.onward
        stops[step] = Stop(
            step,
            was.callers + tally.callers,
            was.passes + tally.passes,
            was.hung_up + tally.hung_up,
            onward,
        )
    return sorted(stops.values(), key=lambda stop: (-stop.passes, stop.step))


def leads(hotline: Hotline, step: str, option: str) -> str | None:
    """Where a step with this choice leads in the menus of today; None where it is no step or queue, and where
    nobody can know: there are several ways."""
    known = hotline.steps.get(step)
    if option:
        menu = known.thing if known and isinstance(known.thing, Menu) else None
        found = next((each.leads for each in menu.options if each.name == option), None) if menu else None
        return _place(found) if found else option.removeprefix(f"{step}.")
    if known is None or not isinstance(known.thing, ChooseLanguage | None):
        return None
    return _place(known.then)


def _place(destination: Destination) -> str | None:
    return None if destination in WAYS | WAITING_WAYS else destination
