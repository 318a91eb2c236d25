"""Both databases for tests: `database_url` runs a test on SQLite and on a PostgreSQL of our own.

The server is private to the test process, lives in a temporary folder and listens on a socket there.
"""

import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path

import psycopg
import pytest

from ivr.ledger import Ledger
from tests.ready_made import empty_ledger
from tests.tools import path_of

# Nothing here outlives the test run, so nothing is written through to the disk.
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "shared_buffers": "16MB"}


EITHER = ["sqlite", pytest.param("postgresql", marks=pytest.mark.needs("postgresql"))]


@pytest.fixture(params=EITHER)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database with all tables and no rows, once of each kind."""
    if request.param == "sqlite":
        (tmp_path / "ledger.db").write_bytes(empty_ledger())
        return f"sqlite:///{tmp_path}/ledger.db"
    url: str = request.getfixturevalue("postgresql_url")
    return url


@pytest.fixture(params=EITHER)
def bare_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without tables, once of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/ledger.db"
    else:
        server: PostgreSQLServer = request.getfixturevalue("postgresql_server")
        with server.database() as url:
            yield url


@pytest.fixture
def postgresql_url(postgresql_server: "PostgreSQLServer") -> Iterator[str]:
    """A PostgreSQL database with all tables and no rows."""
    with postgresql_server.database(like=postgresql_server.empty_ledger) as url:
        yield url


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator["PostgreSQLServer"]:
    with running_server() as server:
        yield server


@contextmanager
def running_server(settings: Mapping[str, str] = FAST) -> Iterator["PostgreSQLServer"]:
    """A server with an empty database `postgres`. (pytest's own folders are closed to other users.)"""
    folder = Path(tempfile.mkdtemp(prefix="hotline-postgresql-"))
    server = PostgreSQLServer(folder, settings)
    try:
        server.start()
        yield server
    finally:
        if server.is_running:
            server.stop()
        shutil.rmtree(folder)


class PostgreSQLServer:
    """A PostgreSQL server of our own; run by root it works as `postgres` or `nobody`, as it refuses root."""

    def __init__(self, folder: Path, settings: Mapping[str, str] = FAST) -> None:
        self.folder = folder
        self._settings = settings
        self._programs = path_of("postgresql").parent
        self._data = folder / "data"
        self._user = _unprivileged()

    def url(self, database: str) -> str:
        return f"postgresql://hotline@/{database}?host={self.folder}"

    @contextmanager
    def database(self, like: str = "template1") -> Iterator[str]:
        """Makes a database `like` another one, of this server, and takes it away again."""
        name = f"ledger_{secrets.token_hex(6)}"
        self.command(f"CREATE DATABASE {name} TEMPLATE {like}")
        yield self.url(name)
        self.command(f"DROP DATABASE {name} WITH (FORCE)")

    @cached_property
    def empty_ledger(self) -> str:
        """The name of a database with all tables and no rows; leave it so, to make others like it."""
        self.command("CREATE DATABASE empty_ledger")
        ledger = Ledger.open(self.url("empty_ledger"), b"for making only")
        ledger.upgrade()
        ledger.close()
        return "empty_ledger"

    def command(self, sql: str) -> None:
        with psycopg.connect(
            self.url("postgres"), autocommit=True, options="-c statement_timeout=30s"
        ) as admin:
            admin.execute(sql.encode())

    @property
    def is_running(self) -> bool:
        return (self._data / "postmaster.pid").exists()

    def start(self) -> None:
        if not self._data.exists():
            if self._user:
                shutil.chown(self.folder, self._user)
            # As a server is set up that knows capital letters beyond A to Z; this locale is on every machine.
            locale = ["--locale=C.UTF-8", "-E", "UTF8"]
            self._run("initdb", "-D", self._data, "-U", "hotline", "-A", "trust", "-N", *locale)
        settings = " ".join(f"-c {name}={value}" for name, value in self._settings.items())
        options = f"-k {self.folder} -h '' {settings}"
        self._run("pg_ctl", "-D", self._data, "-w", "-l", self.folder / "log", "-o", options, "start")

    def stop(self, how: str = "immediate") -> None:
        self._run("pg_ctl", "-D", self._data, "-w", "-m", how, "stop")

    def freeze(self) -> None:
        """Nothing answers any more, and no connection ends."""
        self._tell_all(signal.SIGSTOP)

    def thaw(self) -> None:
        self._tell_all(signal.SIGCONT)

    def _tell_all(self, what: signal.Signals) -> None:
        """Every process of the server; one that ended meanwhile keeps nothing from the others."""
        for process in self._processes():
            with suppress(ProcessLookupError):
                os.kill(process, what)

    def _processes(self) -> list[int]:
        head = int((self._data / "postmaster.pid").read_text().splitlines()[0])
        return [head, *map(int, Path(f"/proc/{head}/task/{head}/children").read_text().split())]

    def _run(self, program: str, *words: str | Path) -> None:
        as_user = ["setpriv", f"--reuid={self._user}", "--clear-groups"] if self._user else []
        command = [*as_user, self._programs / program, *words]
        # pg_ctl hands its output to the server it starts, so a pipe here would never see its end.
        with tempfile.TemporaryFile() as output:
            run = subprocess.run(command, cwd="/", stdout=output, stderr=subprocess.STDOUT, check=False)
            output.seek(0)
            assert run.returncode == 0, output.read().decode()


def _unprivileged() -> str | None:
    if os.geteuid() != 0:
        return None
    known = {user.pw_name for user in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"
