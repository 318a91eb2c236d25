"""Everything the tables say of one call, as it lies on the disk: to see that no secret is among it."""

from collections.abc import Iterator

from sqlalchemy import Table

from ivr.ledger.schema import LEDGER
from ivr.ledger.transaction import Transaction


def texts_of(tx: Transaction, call_id: str) -> Iterator[tuple[str, str]]:
    """Every text and every document in the rows of a call, each with where it stands (`pass.pressed`)."""
    for table in LEDGER.sorted_tables:
        key = "id" if table.name == "call" else "call"
        if key in table.columns:
            names = [column.name for column in table.columns if column.name != key]
            sql = f"SELECT {', '.join(names)} FROM {_quoted(table)} WHERE {key} = :call"  # noqa: S608
            for row in tx.rows(sql, {"call": call_id}):
                for name, value in zip(names, row, strict=True):
                    if isinstance(value, bytes | str):
                        text = value.decode(errors="replace") if isinstance(value, bytes) else value
                        yield f"{table.name}.{name}", text


def _quoted(table: Table) -> str:
    return f'"{table.name}"'
