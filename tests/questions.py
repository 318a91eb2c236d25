"""How often the ledger is asked: a page that asks for each agent by itself is slow where there are many."""

from collections.abc import Callable
from typing import Any
from unittest.mock import patch

from ivr.ledger.sqlite import SQLiteTransaction


def asked(act: Callable[[], object]) -> list[str]:
    """The questions put to an SQLite ledger while something is done."""
    heard: list[str] = []

    def listening(put: Callable[..., Any]) -> Callable[..., Any]:
        def ask(tx: SQLiteTransaction, sql: str, *values: Any) -> Any:
            heard.append(sql)
            return put(tx, sql, *values)

        return ask

    with (
        patch.object(SQLiteTransaction, "row", listening(SQLiteTransaction.row)),
        patch.object(SQLiteTransaction, "rows", listening(SQLiteTransaction.rows)),
    ):
        act()
    return heard
