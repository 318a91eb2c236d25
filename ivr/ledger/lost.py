"""Lost callers: who waited in line in vain, and has not talked with anybody since."""

from typing import NamedTuple

from ivr.core.calls import LONGEST_MS
from ivr.ledger.transaction import Transaction


class Lost(NamedTuple):
    """A number, and the last time it waited in vain: in which call, until when (UTC milliseconds), how long
    (milliseconds); and how often it did in all."""

    number: str
    call: str
    queue: str
    language: str
    at: int
    wait: int
    times: int


# Of who was led out of the line, those are lost to whom the hotline only said goodbye. Of their other calls
# only those can be one in which they talked later that had not begun long before: some call each day.
_LOST = """
WITH lost AS (
    SELECT call.caller AS number, visit.call AS call, visit.queue AS queue, visit.language AS language,
        visit.ended_at AS at, visit.ended_at - visit.entered_at AS wait,
        ROW_NUMBER() OVER (PARTITION BY call.caller ORDER BY visit.ended_at DESC, visit.id) AS nth,
        COUNT(*) OVER (PARTITION BY call.caller) AS times
    FROM visit JOIN call ON call.id = visit.call
    WHERE visit.kind = 'call' AND visit.ended_at >= :since AND call.caller IS NOT NULL
        AND (visit.outcome = 'abandoned' OR visit.went_to = 'goodbye'
            AND visit.outcome IN ('timeout', 'no_agents', 'closed')))
SELECT number, call, queue, language, at, wait, times FROM lost WHERE nth = 1
AND NOT EXISTS (SELECT 1 FROM call AS later JOIN talk ON talk.call = later.id
    WHERE later.caller = lost.number AND later.started_at > lost.at - :longest AND talk.answered_at > lost.at)
AND NOT EXISTS (SELECT 1 FROM call AS later JOIN leg ON leg.call = later.id
    WHERE later.caller = lost.number AND later.started_at > lost.at - :longest AND leg.ending = 'connected'
        AND COALESCE(leg.accepted_at, leg.answered_at) > lost.at)"""


def callers(tx: Transaction, since: int, queue: str, most: int) -> list[Lost]:
    """Who was lost since a moment (UTC milliseconds) and has not been reached; the last lost first. With a
    `queue` only who waited there last; empty: all."""
    only = "AND queue = :queue" if queue else ""
    sql = f"{_LOST} {only} ORDER BY at DESC, number LIMIT :most"
    values = {"since": since, "most": most, "longest": LONGEST_MS, **({"queue": queue} if queue else {})}
    return [Lost(*row) for row in tx.rows(sql, values)]
