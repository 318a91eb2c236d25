"""The admin, in a process of their own: publishes the folder again and again, and takes some of it back."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

from ivr import assemble
from ivr.ledger import LedgerError
from ivr.settings import Settings
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.publishing import NotPublished, publish
from ivr.switchboard.rolling_back import NoWayBack, roll_back
from tests.bench.soak.menus import FILE, broken, edition
from tests.bench.soak.plan import Plan


@dataclass(frozen=True, slots=True)
class Deed:
    """What the admin did and what came of it: published, refused, rolled back, put off (the database was
    away: nothing is changed) or wrong, with why. `at` is that of `time.monotonic`; `live` is the revision
    that went live.
    """

    at: float
    what: str
    live: int = 0
    text: str = ""
    """The menus that were published."""
    flawed: bool = False
    why: str = ""


class Admin:
    """Writes editions into a folder of their own, and makes them live."""

    def __init__(self, plan: Plan, settings: Settings, crm: str) -> None:
        self._plan, self._crm = plan, crm
        self._folder = Path(settings.data) / "draft"
        self._folder.mkdir()
        self._exchange: Exchange = assemble(replace(settings, menus=str(self._folder)))
        self._dice = plan.dice("admin")
        self._edition, self._newest = 0, 1

    def does(self) -> Deed:
        """The next thing."""
        try:
            return self._goes_back() if self._dice.random() < self._plan.back else self._publishes()
        except LedgerError as error:
            return Deed(time.monotonic(), "put off", why=str(error))

    def _publishes(self) -> Deed:
        self._edition += 1
        text = edition(self._edition, self._dice, self._crm)
        flawed = self._dice.random() < self._plan.broken
        text = broken(text, self._dice) if flawed else text
        (self._folder / FILE).write_text(text)
        try:
            done = publish(self._exchange, "soak", f"edition {self._edition}")
        except NotPublished as refused:
            what = "refused" if flawed else "wrong"
            return Deed(time.monotonic(), what, flawed=flawed, why=str(refused.mistakes[0]))
        self._newest = done.revision
        what = "wrong" if flawed or not done.new else "published"
        return Deed(time.monotonic(), what, done.revision, text, flawed, "a mistake went live")

    def _goes_back(self) -> Deed:
        """Mostly to what was live before, else to anything."""
        number = self._dice.randint(1, self._newest) if self._dice.random() < 0.3 else None
        try:
            done = roll_back(self._exchange, number, "soak")
        except NoWayBack:
            return Deed(time.monotonic(), "stayed")
        return Deed(time.monotonic(), "rolled back", done.revision)


def work(plan: Plan, settings: Settings, crm: str, news: Connection) -> None:
    """Tells what was done, until somebody says that it is enough."""
    logging.disable()
    admin, dice = Admin(plan, settings, crm), plan.dice("admin", "rhythm")
    news.send(READY)
    while not news.poll(plan.rhythm.edit * (0.5 + dice.random())):
        news.send(admin.does())
    news.send(GONE)


READY, GONE = "ready", "gone"


@contextmanager
def admin_at_work(plan: Plan, settings: Settings, crm: str) -> Iterator[list[Deed]]:
    """What they did is in the list when the block is over."""
    here, there = get_context("spawn").Pipe()
    process = get_context("spawn").Process(target=work, args=(plan, settings, crm, there), daemon=True)
    process.start()
    there.close()
    deeds: list[Deed] = []
    assert here.recv() == READY
    try:
        yield deeds
    finally:
        here.send("enough")
        while (deed := here.recv()) != GONE:
            deeds.append(deed)
        process.join()
