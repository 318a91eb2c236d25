"""The stage: the whole service and a phone company in one process, on virtual time, with a ledger of its own.

Nothing of it reaches the world: what the service wishes for outside is answered by `Outside`.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from ivr import assemble, create_app
from ivr.box.clock import VirtualClock
from ivr.box.exchange import Limits
from ivr.box.mischief import Mischief
from ivr.box.parties import Party
from ivr.box.phone_line import Phone
from ivr.core.menus import Language, Sound
from ivr.language import Checked
from ivr.ledger import revisions
from ivr.rehearsal.complaints import attributed
from ivr.rehearsal.desk import Desk
from ivr.rehearsal.outside import Outside
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

    @classmethod
    def of(cls, checked: Checked) -> "Play":
        """Menus that were checked. They must be without mistakes."""
        assert checked.hotline is not None
        kinds = {sound.digest: sound.kind for sound in checked.sounds.values()}
        contents = {digest: (kinds[digest], content) for digest, content in checked.contents.items()}
        return cls(checked.files, checked.hotline.name, checked.sounds, contents)


@dataclass(frozen=True)
class Stage:
    """A hotline that is rehearsed: ring it with `phone`, look into `exchange.ledger` afterwards."""

    exchange: Exchange
    phone: Phone
    outside: Outside

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
        clock, worker, phones = VirtualClock(at), Worker(), list[Phone]()
        desk = Desk(ACCOUNT, lambda: phones[0].exchange)
        exchange = replace(assemble(_settings(folder, carrier)), carrier=desk, now=clock.now_ms, due=worker)
        exchange.ledger.upgrade()
        publish(exchange, play)
        app = create_app(exchange=exchange, clock=False)
        phone = Phone(
            attributed(app.wsgi_app),
            base_url=BASE_URL,
            account_sid=ACCOUNT,
            auth_token=TOKEN,
            people=people,
            mischief=mischief,
            limits=limits,
            clock=clock,
        )
        phones.append(phone)
        stage = Stage(exchange, phone, outside or Outside())
        worker.starts(exchange, clock, stage.outside)
        try:
            yield stage
        finally:
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
