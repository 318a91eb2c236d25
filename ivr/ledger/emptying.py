"""An empty log under the same menus: a rehearsal begins anew, and must find no trace of the one before."""

from ivr.ledger import throttles
from ivr.ledger.transaction import Transaction

OF_CALLS = (
    "answer",
    "pass",
    "event",
    "errand",
    "message",
    "recording",
    "leg",
    "remembered",
    "callback",
    "survey_answer",
    "feedback",
    "withdrawal",
    "legal_hold",
    "talk",
    "offer",
    "visit",
    "call",
)
"""Every table in which calls and callers leave something; what refers to another stands before it."""


AGENTS = ("span", "agent", "account")
"""Every table in which agents stand, in the same order."""


def empty(tx: Transaction) -> None:
    """Forget all calls and all callers. Nobody may be on the line."""
    for table in OF_CALLS:
        tx.run(f"DELETE FROM {table}", {})  # noqa: S608 - the names stand above
    throttles.forget_calls(tx)


def dismiss(tx: Transaction) -> None:
    """Forget all agents, and their accounts. Nobody may be on the line."""
    for table in AGENTS:
        tx.run(f"DELETE FROM {table}", {})  # noqa: S608 - the names stand above
