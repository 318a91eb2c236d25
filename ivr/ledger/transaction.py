"""What a transaction can do, and how it can fail. The same SQL text serves both databases."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Connection

from ivr.ledger.seal import Seal

Row = tuple[Any, ...]
Value = Any
Values = Mapping[str, Any]

PATIENCE = 0.8
"""Seconds a transaction waits for others before it gives up; a caller is waiting for it."""


class LedgerError(Exception):
    """The ledger could not do what it was asked."""


class LedgerBusy(LedgerError):
    """Others held what this transaction needed for longer than PATIENCE; nothing was written."""


class LedgerAway(LedgerError):
    """The database cannot be reached or cannot write. Whether a commit under way arrived is not known."""


class AlreadyAnswered(LedgerError):
    """Somebody else answered this document of this call; `calls.answered` has what they said."""


class Transaction(Protocol):
    """One transaction: plain SQL with `:name` values.

    On PostgreSQL what is run waits in a pipeline until a result is asked for or the transaction ends,
    so ask late: each question is one round trip.
    """

    seal: Seal

    def run(self, sql: str, values: Values) -> None:
        """Do it; its failure may show only with the next result or at the end of the transaction."""

    def changed(self, sql: str, values: Values) -> int:
        """Do it, and say how many rows it changed."""

    def must(self, sql: str, values: Values, otherwise: Exception) -> None:
        """Do it; if a column refuses to be null, nothing of the transaction is done, and it ends with
        `otherwise`. That is no question: it may show as late as at the end.
        """

    def row(self, sql: str, values: Values) -> Row | None:
        """The first row of the result."""

    def locked_row(self, sql: str, values: Values, *, skip: bool = False) -> Row | None:
        """The first row of a SELECT, held against other writers until the end of the transaction.

        With `skip` the first that nobody else holds; else it waits for them.
        """

    def lock(self, sql: str, values: Values) -> None:
        """Hold the rows of a SELECT against other writers until the end of the transaction. What is asked
        next sees them as they were left. That is no question.
        """

    def rows(self, sql: str, values: Values) -> list[Row]:
        """All rows of the result."""

    def answers(self, questions: Sequence[tuple[str, Values]]) -> list[list[Row]]:
        """All rows of each of these, in one round trip."""

    def plan_anew(self) -> None:
        """Have what is run from here on planned for its own values, and for the tables as they are now: for
        questions about a time, short or long. Who reads with patience has this anyway. No round trip.
        """

    def add(self, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
        """Put many rows into a table at once; those that are there already stay as they are."""

    def hold(self, name: str) -> None:
        """Let no other write transaction that holds the same name go on from here until this one has ended:
        for a decision on rows that are not there yet. That is no question.
        """


class Database(Protocol):
    """One of the two databases, and how it keeps writers apart."""

    file: Path | None

    def transaction(self, seal: Seal) -> AbstractContextManager[Transaction]:
        """A short write transaction. LedgerBusy, LedgerAway."""

    def reading(self, seal: Seal, patience: float) -> AbstractContextManager[Transaction]:
        """A transaction that may only read, and waits for no writer. LedgerAway."""

    def alone(self, seal: Seal, tables: Sequence[str]) -> AbstractContextManager[Transaction | None]:
        """A long write transaction of the only process that has the database open, which fills these tables;
        None where others have it open. LedgerAway."""

    def changing(self) -> AbstractContextManager[Connection]:
        """The only process that changes the schema now, in one transaction; waits as long as it takes."""

    def checkpoint(self) -> None:
        """Do now, beside everything else, what else a writer would have to do in passing. LedgerError."""

    def take_stock(self, tables: Sequence[str]) -> None:
        """See what is in these tables now, as plans go by what there was; it is no matter if that fails."""

    def scrub(self) -> bool:
        """Write the file anew without what was deleted; False if it was not."""

    def forked(self) -> None:
        """Forget, without touching them, the connections and locks of the parent process."""

    def close(self) -> None: ...
