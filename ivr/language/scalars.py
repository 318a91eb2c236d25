"""The small spellings: `2m30s`, `80% in 20s`, `1100-1199`, `mon-fri`, `08:00-12:00 13:00-18:00`, `12-25`.

Each reader takes the text as it was written and gives its value, or raises Wrong. Digits are 0 to 9: a
phone sends no others, whatever the script of the menus.
"""

import re
from collections.abc import Callable
from datetime import date, time
from typing import TypeVar

from ivr.core.hours import Days, Span, knows_holidays_of
from ivr.core.line.recording import Recording
from ivr.language.mistakes import Wrong, did_you_mean, listed

T = TypeVar("T")
UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LEAP = 2024
"""A date without a year is checked in a year that has every day."""


def of_text(read: Callable[[str], T], longest: int = 200) -> Callable[[object], T]:
    """A reader that refuses mappings, lists and what is too long, in plain words."""

    def checked(value: object) -> T:
        if not isinstance(value, str):
            raise Wrong("a single value is expected here, not a list or mapping")
        if len(value) > longest:
            raise Wrong(f"this is longer than {longest} characters")
        return read(value)

    return checked


def text(value: str) -> str:
    if not value.strip():
        raise Wrong("this text is empty", "write it or delete its key")
    return value


def duration(value: str) -> float:
    """Seconds: `20s`, `10m`, `1h`, `500ms`, `2m30s`."""
    parts = re.findall(r"(\d+(?:\.\d+)?)\s*(ms|s|m|h)", value, re.ASCII)
    if value.strip() and not re.fullmatch(r"(\s*\d+(?:\.\d+)?\s*(ms|s|m|h))+\s*", value, re.ASCII):
        hint = (
            f"did you mean '{value}s'?"
            if value.isascii() and value.isdecimal()
            else "write it like 20s, 10m, 1h or 2m30s"
        )
        raise Wrong(f"'{value}' is not a time with its unit", hint)
    seconds = sum(float(number) * UNITS[unit] for number, unit in parts)
    if not 0 < seconds <= 86400:
        raise Wrong(f"'{value}' is not between 1ms and 24h")
    return seconds


def always(value: str) -> str:
    """Hours in short: one word."""
    if value != "always":
        raise Wrong(f"'{value}' is no opening hours", "write 'always', or {week: {mon-fri: 08:00-18:00}}")
    return value


def between(shortest: str, longest: str) -> Callable[[str], float]:
    """A reader of times from `shortest` to `longest`, both as an admin writes them."""
    least, most = duration(shortest), duration(longest)

    def read(value: str) -> float:
        seconds = duration(value)
        if not least <= seconds <= most:
            wrong = "short" if seconds < least else "long"
            raise Wrong(f"'{value}' is too {wrong}", f"{shortest} to {longest} are possible here")
        return seconds

    return read


def count(value: str) -> int:
    if not re.fullmatch(r"[1-9]\d{0,5}", value, re.ASCII):
        raise Wrong(f"'{value}' is not a whole number above zero")
    return int(value)


def tries(value: str) -> int:
    """How often a caller is asked; a tenth time has never helped anybody."""
    if not re.fullmatch(r"[1-9]|10", value, re.ASCII):
        raise Wrong(f"'{value}' is not a number of tries", "write 1 to 10")
    return int(value)


def from_0_to_10(what: str, zero: str) -> Callable[[str], int]:
    """A reader of small numbers; `zero` says what 0 means."""

    def read(value: str) -> int:
        if not re.fullmatch(r"\d|10", value, re.ASCII):
            raise Wrong(f"'{value}' is not {what}", f"write 0 ({zero}) to 10")
        return int(value)

    return read


def level(lowest: int) -> Callable[[str], int]:
    """A reader of how well somebody knows something, up to 9."""

    def read(value: str) -> int:
        if not re.fullmatch(r"\d", value, re.ASCII) or int(value) < lowest:
            raise Wrong(f"'{value}' is not a level", f"levels are {lowest} to 9")
        return int(value)

    return read


def or_none(word: str, read: Callable[[str], float]) -> Callable[[str], float]:
    """A reader of times that takes a word (`never`) for 0."""
    return lambda value: 0.0 if value == word else read(value)


def truth(value: str) -> bool:
    if value.lower() in ("true", "yes", "on"):
        return True
    if value.lower() in ("false", "no", "off"):
        return False
    raise Wrong(f"'{value}' is neither true nor false")


def whether_recorded(value: str) -> Recording:
    """`ask`, or yes or no."""
    if value in ("true", "yes", "on", "false", "no", "off"):
        return Recording.YES if truth(value) else Recording.NO
    if value != Recording.ASK:
        raise Wrong(
            f"'{value}' is not one of {listed(list(Recording))}", did_you_mean(value, list(Recording))
        )
    return Recording.ASK


def one_of(*words: str) -> Callable[[str], str]:
    def read(value: str) -> str:
        if value not in words:
            raise Wrong(f"'{value}' is not one of {listed(words)}", did_you_mean(value, words))
        return value

    return read


def key_pattern(value: str) -> str:
    """What can stand before a destination: `1`, `12`, `1100-1199`, `*`, `#`."""
    if not re.fullmatch(r"\d{1,20}|\d{1,20}-\d{1,20}|\*|#", value, re.ASCII):
        raise Wrong(f"'{value}' is not a key", 'keys are digits, a range like 1100-1199, "*" and "#"')
    first, dash, last = value.partition("-")
    if dash and (len(first) != len(last) or first >= last):
        raise Wrong(
            f"'{value}' is not a range", "write two numbers of one length, the smaller first: 100-199"
        )
    return value


def single_key(value: str) -> str:
    """What a caller who waits can press: one key at a time."""
    if not re.fullmatch(r"[0-9*#]", value, re.ASCII):
        raise Wrong(f"'{value}' is not a single key", 'while callers wait, keys are 0 to 9, "*" and "#"')
    return value


def end_key(value: str) -> str:
    """The key that ends an entry; `none` is the empty text."""
    if value not in ("#", "*", "none"):
        raise Wrong(f"'{value}' cannot end an entry", 'write "#", "*" or none')
    return "" if value == "none" else value


def change_key(value: str) -> str:
    """A single key, or `none` as the empty text."""
    if not re.fullmatch(r"\d|\*|#|none", value, re.ASCII):
        raise Wrong(f"'{value}' is not a single key", 'write "#", "*", a digit or none')
    return "" if value == "none" else value


def span_of_numbers(value: str) -> tuple[int, int]:
    """`6-10`, or `6` for exactly six."""
    match = re.fullmatch(r"(\d{1,15})(?:\s*-\s*(\d{1,15}))?", value, re.ASCII)
    if not match:
        raise Wrong(f"'{value}' is not a number or a range", "write it like 6 or 6-10")
    first, last = int(match[1]), int(match[2] or match[1])
    if first > last:
        raise Wrong(f"'{value}' runs backwards", f"did you mean '{last}-{first}'?")
    return first, last


def digits(value: str) -> tuple[int, int]:
    fewest, most = span_of_numbers(value)
    if not 1 <= fewest <= most <= 40:
        raise Wrong(f"'{value}' digits cannot be asked for", "1 to 40 are possible")
    return fewest, most


def service_level(value: str) -> tuple[float, float]:
    """`80% in 20s` as (0.8, 20.0)."""
    match = re.fullmatch(r"(\d{1,3}(?:\.\d+)?)\s*%\s+in\s+(.+)", value, re.ASCII)
    if not match or not 0 < float(match[1]) <= 100:
        raise Wrong(f"'{value}' is not a service level", "write it like 80% in 20s")
    return float(match[1]) / 100, duration(match[2])


def share(value: str) -> float:
    """`25%` as 0.25."""
    match = re.fullmatch(r"(\d{1,3}(?:\.\d+)?)\s*%", value, re.ASCII)
    if not match or not 0 < float(match[1]) <= 100:
        raise Wrong(f"'{value}' is not a share", "write it like 25%")
    return float(match[1]) / 100


def rest(value: str) -> float:
    """`30d` as seconds, `none` as 0."""
    if value == "none":
        return 0.0
    match = re.fullmatch(r"([1-9]\d{0,2})\s*d", value, re.ASCII)
    if not match or int(match[1]) > 366:
        raise Wrong(f"'{value}' is not a number of days", "write 1d to 366d, or none")
    return int(match[1]) * 86_400.0


def whole_days(value: str) -> int:
    """`90d` as 90."""
    match = re.fullmatch(r"([1-9]\d{0,3})\s*d", value, re.ASCII)
    if not match or int(match[1]) > 3660:
        raise Wrong(f"'{value}' is not a number of days", "write 1d to 3660d")
    return int(match[1])


def rate(value: str) -> tuple[int, float]:
    """`20 per 1h` as (20, 3600.0)."""
    many, per, time_ = value.partition(" per ")
    if not per:
        raise Wrong(f"'{value}' is not a rate", "write it like 20 per 1h")
    return count(many.strip()), duration(time_.strip())


def language_need(value: str) -> tuple[str, float | None]:
    """`any`, `required`, or `prefer 2m`: for how long only agents of the caller's language are offered."""
    word, _, time_ = value.partition(" ")
    if word == "prefer" and time_:
        return "prefer", duration(time_.strip())
    if value not in ("any", "required"):
        raise Wrong(f"'{value}' is not a language rule", "write any, required, or prefer 2m")
    return value, None


def weekdays(value: str) -> tuple[int, ...]:
    """`mon-fri`, `sat`, `mon,wed` as days of the week, 0 is Monday."""
    found: list[int] = []
    for part in re.split(r"\s*,\s*", value.lower()):
        first, dash, last = part.partition("-")
        if first not in DAYS or (dash and last not in DAYS):
            raise Wrong(f"'{value}' is not a day", "days are mon tue wed thu fri sat sun, or mon-fri")
        start, end = DAYS.index(first), DAYS.index(last or first)
        found.extend((start + step) % 7 for step in range((end - start) % 7 + 1))
    return tuple(found)


def spans(value: str) -> tuple[Span, ...]:
    """`08:00-12:00 13:00-18:00`; an end before its beginning lies on the next day, 24:00 is midnight."""
    return tuple(_span(part, value) for part in value.replace(",", " ").split())


def _span(part: str, value: str) -> Span:
    match = re.fullmatch(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})", part, re.ASCII)
    if not match:
        raise Wrong(f"'{value}' are not hours", "write them like 08:00-12:00 13:00-18:00")
    hour, minute, until_hour, until_minute = map(int, match.groups())
    try:
        first, until = time(hour, minute), time(until_hour % 24, until_minute)
    except ValueError:
        raise Wrong(f"'{part}' is not on the clock", "hours run from 00:00 to 24:00") from None
    if until_hour > 24 or (until_hour == 24 and until_minute) or first == until != time.min:
        raise Wrong(f"'{part}' is not a span", "hours run from 00:00 to 24:00 and end after they begin")
    return first, until


def days(value: str) -> Days:
    """`2027-02-05`, `12-25`, or a range of either: `2026-03-01..2026-03-07`."""
    first, dots, last = value.partition("..")
    found = Days(_date(first.strip(), value), _date((last if dots else first).strip(), value))
    if (found.first[0] is None) != (found.last[0] is None):
        raise Wrong(f"'{value}' has a year at one end only", "write it at both ends or at none")
    if found.first[0] is not None and found.first > found.last:
        raise Wrong(f"'{value}' runs backwards", "write the earlier date first")
    return found


def _date(part: str, value: str) -> tuple[int | None, int, int]:
    match = re.fullmatch(r"(?:(\d{4})-)?(\d{2})-(\d{2})", part, re.ASCII)
    if not match:
        raise Wrong(f"'{value}' is not a date", "write it like 2027-02-05, 12-25 or 2026-03-01..2026-03-07")
    year, month, day = match[1], int(match[2]), int(match[3])
    try:
        date(int(year) if year else LEAP, month, day)
    except ValueError:
        raise Wrong(f"there is no {part}", "months come before days: 12-25") from None
    return int(year) if year else None, month, day


def holidays_of(value: str) -> str:
    if not knows_holidays_of(value):
        raise Wrong(f"there is no holiday calendar for '{value}'", "write a country like VN, or US-CA")
    return value
