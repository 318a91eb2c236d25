"""Two sets of menus compared: what callers will hear and where keys will lead, old against new, in words."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ivr.core.facts import facts
from ivr.core.menus import Hotline
from ivr.core.telling import Fact, Facts, Phrase, Subject

Say = Callable[[Phrase], str]
"""How a phrase is said to the reader: in English by itself (`str`), on a page in the reader's language."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One fact that is not what it was: None where there was, or is, no such thing."""

    about: Subject
    was: Fact | None
    now: Fact | None


def differences(old: Hotline, new: Hotline) -> tuple[Difference, ...]:
    """Everything a caller could notice, in the order of the new menus; what is gone, at the end.

    Of a step that is gone no more is told than that; of a new one, all.
    """
    before, after = facts(old), facts(new)
    changed = (Difference(about, before.get(about), now) for about, now in after.items())
    gone = (Difference(about, was, None) for about, was in _gone(before, after))
    return tuple(each for each in (*changed, *gone) if each.was != each.now)


def _gone(before: Facts, after: Facts) -> Iterator[tuple[Subject, Fact]]:
    for about, was in before.items():
        place = Subject(about.place)
        told = about != place and place in before and place not in after
        if about not in after and not told:
            yield about, was


def in_words(one: Difference, say: Say = str, tongue: Callable[[str], str] = str) -> tuple[str, str, str]:
    """A difference for a reader: what it is about, what was, what is now; `tongue` names a language."""
    place = say(one.about.place)
    side = f"{place}, {say(one.about.side)}" if one.about.side else place
    about = f"{side} ({tongue(one.about.language)})" if one.about.language else side
    return about, said(one.was, say), said(one.now, say)


def said(fact: Fact | None, say: Say = str) -> str:
    """What is so; nothing where nothing is."""
    return ", ".join(say(phrase) for phrase in fact or ())


def line(one: Difference, tongue: Callable[[str], str] = str) -> str:
    """A difference as one line of English."""
    about, was, now = in_words(one, tongue=tongue)
    if one.now is None:
        return f"{about}: gone" + (f", was {was}" if was else "")
    if one.was is None:
        return f"{about}: new" + (f", {now}" if now else "")
    return f"{about}: was {was or 'nothing'} → now {now or 'nothing'}"
