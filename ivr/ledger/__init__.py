"""The one truth, in SQL: calls, the line, agents, revisions, errands and their reports."""

from ivr.ledger.ledger import Ledger
from ivr.ledger.seal import Seal
from ivr.ledger.transaction import AlreadyAnswered, LedgerAway, LedgerBusy, LedgerError, Transaction

__all__ = ["AlreadyAnswered", "Ledger", "LedgerAway", "LedgerBusy", "LedgerError", "Seal", "Transaction"]
