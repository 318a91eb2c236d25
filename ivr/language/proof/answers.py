"""Everything that can come in at a place of a step, and why a caller leaves it."""

from collections.abc import Iterator
from enum import StrEnum

from ivr.core.calls import DialEnded, Ending, Input, Keys, LookedUp, Place, Recorded, Silence, Turn
from ivr.core.menus import Ask, ChooseLanguage, Dial, Lookup, Menu, Option, Record, Step, Voicemail
from ivr.core.questions import consumed, is_valid

NO_KEY = "A"
"""A key that telephones have and menus do not."""

TRIED = 200
"""Numbers tried to find one that an `ask` takes; every check digit fits one in 97."""


class Why(StrEnum):
    """What made a caller leave a step."""

    ON = "on"
    """It had said what it had to say."""
    AFTER = "after"
    """The line had rung, recorded, looked up or waited in vain, and the call goes on."""
    DONE = "done"
    """The caller had talked to a person, or left word."""
    KEY = "key"
    SILENCE = "silence"
    WRONG = "wrong"
    LIMIT = "limit"
    """The call had used all its answers."""
    LOST = "lost"
    """The line was lost, and found again."""


def is_first(place: Place) -> bool:
    return place.silences == place.wrongs == 0


def answers(step: Step, place: Place) -> Iterator[tuple[Why, Input]]:
    """Everything that can come in at a place of a step.

    How often a question failed matters to nothing but giving up, and its silences know nothing of its wrong
    keys: so each is counted to its end alone, and the right keys are pressed at the first try.
    """
    match step.thing:
        case Menu() | ChooseLanguage() | Ask():
            if not place.wrongs:
                yield Why.SILENCE, Silence()
            if not place.silences:
                yield Why.WRONG, Keys(NO_KEY)
            yield from ((Why.KEY, Keys(keys)) for keys in right_keys(step, place) if is_first(place))
            if place.turn is Turn.CONFIRM:
                yield Why.WRONG, Keys("2")
        case Dial():
            for ending in (Ending.CONNECTED, Ending.BUSY, Ending.NO_ANSWER, Ending.FAILED):
                yield Why.AFTER, DialEnded(ending)
        case Voicemail() | Record():
            yield Why.AFTER, Recorded("a recording", 1)
            yield Why.AFTER, Recorded(None, 0)
        case Lookup():
            yield Why.AFTER, LookedUp(values={})
            yield Why.AFTER, LookedUp(failed=True)
            yield Why.AFTER, LookedUp()


def right_keys(step: Step, place: Place) -> Iterator[str]:
    """One way to press each thing a question offers."""
    match step.thing:
        case Menu() as menu:
            yield from (keys for option in menu.options if (keys := keys_of(menu, option)))
        case ChooseLanguage(keys=keys):
            yield from keys
        case Ask() if place.turn is Turn.CONFIRM:
            yield "1"
        case Ask() as ask:
            if digits := digits_for(ask):
                yield digits


def keys_of(menu: Menu, option: Option) -> str | None:
    """Keys that choose an option; None when other options take all of them."""
    candidates = [option.first]
    if option.first != option.last:
        edges = {int(key) + by for other in menu.options for key in (other.first, other.last)
                 if key.isdecimal() for by in (-1, 0, 1)}  # fmt: skip
        candidates += [str(edge).zfill(len(option.first)) for edge in sorted(edges) if edge >= 0]
    return next((keys for keys in candidates if consumed(menu, keys) == (option, len(keys))), None)


def digits_for(ask: Ask) -> str | None:
    """A number that an `ask` takes; None when there is none."""
    for length in range(ask.fewest, ask.most + 1):
        last = 10**length - 1 if ask.largest is None else min(ask.largest, 10**length - 1)
        first = ask.smallest or 0
        for number in range(first, min(last, first + TRIED) + 1):
            if is_valid(ask, digits := str(number).zfill(length)):
                return digits
    return None
