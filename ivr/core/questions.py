"""What a question takes for an answer, and how much silence and how many wrong ones it bears."""

from ivr.core.checkdigits import is_right
from ivr.core.menus import Ask, ChooseLanguage, Menu, Option, Patience, Step

QUESTIONS = (Menu, ChooseLanguage, Ask)
"""What waits for the caller's answer."""


def consumed(menu: Menu, keys: str) -> tuple[Option | None, int]:
    """The option that fits the keys, and how many of them it takes: all of them, but with type-ahead the
    most keys that fit an option (of wrong ones, as many as an option has). An exact key beats a range."""
    ahead = menu.type_ahead is not None
    most = min(len(keys), menu.longest) if ahead else len(keys)
    for length in range(most, 0, -1) if ahead else (most, len(keys.rstrip("#"))):
        fitting = [option for option in menu.options if option.matches(keys[:length])]
        if fitting:
            return min(fitting, key=lambda option: option.first != option.last), length
    return None, most


def is_valid(ask: Ask, digits: str) -> bool:
    """Whether what was typed is such a number as was asked for."""
    return (
        digits.isdecimal()
        and ask.fewest <= len(digits) <= ask.most
        and (ask.smallest is None or int(digits) >= ask.smallest)
        and (ask.largest is None or int(digits) <= ask.largest)
        and (ask.check is None or is_right(ask.check, digits))
    )


def patience_of(step: Step, *, wrong: bool = False) -> Patience:
    """How much a question bears: silence, or wrong keys."""
    match step.thing:
        case Menu() | ChooseLanguage() | Ask() as question:
            return question.wrong if wrong else question.silence
    raise TypeError(f"step {step.name} asks nothing")
