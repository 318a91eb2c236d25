"""A telephone for tests and written phone calls: it lives in virtual time, so minutes take milliseconds."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ivr.box.clock import VirtualClock
from ivr.box.dialects import TWILIO, Dialect
from ivr.box.exchange import Exchange, Limits, Line
from ivr.box.faults import Fault
from ivr.box.happenings import HungUp, Key, Spoke
from ivr.box.leg import Event, Leg, Watcher
from ivr.box.messages import Message
from ivr.box.mischief import Mischief
from ivr.box.parties import Party
from ivr.box.transport import Transport, in_process, over_http

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

_BETWEEN_KEYS = 0.2
_LONGEST_PROMPTS = 120.0  # nobody listens to waiting music for ever before pressing a key
_LONGEST_WAIT = 4 * 3600.0


class Phone:
    """A phone line to `service`: a WSGI application of this process, or the URL of a running one.

    `voice_url` may be a path; `numbers` are those of the hotline, and any other that is dialled joins them.
    """

    def __init__(
        self,
        service: "WSGIApplication | str",
        *,
        voice_url: str = "/voice",
        status_url: str | None = "/voice/status",
        text_url: str | None = "/voice/text",
        fallback_url: str | None = None,
        fallback_method: str = "POST",
        base_url: str = "http://127.0.0.1",
        account_sid: str = "AC" + "0" * 32,
        auth_token: str = "box-token-of-a-test",  # noqa: S107 - signs for a service on this machine
        numbers: Mapping[str, str] | None = None,
        people: Mapping[str, Party] | None = None,
        mischief: Mischief | None = None,
        limits: Limits | None = None,
        start: float | None = None,
        dialect: Dialect = TWILIO,
    ) -> None:
        base = service.rstrip("/") if isinstance(service, str) else base_url
        transport: Transport = over_http if isinstance(service, str) else in_process(service)
        self._numbers = dict(numbers or {})
        line = Line(
            account_sid=account_sid,
            auth_token=auth_token,
            voice_url=_absolute(base, voice_url),
            numbers=lambda: self._numbers,
            status_url=status_url and _absolute(base, status_url),
            text_url=text_url and _absolute(base, text_url),
            fallback_url=fallback_url and _absolute(base, fallback_url),
            fallback_method=fallback_method,
            rest_root=f"{base}/phone/carrier",
            dialect=dialect,
        )
        self.clock = VirtualClock(start)
        self.exchange = Exchange(line, self.clock, transport, limits)
        self.exchange.people.by_number.update(people or {})
        if mischief is not None:
            self.exchange.mischief = mischief

    def dial(self, to: str, from_: str = "+84901234567", watcher: Watcher | None = None) -> "PhoneCall":
        """Rings `to` and listens until there is something to do. An empty `from_` withholds the number."""
        return self.ring(to, from_, watcher).settle()

    def ring(
        self,
        to: str,
        from_: str = "+84901234567",
        watcher: Watcher | None = None,
        mischief: Mischief | None = None,
    ) -> "PhoneCall":
        """Rings `to`; nothing has happened yet. `mischief` is played on this call alone."""
        self._numbers.setdefault(to, "")
        return PhoneCall(self, self.exchange.ring_in(from_, to, watcher, mischief))

    def every(self, seconds: float, act: Callable[[], object]) -> None:
        """Does `act` again and again in virtual time, as a service's own clock would."""

        def again() -> None:
            act()
            self.clock.later(seconds, again)

        self.clock.later(seconds, again)

    def pass_time(self, seconds: float) -> None:
        """Lets everything live on for `seconds`; late notices arrive."""
        self.clock.run(lambda: False, seconds)

    def text(self, to: str, body: str, from_: str = "+84901234567") -> Message:
        """Writes to `to`, and waits a moment for what is answered."""
        with self.exchange.clock.changed:
            message = self.exchange.messages.receive(from_, to, body)
        self.pass_time(1)
        return message

    def messages(self, to: str = "") -> list[Message]:
        return self.exchange.messages.sent(to)

    @property
    def faults(self) -> list[Fault]:
        """What the service did wrong so far, on any call."""
        return [fault for _, fault in self.exchange.faults]


class PhoneCall:
    """One call seen from the caller's ear."""

    def __init__(self, phone: Phone, leg: Leg) -> None:
        self._phone, self.leg = phone, leg

    @property
    def sid(self) -> str:
        return self.leg.sid

    @property
    def status(self) -> str:
        return self.leg.status

    @property
    def doing(self) -> str:
        """What the caller can do: "", prompted, asked, typing, recorded, ringing, talking or queued."""
        return self.leg.doing

    @property
    def waits(self) -> bool:
        """Whether they wait for somebody: in a queue, on the way out of it, or in a room not yet begun."""
        return self.doing == "queued" or (self.leg.can_be_summoned and self.doing != "talking")

    @property
    def events(self) -> list[Event]:
        return self.leg.events

    @property
    def heard(self) -> list[str]:
        """The words that began to be heard, in order; the URL of a sound whose words are unknown."""
        return [_words(event) for event in self.events if event["kind"] in ("say", "play")]

    @property
    def faults(self) -> list[Fault]:
        return self.leg.faults

    def facts(self, kind: str) -> list[dict[str, Any]]:
        """The events of one kind, without number and time."""
        return [
            {key: value for key, value in event.items() if key not in ("n", "at", "kind")}
            for event in self.events
            if event["kind"] == kind
        ]

    def press(self, keys: str, early: bool = False) -> "PhoneCall":
        """Presses keys when asked: after the prompts, or `early`, into them. Then listens on."""
        for number, key in enumerate(keys):
            if number and self.doing in ("asked", "typing", "prompted", "recorded"):
                self._phone.pass_time(_BETWEEN_KEYS)
            self._until_asked(early)
            self._tell(Key(key))
        return self.settle()

    def pause(self) -> "PhoneCall":
        """Lets silence end the keys pressed so far, where neither their number nor a last key does."""
        if self.doing == "typing":
            asked = self.facts("gather")[-1]
            if not asked["digits"] and not asked["finish"]:
                self._run(lambda: self.leg.over or self.doing != "typing")
        return self.settle()

    def press_now(self, keys: str) -> "PhoneCall":
        """Presses keys whatever is going on; the carrier drops those nobody listens for."""
        for key in keys:
            self._tell(Key(key))
            self._phone.pass_time(_BETWEEN_KEYS)
        return self

    def speak(self, seconds: float) -> "PhoneCall":
        """Speaks for so long into the recording that runs, or that begins after the prompts."""
        self._run(lambda: self.leg.over or self.doing == "recorded", _LONGEST_PROMPTS)
        self._tell(Spoke(seconds=seconds))
        self._phone.pass_time(seconds)
        return self

    def wait(self, seconds: float | None = None) -> "PhoneCall":
        """Does nothing: for `seconds`, or until the next thing the caller can do begins."""
        if seconds is not None:
            self._phone.pass_time(seconds)
            return self
        before = len(self.events)
        return self._run(lambda: self.leg.over or (len(self.events) > before and self._can_act()))

    def settle(self) -> "PhoneCall":
        """Listens until the caller is asked, recorded, talking, waiting in a queue, or the call is over."""
        return self._run(lambda: self.leg.over or self._can_act())

    def hang_up(self) -> "PhoneCall":
        """Hangs up, and lets the service hear of it."""
        self._tell(HungUp("caller"))
        self._phone.clock.run(lambda: self.leg.over, _LONGEST_WAIT)
        self._phone.pass_time(2)
        return self

    def _tell(self, happening: HungUp | Key | Spoke) -> None:
        with self._phone.clock.changed:
            self.leg.tell(happening)
        self._phone.pass_time(0)

    def _until_asked(self, early: bool) -> None:
        wanted = {"asked", "typing", "recorded"} | ({"prompted"} if early else set())
        self._run(lambda: self.leg.over or self.doing in wanted, _LONGEST_PROMPTS)

    def _can_act(self) -> bool:
        return self.doing in ("asked", "typing", "recorded", "talking", "queued")

    def _run(self, until: Callable[[], bool], seconds: float = _LONGEST_WAIT) -> "PhoneCall":
        self._phone.clock.run(until, seconds)
        return self


def _words(event: Event) -> str:
    return str(event.get("text") or event.get("url") or event.get("digits"))


def _absolute(base: str, url: str) -> str:
    return base + url if url.startswith("/") else url
