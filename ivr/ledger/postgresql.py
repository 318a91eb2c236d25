"""PostgreSQL: many machines on one truth; rows are locked, not the whole database."""

import json
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, LifoQueue
from types import TracebackType
from typing import NoReturn
from zlib import crc32

import psycopg
from psycopg import errors
from sqlalchemy import URL, Connection, NullPool, create_engine
from sqlalchemy.exc import DBAPIError

from ivr.ledger.pipeline import Pipeline
from ivr.ledger.seal import Seal
from ivr.ledger.transaction import PATIENCE, LedgerAway, LedgerBusy, Row, Value, Values

log = logging.getLogger(__name__)

UPGRADE_LOCK = 0x1C0DE
"""The advisory lock of whoever changes the schema; any number, the same in every process."""

NAME_LOCKS = 0x1C0DE
"""The first half of the advisory locks on names, which are none of those that are one number; the second is
made of the name. Names that share one wait for each other without need, and no more."""

_HOLD = "SELECT pg_advisory_xact_lock(:kind, :name)"

MOST = 32
"""Connections of one process at once."""

PLANNED = "SET LOCAL plan_cache_mode = force_custom_plan"

OF_ITS_OWN = f"""
SELECT set_config('lock_timeout', '{int(PATIENCE * 1000)}', false), set_config('jit', 'off', false),
       set_config('max_parallel_workers_per_gather', '0', false)"""
"""What a connection begins with: to compile a question, or to begin processes for it, costs more than the
longest of ours wins by it. Not in the connection string: a PgBouncer in between would refuse it there."""

SLOW = 0.2
"""Seconds a server has beyond a patience to say itself that somebody waited in vain for a lock."""

BUSY = (errors.LockNotAvailable, errors.DeadlockDetected, errors.SerializationFailure)
AWAY = (psycopg.OperationalError, psycopg.InterfaceError, errors.ReadOnlySqlTransaction)


@dataclass(frozen=True, slots=True)
class _Kind:
    """How a transaction begins and ends, and what it adds to a SELECT that is to hold its row."""

    begin: str
    end: str
    hold: str


WRITING = _Kind("BEGIN", "COMMIT", " FOR UPDATE")
READING = _Kind("BEGIN READ ONLY", "ROLLBACK", "")


class PostgreSQL:
    """A database on a server. A transaction is one pipeline: its statements travel together."""

    def __init__(self, url: URL) -> None:
        self.file: Path | None = None
        self._engine = create_engine(url, poolclass=NullPool)
        self.forked()

    def forked(self) -> None:
        """The places for connections are taken last in, first out: those not needed stay unopened."""
        self._places: LifoQueue[Pipeline | None] = LifoQueue()
        for _ in range(MOST):
            self._places.put(None)

    def close(self) -> None:
        open_ = [self._places.get_nowait() for _ in range(self._places.qsize())]
        for pipeline in open_:
            self._places.put(None)
            if pipeline is not None:
                pipeline.close()

    def transaction(self, seal: Seal) -> "PostgreSQLTransaction":
        return PostgreSQLTransaction(self, WRITING, PATIENCE, seal)

    def reading(self, seal: Seal, patience: float) -> "PostgreSQLTransaction":
        return PostgreSQLTransaction(self, READING, patience, seal)

    @contextmanager
    def alone(self, seal: Seal, tables: Sequence[str]) -> Iterator[None]:
        yield None  # a server is there for many

    @contextmanager
    def changing(self) -> Iterator[Connection]:
        try:
            with self._engine.connect() as connection, connection.begin():
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({UPGRADE_LOCK})")
                yield connection
        except (psycopg.Error, DBAPIError) as error:
            _retell(error)

    def checkpoint(self) -> None:
        pass  # the server does so by itself

    def take_stock(self, tables: Sequence[str]) -> None:
        names = ", ".join(f'"{table}"' for table in tables)
        try:
            with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.exec_driver_sql(f"ANALYZE (SKIP_LOCKED) {names}")
        except (psycopg.Error, DBAPIError) as error:
            log.warning("the server plans by what was there before: %s", error)

    def scrub(self) -> bool:
        return False  # the server's vacuum does that in its own time

    def take(self) -> Pipeline:
        """A connection of one's own, until it is given back."""
        try:
            pipeline = self._places.get(timeout=PATIENCE)
        except Empty:
            raise LedgerBusy(f"all {MOST} connections are in use") from None
        try:
            if pipeline is not None and pipeline.is_alive():
                return pipeline
            if pipeline is not None:
                pipeline.close()
            return self._connected()
        except BaseException:
            self._places.put(None)
            raise

    def give_back(self, pipeline: Pipeline, *, whole: bool) -> None:
        """After a failure the connection is closed rather than cleaned up: that undoes all of it for sure."""
        self._places.put(pipeline if whole else None)
        if not whole:
            with suppress(psycopg.Error):
                pipeline.close()

    def _connected(self) -> Pipeline:
        words, values = self._engine.dialect.create_connect_args(self._engine.url)
        values.update(autocommit=True, connect_timeout=2, application_name="ivr")
        pipeline = Pipeline(psycopg.connect(*words, **values))
        try:
            pipeline.end(OF_ITS_OWN)  # on its own: the end of a first reading would undo it
        except psycopg.Error:
            pipeline.close()
            raise
        return pipeline


class PostgreSQLTransaction:
    """A transaction in a pipeline of its own; begun and ended by `with`."""

    __slots__ = ("_database", "_kind", "_otherwise", "_patience", "_pipeline", "seal")

    _pipeline: Pipeline

    def __init__(self, database: PostgreSQL, kind: _Kind, patience: float, seal: Seal) -> None:
        self.seal = seal
        self._database = database
        self._kind = kind
        self._patience = patience
        self._otherwise: Exception | None = None

    def __enter__(self) -> "PostgreSQLTransaction":
        try:
            self._pipeline = self._database.take()
        except psycopg.Error as error:
            _retell(error)
        self._pipeline.patience = self._patience + SLOW
        self._pipeline.send(self._kind.begin, {})
        if self._patience > PATIENCE:
            self.plan_anew()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        whole = False
        try:
            if error is None:
                self._pipeline.end(self._kind.end)
                whole = True
        except psycopg.Error as failure:
            error = failure
        finally:
            self._database.give_back(self._pipeline, whole=whole)
        if self._otherwise and isinstance(error, errors.NotNullViolation):
            raise self._otherwise from error
        if isinstance(error, psycopg.Error):
            _retell(error)

    def run(self, sql: str, values: Values) -> None:
        self._pipeline.send(sql, values)

    def changed(self, sql: str, values: Values) -> int:
        self._pipeline.send(sql, values)
        return self._pipeline.result().command_tuples or 0

    def must(self, sql: str, values: Values, otherwise: Exception) -> None:
        self._otherwise = otherwise
        self.run(sql, values)

    def row(self, sql: str, values: Values) -> Row | None:
        rows = self.rows(sql, values)
        return rows[0] if rows else None

    def locked_row(self, sql: str, values: Values, *, skip: bool = False) -> Row | None:
        hold = self._kind.hold
        return self.row(sql + hold + " SKIP LOCKED" if skip and hold else sql + hold, values)

    def lock(self, sql: str, values: Values) -> None:
        self.run(sql + self._kind.hold, values)

    def rows(self, sql: str, values: Values) -> list[Row]:
        self._pipeline.send(sql, values)
        return self._pipeline.rows()

    def answers(self, questions: Sequence[tuple[str, Values]]) -> list[list[Row]]:
        return self._pipeline.answers(questions)

    def plan_anew(self) -> None:
        self.run(PLANNED, {})

    def add(self, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
        named = ", ".join(columns)
        sql = f"""
INSERT INTO "{table}" ({named})
SELECT {named} FROM json_populate_recordset(CAST(NULL AS "{table}"), :rows) ON CONFLICT DO NOTHING"""  # noqa: S608
        self.run(sql, {"rows": json.dumps([_told(columns, row) for row in rows], ensure_ascii=False)})

    def hold(self, name: str) -> None:
        if self._kind is WRITING:
            self.run(_HOLD, {"kind": NAME_LOCKS, "name": crc32(name.encode()) - (1 << 31)})


def _told(columns: Sequence[str], row: Row) -> dict[str, Value]:
    """What a row says; what is null it leaves out."""
    return {column: value for column, value in zip(columns, row, strict=True) if value is not None}


def _retell(error: psycopg.Error | DBAPIError) -> NoReturn:
    """Raise the same failure in the ledger's words; a mistake in our SQL stays what it is."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, BUSY):
        raise LedgerBusy(str(cause)) from error
    if isinstance(cause, AWAY):
        raise LedgerAway(str(cause)) from error
    raise error
