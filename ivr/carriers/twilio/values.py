"""One field of a form read as a value: bounded, and None where it makes no sense."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from ivr.carriers.events import LegState
from ivr.carriers.twilio.body import BadForm, Form

LONGEST_TEXT = 500

# Opaque (contract R7), but it becomes part of paths: a letter or digit first, so never "..".
ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9:._~-]{0,254}")
# Control characters, and those that turn the direction of writing: a name must not rearrange a page.
_INVISIBLE = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")

# A withheld number arrives as a word, as a SIP address of that word, or as the word spelt on a keypad.
_WITHHELD_WORDS = ("anonymous", "unknown", "restricted", "blocked", "private", "unavailable", "withheld")
_KEYPAD = str.maketrans("abcdefghijklmnopqrstuvwxyz", "22233344455566677778889999")
_WITHHELD = frozenset(_WITHHELD_WORDS) | {word.translate(_KEYPAD) for word in _WITHHELD_WORDS}

_LEG_STATES = {
    "queued": LegState.QUEUED,
    "initiated": LegState.QUEUED,
    "ringing": LegState.RINGING,
    "in-progress": LegState.TALKING,
    "answered": LegState.TALKING,
    "completed": LegState.ENDED,
    "busy": LegState.BUSY,
    "no-answer": LegState.NO_ANSWER,
    "failed": LegState.FAILED,
    "canceled": LegState.CANCELED,
}


def id_of(form: Form, name: str) -> str:
    """An id. Raises BadForm if it is missing or no id."""
    value = form.get(name, "")
    if ID.fullmatch(value):
        return value
    raise BadForm(f"{name} is {'not an id' if value else 'missing'}")


def id_if_any(form: Form, name: str) -> str | None:
    """An id, None if there is none. Raises BadForm for what is not an id."""
    return id_of(form, name) if form.get(name) else None


def text(form: Form, name: str) -> str | None:
    """What somebody wrote, without what would disturb a page."""
    return _INVISIBLE.sub("", form.get(name, ""))[:LONGEST_TEXT].strip() or None


def number(form: Form, name: str) -> str | None:
    """A number or an address; None if it is withheld."""
    given = text(form, name)
    bare = (given or "").lower().removeprefix("sip:").partition("@")[0].removeprefix("+")
    return None if bare in _WITHHELD else given


def leg_state(form: Form) -> LegState:
    """The state of the leg that the request is about."""
    return _LEG_STATES.get(form.get("CallStatus", ""), LegState.UNKNOWN)


def hung_up(form: Form) -> bool:
    """Whether that leg is over, so that the answer is not heard."""
    return leg_state(form).over


def count(form: Form, name: str) -> int | None:
    """A whole number, not below 0."""
    value = form.get(name, "")
    return int(value) if value.isascii() and value.isdigit() and len(value) <= 7 else None


def time_ms(form: Form, name: str) -> int | None:
    """A carrier's time, `Thu, 1 Jun 2017 20:48:32 +0000` or ISO 8601; one without a zone is UTC."""
    value = form.get(name, "")
    try:
        time = parsedate_to_datetime(value) if "," in value else datetime.fromisoformat(value)
        return round((time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp() * 1000)
    except (ValueError, OverflowError):
        return None
