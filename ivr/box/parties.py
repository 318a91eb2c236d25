"""Who answers a dialled number: simulated people and machines, each holding a handset like anybody else."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ivr.box.clock import Appointment
from ivr.box.happenings import HungUp, Key, PickedUp, TurnedDown

if TYPE_CHECKING:
    from ivr.box.leg import Event, Leg

_THINKING = 1.0
_BETWEEN_KEYS = 0.3


@dataclass(frozen=True, slots=True)
class Party:
    """What one number does when it rings; times in seconds.

    `does` is answer, busy, no-answer or failed. One that answers does so after `after`, presses the next of
    `keys` each time it is asked, and hangs up `talks` after it answered, counted anew once it is connected to
    somebody; None: never by itself.
    """

    does: str = "answer"
    after: float = 4
    keys: str = ""
    talks: float | None = 60


def voicemail(after: float = 15, listens: float = 30) -> Party:
    """A machine: it answers, never presses a key, and hangs up after a while."""
    return Party(after=after, talks=listens)


def let_ring(leg: "Leg", party: Party) -> None:
    """Puts the ringing handset of `leg` into the hands of `party`."""
    clock = leg.exchange.clock
    if party.does == "no-answer":
        return
    if party.does != "answer":
        clock.later(_THINKING, lambda: leg.tell(TurnedDown(party.does)))
        return
    leg.watchers.append(_Robot(leg, party).see)
    clock.later(party.after, lambda: leg.tell(PickedUp()))


class _Robot:
    """Watches what happens on its line and does what its party does."""

    def __init__(self, leg: "Leg", party: Party) -> None:
        self._leg, self._party, self._keys = leg, party, list(party.keys)
        self._end: Appointment | None = None

    def see(self, event: "Event") -> None:
        if event["kind"] == "gather" and self._keys:
            count = event["digits"] or len(self._keys)
            for number, key in enumerate(self._keys[:count]):
                self._soon(_THINKING + number * _BETWEEN_KEYS, Key(key))
            del self._keys[:count]
        if event["kind"] in ("answered", "bridged") and self._party.talks is not None:
            if self._end is not None:
                self._end.cancel()
            self._end = self._soon(self._party.talks, HungUp("callee"))

    def _soon(self, seconds: float, happening: Key | HungUp) -> Appointment:
        return self._leg.exchange.clock.later(seconds, lambda: self._leg.tell(happening))
