"""SQLite: one file, many readers, one writer at a time on this machine."""

import fcntl
import json
import logging
import os
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import chain
from pathlib import Path
from threading import Lock
from typing import Any, NoReturn
from urllib.parse import quote

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    NullPool,
    PoolProxiedConnection,
    QueuePool,
    create_engine,
    event,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolEmpty

from ivr.ledger.seal import Seal
from ivr.ledger.transaction import PATIENCE, LedgerAway, LedgerBusy, LedgerError, Row, Values

log = logging.getLogger(__name__)

LOOK_AGAIN = 0.000_25
"""Seconds between two looks at a lock another process holds: some five of its transactions."""

LONG = 3
"""Seconds after which whoever waits for that says so: only who comes to a file that is being filled does."""

A_TENTH = 100
"""Milliseconds: patience is set anew only when so much of it is spent, and not for every keypress."""

FILE_LOOK = 0.1
"""Seconds between two looks whether the file is still the one that was opened."""

QUERY_ONLY = "query_only = ON"
"""What the connections that read are set to: a statement that writes fails on them."""

READERS = {"poolclass": QueuePool, "pool_size": 8, "max_overflow": 56, "pool_timeout": PATIENCE}

LOG_PAGES = 16_384
"""Pages of the write-ahead log (64 MB) after which a writer carries them into the file itself. The clock does
that each second; in a request it takes as long as ten transactions."""

FILLING_KB = 262_144
"""Of memory, for the pages of a database that is being filled."""

TOGETHER = 32
"""Rows that are added by one statement: to run one takes as long as ten values of a row."""

AWAY = {
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_READONLY,
}


SCRUB_PATIENCE = 30.0
"""Seconds until nobody reads any more what the file had in it before."""


class SQLite:
    """A database file in WAL mode. `synchronous` NORMAL survives a killed process, FULL a power cut too.

    Writers queue at a lock file beside the database: SQLite's own waiting sleeps in ever longer steps and
    lets some writers wait for a quarter of a second where the lock file lets them wait for milliseconds.
    """

    def __init__(self, url: URL, synchronous: str) -> None:
        if not url.database or url.database == ":memory:":
            raise ValueError(
                "a ledger in memory would end with its process; name a file: sqlite:///ledger.db"
            )
        if synchronous not in ("NORMAL", "FULL"):
            raise ValueError(f"synchronous is NORMAL or FULL, not {synchronous!r}")
        self._path = Path(url.database)
        self.file: Path | None = self._path
        self._readers = _engine(self._path, synchronous, QUERY_ONLY, **READERS)
        self._writers = _engine(self._path, synchronous, poolclass=NullPool)
        self.forked()

    def forked(self) -> None:
        self._readers.dispose(close=False)
        self._turn = Lock()
        self._lock_file: int | None = None
        self._writer: PoolProxiedConnection | None = None
        self._patience_ms = -1
        self._look_at = 0.0
        self._opened: tuple[int, int] | None = None
        self._writing_to: tuple[int, int] | None = None

    def close(self) -> None:
        self._drop_writer()
        self._readers.dispose()
        if self._lock_file is not None:
            os.close(self._lock_file)
            self._lock_file = None

    @contextmanager
    def transaction(self, seal: Seal) -> Iterator["SQLiteTransaction"]:
        give_up_at = time.monotonic() + PATIENCE
        if not self._turn.acquire(timeout=PATIENCE):
            raise LedgerBusy("another thread kept writing")
        try:
            lock = self._locked(give_up_at)
            try:
                self._see_to_the_file()
                driver = self._writing()
                self._wait_until(driver, give_up_at)
                driver.execute("BEGIN IMMEDIATE")
                yield SQLiteTransaction(driver, seal)
                driver.execute("COMMIT")
            except BaseException as error:
                self._undo()
                _retell(error)
            finally:
                fcntl.flock(lock, fcntl.LOCK_UN)
        finally:
            self._turn.release()

    @contextmanager
    def reading(self, seal: Seal, patience: float) -> Iterator["SQLiteTransaction"]:
        self._see_to_the_file()
        try:
            pooled = self._readers.raw_connection()
            driver = _driver(pooled)
            try:
                driver.execute("BEGIN")
                yield SQLiteTransaction(driver, seal)
            finally:
                driver.rollback()
                pooled.close()
        except (sqlite3.Error, DBAPIError, PoolEmpty) as error:
            _retell(error)

    @contextmanager
    def alone(self, seal: Seal, tables: Sequence[str]) -> Iterator["SQLiteTransaction | None"]:
        """Written straight into the file, with a journal of what was there before: the log beside it would
        hold all of it a second time. That mode can only be had by who is alone."""
        with self._turn:
            lock = self._locked_at_last()
            self._drop_writer()
            self._readers.dispose()
            try:
                pooled = self._writers.raw_connection()
                driver = _driver(pooled)
                try:
                    if _left_the_log(driver):
                        yield from _filling(driver, seal, tables)
                    else:
                        yield None
                finally:
                    pooled.invalidate()
            except (sqlite3.Error, DBAPIError) as error:
                _retell(error)
            finally:
                fcntl.flock(lock, fcntl.LOCK_UN)

    @contextmanager
    def changing(self) -> Iterator[Connection]:
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if Path(f"{self._path}-lock").exists() and not self._path.exists():
            raise LedgerAway(f"{self._path} is gone: put it back, or remove {self._path}-lock to begin anew")
        self._path.touch(mode=0o600)  # SQLite gives its other files the rights of this one
        with self._turn:
            lock = self._locked_at_last()
            try:
                with self._writers.connect() as connection:
                    connection.exec_driver_sql("BEGIN IMMEDIATE")
                    yield connection
                    connection.exec_driver_sql("COMMIT")
            except (sqlite3.Error, DBAPIError) as error:
                _retell(error)
            finally:
                fcntl.flock(lock, fcntl.LOCK_UN)

    def checkpoint(self) -> None:
        """Carry what is in the write-ahead log into the file. Nobody waits: what others still read stays in
        the log until the next time."""
        self._see_to_the_file()
        try:
            pooled = self._readers.raw_connection()
            try:
                _driver(pooled).execute("PRAGMA wal_checkpoint(PASSIVE)")
            finally:
                pooled.close()
        except (sqlite3.Error, DBAPIError, PoolEmpty) as error:
            _retell(error)

    def take_stock(self, tables: Sequence[str]) -> None:
        pass  # it plans by the indices alone

    def scrub(self) -> bool:
        try:
            return self._written_anew()
        except LedgerError as error:
            log.warning("the unused parts of %s stay as they are: %s", self._path, error)
            return False

    def _written_anew(self) -> bool:
        """False while others read what was there before."""
        give_up_at = time.monotonic() + SCRUB_PATIENCE
        with self._turn:
            lock = self._locked(give_up_at)
            try:
                self._see_to_the_file()
                driver = self._writing()
                self._wait_until(driver, give_up_at)
                driver.execute("VACUUM")
                (is_busy, _, _) = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
                return not is_busy
            except (sqlite3.Error, DBAPIError) as error:
                self._drop_writer()
                _retell(error)
            finally:
                fcntl.flock(lock, fcntl.LOCK_UN)

    def _locked(self, give_up_at: float) -> int:
        """The lock file, locked for this process."""
        try:
            if self._lock_file is None:
                self._lock_file = os.open(f"{self._path}-lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
            while not _lock(self._lock_file):
                if time.monotonic() > give_up_at:
                    raise LedgerBusy("another process kept writing")
                time.sleep(LOOK_AGAIN)
        except OSError as error:
            raise LedgerAway(str(error)) from error
        return self._lock_file

    def _locked_at_last(self) -> int:
        """The lock file, locked for this process however long that takes; it is said that it takes long."""
        with suppress(LedgerBusy):
            return self._locked(time.monotonic() + LONG)
        log.warning("waiting for who writes to %s: an import may do so for minutes", self._path)
        return self._locked(float("inf"))

    def _see_to_the_file(self) -> None:
        """LedgerAway if the file is not there. Who keeps writing to one that was moved away or deleted
        writes what nobody will find again; where another lies in its place, connections begin anew."""
        now = time.monotonic()
        if now < self._look_at:
            return
        try:
            found = self._path.stat()
        except OSError as error:
            raise LedgerAway(str(error)) from error
        self._look_at = now + FILE_LOOK
        there = (found.st_dev, found.st_ino)
        if there != self._opened:
            if self._opened is not None:
                self._readers.dispose()
            self._opened = there

    def _writing(self) -> sqlite3.Connection:
        """The one connection of this process that writes, kept without a pool, whose care would cost every
        keypress a tenth of its time; only one thread writes at a time anyway."""
        if self._writer is None or self._writing_to != self._opened:
            self._drop_writer()
            self._writer, self._writing_to = self._writers.raw_connection(), self._opened
            self._patience_ms = -1
        return _driver(self._writer)

    def _wait_until(self, driver: sqlite3.Connection, give_up_at: float) -> None:
        """Who has waited for other threads and processes waits only as much less for SQLite's own lock."""
        left_ms = max(0, round((give_up_at - time.monotonic()) * 1000 / A_TENTH) * A_TENTH)
        if left_ms != self._patience_ms:
            driver.execute(f"PRAGMA busy_timeout = {left_ms}")
            self._patience_ms = left_ms

    def _undo(self) -> None:
        """Leave nothing begun. A connection that cannot even do that is dropped, and so is one in trouble:
        the next transaction opens the file anew."""
        if self._writer is None:
            return
        try:
            _driver(self._writer).rollback()
        except sqlite3.Error:
            self._drop_writer()

    def _drop_writer(self) -> None:
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.invalidate()


class SQLiteTransaction:
    """A transaction on the driver's own connection: a keypress has no time for more."""

    __slots__ = ("_driver", "seal")

    def __init__(self, driver: sqlite3.Connection, seal: Seal) -> None:
        self._driver = driver
        self.seal = seal

    def run(self, sql: str, values: Values) -> None:
        self._driver.execute(sql, values)

    def changed(self, sql: str, values: Values) -> int:
        return self._driver.execute(sql, values).rowcount

    def must(self, sql: str, values: Values, otherwise: Exception) -> None:
        try:
            self.run(sql, values)
        except sqlite3.IntegrityError as error:
            raise otherwise from error

    def row(self, sql: str, values: Values) -> Row | None:
        found: Row | None = self._driver.execute(sql, values).fetchone()
        return found

    def locked_row(self, sql: str, values: Values, *, skip: bool = False) -> Row | None:
        return self.row(sql, values)  # the whole database is this writer's

    def lock(self, sql: str, values: Values) -> None:
        pass  # the whole database is this writer's

    def rows(self, sql: str, values: Values) -> list[Row]:
        return self._driver.execute(sql, values).fetchall()

    def answers(self, questions: Sequence[tuple[str, Values]]) -> list[list[Row]]:
        return [self.rows(sql, values) for sql, values in questions]

    def plan_anew(self) -> None:
        pass  # it plans by the indices alone

    def add(self, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
        whole = len(rows) - len(rows) % TOGETHER
        some = (rows[first : first + TOGETHER] for first in range(0, whole, TOGETHER))
        self._driver.executemany(
            _insert(table, columns, TOGETHER), (tuple(chain.from_iterable(together)) for together in some)
        )
        self._driver.executemany(_insert(table, columns, 1), rows[whole:])

    def hold(self, name: str) -> None:
        pass  # the whole database is this writer's


def _insert(table: str, columns: Sequence[str], rows: int) -> str:
    row = f"({', '.join('?' * len(columns))})"
    places = ", ".join([row] * rows)
    return f'INSERT INTO "{table}" ({", ".join(columns)}) VALUES {places} ON CONFLICT DO NOTHING'  # noqa: S608


def _left_the_log(driver: sqlite3.Connection) -> bool:
    """Whether the file could be taken out of WAL mode: not while anybody else has it open."""
    try:
        return bool(driver.execute("PRAGMA journal_mode = DELETE").fetchone() == ("delete",))
    except sqlite3.OperationalError:
        return False


_INDICES = """
SELECT name, sql FROM sqlite_schema
WHERE type = 'index' AND sql NOT LIKE 'CREATE UNIQUE%'
    AND (sql NOT LIKE '% WHERE %' OR sql LIKE '% WHERE ended_at IS NOT NULL')
    AND tbl_name IN (SELECT value FROM json_each(:tables))"""


def _filling(driver: sqlite3.Connection, seal: Seal, tables: Sequence[str]) -> Iterator["SQLiteTransaction"]:
    """A transaction that begins without the indices of these tables, and ends with them. Those that keep rows
    apart stay, and those of a few rows of the past or none."""
    for pragma in (f"cache_size = -{FILLING_KB}", "foreign_keys = OFF"):
        driver.execute(f"PRAGMA {pragma}")
    try:
        driver.execute("BEGIN EXCLUSIVE")
        indices = driver.execute(_INDICES, {"tables": json.dumps(list(tables))}).fetchall()
        for name, _ in indices:
            driver.execute(f'DROP INDEX "{name}"')
        yield SQLiteTransaction(driver, seal)
        for _, sql in indices:
            driver.execute(sql)
        driver.execute("COMMIT")
    finally:
        driver.rollback()
        with suppress(sqlite3.OperationalError):  # somebody reads already: the next who opens it sets it
            driver.execute("PRAGMA journal_mode = WAL")


def _engine(file: Path, synchronous: str, *pragmas: str, **pool: Any) -> Engine:
    """Connections that begin and commit only when told to, and are used by one thread at a time.

    None of them makes the file: an empty one in the place of one that is away would pass for the truth.
    """
    address = f"file:{quote(str(file.absolute()))}?mode=rw"

    def connected() -> sqlite3.Connection:
        return sqlite3.connect(
            address, uri=True, isolation_level=None, check_same_thread=False, timeout=PATIENCE
        )

    engine = create_engine("sqlite://", creator=connected, pool_reset_on_return=None, **pool)

    @event.listens_for(engine, "connect")
    def _(connection: sqlite3.Connection, _record: object) -> None:
        always = ("journal_mode = WAL", f"synchronous = {synchronous}", "foreign_keys = ON")
        for pragma in (*always, f"wal_autocheckpoint = {LOG_PAGES}", *pragmas):
            connection.execute(f"PRAGMA {pragma}")
        connection.create_function("lower", 1, _lower, deterministic=True)

    return engine


def _lower(text: str | None) -> str | None:
    """SQLite's own knows no letters but A to Z, and a note may be in any language."""
    return text and text.lower()


def _driver(pooled: PoolProxiedConnection) -> sqlite3.Connection:
    driver = pooled.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    return driver


def _lock(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _retell(error: BaseException) -> NoReturn:
    """Raise the same failure in the ledger's words; a mistake in our SQL stays what it is."""
    if isinstance(error, PoolEmpty):
        raise LedgerBusy(str(error)) from error
    cause = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(cause, "sqlite_errorcode", sqlite3.SQLITE_OK) & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        raise LedgerBusy(str(cause)) from error
    if code in AWAY:
        raise LedgerAway(str(cause)) from error
    raise error
