"""One soak, from the first caller to the last row."""

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ivr import assemble
from tests.bench.soak.admin import admin_at_work
from tests.bench.soak.callers import Callers
from tests.bench.soak.evidence import Evidence
from tests.bench.soak.menus import known_to_callers
from tests.bench.soak.plan import Plan
from tests.bench.soak.promises import PROMISES
from tests.bench.soak.settling import settle
from tests.bench.soak.table import table
from tests.bench.soak.town import town
from tests.bench.soak.troubles import Troubles

Tell = Callable[[str], None]
TELL_EVERY = 30.0


@dataclass(frozen=True, slots=True)
class Soaked:
    """What came of it: the table, what broke each promise, and how often everything happened."""

    table: str
    broken: Mapping[str, Sequence[str]]
    happened: Mapping[str, int]


def soak(plan: Plan, tell: Tell = lambda text: None) -> Soaked:
    """Storms as long as the plan has it, and reckons."""
    with town(plan) as there:
        callers = Callers(plan, there.company, known_to_callers(there.crm))
        troubles = Troubles(plan, there.server, there.redis, there.database)
        with (
            admin_at_work(plan, there.server.settings, there.crm) as deeds,
            troubles.brewing(),
            callers.ringing(),
        ):
            _let_pass(plan.seconds, callers, tell)
        tell("the storm is over; calls come to their end")
        cut = callers.finish()
        exchange = assemble(there.server.settings)
        try:
            tell("what nobody told is asked for")
            settle(exchange)
            known = Evidence(plan, there, exchange, callers.calls, troubles.happened, deeds, cut)
            broken = {promise: list(kept(known)) for promise, kept in PROMISES.items()}
            happened = Counter(trouble.what for trouble in known.troubles) + known.done
            return Soaked(table(known, broken), broken, happened)
        finally:
            exchange.bus.close()
            exchange.ledger.close()


def _let_pass(seconds: float, callers: Callers, tell: Tell) -> None:
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        time.sleep(min(left, TELL_EVERY))
        tell(f"{left:4.0f} s to go: {len(callers.calls)} callers, {len(callers.on_the_line())} on the line")
