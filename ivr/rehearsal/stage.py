"""The stage: the whole service and a phone company in one process, on virtual time, with a ledger of its own.

Nothing of it reaches the world: what the service wishes for outside is answered by `Outside`.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from ivr import assemble, create_app
from ivr.box.dialects import DIALECTS
from ivr.box.exchange import Limits
from ivr.box.mischief import Mischief
from ivr.box.parties import Party
from ivr.box.phone_line import Phone
from ivr.core.menus import Language, Sound
from ivr.ledger import callers, emptying, revisions
from ivr.rehearsal.complaints import attributed
from ivr.rehearsal.desk import Desk
from ivr.rehearsal.outside import Outside
from ivr.rehearsal.staff import Colleague, sign_in
from ivr.rehearsal.worker import Worker
from ivr.settings import Settings
from ivr.switchboard.exchange import Exchange

__all__ = ["Outside", "Play", "Stage", "staged"]

BASE_URL = "https://rehearsal.invalid"
ACCOUNT, TOKEN = "AC" + "0" * 32, "signs nothing but rehearsals"


@dataclass(frozen=True, slots=True)
class Play:
    """What is rehearsed: the files of a set of menus, and the recordings that go with them."""

    files: Mapping[str, str]
    hotline: str
    sounds: Mapping[tuple[Language, str], Sound] = field(default_factory=dict)
    contents: Mapping[str, tuple[str, bytes]] = field(default_factory=dict)
    """Media type and bytes of the recordings, by digest."""


Company = Callable[[float, Mapping[str, Party] | None], Phone]
"""Makes the phone company whose clock begins then, with these people at its numbers."""


@dataclass(frozen=True)
class Stage:
    """A hotline that is rehearsed: ring it with `phone`, look into `exchange.ledger` afterwards."""

    exchange: Exchange
    phone: Phone
    outside: Outside
    company: Company = field(repr=False)

    def anew(
        self,
        at: float,
        outside: Outside,
        people: Mapping[str, Party] | None = None,
        staff: Sequence[Colleague] = (),
    ) -> "Stage":
        """The same hotline with an empty log, at another time, and these agents; the stage before is over."""
        with self.exchange.ledger.transaction() as tx:
            emptying.empty(tx)
        there = {**(people or {}), **{each.address: each.does for each in staff}}
        stage = replace(self, phone=self.company(at, there), outside=outside).working()
        if staff or self.worker.attended:
            sign_in(stage.exchange, stage.phone.clock, staff)
        self.worker.attended = bool(staff)
        return stage

    def working(self) -> "Stage":
        """Its errands are carried out as time passes."""
        self.worker.starts(self.exchange, self.phone.clock, self.outside)
        return self

    def remembers(self, caller: str) -> Language | None:
        """The language this caller chose before; None of one who withholds their number."""
        with self.exchange.ledger.reading() as tx:
            return callers.remembered_language(tx, caller) if caller else None

    def remember(self, caller: str, language: Language) -> None:
        """This caller has called before, and chosen a language."""
        with self.exchange.ledger.transaction() as tx:
            callers.remember(tx, caller, language, self.exchange.now())

    def errands(self) -> None:
        """Carries out, at once and in this thread, whatever is due now."""
        self.worker.look()

    @property
    def worker(self) -> Worker:
        """What carries out errands while time passes."""
        assert isinstance(self.exchange.due, Worker)
        return self.exchange.due


@contextmanager
def staged(
    play: Play,
    *,
    at: float,
    carrier: str = "twilio",
    outside: Outside | None = None,
    people: Mapping[str, Party] | None = None,
    mischief: Mischief | None = None,
    limits: Limits | None = None,
) -> Iterator[Stage]:
    """A stage whose clock begins `at` (UTC seconds). What is left of it at the end is thrown away."""
    with TemporaryDirectory(prefix="rehearsal-", dir=_fast_folder()) as folder:
        phones: list[Phone] = []

        def now() -> int:
            return phones[0].clock.now_ms() if phones else round(at * 1000)

        desk = Desk(ACCOUNT, lambda: phones[0].exchange)
        worker = Worker()
        exchange = replace(assemble(_settings(folder, carrier)), carrier=desk, now=now, due=worker)
        exchange.ledger.upgrade()
        publish(exchange, play)
        app = attributed(create_app(exchange=exchange, clock=False).wsgi_app, worker.served)

        def company(start: float, people: Mapping[str, Party] | None) -> Phone:
            phone = Phone(
                app,
                base_url=BASE_URL,
                account_sid=ACCOUNT,
                auth_token=TOKEN,
                people=people,
                mischief=mischief,
                limits=limits,
                start=start,
                dialect=DIALECTS[carrier],
            )
            if phones:  # recordings that were fetched once need not be fetched again
                before = phones.pop().exchange
                phone.exchange.sounds = before.sounds
                before.recordings.leave()
            phones.append(phone)
            return phone

        try:
            yield Stage(exchange, company(at, people), outside or Outside(), company).working()
        finally:
            for phone in phones:
                phone.exchange.recordings.leave()
            exchange.ledger.close()


def publish(exchange: Exchange, play: Play) -> int:
    """Makes the menus of a play live on a stage; they have been checked before."""
    with exchange.ledger.transaction() as tx:
        for digest, (kind, content) in play.contents.items():
            revisions.keep_sound(tx, digest, kind, content)
        return revisions.publish(tx, play.files, play.sounds, play.hotline, "rehearsal", "", exchange.now())


def _settings(folder: str, carrier: str) -> Settings:
    return Settings(
        account_sid=ACCOUNT,
        auth_token=TOKEN,
        public_url=BASE_URL,
        carrier=carrier,
        secret_key="seals nothing but rehearsals",  # noqa: S106
        data=folder,
        menus=str(Path(folder) / "none"),
        recordings=str(Path(folder) / "none"),
    )


def _fast_folder() -> str | None:
    """Memory, where the system has it as a folder: a rehearsal is thrown away anyway."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108
