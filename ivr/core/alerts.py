"""Alerts: what a supervisor wants to be told of, and when an incident begins and ends. Pure: `now` is given.

An alert watches one measure of some queues. While the measure is past its limit there is one incident, told
once when it begins and once when it ends; so that one that comes and goes is not many, it ends only when all
has been well for CALM_MS.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

CALM_MS = 120_000
"""So long all must have been well before an incident is over."""


class Measure(StrEnum):
    """What is watched. Shares are from 0 to 1, times seconds, all others counts."""

    SERVICE_LEVEL = "service_level"
    LONGEST_WAIT = "longest_wait"
    NOBODY_SIGNED_IN = "nobody_signed_in"
    ABANDON_RATE = "abandon_rate"
    MISSED_OFFERS = "missed_offers"
    FAULTS = "faults"
    OLD_MESSAGES = "old_messages"


SHARES = frozenset({Measure.SERVICE_LEVEL, Measure.ABANDON_RATE})
COUNTS = frozenset({Measure.MISSED_OFFERS, Measure.FAULTS})
OF_A_WHILE = SHARES | COUNTS
"""Measures of the time `over` which is looked back; the others are of this moment."""

OF_QUEUES = frozenset(Measure) - {Measure.FAULTS, Measure.OLD_MESSAGES}
"""Measures that can be of some queues only."""

OVER, CALLS = 1800.0, 10
"""How far is looked back, in seconds, and of how many callers a share says something, if nothing is said."""


@dataclass(frozen=True, slots=True)
class Alert:
    """What to watch, and whom to tell. `queues` empty: all of them; `hours` None: at all times.

    A share counts only of at least `calls` callers. `mail` and `sms` are addresses and numbers.
    """

    name: str
    measure: Measure
    limit: float
    queues: tuple[str, ...] = ()
    hours: str | None = None
    over: float = OVER
    calls: int = CALLS
    mail: tuple[str, ...] = ()
    sms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """What a measure is now, and of how many callers a share is. `value` None: nothing can be measured."""

    value: float | None
    calls: int = 0


NOTHING = Reading(None)


class Over(StrEnum):
    """Why an incident ended."""

    WELL = "well"
    QUIET = "quiet"
    """The hours of its alert ended."""
    UNWATCHED = "unwatched"
    """The menus do not have its alert any more, or have another limit for it."""


@dataclass(frozen=True, slots=True)
class Incident:
    """A time in which a measure was past its limit. `first` is what it was when that began, `worst` how bad
    it got; `well_since` is when it was first within the limit again, None while it is not. UTC milliseconds.
    """

    id: str
    alert: str
    measure: Measure
    limit: float
    queues: tuple[str, ...]
    opened_at: int
    first: float
    worst: float
    well_since: int | None = None
    ended_at: int | None = None
    over: Over | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What has changed: alerts that are past their limit now, with the value; incidents as they go on; and
    those that are over."""

    opened: tuple[tuple[Alert, float], ...] = ()
    changed: tuple[Incident, ...] = ()
    ended: tuple[Incident, ...] = ()


@dataclass(frozen=True, slots=True)
class Look:
    """What is known at one look: the alerts, their readings by name, and those whose hours it is not. `since`
    has, by the id of an incident, how bad it got since it began, where that can be told of all the time
    between the looks."""

    alerts: Iterable[Alert]
    readings: Mapping[str, Reading]
    asleep: frozenset[str] = field(default_factory=frozenset)
    since: Mapping[str, float] = field(default_factory=dict)


def decide(open_: Iterable[Incident], look: Look, now: int) -> Decision:
    """What begins, goes on and ends."""
    alerts = {alert.name: alert for alert in look.alerts}
    known = {incident.alert: incident for incident in open_}
    opened = tuple(
        (alert, value)
        for name, alert in alerts.items()
        if name not in known and name not in look.asleep
        if (value := past(alert, look.readings.get(name, NOTHING))) is not None
    )
    then = [(before, _later(before, alerts.get(before.alert), look, now)) for before in known.values()]
    changed = tuple(after for before, after in then if after.ended_at is None and after != before)
    return Decision(opened, changed, tuple(after for _, after in then if after.ended_at is not None))


def past(alert: Alert, reading: Reading) -> float | None:
    """The value if it is past the limit of the alert; None if it is within, or says nothing."""
    value = reading.value
    if value is None or (alert.measure in SHARES and reading.calls < alert.calls):
        return None
    if alert.measure is Measure.SERVICE_LEVEL:
        return value if value < alert.limit else None
    return value if value >= alert.limit else None


def worse(measure: Measure, one: float, other: float) -> float:
    """The worse of two values."""
    return min(one, other) if measure is Measure.SERVICE_LEVEL else max(one, other)


def _later(incident: Incident, alert: Alert | None, look: Look, now: int) -> Incident:
    """An open incident after this look."""
    seen = look.since.get(incident.id, incident.worst)
    incident = replace(incident, worst=worse(incident.measure, incident.worst, seen))
    if alert is None or not _is_same(incident, alert):
        return replace(incident, ended_at=now, over=Over.UNWATCHED)
    if alert.name in look.asleep:
        return replace(incident, ended_at=now, over=Over.QUIET)
    value = past(alert, look.readings.get(alert.name, NOTHING))
    if value is not None:
        worst = worse(incident.measure, incident.worst, value)
        return replace(incident, worst=worst, well_since=None)
    since = now if incident.well_since is None else incident.well_since
    if now - since >= CALM_MS:
        return replace(incident, well_since=since, ended_at=now, over=Over.WELL)
    return replace(incident, well_since=since)


def _is_same(incident: Incident, alert: Alert) -> bool:
    return (incident.measure, incident.limit, incident.queues) == (alert.measure, alert.limit, alert.queues)


def in_words(incident: Incident, language: str = "en") -> str:
    """An incident in one line: what was measured, as bad as it got, and how long it lasted if it is over. In
    English where we have no words of the language (by its BCP-47 tag)."""
    words = WORDS.get(language.partition("-")[0].casefold(), WORDS["en"])
    measured = words.measured[incident.measure] % {"value": written(incident.measure, incident.worst)}
    where = words.where % {"queues": ", ".join(incident.queues)} if incident.queues else ""
    limit = words.limit % {"limit": written(incident.measure, incident.limit)}
    what = f"{incident.alert}: {measured}{where} ({limit})"
    if incident.ended_at is None:
        return what
    lasted = clock_time((incident.ended_at - incident.opened_at) / 1000)
    return words.over % {"lasted": lasted, "what": what}


@dataclass(frozen=True, slots=True)
class Words:
    """How an incident is told in a language."""

    measured: Mapping[Measure, str]
    where: str
    limit: str
    over: str


WORDS: Mapping[str, Words] = {
    "en": Words(
        {
            Measure.SERVICE_LEVEL: "service level %(value)s",
            Measure.LONGEST_WAIT: "longest wait %(value)s",
            Measure.NOBODY_SIGNED_IN: "nobody signed in for %(value)s",
            Measure.ABANDON_RATE: "abandon rate %(value)s",
            Measure.MISSED_OFFERS: "missed offers: %(value)s",
            Measure.FAULTS: "failed errands: %(value)s",
            Measure.OLD_MESSAGES: "oldest message waiting for %(value)s",
        },
        " in %(queues)s",
        "limit %(limit)s",
        "over after %(lasted)s: %(what)s",
    ),
    "vi": Words(
        {
            Measure.SERVICE_LEVEL: "mức phục vụ %(value)s",
            Measure.LONGEST_WAIT: "thời gian chờ lâu nhất %(value)s",
            Measure.NOBODY_SIGNED_IN: "không ai đăng nhập trong %(value)s",
            Measure.ABANDON_RATE: "tỷ lệ bỏ máy %(value)s",
            Measure.MISSED_OFFERS: "cuộc gọi tổng đài viên bỏ lỡ: %(value)s",
            Measure.FAULTS: "việc không thực hiện được: %(value)s",
            Measure.OLD_MESSAGES: "lời nhắn cũ nhất đã chờ %(value)s",
        },
        ", %(queues)s",
        "giới hạn %(limit)s",
        "đã hết sau %(lasted)s: %(what)s",
    ),
    "es": Words(
        {
            Measure.SERVICE_LEVEL: "nivel de servicio %(value)s",
            Measure.LONGEST_WAIT: "espera más larga %(value)s",
            Measure.NOBODY_SIGNED_IN: "nadie conectado durante %(value)s",
            Measure.ABANDON_RATE: "tasa de abandono %(value)s",
            Measure.MISSED_OFFERS: "llamadas que los agentes no atendieron: %(value)s",
            Measure.FAULTS: "encargos fallidos: %(value)s",
            Measure.OLD_MESSAGES: "el mensaje más antiguo espera desde hace %(value)s",
        },
        " en %(queues)s",
        "límite %(limit)s",
        "terminó tras %(lasted)s: %(what)s",
    ),
}


def written(measure: Measure, value: float) -> str:
    """A value of a measure as people read it: `62 %`, `4:10`, `5`."""
    if measure in SHARES:
        return f"{value * 100:.0f} %"
    return f"{value:.0f}" if measure in COUNTS else clock_time(value)


def clock_time(seconds: float) -> str:
    """`0:07`, `12:30`, `1:02:03`."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
