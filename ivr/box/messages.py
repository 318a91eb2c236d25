"""Text messages: kept, and shown on the handset they were sent to. Nothing leaves the machine."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ivr.box.exchange import Exchange

_FOR_EACH_CALL_KEPT = 5


@dataclass(frozen=True, slots=True)
class Message:
    """`at` is seconds since 1970, UTC."""

    sid: str
    from_: str
    to: str
    body: str
    at: float

    @property
    def segments(self) -> int:
        """Contract §4.4: 160 letters of the telephone alphabet, else 70, fewer when there are several."""
        one, of_several = (160, 153) if self.body.isascii() else (70, 67)
        return 1 if len(self.body) <= one else -(-len(self.body) // of_several)


def text_fields(account_sid: str, message: Message) -> Iterator[tuple[str, str]]:
    """What a messaging webhook is sent (Twilio's request to the messaging URL)."""
    yield from ((name, message.sid) for name in ("MessageSid", "SmsSid", "SmsMessageSid"))
    yield "AccountSid", account_sid
    yield "From", message.from_
    yield "To", message.to
    yield "Body", message.body
    yield "NumMedia", "0"
    yield "NumSegments", str(message.segments)
    yield "SmsStatus", "received"
    yield "ApiVersion", "2010-04-01"


class Messages:
    def __init__(self, exchange: "Exchange") -> None:
        self._exchange = exchange
        self._kept: deque[Message] = deque(maxlen=_FOR_EACH_CALL_KEPT * exchange.limits.kept)

    def send(self, from_: str, to: str, body: str) -> Message:
        """Delivers at once; a call that is up on that number is told, and so is an open handset."""
        message = Message(self._exchange.new_sid("SM"), from_, to, body, self._exchange.clock.now())
        self._kept.append(message)
        for leg in list(self._exchange.legs.values()):
            holder = leg.from_ if leg.direction == "inbound" else leg.to
            if holder == to and not leg.over:
                leg.emit("message", to=to, body=body)
        self._exchange.handsets.tell(to, "message", {"from": from_, "body": body})
        return message

    def receive(self, from_: str, to: str, body: str) -> Message:
        """A handset writes to one of the owner's numbers; what the service answers comes back to it."""
        message = Message(self._exchange.new_sid("SM"), from_, to, body, self._exchange.clock.now())
        self._kept.append(message)
        self._exchange.take_text(message, lambda words: self.send(to, from_, words))
        return message

    def find(self, sid: str) -> Message | None:
        return next((each for each in self._kept if each.sid == sid), None)

    def of(self, number: str) -> list[Message]:
        """All that a number has got and written, newest last; all there are of nobody."""
        return [each for each in self._kept if not number or number in (each.to, each.from_)]

    def sent(self, to: str = "") -> list[Message]:
        """Newest last; all of them without `to`."""
        return [each for each in self._kept if not to or each.to == to]
