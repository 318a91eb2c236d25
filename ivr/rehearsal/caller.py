"""A caller who goes through a written story: does what it says, and has a witness for what must come of it.

A caller is a generator that says what it waits for (`Until`), so that several can live on one clock.
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Protocol

from ivr.box.happenings import HungUp, Key, Spoke
from ivr.box.leg import Event
from ivr.box.phone_line import PhoneCall
from ivr.core.menus import Where
from ivr.language.calls.written import (
    Enters,
    HangUp,
    Hears,
    HearsNot,
    Line,
    Press,
    Rings,
    Speak,
    TalksTo,
    Wait,
    WrittenCall,
)
from ivr.rehearsal.town import Scene
from ivr.rehearsal.witness import Parting, Witness

BETWEEN_KEYS = 0.2
"""Seconds from one key of a number to the next."""

STUCK = 3600.0
"""Seconds in which something must happen on a line; the longest prompts and talks are far shorter."""

SOON = 2.0
"""Seconds within which the carrier tells who has met in a room."""

LONGEST_WAIT = 1800.0
"""Seconds in a line after which what is expected will not come any more."""

READY = {
    "asked": "the hotline waits for a key",
    "typing": "the hotline waits for more keys",
    "recorded": "the caller is recorded",
    "talking": "the caller talks to somebody",
    "queued": "the caller waits in the carrier's queue",
}
"""What a line is doing when the caller can, or must, do something; and how that is told."""


COUNT = frozenset({"prompted", "asked", "typing"})
"""When keys count in a line: in the middle of the music."""


@dataclass(frozen=True, slots=True)
class Until:
    """A caller waits until this holds, or so many seconds have passed."""

    holds: Callable[[], bool]
    seconds: float = STUCK


Act = Generator[Until, None, None]


class Placed(Protocol):
    """A line of a story, as far as it has a place."""

    @property
    def place(self) -> Where: ...


class Parted(Exception):
    """The call is not as it was written."""

    def __init__(self, parting: Parting) -> None:
        super().__init__(str(parting))
        self.parting = parting


class Caller:
    """One caller; `goes_on`: to the end, whatever parted.

    `acted` counts, for each move, what had been heard when it was made.
    """

    def __init__(self, written: WrittenCall, scene: Scene, *, goes_on: bool = False) -> None:
        self.written, self.goes_on = written, goes_on
        self.call: PhoneCall | None = None
        self.partings: list[Parting] = []
        self.acted: list[int] = []
        self.witness = Witness(
            scene.hotline, lambda: scene.steps(self.line.sid), lambda: scene.talked_to(self.line.sid)
        )
        self._scene, self._phone = scene, scene.phone
        self._has_spoken = False

    @property
    def line(self) -> PhoneCall:
        assert self.call is not None, "nobody has rung yet"
        return self.call

    @property
    def events(self) -> list[Event]:
        return self.witness.events

    def act(self) -> Act:
        """The whole call. Every way it parts from what is written is noted in `partings`."""
        if self.written.after:
            yield Until(_never, self.written.after)
        self._ring()
        for line in self.written.story:
            try:
                yield from self._live(line)
            except Parted as parted:
                self.partings.append(parted.parting)
            if self.partings and not self.goes_on:
                break
        yield from self._end()

    def _ring(self) -> None:
        written, scene = self.written, self._scene
        if written.remembered and written.caller:
            scene.remember(written.caller, written.remembered)
        self.witness.last_key = self._phone.clock.now_ms()
        called = written.called or next(iter(scene.hotline.numbers))
        self.call = self._phone.ring(called, written.caller or "", self.witness.see)
        scene.town.brings[self.call.sid] = [*written.lookups]

    def _end(self) -> Act:
        """The caller listens to the last words, and hangs up if the hotline does not."""
        yield Until(lambda: self._is_over() or self._is_ready())
        self.partings += self.witness.unwanted_heard()
        if not self._is_over():
            self._tell(HungUp("caller"))
            yield Until(self._is_over)

    def _live(self, line: Line) -> Act:
        match line:
            case Press():
                yield from self._press(line)
            case Wait(seconds=None):
                yield from self._wait(line)
            case Wait(seconds=seconds):
                self._acts()
                yield Until(_never, seconds or 0)
            case Speak():
                yield from self._speak(line)
            case HangUp():
                self._must_be_up(line, "to hang up")
                self._acts()
                self._tell(HungUp("caller"))
                yield Until(self._is_over)
            case Hears() | HearsNot() | Enters() | Rings() | TalksTo():
                yield from self._watch(line)

    def _press(self, line: Press) -> Act:
        """The keys one after another; then the hotline is given the time to take them."""
        wanted = {*READY, "prompted"} if line.early else {*READY}
        for number, key in enumerate(line.keys):
            if number:
                yield Until(_never, BETWEEN_KEYS)
            yield from self._until(line, lambda: self.line.doing in (COUNT if self.line.waits else wanted))
            self._must_be_up(line, f"to press {line.keys}")
            if not number:
                self._acts(answers=True)
            self._tell(Key(key))
            self._has_spoken = False
            yield Until(_never, 0)
            self.witness.last_key = self._phone.clock.now_ms()
        yield from self._until(line, lambda: self.line.doing != "typing")

    def _wait(self, line: Wait) -> Act:
        """Silence: first to where the caller is asked, then until asked again; in a line, to its end."""
        yield from self._until(line, lambda: self.line.doing in READY)
        self._acts()
        seen = len(self.events)
        turn = self._turn_after_the_line if self.line.waits else self._is_ready
        yield from self._until(line, lambda: len(self.events) > seen and turn())

    def _speak(self, line: Speak) -> Act:
        yield from self._until(line, self._is_ready)
        if self.line.doing != "recorded":
            raise Parted(Parting(line.place, "to be recorded", (self._doing(),)))
        self._acts(answers=True)
        self._tell(Spoke(seconds=line.seconds))
        yield Until(_never, line.seconds)
        self._has_spoken = True
        self.witness.last_key = self._phone.clock.now_ms()

    def _watch(self, line: Hears | HearsNot | Enters | Rings | TalksTo) -> Act:
        """Listens on until it has come true, or cannot any more, as it is the caller's turn. Who waits in a
        line has patience."""
        patient_until, told = self._phone.clock.now() + LONGEST_WAIT, False
        while not self.witness.sees(line):
            assert not isinstance(line, HearsNot)
            waits = self.line.waits and self._phone.clock.now() < patient_until
            if isinstance(line, TalksTo) and self.line.doing == "talking" and not told:
                yield Until(_never, SOON)
                told = True
                continue
            if self._is_over() or (self._is_ready() and not waits):
                raise Parted(self.witness.parting(line, self._doing()))
            yield from self._until(line, self._something_new())

    def _something_new(self) -> Callable[[], bool]:
        seen = len(self.events)
        return lambda: len(self.events) > seen or (self._is_ready() and not self.line.waits)

    def _acts(self, *, answers: bool = False) -> None:
        """A move is made; one that `answers` the hotline has a new beginning for the witness."""
        self.acted.append(len(self.witness.heard))
        if answers:
            self.partings += self.witness.unwanted_heard()
            self.witness.answered(self._phone.clock.now_ms())

    def _until(self, line: Placed, holds: Callable[[], bool]) -> Act:
        """Until that holds, or the call is over. Nothing for an hour is a line that is stuck."""

        def over() -> bool:
            return self._is_over() or holds()

        yield Until(over)
        if not over():
            raise Parted(Parting(line.place, "that something happens", ("nothing, for an hour",)))

    def _is_over(self) -> bool:
        return self.line.leg.over

    def _is_ready(self) -> bool:
        """Whether it is the caller's turn. Who has spoken waits for the silence that ends the recording."""
        recorded = self.line.doing == "recorded"
        self._has_spoken = self._has_spoken and recorded
        return self.line.doing in READY and not self._has_spoken

    def _turn_after_the_line(self) -> bool:
        return self._is_ready() and not self.line.waits

    def _doing(self) -> str:
        if self.line.waits:
            return "the caller waits in line"
        return "the call was over" if self._is_over() else READY.get(self.line.doing, "the hotline speaks")

    def _must_be_up(self, line: Placed, wanted: str) -> None:
        if self._is_over():
            raise Parted(Parting(line.place, wanted, (self._doing(),)))

    def _tell(self, happening: HungUp | Key | Spoke) -> None:
        with self._phone.clock.changed:
            self.line.leg.tell(happening)


def _never() -> bool:
    return False
