"""A report as rows for spreadsheets and other programs: CSV, JSON, XLSX."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from ivr.core.figures.figure import Unit
from ivr.core.figures.intervals import COMING_ROUND, MINUTES, OF_DAYS, Every
from ivr.core.figures.report import Report, Row
from ivr.switchboard.export import Cell, harmless

BOM = "\ufeff"
"""By it a spreadsheet knows that a CSV file is UTF-8, and not the letters of its country."""

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

DIGITS = {Unit.COUNT: 0, Unit.SHARE: 4, Unit.SECONDS: 1, Unit.EACH: 2, Unit.SCORE: 1}
"""Digits behind the point that a figure is written with."""


def cells(report: Report, row: Row) -> dict[str, Cell]:
    """A row by the names of its columns: what it is of, then its figures; shares from 0 to 1, durations in
    seconds. Of a sum, what it is of is None."""
    is_sum = row is report.total and report.rows
    named = dict.fromkeys(_named(report, report.rows[0])) if is_sum else _named(report, row)
    figures = {figure.name: _rounded(figure.unit, row.value(figure)) for figure in report.figures}
    then = {
        f"{figure.name}_before": _rounded(figure.unit, row.value_before(figure))
        for figure in report.figures
        if report.question.compare
    }
    return {**named, **figures, **then}


def _named(report: Report, row: Row) -> dict[str, Cell]:
    """What a row is of, as people read it; an agent also by the id, which stays when the name is changed."""
    cells: dict[str, Cell] = {}
    for name, value in report.name_of(row).items():
        cells[name] = moment(report, int(value)) if name == "at" else value
        if name == "agent":
            cells |= {name: report.people.get(str(value), value), "agent_id": value}
    if "at" in cells and report.question.every in OF_DAYS - COMING_ROUND:
        cells["part"] = report.is_part(row)
    return cells


def moment(report: Report, at: int) -> str:
    """The start of an interval as the clock on the wall has it; of what comes round, its name."""
    every = report.question.every
    if every is Every.WEEKDAY:
        return WEEKDAYS[at]
    if every is Every.HOUR_OF_DAY:
        return f"{at:02}:00"
    here = datetime.fromtimestamp(at / 1000, UTC).astimezone(ZoneInfo(report.question.zone))
    if every in MINUTES:
        return f"{here:%Y-%m-%d %H:%M %z}"
    return f"{here:%Y-%m}" if every is Every.MONTH else f"{here:%Y-%m-%d}"


def _rounded(unit: Unit, value: float | None) -> float | None:
    if value is None:
        return None
    return round(value, DIGITS[unit]) if DIGITS[unit] else round(value)


def as_csv(report: Report) -> Iterator[str]:
    """The lines of a CSV file (RFC 4180) that spreadsheets open as what it is; the sum is its last line."""
    rows = [cells(report, row) for row in (*report.rows, report.total)]
    yield BOM + _line(rows[-1])
    for row in rows:
        yield _line([_plain(row.get(name)) for name in rows[-1]])


def _plain(cell: Cell) -> Cell:
    return str(cell).lower() if isinstance(cell, bool) else harmless(cell)


def as_json(report: Report) -> str:
    """The report as one JSON object: rows, total, and what a reader must know to trust them."""
    question = report.question
    return json.dumps(
        {
            "by": question.by,
            "every": question.every,
            "since": question.since,
            "until": question.until,
            "zone": question.zone,
            "rows": [cells(report, row) for row in report.rows],
            "total": cells(report, report.total),
            "balances": [
                {"what": each.what, "left": each.left, "right": each.right, "holds": each.holds}
                for each in report.balances
            ],
            "approximate": sorted(report.approximate),
            "whole": report.is_whole,
            "from_calls": sorted(report.from_calls),
            "no_such_queue": report.no_such_queue,
            "definitions": {figure.name: definition(report, figure.name) for figure in report.figures},
        },
        ensure_ascii=False,
    )


def definition(report: Report, name: str) -> Mapping[str, str]:
    """What a column says, how it is made, whose definition it is."""
    figure = next(figure for figure in report.figures if figure.name == name)
    return {
        "label": figure.label,
        "unit": figure.unit,
        "says": figure.definition,
        "formula": figure.formula,
        "source": figure.source,
    }


FORMATS = {
    Unit.COUNT: "0",
    Unit.SHARE: "0.0%",
    Unit.SECONDS: "0.0",
    Unit.EACH: "0.00",
    Unit.SCORE: "0.0",
}


def as_xlsx(report: Report) -> bytes:
    """The report as a workbook: a sheet of figures with the sum as its last row, and one of definitions."""
    from xlsxwriter import Workbook  # type: ignore[import-untyped]

    file = io.BytesIO()
    rows = [cells(report, row) for row in (*report.rows, report.total)]
    with Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        bold = book.add_format({"bold": True})
        written = {unit: book.add_format({"num_format": text}) for unit, text in FORMATS.items()}
        units = {figure.name: figure.unit for figure in report.figures}
        sheet = book.add_worksheet("report")
        sheet.freeze_panes(1, len(rows[-1]) - len(report.figures) * (1 + report.question.compare))
        for column, name in enumerate(rows[-1]):
            sheet.write_string(0, column, name, bold)
            unit = units.get(name.removesuffix("_before"))
            for place, row in enumerate(rows, 1):
                value = row.get(name)
                if isinstance(value, str):
                    sheet.write_string(place, column, value)
                elif isinstance(value, bool):
                    sheet.write_boolean(place, column, value)
                elif value is not None:
                    sheet.write_number(place, column, value, written[unit] if unit else None)
        sheet.autofit()
        said = book.add_worksheet("definitions")
        said.write_row(0, 0, ["figure", "label", "unit", "says", "formula", "source"], bold)
        for place, figure in enumerate(report.figures, 1):
            about = definition(report, figure.name)
            said.write_row(place, 0, [figure.name, *about.values()])
        said.autofit()
    return file.getvalue()


def _line(values: "Iterator[Cell] | list[Cell] | dict[str, Cell]") -> str:
    text = io.StringIO()
    csv.writer(text).writerow(values)
    return text.getvalue()
