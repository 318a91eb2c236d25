"""The stage: the whole service and a phone company in one process, on virtual time, with a ledger of its own.

Nothing of it reaches the world: what the service wishes for outside is answered by `Outside`.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from ivr import assemble, create_app
from ivr.box.exchange import Limits
from ivr.box.mischief import Mischief
from ivr.box.parties import Party
from ivr.box.phone_line import Phone
from ivr.core.menus import Language, Sound
from ivr.ledger import emptying, errands, revisions
from ivr.ledger.errands import Errand
from ivr.settings import Settings
from ivr.switchboard.exchange import Exchange

BASE_URL = "https://rehearsal.invalid"
ACCOUNT, TOKEN = "AC" + "0" * 32, "signs nothing but rehearsals"
LOOK_SECONDS = 0.5
PUT_OFF_MS = 5_000
LEASE_MS = 60_000


@dataclass
class Outside:
    """The world of a rehearsal: look-ups bring `found` (None: they fail), all else simply succeeds."""

    found: Mapping[str, str] | None = None
    sent: list[tuple[str, str]] = field(default_factory=list)
    """The text messages wished for: to whom, and the text."""

    def answer(self, errand: Errand) -> Mapping[str, str] | None:
        """What comes of an errand; None when it fails."""
        if errand.kind == "lookup":
            return self.found
        if errand.kind == "message":
            self.sent.append((errand.payload["to"], errand.payload["text"]))
        return {}


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

    def anew(self, at: float, outside: Outside, people: Mapping[str, Party] | None = None) -> "Stage":
        """The same hotline with an empty log, at another time; the stage before is over."""
        with self.exchange.ledger.transaction() as tx:
            emptying.empty(tx)
        return replace(self, phone=self.company(at, people), outside=outside).ticking()

    def ticking(self) -> "Stage":
        """Its errands are carried out as time passes."""
        self.phone.every(LOOK_SECONDS, self.errands)
        return self

    def errands(self) -> None:
        """Carries out, at once and in this thread, whatever is due now; what was put off, within seconds."""
        ledger, now = self.exchange.ledger, self.exchange.now()
        if not self.exchange.due.is_set() and now % PUT_OFF_MS >= LOOK_SECONDS * 1000:
            return
        self.exchange.due.clear()
        with ledger.reading() as tx:
            kinds = errands.due_kinds(tx, now)
        for kind in sorted(kinds):
            while (errand := self._claimed(kind)) is not None:
                self._settle(errand)

    def _claimed(self, kind: str) -> Errand | None:
        with self.exchange.ledger.transaction() as tx:
            return errands.claim(tx, kind, self.exchange.now(), LEASE_MS)

    def _settle(self, errand: Errand) -> None:
        answer = self.outside.answer(errand)
        with self.exchange.ledger.transaction() as tx:
            if answer is None:
                errands.fail(tx, errand.id, "it did not answer, as the rehearsal wants", self.exchange.now())
            else:
                errands.done(tx, errand.id, answer, self.exchange.now())


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
        settings = Settings(
            account_sid=ACCOUNT,
            auth_token=TOKEN,
            public_url=BASE_URL,
            carrier=carrier,
            secret_key="seals nothing but rehearsals",  # noqa: S106
            data=folder,
            menus=str(Path(folder) / "none"),
            recordings=str(Path(folder) / "none"),
        )
        bare = assemble(settings)
        bare.ledger.upgrade()
        phones: list[Phone] = []
        exchange = replace(bare, now=lambda: phones[-1].clock.now_ms() if phones else round(at * 1000))
        publish(exchange, play)
        app = create_app(exchange=exchange, clock=False)

        def company(start: float, people: Mapping[str, Party] | None) -> Phone:
            phones[:] = [
                Phone(
                    app,
                    base_url=BASE_URL,
                    account_sid=ACCOUNT,
                    auth_token=TOKEN,
                    people=people,
                    mischief=mischief,
                    limits=limits,
                    start=start,
                )
            ]
            return phones[0]

        try:
            yield Stage(exchange, company(at, people), outside or Outside(), company).ticking()
        finally:
            exchange.ledger.close()


def publish(exchange: Exchange, play: Play) -> int:
    """Makes the menus of a play live on a stage; they have been checked before."""
    with exchange.ledger.transaction() as tx:
        for digest, (kind, content) in play.contents.items():
            revisions.keep_sound(tx, digest, kind, content)
        return revisions.publish(tx, play.files, play.sounds, play.hotline, "rehearsal", "", exchange.now())


def _fast_folder() -> str | None:
    """Memory, where the system has it as a folder: a rehearsal is thrown away anyway."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108
