"""The database of a soak, and how somebody else keeps it locked."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from ivr.ledger.schema import LEDGER
from tests.postgres import running_server

TABLES = ", ".join(f'"{name}"' for name in LEDGER.tables)


@dataclass(frozen=True, slots=True)
class Database:
    """`url` is its address for the service. `readable`: it can be read while it is locked."""

    url: str
    readable: bool

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Nobody else writes, and in PostgreSQL nobody else reads, as long as the block lasts."""
        raise NotImplementedError


class SQLiteFile(Database):
    @contextmanager
    def locked(self) -> Iterator[None]:
        holder = sqlite3.connect(self.url.removeprefix("sqlite:///"), isolation_level=None, timeout=30)
        try:
            holder.execute("BEGIN EXCLUSIVE")
            yield
        finally:
            holder.close()


class PostgreSQL(Database):
    @contextmanager
    def locked(self) -> Iterator[None]:
        with psycopg.connect(self.url) as holder:
            while not _has_all(holder):
                holder.rollback()
            yield
            holder.rollback()


def _has_all(holder: psycopg.Connection) -> bool:
    """Takes one table after the other; whoever of ours holds some, and waits for others, may win."""
    try:
        holder.execute(f"LOCK TABLE {TABLES} IN ACCESS EXCLUSIVE MODE".encode())
    except psycopg.errors.DeadlockDetected:
        return False
    return True


@contextmanager
def database(kind: str, folder: Path) -> Iterator[Database]:
    """An empty one, `sqlite` or `postgresql`."""
    if kind == "sqlite":
        yield SQLiteFile(f"sqlite:///{folder}/hotline.db", readable=True)
        return
    with running_server() as server:
        server.command("CREATE DATABASE soak")
        yield PostgreSQL(server.url("soak"), readable=False)
