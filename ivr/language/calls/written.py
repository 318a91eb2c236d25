"""A written phone call: what a caller does, and what must come of it.

The story tells both in their order. Durations are seconds; `place` is where something was written.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from ivr.core.calls import Ending, Outcome
from ivr.core.menus import NOWHERE, Language, Where


@dataclass(frozen=True, slots=True)
class Press:
    """Presses keys once the hotline has asked; `early` as soon as it says something in which keys count."""

    keys: str
    early: bool = False
    place: Where = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Wait:
    """Does nothing; without `seconds` until the hotline has asked in vain and asks again, or goes on."""

    seconds: float | None = None
    place: Where = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Speak:
    """Speaks into the recording that runs, or that begins after what is being said."""

    seconds: float = 5
    place: Where = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class HangUp:
    """Hangs up, whatever is going on."""

    place: Where = field(default=NOWHERE, compare=False)


Move = Press | Wait | Speak | HangUp
"""What a caller can do."""


@dataclass(frozen=True, slots=True)
class Hears:
    """Since the last key, and after what was found already, these words begin to be heard.

    They may be a piece of what is said, unless `exactly`; `within` counts from the last key. Without words
    anything will do.
    """

    words: str = ""
    exactly: bool = False
    language: Language | None = None
    within: float | None = None
    place: Where = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class HearsNot:
    """These words are not heard between the last key and the next."""

    words: str
    place: Where = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Enters:
    """Since the last key, the caller has come to this step."""

    step: str
    place: Where = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Rings:
    """Since the last key, this party begins to be rung."""

    party: str
    place: Where = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class TalksTo:
    """Since the last key, the caller is put through to this agent."""

    agent: str
    place: Where = field(default=NOWHERE, compare=False)


Expectation = Hears | HearsNot | Enters | Rings | TalksTo
Line = Move | Expectation
"""One line of the story."""


class Does(StrEnum):
    """What a party does when it is rung."""

    ANSWERS = "answers"
    """Takes the call, by key 1 where that is asked."""
    DECLINES = "declines"
    """Picks up, and presses another key."""
    VOICEMAIL = "voicemail"
    """A machine picks up, and presses nothing."""
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    FAILED = "failed"
    """The line does not work."""


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody the menus ring; one that answers hangs up after it has talked so long."""

    does: Does = Does.NO_ANSWER
    talks: float = 60


@dataclass(frozen=True, slots=True)
class Agent:
    """Somebody signed in who serves every queue; on a break for the first `away` seconds, None: all day."""

    name: str
    party: Party = Party(Does.ANSWERS)
    away: float | None = 0


@dataclass(frozen=True, slots=True)
class Logged:
    """A pass as it must stand in the log; what is None may be anything."""

    step: str
    pressed: str | None = None
    option: str | None = None
    ending: Ending | None = None
    language: Language | None = None
    place: Where = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Texted:
    """A text message with these words in it; without `to` it goes to the caller."""

    words: str
    to: str | None = None
    place: Where = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Ends:
    """What must be there when the call is over; what is None may be anything.

    `places` says where the file's words for it stand.
    """

    outcome: Outcome | None = None
    passes: tuple[Logged, ...] | None = None
    texts: tuple[Texted, ...] | None = None
    mailboxes: tuple[str, ...] | None = None
    places: Mapping[str, Where] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class WrittenCall:
    """One call, or several that share a day: `others` come `after` so many seconds, at the same hotline.

    `caller` is None for a withheld number, `called` None for the hotline's first. `at` is the hotline's own
    time, without a zone. Look-ups bring one of `lookups` after another, the last one again and again; None
    is one that fails, as all do where there are none. A party that is not named does not answer; nobody is
    signed in but the `agents`, who are those of the day.
    """

    name: str
    caller: str | None
    at: datetime
    story: tuple[Line, ...] = ()
    called: str | None = None
    remembered: Language | None = None
    lookups: tuple[Mapping[str, str] | None, ...] = ()
    parties: Mapping[str, Party] = field(default_factory=dict)
    agents: tuple[Agent, ...] = ()
    ends: Ends = Ends()
    others: tuple["WrittenCall", ...] = ()
    after: float = 0
    place: Where = field(default=NOWHERE, compare=False)

    @property
    def expects_nothing(self) -> bool:
        """Whether only what the caller does is written."""
        nothing = self.ends == Ends() and not any(isinstance(line, Expectation) for line in self.story)
        return nothing and all(other.expects_nothing for other in self.others)
