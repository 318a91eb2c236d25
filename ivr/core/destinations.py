"""Where the hotline may call or write to: the guard against toll fraud."""

import re
from collections.abc import Iterable
from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneNumberType

COSTLY = frozenset({PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST})


SIP = re.compile(r"sips?:[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+(:[0-9]+)?")


def is_allowed(destination: str, allowed: Iterable[str]) -> bool:
    """Whether one of the patterns (`VN`, `+84*`, `sip:*@pbx.example`) fits, and the number is no premium one.

    Two letters stand for all numbers of a country: `+1*` would also ring the Caribbean, `US` does not.
    `*` stands for letters, digits and `. _ + -`: never for what could begin another address.
    """
    if not (is_number(destination) or SIP.fullmatch(destination)):
        return False
    country = country_of(destination)
    fitting = (pattern == country or _pattern(pattern).fullmatch(destination) for pattern in allowed)
    return any(fitting) and not is_costly(destination)


def is_number(text: str) -> bool:
    """Whether a text is a phone number in E.164 (`+84…`) that can exist."""
    if not re.fullmatch(r"\+[1-9][0-9]{5,14}", text, re.ASCII):
        return False
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(text))
    except phonenumbers.NumberParseException:
        return False


def dialled(digits: str, called: str) -> str | None:
    """The number in E.164 that somebody means who types it in the country of the number they have called;
    None where that is no number."""
    try:
        number = phonenumbers.parse(digits, country_of(called))
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def meant(typed: str, ours: str) -> str:
    """The number somebody of ours means, as they type it in the country of a number of `ours`; what is no
    number stays as it is."""
    return dialled(typed, ours) or typed


@lru_cache(maxsize=4096)
def country_of(number: str) -> str | None:
    """The country of a number as two letters (`VN`); None for what is no number of a country."""
    if not is_number(number):
        return None
    return phonenumbers.region_code_for_number(phonenumbers.parse(number))


def is_costly(destination: str) -> bool:
    """Whether a number is one of those that charge the caller more than a call."""
    if not destination.startswith("+"):
        return False
    return phonenumbers.number_type(phonenumbers.parse(destination)) in COSTLY


def fits(number: str, patterns: Iterable[str]) -> bool:
    """Whether a number is on a list of numbers and beginnings (`+1900*`)."""
    return any(_pattern(pattern).fullmatch(number) for pattern in patterns)


@lru_cache(maxsize=1024)
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile("[A-Za-z0-9._+-]*".join(map(re.escape, pattern.split("*"))), re.ASCII)


FEWEST_DIGITS = 7
"""Fewer would be found in what is no telephone number at all."""


def spellings(number: str) -> tuple[str, ...]:
    """The digits by which a number in E.164 may stand in a text: as from abroad, and as at home."""
    abroad = number.removeprefix("+")
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return (abroad,) if abroad.isdecimal() and len(abroad) >= FEWEST_DIGITS else ()
    home = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)
    found = (abroad, "".join(filter(str.isdecimal, home)))
    return tuple(dict.fromkeys(each for each in found if len(each) >= FEWEST_DIGITS))
