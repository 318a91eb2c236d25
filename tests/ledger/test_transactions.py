"""One transaction at a time, all of it or nothing, and nobody waits for ever."""

import socket
import sqlite3
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path

import psycopg
import pytest

from ivr.ledger import Ledger, LedgerAway, LedgerBusy, callers
from tests.ledger.conftest import KEY
from tests.patience import taking
from tests.postgres import PostgreSQLServer


def remembered(ledger: Ledger) -> str | None:
    with ledger.reading() as tx:
        return callers.remembered_language(tx, "+1")


def remember(ledger: Ledger, language: str) -> None:
    remember_while(ledger, language, lambda: None)


def remember_while(ledger: Ledger, language: str, act: Callable[[], object]) -> None:
    """Write in a transaction, and do something before it ends."""
    with ledger.transaction() as tx:
        callers.remember(tx, "+1", language, 1)
        act()


def test_what_a_transaction_wrote_is_there_for_everybody(ledger: Ledger, database_url: str) -> None:
    remember(ledger, "vi")
    other = Ledger.open(database_url, KEY)
    assert remembered(other) == "vi"
    other.close()


def test_an_exception_undoes_all_of_it(ledger: Ledger) -> None:
    with pytest.raises(ZeroDivisionError):
        remember_while(ledger, "vi", lambda: 1 // 0)
    assert remembered(ledger) is None
    remember(ledger, "en")
    assert remembered(ledger) == "en"


def touch(ledger: Ledger, caller: str) -> None:
    """Write between two others a change that the table refuses unless it is for +1."""
    with ledger.transaction() as tx:
        callers.remember(tx, "+1", "vi", 1)
        sql = "UPDATE remembered SET at = CASE WHEN caller = :caller THEN 2 END"
        tx.must(sql, {"caller": caller}, LookupError("somebody else"))
        callers.remember(tx, "+2", "en", 3)


def test_a_change_the_table_refuses_undoes_the_transaction(ledger: Ledger) -> None:
    with pytest.raises(LookupError, match="somebody else"):
        touch(ledger, "+9")
    assert remembered(ledger) is None
    touch(ledger, "+1")
    with ledger.reading() as tx:
        assert tx.rows("SELECT caller, at FROM remembered ORDER BY caller", {}) == [("+1", 2), ("+2", 3)]


def test_a_reader_sees_what_was_true_and_changes_nothing(ledger: Ledger) -> None:
    remember(ledger, "vi")
    with (
        pytest.raises((LedgerAway, psycopg.errors.ReadOnlySqlTransaction)),
        ledger.reading() as tx,
    ):
        callers.remember(tx, "+1", "en", 1)
    assert remembered(ledger) == "vi"


def test_a_reader_does_not_wait_for_a_writer(ledger: Ledger) -> None:
    remember(ledger, "vi")
    with ledger.transaction() as tx:
        callers.remember(tx, "+1", "en", 1)
        assert remembered(ledger) == "vi"
    assert remembered(ledger) == "en"


def test_a_mistake_in_our_sql_is_no_outage(ledger: Ledger) -> None:
    with pytest.raises((sqlite3.OperationalError, psycopg.errors.UndefinedTable)), ledger.transaction() as tx:
        tx.run("DELETE FROM nowhere", {})
    remember(ledger, "vi")


HOLD = """
import sys
from ivr.ledger import Ledger
ledger = Ledger.open(sys.argv[1], b"another process")
with ledger.transaction() as tx:
    tx.locked_row("SELECT language FROM remembered WHERE caller = '+1'", {})
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def held(ledger: Ledger, database_url: str) -> Iterator[None]:
    """Another process holds the row of caller +1, in a transaction that does not end."""
    remember(ledger, "vi")
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, database_url], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout
    assert process.stdout.readline() == b"held\n"
    yield
    process.communicate()


@pytest.mark.usefixtures("held")
def test_a_writer_waits_for_another_process_less_than_a_second(ledger: Ledger) -> None:
    with taking(0.75, less_than=1.2), pytest.raises(LedgerBusy), ledger.transaction() as tx:
        tx.locked_row("SELECT language FROM remembered WHERE caller = '+1'", {})


def test_a_writer_waits_for_another_thread_less_than_a_second(ledger: Ledger) -> None:
    remember(ledger, "vi")
    has_it, may_go = threading.Event(), threading.Event()

    def hold() -> None:
        with ledger.transaction() as tx:
            tx.locked_row("SELECT language FROM remembered WHERE caller = '+1'", {})
            has_it.set()
            may_go.wait()

    thread = threading.Thread(target=hold)
    thread.start()
    has_it.wait()
    try:
        with taking(0.75, less_than=1.2), pytest.raises(LedgerBusy), ledger.transaction() as tx:
            tx.locked_row("SELECT language FROM remembered WHERE caller = '+1'", {})
    finally:
        may_go.set()
        thread.join()
    remember(ledger, "en")
    assert remembered(ledger) == "en"


def test_a_program_that_ignores_our_lock_file_is_waited_for_too(tmp_path: Path) -> None:
    ledger = Ledger.open(f"sqlite:///{tmp_path}/ledger.db", KEY)
    ledger.upgrade()
    stranger = sqlite3.connect(tmp_path / "ledger.db", isolation_level=None)
    stranger.execute("BEGIN IMMEDIATE")
    with taking(0.75, less_than=1.2), pytest.raises(LedgerBusy), ledger.transaction():
        pass
    stranger.close()
    remember(ledger, "vi")
    ledger.close()


def test_a_file_that_cannot_be_written_anew_stays_as_it_is_and_that_is_no_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ivr.ledger.sqlite.SCRUB_PATIENCE", 0.1)
    ledger = Ledger.open(f"sqlite:///{tmp_path}/ledger.db", KEY)
    ledger.upgrade()
    assert ledger.scrub()
    stranger = sqlite3.connect(tmp_path / "ledger.db", isolation_level=None)
    stranger.execute("BEGIN IMMEDIATE")
    assert not ledger.scrub()
    stranger.close()
    remember(ledger, "vi")
    assert remembered(ledger) == "vi"
    ledger.close()


def test_who_waited_for_a_thread_that_waits_for_such_a_program_does_not_wait_as_long_again(
    tmp_path: Path,
) -> None:
    ledger = Ledger.open(f"sqlite:///{tmp_path}/ledger.db", KEY)
    ledger.upgrade()
    stranger = sqlite3.connect(tmp_path / "ledger.db", isolation_level=None)
    stranger.execute("BEGIN IMMEDIATE")

    def write() -> None:
        with taking(less_than=1.2), pytest.raises(LedgerBusy), ledger.transaction():
            pass

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(write)
        time.sleep(0.3)  # so the second gets its turn with half a second left
        second = pool.submit(write)
        first.result()
        second.result()
    stranger.close()
    remember(ledger, "vi")
    ledger.close()


def test_a_folder_that_is_not_there_is_an_outage(tmp_path: Path) -> None:
    ledger = Ledger.open(f"sqlite:///{tmp_path}/gone/ledger.db", KEY)
    with pytest.raises(LedgerAway), ledger.transaction():
        pass
    with pytest.raises(LedgerAway), ledger.reading():
        pass


@pytest.fixture
def on_server(postgresql_url: str) -> Iterator[Ledger]:
    """A ledger on the PostgreSQL server the test may stop and start."""
    ledger = Ledger.open(postgresql_url, KEY)
    remember(ledger, "vi")
    yield ledger
    ledger.close()


@pytest.mark.needs("postgresql")
def test_a_server_that_is_away_is_an_outage_and_its_return_the_end_of_it(
    on_server: Ledger, postgresql_server: PostgreSQLServer
) -> None:
    postgresql_server.stop("fast")
    with pytest.raises(LedgerAway):
        remember(on_server, "en")
    with pytest.raises(LedgerAway):
        remembered(on_server)
    postgresql_server.start()
    remember(on_server, "ko")
    assert remembered(on_server) == "ko"


@pytest.mark.needs("postgresql")
def test_a_server_restarted_between_two_calls_is_not_noticed_by_the_second(
    on_server: Ledger, postgresql_server: PostgreSQLServer
) -> None:
    postgresql_server.stop("fast")
    postgresql_server.start()
    assert remembered(on_server) == "vi"


@pytest.mark.needs("postgresql")
def test_a_server_that_ends_in_the_middle_undoes_the_transaction(
    on_server: Ledger, postgresql_server: PostgreSQLServer
) -> None:
    with pytest.raises(LedgerAway):
        remember_while(on_server, "en", lambda: postgresql_server.stop("fast"))
    postgresql_server.start()
    assert remembered(on_server) == "vi"


@pytest.mark.needs("postgresql")
def test_a_server_that_froze_does_not_freeze_the_callers(
    on_server: Ledger, postgresql_server: PostgreSQLServer
) -> None:
    postgresql_server.freeze()
    try:
        with taking(0.9, less_than=1.5), pytest.raises(LedgerAway):
            remember(on_server, "en")
    finally:
        postgresql_server.thaw()
    remember(on_server, "ko")
    assert remembered(on_server) == "ko"


@pytest.mark.needs("postgresql")
def test_a_search_may_take_the_time_it_is_given(on_server: Ledger) -> None:
    with pytest.raises(LedgerAway), on_server.reading() as tx:
        tx.row("SELECT pg_sleep(1.5)", {})
    with on_server.reading(patience=5) as tx:
        assert tx.row("SELECT 1 FROM pg_sleep(1.2)", {}) == (1,)


def test_who_comes_to_a_file_that_is_being_filled_says_that_it_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A hotline that is started during an import seems to do nothing else."""
    monkeypatch.setattr("ivr.ledger.sqlite.LONG", 0.05)
    filling, coming = (Ledger.open(f"sqlite:///{tmp_path / 'ledger.db'}", KEY) for _ in range(2))
    filling.upgrade()
    with ThreadPoolExecutor() as beside:
        with filling.alone(("call",)) as tx:
            assert tx is not None
            start = beside.submit(coming.upgrade)
            deadline = time.monotonic() + 10
            while not caplog.messages and time.monotonic() < deadline:
                time.sleep(0.01)
            assert not start.done()
        start.result(10)
    assert caplog.messages == [
        f"waiting for who writes to {tmp_path / 'ledger.db'}: an import may do so for minutes"
    ]
    for ledger in (filling, coming):
        ledger.close()


def test_a_file_that_was_moved_away_is_neither_written_nor_replaced(tmp_path: Path) -> None:
    """An empty one in its place would pass for the truth; what is written to the moved one may be lost."""
    path, elsewhere = tmp_path / "hotline.db", tmp_path / "elsewhere.db"
    ledger = Ledger.open(f"sqlite:///{path}", KEY)
    ledger.upgrade()
    remember(ledger, "vi")
    path.rename(elsewhere)
    time.sleep(0.15)  # so often it is looked for
    for ask in (
        lambda: remember(ledger, "en"),
        lambda: remembered(ledger),
        ledger.is_current,
        ledger.upgrade,
    ):
        with pytest.raises(LedgerAway):
            ask()
    assert not path.exists()
    elsewhere.rename(path)
    assert remembered(ledger) == "vi"
    remember(ledger, "ko")
    assert remembered(ledger) == "ko"
    ledger.close()


def test_another_file_in_the_place_of_the_first_is_the_ledger(tmp_path: Path) -> None:
    """A backup was put back while we ran."""
    path, backup = tmp_path / "hotline.db", tmp_path / "backup.db"
    ledger = Ledger.open(f"sqlite:///{path}", KEY)
    ledger.upgrade()
    remember(ledger, "vi")
    with sqlite3.connect(path) as source, sqlite3.connect(backup) as target:
        source.backup(target)
    remember(ledger, "en")
    backup.rename(path)
    time.sleep(0.15)
    remember(ledger, "ko")
    with sqlite3.connect(path) as file:
        assert file.execute("SELECT language FROM remembered").fetchall() == [("ko",)]
    ledger.close()


def test_a_url_of_another_database_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="must begin with sqlite:/// or postgresql://, not mysql://"):
        Ledger.open("mysql://root@db/hotline", KEY)


def test_after_a_checkpoint_the_file_alone_holds_what_was_written(tmp_path: Path) -> None:
    """No writer does it in passing before the log is long: that would be a caller's time."""
    ledger = Ledger.open(f"sqlite:///{tmp_path}/ledger.db", KEY)
    ledger.upgrade()
    ledger.checkpoint()
    for n in range(1_500):  # more pages than SQLite's own rule lets be
        remember(ledger, f"v{n}")
    assert alone(tmp_path / "ledger.db") == []
    ledger.checkpoint()
    assert alone(tmp_path / "ledger.db") == [("+1", "v1499")]
    ledger.close()


def alone(file: Path) -> list[tuple[str, str]]:
    """What is remembered in a copy of the file, without its log."""
    copy = file.with_name("copy.db")
    copy.write_bytes(file.read_bytes())
    database = sqlite3.connect(copy)
    found = database.execute("SELECT caller, language FROM remembered").fetchall()
    database.close()
    return found


def test_an_address_without_a_kind_is_refused_without_its_password() -> None:
    with pytest.raises(ValueError, match="DATABASE_URL must begin") as wrong:
        Ledger.open("postgresql//hotline:hunter2@db.example/hotline", KEY)
    assert "hunter2" not in str(wrong.value)


def test_a_ledger_in_memory_is_refused() -> None:
    with pytest.raises(ValueError, match="name a file"):
        Ledger.open("sqlite://", KEY)


@pytest.mark.needs("postgresql")
def test_the_url_hosting_providers_give_is_understood(postgresql_url: str) -> None:
    ledger = Ledger.open(postgresql_url.replace("postgresql://", "postgres://"), KEY)
    remember(ledger, "vi")
    assert remembered(ledger) == "vi"
    ledger.close()


@pytest.mark.needs("postgresql")
def test_a_name_is_held_by_one_transaction_and_others_by_whom_they_like(on_server: Ledger) -> None:
    with on_server.transaction() as tx:
        tx.hold("+1")
        tx.row("SELECT 1", {})
        with on_server.transaction() as other, on_server.reading() as look:
            other.hold("+2")
            look.hold("+1")
            assert other.row("SELECT 1", {}) == look.row("SELECT 1", {}) == (1,)
        with pytest.raises(LedgerBusy), on_server.transaction() as other:
            other.hold("+1")
    with on_server.transaction() as tx:
        tx.hold("+1")


@pytest.mark.needs("postgresql")
def test_a_text_the_server_cannot_hold_is_refused_and_not_cut_short(on_server: Ledger) -> None:
    with pytest.raises(psycopg.DataError):
        remember(on_server, "v\0i")
    assert remembered(on_server) == "vi"


@pytest.mark.needs("postgresql")
def test_whoever_read_first_on_a_connection_is_no_more_patient_than_others(postgresql_url: str) -> None:
    """What a connection is told once must outlive the first reading, which is rolled back."""
    with closing(Ledger.open(postgresql_url, KEY)) as ledger:
        for _ in range(2):
            with ledger.reading() as tx:
                assert tx.row("SHOW lock_timeout", {}) == ("800ms",)


@pytest.mark.needs("postgresql")
def test_only_questions_about_a_time_are_planned_for_their_values(postgresql_url: str) -> None:
    """To plan takes longer than all a keypress asks."""
    plans = "SHOW plan_cache_mode"
    with closing(Ledger.open(postgresql_url, KEY)) as ledger:
        with ledger.transaction() as tx:
            tx.plan_anew()
            assert tx.row(plans, {}) == ("force_custom_plan",)
        with ledger.reading(patience=10) as tx:
            assert tx.row(plans, {}) == ("force_custom_plan",)
        for kind in (ledger.transaction, ledger.reading):
            with kind() as tx:
                assert tx.row(plans, {}) == ("auto",)


@pytest.mark.needs("postgresql")
def test_stock_is_taken_of_what_came_at_once(postgresql_url: str) -> None:
    rows = "SELECT CAST(reltuples AS BIGINT) FROM pg_class WHERE relname = 'remembered'"
    with closing(Ledger.open(postgresql_url, KEY)) as ledger:
        for language in ("vi", "en"):
            remember(ledger, language)
        with ledger.transaction() as tx:
            callers.remember(tx, "+2", "vi", 2)
        ledger.take_stock(["remembered"])
        with ledger.reading() as tx:
            assert tx.row(rows, {}) == (2,)


@pytest.fixture
def silent_server() -> Iterator[str]:
    """A server that lets everybody in, and then says nothing more: a pooler whose database is away."""
    let_in = struct.pack("!cII", b"R", 8, 0) + struct.pack("!cIc", b"Z", 5, b"I")
    kept: list[socket.socket] = []

    def serve(listening: socket.socket) -> None:
        with suppress(OSError):
            while True:
                came, _ = listening.accept()
                kept.append(came)
                while struct.unpack("!II", came.recv(1_000)[:8])[1] in (SSL, GSS):
                    came.sendall(b"N")
                came.sendall(let_in)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=serve, args=(listening,), daemon=True).start()
        yield f"postgresql://ivr@127.0.0.1:{listening.getsockname()[1]}/ivr"
        listening.shutdown(socket.SHUT_RDWR)
    for each in kept:
        each.close()


SSL, GSS = 80_877_103, 80_877_104
"""What a client asks for before it says who it is."""


def test_a_server_that_lets_one_in_and_says_nothing_holds_up_no_caller(silent_server: str) -> None:
    with (
        closing(Ledger.open(silent_server, KEY)) as ledger,
        taking(0.9, less_than=2.0),
        pytest.raises(LedgerAway),
        ledger.reading() as tx,
    ):
        tx.rows("SELECT 1", {})
