"""Events: what happened, for people who ask later why. Nothing is decided by them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ivr.ledger.rows import compact
from ivr.ledger.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, to a call or (`call` None) to the hotline; `at` in UTC milliseconds."""

    id: int
    call: str | None
    at: int
    kind: str
    detail: Mapping[str, Any]


_NOTE = "INSERT INTO event (call, at, kind, detail) VALUES (:call, :at, :kind, :detail)"


def note(tx: Transaction, call_id: str | None, at: int, kind: str, /, **detail: Any) -> None:
    """Write down an event; no secrets in its detail."""
    tx.run(_NOTE, {"call": call_id, "at": at, "kind": kind, "detail": compact(detail)})


_OF_CALL = "SELECT id, call, at, kind, detail FROM event WHERE call = :call ORDER BY at, id"


def of_call(tx: Transaction, call_id: str) -> list[Event]:
    """The events of a call, in their order."""
    return [_event(*row) for row in tx.rows(_OF_CALL, {"call": call_id})]


_OF_HOTLINE = (
    "SELECT id, call, at, kind, detail FROM event WHERE call IS NULL AND kind = :kind ORDER BY at, id"
)


def of_hotline(tx: Transaction, kind: str) -> list[Event]:
    """The events of this kind that are of no call, in their order."""
    return [_event(*row) for row in tx.rows(_OF_HOTLINE, {"kind": kind})]


_NEWEST = "SELECT id, call, at, kind, detail FROM event ORDER BY at DESC, id DESC LIMIT :most"


def newest(tx: Transaction, most: int = 50) -> list[Event]:
    """The last events of the hotline and of all calls, newest first."""
    return [_event(*row) for row in tx.rows(_NEWEST, {"most": most})]


def _event(event_id: int, call_id: str | None, at: int, kind: str, detail: str) -> Event:
    return Event(event_id, call_id, at, kind, json.loads(detail))
