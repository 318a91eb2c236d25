"""One day of random callers: some of them at once, from the first ring to the last notice."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from random import Random

from ivr.box.leg import Event
from ivr.core.menus import Hotline
from ivr.rehearsal.complaints import Complaints
from ivr.rehearsal.coverage import Reached
from ivr.rehearsal.crowd.audience import Audience, Oracle, Verdict
from ivr.rehearsal.crowd.circumstances import Circumstances, mischief, party, staff
from ivr.rehearsal.crowd.occasions import Occasions
from ivr.rehearsal.crowd.path import Path
from ivr.rehearsal.crowd.random_callers import RandomCaller
from ivr.rehearsal.crowd.verdicts import Trouble
from ivr.rehearsal.staff import later
from ivr.rehearsal.stage import Stage

CALLERS = 25
"""Of a full day."""

LONGEST_SECONDS = 5 * 3600
"""The carrier ends every call after four hours."""

RING_WITHIN = (20, 600, 3600)
"""Seconds in which all callers of a day ring."""

AGAIN = 0.15
"""How many ring who have rung that day before."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A call with which something was wrong, by the caller's number in the rehearsal."""

    caller: int
    path: Path
    troubles: tuple[Trouble, ...]
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Day:
    """What came of one day; `outcomes` counts calls by how they ended."""

    number: int
    callers: int
    requests: int
    outcomes: Mapping[str, int]
    reached: Reached
    failures: tuple[Failure, ...]


class Calendar:
    """Draws days: `seed` and number alone decide, wherever a day is lived and whatever came before it."""

    def __init__(self, hotline: Hotline, seed: str, year: int) -> None:
        self._seed = seed
        self._hotline = hotline
        self._circumstances = Circumstances(hotline)
        self._occasions = Occasions(hotline, year)

    def live(self, stage: Stage, complaints: Complaints, number: int, count: int = CALLERS) -> Day:
        """So many callers of a day; what was on the stage before is gone."""
        dice = self._dice(number)
        at, within = self._occasions.moment(dice), dice.choice(RING_WITHIN)
        there = staff(self._hotline, self._dice(number, "staff"))
        stage = stage.anew(at, Oracle(), self._circumstances.parties(dice), there)
        phone, audience = stage.phone, Audience(stage, self._hotline, complaints)
        phone.exchange.people.default = party(dice)
        rung: list[tuple[int, RandomCaller]] = []

        def ring(nth: int, path: Path, own: Random) -> None:
            path = replace(path, remembered=stage.remembers(path.caller), staff=later(there, path.at - at))
            caller = RandomCaller(self._hotline, own, path)
            audience.joins(caller.rings(phone), path)
            rung.append((nth, caller))

        numbers: list[str] = []
        for nth in range(count):
            own = self._dice(number, nth)
            path = self._drawn(own, number * CALLERS + nth, at + own.randrange(within), numbers)
            numbers.append(path.caller)
            phone.clock.later(path.at - at, partial(ring, nth, path, own))
        phone.clock.run(lambda: audience.over == count, LONGEST_SECONDS)
        day = _told(number, rung, audience.verdicts())
        audience.leaves()
        return replace(day, requests=phone.exchange.ask_count)

    def _dice(self, *which: int | str) -> Random:
        return Random("/".join(map(str, (self._seed, *which))))  # noqa: S311 - callers, not secrets

    def _drawn(self, dice: Random, caller: int, at: int, numbers: list[str]) -> Path:
        """Who rings then, and how the world is for them; perhaps one of the `numbers` once more."""
        again = bool(numbers) and dice.random() < AGAIN
        return Path(
            dice.choice(numbers) if again else self._circumstances.number(dice, caller),
            self._circumstances.called(dice),
            at,
            lookups=self._circumstances.lookups(dice),
            mischief=mischief(dice),
        )


def _told(number: int, rung: list[tuple[int, RandomCaller]], verdicts: list[Verdict]) -> Day:
    outcomes: Counter[str] = Counter()
    reached = Reached()
    failures: list[Failure] = []
    for (nth, caller), verdict in zip(rung, verdicts, strict=True):
        if verdict.story is not None:
            outcomes[str(verdict.story.call.outcome)] += 1
            reached.add(verdict.story.passes)
        if verdict.troubles:
            path = replace(verdict.path, moves=caller.moves)
            failures.append(Failure(number * CALLERS + nth, path, verdict.troubles, verdict.events))
    return Day(number, len(rung), 0, outcomes, reached, tuple(sorted(failures, key=lambda it: it.caller)))
