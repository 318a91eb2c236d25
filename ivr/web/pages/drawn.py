"""The pictures of a report: its figures as what the charts draw, in the reader's words."""

from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from markupsafe import Markup

from ivr.core.figures.behind import Behind
from ivr.core.figures.catalogue import FIGURES
from ivr.core.figures.figure import Unit
from ivr.core.figures.intervals import Every, starts
from ivr.core.figures.report import Report, Row
from ivr.core.figures.tally import BOUNDS, Tally, View
from ivr.core.figures.waiting import flow_out, service_level
from ivr.switchboard.pictures import HourOfWeek, Stood, Stop
from ivr.web.charts import Bar, Column, Crowd, Lane, Stream, Stretch, bars, columns, day, flow, heat
from ivr.web.figured import INTERVALS, interval, length, shorter, weekdays, written
from ivr.web.wording import _, clock, say

LINE = FIGURES[View.LINE]

CAME = _("What became of callers: a bar for each interval (%(every)s)")
BAR = _("%(at)s: %(offered)s came, %(answered)s answered, %(abandoned)s hung up, service level %(level)s")
CALLS_BAR = _("%(at)s: %(calls)s calls, %(contained)s served by the menus, %(gave_up)s gave up there")
WAITS = _("How long callers waited, and who hung up")
WAIT = _("%(wait)s: %(answered)s answered, %(abandoned)s hung up, %(other)s left another way")
WEEK = _("When callers come: the hours of the week")
HOUR = _("%(weekday)s %(hour)s: %(count)s callers")
DAYS = _("How agents stood, by the hour")
STATE = _("%(state)s, %(since)s to %(until)s, %(length)s")
WAYS = _("The callers’ way through the menus")
AT = _("%(step)s: passed %(passes)s times by %(callers)s callers; %(hung_up)s hung up")
WENT = _("%(from)s → %(to)s: %(count)s")
NOTE = _("%(callers)s callers")
LOST_NOTE = _("%(callers)s callers, %(hung_up)s hung up")

STATES = {
    "talking": _("talking"),
    "wrapping_up": _("wrapping up"),
    "ringing": _("ringing"),
    "idle": _("ready"),
    "on_break": _("on break"),
}

MOST_STREAMS = 60


def over_time(answer: Report, zone: ZoneInfo) -> Markup:
    """Bars of what became of those who came, with the service level; without lines, of the calls."""
    every = answer.question.every
    assert every is not None
    whole = answer.question.until - answer.question.since
    in_line = answer.total.tally.offered + sum(parts_of(answer.total.tally)) > 0
    draw = _bar if in_line else _calls_bar
    each = [draw(row, every, zone, whole) for row in answer.rows]
    return bars(say(CAME) % {"every": say(INTERVALS[every]).lower()}, each)


def parts_of(tally: Tally) -> tuple[int, int, int]:
    """Who was answered, who hung up, and all else of those whose wait ended."""
    return tally.answered, tally.abandoned, int(flow_out(tally)) + tally.error


def _bar(row: Row, every: Every, zone: ZoneInfo, whole: int) -> Bar:
    tally = row.tally
    at = int(row.key[0])
    level = service_level(tally)
    answered, abandoned, other = parts_of(tally)
    tip = say(BAR) % {
        "at": interval(at, every, zone),
        "offered": number(tally.offered),
        "answered": number(answered),
        "abandoned": number(abandoned),
        "level": written(level, Unit.SHARE),
    }
    parts = (("answered", answered), ("abandoned", abandoned), ("other", other))
    return Bar(shorter(at, every, zone, whole), parts, tally.offered, level, tip)


def _calls_bar(row: Row, every: Every, zone: ZoneInfo, whole: int) -> Bar:
    tally = row.tally
    at = int(row.key[0])
    tip = say(CALLS_BAR) % {
        "at": interval(at, every, zone),
        "calls": number(tally.arrived),
        "contained": number(tally.contained),
        "gave_up": number(tally.gave_up),
    }
    parts = (("answered", tally.contained + tally.routed), ("abandoned", tally.gave_up))
    return Bar(shorter(at, every, zone, whole), parts, tally.arrived, None, tip)


def number(count: float) -> str:
    return written(count, Unit.COUNT)


def bounds() -> list[str]:
    """What the counts of waits are called: up to so long, and the last one longer."""
    return [*map(_bound, BOUNDS), f"> {_bound(BOUNDS[-1])}"]


def _bound(seconds: int) -> str:
    if seconds < 60 or seconds % 60:
        return f"{seconds} s"
    return f"{seconds // 60} min" if seconds < 3600 else f"{seconds // 3600} h"


def waits(answer: Report) -> Markup:
    """Columns of how long was waited."""
    tally = answer.total.tally
    each = list(zip(tally.answered_waits, tally.abandoned_waits, tally.other_waits, strict=True))
    whole = sum(map(sum, each))
    made = [
        Column(
            name,
            (("answered", answered), ("abandoned", abandoned), ("other", other)),
            say(WAIT)
            % {
                "wait": name,
                "answered": number(answered),
                "abandoned": number(abandoned),
                "other": number(other),
            },
        )
        for name, (answered, abandoned, other) in zip(bounds(), each, strict=True)
    ]
    shares = [f"{100 * sum(counts) / whole:.0f} %" if sum(counts) else "" for counts in each]
    return columns(say(WAITS), made, shares)


def hours(counts: Mapping[HourOfWeek, int]) -> Markup:
    """The heat map of the week."""
    names = weekdays()
    tips = {
        (weekday, hour): say(HOUR)
        % {"weekday": names[weekday], "hour": f"{hour:02}:00", "count": number(count)}
        for (weekday, hour), count in counts.items()
    }
    return heat(say(WEEK), names, counts, tips)


def hours_behind(answer: Report, weekday: int, hour: int) -> Behind:
    """The calls of an hour of the week."""
    question = answer.question
    list_ = "offered" if answer.total.tally.offered or View.CALL not in question.views else "arrived"
    return Behind(list_, question.since, question.until, question.only.given, hour, weekday, question.zone)


def agents(days: Mapping[str, Sequence[Stood]], since: int, until: int, zone: ZoneInfo) -> Markup:
    """The lanes of agents from the first moment anybody was there to the last."""
    hour = 3_600_000
    begin = min((each.since for stood in days.values() for each in stood), default=since)
    end = max((each.until for stood in days.values() for each in stood), default=until)
    begin, end = begin - begin % hour, end + -end % hour
    whole = max(1, end - begin)
    lanes = [
        Lane(
            name,
            [
                Stretch(
                    (each.since - begin) / whole, (each.until - begin) / whole, each.state, _tip(each, zone)
                )
                for each in stood
            ],
            length(sum(each.until - each.since for each in stood if each.state in BUSY) / 1000),
        )
        for name, stood in days.items()
    ]
    every = max(1, -(-whole // hour // 12))
    marks = [
        ((at - begin) / whole, clock(at, zone)[:5])
        for place, at in enumerate(starts(begin, end + 1, Every.HOUR, zone))
        if place % every == 0
    ]
    return day(say(DAYS), lanes, marks)


BUSY = ("talking", "wrapping_up")


def _tip(stood: Stood, zone: ZoneInfo) -> str:
    return say(STATE) % {
        "state": say(STATES[stood.state]),
        "since": clock(stood.since, zone),
        "until": clock(stood.until, zone),
        "length": length((stood.until - stood.since) / 1000),
    }


def ways(stops: Sequence[Stop]) -> Markup:
    """The streams through the menus; to a place nobody was counted at, they just end."""
    known = {stop.step: stop for stop in stops}
    ends: dict[str, int] = {}
    streams = []
    for stop in stops:
        for to, count in stop.onward.items():
            if to not in known:
                ends[to] = ends.get(to, 0) + count
            tip = say(WENT) % {"from": stop.step, "to": to, "count": number(count)}
            streams.append(Stream(stop.step, to, count, tip))
    streams = sorted(streams, key=lambda stream: -stream.count)[:MOST_STREAMS]
    crowds = [_crowd(stop) for stop in stops]
    crowds += [
        Crowd(name, count, 0, number(count), f"{name}: {number(count)}") for name, count in ends.items()
    ]
    return flow(say(WAYS), crowds, streams)


def _crowd(stop: Stop) -> Crowd:
    told = {
        "step": stop.step,
        "callers": number(stop.callers),
        "passes": number(stop.passes),
        "hung_up": number(stop.hung_up),
    }
    note = say(LOST_NOTE if stop.hung_up else NOTE) % told
    return Crowd(stop.step, stop.passes, stop.hung_up, note, say(AT) % told)


SEVERAL = 5
"""So many who hung up in one interval are no chance."""


def worst(answer: Report) -> Row | None:
    """The interval in which most callers hung up; None if nowhere SEVERAL did, or there is only one."""
    found = max(answer.rows, key=lambda row: row.tally.abandoned, default=None)
    return found if found and found.tally.abandoned >= SEVERAL and len(answer.rows) > 1 else None
