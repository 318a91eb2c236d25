"""Text messages: kept, and shown on the handset they were sent to. Nothing leaves the machine."""

from collections import deque
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

    def find(self, sid: str) -> Message | None:
        return next((each for each in self._kept if each.sid == sid), None)

    def sent(self, to: str = "") -> list[Message]:
        """Newest last; all of them without `to`."""
        return [each for each in self._kept if not to or each.to == to]
