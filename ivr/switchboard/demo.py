"""A year that never was: believable days, seasons, callers who wait and give up, agents who answer, pause and
miss. For whoever wants to see the reports before there is anything to report.

Everything follows from a seed. Within a day it is a simulation of each queue: who comes when all agents talk,
waits; who has waited longer than they had patience for, is gone.
"""

import heapq
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from random import Random
from zoneinfo import ZoneInfo

from ivr.core.accounts import known_as
from ivr.core.figures.intervals import midnight
from ivr.core.line.rules import target_of
from ivr.core.menus import Hotline, Menu
from ivr.ledger import Transaction, bulk
from ivr.ledger.bulk import NO_MEMORY, Rows
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.turns import patiently

DAYS = 365

NAMES_BEGIN = "demo."
"""So do the ids of calls that were made up."""

NAMES = (
    "An",
    "Bình",
    "Chi",
    "Dung",
    "Em",
    "Giang",
    "Hà",
    "Khánh",
    "Lan",
    "Minh",
    "Nga",
    "Oanh",
    "Phúc",
    "Quân",
)

SEASONS = (0.9, 0.75, 0.95, 1.0, 1.0, 0.95, 0.9, 0.9, 1.05, 1.1, 1.2, 1.3)
WEEK = (1.2, 1.1, 1.05, 1.05, 1.0, 0.55, 0.35)
HOURS = (0, 0, 0, 0, 0, 0, 0.2, 1, 3, 5, 6, 5, 3, 4, 5.5, 5, 4, 3, 2, 1.5, 1, 0.4, 0, 0)
SHIFTS = ((7, 15), (9, 17), (13, 22))

HANDLING_S = 270
RING_MS = 20_000
PATIENCE_S = 200
LONGEST_MS = 600_000
LAST_MS = 60_000
"""The last call arrives so long before the year is over: all that comes of it must be over by then."""

ASKED, ANSWERS, STAYS = 0.2, 0.6, 0.9
"""Of so many who were answered it is asked what they think; so many answer, and so many of those the next
question too."""


class NotEmpty(ValueError):
    """There are calls of real people, among which nobody wants made-up ones."""


@dataclass
class _Shift:
    """An agent on a day: `free_at` is when they can be offered somebody."""

    agent: str
    ends_at: int
    free_at: int

    def __lt__(self, other: "_Shift") -> bool:
        return self.free_at < other.free_at


def _weight(day: date) -> float:
    return SEASONS[day.month - 1] * WEEK[day.weekday()]


@dataclass
class Year:
    """The year until a moment, of so many calls, in the hotline's own queues and languages. Nothing of it is
    after that moment: who talks then is soon through."""

    hotline: Hotline
    calls: int
    until: int
    revision: int
    seed: int = 1
    chance: Random = field(init=False)
    agents: list[str] = field(init=False)
    """The names of all there are in the year."""

    def __post_init__(self) -> None:
        self.chance = Random(self.seed)  # noqa: S311
        self._zone = ZoneInfo(self.hotline.zone)
        self._queues = list(self.hotline.queues) or ["support"]
        self._languages = list(self.hotline.languages)
        self._number = next(iter(self.hotline.numbers))
        self._menu = next(
            (step for step in self.hotline.steps.values() if isinstance(step.thing, Menu)), None
        )
        last = datetime.fromtimestamp(self.until / 1000, UTC).astimezone(self._zone).date()
        self._days = [last - timedelta(days=before) for before in range(DAYS - 1, -1, -1)]
        gone = (self.until - midnight(last, self._zone)) / 3_600_000
        so_far = sum(weight * min(1, max(0, gone - hour)) for hour, weight in enumerate(HOURS)) / sum(HOURS)
        self._whole_year = sum(_weight(day) for day in self._days[:-1]) + _weight(last) * so_far
        most = max(self._needed(self._of_day(day)) for day in self._days)
        count = max(3, math.ceil(most * 2.5)) * len(self._queues)
        self.agents = [f"Demo {NAMES[n % len(NAMES)]} {n // len(NAMES) + 1}" for n in range(count)]
        self._made = 0
        self._out: dict[str, int] = {}
        self._weight_left = sum(_weight(day) for day in self._days[:-1])
        today = self._moments(last, self._by_chance(self._of_day(last)))
        self._today = [at for at in today if at <= self.until - LAST_MS][: self.calls]

    def rows(self) -> Iterator[tuple[int, int, Rows]]:
        """The rows of each day, with its beginning and its end."""
        for day in self._days:
            rows = Rows()
            since, until = midnight(day, self._zone), midnight(day + timedelta(days=1), self._zone)
            self._day(day, since, rows)
            until = min(until, self.until)
            if day == self._days[-1]:
                for agent, at in self._out.items():
                    rows.add("span", agent, "signed_out", "", "idle", at, None)
            yield since, until, rows

    # -- a day ---------------------------------------------------------------------------------------------

    def _of_day(self, day: date) -> float:
        """How many calls a day has, before chance."""
        return self.calls * _weight(day) / self._whole_year

    def _needed(self, calls: float) -> float:
        """How many agents a queue needs on a shift of such a day."""
        return calls * 0.65 / len(self._queues) * HANDLING_S / 3600 / 12 / 0.8

    def _by_chance(self, due: float) -> int:
        """How many calls there are where so many are to be expected."""
        return max(0, round(self.chance.gauss(due, math.sqrt(due))))

    def _moments(self, day: date, count: int) -> list[int]:
        """When so many calls of a whole day arrive."""
        chance, since = self.chance, midnight(day, self._zone)
        hours = chance.choices(range(24), HOURS, k=count)
        return sorted(since + hour * 3_600_000 + chance.randrange(3_600_000) for hour in hours)

    def _arrivals(self, day: date) -> list[int]:
        """When calls arrive on a day: its share of what the year lacks yet. The last one is not over."""
        if day == self._days[-1]:
            return self._today
        left, weight = self.calls - self._made - len(self._today), _weight(day)
        due = left * weight / self._weight_left
        self._weight_left -= weight
        return self._moments(day, left if day == self._days[-2] else min(self._by_chance(due), left))

    def _day(self, day: date, since: int, rows: Rows) -> None:
        due, moments = self._of_day(day), self._arrivals(day)
        floors = {queue: self._floor(place, since, due, rows) for place, queue in enumerate(self._queues)}
        for at in moments:
            self._call(at, floors, rows)
        for floor in floors.values():
            for shift in floor:
                self._goes_home(shift, rows)

    def _floor(self, place: int, since: int, due: float, rows: Rows) -> list[_Shift]:
        """Who works in a queue that day; on some days there are too few."""
        chance, here = self.chance, self.agents[place :: len(self._queues)]
        needed = max(1, round(self._needed(due) * chance.uniform(0.75, 1.15)))
        today = chance.sample(here, min(len(here), max(len(SHIFTS), needed * 2)))
        floor = []
        for number, name in enumerate(today):
            begins, ends = SHIFTS[number % len(SHIFTS)]
            agent = known_as(name)
            at = since + begins * 3_600_000 + chance.randrange(600_000)
            if at >= self.until:
                continue
            if agent in self._out:
                rows.add("span", agent, "signed_out", "", "idle", self._out.pop(agent), at)
            floor.append(_Shift(agent, since + ends * 3_600_000, at))
        heapq.heapify(floor)
        return floor

    def _goes_home(self, shift: _Shift, rows: Rows) -> None:
        until = min(max(shift.free_at, shift.ends_at), self.until)
        self._stands(rows, shift.agent, "idle", shift.free_at, until)
        self._out[shift.agent] = until

    def _stands(self, rows: Rows, agent: str, activity: str, since: int, until: int) -> None:
        if until > since:
            rows.add("span", agent, "ready", "", activity, since, until)

    # -- a call --------------------------------------------------------------------------------------------

    def _call(self, at: int, floors: dict[str, list[_Shift]], rows: Rows) -> None:
        chance = self.chance
        self._made += 1
        name = f"{NAMES_BEGIN}{self._made:x}"
        caller = None if chance.random() < 0.03 else f"+8490{self._caller():07}"
        language = self._languages[min(int(chance.expovariate(1.6)), len(self._languages) - 1)]
        kind = chance.random()
        passes = [self._pass(name, 0, self._entry(), None, at, at + 4_000, "went_on", language)]
        entered = at + 4_000
        decides = min(entered + 3_000 + round(chance.expovariate(1 / 6_000)), self.until - 35_000)
        menu = self._menu.name if self._menu else self._entry()
        if kind < 0.004:
            return self._end(rows, name, caller, language, at, at, "too_many", [], 0)
        if kind < 0.13:
            passes.append(self._pass(name, 1, menu, None, entered, decides, "hung_up", language))
            return self._end(rows, name, caller, language, at, decides, "hung_up", passes, 1)
        if kind < 0.31:
            option = f"{menu}.{chance.choice(('hours', 'directions', 'prices'))}"
            passes.append(self._pass(name, 1, menu, option, entered, decides, "key", language))
            heard = min(decides + 8_000 + round(chance.expovariate(1 / 9_000)), self.until)
            told = option.removeprefix(f"{menu}.")
            passes.append(self._pass(name, 2, told, None, decides, heard, "went_on", language, goal=True))
            return self._end(rows, name, caller, language, at, heard, "goodbye", passes, 2)
        queue = self._queues[min(int(chance.expovariate(1.1)), len(self._queues) - 1)]
        passes.append(self._pass(name, 1, menu, f"{menu}.{queue}", entered, decides, "key", language))
        ended, ending, outcome = self._visit(name, queue, language, caller, decides, floors[queue], rows)
        passes.append(self._pass(name, 2, queue, None, decides, ended, ending, language))
        return self._end(rows, name, caller, language, at, ended, outcome, passes, 2)

    def _caller(self) -> int:
        """Some people ring often, once a week or so; most of them once."""
        return int(self.chance.paretovariate(0.6) * max(300, self.calls // 80)) % (2 * self.calls)

    def _entry(self) -> str:
        return str(self.hotline.entry(self._number))

    def _pass(
        self,
        call: str,
        hop: int,
        step: str,
        option: str | None,
        since: int,
        until: int,
        how: str,
        language: str,
        *,
        goal: bool = False,
    ) -> tuple[object, ...]:
        silences, wrongs = int(self.chance.random() < 0.05), int(self.chance.random() < 0.03)
        pressed = "1" if how == "key" else ""
        said = (silences, wrongs, since, until, how, language)
        return (call, hop, 0, step, option, pressed, *said, goal or None)

    def _end(
        self,
        rows: Rows,
        name: str,
        caller: str | None,
        language: str,
        at: int,
        ended: int,
        outcome: str,
        passes: list[tuple[object, ...]],
        inputs: int,
    ) -> None:
        revision, number = self.revision, self._number
        rows.add(
            "call",
            *(name, caller, number, revision, language, at, at, 0, 0, inputs + 1, inputs, ""),
            *(NO_MEMORY, outcome, 0.0, ended, "demo"),
        )
        for each in passes:
            rows.add("pass", *each)

    # -- in line -------------------------------------------------------------------------------------------

    def _visit(
        self,
        call: str,
        queue: str,
        language: str,
        caller: str | None,
        at: int,
        floor: list[_Shift],
        rows: Rows,
    ) -> tuple[int, str, str]:
        """When the visit, or the conversation that came of it, was over, and how."""
        chance = self.chance
        visit = f"{call}.2"
        patience = 1_000 + round(chance.lognormvariate(math.log(PATIENCE_S), 0.9) * 1000)
        gives_up = min(at + patience, self.until - 20_000)
        gone = min(gives_up, at + LONGEST_MS)
        offers: list[tuple[object, ...]] = []
        shift: _Shift | None = None
        offered = at
        while floor:
            shift = heapq.heappop(floor)
            offered = max(at, shift.free_at, offered)
            if offered >= shift.ends_at:
                self._goes_home(shift, rows)
                shift = None
                continue
            if offered >= gone:
                heapq.heappush(floor, shift)
                shift = None
                break
            self._stands(rows, shift.agent, "idle", shift.free_at, offered)
            if chance.random() >= 0.03:
                break
            how, takes = ("declined", 4_000) if chance.random() < 0.3 else ("missed", RING_MS)
            over = min(offered + takes, gone)
            how = "caller_gone" if over == gone else how
            number = len(offers)
            offers.append((f"{visit}.{number}", visit, shift.agent, queue, offered, over, offered, over, how))
            self._stands(rows, shift.agent, "offered", offered, over)
            shift.free_at = offered = over
            heapq.heappush(floor, shift)
            shift = None
            if over == gone:
                break
        taken = offered + 2_000 + round(chance.expovariate(1 / 3_000))
        if shift is not None and taken + 1_000 < gone:
            talked = self._talk(call, visit, queue, language, at, taken, offered, shift, offers, floor, rows)
            if caller is not None and chance.random() < ASKED and talked[0] < self.until - 30_000:
                talk = offers[-1][0]
                self._survey(rows, call, caller, talk, shift.agent, queue, language, talked[0], taken - at)
            return talked
        if shift is not None:
            offers.append(
                (
                    f"{visit}.{len(offers)}",
                    visit,
                    shift.agent,
                    queue,
                    offered,
                    gone,
                    offered,
                    gone,
                    "caller_gone",
                )
            )
            self._stands(rows, shift.agent, "offered", offered, gone)
            shift.free_at = gone
            heapq.heappush(floor, shift)
        outcome, went_to, ending, call_ended = "abandoned", "goodbye", "hung_up", "hung_up"
        if gone < gives_up:
            outcome, went_to, ending, call_ended = "timeout", "voicemail", "too_long", "message"
        elif caller and gone - at > 60_000 and chance.random() < 0.15:
            outcome, ending, call_ended = "callback", "key", "goodbye"
            tries = chance.choice((1, 1, 1, 2, 3))
            rows.add(
                "callback",
                *(visit, call, caller, self._number, queue, language, self.revision, queue, at, at),
                *(gone, gone - at, tries, min(gone + 900_000, self.until)),
                "reached" if tries < 3 else "not_reached",
            )
        self._left(rows, visit, call, queue, language, at, None, None, outcome, went_to, gone)
        for each in offers:
            rows.add("offer", *each)
        return gone, ending, call_ended

    def _left(
        self,
        rows: Rows,
        visit: str,
        call: str,
        queue: str,
        language: str,
        at: int,
        agent: str | None,
        taken: int | None,
        outcome: str,
        went_to: str,
        ended: int,
    ) -> None:
        rules = self.hotline.queues[queue].rules if queue in self.hotline.queues else None
        target = target_of(rules) if rules else None
        rows.add(
            "visit",
            *(visit, call, "call", queue, language, at, at, at, at, agent, taken),
            *(outcome, went_to, ended, target),
        )

    def _talk(
        self,
        call: str,
        visit: str,
        queue: str,
        language: str,
        at: int,
        taken: int,
        offered: int,
        shift: _Shift,
        offers: list[tuple[object, ...]],
        floor: list[_Shift],
        rows: Rows,
    ) -> tuple[int, str, str]:
        chance, agent = self.chance, shift.agent
        answered = taken + 1_000
        talked = round(chance.lognormvariate(math.log(HANDLING_S * 0.75), 0.6) * 1000)
        talked = min(talked, self.until - 12_000 - answered)
        held = round(talked * chance.uniform(0.05, 0.3)) if chance.random() < 0.2 else 0
        over = answered + talked
        done = min(over + 5_000 + round(chance.expovariate(1 / 25_000)), self.until)
        offer = f"{visit}.{len(offers)}"
        offers.append(
            (offer, visit, agent, queue, offered, offered + RING_MS, offered + 1_000, taken, "accepted")
        )
        self._left(rows, visit, call, queue, language, at, agent, taken, "answered", "agent", answered)
        for each in offers:
            rows.add("offer", *each)
        by = "agent" if chance.random() < 0.3 else "caller"
        rows.add(
            "talk",
            *(offer, visit, call, agent, queue, f"room-{visit}", taken, answered, answered, held),
            *(over, by, done, None),
        )
        self._stands(rows, agent, "offered", offered, taken)
        self._stands(rows, agent, "talking", taken, over)
        self._stands(rows, agent, "wrapping_up", over, done)
        shift.free_at = done
        if chance.random() < 0.02:
            back = min(done + round(chance.uniform(5, 25) * 60_000), self.until)
            rows.add("span", agent, "on_break", "break", "idle", done, back)
            shift.free_at = back
        heapq.heappush(floor, shift)
        return over, "connected", "connected"

    def _survey(
        self,
        rows: Rows,
        call: str,
        caller: str,
        talk: object,
        agent: str,
        queue: str,
        language: str,
        at: int,
        waited: int,
    ) -> None:
        """What a caller says after the agent has left; the longer they waited, the worse."""
        chance = self.chance
        contentment = chance.gauss(0.8 - waited / LONGEST_MS, 0.2)
        solved = 1 if contentment > 0.5 else 2
        answers = (
            ("satisfaction", min(5, max(1, round(1 + 4 * contentment)))),
            ("recommendation", min(10, max(0, round(1 + 10 * contentment)))),
            ("solved", solved),
        )
        for number, (question, answer) in enumerate(answers):
            asked = at + 2_000 + number * 8_000
            answered = chance.random() < (ANSWERS if number == 0 else STAYS)
            rows.add(
                "survey_answer",
                *(call, f"survey.{question}", question, "keypad", asked),
                *(asked + 4_000 if answered else None, answer if answered else None),
                *(caller, talk, agent, queue, language, self._number),
            )
            if not answered:
                return


def make_year(
    exchange: Exchange, calls: int, seed: int = 1, made: Callable[[int], None] = lambda _: None
) -> int:
    """Writes a year of so many calls into a hotline that has none of its own; how many. `made` hears how many
    there are so far, and may end it by an exception: beside a hotline that runs the days until then stay,
    else none. NotEmpty, LedgerError."""
    now = exchange.now()
    live = exchange.shelf.live(now)
    year = Year(live.hotline, calls, now, live.revision, seed)
    with exchange.ledger.transaction() as tx:
        if bulk.are_there_others(tx, NAMES_BEGIN):
            raise NotEmpty("this hotline has calls of its own: make up a year in another folder, by IVR_DATA")
        bulk.staff(tx, year.agents, now)
    with exchange.ledger.alone(tuple(bulk.COLUMNS)) as alone:
        if alone is not None:
            return _write(year, lambda put_down: put_down(alone), made)
    done = _write(year, partial(patiently, exchange), made)
    exchange.ledger.take_stock((*bulk.COLUMNS, "agent"))
    return done


def _write(
    year: Year, in_turn: Callable[[Callable[[Transaction], None]], None], made: Callable[[int], None]
) -> int:
    done = 0
    for since, until, rows in year.rows():
        for table, some in bulk.batches(rows):
            in_turn(partial(bulk.put_down, table=table, some=some, since=since, until=until))
        done += len(rows.of["call"])
        made(done)
    return done
