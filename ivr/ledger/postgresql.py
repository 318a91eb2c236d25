"""PostgreSQL: many machines on one truth; rows are locked, not the whole database."""

import re
import select
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, LiteralString, NoReturn

import psycopg
from psycopg import errors
from sqlalchemy import URL, Connection, Engine, PoolProxiedConnection, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolEmpty

from ivr.ledger.seal import Seal
from ivr.ledger.transaction import PATIENCE, LedgerAway, LedgerBusy, Row, Values

if TYPE_CHECKING:
    from psycopg.abc import PQGen

UPGRADE_LOCK = 0x1C0DE
"""The advisory lock of whoever changes the schema; any number, the same in every process."""

SLOW = 0.2
"""Seconds a server has beyond a patience to say itself that somebody waited in vain for a lock."""

BUSY = (errors.LockNotAvailable, errors.DeadlockDetected, errors.SerializationFailure, PoolEmpty)
AWAY = (psycopg.OperationalError, psycopg.InterfaceError)


class Driver(psycopg.Connection[Row]):
    """A connection that does not wait for ever: a server that froze must not freeze the callers."""

    patience = 2.0
    """Seconds for each answer of the server."""

    def wait(self, gen: "PQGen[Any]", interval: float = 0.1, timeout: float | None = None) -> Any:
        timeout = self.patience if timeout is None else timeout
        give_up_at = time.monotonic() + timeout
        try:
            return super().wait(gen, interval, timeout)
        except psycopg.OperationalError:
            if time.monotonic() >= give_up_at:
                self.pgconn.finish()  # what it may still say is for nobody
            raise


@dataclass(frozen=True, slots=True)
class _Kind:
    """How a transaction begins and ends, and what it adds to a SELECT that is to hold its row."""

    begin: LiteralString
    end: LiteralString
    hold: bytes


WRITING = _Kind("BEGIN", "COMMIT", b" FOR UPDATE")
READING = _Kind("BEGIN READ ONLY", "ROLLBACK", b"")


class PostgreSQL:
    """A database on a server. A transaction is one pipeline: its statements travel together."""

    def __init__(self, url: URL) -> None:
        self._engine = _engine(url)

    def forked(self) -> None:
        self._engine.dispose(close=False)

    def close(self) -> None:
        self._engine.dispose()

    @contextmanager
    def transaction(self, seal: Seal) -> Iterator["PostgreSQLTransaction"]:
        with self._connection(WRITING, PATIENCE, seal) as transaction:
            yield transaction

    @contextmanager
    def reading(self, seal: Seal, patience: float) -> Iterator["PostgreSQLTransaction"]:
        with self._connection(READING, patience, seal) as transaction:
            yield transaction

    @contextmanager
    def changing(self) -> Iterator[Connection]:
        try:
            with self._engine.connect() as connection:
                _driver(connection.connection).patience = 3600
                connection.exec_driver_sql("BEGIN")
                connection.exec_driver_sql("SET LOCAL lock_timeout = 0")
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({UPGRADE_LOCK})")
                yield connection
                connection.exec_driver_sql("COMMIT")
        except (psycopg.Error, DBAPIError) as error:
            _retell(error)

    @contextmanager
    def _connection(self, kind: _Kind, patience: float, seal: Seal) -> Iterator["PostgreSQLTransaction"]:
        try:
            pooled = self._living()
            driver = _driver(pooled)
            driver.patience = patience + SLOW
            try:
                with driver.pipeline() as pipeline:
                    driver.execute(kind.begin)
                    yield PostgreSQLTransaction(driver, pipeline, kind.hold, seal)
                    driver.execute(kind.end)
            finally:
                _give_back(pooled, driver)
        except (psycopg.Error, DBAPIError, PoolEmpty) as error:
            _retell(error)

    def _living(self) -> PoolProxiedConnection:
        """A connection whose server has not hung up meanwhile: then its socket would have something to
        read. Asking the server would cost every keypress a round trip."""
        while True:
            pooled = self._engine.raw_connection()
            poll = select.poll()
            poll.register(_driver(pooled).fileno(), select.POLLIN)
            if not poll.poll(0):
                return pooled
            pooled.invalidate()


class PostgreSQLTransaction:
    """A transaction on the driver's own connection, in its pipeline mode."""

    __slots__ = ("_driver", "_hold", "_pipeline", "seal")

    def __init__(self, driver: Driver, pipeline: psycopg.Pipeline, hold: bytes, seal: Seal) -> None:
        self.seal = seal
        self._driver = driver
        self._hold = hold
        self._pipeline = pipeline

    def run(self, sql: str, values: Values) -> None:
        self._driver.execute(_spelled(sql), values)

    def changed(self, sql: str, values: Values) -> int:
        cursor = self._driver.execute(_spelled(sql), values)
        self._pipeline.sync()
        return cursor.rowcount

    def row(self, sql: str, values: Values) -> Row | None:
        return self._driver.execute(_spelled(sql), values).fetchone()

    def locked_row(self, sql: str, values: Values, *, skip: bool = False) -> Row | None:
        hold = self._hold + b" SKIP LOCKED" if skip else self._hold
        return self._driver.execute(_spelled(sql) + hold, values).fetchone()

    def rows(self, sql: str, values: Values) -> list[Row]:
        return self._driver.execute(_spelled(sql), values).fetchall()


def _engine(url: URL) -> Engine:
    engine = create_engine(
        url,
        connect_args={"autocommit": True, "connect_timeout": 2, "application_name": "ivr"},
        pool_reset_on_return=None,
        pool_size=8,
        max_overflow=24,
        pool_timeout=PATIENCE,
    )

    @event.listens_for(engine, "do_connect")
    def _(_dialect: object, _record: object, words: list[Any], values: dict[str, Any]) -> Driver:
        return Driver.connect(*words, **values)

    @event.listens_for(engine, "connect")
    def _(connection: Driver, _record: object) -> None:
        # Not in the connection string: a PgBouncer in between would refuse it there.
        connection.execute(f"SET lock_timeout = {int(PATIENCE * 1000)}".encode())

    return engine


def _driver(pooled: PoolProxiedConnection) -> Driver:
    driver = pooled.driver_connection
    assert isinstance(driver, Driver)
    return driver


def _give_back(pooled: PoolProxiedConnection, driver: Driver) -> None:
    """Return a connection to the pool with nothing open on it, or drop it."""
    try:
        if driver.info.transaction_status is not psycopg.pq.TransactionStatus.IDLE:
            driver.rollback()
        pooled.close()
    except psycopg.Error:
        pooled.invalidate()


@cache
def _spelled(sql: str) -> bytes:
    """`:name` as this driver writes it."""
    return re.sub(r":(\w+)", r"%(\1)s", sql.replace("%", "%%")).encode()


def _retell(error: Exception) -> NoReturn:
    """Raise the same failure in the ledger's words; a mistake in our SQL stays what it is."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, BUSY):
        raise LedgerBusy(str(cause)) from error
    if isinstance(cause, AWAY):
        raise LedgerAway(str(cause)) from error
    raise error
