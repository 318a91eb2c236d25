"""The path of one call: who rings when, what they do, and how the world is meanwhile; to be walked again."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ivr.box.mischief import Mischief
from ivr.box.parties import Party
from ivr.core.menus import Language
from ivr.language.calls.written import Move
from ivr.rehearsal.staff import Colleague


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
    staff: tuple[Colleague, ...] = ()
    """The agents of that day."""
    mischief: Mischief = NONE
