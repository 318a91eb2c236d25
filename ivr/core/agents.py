"""Agents: what they have chosen, what they are doing, and when they can be offered a caller.

The two together are their state; how long each lasted is kept as a span (`since` is when this one began).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256

from ivr.core.line.match import Free
from ivr.core.menus import Language


class Way(StrEnum):
    """How an agent is rung."""

    PHONE = "phone"
    SIP = "sip"
    BROWSER = "browser"
    DIALLED_IN = "dialled_in"
    """They have called us, and wait on that line between two conversations."""
    GONE = "gone"
    """Not at all: they are no agent any more, and what they did stays in the log."""


class Status(StrEnum):
    """What an agent has chosen."""

    SIGNED_OUT = "signed_out"
    READY = "ready"
    ON_BREAK = "on_break"


class Activity(StrEnum):
    """What an agent is doing, whatever they have chosen: it follows from their offers and conversations."""

    IDLE = "idle"
    OFFERED = "offered"
    TALKING = "talking"
    WRAPPING_UP = "wrapping_up"


State = Status | Activity


def state_of(status: Status, activity: Activity) -> State:
    """Both in one word: what they are doing, or else what they have chosen."""
    return status if activity is Activity.IDLE else activity


MISSED = "missed"
"""The reason of a break that an agent did not choose: so many offers in a row were missed."""

UNHEARD = "unheard"
"""The reason of a sign-out that they did not choose."""

LEASE_MS = 30_000
"""An agent whose page or phone has not been heard of for so long is signed out."""


@dataclass(frozen=True, slots=True)
class Agent:
    """An agent as they stand. Times are UTC milliseconds.

    `number` is what they type to dial in. `queues` None: every queue. `lease_until` None: somebody rung on a
    phone of their own needs to hold nothing open. `leg` is their line to us while they are dialled in.
    `calls` and `talk` (seconds) are of the `day`, `misses` are in a row.
    """

    id: str
    name: str
    way: Way = Way.BROWSER
    address: str = ""
    number: str | None = None
    skills: Mapping[str, int] = field(default_factory=dict)
    languages: frozenset[Language] = frozenset()
    queues: frozenset[str] | None = None
    weight: int = 1
    place: int = 0
    status: Status = Status.SIGNED_OUT
    reason: str = ""
    activity: Activity = Activity.IDLE
    since: int = 0
    lease_until: int | None = None
    leg: str | None = None
    offered_at: int = 0
    misses: int = 0
    day: str = ""
    calls: int = 0
    talk: float = 0

    @property
    def is_on_duty(self) -> bool:
        """Whether callers may count on them: ready, whatever they are doing."""
        return self.status is Status.READY

    def is_there(self, now: int) -> bool:
        """Whether callers may count on them at that time: ready, and heard of."""
        return self.is_on_duty and (self.lease_until is None or self.lease_until > now)

    @property
    def is_free(self) -> bool:
        return self.status is Status.READY and self.activity is Activity.IDLE

    @property
    def state(self) -> State:
        """In one word: what they are doing, or else what they have chosen."""
        return state_of(self.status, self.activity)

    def serves(self, queue: str) -> bool:
        """Whether they are there for this queue's callers."""
        return self.queues is None or queue in self.queues

    def free(self, today: str) -> Free:
        """As somebody who can be offered a caller."""
        here = self.day == today
        return Free(
            agent=self.id,
            since=self.since,
            queues=self.queues,
            skills=self.skills,
            languages=self.languages,
            offered_at=self.offered_at,
            calls=self.calls if here else 0,
            talk=self.talk if here else 0,
            place=self.place,
            weight=self.weight,
        )


ADDRESSES = {
    Way.PHONE: re.compile(r"\+[1-9][0-9]{6,14}"),
    Way.SIP: re.compile(r"sips?:[^\s@]+@[^\s@]+"),
    Way.BROWSER: re.compile(r"client:[A-Za-z0-9_]{1,256}"),
    Way.DIALLED_IN: re.compile(""),
    Way.GONE: re.compile(""),
}
"""What can be rung in each way."""

NUMBER = re.compile(r"[0-9]{3,8}")
"""What an agent types to dial in; it is no secret."""

PIN = re.compile(r"[0-9]{6,12}")
"""And what only they know."""

_SKILL = re.compile(r"([\w-]{1,40})(?:=([1-9]))?")
_PLAIN = re.compile(r"[A-Za-z0-9_]{1,50}")


def skills_of(text: str) -> dict[str, int]:
    """Skills by their levels, as people write them: `tax=5, cars` is tax at level 5 and cars at 1.

    Raises ValueError for what is none.
    """
    found = {}
    for part in text.replace(",", " ").split():
        skill = _SKILL.fullmatch(part)
        if skill is None:
            raise ValueError(part)
        found[skill[1]] = int(skill[2] or 1)
    return found


def skills_written(skills: Mapping[str, int]) -> str:
    """The same the other way round."""
    return ", ".join(f"{name}={level}" if level != 1 else name for name, level in sorted(skills.items()))


def own_browser(agent_id: str) -> str:
    """The address under which an agent's browser is rung; a carrier takes only plain letters in it."""
    plain = agent_id if _PLAIN.fullmatch(agent_id) else f"agent_{sha256(agent_id.encode()).hexdigest()[:32]}"
    return f"client:{plain}"
