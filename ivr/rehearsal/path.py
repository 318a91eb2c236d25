"""The path of one call: who rings when, what they do, and how the world is meanwhile; to be walked again."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ivr.box.mischief import Mischief
from ivr.box.parties import Party
from ivr.core.menus import Language


@dataclass(frozen=True, slots=True)
class Press:
    """Presses keys once the hotline has asked; `early` as soon as it says something in which keys count."""

    keys: str
    early: bool = False


@dataclass(frozen=True, slots=True)
class Wait:
    """Does nothing; without `seconds` until the hotline has asked in vain and asks again, or goes on."""

    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Speak:
    """Speaks into the recording that runs, or that begins after what is being said."""

    seconds: float = 5


@dataclass(frozen=True, slots=True)
class HangUp:
    """Hangs up, whatever is going on."""


Move = Press | Wait | Speak | HangUp
"""What a caller can do."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a look-up brings, `after` so many seconds; None: it fails."""

    values: Mapping[str, str] | None = None
    after: float = 0


NOBODY = Party("no-answer")
NONE = Mischief()
NOTHING = (Found(),)


@dataclass(frozen=True, slots=True)
class Path:
    """One call. `caller` is empty for a withheld number; `at` in UTC seconds.

    Look-ups bring one of `lookups` after another, the last one again and again. A party that is not named
    does what `otherwise` does.
    """

    caller: str
    called: str
    at: int
    moves: tuple[Move, ...] = ()
    lookups: tuple[Found, ...] = NOTHING
    parties: Mapping[str, Party] = field(default_factory=dict)
    otherwise: Party = NOBODY
    remembered: Language | None = None
    mischief: Mischief = NONE
