"""Where the page before ended, as the address says it."""

from flask import request

LAST = 2**63 - 1
"""The latest time a ledger can hold."""


def mark_of(name: str) -> tuple[int, str] | None:
    """The time and the id of the last line of the page before; None for what is no such place."""
    at, last_id = request.args.get("at", type=int), request.args.get(name)
    return (at, last_id) if at is not None and abs(at) <= LAST and last_id else None
