"""The doctor: looks at everything a hotline stands on, and says what is wrong and how to mend it."""

from collections.abc import Callable, Iterator, Mapping

from ivr.called import command
from ivr.ledger import LedgerError
from ivr.switchboard.doctor import elsewhere, house, menus, roads
from ivr.switchboard.doctor.finding import Finding, Verdict, doubtful, wrong
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.shelf import NothingPublished

__all__ = ["Finding", "Verdict", "examine"]

Check = Callable[[Exchange], Iterator[Finding]]

BEFORE_ALL: tuple[Check, ...] = (
    house.dependencies,
    house.secrets,
    house.disk,
    house.spool,
    roads.redis,
    roads.public_address,
    roads.proxy,
    roads.signature,
    house.database,
)
WITH_THE_DATABASE: Mapping[str, Check] = {
    "clock": roads.clock,
    "menus": menus.menus,
    "voices": menus.voices,
    "alerts": menus.alerts,
    "carrier": elsewhere.numbers,
    "fallback": elsewhere.fallback,
}
"""What can only be looked at when the database is well: there stand the live menus."""


def examine(exchange: Exchange) -> Iterator[Finding]:
    """Everything that was found, as it is found. Nothing is changed by it."""
    for check in BEFORE_ALL:
        last = []
        for found in check(exchange):
            last.append(found)
            yield found
    if any(found.verdict is Verdict.WRONG for found in last):
        why = "not looked at, as the database is not well"
        yield doubtful(", ".join(WITH_THE_DATABASE), why, "mend the database, and ask the doctor again")
        return
    for what, check in WITH_THE_DATABASE.items():
        try:
            yield from check(exchange)
        except LedgerError as error:
            yield wrong(what, f"the database went away meanwhile: {error}", "ask the doctor again")
        except NothingPublished as nothing:
            yield wrong(what, str(nothing), f"publish some: {command('publish')}")
