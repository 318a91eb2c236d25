"""All that is known when a soak is over."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ivr.core.menus import Hotline
from ivr.rehearsal.crowd.listener import Listener
from ivr.switchboard.exchange import Exchange
from tests.bench.soak.admin import Deed
from tests.bench.soak.plan import Plan
from tests.bench.soak.town import BACKUP, Town
from tests.bench.soak.troubles import KILLED, LOCKED, Trouble
from tests.bench.soak.wire import Try, Went
from tests.service import HERE

DUSK = 2.0
"""Seconds after a lock until every worker has its ledger back."""

Broken = Iterator[str]
"""The breaches of a promise: which call, and what was wrong."""


@dataclass
class Evidence:
    """`exchange` sees what the service has written; `cut` is how many callers would have talked on."""

    plan: Plan
    town: Town
    exchange: Exchange
    calls: list[Listener]
    troubles: list[Trouble]
    deeds: list[Deed]
    cut: int

    @cached_property
    def tries(self) -> list[Try]:
        """What the service was asked."""
        return [one for one in self.town.wire.tries if one.origin == HERE]

    @cached_property
    def _tries(self) -> dict[str, list[Try]]:
        found: dict[str, list[Try]] = defaultdict(list)
        for one in self.tries:
            found[one.call].append(one)
        return found

    def tries_of(self, call: str) -> list[Try]:
        """What the service was asked about a call."""
        return self._tries[call]

    @cached_property
    def webhooks(self) -> dict[str, list[Try]]:
        """The tries of each webhook, in their order."""
        found: dict[str, list[Try]] = defaultdict(list)
        for one in self.tries:
            found[one.webhook].append(one)
        return found

    @cached_property
    def failed(self) -> list[Try]:
        return [one for one in self.tries if one.went is not Went.ANSWERED]

    def in_killed_hands(self, one: Try) -> bool:
        """Whether a worker was killed while this request was under way, and it broke off."""
        kills = (trouble for trouble in self.troubles if trouble.what == KILLED)
        return one.went is Went.BROKEN and any(
            one.began <= kill.ended and kill.began <= one.ended for kill in kills
        )

    def saved_by_retry(self, one: Try) -> bool:
        """Whether the carrier asked again, and was answered."""
        return any(
            other.went is Went.ANSWERED and other.ended >= one.ended for other in self.webhooks[one.webhook]
        )

    @cached_property
    def fell_back(self) -> frozenset[str]:
        """The calls that heard a fallback document."""
        return frozenset(one.call for one in self.town.wire.tries if one.origin == BACKUP)

    @cached_property
    def put_off(self) -> frozenset[str]:
        """The calls that were led to ask again."""
        return frozenset(one.call for one in self.tries if one.puts_off)

    @cached_property
    def placed(self) -> frozenset[str]:
        """The carrier's ids of all calls."""
        return frozenset(call.leg.sid for call in self.calls)

    def came_in_an_outage(self, one: Try) -> bool:
        """Whether it came while the database was locked, or just before or after."""
        locks = (trouble for trouble in self.troubles if trouble.what == LOCKED)
        return any(lock.began - 1 <= one.ended and one.began <= lock.ended + DUSK for lock in locks)

    @cached_property
    def doubled_in_an_outage(self) -> frozenset[str]:
        """The calls of which something was asked twice then: two workers may have answered it at once."""
        doubled = (tries for tries in self.webhooks.values() if len(tries) > 1)
        return frozenset(one.call for tries in doubled for one in tries if self.came_in_an_outage(one))

    def menus(self, revision: int) -> Hotline:
        """Those of a revision; the live ones for a call that never had any."""
        shelf = self.exchange.shelf
        return shelf.script_or(revision, shelf.live(self.exchange.now())).hotline

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """What the service has written down."""
        with self.exchange.ledger.reading(patience=30) as tx:
            return tx.rows(sql, {})

    def count(self, what: str) -> int:
        return sum(trouble.what == what for trouble in self.troubles)

    def seconds(self, what: str) -> float:
        return sum(trouble.seconds for trouble in self.troubles if trouble.what == what)

    @cached_property
    def done(self) -> Counter[str]:
        """What the admin did, by what came of it."""
        return Counter(deed.what for deed in self.deeds)
