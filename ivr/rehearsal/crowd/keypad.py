"""What callers press: mostly an answer to what is asked, sometimes anything."""

import re
from collections.abc import Iterator
from random import Random

from ivr.core.calls import Turn
from ivr.core.menus import Ask, ByValue, ChooseLanguage, Enqueue, Hotline, Menu, Option
from ivr.core.questions import is_valid

KEYS = "0123456789*#"
_TRIES = 60
"""Of thirty numbers three have the right check digit."""


def answers(hotline: Hotline, step: str, turn: Turn, dice: Random) -> str:
    """Keys that answer the question of a step; empty where nothing is asked."""
    match hotline.steps[step].thing:
        case Menu() as menu:
            return _chosen(hotline, menu, dice)
        case ChooseLanguage(keys=keys):
            return dice.choice(list(keys))
        case Ask() if turn is Turn.CONFIRM:
            return dice.choice("1112")
        case Ask() as ask:
            return _number(hotline, ask, dice)
        case Enqueue(options=options) if turn is Turn.WAIT:
            return dice.choice(options).first if options and dice.random() < LEAVES_LINE else ""
        case Enqueue():
            return dice.choice(("1", "1", "2", "0901234567#", "#"))
    return ""


LEAVES_LINE = 0.2
"""How often somebody who waits presses a key, each time there is music."""


def anything(dice: Random) -> str:
    """One key mostly, a few, or far too many."""
    count = dice.choice((1, 1, 1, 2, 3, 5, 8, 15))
    return "".join(dice.choice(KEYS) for _ in range(count))


def _chosen(hotline: Hotline, menu: Menu, dice: Random) -> str:
    """A key of a menu; where one may type ahead, perhaps those of the next menus too."""
    option = dice.choice(menu.options)
    keys = _key(option, dice)
    target = hotline.steps.get(option.leads)
    if menu.type_ahead is not None and target and isinstance(target.thing, Menu) and dice.random() < 0.4:
        return keys + _chosen(hotline, target.thing, dice)
    return keys


def _key(option: Option, dice: Random) -> str:
    if option.first == option.last:
        return option.first
    return str(dice.randint(int(option.first), int(option.last))).zfill(len(option.first))


def _number(hotline: Hotline, ask: Ask, dice: Random) -> str:
    """A number such as is asked for; now and then one that is looked at later (`by`)."""
    wanted = list(patterns(hotline, ask.keep_as))
    digits = ""
    for _ in range(_TRIES):
        digits = (
            _filled(dice.choice(wanted), ask, dice) if wanted and dice.random() < 0.5 else _any(ask, dice)
        )
        if is_valid(ask, digits):
            break
    ended = ask.end if ask.end and (len(digits) < ask.most or dice.random() < 0.5) else ""
    return digits + (ended or "")


def _any(ask: Ask, dice: Random) -> str:
    if ask.smallest is not None and ask.largest is not None:
        return str(dice.randint(ask.smallest, ask.largest)).zfill(ask.fewest)
    return "".join(dice.choice("0123456789") for _ in range(dice.randint(ask.fewest, ask.most)))


def _filled(pattern: str, ask: Ask, dice: Random) -> str:
    fixed = len(pattern.replace("*", ""))
    missing = max(0, dice.randint(ask.fewest, ask.most) - fixed)
    return re.sub(r"\*", "".join(dice.choice("0123456789") for _ in range(missing)), pattern, count=1)


def patterns(hotline: Hotline, value: str) -> Iterator[str]:
    """What the menus look for in a value."""
    for step in hotline.steps.values():
        if isinstance(step.thing, ByValue) and step.thing.value == value:
            yield from (pattern for pattern, _ in step.thing.when)
