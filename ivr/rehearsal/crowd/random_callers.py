"""A caller who does anything at any moment, and remembers what: the path of that call can be walked again."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from ivr.box.clock import Appointment
from ivr.box.happenings import Key, Spoke
from ivr.box.leg import Event, Leg
from ivr.box.phone_line import Phone
from ivr.core.menus import Hotline
from ivr.language.calls.written import HangUp, Move, Press, Speak, Wait
from ivr.rehearsal.crowd.keypad import answers, anything
from ivr.rehearsal.crowd.listener import is_in_menus, place_of
from ivr.rehearsal.crowd.path import Path

KEYS_COUNT = frozenset({"prompted", "asked", "typing", "recorded"})
"""When somebody listens for keys; the carrier drops all others."""


@dataclass(frozen=True, slots=True)
class Temper:
    """How somebody behaves: shares from 0 to 1 of the times they are asked, and of all that happens to them.

    After `patience` questions they hang up; who `stays` says nothing more until the hotline ends the call.
    """

    silent: float
    odd: float
    early: float
    leaves: float
    patience: int
    stays: bool


def temper(dice: Random) -> Temper:
    """Most know what they want; some are in a hurry, some lost, some not there at all."""
    silent, odd, early, leaves = dice.choices(
        (
            (0.05, 0.05, 0.3, 0.01),
            (0.02, 0.05, 0.9, 0.02),
            (0.2, 0.5, 0.4, 0.01),
            (0.8, 0.1, 0.1, 0.01),
            (0.1, 0.1, 0.3, 0.12),
        ),
        (50, 15, 15, 8, 12),
    )[0]
    patience = dice.choice((2, 3, 4, 5, 6, 8, 12, 25))
    return Temper(silent, odd, early, leaves, patience, stays=dice.random() < 0.5)


class RandomCaller:
    """Somebody at a phone; what they did is in `moves`."""

    def __init__(self, hotline: Hotline, dice: Random, about: Path) -> None:
        self._hotline, self._dice, self._about = hotline, dice, about
        self._temper = temper(dice)
        self._leg: Leg | None = None
        self._keys = ""
        self._next: Appointment | None = None
        self._asked = 0
        self._moves: list[Move] = []
        self._moved_at = 0.0

    def rings(self, phone: Phone) -> Leg:
        about = self._about
        return self.takes(phone.ring(about.called, about.caller, mischief=about.mischief).leg)

    def takes(self, leg: Leg) -> Leg:
        """The handset of a call that begins now is in their hands."""
        self._leg = leg
        leg.watchers.append(self._see)
        self._moved_at = leg.exchange.clock.now()
        return leg

    @property
    def moves(self) -> tuple[Move, ...]:
        return tuple(self._moves)

    def _see(self, event: Event) -> None:
        """Something happens on the line; perhaps they do something about it."""
        match event["kind"]:
            case "hangup":
                self._stop()
            case _ if self._dice.random() < self._temper.leaves:
                self._soon(self._dice.choice((0, 0.1, 1, 4, 20)) * self._dice.random(), self._hang_up)
            case "gather":
                self._is_asked(event)
            case "say" | "play" if self._keys and self._dice.random() >= self._temper.early:
                self._soon(event["seconds"] + self._thinks(), self._press)
            case "say" | "play" | "dialing" if not self._keys and self._dice.random() < 0.02:
                self._keys = anything(self._dice)
                self._soon(self._dice.random(), self._press)
            case "record":
                self._is_recorded()
            case "bridged" if self._dice.random() < 0.5:
                self._soon(self._dice.choice((1, 10, 100, 1000)) * self._dice.random(), self._hang_up)

    def _is_asked(self, event: Event) -> None:
        """Who has not pressed all they wanted may go on doing so: it is typed ahead, or lost."""
        dice, mood = self._dice, self._temper
        self._asked += 1
        if self._keys and dice.random() < 0.5:
            return
        self._stop()
        tired = self._asked > mood.patience
        if tired and not mood.stays:
            self._soon(dice.random() * 3, self._hang_up)
        elif not tired and dice.random() >= mood.silent:
            odd = dice.random() < mood.odd
            self._keys = anything(dice) if odd else self._answers(event["action"])
            self._soon(self._thinks(), self._press)

    def _answers(self, action: str) -> str:
        """Where no menu asks, as in what is heard while the hotline is away, any keys will do."""
        if not is_in_menus(action):
            return anything(self._dice)
        return answers(self._hotline, *place_of(action), self._dice)

    def _is_recorded(self) -> None:
        self._stop()
        chance = self._dice.random()
        if chance < 0.6:
            self._soon(self._dice.random() * 2, self._speak)
        elif chance < 0.75:
            self._keys = self._dice.choice("#1*")
            self._soon(self._dice.random() * 3, self._press)

    def _thinks(self) -> float:
        return self._dice.choice((0.4, 1, 2, 7)) * self._dice.random() + 0.1

    # -- what they do -----------------------------------------------------------------------------------

    def _press(self) -> None:
        """One key, and the others a little later."""
        assert self._leg is not None
        key, self._keys = self._keys[:1], self._keys[1:]
        if not key:
            return
        if self._leg.doing in KEYS_COUNT:
            self._did(Press(key, early=True))
        self._leg.tell(Key(key))
        if self._keys:
            slow = self._dice.random() < 0.05
            self._soon(self._dice.random() * (6 if slow else 0.8) + 0.1, self._press)

    def _speak(self) -> None:
        """Words, and then a key, silence, or the end of the call."""
        assert self._leg is not None
        longest = 200 if self._dice.random() < 0.04 else self._dice.choice((1, 3, 12))
        seconds = round(longest * self._dice.random() + 0.5, 1)
        if self._leg.doing == "recorded":
            self._did(Speak(seconds))
            self._leg.tell(Spoke(seconds=seconds))
            self._moved_at += seconds
        chance = self._dice.random()
        if chance < 0.35:
            self._keys = "#"
            self._soon(seconds + self._dice.random(), self._press)
        elif chance < 0.6:
            self._soon(seconds + self._dice.random() * 2, self._hang_up)

    def _hang_up(self) -> None:
        assert self._leg is not None
        self._did(HangUp())
        self._leg.hang_up("caller")

    def _did(self, move: Move) -> None:
        assert self._leg is not None
        now = self._leg.exchange.clock.now()
        waited = round(now - self._moved_at, 3)
        if waited > 0:
            self._moves.append(Wait(waited))
        self._moves.append(move)
        self._moved_at = now

    def _soon(self, seconds: float, act: Callable[[], None]) -> None:
        """They do one thing at a time: the last decision counts."""
        assert self._leg is not None
        if self._next is not None:
            self._next.cancel()
        leg = self._leg
        self._next = leg.exchange.clock.later(seconds, lambda: None if leg.over else act())

    def _stop(self) -> None:
        self._keys = ""
        if self._next is not None:
            self._next.cancel()
            self._next = None
