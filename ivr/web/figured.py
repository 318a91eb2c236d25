"""Figures in words: their names in the reader's language, and their values as people write them."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from babel.dates import format_date, get_day_names
from babel.numbers import format_decimal, format_percent
from flask import Flask

from ivr.core.figures.asking import Wrong
from ivr.core.figures.catalogue import everything
from ivr.core.figures.figure import Figure, Unit
from ivr.core.figures.intervals import MINUTES, Every
from ivr.core.figures.report import Report
from ivr.switchboard.tongues import tongue
from ivr.web.wording import (
    ENDED_BY,
    ENDINGS,
    LEFT_LINE,
    OFFER_ENDINGS,
    OUTCOMES,
    PROMISES,
    _,
    duration,
    language,
    local,
    say,
)

LABELS = {
    "calls": _("calls"),
    "turned away at once": _("turned away at once"),
    "still open": _("still open"),
    "first response": _("first response"),
    "contained": _("contained"),
    "gave up in menus": _("gave up in menus"),
    "routed": _("routed"),
    "truly contained": _("truly contained"),
    "offered": _("offered"),
    "answered": _("answered"),
    "abandoned": _("abandoned"),
    "service level": _("service level"),
    "speed of answer": _("speed of answer"),
    "abandon rate": _("abandon rate"),
    "handling time": _("handling time"),
    "longest wait": _("longest wait"),
    "short abandoned": _("short abandoned"),
    "flow-out": _("flow-out"),
    "by key": _("by key"),
    "for callback": _("for callback"),
    "timed out": _("timed out"),
    "no agents": _("no agents"),
    "closed": _("closed"),
    "moved on": _("moved on"),
    "errors": _("errors"),
    "to voicemail": _("to voicemail"),
    "to a queue": _("to a queue"),
    "to a number": _("to a number"),
    "to a menu": _("to a menu"),
    "to goodbye": _("to goodbye"),
    "turned away": _("turned away"),
    "wait p50": _("wait p50"),
    "wait p90": _("wait p90"),
    "every wait p50": _("every wait p50"),
    "every wait p90": _("every wait p90"),
    "abandon time": _("abandon time"),
    "caller wait": _("caller wait"),
    "service level with flow-outs": _("service level with flow-outs"),
    "service level (Connect)": _("service level (Connect)"),
    "service level (Asterisk)": _("service level (Asterisk)"),
    "service level (Asterisk 2)": _("service level (Asterisk 2)"),
    "service level (strict)": _("service level (strict)"),
    "answered in 3 min": _("answered in 3 min"),
    "abandon rate (Connect)": _("abandon rate (Connect)"),
    "handled": _("handled"),
    "talk": _("talk"),
    "hold": _("hold"),
    "wrap-up": _("wrap-up"),
    "total handling time": _("total handling time"),
    "transfer rate": _("transfer rate"),
    "consults": _("consults"),
    "calls out": _("calls out"),
    "handling time out": _("handling time out"),
    "solved at first call": _("solved at first call"),
    "inferred answers": _("inferred answers"),
    "estimate error": _("estimate error"),
    "estimates kept": _("estimates kept"),
    "callbacks asked": _("callbacks asked"),
    "callbacks reached": _("callbacks reached"),
    "callbacks not reached": _("callbacks not reached"),
    "callbacks dropped": _("callbacks dropped"),
    "tries for a callback": _("tries for a callback"),
    "callback wait": _("callback wait"),
    "satisfied": _("satisfied"),
    "NPS": _("NPS"),
    "said solved": _("said solved"),
    "survey responses": _("survey responses"),
    "occupancy": _("occupancy"),
    "answer rate": _("answer rate"),
    "missed": _("missed"),
    "offers": _("offers"),
    "accepted": _("accepted"),
    "declined": _("declined"),
    "caller gone": _("caller gone"),
    "withdrawn": _("withdrawn"),
    "utilisation": _("utilisation"),
    "signed in": _("signed in"),
    "idle": _("idle"),
    "on break": _("on break"),
    "callers": _("callers"),
    "passes": _("passes"),
    "picked": _("picked"),
    "silent": _("silent"),
    "wrong keys": _("wrong keys"),
    "hung up": _("hung up"),
    "went on": _("went on"),
}

OTHER_LISTS = {
    "ended": _("waits that are over"),
    "in_target": _("answered within target"),
    "reached": _("answered by a person"),
    "sent_on": _("sent on by the agent"),
    "hung_up": _("hung up in the menus"),
    "at_door": _("turned away"),
    "passed": _("passes"),
}
"""Lists that are called otherwise than a figure that counts them."""

OF = {
    "calls": _("All"),
    "queues": _("Queues"),
    "agents": _("Agents"),
    "options": _("Menus"),
    "languages": _("Languages"),
    "numbers": _("Numbers"),
    "hours": _("Hours"),
    "weekdays": _("Weekdays"),
    "days": _("Days"),
    "weeks": _("Weeks"),
    "months": _("Months"),
}
"""What a report is of."""

HEADS = {
    "queue": _("Queue"),
    "agent": _("Agent"),
    "called": _("Number called"),
    "step": _("Step"),
    "option": _("Option"),
    "language": _("Language"),
}

PERIODS = {
    "today": _("Today"),
    "yesterday": _("Yesterday"),
    "this_week": _("This week"),
    "last_week": _("Last week"),
    "last_7_days": _("Last 7 days"),
    "this_month": _("This month"),
    "last_month": _("Last month"),
    "last_30_days": _("Last 30 days"),
    "this_year": _("This year"),
}

BALANCES = (
    _("waiting at the start + offered = answered + abandoned + flow-out + errors + waiting at the end"),
    _("offers = accepted + declined + missed + caller gone + withdrawn"),
    _("passes = picked + silent + wrong + hung up + went on"),
    _("calls = turned away at once + still open + contained + gave up in menus + routed"),
)
"""What must be equal, as reports say it."""

WRONG = (
    _("'%(word)s' is no time zone: like Europe/Berlin"),
    _("'%(word)s' is no day and no moment: like 2026-11-09, or 2026-11-09T09:15"),
    _("'%(word)s' is none of these: %(of)s"),
    _("a report begins and ends at a quarter of an hour, as 09:00, 09:15"),
    _("a report ends after it begins: say another `from` or `to`"),
    _("a report is of 800 days at the most, from 1970 on: say another `from` or `to`"),
    _("that is more than 3,000 intervals: ask for longer ones, or for a shorter time"),
    _("%(word)s are intervals already: leave this away, or ask for calls"),
)
"""What is wrong with words that ask for a report, as `ivr.core.figures.asking` says it."""

INTERVALS = {
    Every.QUARTER: _("15 minutes"),
    Every.HALF: _("30 minutes"),
    Every.HOUR: _("1 hour"),
    Every.DAY: _("Day"),
    Every.WEEK: _("Week"),
    Every.MONTH: _("Month"),
    Every.HOUR_OF_DAY: _("Hour"),
    Every.WEEKDAY: _("Weekday"),
}


def label(figure: Figure) -> str:
    """What a figure is called."""
    return say(LABELS[figure.label])


def definition(figure: Figure) -> str:
    """What a figure says."""
    return say(figure.definition)


def wrong_word(wrong: Wrong) -> str:
    """What is wrong with a word that asks for a report."""
    return say(wrong.why) % wrong.holes


def list_name(name: str) -> str:
    """What a list of calls holds."""
    if name in OTHER_LISTS:
        return say(OTHER_LISTS[name])
    counts = (figure for figure in everything().values() if figure.opens == name)
    return label(min(counts, key=lambda figure: figure.unit is not Unit.COUNT))


def written(value: float | None, unit: Unit) -> str:
    """A figure with its unit; what nobody knows is a dash."""
    if value is None:
        return "–"
    match unit:
        case Unit.SHARE:
            return format_percent(value, "#,##0.0 %", locale=language())
        case Unit.SECONDS:
            return length(value)
        case Unit.EACH | Unit.SCORE:
            return format_decimal(value, "#,##0.0", locale=language())
    return format_decimal(round(value), locale=language())


def length(seconds: float) -> str:
    """A length of time with its unit: `7.0 s`, `3:25 min`, `1:02:03 h`; from a hundred hours on `1,535 h`."""
    if seconds < 10:
        return format_decimal(seconds, "0.0", locale=language()) + " s"
    if round(seconds) < 60:
        return f"{round(seconds)} s"
    if seconds >= 360_000:
        return format_decimal(round(seconds / 3600), locale=language()) + " h"
    return f"{duration(seconds)} {'h' if round(seconds) >= 3600 else 'min'}"


def interval(at: int, every: Every, zone: ZoneInfo) -> str:
    """An interval by its start (UTC milliseconds), or what comes round by its number."""
    if every is Every.WEEKDAY:
        return weekdays()[at]
    if every is Every.HOUR_OF_DAY:
        return f"{at:02}:00"
    here = local(at, zone)
    if every in MINUTES:
        return f"{format_date(here, 'E d MMM', locale=language())} {here:%H:%M}"
    skeleton = "MMM y" if every is Every.MONTH else "E d MMM y"
    return format_date(here, skeleton, locale=language())


def shorter(at: int, every: Every, zone: ZoneInfo, whole: int) -> str:
    """The same under a bar of a chart, of so many milliseconds in all."""
    here = local(at, zone)
    if every in MINUTES:
        return (
            f"{here:%H:%M}"
            if whole <= 2 * 86_400_000
            else f"{format_date(here, 'd/M', locale=language())} {here:%H}"
        )
    return format_date(here, "MMM" if every is Every.MONTH else "d MMM", locale=language())


def weekdays() -> list[str]:
    """The days of the week from Monday on."""
    names = get_day_names("wide", locale=language())
    return [names[number] for number in range(7)]


def named(
    report: Report,
    name: str,
    value: int | str,
    zone: ZoneInfo,
    names: Mapping[str, str],
    tags: Mapping[str, str],
) -> str:
    """What a row is of, in words: agents by their `names`, languages by their `tags`."""
    if name == "at" and report.question.every:
        return interval(int(value), report.question.every, zone)
    text = str(value)
    if name == "agent":
        return names.get(text, text) or "–"
    if name == "language":
        return tongue(tags.get(text, text), language()) or "–"
    return text or "–"


def how_it_ended(name: str | None) -> str:
    """How what is counted ended, by the word of the log for it."""
    if name is None:
        return say(ON_THE_LINE)
    return say(ENDS[name]) if name in ENDS else name


ON_THE_LINE = _("On the line")
ENDS: Mapping[str, str] = {
    str(name): words
    for of in (OUTCOMES, PROMISES, ENDED_BY, OFFER_ENDINGS, ENDINGS, LEFT_LINE)
    for name, words in of.items()
}
"""Of what is called the same in several places, the word for a visit says most."""


def teach_figures(app: Flask) -> None:
    """Gives the templates the words of figures."""
    app.jinja_env.filters.update(
        figure=written,
        figure_label=label,
        figure_definition=definition,
        length_of_time=length,
        list_name=list_name,
        how_it_ended=how_it_ended,
        head=lambda key: say(HEADS[key]),
        of=lambda word: say(OF[word]),
        period=lambda word: say(PERIODS[word]),
        interval_word=lambda every: say(INTERVALS[every]),
    )
    app.jinja_env.globals.update(weekdays=weekdays, named=named, periods=PERIODS, say=say)
