"""Rows by the thousand: the log of another system, or one that was made up."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from ivr.core.accounts import Role, known_as
from ivr.core.agents import Agent, Way
from ivr.ledger import accounts, agents
from ivr.ledger.accounts import Account
from ivr.ledger.reports import stale
from ivr.ledger.seal import Seal
from ivr.ledger.transaction import Row, Transaction

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "call": (
        *("id", "caller", "called", "revision", "language", "started_at", "entered_at", "silences"),
        *("wrongs", "hop", "inputs", "pressed", "memory", "outcome", "talk", "ended_at", "end_source"),
    ),
    "pass": (
        *("call", "hop", "nth", "step", "option", "pressed", "silences", "wrongs", "entered_at", "left_at"),
        *("ending", "language", "goal"),
    ),
    "visit": (
        *("id", "call", "kind", "queue", "language", "first_at", "rank", "entered_at", "beat_at", "agent"),
        *("taken_at", "outcome", "went_to", "ended_at", "target"),
    ),
    "offer": ("id", "visit", "agent", "queue", "made_at", "until", "ringing_at", "ended_at", "ending"),
    "talk": (
        *("offer", "visit", "call", "agent", "queue", "room", "agent_joined_at", "caller_joined_at"),
        *("answered_at", "held", "talk_ended_at", "ended_by", "ended_at", "disposition"),
    ),
    "span": ("agent", "status", "reason", "activity", "since", "ended_at"),
    "callback": (
        *("id", "call", "number", "called", "queue", "language", "revision", "step", "first_at", "rank"),
        *("asked_at", "waited", "tries", "ended_at", "ending"),
    ),
    "survey_answer": (
        *("call", "step", "question", "means", "asked_at", "answered_at", "value", "caller", "talk", "agent"),
        *("queue", "language", "called"),
    ),
}
"""The tables, in the order in which rows may name one another, and what is told of each row."""

AT_ONCE = 1_000
"""Rows of one transaction: some milliseconds of other writers' time."""

NO_MEMORY = "[[],[],{},[]]"


class Rows:
    """Rows that are to be put down together."""

    def __init__(self) -> None:
        self.of: dict[str, list[Row]] = defaultdict(list)

    def add(self, table: str, *row: object) -> None:
        """One row, its values in the order of COLUMNS."""
        self.of[table].append(row)


def put_down(tx: Transaction, table: str, some: Sequence[Row], since: int, until: int) -> None:
    """Rows of one table, of a time (UTC milliseconds) which is counted again."""
    tx.add(table, COLUMNS[table], with_callers(tx.seal, some, _CALLERS.get(table)))
    stale.mark(tx, since, until)


_CALLERS = {
    table: COLUMNS[table].index(name)
    for table, name in {"call": "caller", "survey_answer": "caller", "callback": "number"}.items()
}
"""Where a caller stands in a row."""


def with_callers(seal: Seal, some: Sequence[Row], place: int | None) -> Sequence[Row]:
    """Rows with the callers in one of their columns, if there are any, as the tables know them."""
    if place is None or not seal.hashing:
        return some
    return [(*row[:place], seal.caller(row[place]), *row[place + 1 :]) for row in some]


def batches(rows: Rows) -> Iterator[tuple[str, list[Row]]]:
    """Rows by their tables, a thousand at a time, so that callers are served meanwhile."""
    for table in COLUMNS:
        for first in range(0, len(rows.of[table]), AT_ONCE):
            yield table, rows.of[table][first : first + AT_ONCE]


def staff(tx: Transaction, names: Sequence[str], now: int) -> list[str]:
    """Agents who are none here (any more): their names stand in the log, and nobody signs in with them. The
    ids of those who were not here before."""
    new = []
    for place, name in enumerate(names):
        if accounts.add(tx, name, Role.AGENT, "", now):
            accounts.change(tx, Account(known_as(name), name, Role.AGENT, "", now, disabled_at=now))
            agents.set_up(tx, Agent(known_as(name), name, Way.GONE, place=place))
            new.append(known_as(name))
    return new


_IN_NO_ROW = """
NOT EXISTS (SELECT 1 FROM offer WHERE agent = :agent) AND NOT EXISTS (SELECT 1 FROM talk WHERE agent = :agent)
AND NOT EXISTS (SELECT 1 FROM span WHERE agent = :agent)"""
_UNSTAFF = (
    f"DELETE FROM agent WHERE id = :agent AND way = 'gone' AND {_IN_NO_ROW}",  # noqa: S608
    "DELETE FROM account WHERE id = :agent AND NOT EXISTS (SELECT 1 FROM agent WHERE agent.id = :agent)",
)


def unstaff(tx: Transaction, ids: Sequence[str]) -> None:
    """They are gone again, unless they stand in the log."""
    for agent in ids:
        for sql in _UNSTAFF:
            tx.run(sql, {"agent": agent})


_TIME_OF = "SELECT MIN(started_at), MAX(ended_at) FROM call WHERE id >= :first AND id < :last"

# Each after what names it; their ids all begin with that of their call.
_TAKE_OUT = tuple(
    f'DELETE FROM "{table}" WHERE {key} >= :first AND {key} < :last'  # noqa: S608
    for table, key in (("talk", "offer"), ("offer", "id"), ("visit", "id"), ("pass", "call"), ("call", "id"))
)


def take_out(tx: Transaction, beginning: str, first: int, now: int) -> None:
    """A thousand calls (AT_ONCE) with all that is theirs: their ids are a beginning and a number, from the
    `first` on."""
    ids = {"first": f"{beginning}.{first:08x}", "last": f"{beginning}.{first + AT_ONCE:08x}"}
    row = tx.row(_TIME_OF, ids)
    if row is not None and row[0] is not None:
        stale.mark_all(tx, [(row[0], row[1])], now)
    for sql in _TAKE_OUT:
        tx.run(sql, ids)


_OTHERS = "SELECT 1 FROM call WHERE id NOT LIKE :made LIMIT 1"


def are_there_others(tx: Transaction, beginning: str) -> bool:
    """Whether there are calls whose ids begin otherwise."""
    return tx.row(_OTHERS, {"made": f"{beginning}%"}) is not None


_MADE = "SELECT COUNT(*) FROM call WHERE id LIKE :made"


def how_many(tx: Transaction, beginning: str) -> int:
    """Calls whose ids begin so."""
    row = tx.row(_MADE, {"made": f"{beginning}%"})
    return row[0] if row else 0
