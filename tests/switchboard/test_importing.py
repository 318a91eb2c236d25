"""Files of calls are in the log as a whole or not at all, whoever is killed, stopped, or comes twice."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from operator import attrgetter
from pathlib import Path

import pytest

from ivr.core.figures.folding import fold
from ivr.ledger import imported_files, legal_holds, lost
from ivr.ledger.reports import records
from ivr.ledger.reports.rolling_up import count_again
from ivr.switchboard import call_files, importing
from ivr.switchboard.call_files import BadRows, Batch, CallFile, columns_of
from ivr.switchboard.call_rows import Map
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.importing import NotImported, bring_in, take_out_what_is_left
from ivr.switchboard.tidying import tidy
from tests.reaching.figures import rolled_up
from tests.service import House

MENUS = """
hotline: Shop
zone: UTC
numbers: {"+842873001234": main}
languages: {en: {}}
mailboxes: {office: {}}
queues:
  default: {no_agents: message}
  sales: {label: sales}
steps:
  main: {say: Welcome., keys: {1: sales}}
  message: {say: Leave word., voicemail: office, then: hang_up}
"""
DAY = 86_400_000
FIELDS = ("arrived", "entered", "left", "began", "ended", "outcome", "queue", "agent", "caller")
BY = Map(columns_of(f"{name}={name}" for name in FIELDS))
HEAD = ",".join(FIELDS)


@pytest.fixture
def house(tmp_path: Path, database_url: str) -> Iterator[House]:
    url = database_url if database_url.startswith("postgresql") else ""
    house = House(tmp_path).open(MENUS, **({"database_url": url} if url else {}))
    yield house
    house.exchange.ledger.close()


@pytest.fixture
def exchange(house: House) -> Exchange:
    return house.exchange


def answered(day: int, at: str, caller: str, ended: bool = True) -> str:
    on = f"2026-01-{day:02} {at}"
    return f"{on}:00,{on}:10,{on}:20,{on}:20,{f'{on}:50' if ended else ''},answered,sales,An,{caller}"


def abandoned(day: int, at: str, caller: str) -> str:
    on = f"2026-01-{day:02} {at}"
    return f"{on}:00,{on}:10,{on}:40,,,abandoned,sales,,{caller}"


def written(folder: Path, *rows: str, name: str = "calls.csv", head: str = HEAD) -> Path:
    path = folder / name
    path.write_text("\n".join([head, *rows]) + "\n")
    return path


def many(folder: Path, count: int = 500) -> Path:
    return written(
        folder, *(answered(1 + n % 20, f"{n % 24:02}:{n % 60:02}", f"+84{n}") for n in range(count))
    )


def calls(house: House) -> int:
    count: int = house.rows.one("SELECT COUNT(*) FROM call")
    return count


KILLED = """
import sys, time
from pathlib import Path
from ivr import assemble, load
from ivr.switchboard import call_files, importing
from tests.switchboard.test_importing import BY

call_files.LARGE = 0
call_files.AT_ONCE = 100
def written(count):
    if count >= 200:
        print("there", flush=True)
        time.sleep(60)
importing.bring_in(assemble(load()), Path(sys.argv[1]), BY, written)
"""


def killed_while_it_writes(house: House, path: Path) -> None:
    """Somebody imports it in a process of their own, and is killed in the middle."""
    settings = house.exchange.settings
    environment = {
        **os.environ,
        "IVR_DATA": str(settings.data),
        "IVR_MENUS": str(settings.menus),
        "IVR_RECORDINGS": str(settings.recordings),
        "DATABASE_URL": settings.database_url or "",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, str(path)], env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "there\n"
        readers = children(process.pid)
        assert readers
        process.kill()
    deadline = time.monotonic() + 10
    while any(map(is_alive, readers)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(map(is_alive, readers)), "nobody hears the process that reads, and it ends"


def children(pid: int) -> list[int]:
    found = subprocess.run(
        ["ps", "--ppid", str(pid), "-o", "pid="], capture_output=True, text=True, check=False
    )
    return [int(each) for each in found.stdout.split()]


def is_alive(pid: int) -> bool:
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def test_who_is_killed_alone_with_the_log_has_written_nothing_and_holds_up_nobody(tmp_path: Path) -> None:
    """Nobody is alone with a server."""
    house = House(tmp_path).open(MENUS)
    house.exchange.ledger.close()
    killed_while_it_writes(house, many(tmp_path))
    assert calls(house) == 0
    with house.exchange.ledger.transaction() as tx:
        tx.run("UPDATE stale SET since = since", {})
    house.exchange.ledger.close()


@pytest.mark.usefixtures("running")
def test_what_is_left_of_who_was_killed_beside_the_hotline_is_taken_out_by_its_clock(
    house: House, exchange: Exchange, tmp_path: Path
) -> None:
    path = many(tmp_path)
    house.now = round(time.time() * 1000)
    killed_while_it_writes(house, path)
    assert calls(house) == 200
    with pytest.raises(NotImported, match="it is being imported, or was until a moment ago"):
        bring_in(exchange, path, BY)
    tidy(exchange)
    assert calls(house) == 200, "nobody knows yet that it was killed"
    house.now += importing.LEASE_MS + 5_000
    tidy(exchange)
    assert calls(house) == 0
    assert importing.of_file(exchange, path) is None
    assert bring_in(exchange, path, BY) == 500


@pytest.mark.usefixtures("running")
def test_what_was_read_wrongly_before_somebody_was_killed_is_not_kept(
    house: House, exchange: Exchange, tmp_path: Path
) -> None:
    path = many(tmp_path)
    house.now = round(time.time() * 1000)
    killed_while_it_writes(house, path)
    house.now += importing.LEASE_MS + 5_000
    later = Map(BY.columns, zone="Asia/Ho_Chi_Minh")
    assert bring_in(exchange, path, later) == 500
    assert house.rows.one("SELECT MIN(started_at) FROM call") == 1_767_200_400_000, "2025-12-31 17:00 UTC"


@pytest.mark.usefixtures("running")
def test_a_file_that_somebody_else_brings_in_is_left_to_them(
    house: House, exchange: Exchange, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = many(tmp_path)
    monkeypatch.setattr(call_files, "AT_ONCE", 100)
    refused = []

    def and_another(count: int) -> None:
        if count == 300:
            with pytest.raises(NotImported, match="it is being imported"):
                bring_in(exchange, path, BY, anew=True)
            refused.append(count)

    assert bring_in(exchange, path, BY, and_another) == 500
    assert (refused, calls(house)) == ([300], 500)


@pytest.mark.usefixtures("running")
def test_what_is_left_and_is_held_stays(house: House, exchange: Exchange, tmp_path: Path) -> None:
    path = many(tmp_path)
    house.now = round(time.time() * 1000)
    killed_while_it_writes(house, path)
    with exchange.ledger.transaction() as tx:
        legal_holds.put(tx, legal_holds.of_caller("+847", "a claim", "mai", house.now))
    house.now += importing.LEASE_MS + 5_000
    tidy(exchange)
    assert calls(house) == 200


@pytest.mark.parametrize("at", [300, 500])
@pytest.mark.usefixtures("running")
def test_who_was_not_heard_of_for_too_long_writes_nothing_more(
    house: House, exchange: Exchange, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    """Also if it is the last that is written."""
    monkeypatch.setattr(call_files, "AT_ONCE", 100)

    def sleep_long(count: int) -> None:
        if count == at:
            house.now += importing.LEASE_MS + 1
            take_out_what_is_left(exchange)

    with pytest.raises(NotImported, match="it was taken out by another process"):
        bring_in(exchange, many(tmp_path), BY, sleep_long)
    assert calls(house) == 0


@pytest.mark.usefixtures("running")
def test_names_of_a_stopped_import_are_gone_again_and_others_stay(
    house: House, exchange: Exchange, tmp_path: Path
) -> None:
    assert bring_in(exchange, written(tmp_path, answered(1, "10:00", "+841"), name="before.csv"), BY) == 1
    rows = (answered(2, "10:00", "+842").replace(",An,", f",{name},") for name in ("Binh", "An", "Chi"))

    def stop(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bring_in(exchange, written(tmp_path, *rows), BY, stop)
    assert house.rows("SELECT id FROM account") == [("an",)]
    assert house.rows("SELECT id FROM agent") == [("an",)]


def test_a_reader_that_is_ended_from_outside_is_said_to_be(
    exchange: Exchange, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(call_files, "LARGE", 0)
    monkeypatch.setattr(call_files, "AT_ONCE", 10)
    batches = call_files._batches

    def killed(file: CallFile) -> Iterator[Batch]:
        yield next(batches(file))
        os.kill(os.getpid(), signal.SIGKILL)

    monkeypatch.setattr(call_files, "_batches", killed)
    with pytest.raises(
        BadRows, match=r"the process that read it was ended by somebody\. Nothing was imported"
    ):
        bring_in(exchange, many(tmp_path), BY)
    assert importing.of_file(exchange, tmp_path / "calls.csv") is None


def equal_to_the_records(house: House) -> bool:
    """Whether the figures of January are those of its records."""
    january = 1_767_225_600_000, 1_767_225_600_000 + 31 * DAY
    ledger = house.exchange.ledger
    assert count_again(ledger, "UTC", house.now)
    with ledger.reading(60) as tx:
        return rolled_up(tx, *january) == fold(records.of(tx, *january))


def test_older_calls_that_come_later_change_the_figures_of_the_week_after_them(
    house: House, exchange: Exchange, tmp_path: Path
) -> None:
    """Who was answered on the first was not helped then, if they come again on the third."""
    newer = written(tmp_path, answered(3, "10:00", "+841"), name="newer.csv")
    older = written(tmp_path, answered(1, "10:00", "+841"), name="older.csv")
    for path in (newer, older):
        bring_in(exchange, path, BY)
        assert equal_to_the_records(house)
    with exchange.ledger.reading() as tx:
        ended = records.of(tx, 1_767_225_600_000, house.now).ended
    returned = [bool(each.returned) for each in sorted(ended, key=attrgetter("at"))]
    assert returned == [False, True]
    bring_in(exchange, older, Map(BY.columns, zone="Pacific/Kiritimati"), anew=True)
    assert equal_to_the_records(house)


def test_one_call_of_a_placeholder_date_has_no_decades_counted_again(
    house: House, exchange: Exchange, tmp_path: Path
) -> None:
    first = answered(1, "00:00", "+841").replace("2026-", "1970-")
    bring_in(exchange, written(tmp_path, first, answered(2, "00:00", "+841")), BY)
    assert [
        until - since for since, until in house.rows("SELECT since, until FROM stale ORDER BY since")
    ] == [7 * DAY + 50_000] * 2
    bring_in(exchange, written(tmp_path, "1970-01-01 00:00:00,,,,,,,,", name="never.csv"), BY)
    assert calls(house) == 3


def test_who_was_answered_is_lost_no_more_though_nobody_knows_for_how_long(
    house: House, exchange: Exchange, tmp_path: Path
) -> None:
    rows = (
        abandoned(1, "10:00", "+841"),
        abandoned(1, "10:01", "+842"),
        answered(1, "10:05", "+841", ended=False),
    )
    bring_in(exchange, written(tmp_path, *rows), BY)
    with exchange.ledger.reading() as tx:
        assert [caller.number for caller in lost.callers(tx, 0, "", 50)] == ["+842"]


def test_many_agents_are_no_agents(
    exchange: Exchange, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(call_files, "AGENTS", 2)
    rows = (answered(1, "10:00", "+841").replace(",An,", f",{name},") for name in "ABC")
    with pytest.raises(ValueError, match="there are more than 2 agents: is it another column"):
        bring_in(exchange, written(tmp_path, *rows), BY)


def test_a_claim_is_for_one_and_for_a_while(exchange: Exchange) -> None:
    ours, theirs = (imported_files.ImportedFile("d", 5, "", 100, name, 200) for name in ("us", "them"))
    with exchange.ledger.transaction() as tx:
        assert imported_files.claim(tx, ours)
        assert not imported_files.claim(tx, theirs)
        assert imported_files.hold_on(tx, ours, 300)
        assert not imported_files.hold_on(tx, theirs, 300)
        assert imported_files.left_behind(tx, 300) == []
        assert [file.claim for file in imported_files.left_behind(tx, 301)] == ["us"]
        assert not imported_files.is_whole(tx, theirs, 4, 250)
        assert imported_files.is_whole(tx, ours, 4, 250)
        assert imported_files.find(tx, "d") == imported_files.ImportedFile("d", 4, "", 250)
        assert imported_files.left_behind(tx, 10_000) == []
        assert imported_files.claim(tx, theirs), "to read it anew"
        imported_files.is_gone(tx, ours)
        assert imported_files.find(tx, "d") is not None
        imported_files.is_gone(tx, theirs)
        assert imported_files.find(tx, "d") is None
