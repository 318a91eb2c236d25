"""Tallies: what is counted of an interval, and adds up. Every figure is made of one.

Counts are whole numbers, durations milliseconds. What a figure says of a year is the same function of a sum
of tallies as what it says of a quarter of an hour.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

BOUNDS = (5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600, 1200, 1800, 3600)
"""The seconds up to which waits are counted together, each bound included; longer ones are the last count."""

Waits = tuple[int, ...]
"""How many waited so long: one count for each of BOUNDS, and one for whoever waited longer."""

NO_WAITS: Waits = (0,) * (len(BOUNDS) + 1)

QUARTER_MS = 900_000


@dataclass(frozen=True)
class OfVisits:
    """Visits of callers: `offered` by their enqueue, all else by their end."""

    offered: int = 0
    answered: int = 0
    abandoned: int = 0
    short_abandoned: int = 0
    key: int = 0
    callback: int = 0
    timeout: int = 0
    no_agents: int = 0
    closed: int = 0
    transferred: int = 0
    error: int = 0
    to_voicemail: int = 0
    to_queue: int = 0
    to_number: int = 0
    to_menu: int = 0
    to_goodbye: int = 0
    full_at_door: int = 0
    closed_at_door: int = 0
    no_agents_at_door: int = 0
    answered_in_target: int = 0
    abandoned_in_target: int = 0
    callback_in_target: int = 0
    answered_wait: int = 0
    abandoned_wait: int = 0
    other_wait: int = 0
    longest_wait: int = 0
    caller_wait: int = 0
    answered_waits: Waits = NO_WAITS
    abandoned_waits: Waits = NO_WAITS
    other_waits: Waits = NO_WAITS
    known: int = 0
    returned: int = 0
    estimated: int = 0
    estimate_kept: int = 0
    estimate_error: int = 0
    callbacks_asked: int = 0
    callbacks_reached: int = 0
    callbacks_not_reached: int = 0
    callbacks_elsewhere: int = 0
    callbacks_moved: int = 0
    callbacks_expired: int = 0
    callback_tries: int = 0
    callbacks_answered: int = 0
    callback_wait: int = 0


@dataclass(frozen=True)
class OfTalks:
    """Conversations with callers, by the end of their wrap-up; those agents began themselves are apart."""

    handled: int = 0
    talk: int = 0
    hold: int = 0
    wrap_up: int = 0
    sent_on: int = 0
    inferred: int = 0
    consults: int = 0
    consult: int = 0
    calls_out: int = 0
    dialling: int = 0
    talk_out: int = 0
    hold_out: int = 0
    wrap_up_out: int = 0


@dataclass(frozen=True)
class OfSurveys:
    """What callers said of it afterwards."""

    surveys_asked: int = 0
    surveys_answered: int = 0
    rated: int = 0
    satisfied: int = 0
    recommending: int = 0
    promoters: int = 0
    detractors: int = 0
    solving: int = 0
    solved: int = 0


@dataclass(frozen=True)
class OfOffers:
    """Offers to agents, by their end."""

    offers: int = 0
    accepted: int = 0
    declined: int = 0
    missed: int = 0
    caller_gone: int = 0
    withdrawn: int = 0


@dataclass(frozen=True)
class OfStates:
    """How agents stood, in milliseconds of the wall clock, cut at the edges of the interval."""

    idle: int = 0
    ringing: int = 0
    talking: int = 0
    wrapping_up: int = 0
    on_break: int = 0


@dataclass(frozen=True)
class OfCalls:
    """Calls, by their arrival."""

    arrived: int = 0
    blocked: int = 0
    too_many: int = 0
    open: int = 0
    contained: int = 0
    gave_up: int = 0
    routed: int = 0
    came_back: int = 0
    reached: int = 0
    first_response: int = 0


@dataclass(frozen=True)
class OfPasses:
    """Passes through a step, by the arrival of their call."""

    passes: int = 0
    callers: int = 0
    picked: int = 0
    silent: int = 0
    wrong: int = 0
    hung_up: int = 0
    went_on: int = 0
    silences: int = 0
    wrongs: int = 0


@dataclass(frozen=True)
class Tally(OfVisits, OfTalks, OfSurveys, OfOffers, OfStates, OfCalls, OfPasses):
    """Everything that is counted. What was not counted is 0."""

    def __add__(self, other: "Tally") -> "Tally":
        return total((self, other))


class View(StrEnum):
    """What a tally is of. A conversation counts in its line and with its agent."""

    LINE = "line"
    """A queue, a language and a number called."""
    AGENT = "agent"
    """An agent, and the queue; their states are in no queue."""
    CALL = "call"
    """A number called, and a language."""
    FLOOR = "floor"
    """All agents together, by queue: so that a year need not be added up from each of them."""
    OPTION = "option"
    """A number called, a step and an option of it."""


def _names(*parts: type) -> tuple[str, ...]:
    return tuple(dict.fromkeys(field.name for part in parts for field in fields(part)))


COUNTED: Mapping[View, tuple[str, ...]] = {
    View.LINE: _names(OfVisits, OfTalks, OfSurveys),
    View.AGENT: _names(OfOffers, OfTalks, OfSurveys, OfStates),
    View.CALL: _names(OfCalls, OfSurveys),
    View.FLOOR: _names(OfOffers, OfStates),
    View.OPTION: _names(OfPasses),
}
"""What is counted of each."""

KEYS: Mapping[View, tuple[str, ...]] = {
    View.LINE: ("queue", "language", "called"),
    View.AGENT: ("agent", "queue"),
    View.CALL: ("called", "language"),
    View.FLOOR: ("queue",),
    View.OPTION: ("called", "step", "option"),
}
"""What the tallies of a view are told apart by, beside their time."""

WAITS = frozenset({"answered_waits", "abandoned_waits", "other_waits"})
"""The counts that are Waits."""

LARGEST = frozenset({"longest_wait"})
"""What does not add up, but is the largest of all."""

NOTHING = Tally()


def total(tallies: Iterable[Tally]) -> Tally:
    """The sum of any number of tallies; of none it is NOTHING."""
    added = list(tallies)
    if len(added) < 2:
        return added[0] if added else NOTHING
    each = [vars(tally) for tally in added]
    summed: Mapping[str, Any] = {
        name: _sum(name, [values[name] for values in each]) for name in vars(NOTHING)
    }
    return tally_of(summed)


def tally_of(counts: Mapping[str, int | Waits]) -> Tally:
    """The tally of these counts, by their names. A report makes thousands: that a tally is frozen would cost
    it more than all it reads."""
    made = object.__new__(Tally)
    vars(made).update(_ZEROS, **counts)
    return made


_ZEROS = vars(NOTHING)


def _sum(name: str, values: list[Any]) -> int | Waits:
    if name in WAITS:
        return tuple(map(sum, zip(*values, strict=True)))
    summed: int = max(values) if name in LARGEST else sum(values)
    return summed


def place_of(wait: int) -> int:
    """Where in Waits a wait of so many milliseconds counts."""
    return next((place for place, bound in enumerate(BOUNDS) if wait <= bound * 1000), len(BOUNDS))
