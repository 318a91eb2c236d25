"""Who calls a hotline, and how the world is meanwhile: numbers, look-ups, parties, a carrier's pranks."""

import re
from collections.abc import Iterator, Mapping
from random import Random

from ivr.box.mischief import Mischief
from ivr.box.parties import Party, voicemail
from ivr.core.menus import (
    Ask,
    ByValue,
    Dial,
    Hotline,
    Lookup,
    Menu,
    Record,
    Sms,
    Step,
    Value,
    Words,
)
from ivr.rehearsal.crowd.keypad import patterns
from ivr.rehearsal.crowd.path import Found
from ivr.rehearsal.staff import Colleague

BUILT_IN = frozenset({"caller", "called", "language"})
STRANGE = ("+1415*", "+4420*", "+266696687", "*", "sip:lan.*@phone.example", "anonymous")
"""Numbers from abroad, and what carriers give instead of a number."""

ODD_TEXTS = (
    "",
    "0",
    "yes",
    "Ready",
    "Nguyễn Thị Minh Khai",
    "<Hangup/> & “quotes” 'n' \"more\"",
    "{order}",
    "☎ 배송 중",
    "a word " * 40,
)
"""What other systems answer that nobody thought of."""


class Circumstances:
    """What can differ from call to call of one hotline."""

    def __init__(self, hotline: Hotline) -> None:
        self._hotline = hotline
        self._looked_up = sorted(_looked_up(hotline))
        self._fixed_parties = sorted(set(_fixed_parties(hotline)))
        self._at_home = sorted({*_beginnings(hotline), *(number[:-6] for number in hotline.numbers)})

    def number(self, dice: Random, caller: int) -> str:
        """A number for the nth caller: mostly one from here; withheld (empty), blocked, from abroad.

        No two callers get the same one, so that nothing is known of them from another day.
        """
        own = f"{caller:06d}"
        chance = dice.random()
        if chance < 0.12:
            return ""
        if chance < 0.16:
            return dice.choice(STRANGE).replace("*", f"7{own}")
        if chance < 0.19 and self._hotline.blocked:
            return dice.choice(self._hotline.blocked).replace("withheld", "").replace("*", own)
        beginning = dice.choice(self._at_home)
        between = max(0, 12 - len(beginning) - len(own))
        return beginning + "".join(dice.choice("0123456789") for _ in range(between)) + own

    def called(self, dice: Random) -> str:
        """A number of the hotline; once in a while one that leads here, but that no menu names."""
        if dice.random() < 0.01:
            return "+842899999999"
        return dice.choice(list(self._hotline.numbers))

    def lookups(self, dice: Random) -> tuple[Found, ...]:
        return tuple(self._found(dice) for _ in range(dice.choice((1, 1, 2, 3))))

    def _found(self, dice: Random) -> Found:
        """Values, or none; at once, late, or too late for any caller."""
        after = dice.choice((0, 0, 0, 0.8, 2.5, 60))
        if dice.random() < 0.25:
            return Found(None, after)
        known = [name for name in self._looked_up if dice.random() < 0.9]
        return Found({name: self._text(name, dice) for name in known}, after)

    def _text(self, name: str, dice: Random) -> str:
        """Mostly what some step looks for, else anything."""
        wanted = list(patterns(self._hotline, name))
        if wanted and dice.random() < 0.75:
            return dice.choice(wanted).replace("*", dice.choice(("", "x", "42")))
        return dice.choice(ODD_TEXTS)

    def parties(self, dice: Random) -> Mapping[str, Party]:
        return {number: party(dice) for number in self._fixed_parties}


NAMES = ("An", "Binh", "Chi", "Dung")


def staff(hotline: Hotline, dice: Random) -> tuple[Colleague, ...]:
    """The agents of a day: on most days none, where there are no queues on any."""
    if not hotline.queues or dice.random() >= ATTENDED:
        return ()
    return tuple(
        Colleague(name, party(dice), dice.choice((0, 0, 0, 60, 600, None)))
        for name in NAMES[: dice.randint(1, len(NAMES))]
    )


ATTENDED = 0.1
"""The share of days on which somebody is signed in: their callers take much longer to rehearse."""


def party(dice: Random) -> Party:
    """Somebody who is rung: answers and takes the call or not, does not answer, is busy, or a machine."""
    talks = float(dice.choice((2, 15, 90, 600)))
    return dice.choice(
        (
            Party(keys="1", after=float(dice.randint(1, 12)), talks=talks),
            Party(keys="1", talks=talks),
            Party(keys="5"),
            Party("busy"),
            Party("no-answer"),
            Party("failed"),
            Party(keys="", talks=8),
            voicemail(after=5),
        )
    )


def mischief(dice: Random) -> Mischief:
    """Most calls go well; for some the carrier repeats itself, is late, or forgets to tell."""
    kind = dice.choices(("none", "doubled", "at once", "late", "lost", "backwards"), (70, 12, 1, 7, 5, 5))[0]
    seed = dice.randrange(1_000_000)
    match kind:
        case "doubled":
            return Mischief(doubled=0.5, twice=0.5, seed=seed)
        case "at once":
            return Mischief(doubled=0.5, at_once=True, seed=seed)
        case "late":
            return Mischief(late=0.7, twice=0.3, doubled=0.1, seed=seed)
        case "lost":
            return Mischief(lost=0.6, seed=seed)
        case "backwards":
            return Mischief(backwards=True, seed=seed)
    return Mischief()


def _beginnings(hotline: Hotline) -> Iterator[str]:
    return (pattern.rstrip("*") for pattern in hotline.allowed if re.fullmatch(r"\+\d+\*", pattern))


def _fixed_parties(hotline: Hotline) -> Iterator[str]:
    for step in hotline.steps.values():
        if isinstance(step.thing, Dial):
            for words in step.thing.parties:
                if not any(isinstance(piece, Value) for piece in words):
                    yield "".join(map(str, words))


def _looked_up(hotline: Hotline) -> set[str]:
    """The values the menus use that no step asks for: what look-ups are to bring."""
    used = {name for step in hotline.steps.values() for name in _used(step)}
    return used - BUILT_IN - {name for step in hotline.steps.values() for name in _kept(step)}


def _used(step: Step) -> Iterator[str]:
    for texts in (step.say, step.again):
        for words in (texts or {}).values():
            yield from _holes(words)
    match step.thing:
        case ByValue(value=name):
            yield name
        case Dial(parties=parties):
            for words in parties:
                yield from _holes(words)
        case Lookup(get=get):
            yield from _holes(get)
        case Sms(to=to, text=text):
            for words in (to, *text.values()):
                yield from _holes(words)


def _holes(words: Words) -> Iterator[str]:
    return (piece.name for piece in words if isinstance(piece, Value))


def _kept(step: Step) -> Iterator[str]:
    match step.thing:
        case Menu(options=options):
            yield from (option.keep_as for option in options if option.keep_as)
        case Ask(keep_as=name) | Record(keep_as=name):
            yield name
