"""Rows, as people read them and as programs do."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import click


def moment(at: int | None) -> str | None:
    """UTC milliseconds as a date and a time."""
    return datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="seconds") if at is not None else None


Line = Mapping[str, object]
"""What stands in one line, by the names of the columns."""

AS_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")


def shown(rows: Sequence[Line], as_json: bool, empty: str) -> None:
    """Rows as a table, or as JSON, one object a line."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    if as_json:
        for row in rows:
            click.echo(json.dumps(row, ensure_ascii=False))
        return
    console = Console()
    if not console.is_terminal:
        console.width = 200
    table = Table(*(rows[0] if rows else ()), box=None, header_style="bold", pad_edge=False)
    for row in rows:
        table.add_row(*(escape(cell_of(value)) for value in row.values()))
    console.print(table if rows else empty, markup=False)


def cell_of(value: object) -> str:
    """A value in a table: what an account was, as words."""
    if value is None:
        return "–"
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {cell_of(each)}" for name, each in value.items()) or "–"
    return str(value)
