"""The phone company itself: its legs, queues, recordings and messages, and how it reaches the service."""

import itertools
import secrets
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime

from ivr.box.acts.conversing import live
from ivr.box.acts.dialling import answer_the_called
from ivr.box.clock import Clock, quietly
from ivr.box.conferences import Conference
from ivr.box.dialects import TWILIO, Dialect
from ivr.box.faults import Fault, Refused
from ivr.box.handsets import Handsets
from ivr.box.happenings import TurnedDown
from ivr.box.leg import Leg, Parties, Watcher
from ivr.box.messages import Message, Messages, text_fields
from ivr.box.mischief import Imp, Mischief
from ivr.box.notices import call_fields
from ivr.box.parties import Party, let_ring
from ivr.box.queues import Queue
from ivr.box.recordings import Recordings
from ivr.box.sounds import Sound
from ivr.box.transport import Transport
from ivr.box.twiml.texting import read_text_reply
from ivr.box.twiml.verbs import Document, Notices, Room
from ivr.box.webhooks import Cookies, Courier, Outcome, Webhook

API_VERSION = "2010-04-01"
_FAULTS_KEPT = 1000
_SOUND_BYTES_REMEMBERED = 64 * 1024 * 1024
_UNANSWERED = "no-answer"


@dataclass(frozen=True, slots=True)
class Line:
    """What the owner of the numbers configured: where calls go, and the account they belong to."""

    account_sid: str
    auth_token: str
    voice_url: str
    numbers: Callable[[], Mapping[str, str]]
    status_url: str | None = None
    text_url: str | None = None
    fallback_url: str | None = None
    fallback_method: str = "POST"
    rest_root: str = "http://127.0.0.1/carrier"
    dialect: Dialect = TWILIO


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds: how long a request takes on the way, the longest call, the time between calls by REST.

    So many calls that have ended are `kept`, and so many recordings.
    """

    request_seconds: float = 0.3
    call_seconds: float = 14400
    seconds_between_calls: float = 1.0
    kept: int = 200


@dataclass(slots=True)
class People:
    """Who answers which number; `default` answers the others."""

    by_number: dict[str, Party] = field(default_factory=dict)
    default: Party = field(default_factory=Party)

    def at(self, number: str) -> Party | None:
        """None for a client nobody registered."""
        party = self.by_number.get(number)
        return party if party or number.startswith("client:") else self.default


class Exchange:
    """Everything the phone company knows. Change it only under `clock.changed`."""

    def __init__(self, line: Line, clock: Clock, transport: Transport, limits: Limits | None = None) -> None:
        self.line, self.clock = line, clock
        self.limits = limits or Limits()
        self.people = People()
        self.handsets = Handsets(clock)
        self.recordings = Recordings(self)
        self.messages = Messages(self)
        self.legs: dict[str, Leg] = {}
        self.faults: deque[tuple[str, Fault]] = deque(maxlen=_FAULTS_KEPT)
        self.sounds: dict[str, Sound] = {}
        self.ask_count = 0
        self.before_asking: Callable[[], None] = lambda: None  # what the service must find done
        self.imp = Imp(Mischief())
        self.conferences: dict[str, Conference] = {}
        self._queues: dict[str, Queue] = {}
        self._ended: deque[str] = deque()
        self._courier = Courier(line.auth_token, transport, line.dialect.signature_header)
        self._sids = itertools.count(secrets.randbits(80) << 40)
        self._next_call_at = 0.0

    @property
    def account_sid(self) -> str:
        return self.line.account_sid

    @property
    def rest_url(self) -> str:
        return f"{self.line.rest_root}/{API_VERSION}/Accounts/{self.account_sid}"

    @property
    def mischief(self) -> Mischief:
        return self.imp.mischief

    @mischief.setter
    def mischief(self, mischief: Mischief) -> None:
        self.imp = Imp(mischief)

    def numbers(self) -> Mapping[str, str]:
        return self.line.numbers()

    def new_sid(self, kind: str) -> str:
        return f"{kind}{next(self._sids):032x}"

    def new_leg(self, from_: str, to: str, direction: str, parent: Leg | None = None) -> Leg:
        leg = Leg(self, self.new_sid("CA"), Parties(from_, to, direction), parent)
        self.legs[leg.sid] = leg
        return leg

    def ring_in(
        self, from_: str, to: str, watcher: Watcher | None = None, mischief: Mischief | None = None
    ) -> Leg:
        """A handset rings one of our numbers; an empty `from_` is withheld. Raises KeyError for another.

        `mischief` is played on this call alone, instead of the exchange's.
        """
        with self.clock.changed:
            if to not in self.numbers():
                raise KeyError(to)
            leg = self.new_leg(from_ or "anonymous", to, "inbound")
            leg.imp = Imp(mischief) if mischief is not None else leg.imp
            leg.fallback = self._fallback()
            if self.line.status_url:
                leg.notices = Notices(Webhook(self.line.status_url), frozenset({"completed"}))
            leg.watchers += [watcher] if watcher else []
            leg.emit("ringing")
            leg.start(live(leg, Webhook(self.line.voice_url)))
            return leg

    def _fallback(self) -> Webhook | None:
        """Where a leg goes whose document failed, if the owner set something."""
        line = self.line
        return Webhook(line.fallback_url, line.fallback_method) if line.fallback_url else None

    def ring_out(self, leg: Leg, first: Webhook | Document, seconds: float) -> None:
        """Rings `leg.to` for the REST API, no faster than its calls per second."""
        starts = max(self.clock.now(), self._next_call_at)
        self._next_call_at = starts + self.limits.seconds_between_calls
        self.clock.later(starts - self.clock.now(), lambda: leg.start(answer_the_called(leg, first, seconds)))

    def find_party(self, leg: Leg) -> None:
        """Lets a handset that is open for the number ring, or the simulated party."""
        if self.handsets.ring(leg):
            return
        party = self.people.at(leg.to)
        if party is None:
            leg.tell(TurnedDown(_UNANSWERED))
        else:
            let_ring(leg, party)

    def known_queue(self, name: str) -> Queue | None:
        return self._queues.get(name)

    def conference(self, room: Room) -> Conference:
        """The room of that name, made by whoever comes first: their notices are the ones that count."""
        known = self.conferences.get(room.name)
        if known is None or known.over:
            known = Conference(self, self.new_sid("CF"), room.name, room.notices)
            self.conferences[room.name] = known
        return known

    def queue(self, name: str) -> Queue:
        if name not in self._queues:
            self._queues[name] = Queue(self.new_sid("QU"), name)
        return self._queues[name]

    def addressed(self, leg: Leg, webhook: Webhook) -> Webhook:
        """The webhook with the standard parameters of the leg as it is now (contract §1.1)."""
        return Webhook(webhook.url, webhook.method, tuple(call_fields(leg))).having(webhook.fields)

    def ask(
        self,
        leg: Leg,
        webhook: Webhook,
        cookies: Cookies,
        done: Callable[[Outcome], None],
        at_least: float | None = None,
    ) -> None:
        """Asks the service for a leg; `done` gets the outcome, under the lock."""
        self.ask_count += 1
        doubled = leg.imp.doubling() if webhook.fields else ""
        seconds = self.limits.request_seconds if at_least is None else at_least
        self.clock.offload(lambda: self._ask(webhook, cookies, doubled), done, seconds)

    def _ask(self, webhook: Webhook, cookies: Cookies, doubled: str = "") -> Outcome:
        self.before_asking()
        return self._courier.ask(webhook, cookies, doubled)

    def notify(self, leg: Leg, event: str) -> None:
        """Tells a leg's status callback, if it asked for this event (contract §1.3)."""
        notices = leg.notices
        if notices is not None and event in notices.events:
            self.deliver(leg, self.addressed(leg, notices.to).having(self._progress(leg, event)))

    def _progress(self, leg: Leg, event: str) -> list[tuple[str, str]]:
        leg.told += 1
        fields = [
            ("Timestamp", self.rfc_time(self.clock.now())),
            ("SequenceNumber", str(leg.told - 1)),
            ("CallbackSource", "call-progress-events"),
        ]
        if event == "initiated":
            fields.append(("CallStatus", "initiated"))
        if leg.over:
            fields += [("CallDuration", str(leg.seconds)), ("Duration", str(-(-leg.seconds // 60)))]
        return fields

    def deliver(self, leg: Leg | None, notice: Webhook) -> None:
        """Delivers a notice as often and as late as the mischief has it; what it answers is ignored."""
        imp = leg.imp if leg is not None else self.imp
        for delay in imp.delays(int(dict(notice.fields).get("SequenceNumber", "0"))):
            self.clock.later(delay, lambda: self._deliver(leg, notice))

    def _deliver(self, leg: Leg | None, notice: Webhook) -> None:
        def done(outcome: Outcome) -> None:
            if outcome.fault is not None:
                self.record_fault(leg, outcome.fault)

        self.clock.offload(lambda: self._ask(notice, {}), done, 0)

    def tell_message(self, message: Message, url: str | None) -> None:
        """Tells a message's status callback that it arrived."""
        if url:
            fields = (("MessageSid", message.sid), ("MessageStatus", "delivered"), ("To", message.to))
            self.clock.later(0.1, lambda: self._post(Webhook(url, "POST", fields)))

    def take_text(self, message: Message, then: Callable[[str], object]) -> None:
        """Somebody has written to one of the owner's numbers: the service is asked what to answer, and `then`
        gets each message of its answer."""
        url = self.line.text_url
        if url is None:
            return
        asked = Webhook(url, "POST", tuple(text_fields(self.account_sid, message)))

        def answered(outcome: Outcome) -> None:
            try:
                if outcome.fault is not None:
                    raise Refused(outcome.fault.code, outcome.fault.detail, outcome.fault.url)
                if outcome.difference is not None:
                    self.record_fault(None, outcome.difference)
                for words in read_text_reply(outcome.reply, asked):
                    then(words)
            except Refused as refused:
                self.record_fault(None, refused.fault)

        doubled = self.imp.doubling()
        self.clock.offload(lambda: self._ask(asked, {}, doubled), answered, self.limits.request_seconds)

    def _post(self, notice: Webhook) -> None:
        self.clock.offload(lambda: self._ask(notice, {}), quietly, 0)

    def record_fault(self, leg: Leg | None, fault: Fault) -> None:
        self.faults.append((leg.sid if leg else "", fault))

    def remember_sound(self, url: str, sound: Sound) -> None:
        """Keeps a sound as long as its address promises it, and there is room: the oldest go."""
        self.sounds[url] = sound
        while sum(len(each.content) for each in self.sounds.values()) > _SOUND_BYTES_REMEMBERED:
            self.sounds.pop(next(iter(self.sounds)))

    def leg_ended(self, leg: Leg) -> None:
        """The last ended legs are kept for whoever looks at them; older ones go."""
        self._ended.append(leg.sid)
        if len(self._ended) > self.limits.kept:
            self.legs.pop(self._ended.popleft(), None)

    def rfc_time(self, at: float) -> str:
        return format_datetime(datetime.fromtimestamp(at, UTC))
