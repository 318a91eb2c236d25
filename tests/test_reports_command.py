"""The commands that show figures, and those that fill the log: as typed."""

import csv
import io
import json
import re
import shutil
import zipfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from ivr import assemble, load
from ivr.cli import main
from ivr.core.line.closures import Closure
from ivr.core.line.visits import Visit
from ivr.ledger import LedgerAway, LedgerBusy, Transaction, bulk, imported, legal_holds
from ivr.ledger.line import join
from ivr.ledger.transaction import Row
from ivr.switchboard import call_files, demo, importing, reporting
from ivr.switchboard.call_rows import Map
from ivr.switchboard.demo import make_year
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.line import closing
from ivr.switchboard.publishing import publish
from ivr.switchboard.turns import patiently

MENUS = """
hotline: Shop
zone: UTC
numbers: {"+842873001234": main}
languages: {en: {}}
mailboxes: {office: {}}
queues:
  default: {no_agents: bye}
  sales: {label: sales}
  support: {label: help}
steps:
  main: {say: Welcome., keys: {1: sales, 2: support}}
  bye: {say: Goodbye., then: hang_up}
"""

BANK = """\
id,customer,type,date,vru_entry,q_start,q_exit,outcome,ser_start,ser_exit,server
1,84901,sales,991101,9:00:00,9:00:10,9:00:20,AGENT,9:00:20,9:03:20,Michal
2,84902,sales,991101,9:01:00,9:01:10,9:02:50,HANG,,,
3,,support,991101,9:02:00,9:02:05,9:02:45,AGENT,9:02:45,9:05:45,Zohari
4,84901,,991101,9:03:00,,,,,,
5,84904,sales,991101,9:20:00,9:20:10,9:20:14,HANG,,,
"""

FIELDS = (
    "arrived=date+vru_entry entered=date+q_start left=date+q_exit began=date+ser_start ended=date+ser_exit"
    " outcome=outcome queue=type agent=server caller=customer"
)
BY = [word for field in FIELDS.split() for word in ("--map", field)]
WORDS = ["--outcome", "AGENT=answered", "--outcome", "HANG=abandoned", "--moments", "%y%m%d %H:%M:%S"]

Type = Callable[..., Result]


@pytest.fixture
def exchange(tmp_path: Path) -> Exchange:
    menus = tmp_path / "menus"
    menus.mkdir()
    (menus / "hotline.yaml").write_text(MENUS)
    exchange = assemble(
        load({"IVR_DATA": str(tmp_path / "var"), "IVR_MENUS": str(menus), "IVR_RECORDINGS": str(menus)})
    )
    exchange.ledger.upgrade()
    publish(exchange, "a test")
    return exchange


@pytest.fixture(name="type_")
def _type(tmp_path: Path, exchange: Exchange) -> Type:
    def type_(*words: str) -> Result:
        environment = {"IVR_DATA": str(tmp_path / "var"), "IVR_MENUS": str(tmp_path / "menus")}
        environment |= dict.fromkeys(
            ("TWILIO_AUTH_TOKEN", "DATABASE_URL", "HOST", "PUBLIC_URL", "SECRET_KEY", "WEB_CONCURRENCY"), ""
        )
        return CliRunner().invoke(main, list(words), env=environment)

    return type_


@pytest.fixture
def bank(tmp_path: Path) -> Path:
    """A day of a bank, of which the times and the date stand in columns of their own."""
    file = tmp_path / "bank.csv"
    file.write_text(BANK)
    return file


def test_a_day_of_another_system_is_reported_like_ones_own(type_: Type, bank: Path) -> None:
    done = type_("import", "calls", str(bank), *BY, *WORDS)
    assert done.exit_code == 0, done.output
    assert "5 calls are in the log." in done.output
    shown = type_("report", "queues", "--from", "1999-11-01", "--to", "1999-11-01", "--format", "json")
    report = json.loads(shown.output)
    assert [row["queue"] for row in report["rows"]] == ["sales", "support"]
    total = report["total"]
    assert (total["offered"], total["answered"], total["abandoned"], total["short_abandoned"]) == (4, 2, 2, 1)
    assert total["average_speed_of_answer"] == 25
    assert total["average_talk_time"] == 180
    assert total["service_level"] == 0.3333
    assert total["longest_wait"] == 100
    assert all(balance["holds"] for balance in report["balances"])
    assert report["definitions"]["offered"]["source"] == "Genesys Offered, Amazon Connect Contacts queued"
    calls = json.loads(
        type_("report", "--from", "1999-11-01", "--to", "1999-11-01", "--format", "json").output
    )
    assert (calls["total"]["arrived"], calls["total"]["gave_up_in_menus"]) == (5, 0.2)


def test_the_same_file_again_changes_nothing(type_: Type, bank: Path, exchange: Exchange) -> None:
    assert type_("import", "calls", str(bank), *BY, *WORDS).exit_code == 0
    done = type_("import", "calls", str(bank), *BY, *WORDS, "--zone", "Asia/Jerusalem")
    assert done.exit_code == 0
    there = rf"Nothing was done: {bank} is in the log since 20\S+ \S+, with 5 calls\. "
    assert re.search(rf"{there}It was read in another way then\. --again takes them out", done.output)
    done = type_("import", "calls", str(bank), *BY, *WORDS)
    assert re.search(rf"{there}--again takes them out", done.output)
    assert rows_of(exchange) == [5, 4, 2]


@pytest.fixture(params=["alone", "beside a hotline that runs"])
def both(request: pytest.FixtureRequest) -> None:
    if request.param != "alone":
        request.getfixturevalue("running")


@pytest.mark.usefixtures("both")
def test_a_file_that_was_read_wrongly_is_read_again(type_: Type, bank: Path, exchange: Exchange) -> None:
    type_("import", "calls", str(bank), *BY, *WORDS)
    done = type_("import", "calls", str(bank), *BY, *WORDS, "--zone", "Asia/Jerusalem", "--again")
    assert done.exit_code == 0, done.output
    assert rows_of(exchange) == [5, 4, 2]
    with exchange.ledger.reading() as tx:
        started = tx.row("SELECT MIN(started_at) FROM call", {})
    assert started == (round(datetime(1999, 11, 1, 7, tzinfo=UTC).timestamp() * 1000),)
    assert "is in the log since" in type_("import", "calls", str(bank), *BY, *WORDS).output
    day = ("report", "--from", "1999-11-01", "--to", "1999-11-01", "--every", "1h", "--format", "json")
    hours = {row["at"][11:13]: row["arrived"] for row in json.loads(type_(*day).output)["rows"]}
    assert (hours["07"], hours["09"]) == (5, 0)


@pytest.mark.usefixtures("both")
def test_what_cannot_be_read_again_stays_as_it_was(type_: Type, bank: Path, exchange: Exchange) -> None:
    type_("import", "calls", str(bank), *BY, *WORDS)
    done = type_("import", "calls", str(bank), *BY, *WORDS, "--moments", "%d", "--again")
    assert done.exit_code == 1
    assert rows_of(exchange) == [5, 4, 2]
    with exchange.ledger.transaction() as tx:
        legal_holds.put(tx, legal_holds.of_caller("84902", "a claim", "mai", exchange.now()))
    done = type_("import", "calls", str(bank), *BY, *WORDS, "--again")
    assert done.exit_code == 1
    assert "calls of it are under a legal hold" in done.output
    assert rows_of(exchange) == [5, 4, 2]
    assert "is in the log since" in type_("import", "calls", str(bank), *BY, *WORDS).output


def test_a_conversation_whose_end_is_not_told_has_no_length(type_: Type, bank: Path) -> None:
    by = [word for field in FIELDS.split() if not field.startswith("ended=") for word in ("--map", field)]
    assert type_("import", "calls", str(bank), *by, *WORDS).exit_code == 0
    shown = type_("report", "queues", "--from", "1999-11-01", "--to", "1999-11-01", "--format", "json")
    total = json.loads(shown.output)["total"]
    assert (total["answered"], total["handled"], total["average_talk_time"]) == (2, 0, None)
    day = ("--from", "1999-11-01", "--to", "1999-11-01", "--format", "json")
    assert json.loads(type_("report", *day).output)["total"]["first_response_time"] == 32.5


def rows_of(exchange: Exchange) -> list[int]:
    with exchange.ledger.reading() as tx:
        return [tx.rows(f'SELECT COUNT(*) FROM "{name}"', {})[0][0] for name in ("call", "visit", "talk")]


def test_every_bad_row_is_named_and_nothing_is_imported(type_: Type, bank: Path, exchange: Exchange) -> None:
    text = bank.read_text().splitlines()
    text[2] = text[2].replace("HANG", "GONE")
    text[3] = text[3].replace("9:02:45,AGENT", "9:01:45,AGENT")
    text[4] = text[4].replace("9:03:00", "noon")
    text[5] += ",more"
    bank.write_text("\n".join(text) + "\n")
    done = type_("import", "calls", str(bank), *BY, *WORDS)
    assert done.exit_code == 1
    for line, wrong in {
        3: "outcome 'GONE' is none of answered, abandoned",
        4: "left is before entered",
        5: "arrived '991101 noon' is no moment written as %y%m%d %H:%M:%S",
        6: "12 cells, and the head has 11",
    }.items():
        assert f"bank.csv:{line}: {wrong}" in done.output
    assert "Nothing was imported" in done.output
    assert rows_of(exchange) == [0, 0, 0]


def stopped(exchange: Exchange, file: Path, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Stops the import of a file at its fourth call; how many had been written each time."""
    monkeypatch.setattr(call_files, "AT_ONCE", 2)
    seen: list[int] = []

    def stop(count: int) -> None:
        seen.append(count)
        if count == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        importing.bring_in(exchange, file, read_so(), stop)
    return seen


def read_so() -> Map:
    outcomes = {"AGENT": "answered", "HANG": "abandoned"}
    return Map(call_files.columns_of(BY[1::2]), outcomes, "%y%m%d %H:%M:%S")


def test_an_import_that_is_stopped_has_written_nothing(
    bank: Path, exchange: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = indices(exchange)
    assert stopped(exchange, bank, monkeypatch) == [2, 4]
    assert rows_of(exchange) == [0, 0, 0]
    assert indices(exchange) == before


@pytest.mark.usefixtures("running")
def test_beside_a_hotline_that_runs_it_takes_out_again_what_it_had_written(
    type_: Type, bank: Path, exchange: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert stopped(exchange, bank, monkeypatch) == [2, 4]
    assert rows_of(exchange) == [0, 0, 0]
    done = type_("import", "calls", str(bank), *BY, *WORDS)
    assert done.exit_code == 0, done.output
    assert rows_of(exchange) == [5, 4, 2]


@pytest.mark.usefixtures("running")
def test_an_import_waits_its_turn_where_callers_keep_it_waiting(
    bank: Path, exchange: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(call_files, "AT_ONCE", 2)
    put_down, turns = imported.put_down, [LedgerBusy("callers"), None, LedgerBusy("callers")]

    def at_times(tx: Transaction, calls: Sequence[Row], now: int) -> None:
        if turns and (busy := turns.pop()):
            raise busy
        put_down(tx, calls, now)

    monkeypatch.setattr(imported, "put_down", at_times)
    assert importing.bring_in(exchange, bank, read_so()) == 5
    assert rows_of(exchange) == [5, 4, 2]


@pytest.mark.usefixtures("running")
def test_what_may_have_been_written_when_the_log_went_away_is_taken_out_too(
    bank: Path, exchange: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = []

    def and_then_it_is_away(house: Exchange, act: Callable[[Transaction], object]) -> object:
        done = patiently(house, act)
        tries.append(act)
        if len(tries) == 1:
            raise LedgerAway("whether that arrived is not known")
        return done

    monkeypatch.setattr(importing, "patiently", and_then_it_is_away)
    with pytest.raises(LedgerAway):
        importing.bring_in(exchange, bank, read_so())
    assert rows_of(exchange) == [0, 0, 0]


@pytest.mark.parametrize("large", [1, 1 << 30], ids=["read by a process of its own", "read here"])
def test_a_file_that_is_no_csv_is_named_with_its_line(
    type_: Type, bank: Path, exchange: Exchange, monkeypatch: pytest.MonkeyPatch, large: int
) -> None:
    monkeypatch.setattr(call_files, "LARGE", large)
    with bank.open("a") as file:
        file.write('"' + "x" * 140_000)
    done = type_("import", "calls", str(bank), *BY, *WORDS)
    assert f"{bank}:7: field larger than field limit" in done.output
    assert "Nothing was imported" in done.output
    assert rows_of(exchange) == [0, 0, 0]


def indices(exchange: Exchange) -> list[str]:
    with exchange.ledger.reading() as tx:
        return [name for (name,) in tx.rows("SELECT name FROM sqlite_schema WHERE type = 'index'", {})]


def test_an_import_alone_leaves_the_log_as_any_other(bank: Path, exchange: Exchange) -> None:
    before = indices(exchange)

    def nobody_else(_: int) -> None:
        with pytest.raises(LedgerBusy):
            rows_of(exchange)

    assert importing.bring_in(exchange, bank, read_so(), nobody_else) == 5
    assert rows_of(exchange) == [5, 4, 2]
    assert sorted(indices(exchange)) == sorted(before)
    with exchange.ledger.reading() as tx:
        assert tx.row("PRAGMA journal_mode", {}) == ("wal",)
        assert tx.rows("PRAGMA foreign_key_check", {}) == []
        assert tx.row("PRAGMA integrity_check", {}) == ("ok",)


@pytest.mark.parametrize("lines", [5, 200])
def test_a_large_file_is_read_by_a_process_of_its_own(
    type_: Type, bank: Path, exchange: Exchange, monkeypatch: pytest.MonkeyPatch, lines: int
) -> None:
    monkeypatch.setattr(call_files, "LARGE", 0)
    head, *rows = bank.read_text().splitlines()
    bank.write_text("\n".join([head, *(rows[n % len(rows)] for n in range(lines))]) + "\n")
    done = type_("import", "calls", str(bank), *BY, *WORDS)
    assert done.exit_code == 0, done.output
    assert rows_of(exchange)[0] == lines
    bank.write_text(f"{bank.read_text()}nonsense\n")
    done = type_("import", "calls", str(bank), *BY, *WORDS)
    assert done.exit_code == 1
    assert f"bank.csv:{lines + 2}: 1 cells, and the head has 11" in done.output
    assert rows_of(exchange)[0] == lines


@pytest.mark.parametrize(
    ("where", "left", "rows"),
    [
        ("_trickle", "it was in the log before, and still is", [5, 4, 2]),
        ("_put_down", "nothing of the file is in the log", [0, 0, 0]),
    ],
)
@pytest.mark.usefixtures("running")
def test_who_stops_an_import_that_reads_anew_is_told_what_is_left(
    type_: Type,
    bank: Path,
    exchange: Exchange,
    monkeypatch: pytest.MonkeyPatch,
    where: str,
    left: str,
    rows: list[int],
) -> None:
    type_("import", "calls", str(bank), *BY, *WORDS)
    assert rows_of(exchange) == [5, 4, 2]

    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(importing, where, stop)
    done = type_("import", "calls", str(bank), *BY, *WORDS, "--again")
    assert done.exit_code == 1
    assert f"stopped: {left}" in done.output
    assert rows_of(exchange) == rows


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        (["--map", "arrived=nowhere"], "there is no column 'nowhere'"),
        (["--map", "gone=date"], "nothing of a call is called 'gone'"),
        (["--map", "queue=type"], "which column is when a call arrived"),
        (["--map", "arrived"], "'arrived' says nothing: like arrived=COLUMN"),
        (["--map", "arrived="], "'arrived=' says nothing"),
        (["--map", "arrived=date", "--outcome", "PHANTOM"], "'PHANTOM' says nothing: like HANG=abandoned"),
        (["--map", "arrived=date", "--zone", "Moon/Sea"], "'Moon/Sea' is no time zone: like Europe/Berlin"),
        (["--map", "arrived=date", "--zone", "../x"], "'../x' is no time zone"),
    ],
)
def test_a_file_that_cannot_be_read_so_is_refused(
    type_: Type, bank: Path, words: list[str], wrong: str
) -> None:
    """Also if it is there already: whoever says it otherwise believes that it was read so."""
    for _ in range(2):
        done = type_("import", "calls", str(bank), *words)
        assert done.exit_code == 1
        assert wrong in done.output
        type_("import", "calls", str(bank), *BY, *WORDS)


def test_a_made_up_year_is_one_that_adds_up(type_: Type, exchange: Exchange) -> None:
    done = type_("demo", "--calls", "300")
    assert done.exit_code == 0, done.output
    assert "300 calls of a year." in done.output
    year = json.loads(type_("report", "months", "--from", "2020-01-01", "--format", "json").output)
    assert year["total"]["arrived"] == 300
    assert all(balance["holds"] for balance in year["balances"])
    assert rows_of(exchange)[0] == 300


def stop_the_year(exchange: Exchange) -> int:
    """Stops it when ten calls or more are made; how many were."""
    seen = 0

    def stop(count: int) -> None:
        nonlocal seen
        seen = count
        if count >= 10:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_year(exchange, 300, made=stop)
    return seen


@pytest.mark.parametrize("words", ["demo", "report", "top --once", "import calls BANK --map arrived=date"])
def test_before_the_first_menus_it_is_said_how_to_get_them(type_: Type, bank: Path, words: str) -> None:
    shutil.rmtree(bank.parent / "var")
    done = type_(*words.replace("BANK", str(bank)).split())
    assert done.exit_code == 1
    assert "no menus are published yet: `python3 app.py publish` makes them live" in done.output


def test_a_year_that_is_stopped_never_was(exchange: Exchange) -> None:
    assert stop_the_year(exchange) >= 10
    assert rows_of(exchange) == [0, 0, 0]


@pytest.mark.usefixtures("running")
def test_beside_a_hotline_that_runs_the_days_until_then_stay(exchange: Exchange) -> None:
    made = stop_the_year(exchange)
    assert rows_of(exchange)[0] == made


@pytest.mark.usefixtures("running")
def test_callers_who_keep_the_log_busy_make_the_year_no_shorter(
    exchange: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_down, turns = bulk.put_down, [LedgerBusy("callers"), None, LedgerBusy("callers")]

    def after_a_while(*words: Any, **named: Any) -> None:
        if turns and (busy := turns.pop()):
            raise busy
        put_down(*words, **named)

    monkeypatch.setattr(bulk, "put_down", after_a_while)
    assert make_year(exchange, 30) == 30
    assert (turns, rows_of(exchange)[0]) == ([], 30)


def test_who_stops_the_making_is_told_what_is_there(type_: Type, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(demo, "make_year", stopped)
    done = type_("demo", "--calls", "300")
    assert done.exit_code == 1
    assert "stopped: 0 calls that were made up are in the log" in done.output


def test_a_hotline_with_calls_of_its_own_is_given_no_made_up_ones(type_: Type, bank: Path) -> None:
    type_("import", "calls", str(bank), *BY, *WORDS)
    done = type_("demo", "--calls", "3")
    assert done.exit_code == 1
    assert "has calls of its own" in done.output


DAY = ("--from", "1999-11-01", "--to", "1999-11-01")


def test_a_report_is_a_table_that_people_read(type_: Type, bank: Path) -> None:
    type_("import", "calls", str(bank), *BY, *WORDS)
    lines = type_("report", "queues", *DAY).output.splitlines()
    assert [line.split()[:4] for line in lines[1:]] == [
        ["sales", "3", "1", "2"],
        ["support", "1", "1", "0"],
        ["all", "4", "2", "2"],
    ]
    assert "service level" in lines[0]
    assert "33.3 %" in lines[-1]
    agents = type_("report", "agents", *DAY).output.splitlines()
    assert [line.split()[0] for line in agents[1:]] == ["Michal", "Zohari", "all"]
    every = type_("report", "calls", *DAY, "--every", "15m").output.splitlines()
    assert len(every) == 1 + 96 + 1
    assert "1999-11-01 09:00 +0000" in every[1 + 36]
    weeks = type_("report", "weeks", "--from", "1999-11-02", "--to", "1999-11-14").output.splitlines()
    assert [line.split("  ")[0] for line in weeks[1:]] == ["1999-11-01 (in part)", "1999-11-08", "all"]
    assert (
        "Nothing happened" in type_("report", "queues", "--from", "1998-01-01", "--to", "1998-01-02").output
    )


def test_a_queue_that_never_was_is_said_with_the_one_that_may_be_meant(type_: Type, bank: Path) -> None:
    said = type_("report", "queues", "--queue", "salse", "--queue", "nope").output
    assert "Nothing happened in this time." in said
    assert "Neither the menus nor the log have a queue 'salse'; did you mean 'sales'?" in said
    assert "Neither the menus nor the log have a queue 'nope'." in said
    bank.write_text(bank.read_text().replace(",support,", ",loans,"))
    type_("import", "calls", str(bank), *BY, *WORDS)
    assert "Neither" not in type_("report", "queues", "--queue", "loans", "--queue", "support").output
    answer = json.loads(type_("report", "--queue", "salse", "--format", "json").output)
    assert answer["no_such_queue"] == {"salse": "sales"}


def test_a_database_that_is_away_is_said_in_one_line(type_: Type, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object, **__: object) -> None:
        raise LedgerAway("no answer")

    monkeypatch.setattr(reporting, "report", away)
    done = type_("report", "queues", *DAY)
    assert done.exit_code == 1
    assert done.output == "Error: the database does not do it now: no answer\n"


def test_a_csv_file_opens_as_what_it_is(type_: Type, bank: Path) -> None:
    bank.write_text(bank.read_text().replace(",support,", ",=1+2,"))
    type_("import", "calls", str(bank), *BY, *WORDS)
    text = type_("report", "queues", *DAY, "--format", "csv").output
    assert text.startswith("\ufeff")
    head, *rows = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    assert head[:4] == ["queue", "offered", "answered", "abandoned"]
    assert [row[:4] for row in rows] == [
        ["'=1+2", "1", "1", "0"],
        ["sales", "3", "1", "2"],
        ["", "4", "2", "2"],
    ]
    assert {len(row) for row in rows} == {len(head)}


def test_a_workbook_holds_numbers_and_definitions(type_: Type, bank: Path) -> None:
    bank.write_text(bank.read_text().replace(",support,", ",=1+2,"))
    type_("import", "calls", str(bank), *BY, *WORDS)
    made = type_("report", "queues", *DAY, "--format", "xlsx")
    with zipfile.ZipFile(io.BytesIO(made.stdout_bytes)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        texts = book.read("xl/sharedStrings.xml").decode()
        assert "xl/worksheets/sheet2.xml" in book.namelist()
    assert "<f>" not in sheet, "no formula"
    assert "=1+2" in texts
    assert "Callers who joined a line in the interval" in texts
    assert '<c r="B2"' in sheet


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        (["days", "--every", "1h"], "intervals already"),
        (["--from", "yesterday"], "Invalid value for --from: 'yesterday' is no day and no moment"),
        (["--to", "9999-12-31"], "Invalid value for --to: '9999-12-31' is no day and no moment"),
        (["--zone", "Moon/Sea"], "'Moon/Sea' is no time zone"),
        (["--from", "2026-01-02", "--to", "2026-01-01"], "ends after it begins"),
        (["--from", "2026-01-02T09:07"], "at a quarter of an hour"),
    ],
)
def test_what_cannot_be_asked_is_said(type_: Type, words: list[str], wrong: str) -> None:
    done = type_("report", *words)
    assert done.exit_code != 0
    assert wrong in " ".join(done.output.split())


def test_without_a_time_it_is_the_last_seven_days(type_: Type) -> None:
    report = json.loads(type_("report", "days", "--format", "json").output)
    today = datetime.now(UTC).date()
    assert [row["at"] for row in report["rows"]][-1] == f"{today}"
    assert len(report["rows"]) == 7


def test_the_board_in_the_terminal(type_: Type, exchange: Exchange) -> None:
    now = exchange.now()
    with exchange.ledger.transaction() as tx:
        join(tx, Visit("CA1.1", "CA1", "sales", "en", now, now, now))
    closing.close(exchange, Closure("support", now, "Mai"))
    told = [row.split() for row in type_("top", "--once").output.splitlines()]
    sales, support, everything = told[1:4]
    assert (sales[:2], sales[3:]) == (["sales", "1"], ["–", "0", "0", "0", "0"])
    assert support == ["support", "✕", "closed", "by", "hand", "0", "–", "–", "0", "0", "0", "0"]
    assert everything[:2] == ["all", "1"]
    assert ["free", "0"] in told
    assert told[-1] == ["Messages", "waiting:", "0"]
