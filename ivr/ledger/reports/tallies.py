"""Tallies as rows: put down for a quarter hour, added up for anything."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ivr.core.figures.folding import Key
from ivr.core.figures.question import ALL, Only
from ivr.core.figures.tally import COUNTED, KEYS, LARGEST, NO_WAITS, WAITS, Tally, View
from ivr.ledger.reports.wall_clock import hour_of, weekday_of
from ivr.ledger.schema import columns_of
from ivr.ledger.transaction import Row, Transaction

QUARTER, DAY = 15, 1440
"""The minutes of a row."""

_COLUMNS = {view: [column for name in COUNTED[view] for column in columns_of(name)] for view in View}


def _summed(column: str) -> str:
    return f"{'MAX' if column in LARGEST else 'SUM'}({column})"


def _insert(view: View) -> str:
    columns = ("minutes", "at", *KEYS[view], *_COLUMNS[view])
    return f"INSERT INTO {view}_tally ({', '.join(columns)}) VALUES (:{', :'.join(columns)})"


_INSERT = {view: _insert(view) for view in View}


def replace(tx: Transaction, since: int, until: int, tallies: Mapping[Key, Tally]) -> None:
    """The quarter hours of a time are these, and no others."""
    for view in View:
        tx.run(
            f"DELETE FROM {view}_tally WHERE minutes = {QUARTER} AND at >= :since AND at < :until",
            {"since": since, "until": until},
        )
    for key, tally in tallies.items():
        keys = {name: getattr(key, name) for name in KEYS[key.view]}
        tx.run(_INSERT[key.view], {"minutes": QUARTER, "at": key.at, **keys, **_values(key.view, tally)})


def _values(view: View, tally: Tally) -> dict[str, int | None]:
    values: dict[str, int | None] = {}
    for name in COUNTED[view]:
        count = getattr(tally, name)
        if name in WAITS:
            values.update((f"{name}_{place}", each or None) for place, each in enumerate(count))
        else:
            values[name] = count or None
    return values


def _roll_day(view: View) -> str:
    keys, columns = ", ".join(KEYS[view]), ", ".join(_COLUMNS[view])
    sums = ", ".join(map(_summed, _COLUMNS[view]))
    return f"""
INSERT INTO {view}_tally (minutes, at, {keys}, {columns})
SELECT {DAY}, CAST(:at AS BIGINT), {keys}, {sums} FROM {view}_tally
WHERE minutes = {QUARTER} AND at >= :at AND at < :until GROUP BY {keys}"""


_ROLL_DAY = {view: _roll_day(view) for view in View}


def roll_day(tx: Transaction, at: int, until: int) -> None:
    """The rows of a day, from its midnight to the next, are the sums of its quarter hours."""
    for view in View:
        tx.run(f"DELETE FROM {view}_tally WHERE minutes = {DAY} AND at = :at", {"at": at})
        tx.run(_ROLL_DAY[view], {"at": at, "until": until})


def forget_days(tx: Transaction) -> None:
    """No day is rolled up any more."""
    for view in View:
        tx.run(f"DELETE FROM {view}_tally WHERE minutes = {DAY}", {})


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


def conditions_of(wanted: Mapping[str, frozenset[str]], table: str = "") -> tuple[str, dict[str, Any]]:
    """SQL for keys that must be one of some names, and the names as its values."""
    sql = ""
    values: dict[str, Any] = {}
    for key, names in wanted.items():
        named = {f"{key}_{number}": name for number, name in enumerate(sorted(names))}
        sql += f" AND {table}{key} IN (:{', :'.join(named)})"
        values |= named
    return sql, values


def _tally(names: Iterable[str], row: Row) -> Tally:
    counts: dict[str, Any] = {}
    place = 0
    for name in names:
        if name in WAITS:
            counts[name] = tuple(int(each or 0) for each in row[place : place + len(NO_WAITS)])
            place += len(NO_WAITS)
        else:
            counts[name] = int(row[place] or 0)
            place += 1
    return Tally(**counts)
