"""What other systems are told: each event is an errand, put down in the transaction in which it happens.

Only what somebody has subscribed to is put down. An errand carries the name of its event and no more: what is
told of it is read when it is told.
"""

from collections.abc import Iterable, Mapping

from ivr.core.webhooks import Event
from ivr.ledger.errands import Errand
from ivr.ledger.transaction import Transaction

_FORGET_ALL = "DELETE FROM subscription"
_SUBSCRIBE = "INSERT INTO subscription (event) VALUES (:event)"


def subscribe(tx: Transaction, events: Iterable[Event]) -> None:
    """These events are told from now on, and no others."""
    tx.run(_FORGET_ALL, {})
    for event in sorted(events):
        tx.run(_SUBSCRIBE, {"event": str(event)})


_HAPPENED = """
INSERT INTO errand (call, kind, payload, state, due_at, created_at, once)
SELECT CAST(:call AS TEXT), 'tell', '', 'waiting', CAST(:due_at AS BIGINT), CAST(:at AS BIGINT),
       CAST(:once AS TEXT)
FROM subscription WHERE event = :event
ON CONFLICT DO NOTHING"""


def happened(
    tx: Transaction, event: Event, subject: str, call_id: str | None, at: int, settled_at: int | None = None
) -> None:
    """Something has happened to a subject, in a call; told again it is the same event. It is told at once, or
    when it is `settled`: more may become known of it until then."""
    due_at = at if settled_at is None else settled_at
    once = f"{event}:{subject}"
    tx.run(_HAPPENED, {"event": str(event), "once": once, "call": call_id, "at": at, "due_at": due_at})


_CALL_OF: Mapping[Event, str] = {
    Event.VISIT_ENDED: "SELECT call FROM visit WHERE id = :subject",
    Event.TALK_ENDED: "SELECT call FROM talk WHERE offer = :subject",
    Event.CALLBACK_ENDED: "SELECT call FROM callback WHERE id = :subject",
}

_HAPPENED_TO = {
    event: _HAPPENED.replace("CAST(:call AS TEXT)", f"({call_of})") for event, call_of in _CALL_OF.items()
}


def happened_to(tx: Transaction, event: Event, subject: str, at: int) -> None:
    """The same of a visit, a conversation or a promise, whose row knows the call."""
    values = {"event": str(event), "once": f"{event}:{subject}", "subject": subject, "at": at, "due_at": at}
    tx.run(_HAPPENED_TO[event], values)


def what(errand: Errand) -> tuple[Event, str]:
    """The event of an errand, and its subject."""
    event, _, subject = (errand.once or "").partition(":")
    return Event(event), subject


_NAMED = "SELECT id FROM errand WHERE once = :once"


def errand_of(tx: Transaction, event: Event, subject: str) -> int | None:
    """The errand by which this is told; None if nobody has subscribed to it."""
    row = tx.row(_NAMED, {"once": f"{event}:{subject}"})
    return row[0] if row else None


# After a long outage many events are open: those of one call are found by the call, and not by their kind.
_BEHIND = """
SELECT 1 FROM errand
WHERE call = :call AND kind || '' = 'tell' AND state IN ('waiting', 'running') AND id < :id LIMIT 1"""

_BEHIND_OF_NO_CALL = """
SELECT 1 FROM errand
WHERE call IS NULL AND kind = 'tell' AND state IN ('waiting', 'running') AND id < :id LIMIT 1"""


def is_behind(tx: Transaction, errand: Errand) -> bool:
    """Whether something is still to be told that happened before in the same call, or, of what belongs to no
    call, before. Nobody else changes that until the end of the transaction."""
    tx.hold(f"tell {errand.call or ''}")
    if errand.call is None:
        return tx.row(_BEHIND_OF_NO_CALL, {"id": errand.id}) is not None
    return tx.row(_BEHIND, {"call": errand.call, "id": errand.id}) is not None


_NEXT = """
UPDATE errand SET due_at = :now
WHERE call = :call AND kind || '' = 'tell' AND state = 'waiting' AND due_at > :now AND created_at <= :now"""

_NEXT_OF_NO_CALL = """
UPDATE errand SET due_at = :now
WHERE call IS NULL AND kind = 'tell' AND state = 'waiting' AND due_at > :now"""

_ALL = "UPDATE errand SET due_at = :now WHERE kind = 'tell' AND state = 'waiting' AND due_at > :now"


def go_on(tx: Transaction, errand: Errand, now: int, *, everywhere: bool) -> None:
    """An event was told: the next of its call is due. `everywhere`: the other system had not listened for a
    while, and does again."""
    tx.hold(f"tell {errand.call or ''}")
    if everywhere:
        tx.run(_ALL, {"now": now})
    elif errand.call is None:
        tx.run(_NEXT_OF_NO_CALL, {"now": now})
    else:
        tx.run(_NEXT, {"call": errand.call, "now": now})


_STUCK = """
SELECT COUNT(*) FROM errand
WHERE kind = 'tell' AND state IN ('waiting', 'running') AND created_at < :before"""


def stuck_since(tx: Transaction, before: int) -> int:
    """How many events of before a moment nobody has taken yet."""
    row = tx.row(_STUCK, {"before": before})
    return row[0] if row else 0
