"""A process of its own that works on a ledger, for tests: `python -m tests.ledger.worker <task> <url>`.

It says "ready", begins at the first line it is sent, and prints a line for all it did.
"""

import sys
from collections.abc import Callable
from dataclasses import replace

from ivr.core.calls import Ending, Pass, Place
from ivr.ledger import AlreadyAnswered, Ledger, Transaction, calls
from tests.ledger.conftest import KEY
from tests.ledger.test_calls import CALL, START

HOPS = 25


def upgrade(ledger: Ledger) -> None:
    ledger.upgrade()
    print(ledger.is_current())


def press_all(ledger: Ledger) -> None:
    """Be one of several to whom the carrier sends the same requests, and print every answer given."""
    for hop in range(HOPS):
        print(ask(ledger, hop), flush=True)


def ask(ledger: Ledger, hop: int) -> str:
    """What the carrier is answered at this hop: what we made of it, or what somebody else had before."""
    try:
        with ledger.transaction() as tx:
            known = calls.answered(tx, CALL.id, hop)
            return (known or press(ledger, tx, hop)).decode()
    except AlreadyAnswered:
        with ledger.reading() as tx:
            return (calls.answered(tx, CALL.id, hop) or b"lost").decode()


def press(ledger: Ledger, tx: Transaction, hop: int) -> bytes:
    document = f"hop {hop} by {id(ledger)} {sys.argv[3]}".encode()
    found = calls.find(tx, CALL.id)
    if found is None:
        calls.arrive(tx, CALL, (), document)
    elif found.hop == hop:
        moved = replace(found, hop=hop + 1, place=Place("main"), entered_at=START + hop)
        gone = Pass("main", None, "1", 0, 0, START, START + hop, Ending.KEY, "vi")
        calls.move(tx, moved, (gone, gone), document)
    else:
        return calls.answered(tx, CALL.id, hop) or b"lost"
    return document


def press_for_ever(ledger: Ledger) -> None:
    """Print each hop once it is committed, until somebody kills us."""
    hop = 0
    while True:
        ask(ledger, hop)
        print(hop, flush=True)
        hop += 1


TASKS: dict[str, Callable[[Ledger], None]] = {
    "upgrade": upgrade,
    "press_all": press_all,
    "press_for_ever": press_for_ever,
}

if __name__ == "__main__":
    print("ready", flush=True)
    sys.stdin.readline()
    TASKS[sys.argv[1]](Ledger.open(sys.argv[2], KEY))
