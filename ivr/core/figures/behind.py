"""What stands behind a figure: which list of calls, of what time, and of whom."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

LISTS = (
    *("offered", "ended", "answered", "in_target", "abandoned", "short_abandoned", "flow_out", "key"),
    *("callback", "timeout", "no_agents", "closed", "transferred", "error", "to_voicemail", "to_queue"),
    *("to_number", "to_menu", "to_goodbye", "at_door", "handled", "sent_on", "consults", "calls_out"),
    *("callbacks_asked", "callbacks_reached", "callbacks_not_reached", "callbacks_dropped", "offers"),
    *("accepted", "declined", "missed", "caller_gone", "withdrawn", "arrived", "blocked", "open", "reached"),
    *("contained", "gave_up", "routed", "passed", "callers", "picked", "silent", "wrong", "hung_up"),
    "went_on",
)
"""The lists there are. Each has a line for everything its figure has counted: twice in line, two lines."""

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
