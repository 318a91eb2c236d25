"""Where there are millions of calls, nothing that is asked reads all of them: on both databases each question
finds what it is after by an index."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from ivr.core.calls import Outcome
from ivr.core.figures.behind import LISTS, Behind
from ivr.core.figures.intervals import Every
from ivr.core.figures.question import By, Only, Question
from ivr.ledger import Transaction, log, lost
from ivr.ledger.log import Wanted
from ivr.ledger.postgresql import PostgreSQLTransaction
from ivr.ledger.reports import rolling_up, waits
from ivr.ledger.reports.listing import page
from ivr.ledger.reports.rolling_up import count_again
from ivr.ledger.sqlite import SQLiteTransaction
from ivr.switchboard import dossier, erasing, pictures
from ivr.switchboard.asterisk import cdr, queue_log
from ivr.switchboard.board import look
from ivr.switchboard.demo import make_year
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.measuring import metrics
from ivr.switchboard.reporting import report
from ivr.switchboard.tidying import tidy
from tests.service import House

MENUS = """
hotline: Shop
zone: UTC
numbers: {"+842873001234": main}
languages: {en: {}}
mailboxes: {office: {}}
keep: {recordings: 30d, details: 330d}
queues:
  default: {no_agents: message}
  sales: {label: sales}
steps:
  main: {say: Welcome., keys: {1: sales}}
  message: {say: Leave word., voicemail: office, then: hang_up}
"""
DAY = 86_400_000
SMALL = {
    *("account", "agent", "audit_end", "closure", "feedback", "imported_file", "incident"),
    *(
        "legal_hold",
        "message",
        "recording",
        "remembered",
        "revision",
        "session",
        "stale_day",
        "throttle",
        "withdrawn",
    ),
    *("each", "lost", "other"),  # a part of a question; accounts
}
"""What may be read whole: nobody has a million of these."""

NOT_KNOWN = {
    "call": "inputs",
    "pass": "silences",
    "visit": "target",
    "offer": "ringing_at",
    "talk": "held",
    "span": "ended_at",
    "callback": "tries",
    "survey_answer": "value",
}
"""Of each large table a column that no index knows."""

LARGE = tuple(NOT_KNOWN)

BY_NATURE = "LIKE :part"
"""A number that somebody typed or wrote may stand anywhere: whoever erases it waits, and nobody else."""


@dataclass
class Heard:
    """Every question that is asked, with the values it was asked with first."""

    of: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def listen(self, monkeypatch: pytest.MonkeyPatch, kind: type) -> None:
        for name in ("run", "changed", "row", "locked_row", "rows"):
            monkeypatch.setattr(kind, name, self._hearing(getattr(kind, name)))
        answers = kind.answers  # type: ignore[attr-defined]

        def hearing(tx: Transaction, questions: Sequence[tuple[str, Mapping[str, Any]]]) -> object:
            for sql, values in questions:
                self.of.setdefault(sql, values)
            return answers(tx, questions)

        monkeypatch.setattr(kind, "answers", hearing)

    def _hearing(self, ask: Callable[..., object]) -> Callable[..., object]:
        def hearing(tx: Transaction, sql: str, values: Mapping[str, Any], **more: Any) -> object:
            self.of.setdefault(sql, values)
            return ask(tx, sql, values, **more)

        return hearing


@pytest.fixture
def exchange(database_url: str, tmp_path: Path) -> Iterator[Exchange]:
    url = database_url if database_url.startswith("postgresql") else ""
    house = House(tmp_path).open(MENUS, **({"database_url": url} if url else {}))
    make_year(house.exchange, 120)
    yield house.exchange
    house.exchange.ledger.close()


def everything(exchange: Exchange, monkeypatch: pytest.MonkeyPatch) -> None:
    """What supervisors ask, what the clock does, and what is done about one caller."""
    now = exchange.now()
    today = now - now % DAY
    year = today - 360 * DAY, today
    count_again(exchange.ledger, "UTC", now)
    count_again(exchange.ledger, "Asia/Kolkata", now)
    monkeypatch.setattr(rolling_up, "VERSION", rolling_up.VERSION + 1)
    count_again(exchange.ledger, "UTC", now)
    for by in By:
        report(exchange, Question(*year, "UTC", by, Every.MONTH if by is By.CALLS else None, compare=True))
    report(exchange, Question(*year, "UTC", only=Only(queues=frozenset({"nobody's"}))))
    pictures.over_time(exchange, report(exchange, Question(*year, "UTC")))
    pictures.hours_of_week(exchange, Question(*year, "UTC"))
    look(exchange)
    metrics(exchange)
    with exchange.ledger.reading(patience=10) as tx:
        for name in LISTS:
            page(tx, Behind(name, *year), "UTC", 50)
        waits.longest(tx, now - DAY, 60_000, Only(frozenset({"sales"})))
        lost.callers(tx, now - 14 * DAY, "", 50)
        [(caller,)] = tx.rows("SELECT caller FROM call WHERE caller IS NOT NULL ORDER BY id DESC LIMIT 1", {})
    for wanted in (Wanted(), Wanted(text="help"), Wanted(number="84", outcome=Outcome.MESSAGE)):
        log.search(exchange.ledger, wanted, (now, ""), 20)
    for told in (cdr, queue_log):
        assert [*told(exchange.ledger, now - 5 * DAY, now)]
    whose = erasing.person(exchange, caller)
    dossier.write(exchange, "a test", whose, BytesIO())
    erasing.erase(exchange, "a test", whose)
    tidy(exchange)


def whole_reads(tx: Transaction, sql: str, values: Mapping[str, Any]) -> Iterator[str]:
    """The large tables that a question reads from end to end, or all of an index; of one that is in the order
    wanted so many rows may be read as are wanted."""
    if isinstance(tx, SQLiteTransaction):
        plan = "\n".join(row[3] for row in tx.rows(f"EXPLAIN QUERY PLAN {sql}", values))
        partial = {row[0] for row in tx.rows("SELECT name FROM sqlite_schema WHERE sql LIKE '% WHERE %'", {})}
        for name, index in re.findall(
            r"^SCAN (\w+)(?: USING (?:COVERING )?INDEX (\w+))?$", plan, re.MULTILINE
        ):
            if name not in SMALL and index not in partial and not (index and "LIMIT" in sql):
                yield name
    else:
        plan = "\n".join(row[0] for row in tx.rows(f"EXPLAIN {sql}", values))
        yield from re.findall(rf'Seq Scan on "?({"|".join(LARGE)})\b', plan)


def test_no_question_reads_a_whole_table(exchange: Exchange, monkeypatch: pytest.MonkeyPatch) -> None:
    heard = Heard()
    with monkeypatch.context() as listening:
        for kind in (SQLiteTransaction, PostgreSQLTransaction):
            heard.listen(listening, kind)
        everything(exchange, listening)
    asked = {
        sql: values for sql, values in heard.of.items() if re.match(r"\s*(SELECT|WITH|UPDATE|DELETE)\b", sql)
    }
    assert len(asked) > 100
    with exchange.ledger.reading(patience=10) as tx:
        if isinstance(tx, PostgreSQLTransaction):
            tx.run("SET LOCAL enable_seqscan = off", {})  # a small table is read whole otherwise
        for table in LARGE:
            whole = f'SELECT COUNT(*) FROM "{table}" WHERE {NOT_KNOWN[table]} = :it'
            assert [*whole_reads(tx, whole, {"it": 1})] == [table], "it is seen where it happens"
        found = {sql: [*whole_reads(tx, sql, values)] for sql, values in asked.items()}
    assert {sql: tables for sql, tables in found.items() if tables and BY_NATURE not in sql} == {}
