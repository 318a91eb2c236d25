"""Reports: what happened, and why. Every figure leads to its calls."""

from zoneinfo import ZoneInfo

from flask import Blueprint, Response, abort, current_app, render_template, request

from ivr.core.figures.catalogue import FIGURES
from ivr.core.figures.figure import Figure
from ivr.core.figures.intervals import COMING_ROUND, OF_DAYS, before
from ivr.core.figures.periods import ends_of_days
from ivr.core.figures.question import By
from ivr.core.figures.report import Report, Row
from ivr.core.figures.tally import View
from ivr.ledger import agents, messages
from ivr.switchboard import pictures
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.report_files import as_csv, as_json, as_xlsx
from ivr.switchboard.reporting import report
from ivr.web.asked import EVERY, OF, Asked, asked
from ivr.web.figured import wrong_word
from ivr.web.pages import drawn
from ivr.web.pages.behind import listed_at
from ivr.web.pages.calls import tags_of
from ivr.web.pages.follow import on_every_page

reports = Blueprint("reports", __name__)

PATIENCE = 2
"""Seconds in which what has changed is counted before; a page that is short of that says so."""

DAY_MS = 26 * 3_600_000
"""Up to so long, the days of agents are drawn to the minute."""

FIRST = 8
"""Figures of the table, unless all are wished for: the first ones say most."""

HEADLINES = {
    View.LINE: (
        *("offered", "answered", "abandoned", "service_level", "average_speed_of_answer"),
        "longest_wait",
    ),
    View.AGENT: (
        *("handled", "average_handling_time", "occupancy", "answer_rate", "missed_offers"),
        "signed_in_time",
    ),
    View.CALL: ("arrived", "containment", "gave_up_in_menus", "routed", "first_response_time"),
    View.OPTION: ("passes", "picked", "hung_up_there", "went_on"),
}
"""What is said biggest."""


@reports.get("/reports")
def shown() -> str:
    """The report that the address asks for, with its pictures; it says what was not understood of it."""
    exchange: Exchange = current_app.extensions["exchange"]
    wanted = asked_for(exchange)
    zone = ZoneInfo(wanted.question.zone)
    answer = report(exchange, wanted.question, PATIENCE)
    hotline = exchange.shelf.live(exchange.now()).hotline
    with exchange.ledger.reading() as tx:
        staff = [agent.name for agent in agents.listed(tx)]
        waiting = messages.count_waiting(tx)
    first, last = ends_of_days(wanted.question.since, wanted.question.until, zone)
    return render_template(
        "reports.html",
        asked=wanted,
        answer=answer,
        headlines=headlines(answer),
        figures=columns(answer) if "all" in wanted.words else columns(answer)[:FIRST],
        pictures=drawings(exchange, wanted, answer, zone),
        hotline=hotline,
        names=answer.people,
        staff=staff,
        tags=tags_of(exchange),
        of=OF,
        every=EVERY,
        first=first,
        last=last,
        then=before(wanted.question.since, wanted.question.until, zone),
        wrong=wrong_words(wanted),
        waiting=waiting,
        zone=zone,
        **on_every_page(),
        calls_behind=calls_behind,
        hours_behind=hours_behind,
        narrower=narrower,
        bounds=drawn.bounds,
    )


def asked_for(exchange: Exchange) -> Asked:
    """What the address asks for."""
    now = exchange.now()
    return asked(request.args, now, exchange.shelf.live(now).hotline.zone)


def wrong_words(wanted: Asked) -> list[str]:
    """What was not understood of the address, in the reader's language: the parameter, and what is wrong."""
    return [f"{name}: {wrong_word(wrong)}" for name, wrong in wanted.wrong.items()]


def headlines(answer: Report) -> list[Figure]:
    """The figures that are said biggest."""
    view = first_view(answer)
    return [FIGURES[view][name] for name in HEADLINES[view]] if view else []


def columns(answer: Report) -> list[Figure]:
    """The figures of the table, those of the same view first."""
    view = first_view(answer)
    first = FIGURES[view] if view else {}
    return [*first.values(), *(figure for figure in answer.figures if figure.name not in first)]


def first_view(answer: Report) -> View | None:
    """What a report tells most of: lines, if anybody was in one. None of nothing."""
    views, tally = answer.question.views, answer.total.tally
    if View.LINE in views and tally.offered + tally.answered + tally.abandoned:
        return View.LINE
    return views[0] if views else None


def drawings(exchange: Exchange, wanted: Asked, answer: Report, zone: ZoneInfo) -> dict[str, object]:
    """The pictures that belong to a report, by their names; nothing of nothing."""
    question = wanted.question
    found: dict[str, object] = {}
    if question.by is By.AGENTS and question.until - question.since <= DAY_MS:
        days = pictures.days_of_agents(exchange, question)
        if days:
            found["agents"] = drawn.agents(days, question.since, question.until, zone)
    elif question.by is By.OPTIONS and answer.rows:
        stops = pictures.ways(exchange, answer)
        found |= {"ways": drawn.ways(stops), "stops": stops}
    elif (question.by is not By.OPTIONS and View.LINE in question.views) or View.CALL in question.views:
        tally = answer.total.tally
        if tally.offered or tally.answered or tally.abandoned or tally.arrived:
            times = pictures.over_time(exchange, answer)
            found |= {"times": drawn.over_time(times, zone), "by_time": times, "worst": drawn.worst(times)}
        if question.until - question.since > DAY_MS:
            week = pictures.hours_of_week(exchange, question)
            found |= {"week": drawn.hours(week), "hours": week} if week else {}
        if sum(map(sum, (tally.answered_waits, tally.abandoned_waits, tally.other_waits))):
            found["waits"] = drawn.waits(answer)
    return found


@reports.get("/reports/figures")
def definitions() -> str:
    """What each figure says, how it is made, and whose definition it is."""
    exchange: Exchange = current_app.extensions["exchange"]
    with exchange.ledger.reading() as tx:
        waiting = messages.count_waiting(tx)
    seen: set[str] = set()
    sections = {}
    for view in (View.LINE, View.AGENT, View.CALL, View.OPTION):
        sections[view] = [figure for name, figure in FIGURES[view].items() if name not in seen]
        seen |= FIGURES[view].keys()
    return render_template("figures.html", sections=sections, waiting=waiting, **on_every_page())


@reports.get("/reports.csv")
def csv() -> Response:
    """The report as `ivr report --format csv` writes it."""
    return _file("".join(as_csv(_whole())), "csv", "text/csv; charset=utf-8")


@reports.get("/reports.json")
def json() -> Response:
    """The same as one JSON object."""
    return Response(as_json(_whole()), content_type="application/json")


@reports.get("/reports.xlsx")
def xlsx() -> Response:
    """The same as a workbook, with a sheet of definitions."""
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return _file(as_xlsx(_whole()), "xlsx", kind)


def _whole() -> Report:
    exchange: Exchange = current_app.extensions["exchange"]
    wanted = asked_for(exchange)
    if wanted.wrong:
        abort(400, "\n".join(wrong_words(wanted)))
    return report(exchange, wanted.question, PATIENCE)


def _file(content: str | bytes, kind: str, content_type: str) -> Response:
    response = Response(content, content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="report.{kind}"'
    return response


def hours_behind(answer: Report, weekday: int, hour: int) -> str:
    """Where the calls of an hour of the week are listed."""
    return listed_at(drawn.hours_behind(answer, weekday, hour))


def calls_behind(answer: Report, row: Row, figure: Figure) -> str | None:
    """Where the calls of a cell are listed; None where nothing is to be listed."""
    if not row.value(figure) and figure.of(row.tally) in (None, 0):
        return None
    behind = answer.behind(row, figure)
    return listed_at(behind) if behind else None


def narrower(answer: Report, wanted: Asked, row: Row) -> dict[str, str] | None:
    """The words of the report of a row alone: of its days, or its queue, agent, language or number."""
    question = answer.question
    if question.every in OF_DAYS and question.every not in COMING_ROUND:
        first, last = ends_of_days(row.since, row.until, ZoneInfo(question.zone))
        return wanted.but(of=None, period=None, **{"from": str(first), "to": str(last)})
    word = WORDS.get(question.by)
    return wanted.but(of=None, every=None, **{word: str(row.key[-1])}) if word and row.key[-1] else None


WORDS = {By.QUEUES: "queue", By.AGENTS: "agent", By.LANGUAGES: "language", By.NUMBERS: "number"}
