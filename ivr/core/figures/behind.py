"""What stands behind a figure: which list of calls, of what time, and of whom."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from ivr.core.figures.tally import KEYS, View

_ENDED = (
    *("answered", "abandoned", "key", "callback", "timeout", "no_agents", "closed", "transferred", "error"),
)
_OF_LINE = {
    "offered": ("offered",),
    "ended": _ENDED,
    "in_target": ("answered_in_target",),
    "short_abandoned": ("short_abandoned",),
    "flow_out": tuple(name for name in _ENDED if name not in ("answered", "abandoned", "error")),
    **{name: (name,) for name in _ENDED},
    **{name: (name,) for name in ("to_voicemail", "to_queue", "to_number", "to_menu", "to_goodbye")},
    "at_door": ("full_at_door", "closed_at_door", "no_agents_at_door"),
    "callbacks_asked": ("callbacks_asked",),
    "callbacks_reached": ("callbacks_reached",),
    "callbacks_not_reached": ("callbacks_not_reached",),
    "callbacks_dropped": ("callbacks_elsewhere", "callbacks_moved", "callbacks_expired"),
}
_OF_TALKS = {name: (name,) for name in ("handled", "sent_on", "consults", "calls_out")}
_OF_OFFERS = {
    name: (name,) for name in ("offers", "accepted", "declined", "missed", "caller_gone", "withdrawn")
}
_OF_CALLS = {
    "arrived": ("arrived",),
    "blocked": ("blocked", "too_many"),
    **{name: (name,) for name in ("open", "reached", "contained", "gave_up", "routed")},
}
_OF_OPTIONS = {
    "passed": ("passes",),
    **{name: (name,) for name in ("callers", "picked", "silent", "wrong", "hung_up", "went_on")},
}

COUNTED_BY: Mapping[str, tuple[str, ...]] = {
    **_OF_LINE,
    **_OF_TALKS,
    **_OF_OFFERS,
    **_OF_CALLS,
    **_OF_OPTIONS,
}
"""What of a tally says together how many lines a list has."""

LISTS = tuple(COUNTED_BY)
"""The lists there are. Each has a line for everything its figure has counted: twice in line, two lines."""

_VIEWS: Iterable[tuple[Mapping[str, tuple[str, ...]], tuple[View, ...]]] = (
    (_OF_LINE, (View.LINE,)),
    (_OF_TALKS, (View.LINE, View.AGENT)),
    (_OF_OFFERS, (View.FLOOR, View.AGENT)),
    (_OF_CALLS, (View.CALL,)),
    (_OF_OPTIONS, (View.OPTION,)),
)

NAMED = ("queue", "language", "called", "agent", "step", "option")


@dataclass(frozen=True, slots=True)
class Behind:
    """The lines of a list in [since, until), UTC milliseconds, of all, or of what has one of the names
    `named` by its key. `hour` (0 to 23) and `weekday` (0 is Monday): of those only, by the clock of the zone.
    """

    list: str
    since: int
    until: int
    named: Mapping[str, frozenset[str]] = field(default_factory=dict)
    hour: int | None = None
    weekday: int | None = None
    zone: str = "UTC"

    @property
    def query(self) -> Mapping[str, str]:
        """The same as an address has it."""
        round_ = {"hour": self.hour, "weekday": self.weekday}
        told = {name: str(value) for name, value in round_.items() if value is not None}
        return {
            "list": self.list,
            "since": str(self.since),
            "until": str(self.until),
            **{name: ",".join(sorted(names)) for name, names in self.named.items()},
            **(told | {"zone": self.zone} if told else {}),
        }


def view_of(behind: Behind) -> View | None:
    """The tallies that can tell how long a list is; None if none can tell its names apart."""
    views = next(views for of, views in _VIEWS if behind.list in of)
    return next((view for view in views if behind.named.keys() <= set(KEYS[view])), None)


def behind_of(query: Mapping[str, str]) -> Behind | None:
    """What an address asks for; None if it is nonsense."""
    try:
        since, until = int(query["since"]), int(query["until"])
        hour, weekday = (int(query[name]) if name in query else None for name in ("hour", "weekday"))
        zone = ZoneInfo(query.get("zone", "UTC"))
    except (KeyError, ValueError, OSError):
        return None
    if query.get("list") not in LISTS or not 0 <= since < until < LATEST:
        return None
    named = {name: frozenset(query[name].split(",")) for name in NAMED if name in query}
    return Behind(query["list"], since, until, named, hour, weekday, zone.key)


LATEST = 4_102_444_800_000
"""The year 2100: moments behind it are no moments."""
