"""A caller who goes through a written story: does what it says, and watches for what must come of it.

A caller is a generator that says what it waits for (`Until`), so that several can live on one clock.
"""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field

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
    Wait,
    WrittenCall,
)
from ivr.rehearsal.hearing import Heard, Mark, find, nearest
from ivr.rehearsal.town import Scene

BETWEEN_KEYS = 0.2
"""Seconds from one key of a number to the next."""

STUCK = 3600.0
"""Seconds in which something must happen on a line; the longest prompts and talks are far shorter."""

READY = frozenset({"asked", "typing", "recorded", "talking", "queued"})
"""What a line is doing when the caller can, or must, do something."""


@dataclass(frozen=True, slots=True)
class Until:
    """A caller waits until this holds, or so many seconds have passed."""

    holds: Callable[[], bool]
    seconds: float = STUCK


Act = Generator[Until, None, None]


@dataclass(frozen=True, slots=True)
class Parting:
    """Where a call parted from what was written: the place, what was expected, what came instead."""

    place: Where
    expected: str
    instead: tuple[str, ...]
    nearest: str = ""
    line: Line | None = field(default=None, repr=False)
    heard: tuple[Heard, ...] = field(default=(), repr=False)

    def __str__(self) -> str:
        lines = [f"expected {self.expected}", *(f"instead  {each}" for each in self.instead)]
        lines += [f"nearest  {self.nearest}"] if self.nearest else []
        return f"{self.place}: here it parted\n" + "\n".join(f"  {line}" for line in lines)


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
        self.events: list[Event] = []
        self.heard: list[Heard] = []
        self.rung: list[str] = []
        self.partings: list[Parting] = []
        self.acted: list[int] = []
        self._scene, self._phone = scene, scene.phone
        self._mark, self._last_key = Mark(), 0
        self._step_mark = self._rung_mark = self._heard_mark = 0
        self._unwanted: list[HearsNot] = []

    @property
    def line(self) -> PhoneCall:
        assert self.call is not None, "nobody has rung yet"
        return self.call

    def act(self) -> Act:
        """The whole call. Every way it parts from what is written is noted in `partings`."""
        if self.written.after:
            yield Until(_never, self.written.after)
        called = self.written.called or next(iter(self._scene.hotline.numbers))
        if self.written.remembered and self.written.caller:
            self._scene.remember(self.written.caller, self.written.remembered)
        self._last_key = self._phone.clock.now_ms()
        self.call = self._phone.ring(called, self.written.caller or "", self._see)
        self._scene.town.brings[self.call.sid] = [*self.written.lookups]
        for line in self.written.story:
            try:
                yield from self._live(line)
            except Parted as parted:
                self.partings.append(parted.parting)
            if self.partings and not self.goes_on:
                break
        yield from self._end()

    def _see(self, event: Event) -> None:
        self.events.append(event)
        if event["kind"] in ("say", "play") and event.get("text"):
            self.heard.append(Heard(event["text"], event.get("language") or "", event["at"]))
        if event["kind"] == "dialing":
            self.rung.append(event["to"])

    def _end(self) -> Act:
        """The caller listens to the last words, and hangs up if the hotline does not."""
        yield Until(lambda: self.line.leg.over or self._is_ready())
        self._check_unwanted()
        if not self.line.leg.over:
            self._tell(HungUp("caller"))
            yield Until(lambda: self.line.leg.over)

    # -- what the caller does -------------------------------------------------------------------------

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
                yield Until(lambda: self.line.leg.over)
            case Hears():
                yield from self._hears(line)
            case HearsNot():
                self._unwanted.append(line)
            case Enters():
                yield from self._enters(line)
            case Rings():
                yield from self._rings(line)

    def _press(self, line: Press) -> Act:
        """The keys one after another; then the hotline is given the time to take them."""
        wanted = READY | {"prompted"} if line.early else READY
        for number, key in enumerate(line.keys):
            if number:
                yield Until(_never, BETWEEN_KEYS)
            yield from self._until(line, lambda: self.line.doing in wanted)
            self._must_be_up(line, f"to press {line.keys}")
            if not number:
                self._answers()
            self._tell(Key(key))
            yield Until(_never, 0)
            self._last_key = self._phone.clock.now_ms()
        yield from self._until(line, lambda: self.line.doing != "typing")

    def _wait(self, line: Wait) -> Act:
        """Silence: first to where the caller is asked, then until asked again."""
        yield from self._until(line, self._is_ready)
        self._acts()
        seen = len(self.events)
        yield from self._until(line, lambda: len(self.events) > seen and self._is_ready())

    def _speak(self, line: Speak) -> Act:
        yield from self._until(line, self._is_ready)
        if self.line.doing != "recorded":
            raise self._parted(line, "to be recorded", [self._now()])
        self._answers()
        self._tell(Spoke(seconds=line.seconds))
        yield Until(_never, line.seconds)
        self._last_key = self._phone.clock.now_ms()

    # -- what must come of it -------------------------------------------------------------------------

    def _hears(self, line: Hears) -> Act:
        tag = self._scene.hotline.languages[line.language].tag if line.language else None
        while True:
            found = find(line.words, self.heard, self._mark, exactly=line.exactly, tag=tag)
            if found is not None:
                break
            if self.line.leg.over or self._is_ready():
                raise self._parted(line, f"to hear {wording(line)}", self._instead())
            yield from self._until(line, self._something_new())
        thing = self.heard[found.things if line.words else found.things - 1]
        late = (thing.at - self._last_key) / 1000
        if line.within is not None and late > line.within:
            raise self._parted(line, f"to hear {wording(line)}", [f"{thing} after {late:g} s"])
        self._mark = found

    def _enters(self, line: Enters) -> Act:
        while True:
            steps = self._scene.steps(self.line.sid)
            if line.step in steps[self._step_mark :]:
                self._step_mark = steps.index(line.step, self._step_mark) + 1
                return
            if self.line.leg.over or self._is_ready():
                came = ", ".join(steps[self._step_mark :])
                raise self._parted(
                    line, f"to enter {line.step}", [f"entered {came}" if came else self._now()]
                )
            yield from self._until(line, self._something_new())

    def _rings(self, line: Rings) -> Act:
        while True:
            if line.party in self.rung[self._rung_mark :]:
                self._rung_mark = self.rung.index(line.party, self._rung_mark) + 1
                return
            if self.line.leg.over or self._is_ready():
                rung = ", ".join(self.rung[self._rung_mark :])
                raise self._parted(line, f"that {line.party} is rung", [f"rung: {rung or 'nobody'}"])
            yield from self._until(line, self._something_new())

    def _check_unwanted(self) -> None:
        """Whether what must not be heard has been heard since the last key."""
        unwanted, self._unwanted = self._unwanted, []
        for line in unwanted:
            since = self.heard[self._heard_mark :]
            if (found := find(line.words, since, Mark())) is not None:
                parting = Parting(
                    line.place, f"not to hear “{line.words}”", (str(since[found.things]),), line=line
                )
                self.partings.append(parting)

    # -- the line -------------------------------------------------------------------------------------

    def _acts(self) -> None:
        self.acted.append(len(self.heard))

    def _answers(self) -> None:
        """A key is pressed, or word is left: what comes next is the answer to that."""
        self._acts()
        self._check_unwanted()
        self._heard_mark = len(self.heard)
        self._mark = Mark(len(self.heard))
        self._step_mark = len(self._scene.steps(self.line.sid))
        self._rung_mark = len(self.rung)
        self._last_key = self._phone.clock.now_ms()

    def _until(self, line: Line, holds: Callable[[], bool]) -> Act:
        """Until that holds, or the call is over. Nothing for an hour is a line that is stuck."""

        def over() -> bool:
            return self.line.leg.over or holds()

        yield Until(over)
        if not over():
            raise self._parted(line, "that something happens", ["nothing, for an hour"])

    def _something_new(self) -> Callable[[], bool]:
        seen = len(self.events)
        return lambda: len(self.events) > seen or self._is_ready()

    def _is_ready(self) -> bool:
        return self.line.doing in READY

    def _must_be_up(self, line: Line, wanted: str) -> None:
        if self.line.leg.over:
            raise self._parted(line, wanted, [self._now()])

    def _tell(self, happening: HungUp | Key | Spoke) -> None:
        with self._phone.clock.changed:
            self.line.leg.tell(happening)

    def _parted(self, line: Line, expected: str, instead: Sequence[str]) -> Parted:
        since = tuple(self.heard[self._mark.things :])
        words = line.words if isinstance(line, Hears) else ""
        near = nearest(words, since) if words else ""
        return Parted(Parting(line.place, expected, tuple(instead), near, line, since))

    def _instead(self) -> list[str]:
        since = self.heard[self._mark.things :]
        return [str(each) for each in since] or [f"heard nothing; {self._now()}"]

    def _now(self) -> str:
        if self.line.leg.over:
            return "the call was over"
        return {
            "asked": "the hotline waits for a key",
            "typing": "the hotline waits for more keys",
            "recorded": "the caller is recorded",
            "talking": "the caller talks to somebody",
            "queued": "the caller waits in the carrier's queue",
        }.get(self.line.doing, "the hotline speaks")


def wording(line: Hears) -> str:
    """What is expected to be heard, in words."""
    said = f"“{line.words}”" if line.words else "something"
    said = f"exactly {said}" if line.exactly else said
    said = f"{said} in {line.language}" if line.language else said
    return f"{said} within {line.within:g} s" if line.within is not None else said


def _never() -> bool:
    return False
