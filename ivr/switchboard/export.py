"""The log as rows, for spreadsheets and other programs: one set of columns, wherever it is asked for."""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import UTC, datetime

from ivr.ledger.audit import Entry
from ivr.ledger.log import Line

Cell = str | float | None
Row = Mapping[str, Cell]

COLUMNS = ("started", "caller", "called", "language", "seconds", "outcome", "last_step", "call")

FORMULA = re.compile(r"[=+\-@\t\r]")
PHONE_NUMBER = re.compile(r"\+\d+")


def row(line: Line) -> Row:
    """A call by COLUMNS. Times are UTC; what is not known (yet) is None."""
    seconds = (line.ended_at - line.started_at) / 1000 if line.ended_at is not None else None
    started = _moment(line.started_at)
    outcome = str(line.outcome) if line.outcome else None
    cells = (started, line.caller, line.called, line.language, seconds, outcome, line.step, line.id)
    return dict(zip(COLUMNS, cells, strict=True))


def deed(entry: Entry) -> Mapping[str, object]:
    """A row of the audit, its time as people write it."""
    return {**asdict(entry), "at": _moment(entry.at)}


def as_json(rows: Iterable[Mapping[str, object]]) -> Iterator[str]:
    """One JSON object a line."""
    for each in rows:
        yield json.dumps(each, ensure_ascii=False) + "\n"


def as_csv(rows: Iterable[Row]) -> Iterator[str]:
    """The lines of a CSV file (RFC 4180), its head first; no cell is a formula to a spreadsheet."""
    yield line_of(COLUMNS)
    for each in rows:
        yield line_of(harmless(each[name]) for name in COLUMNS)


def harmless(cell: Cell) -> Cell:
    """A text a spreadsheet would calculate, behind an apostrophe; a caller may send any text as a number."""
    if isinstance(cell, str) and FORMULA.match(cell) and not PHONE_NUMBER.fullmatch(cell):
        return f"'{cell}"
    return cell


def line_of(cells: Iterable[Cell]) -> str:
    """A line of a CSV file (RFC 4180)."""
    text = io.StringIO()
    csv.writer(text).writerow(cells)
    return text.getvalue()


def _moment(at: int) -> str:
    """UTC milliseconds as a date and a time."""
    return datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="seconds")
