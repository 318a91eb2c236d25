"""The line: the visits of callers to queues, in the order of their ranks.

Who changes a visit holds its row first, and only then looks at an offer or an agent (law 7): so two that
want the same never wait for each other.
"""

import json
from array import array
from collections.abc import Iterable, Sequence

from ivr.core.line.estimate import Estimate, Told
from ivr.core.line.visits import Kind, Left, Visit, WentTo
from ivr.core.webhooks import Event
from ivr.ledger.questions import Question, question
from ivr.ledger.reports import stale
from ivr.ledger.rows import compact
from ivr.ledger.transaction import Row, Transaction
from ivr.ledger.webhooks import happened_to

DISPATCH = "the line"
"""What a process holds while it decides who is offered whom."""

_VISITS = """
SELECT id, call, kind, queue, language, first_at, rank, entered_at, preferred, declined, agent, taken_at,
       room, leaving, leads, outcome, went_to, ended_at, told, beat_at, wanted, sent_by, target
FROM visit"""

_JOIN = """
INSERT INTO visit (id, call, kind, queue, language, first_at, rank, entered_at, beat_at, preferred, declined,
                   room, leads, wanted, sent_by, target)
VALUES (:id, :call, :kind, :queue, :language, :first_at, :rank, :entered_at, :entered_at, :preferred,
        :declined, :room, :leads, :wanted, :sent_by, :target)
ON CONFLICT (id) DO NOTHING"""


def join(tx: Transaction, visit: Visit) -> None:
    """A caller joins a line. The same visit again changes nothing."""
    tx.run(
        _JOIN,
        {
            "id": visit.id,
            "call": visit.call,
            "kind": visit.kind,
            "queue": visit.queue,
            "language": visit.language,
            "first_at": visit.first_at,
            "rank": visit.rank,
            "entered_at": visit.entered_at,
            "preferred": visit.preferred,
            "declined": compact(sorted(visit.declined)),
            "room": visit.room,
            "leads": visit.leads,
            "wanted": visit.wanted,
            "sent_by": visit.sent_by,
            "target": visit.target,
        },
    )
    stale.mark(tx, visit.entered_at)


_FIND = f"{_VISITS} WHERE id = :id"


def find(tx: Transaction, visit_id: str) -> Visit | None:
    """A visit, held for the rest of a write transaction."""
    row = tx.locked_row(_FIND, {"id": visit_id})
    return _visit(row) if row else None


def hold(tx: Transaction, visit_id: str) -> None:
    """Hold a visit for the rest of a write transaction, without a look at it."""
    tx.lock(_FIND, {"id": visit_id})


def standing(visit_id: str) -> Question[Visit | None]:
    """A visit as it stands."""
    return question(_FIND, {"id": visit_id}, lambda rows: _visit(rows[0]) if rows else None)


_OF_CALL = f"{_VISITS} WHERE call = :call ORDER BY entered_at, id"


def of_call(tx: Transaction, call_id: str) -> list[Visit]:
    """All visits of a call, in their order."""
    return [_visit(row) for row in tx.rows(_OF_CALL, {"call": call_id})]


_OPEN = f"{_VISITS} WHERE call = :call AND ended_at IS NULL"


def open_of(tx: Transaction, call_id: str) -> Visit | None:
    """The visit a call is in, held for the rest of a write transaction."""
    row = tx.locked_row(_OPEN, {"call": call_id})
    return _visit(row) if row else None


_WAITING = "ended_at IS NULL AND taken_at IS NULL AND leaving IS NULL"
_IN_LINE = f"{_WAITING} AND wanted IS NULL"

_RUNG = "(SELECT 1 FROM offer WHERE offer.visit = visit.id AND offer.ended_at IS NULL)"

# Nobody's rank is later than their coming, so the index that is in the order of ranks ends the search early;
# the plus keeps SQLite from taking another one, and sorting the whole line.
_HEADS = f"""{_VISITS}
WHERE queue = :queue AND language = :language AND {_IN_LINE}
    AND rank <= :entered_before AND +entered_at <= :entered_before AND NOT EXISTS {_RUNG}
ORDER BY rank LIMIT :most"""


def heads(queue: str, language: str, entered_before: int, most: int) -> Question[list[Visit]]:
    """The first of those who wait, are not being offered, and came into the queue before that time. Of two
    with the same rank neither is before the other."""
    values = {"queue": queue, "language": language, "entered_before": entered_before, "most": most}
    return question(_HEADS, values, _all)


_KEPT = f"{_VISITS} WHERE wanted IS NOT NULL AND {_WAITING} AND NOT EXISTS {_RUNG} ORDER BY rank, id"


def kept() -> Question[list[Visit]]:
    """Those who wait for one agent alone, and are not being offered."""
    return question(_KEPT, {}, _all)


_TO_BE_RUNG = """
(SELECT visit FROM callback WHERE ended_at IS NULL AND due_at IS NULL ORDER BY rank, id LIMIT :most)"""
_PROMISED = f"{_VISITS} WHERE {_WAITING} AND NOT EXISTS {_RUNG} AND id IN {_TO_BE_RUNG}"


def promised(tx: Transaction, most: int) -> dict[str, Visit]:
    """Of the first who are to be rung and are in line, those who are not being offered, by their ids."""
    return {visit.id: visit for visit in map(_visit, tx.rows(_PROMISED, {"most": most}))}


# From each line to the next one by the index: to read all of them would take as long as there are callers.
_LINES = """
WITH RECURSIVE
    busy(queue) AS (
        SELECT CAST('' AS TEXT)
        UNION ALL
        SELECT (SELECT MIN(visit.queue) FROM visit
                WHERE visit.queue > busy.queue
                    AND ended_at IS NULL AND taken_at IS NULL AND leaving IS NULL AND wanted IS NULL)
        FROM busy WHERE busy.queue IS NOT NULL),
    line(queue, language) AS (
        SELECT busy.queue, (SELECT MIN(visit.language) FROM visit
                            WHERE visit.queue = busy.queue
                                AND ended_at IS NULL AND taken_at IS NULL AND leaving IS NULL
                                AND wanted IS NULL)
        FROM busy WHERE busy.queue <> ''
        UNION ALL
        SELECT line.queue, (SELECT MIN(visit.language) FROM visit
                            WHERE visit.queue = line.queue AND visit.language > line.language
                                AND ended_at IS NULL AND taken_at IS NULL AND leaving IS NULL
                                AND wanted IS NULL)
        FROM line WHERE line.language IS NOT NULL)
SELECT queue, language FROM line WHERE language IS NOT NULL"""


def lines() -> Question[list[tuple[str, str]]]:
    """The queues and languages in which somebody waits."""
    return question(_LINES, {}, lambda rows: [(queue, language) for queue, language in rows])


# One question, as it is asked whenever anything happens on the line; who may be rung is in an index.
_TO_DO = """
SELECT EXISTS (SELECT 1 FROM callback WHERE ended_at IS NULL AND due_at <= :now),
    EXISTS (SELECT 1 FROM span WHERE ended_at IS NULL AND status = 'ready' AND activity = 'idle')
    AND (
        EXISTS (SELECT 1 FROM visit
                WHERE ended_at IS NULL AND taken_at IS NULL AND leaving IS NULL AND wanted IS NULL)
        OR EXISTS (SELECT 1 FROM visit
                   WHERE wanted IS NOT NULL AND ended_at IS NULL AND taken_at IS NULL AND leaving IS NULL))"""


def to_do(tx: Transaction, now: int) -> tuple[bool, bool]:
    """Whether somebody who is to be rung may come into the line, and whether somebody waits while an agent is
    free."""
    row = tx.row(_TO_DO, {"now": now})
    return (bool(row[0]), bool(row[1])) if row else (False, False)


_COUNT = "SELECT COUNT(*) FROM visit"
_LENGTH = f"{_COUNT} WHERE queue = :queue AND {_IN_LINE} AND kind <> 'callback'"


def length(tx: Transaction, queue: str) -> int:
    """How many wait in a queue on the phone for anybody, those who are being offered included."""
    row = tx.row(_LENGTH, {"queue": queue})
    return row[0] if row else 0


_RANKED = "SELECT queue, rank FROM visit"
_RANKS = f"{_RANKED} WHERE {_IN_LINE}"


def ranks(tx: Transaction) -> dict[str, Sequence[int]]:
    """The ranks of all who wait, those who are to be rung too, by queue; the first first."""
    found: dict[str, list[int]] = {}
    for queue, rank in tx.rows(_RANKS, {}):
        found.setdefault(queue, []).append(rank)
    return {queue: array("q", sorted(theirs)) for queue, theirs in found.items()}


_FIRST = "SELECT MIN(first_at) FROM visit WHERE call = :call"


def first_at(tx: Transaction, call_id: str) -> int | None:
    """When this caller first joined a line, in this call."""
    row = tx.row(_FIRST, {"call": call_id})
    return row[0] if row else None


_BEAT = "UPDATE visit SET beat_at = :now WHERE id = :id AND beat_at < :now"


def beat(tx: Transaction, visit_id: str, now: int) -> None:
    """The caller was heard to wait."""
    tx.run(_BEAT, {"id": visit_id, "now": now})


_TELL = "UPDATE visit SET told = :told, beat_at = :now WHERE id = :id"


def tell(tx: Transaction, visit_id: str, told: Told, now: int) -> None:
    """The caller is told their place, and perhaps how long it will be."""
    tx.run(_TELL, {"id": visit_id, "told": _written(told), "now": now})


_DECLINE = "UPDATE visit SET declined = :declined WHERE id = :id"


def declined(tx: Transaction, visit: Visit, by: Iterable[str]) -> None:
    """These agents are not offered the caller again."""
    tx.run(_DECLINE, {"id": visit.id, "declined": compact(sorted(visit.declined | set(by)))})


# The empty text keeps SQLite from the index of queues, in which all who ever waited stand.
_BEFORE = """
SELECT COUNT(*) FROM visit
WHERE queue || '' = :queue AND kind IN ('call', 'callback')
    AND ended_at IS NULL AND taken_at IS NULL AND leaving IS NULL
    AND (rank < :rank OR rank = :rank AND id < :id)"""


def place(tx: Transaction, visit: Visit) -> int:
    """The caller's place in their queue, among those who are to be rung too; 1 is the next. It is counted:
    callers are told theirs from a snapshot."""
    row = tx.row(_BEFORE, {"queue": visit.queue, "rank": visit.rank, "id": visit.id})
    return 1 + (row[0] if row else 0)


_FIRST_RANK = """
SELECT MIN(rank) FROM visit
WHERE queue || '' = :queue AND ended_at IS NULL AND taken_at IS NULL AND leaving IS NULL"""
_TO_FRONT = "UPDATE visit SET rank = :rank WHERE id = :id"
_KEEP_RANK = "UPDATE callback SET rank = :rank WHERE visit = :id"


def to_front(tx: Transaction, visit: Visit) -> None:
    """The caller is the next of their queue. So is a promise for which the visit stands, if it has to be
    tried again."""
    row = tx.row(_FIRST_RANK, {"queue": visit.queue})
    first = visit.rank if row is None or row[0] is None else min(visit.rank, row[0])
    tx.run(_TO_FRONT, {"id": visit.id, "rank": first - 1})
    tx.run(_KEEP_RANK, {"id": visit.id, "rank": first - 1})


_WANT = "UPDATE visit SET wanted = :agent, sent_by = NULL WHERE id = :id"


def want(tx: Transaction, visit_id: str, agent: str) -> None:
    """The caller waits for this agent alone; if that one does not take them, for anybody."""
    tx.run(_WANT, {"id": visit_id, "agent": agent})


_SEND_BACK = "UPDATE visit SET wanted = sent_by, sent_by = NULL WHERE id = :id AND wanted = :agent"


def send_back(tx: Transaction, visit_id: str, agent: str) -> bool:
    """The agent they waited for does not take them: they wait for who sent them there, then for anybody.
    False if they do not wait for that one alone."""
    return tx.changed(_SEND_BACK, {"id": visit_id, "agent": agent}) > 0


_IS_CALL = "UPDATE visit SET call = :call WHERE id = :id"


def is_call(tx: Transaction, visit_id: str, call_id: str) -> None:
    """What an agent calls somebody for has become a call."""
    tx.run(_IS_CALL, {"id": visit_id, "call": call_id})


_TAKE = """
UPDATE visit SET agent = :agent, taken_at = :now, room = :room
WHERE id = :id AND ended_at IS NULL AND taken_at IS NULL AND leaving IS NULL"""


def take(tx: Transaction, visit_id: str, agent: str, room: str, now: int) -> bool:
    """An agent has accepted the caller; False if somebody else has, or the caller is leaving or gone."""
    return tx.changed(_TAKE, {"id": visit_id, "agent": agent, "room": room, "now": now}) > 0


_LEAVE = """
UPDATE visit SET leaving = :why, leads = :leads
WHERE id = :id AND ended_at IS NULL AND taken_at IS NULL AND leaving IS NULL"""


def leave(tx: Transaction, visit_id: str, why: Left, leads: str) -> bool:
    """The caller is to be led out of the wait; False if an agent has accepted them meanwhile."""
    return tx.changed(_LEAVE, {"id": visit_id, "why": why, "leads": leads}) > 0


_END = """
UPDATE visit SET outcome = :outcome, went_to = :went_to, ended_at = :now
WHERE id = :id AND ended_at IS NULL"""


def end(tx: Transaction, visit_id: str, outcome: Left, went_to: WentTo, now: int) -> bool:
    """The visit is over; False if it was before: the first end stays."""
    ended = tx.changed(_END, {"id": visit_id, "outcome": outcome, "went_to": went_to, "now": now}) > 0
    if ended:
        stale.mark(tx, now)
        stale.mark_call_of(tx, visit_id)
        happened_to(tx, Event.VISIT_ENDED, visit_id, now)
    return ended


_NEXT_DUE = """
SELECT MIN(at) FROM (
    SELECT MIN(until) AS at FROM offer WHERE ended_at IS NULL
    UNION ALL SELECT MIN(wrap_up_until) FROM talk WHERE ended_at IS NULL
    UNION ALL SELECT MIN(due_at) FROM callback WHERE ended_at IS NULL
) AS first"""


def next_due(tx: Transaction) -> int | None:
    """When the next offer, wrap-up or wait for another try is over, as far as that is known; None if none is
    under way."""
    row = tx.row(_NEXT_DUE, {})
    return row[0] if row else None


_SILENT = f"""{_VISITS}
WHERE ended_at IS NULL AND kind <> 'callback' AND beat_at < :before ORDER BY beat_at LIMIT :most"""


def silent(tx: Transaction, before: int, most: int) -> list[Visit]:
    """Open visits of which nothing was heard since that time, the longest silent first. Of those who are to
    be rung nobody expects a word."""
    return [_visit(row) for row in tx.rows(_SILENT, {"before": before, "most": most})]


def _written(told: Told) -> str:
    least, most = (told.estimate.least, told.estimate.most) if told.estimate else (None, None)
    return compact([least, most, told.place, told.agents, told.at, told.said_at])


def _read(written: str) -> Told:
    """Those of an earlier version said no place without an estimate."""
    least, most, place, agents, at, *more = json.loads(written)
    return Told(Estimate(least, most) if most is not None else None, place, agents, at, *(more or (at,)))


def _all(rows: list[Row]) -> list[Visit]:
    return [_visit(row) for row in rows]


def _visit(row: Row) -> Visit:
    visit_id, call, kind, queue, language, first, rank, entered_at, preferred, declined_by, *rest = row
    (
        agent,
        taken_at,
        room,
        leaving,
        leads,
        outcome,
        went_to,
        ended_at,
        told,
        beat_at,
        wanted,
        sent_by,
        target,
    ) = rest
    return Visit(
        id=visit_id,
        call=call,
        kind=Kind(kind),
        queue=queue,
        language=language,
        first_at=first,
        rank=rank,
        entered_at=entered_at,
        preferred=preferred,
        declined=frozenset(json.loads(declined_by)),
        agent=agent,
        taken_at=taken_at,
        room=room,
        leaving=Left(leaving) if leaving else None,
        leads=leads,
        outcome=Left(outcome) if outcome else None,
        went_to=WentTo(went_to) if went_to else None,
        ended_at=ended_at,
        told=_read(told) if told else None,
        beat_at=beat_at,
        wanted=wanted,
        sent_by=sent_by,
        target=target,
    )
