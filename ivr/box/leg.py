"""One line to one party: what it is, what happened on it, and the program that runs it."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ivr.box.clock import Appointment
from ivr.box.faults import BROKEN_BOX, Fault
from ivr.box.happenings import Act, Happening, HungUp
from ivr.box.mischief import Imp
from ivr.box.sounds import Sound
from ivr.box.twiml.verbs import Notices
from ivr.box.webhooks import Cookies, Webhook

if TYPE_CHECKING:
    from ivr.box.exchange import Exchange

_SOUNDS_KEPT = 10  # a handset plays one after another, and is hardly ever far behind
TERMINAL = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
Event = dict[str, Any]
Watcher = Callable[[Event], None]


@dataclass(frozen=True, slots=True)
class Parties:
    """Who talks to whom; `direction` is inbound, outbound-api or outbound-dial."""

    from_: str
    to: str
    direction: str


class Leg:
    """A program (see `ivr.box.acts`) with an inbox. Everything here happens under the clock's lock.

    `doing` says what the party can do now: "" nothing, "prompted", "asked" (silence is running), "typing"
    (after a key, for the next one), "recorded", "ringing", "talking" or "queued".
    """

    def __init__(self, exchange: "Exchange", sid: str, parties: Parties, parent: "Leg | None" = None) -> None:
        self.exchange = exchange
        self.sid = sid
        self.from_, self.to, self.direction = parties.from_, parties.to, parties.direction
        self.parent = parent
        self.status = "queued" if parties.direction == "outbound-api" else "ringing"
        self.doing = ""
        self.prompt = 0  # the event that plays now
        self.created_at = exchange.clock.now()
        self.answered_at: float | None = None
        self.ended_at: float | None = None
        self.imp: Imp = parent.imp if parent else exchange.imp  # what goes wrong on its way to the service
        self.fallback: Webhook | None = None
        self.notices: Notices | None = None
        self.time_limit = exchange.limits.call_seconds
        self.can_be_summoned = False  # waits in a queue or a conference
        self.seen_at = 0.0  # until when a handset has asked what happened
        self.reports_prompts = False  # the handset says when a prompt has been played to its end
        self.cookies: Cookies = {}
        self.events: list[Event] = []
        self.sounds: dict[int, Sound] = {}  # the last ones played, by the number of their event
        self.faults: list[Fault] = []
        self.told = 0  # notices so far
        self.watchers: list[Watcher] = []
        self._inbox: deque[Happening] = deque()
        self._program: Act[None] | None = None
        self._begun = False
        self._wake: Appointment | None = None
        self._limit: Appointment | None = None

    @property
    def over(self) -> bool:
        return self.status in TERMINAL

    @property
    def seconds(self) -> int:
        """How long the line was up, from answer to end."""
        if self.answered_at is None:
            return 0
        return round((self.ended_at or self.exchange.clock.now()) - self.answered_at)

    def start(self, program: Act[None]) -> None:
        self._program = program
        self._wake_in(0)

    def tell(self, happening: Happening) -> None:
        """Something happened; the program learns it as soon as it listens."""
        if self._program is not None:
            self._inbox.append(happening)
            self._wake_in(0)

    def emit(self, kind: str, **facts: object) -> int:
        """Adds an event for whoever holds the handset; returns its number."""
        number = len(self.events) + 1
        event = {"n": number, "at": self.exchange.clock.now_ms(), "kind": kind, **facts}
        self.events.append(event)
        for watcher in list(self.watchers):
            watcher(event)
        self.exchange.clock.tell()
        return number

    def put_on(self, sound: Sound) -> str:
        """Keeps the sound that the next event plays, while the line is up; where a handset finds it."""
        number = len(self.events) + 1
        self.sounds[number] = sound
        if len(self.sounds) > _SOUNDS_KEPT:
            self.sounds.pop(min(self.sounds))
        return f"calls/{self.sid}/sounds/{number}"

    def fault(self, fault: Fault) -> None:
        self.faults.append(fault)
        self.exchange.record_fault(self, fault)
        self.emit("fault", code=fault.code, text=fault.text, url=fault.url)

    def ring(self) -> None:
        self.status = "ringing"
        self.emit("ringing")
        self.exchange.notify(self, "ringing")

    def answer(self) -> None:
        """The line is up; from now on it costs, and its time limit runs."""
        self.status = "in-progress"
        self.answered_at = self.exchange.clock.now()
        self._limit = self.exchange.clock.later(self.time_limit, lambda: self.tell(HungUp("carrier")))
        self.emit("answered")
        self.exchange.notify(self, "answered")

    def hang_up(self, by: str, unanswered: str = "no-answer") -> None:
        """Puts the line down, also one whose turn to ring has not come."""
        if self._program is None:
            self.end(unanswered, by)
        else:
            self.tell(HungUp(by, unanswered))

    def end(self, status: str, by: str) -> None:
        """The line is down for ever; a second end changes nothing."""
        if self.over:
            return
        self.status = status
        self.doing = ""
        self.ended_at = self.exchange.clock.now()
        if self._limit is not None:
            self._limit.cancel()
        self.emit("hangup", by=by, status=status)
        self.exchange.notify(self, "completed")
        self.sounds.clear()
        self.exchange.leg_ended(self)

    def _wake_in(self, seconds: float) -> None:
        if self._wake is not None:
            self._wake.cancel()
        self._wake = self.exchange.clock.later(seconds, self._step)

    def _step(self) -> None:
        self._wake = None
        if self._program is None:
            return
        happening = self._inbox.popleft() if self._begun and self._inbox else None
        self._begun = True
        try:
            listens = self._program.send(happening)
        except StopIteration:
            self._program = None
            return
        except Exception as error:
            self._program = None
            self.fault(Fault(BROKEN_BOX, repr(error)))
            self.end("failed", "carrier")
            raise
        if self._inbox:
            self._wake_in(0)
        elif listens is not None:
            self._wake_in(listens)
