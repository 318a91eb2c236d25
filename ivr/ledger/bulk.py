"""Rows by the thousand: the log of another system, or one that was made up."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence

from ivr.core.accounts import Role, known_as
from ivr.core.agents import Agent, Way
from ivr.ledger import accounts, agents
from ivr.ledger.accounts import Account
from ivr.ledger.ledger import Ledger
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


def put_down(
    ledger: Ledger, rows: Rows, since: int, until: int, done: Callable[[], None] = lambda: None
) -> None:
    """Write them all, a thousand at a time, so that callers are served meanwhile. They belong to a time (UTC
    milliseconds), which is counted again. `done` hears of every thousand, and may end it by an exception."""
    for table, some in _batches(rows):
        with ledger.transaction() as tx:
            tx.add(table, COLUMNS[table], [_known_as(tx.seal, table, row) for row in some])
            stale.mark(tx, since, until)
        done()


def put_down_at_once(tx: Transaction, rows: Rows, since: int, until: int) -> None:
    """The same in one transaction, for a ledger that is filled alone."""
    for table in COLUMNS:
        tx.add(table, COLUMNS[table], [_known_as(tx.seal, table, row) for row in rows.of[table]])
    stale.mark(tx, since, until)


CALLERS = {"call": "caller", "survey_answer": "caller", "callback": "number"}
"""Where a caller stands in a row."""


def _known_as(seal: Seal, table: str, row: Row) -> Row:
    """The row with its caller as the tables know them."""
    if not seal.hashing or table not in CALLERS:
        return row
    place = COLUMNS[table].index(CALLERS[table])
    return (*row[:place], seal.caller(row[place]), *row[place + 1 :])


def _batches(rows: Rows) -> Iterator[tuple[str, list[Row]]]:
    for table in COLUMNS:
        for first in range(0, len(rows.of[table]), AT_ONCE):
            yield table, rows.of[table][first : first + AT_ONCE]


def staff(tx: Transaction, names: Sequence[str], now: int) -> None:
    """Agents who are none here (any more): their names stand in the log, and nobody signs in with them."""
    for place, name in enumerate(names):
        if accounts.add(tx, name, Role.AGENT, "", now):
            accounts.change(tx, Account(known_as(name), name, Role.AGENT, "", now, disabled_at=now))
            agents.set_up(tx, Agent(known_as(name), name, Way.GONE, place=place))


_TIME_OF = "SELECT MIN(started_at), MAX(ended_at) FROM call WHERE id >= :first AND id < :last"

# Each after what names it; their ids all begin with that of their call.
_TAKE_OUT = tuple(
    f'DELETE FROM "{table}" WHERE {key} >= :first AND {key} < :last'  # noqa: S608
    for table, key in (("talk", "offer"), ("offer", "id"), ("visit", "id"), ("pass", "call"), ("call", "id"))
)


def take_out(tx: Transaction, beginning: str, first: int) -> None:
    """A thousand calls (AT_ONCE) with all that is theirs: their ids are a beginning and a number, from the
    `first` on."""
    ids = {"first": f"{beginning}.{first:08x}", "last": f"{beginning}.{first + AT_ONCE:08x}"}
    row = tx.row(_TIME_OF, ids)
    if row is not None and row[0] is not None:
        stale.mark(tx, row[0], row[1])
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
