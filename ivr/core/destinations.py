"""Where the hotline may call or write to: the guard against toll fraud."""

import re
from collections.abc import Iterable
from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneNumberType

COSTLY = frozenset({PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST})


def is_allowed(destination: str, allowed: Iterable[str]) -> bool:
    """Whether one of the patterns (`+84*`, `sip:*@pbx.example`) fits, and the number is not a premium one.

    `*` stands for letters, digits and `. _ + -`: never for what could begin another address.
    """
    return any(_pattern(pattern).fullmatch(destination) for pattern in allowed) and not is_costly(destination)


def is_costly(destination: str) -> bool:
    """Whether a number is one of those that charge the caller more than a call."""
    if not destination.startswith("+"):
        return False
    try:
        return phonenumbers.number_type(phonenumbers.parse(destination)) in COSTLY
    except phonenumbers.NumberParseException:
        return True


def fits(number: str, patterns: Iterable[str]) -> bool:
    """Whether a number is on a list of numbers and beginnings (`+1900*`)."""
    return any(_pattern(pattern).fullmatch(number) for pattern in patterns)


@lru_cache(maxsize=1024)
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile("[A-Za-z0-9._+-]*".join(map(re.escape, pattern.split("*"))), re.ASCII)
