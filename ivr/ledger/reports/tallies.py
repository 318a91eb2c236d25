"""Tallies as rows: put down for a quarter hour, added up for anything."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ivr.core.figures.folding import Key, Sums
from ivr.core.figures.question import ALL, Only
from ivr.core.figures.tally import COUNTED, KEYS, LARGEST, NO_WAITS, WAITS, Tally, View, tally_of
from ivr.ledger.reports.wall_clock import hour_of, weekday_of
from ivr.ledger.schema import columns_of
from ivr.ledger.transaction import Row, Transaction

QUARTER, HOUR, DAY = 15, 60, 1440
"""The minutes of a row."""

_COLUMNS = {view: [column for name in COUNTED[view] for column in columns_of(name)] for view in View}


def _summed(column: str) -> str:
    return f"{'MAX' if column in LARGEST else 'SUM'}({column})"


_INSERTED = {view: ("minutes", "at", *KEYS[view], *_COLUMNS[view]) for view in View}
_PLACE_OF = {view: {name: place for place, name in enumerate(_INSERTED[view])} for view in View}
_DELETE = {
    view: f"DELETE FROM {view}_tally WHERE minutes = :minutes AND at >= :since AND at < :until"
    for view in View
}


def replace(tx: Transaction, since: int, until: int, counts: Mapping[Key, Sums]) -> None:
    """The quarter hours of a time are these, and no others."""
    rows: dict[View, list[Row]] = {view: [] for view in View}
    for key, sums in counts.items():
        rows[key.view].append(_row(key, sums))
    _replace(tx, QUARTER, since, until, rows)


def _row(key: Key, sums: Sums) -> Row:
    """Most of its counts are 0, and are not even looked at."""
    places = _PLACE_OF[key.view]
    row: list[int | str | None] = [None] * len(places)
    row[0], row[1] = QUARTER, key.at
    for name in KEYS[key.view]:
        row[places[name]] = getattr(key, name)
    for name, counted in sums.items():
        if counted:
            row[places[name]] = counted
    return tuple(row)


def _replace(
    tx: Transaction, minutes: int, since: int, until: int, rows: Mapping[View, Sequence[Row]]
) -> None:
    for view in rows:
        tx.run(_DELETE[view], {"minutes": minutes, "since": since, "until": until})
        if rows[view]:
            tx.add(f"{view}_tally", _INSERTED[view], rows[view])


HOUR_MS = 3_600_000
HOURLY = (View.LINE, View.CALL, View.FLOOR)
"""What is rolled up by hours of the hotline's clock too. Of agents and options that would be many rows, and
few ask for it."""


def _of_day(view: View, minutes: int, at: str, by: str) -> str:
    keys = ", ".join(KEYS[view])
    sums = ", ".join(f"CAST({_summed(column)} AS BIGINT)" for column in _COLUMNS[view])
    return f"""
SELECT {minutes}, {at}, {keys}, {sums} FROM {view}_tally
WHERE minutes = {QUARTER} AND at >= :since AND at < :until GROUP BY {by}{keys}"""


_ROLLED_UP = {
    DAY: {view: _of_day(view, DAY, "CAST(:since AS BIGINT)", "") for view in View},
    HOUR: {
        view: _of_day(view, HOUR, f"MIN(at - (at - :since) % {HOUR_MS})", f"(at - :since) / {HOUR_MS}, ")
        for view in HOURLY
    },
}

Days = Mapping[int, Mapping[View, Sequence[Row]]]


def of_day(tx: Transaction, since: int, until: int) -> Days:
    """The rows of a day, from its midnight to the next, and of its hours: the sums of its quarter hours."""
    values = {"since": since, "until": until}
    return {
        minutes: {view: tx.rows(sql, values) for view, sql in of_view.items()}
        for minutes, of_view in _ROLLED_UP.items()
    }


def replace_day(tx: Transaction, since: int, until: int, rows: Days) -> None:
    """These are the rows of a day, and no others."""
    for minutes, of_view in rows.items():
        _replace(tx, minutes, since, until, of_view)


Piece = tuple[int, int, int]
"""Minutes of a row, and the time [since, until) of which its rows are wanted."""


def added_up(
    tx: Transaction,
    view: View,
    pieces: Iterable[Piece],
    by: Sequence[str],
    only: Only = ALL,
    but: frozenset[str] = frozenset(),
) -> Iterator[tuple[Row, Tally]]:
    """The sums of a time, told apart by some keys of the view (or `at`), `but` for some counts. The same keys
    may come once for each piece."""
    wanted = only.of(view)
    if wanted is None:
        return
    names = [name for name in COUNTED[view] if name not in but]
    if not names:
        return
    columns = [column for name in names for column in columns_of(name)]
    conditions, values = conditions_of(wanted)
    keys = ", ".join(by)
    sql = f"""
SELECT {keys}{", " if by else ""}{", ".join(map(_summed, columns))} FROM {view}_tally
WHERE minutes = :minutes AND at >= :since AND at < :until {conditions}
{"GROUP BY " + keys if by else ""}"""
    for minutes, since, until in pieces:
        asked = {"minutes": minutes, "since": since, "until": until, **values}
        for row in tx.rows(sql, asked):
            if any(each is not None for each in row[len(by) :]):
                yield row[: len(by)], _tally(names, row[len(by) :])


def by_hour_of_week(
    tx: Transaction, view: View, count: str, since: int, until: int, zone: str, only: Only
) -> dict[tuple[int, int], int]:
    """The sums of one count of a time, by weekday (0 is Monday) and hour on the clock of a zone."""
    conditions, values = conditions_of(only.of(view) or {})
    sql = f"""
SELECT {weekday_of("at", since, until, zone)} AS weekday,
    {hour_of("at", since, until, zone)} AS hour, SUM({count})
FROM {view}_tally WHERE minutes = {QUARTER} AND at >= :since AND at < :until {conditions}
GROUP BY weekday, hour"""
    rows = tx.rows(sql, {"since": since, "until": until, **values})
    return {(weekday, hour): int(sum_) for weekday, hour, sum_ in rows if sum_}


def conditions_of(wanted: Mapping[str, frozenset[str]], column: str = "{}") -> tuple[str, dict[str, Any]]:
    """SQL for keys that must be one of some names, and the names as its values. `column`: how a key is
    written there."""
    sql = ""
    values: dict[str, Any] = {}
    for key, names in wanted.items():
        named = {f"{key}_{number}": name for number, name in enumerate(sorted(names))}
        sql += f" AND {column.format(key)} IN (:{', :'.join(named)})"
        values |= named
    return sql, values


def _tally(names: Iterable[str], row: Row) -> Tally:
    counts: dict[str, Any] = {}
    place = 0
    for name in names:
        if name in WAITS:
            waits = row[place : place + len(NO_WAITS)]
            place += len(NO_WAITS)
            if any(waits):
                counts[name] = tuple(int(each or 0) for each in waits)
        else:
            if row[place]:
                counts[name] = int(row[place])
            place += 1
    return tally_of(counts)
