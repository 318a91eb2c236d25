"""Handsets open in browsers: a dialled number that has one rings it instead of a simulated party."""

from typing import TYPE_CHECKING, Any

from ivr.box.clock import Clock
from ivr.box.happenings import TurnedDown

if TYPE_CHECKING:
    from ivr.box.leg import Leg

_OPEN_SECONDS = 45  # a handset that was not asked about for so long is closed
_EVENTS_KEPT = 100


class Handset:
    """One open handset: what happened on it, and the leg it rings or talks on."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.seen_at = 0.0
        self.leg: Leg | None = None
        self.page = ""
        self.count = 0

    def emit(self, at_ms: int, kind: str, facts: dict[str, Any]) -> None:
        self.count += 1
        self.events = [*self.events[-_EVENTS_KEPT:], {"n": self.count, "at": at_ms, "kind": kind, **facts}]

    def known(self, after: float) -> float:
        """How many events a page knows that says so. One that knows more than there were remembers a handset
        that was closed meanwhile, perhaps in another box: of this one it knows nothing."""
        return after if after <= self.count else 0


class Handsets:
    """The open handsets by number."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._open: dict[str, Handset] = {}

    def seen(self, number: str, page: str = "") -> Handset:
        """Opens the handset, or keeps it open; it is in the hands of the page that asked last."""
        self._close_forgotten()
        handset = self._open.setdefault(number, Handset())
        handset.seen_at = self._clock.now()
        handset.page = page
        return handset

    def close(self, number: str, page: str = "") -> None:
        """Closes it, unless another page has it by now: one that is loaded anew asks before the old one
        has said goodbye."""
        if self.holder(number) == page:
            del self._open[number]

    def holder(self, number: str) -> str | None:
        """The page that has the handset of this number open."""
        return self._open[number].page if number in self._open else None

    def tell(self, number: str, kind: str, facts: dict[str, Any]) -> None:
        if number in self._open:
            self._open[number].emit(self._clock.now_ms(), kind, facts)
            self._clock.changed.notify_all()

    def ring(self, leg: "Leg") -> bool:
        """Rings the handset of the leg's number; False when none is open. One in use is busy."""
        self._close_forgotten()
        handset = self._open.get(leg.to)
        if handset is None:
            return False
        if handset.leg is not None and not handset.leg.over:
            leg.tell(TurnedDown("busy"))
            return True
        handset.leg = leg
        leg.reports_prompts = True
        leg.watchers.append(lambda event: self._watch(leg, event["kind"]))
        self.tell(leg.to, "incoming", {"call": leg.sid, "from": leg.from_})
        return True

    def _watch(self, leg: "Leg", kind: str) -> None:
        if kind == "hangup" and leg.answered_at is None:
            self.tell(leg.to, "cancelled", {"call": leg.sid})

    def _close_forgotten(self) -> None:
        oldest = self._clock.now() - _OPEN_SECONDS
        self._open = {number: each for number, each in self._open.items() if each.seen_at >= oldest}
