"""What a file of calls means: every call whole, every name known to the hotline."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from ivr.core.calls import Ending, Outcome
from ivr.core.destinations import is_number
from ivr.core.menus import NOWHERE, Hotline, Language, Where
from ivr.language.calls import grammar
from ivr.language.calls.grammar import Told
from ivr.language.calls.written import (
    Agent,
    Ends,
    Enters,
    HangUp,
    Hears,
    HearsNot,
    Line,
    Logged,
    Press,
    Rings,
    Speak,
    TalksTo,
    Texted,
    Wait,
    WrittenCall,
)
from ivr.language.mistakes import Findings, listed
from ivr.language.source import Table, Text

WITHHELD = "withheld"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,49}")
"""Of an agent."""
Said = TypeVar("Said")


def calls_of(
    defaults: grammar.Defaults | None, calls: Iterable[grammar.Call], hotline: Hotline, findings: Findings
) -> list[WrittenCall]:
    """The calls of a file; they are whole only if nothing was noted."""
    reading = _Reading(findings, hotline, defaults or grammar.Defaults.model_construct())
    made = [reading.call(each) for each in calls]
    names: dict[str, Where] = {}
    for call in made:
        if call.name in names:
            text = f"'{call.name}' stands twice, first on line {names[call.name].line}"
            findings.mistake(call.place, text, "say how the two differ")
        names.setdefault(call.name, call.place)
    return made


@dataclass(frozen=True, slots=True)
class _Reading:
    """One file: what its calls may name, and what holds where they say nothing."""

    findings: Findings
    hotline: Hotline
    defaults: grammar.Defaults

    def call(self, written: grammar.Call, first: WrittenCall | None = None) -> WrittenCall:
        """A call; where it and the defaults say nothing, it is like the `first` one of its day."""
        default = self.defaults
        call = WrittenCall(
            name=str(written.call),
            caller=self.caller(written, first),
            at=first.at if first else self.moment(written),
            story=tuple(filter(None, (self.line(each) for each in written.story))),
            called=self.called(written.to or default.to) or (first.called if first else None),
            remembered=self.language(written.remembered or (None if first else default.remembered)),
            lookups=_lookups(written.lookups or (None if first else default.lookups)),
            parties={str(at): does for at, does in (written.parties or default.parties or {}).items()},
            agents=self.staff(written, first),
            ends=self.ends(written),
            after=(written.after or 0) + (first.after if first else 0),
            place=written.call.at if isinstance(written.call, Text) else written.at,
        )
        if written.after is not None and first is None:
            text = "'after' belongs to a call below 'and'"
            self.findings.mistake(written.where("after"), text, "write 'at'")
        if first and written.moment is not None:
            hint = "write how long after the first call it comes: 'after: 10m'"
            self.findings.mistake(written.where("at"), "this call shares the day of the one above", hint)
        return replace(call, others=tuple(self.call(other, call) for other in written.others or ()))

    def staff(self, written: grammar.Call, first: WrittenCall | None) -> tuple[Agent, ...]:
        """The agents of a day are said once."""
        if first:
            if written.agents is not None:
                text = "the agents are those of the call above"
                self.findings.mistake(written.where("agents"), text, "write them there: it is the same day")
            return first.agents
        said = self.defaults.agents if written.agents is None else written.agents
        if not isinstance(said, dict):
            return ()
        for name in said:
            if not NAME.fullmatch(name):
                self.wrong(name, f"'{name}' is not a name", "a name is one word of letters, digits, _ and -")
        return tuple(replace(agent, name=str(name)) for name, agent in said.items())

    def caller(self, written: grammar.Call, first: WrittenCall | None) -> str | None:
        said = written.caller or (None if first else self.defaults.caller)
        if said is None and first:
            return first.caller
        if said is None:
            hint = "write 'from:' and a number, or withheld"
            self.findings.mistake(written.at, "nobody knows who calls", hint)
        elif said != WITHHELD and not is_number(said):
            self.wrong(said, f"'{said}' is not a phone number", 'write it like "+84901234567", or withheld')
        return None if said in (None, WITHHELD) else str(said)

    def moment(self, written: grammar.Call) -> datetime:
        at = written.moment or self.defaults.moment
        if at is None:
            hint = "write 'at: 2026-11-23 09:00', so that the call means the same every day"
            self.findings.mistake(written.at, "nobody knows when this call is made", hint)
        return at or datetime(2000, 1, 1)  # noqa: DTZ001 - a time of the hotline's own zone

    def called(self, said: str | None) -> str | None:
        return None if said is None else self.known("number of the hotline", said, self.hotline.numbers)

    def language(self, said: str | None) -> Language | None:
        return None if said is None else self.known("language", said, self.hotline.languages)

    def line(self, written: str | Told) -> Line | None:
        if not isinstance(written, Told):
            place = written.at if isinstance(written, Text) else NOWHERE
            return _ALONE[written](place)
        words = [word for word in Told.model_fields if getattr(written, word) is not None]
        if len(words) != 1:
            if not written.strange:
                text = f"{listed(words, 'and')} in one line" if words else "nothing happens in this line"
                self.findings.mistake(written.at, text, f"write one thing: {Told.like}")
            return None
        place = written.where(words[0])
        match words[0]:
            case "press" | "interrupt":
                return Press(str(written.press or written.interrupt), written.interrupt is not None, place)
            case "wait":
                return Wait(written.wait, place)
            case "speak":
                return Speak(written.speak or 0, place)
            case "hears":
                return self.hears(written.hears)
            case "hears_not":
                return HearsNot(str(written.hears_not), _place(written.hears_not, place))
            case "enters":
                step = self.known("step", str(written.enters), self.hotline.steps, written.enters)
                return Enters(step, _place(written.enters, place))
            case "talks_to":
                return TalksTo(str(written.talks_to), _place(written.talks_to, place))
        return Rings(str(written.rings), _place(written.rings, place))

    def hears(self, written: str | grammar.Hearing | None) -> Hears:
        if not isinstance(written, grammar.Hearing):
            return Hears(str(written), place=_place(written))
        if written.words and written.exactly:
            text = "'words' and 'exactly' exclude each other"
            self.findings.mistake(written.where("exactly"), text, "delete one of them")
        return Hears(
            str(written.exactly or written.words or ""),
            written.exactly is not None,
            self.language(written.language),
            written.within,
            written.at,
        )

    def ends(self, written: grammar.Call) -> Ends:
        passes = None if written.logs is None else tuple(map(self.logged, written.logs))
        told = [word for word in ENDS if getattr(written, word) is not None]
        sent = written.texts if isinstance(written.texts, list) else [written.texts]
        texts = None if written.texts is None else tuple(self.texted(each) for each in sent if each)
        boxes = None if written.leaves_word is None else _many(written.leaves_word)
        for box in boxes or ():
            self.known("mailbox", box, self.hotline.mailboxes)
        return Ends(
            Outcome(written.ends) if written.ends else None,
            passes,
            texts,
            None if boxes is None else tuple(map(str, boxes)),
            {word: written.where(word) for word in told},
        )

    def logged(self, written: str | dict[str, str | grammar.Pass]) -> Logged:
        if isinstance(written, str):
            return Logged(self.step(written), place=_place(written))
        names = list(written)
        if len(names) != 1:
            place = _place(names[0]) if names else NOWHERE
            self.findings.mistake(
                place, "each pass is one step", "write a line of its own for each: '- main: 1'"
            )
        step, told = next(iter(written.items()))
        place = _place(step)
        if isinstance(told, grammar.Pass):
            return Logged(
                self.step(step),
                _text(told.pressed),
                _text(told.option),
                Ending(told.ending) if told.ending else None,
                self.language(told.language),
                place,
            )
        if told in tuple(Ending):
            return Logged(self.step(step), ending=Ending(told), place=place)
        if any(letter.isalpha() for letter in told):
            hint = self.findings.nearest(told, tuple(Ending), f"endings are {listed(tuple(Ending), 'and')}")
            self.wrong(told, f"'{told}' is neither keys nor how a pass ends", hint)
        return Logged(self.step(step), str(told), place=place)

    def texted(self, written: str | grammar.Message) -> Texted:
        if isinstance(written, grammar.Message):
            return Texted(str(written.words), str(written.to), written.at)
        return Texted(str(written), place=_place(written))

    def step(self, said: str) -> str:
        return self.known("step", said, self.hotline.steps)

    def known(self, kind: str, said: str, names: Iterable[str], where: object = None) -> str:
        if said not in names:
            self.wrong(where or said, f"unknown {kind} '{said}'", self.findings.nearest(said, names))
        return str(said)

    def wrong(self, said: object, text: str, hint: str = "") -> None:
        self.findings.mistake(_place(said), text, hint)


ENDS = ("ends", "logs", "texts", "leaves_word")
"""What is said of a call when it is over, by the words of the file."""

_ALONE: dict[str, Callable[[Where], Line]] = {
    "wait": lambda place: Wait(place=place),
    "speak": lambda place: Speak(place=place),
    "hang_up": HangUp,
}


def _many(written: Said | list[Said]) -> list[Said]:
    return written if isinstance(written, list) else [written]


def _text(said: str | None) -> str | None:
    return None if said is None else str(said)


def _place(said: object, otherwise: Where = NOWHERE) -> Where:
    return said.at if isinstance(said, Text | Table) else otherwise


def _lookups(written: object) -> tuple[Mapping[str, str] | None, ...]:
    brought = () if written is None else written if isinstance(written, list) else (written,)
    return tuple(_brought(each) for each in brought)


def _brought(written: object) -> Mapping[str, str] | None:
    return {str(name): str(text) for name, text in written.items()} if isinstance(written, Table) else None
