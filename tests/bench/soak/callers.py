"""Callers by the thousand, on a phone company whose clock runs fast."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from ivr.box.clock import RealClock
from ivr.box.exchange import Exchange, Limits, Line
from ivr.box.leg import Leg
from ivr.core.menus import Hotline
from ivr.rehearsal.crowd.circumstances import Circumstances, mischief, party
from ivr.rehearsal.crowd.listener import Listener, Patience
from ivr.rehearsal.crowd.path import Path
from ivr.rehearsal.crowd.random_callers import RandomCaller
from tests.bench.soak.plan import Plan
from tests.bench.soak.wire import Wire

STRAY = "+842899999999"
"""Leads to the service too, but no menu names it."""


@dataclass
class Callers:
    """Everybody who has rung, or will: a Poisson stream, each with a temper of their own."""

    plan: Plan
    company: Exchange
    hotline: Hotline
    calls: list[Listener] = field(default_factory=list)
    _ringing: bool = False

    def __post_init__(self) -> None:
        self._circumstances = Circumstances(self.hotline)
        self._patience = Patience.of(self.hotline)
        self._arrivals = self.plan.dice("arrivals")
        people = self.company.people
        people.by_number.update(self._circumstances.parties(self.plan.dice("parties")))
        people.default = party(self.plan.dice("others"))

    @contextmanager
    def ringing(self) -> Iterator[None]:
        """They ring as long as the block lasts."""
        self._ringing = True
        with self.company.clock.changed:
            self._expect()
        try:
            yield
        finally:
            self._ringing = False

    def _expect(self) -> None:
        self.company.clock.later(self._arrivals.expovariate(self.plan.calls_per_second), self._ring)

    def _ring(self) -> None:
        if not self._ringing:
            return
        self._expect()
        number = len(self.calls)
        dice = self.plan.dice("caller", number)
        path = Path(
            self._circumstances.number(dice, number),
            self._circumstances.called(dice),
            round(self.company.clock.now()),
            mischief=mischief(dice),
        )
        leg = self.company.ring_in(path.caller, path.called, mischief=path.mischief)
        RandomCaller(self.hotline, dice, path).takes(leg)
        self.calls.append(Listener(self._patience, leg))

    def on_the_line(self) -> list[Leg]:
        with self.company.clock.changed:
            return [call.leg for call in self.calls if not call.leg.over]

    def finish(self) -> int:
        """Waits for all calls to end, and hangs up on those that go on and on; how many those were."""
        until = time.monotonic() + self.plan.patience / self.plan.speed
        while self.on_the_line() and time.monotonic() < until:
            time.sleep(0.2)
        left = self.on_the_line()
        with self.company.clock.changed:
            for leg in left:
                leg.hang_up("caller")
        while self.on_the_line() and time.monotonic() < until + 30:
            time.sleep(0.1)
        return len(left)


def phone_company(plan: Plan, line: Line, wire: Wire) -> Exchange:
    """It forgets nothing: whatever the service asks about a call, it knows."""
    return Exchange(line, RealClock(plan.speed), wire, Limits(kept=1_000_000))
