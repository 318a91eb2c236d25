"""The witness of a call: keeps what came since the last key, and says whether a line of the story holds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from math import ceil

from ivr.box.leg import Event
from ivr.core.menus import Hotline, Where
from ivr.language.calls.written import Enters, Expectation, Hears, HearsNot, Line, Rings, TalksTo
from ivr.rehearsal.hearing import Heard, Mark, find, nearest


@dataclass(frozen=True, slots=True)
class Parting:
    """Where a call parted from what was written: the place, what was expected, what came instead.

    `line` is the line of the story that was wrong, `better` the one that would have been right, if any; of
    the end of a call, `word` is the file's word for what was wrong.
    """

    place: Where
    expected: str
    instead: tuple[str, ...]
    nearest: str = ""
    line: Line | None = field(default=None, repr=False)
    better: Line | None = field(default=None, repr=False)
    word: str = ""

    def __str__(self) -> str:
        lines = [f"expected {self.expected}", *(f"instead  {each}" for each in self.instead)]
        lines += [f"nearest  {self.nearest}"] if self.nearest else []
        return f"{self.place}: here it parted\n" + "\n".join(f"  {line}" for line in lines)


@dataclass
class Witness:
    """`steps` tells the steps the call has entered so far, `talked_to` the agents it was put through to;
    `last_key` is in UTC milliseconds."""

    hotline: Hotline
    steps: Callable[[], Sequence[str]]
    talked_to: Callable[[], Sequence[str]] = lambda: ()
    last_key: int = 0
    events: list[Event] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)
    rung: list[str] = field(default_factory=list)
    unwanted: list[HearsNot] = field(default_factory=list)
    _since: int = 0
    """How much had been heard at the last key."""
    _ear: Mark = field(default_factory=Mark)
    _entered: int = 0
    _dialled: int = 0
    _talks: int = 0

    def see(self, event: Event) -> None:
        """Something happened on the line."""
        self.events.append(event)
        if event["kind"] in ("say", "play") and event.get("text"):
            self.heard.append(Heard(event["text"], event.get("language") or "", event["at"]))
        if event["kind"] == "dialing":
            self.rung.append(event["to"])

    def answered(self, now: int) -> None:
        """A key is pressed, or word is left: what comes from now on is the answer to that."""
        self._since = len(self.heard)
        self._ear = Mark(len(self.heard))
        self._entered, self._dialled = len(self.steps()), len(self.rung)
        self._talks = len(self.talked_to())
        self.last_key = now

    def sees(self, line: Expectation) -> bool:
        """Whether it has come true since the last key; what counted for one line does not for the next."""
        match line:
            case Hears():
                found = self._found(line)
                if found is None or self._late(line, found):
                    return False
                self._ear = found
            case Enters(step=step):
                steps = self.steps()
                if step not in steps[self._entered :]:
                    return False
                self._entered = steps.index(step, self._entered) + 1
            case Rings(party=party):
                if party not in self.rung[self._dialled :]:
                    return False
                self._dialled = self.rung.index(party, self._dialled) + 1
            case TalksTo(agent=agent):
                talks = self.talked_to()
                if agent not in talks[self._talks :]:
                    return False
                self._talks = talks.index(agent, self._talks) + 1
            case HearsNot():
                self.unwanted.append(line)
        return True

    def parting(self, line: Hears | Enters | Rings | TalksTo, doing: str) -> Parting:
        """Why a line did not come true, when it cannot any more; `doing` says how the line stands."""
        match line:
            case Hears():
                return self._misheard(line, doing)
            case Enters():
                entered = self.steps()[self._entered :]
                better = replace(line, step=entered[-1]) if entered else None
                instead = f"entered {', '.join(entered)}" if entered else doing
                return Parting(line.place, f"to enter {line.step}", (instead,), line=line, better=better)
            case Rings():
                rung = self.rung[self._dialled :]
                better_party = replace(line, party=rung[0]) if rung else None
                instead = f"rung: {', '.join(rung) or 'nobody'}"
                expected = f"that {line.party} is rung"
                return Parting(line.place, expected, (instead,), line=line, better=better_party)
            case TalksTo(agent=agent):
                talks = self.talked_to()[self._talks :]
                better_agent = replace(line, agent=talks[0]) if talks else None
                instead = f"talked to {', '.join(talks)}" if talks else doing
                return Parting(line.place, f"to talk to {agent}", (instead,), line=line, better=better_agent)

    def unwanted_heard(self) -> list[Parting]:
        """What should not have been heard since the last key, and was; asked once."""
        unwanted, self.unwanted = self.unwanted, []
        since = self.heard[self._since :]
        found = ((line, find(line.words, since, Mark())) for line in unwanted)
        return [
            Parting(line.place, f"not to hear “{line.words}”", (str(since[mark.things]),), line=line)
            for line, mark in found
            if mark is not None
        ]

    def _found(self, line: Hears) -> Mark | None:
        tag = self.hotline.languages[line.language].tag if line.language else None
        return find(line.words, self.heard, self._ear, exactly=line.exactly, tag=tag)

    def _late(self, line: Hears, found: Mark) -> bool:
        return line.within is not None and self._after(self._thing(line, found)) > line.within

    def _thing(self, line: Hears, found: Mark) -> Heard:
        return self.heard[found.things if line.words else found.things - 1]

    def _after(self, thing: Heard) -> float:
        """How many seconds after the last key something was heard."""
        return (thing.at - self.last_key) / 1000

    def _misheard(self, line: Hears, doing: str) -> Parting:
        expected, found = f"to hear {wording(line)}", self._found(line)
        if found is not None:
            late = self._after(self._thing(line, found))
            self._ear = found
            instead = f"{self._thing(line, found)} after {late:g} s"
            better = replace(line, within=float(ceil(late)))
            return Parting(line.place, expected, (instead,), line=line, better=better)
        left = self._unheeded()
        if not left:
            return Parting(line.place, expected, (f"heard nothing; {doing}",), line=line)
        near = nearest(line.words, left) if line.words else ""
        told = near if near != line.words else ""
        better = self._heard_as(line, near, left)
        return Parting(line.place, expected, tuple(map(str, left)), told, line, better)

    def _unheeded(self) -> list[Heard]:
        """What has been heard since the last key and counted for no line yet."""
        since = self.heard[self._ear.things :]
        if not since or not self._ear.characters:
            return since
        rest = since[0].words[self._ear.characters :].lstrip(" .,;:!?…")
        return [replace(since[0], words=rest), *since[1:]] if rest else since[1:]

    def _heard_as(self, line: Hears, near: str, left: Sequence[Heard]) -> Hears:
        """What was heard, as this line would have it; the ear has heard it then."""
        thing = next((each for each in left if near and near in each.words), left[0])
        words = thing.words if line.exactly or not near else near
        tags = {voice.tag: language for language, voice in self.hotline.languages.items()}
        language = tags.get(thing.tag, line.language) if line.language else None
        within = None if line.within is None else max(line.within, float(ceil(self._after(thing))))
        better = replace(line, words=words if line.words else "", language=language, within=within)
        self._ear = self._found(replace(better, within=None)) or Mark(len(self.heard))
        return better


def wording(line: Hears) -> str:
    """What is expected to be heard, in words."""
    said = f"“{line.words}”" if line.words else "something"
    said = f"exactly {said}" if line.exactly else said
    said = f"{said} in {line.language}" if line.language else said
    return f"{said} within {line.within:g} s" if line.within is not None else said
