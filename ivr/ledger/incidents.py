"""Incidents: the times in which an alert was past its limit, and who was told of them."""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from ivr.core.alerts import Incident, Measure, Over
from ivr.ledger.rows import compact
from ivr.ledger.transaction import Row, Transaction

_INCIDENTS = """
SELECT id, alert, measure, past, queues, opened_at, first, worst, well_since, ended_at, ending
FROM incident"""

_OPEN = f"{_INCIDENTS} WHERE ended_at IS NULL ORDER BY opened_at, alert"


def still_open(tx: Transaction) -> list[Incident]:
    """The incidents that go on, the oldest first; those of one moment by the names of their alerts."""
    return [_incident(row) for row in tx.rows(_OPEN, {})]


_NEWEST = f"{_INCIDENTS} WHERE ended_at IS NOT NULL ORDER BY opened_at DESC, id DESC LIMIT :most"
_EARLIER = f"""{_INCIDENTS}
WHERE ended_at IS NOT NULL AND (opened_at, id) < (:at, :id) ORDER BY opened_at DESC, id DESC LIMIT :most"""


def over(tx: Transaction, before: tuple[int, str] | None = None, most: int = 50) -> list[Incident]:
    """The incidents that are over, newest first; `before` is the (opened_at, id) of the last one of the page
    before."""
    if before is None:
        return [_incident(row) for row in tx.rows(_NEWEST, {"most": most})]
    values = {"at": before[0], "id": before[1], "most": most}
    return [_incident(row) for row in tx.rows(_EARLIER, values)]


_FIND = f"{_INCIDENTS} WHERE id = :id"


def find(tx: Transaction, incident_id: str) -> Incident | None:
    """An incident by its id."""
    row = tx.row(_FIND, {"id": incident_id})
    return _incident(row) if row else None


_BEGIN = """
INSERT INTO incident (id, alert, measure, past, queues, opened_at, first, worst)
VALUES (:id, :alert, :measure, :limit, :queues, :opened_at, :first, :worst)
ON CONFLICT DO NOTHING"""


def begin(tx: Transaction, incident: Incident) -> bool:
    """An incident begins; False if one of its alert goes on already."""
    values = {
        "id": incident.id,
        "alert": incident.alert,
        "measure": str(incident.measure),
        "limit": incident.limit,
        "queues": compact(list(incident.queues)),
        "opened_at": incident.opened_at,
        "first": incident.first,
        "worst": incident.worst,
    }
    return tx.changed(_BEGIN, values) > 0


_CHANGE = """
UPDATE incident SET worst = :worst, well_since = :well_since, ended_at = :ended_at, ending = :over
WHERE id = :id AND ended_at IS NULL"""


def change(tx: Transaction, incident: Incident) -> bool:
    """How an incident goes on, or that it is over; False if it was before."""
    values = {
        "id": incident.id,
        "worst": incident.worst,
        "well_since": incident.well_since,
        "ended_at": incident.ended_at,
        "over": incident.over,
    }
    return tx.changed(_CHANGE, values) > 0


@dataclass(frozen=True, slots=True)
class Word:
    """Somebody is told of an incident: whether of its end, by which means (mail, sms or webhook), and how
    that errand stands (`forgotten`: it is long over); `cause` says why it has failed or is tried again."""

    incident: str
    end: bool
    means: str
    to: str
    state: str
    cause: str | None
    at: int | None


_SEND = """
INSERT INTO told (incident, ending, means, recipient, errand) VALUES (:incident, :end, :means, :to, :errand)
ON CONFLICT DO NOTHING"""


def tell(tx: Transaction, incident_id: str, means: str, to: str, errand_id: int, *, end: bool) -> None:
    """Somebody is told by an errand."""
    values = {"incident": incident_id, "end": end, "means": means, "to": to, "errand": errand_id}
    tx.run(_SEND, values)


_TOLD = """
SELECT told.incident, told.ending, told.means, told.recipient,
       COALESCE(errand.state, 'forgotten'), errand.cause, errand.done_at
FROM told LEFT JOIN errand ON errand.id = told.errand
WHERE told.incident = :incident ORDER BY told.ending, told.means, told.recipient"""


def words(tx: Transaction, incidents: Iterable[Incident]) -> list[Word]:
    """Who was told of these incidents."""
    return [
        Word(row[0], bool(row[1]), *row[2:])
        for incident in incidents
        for row in tx.rows(_TOLD, {"incident": incident.id})
    ]


def _incident(row: Row) -> Incident:
    incident_id, alert, measure, limit, queues, opened_at, first, worst, well_since, ended_at, ending = row
    return Incident(
        incident_id,
        alert,
        Measure(measure),
        limit,
        tuple(json.loads(queues)),
        opened_at,
        first,
        worst,
        well_since,
        ended_at,
        Over(ending) if ending else None,
    )
