"""How the database itself is: its kind, what of it survives what, its clock. For whoever looks after it."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from ivr.core.calls import Call, Ending, Pass
from ivr.ledger import calls, migrate
from ivr.ledger.ledger import Ledger
from ivr.ledger.transaction import LedgerAway, Transaction


class Durable(StrEnum):
    """What a committed transaction survives."""

    ALWAYS = "a power cut"
    KILLED = "a killed process"
    NEVER = "nothing for sure"


@dataclass(frozen=True, slots=True)
class Condition:
    """`is_current`: its tables are of this version. `setting` is what decides how durable it is; `clock` is
    the server's, in UTC milliseconds.

    `file` and `journal` are SQLite's only, `clock` is PostgreSQL's only.
    """

    kind: str
    is_current: bool
    durable: Durable
    setting: str
    file: Path | None = None
    journal: str = ""
    clock: int | None = None


def of(ledger: Ledger) -> Condition:
    """The condition of a ledger. Raises LedgerError, also for a file that is not there: none is made."""
    if ledger.file is not None and not ledger.file.exists():
        raise LedgerAway(f"{ledger.file} is not there")
    with ledger.reading() as tx:
        return _sqlite(tx, ledger.file) if ledger.file else _postgresql(tx)


def _sqlite(tx: Transaction, file: Path) -> Condition:
    synchronous = _value(tx, "PRAGMA synchronous")
    made = _value(tx, "SELECT name FROM sqlite_master WHERE name = 'alembic_version'")
    durable = {"0": Durable.NEVER, "1": Durable.KILLED}.get(synchronous, Durable.ALWAYS)
    names = {"0": "off", "1": "normal", "2": "full", "3": "extra"}
    setting = f"synchronous={names.get(synchronous, synchronous)}"
    journal = _value(tx, "PRAGMA journal_mode")
    return Condition("SQLite", _is_current(tx, made), durable, setting, file, journal)


def _postgresql(tx: Transaction) -> Condition:
    made = _value(tx, "SELECT CAST(to_regclass('alembic_version') AS text)")
    fsync, commit = _value(tx, "SHOW fsync"), _value(tx, "SHOW synchronous_commit")
    clock = _value(tx, "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS bigint)")
    if fsync == "off":
        durable, setting = Durable.NEVER, "fsync=off"
    elif commit == "off":
        durable, setting = Durable.NEVER, "synchronous_commit=off"
    else:
        durable, setting = Durable.ALWAYS, f"synchronous_commit={commit}"
    return Condition("PostgreSQL", _is_current(tx, made), durable, setting, clock=int(clock))


def _is_current(tx: Transaction, made: str) -> bool:
    """Whether the tables, if there are any, have had every migration; asked without waiting for writers."""
    return bool(made) and _value(tx, "SELECT version_num FROM alembic_version") == migrate.newest()


_NEVER_WAS = Call("", None, "", 0, "", 0, 0, hop=1)
"""No carrier's call has an empty id."""

_PASSED = Pass("", None, "", 0, 0, 0, 0, Ending.FAILED, "")

_TAKE_OUT = (
    "DELETE FROM call WHERE id = :call",
    "DELETE FROM pass WHERE call = :call",
    "DELETE FROM answer WHERE call = :call",
)


def try_to_write(ledger: Ledger) -> None:
    """Writes a call as every call is written, and takes it out again before anybody can see it.

    Raises LedgerError if that cannot be done: the database may only be read, its disk is full, somebody holds
    the tables. A transaction that writes nothing finds out none of that.
    """
    with ledger.transaction() as tx:
        calls.arrive(tx, _NEVER_WAS, [_PASSED], b"")
        for sql in _TAKE_OUT:
            tx.run(sql, {"call": _NEVER_WAS.id})


def _value(tx: Transaction, sql: str) -> str:
    row = tx.row(sql, {})
    return str(row[0]) if row and row[0] is not None else ""
