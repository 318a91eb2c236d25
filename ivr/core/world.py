"""What the menus ask of everything around them, and the values that fill their texts."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from ivr.core.calls import Call, Ending
from ivr.core.destinations import is_allowed
from ivr.core.hours import Hours, is_open
from ivr.core.line.closures import Closure
from ivr.core.line.rules import NO_RULES
from ivr.core.menus import ByHours, ByValue, Destination, Hotline, Language, Step, Survey, Value, Words
from ivr.core.surveys import Means, is_chosen

CLOSED = Hours()
"""Hours that were unpublished while a call of an older revision still asks for them."""


class World(Protocol):
    """What the menus ask of everything around them."""

    @property
    def now(self) -> int:
        """UTC milliseconds."""

    @property
    def remembered(self) -> Language | None:
        """The language this caller chose last time; None when it must not be used."""

    def branch(self, step: Step, call: Call) -> Destination:
        """Where a step leads that goes on by hours or by a value."""

    def open_now(self, hours: str) -> bool:
        """Whether somebody is there by the opening hours of this name."""

    def allows(self, destination: str) -> bool:
        """Whether this number or address may be called or written to."""

    def answers(self, get: Words) -> bool:
        """Whether the host of a lookup is worth asking now."""

    def refusal(self, queue: str) -> Ending | None:
        """Why nobody may join this queue now: CLOSED, NO_AGENTS or FULL; None if they may."""

    def closure(self, queue: str) -> Closure | None:
        """By whom this queue was closed, whatever its hours say, and why; None if by nobody."""

    def has_place(self, queue: str, caller: str | None) -> bool:
        """Whether this number is to be rung back by the queue, and has a place in its line meanwhile."""

    def asks(self, survey: Survey, call: Call) -> bool:
        """Whether this caller is one of those who are asked."""


Attended = Callable[[str], Ending | None]
"""Says of a queue by its name why it cannot be joined: NO_AGENTS, FULL, or None if it can."""


def nobody_there(_: str) -> Ending:
    """A hotline without agents."""
    return Ending.NO_AGENTS


Closed = Callable[[str], Closure | None]
"""Says of a queue by its name who has closed it, and why."""


def nobody_closed(_: str) -> None:
    """A hotline in which nobody has closed anything."""


Placed = Callable[[str, str], bool]
"""Says of a queue and a number whether it is to be rung back, and nobody is about to."""


def no_place(_queue: str, _caller: str) -> bool:
    """A hotline that rings nobody back."""
    return False


Spared = Callable[[str, int, Means], bool]
"""Says of a number whether it must not be asked so: it was asked after that moment, or wants no messages."""


def nobody_spared(_caller: str, _since: int, _means: Means) -> bool:
    """A hotline that has asked nobody yet."""
    return False


@dataclass(frozen=True, slots=True)
class Today:
    """The world as it is: the clock, the live hotline's hours and destinations, the hosts that are down.

    `cut_off`: nothing can be wished for that somebody waits for, and no line joined, as the ledger is away.
    `attended` says of an open queue whether it can be joined, `closed` who has closed it by hand, `placed`
    who has a place there already, and `spared` whom no survey may ask.
    """

    now: int
    live: Hotline
    remembered: Language | None = None
    down: frozenset[str] = frozenset()
    cut_off: bool = False
    attended: Attended = nobody_there
    placed: Placed = no_place
    spared: Spared = nobody_spared
    closed: Closed = nobody_closed

    def branch(self, step: Step, call: Call) -> Destination:
        match step.thing:
            case ByHours(hours=name, open=opened, closed=closed):
                return opened if self.open_now(name) else closed
            case ByValue(value=name, when=when):
                text = call.value(name)
                return next((leads for pattern, leads in when if like(text, pattern)), step.way_out(""))
        raise TypeError(f"step {step.name} does not branch")

    def open_now(self, hours: str) -> bool:
        return is_open(self.live.hours.get(hours, CLOSED), self.now, self.live.zone)

    def allows(self, destination: str) -> bool:
        return is_allowed(destination, self.live.allowed)

    def answers(self, get: Words) -> bool:
        return not self.cut_off and host_of(get) not in self.down

    def serves(self, queue: str) -> bool:
        """Whether a queue is open: by its hours, and as nobody has closed it."""
        rules = self.live.queues[queue].rules if queue in self.live.queues else NO_RULES
        return (rules.hours is None or self.open_now(rules.hours)) and self.closed(queue) is None

    def closure(self, queue: str) -> Closure | None:
        return self.closed(queue)

    def refusal(self, queue: str) -> Ending | None:
        if not self.serves(queue):
            return Ending.CLOSED
        return Ending.NO_AGENTS if self.cut_off else self.attended(queue)

    def has_place(self, queue: str, caller: str | None) -> bool:
        return caller is not None and self.placed(queue, caller)

    def asks(self, survey: Survey, call: Call) -> bool:
        if self.cut_off or not is_chosen(call.id, survey.share):
            return False
        if call.caller is None:
            return survey.means is Means.KEYPAD
        if survey.means is Means.SMS and not self.allows(call.caller):
            return False
        return not self.spared(call.caller, self.now - round(survey.rest * 1000), survey.means)


def like(text: str, pattern: str) -> bool:
    """Whether a text fits a pattern in which `*` stands for any text; case does not matter."""
    return (
        re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), text, re.DOTALL | re.IGNORECASE)
        is not None
    )


def host_of(get: Words) -> str:
    """The host (and port) a lookup asks; the check allows no holes before its path."""
    return urlsplit("".join(piece for piece in get if isinstance(piece, str))).netloc


def fill(words: Words, call: Call, *, masked: bool = False) -> str:
    """A text with what is known of the call in its holes; `masked`, its secrets stay hidden."""
    hidden = call.secrets if masked else frozenset()
    return "".join(piece if isinstance(piece, str) else reading_of(piece, call, hidden) for piece in words)


def reading_of(value: Value, call: Call, hidden: frozenset[str] = frozenset()) -> str:
    """A value as it is written into a text: digits apart when it is to be read digit by digit."""
    text = call.value(value.name)
    text = mask(text) if value.name in hidden else text
    return " ".join(text) if value.reading == "digits" else text


def mask(secret: str) -> str:
    """A secret as it may be written down."""
    return "•" * len(secret)
