"""The ledger: opened once, it gives everybody their transactions."""

import os
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from weakref import WeakSet

from sqlalchemy import make_url

from ivr.ledger import migrate
from ivr.ledger.seal import Seal
from ivr.ledger.transaction import PATIENCE, Database, Transaction


class Ledger:
    """One database and the key that seals its secrets. Safe to share between threads, and to fork."""

    def __init__(self, database: Database, seal: Seal) -> None:
        self._database = database
        self._seal = seal
        _open.add(self)

    @classmethod
    def open(
        cls, url: str, seal_key: bytes, synchronous: str = "NORMAL", *, hashing: bool = False
    ) -> "Ledger":
        """The ledger at `sqlite:///path` or `postgresql://…`; nothing is connected before its first use.

        `synchronous` (SQLite only) is NORMAL or FULL; `hashing`: callers are stored by pseudonyms alone.
        ValueError if the url names neither database.
        """
        return cls(_database(url, synchronous), Seal(seal_key, hashing=hashing))

    @property
    def file(self) -> Path | None:
        """The file of an SQLite database; None if it is on a server."""
        return self._database.file

    def transaction(self) -> AbstractContextManager[Transaction]:
        """One thing that happens: committed at the end of the block, undone by any exception.

        LedgerBusy if others held it for more than 0.8 seconds, LedgerAway if SQL cannot be reached.
        """
        return self._database.transaction(self._seal)

    def reading(self, patience: float = PATIENCE) -> AbstractContextManager[Transaction]:
        """A look at the ledger that changes nothing and waits for no writer.

        `patience` is how many seconds a database server has for each answer; then it is LedgerAway. Give
        more where nobody is on the line and much is searched.
        """
        return self._database.reading(self._seal, patience)

    def alone(self, tables: Sequence[str]) -> AbstractContextManager[Transaction | None]:
        """One long transaction to fill these tables with millions of rows, whose indices are made afterwards,
        and whose references are not looked at: only rows that fit belong there.

        None where the database is shared, now or by its nature: then fill them a little at a time. Who comes
        meanwhile waits. LedgerAway.
        """
        return self._database.alone(self._seal, tables)

    def upgrade(self) -> None:
        """Bring the schema to the present one. Processes that start together wait for each other."""
        with self._database.changing() as connection:
            migrate.upgrade(connection)

    def is_current(self) -> bool:
        """Whether the schema is the present one; an empty database has none."""
        with self._database.changing() as connection:
            return migrate.is_current(connection)

    def checkpoint(self) -> None:
        """Carry what was written last to its place in the database; the clock's work, each second, so that no
        caller waits for it. LedgerError."""
        self._database.checkpoint()

    def take_stock(self, tables: Sequence[str]) -> None:
        """After many rows came into these tables at once: let the database see what is there now, so that it
        finds the best way to it. If it does not come to that, it does so later by itself."""
        self._database.take_stock(tables)

    def scrub(self) -> bool:
        """Leave no trace of what was deleted in the unused parts of the database's file: it is written anew,
        and writers wait meanwhile. False where that could not be done, or is the server's own business."""
        return self._database.scrub()

    def close(self) -> None:
        """Give all connections back; the next use opens new ones."""
        self._database.close()

    def forked(self) -> None:
        """After a fork, in the child: forget the parent's connections without closing them."""
        self._database.forked()


def _database(url: str, synchronous: str) -> Database:
    """Hosting providers say `postgres://`, which SQLAlchemy refuses; the driver is ours to choose."""
    kind = url.partition("://")[0].partition("+")[0]
    if kind == "sqlite":
        from ivr.ledger.sqlite import SQLite

        return SQLite(make_url(url), synchronous)
    if kind in ("postgres", "postgresql"):
        from ivr.ledger.postgresql import PostgreSQL

        return PostgreSQL(make_url(url).set(drivername="postgresql+psycopg"))
    other = f", not {kind}://" if "://" in url else ""  # else it is all of the address, password and all
    raise ValueError(f"DATABASE_URL must begin with sqlite:/// or postgresql://{other}")


_open: WeakSet[Ledger] = WeakSet()


def _forked() -> None:
    for ledger in list(_open):
        ledger.forked()


os.register_at_fork(after_in_child=_forked)
