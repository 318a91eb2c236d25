"""Calls as the menus know them: found, moved on by one answer, ended for good.

An answer to a document is applied once: what the caller did, its passes and the document that came of it
are one transaction, and whoever asks again gets the same document (`answered`). `hop` is the number in the
URL that was asked; 0 is the arrival.
"""

from collections.abc import Sequence
from dataclasses import replace

from ivr.core.calls import Call, Ending, Outcome, Pass
from ivr.core.line.recording import Consent
from ivr.core.walk import last_pass
from ivr.core.webhooks import Event
from ivr.ledger import rows
from ivr.ledger.reports import stale
from ivr.ledger.transaction import AlreadyAnswered, Transaction
from ivr.ledger.webhooks import happened

_FIND = """
SELECT id, caller, called, revision, language, started_at, entered_at, step, turn, silences, wrongs,
       hop, inputs, pressed, memory, outcome, ended_at, number
FROM call WHERE id = :id"""


def find(tx: Transaction, call_id: str) -> Call | None:
    """The call, held for the rest of a write transaction; one with hop 0 has ended before it arrived."""
    row = tx.locked_row(_FIND, {"id": call_id})
    return rows.call(tx.seal, row) if row else None


_HOLD = "SELECT id FROM call WHERE id = :id"


def hold(tx: Transaction, call_id: str) -> None:
    """The call is held for the rest of a write transaction: before everything that belongs to it."""
    tx.lock(_HOLD, {"id": call_id})


_NUMBERS = "SELECT caller, called, number FROM call WHERE id = :id"
_ON_LINE = "SELECT 1 FROM call WHERE id = :id AND hop > 0 AND ended_at IS NULL"


def numbers(tx: Transaction, call_id: str) -> tuple[str | None, str] | None:
    """Who called whom; nothing is held for it."""
    row = tx.row(_NUMBERS, {"id": call_id})
    return (rows.number(tx.seal, row[0], row[2]), row[1]) if row else None


_MEMORY = "SELECT memory FROM call WHERE id = :id"


def consent(tx: Transaction, call_id: str) -> Consent | None:
    """How the caller stands to being recorded; nothing is held for it."""
    row = tx.row(_MEMORY, {"id": call_id})
    return rows.consent(row[0]) if row else None


def is_on_line(tx: Transaction, call_id: str) -> bool:
    """Whether this call is there and goes on; nothing is held for it."""
    return tx.row(_ON_LINE, {"id": call_id}) is not None


_ANSWERED = "SELECT document FROM answer WHERE call = :call AND hop = :hop"


def answered(tx: Transaction, call_id: str, hop: int) -> bytes | None:
    """The document this hop of the call was answered with, if it was (and the call is not long over)."""
    row = tx.row(_ANSWERED, {"call": call_id, "hop": hop})
    return bytes(row[0]) if row else None


# Who hangs up while it rings has ended the call by a request that overtakes the one by which it began.
_ARRIVE = """
INSERT INTO call (id, caller, called, revision, language, started_at, entered_at, step, turn, silences,
                  wrongs, hop, inputs, pressed, memory, outcome, ended_at, number)
VALUES (:id, :caller, :called, :revision, :language, :started_at, :entered_at, :step, :turn, :silences,
        :wrongs, :hop, :inputs, :pressed, :memory, :outcome, :ended_at, :number)
ON CONFLICT (id) DO UPDATE SET
    caller = excluded.caller, number = excluded.number,
    called = excluded.called, revision = excluded.revision,
    language = excluded.language, entered_at = excluded.entered_at,
    started_at = CASE
        WHEN call.ended_at < excluded.started_at THEN call.ended_at ELSE excluded.started_at END,
    step = excluded.step, turn = excluded.turn, silences = excluded.silences, wrongs = excluded.wrongs,
    hop = excluded.hop, inputs = excluded.inputs, pressed = excluded.pressed, memory = excluded.memory,
    outcome = COALESCE(excluded.outcome, call.outcome),
    ended_at = COALESCE(call.ended_at, excluded.ended_at)
WHERE call.hop = 0
RETURNING ended_at"""


def arrive(tx: Transaction, call: Call, passes: Sequence[Pass], document: bytes) -> None:
    """Write down a new call after its first move. AlreadyAnswered if it is here already."""
    row = tx.row(_ARRIVE, {**rows.of_call(tx.seal, call), "number": rows.sealed(tx.seal, call.caller)})
    if row is None:
        raise AlreadyAnswered(call.id)
    _write(tx, replace(call, ended_at=row[0]), passes, document)
    stale.mark(tx, call.started_at)
    _tell(tx, replace(call, ended_at=row[0]))


SETTLED_MS = 2_000
"""How a call has ended may be told in several ways at once; so long after, all of them have been heard."""


def _tell(tx: Transaction, call: Call) -> None:
    """Other systems hear that a call has come, and of its end if that is known: never the other way round."""
    happened(tx, Event.CALL_STARTED, call.id, call.id, call.started_at)
    if call.ended_at is not None:
        happened(tx, Event.CALL_ENDED, call.id, call.id, call.ended_at, call.ended_at + SETTLED_MS)


# The table itself refuses a call without a hop: the commit can travel with the move and asks nothing first.
_MOVE = """
UPDATE call SET
    revision = :revision, language = :language, entered_at = :entered_at, step = :step, turn = :turn,
    silences = :silences, wrongs = :wrongs, hop = CASE WHEN hop < :hop THEN :hop END, inputs = :inputs,
    pressed = :pressed, memory = :memory, outcome = COALESCE(:outcome, outcome)
WHERE id = :id"""


def move(tx: Transaction, call: Call, passes: Sequence[Pass], document: bytes) -> None:
    """Write down a call after one answer. AlreadyAnswered if somebody else answered that document.

    A call that has ended takes the late answer of its caller too, and stays ended.
    """
    if call.ended_at is not None:
        tx.run(_FORGET_LAST, {"call": call.id, "hop": call.hop - 1})
    _write(tx, call, passes, document)
    tx.must(_MOVE, rows.of_call(tx.seal, call), AlreadyAnswered(call.id))


# The guard on the hop decides whether an answer counts, so what a loser of the race writes here may be
# passed over: it is undone with the rest of its transaction.
_ANSWER = """
INSERT INTO answer (call, hop, document) VALUES (:call, :hop, :document)
ON CONFLICT (call, hop) DO NOTHING"""

_PASSED = """
INSERT INTO pass (call, hop, nth, step, option, pressed, silences, wrongs, entered_at, left_at, ending,
                  language, goal)
VALUES (:call, :hop, :nth, :step, :option, :pressed, :silences, :wrongs, :entered_at, :left_at, :ending,
        :language, :goal)
ON CONFLICT (call, hop, nth) DO NOTHING"""

_FORGET_LAST = "DELETE FROM pass WHERE call = :call AND hop = :hop"


def _write(tx: Transaction, call: Call, passes: Sequence[Pass], document: bytes) -> None:
    """What came of the answer to the document before this one: its passes and the next document."""
    hop = call.hop - 1
    for nth, finished in enumerate(passes):
        tx.run(_PASSED, rows.of_pass(call.id, hop, nth, finished))
    tx.run(_ANSWER, {"call": call.id, "hop": hop, "document": document})
    if call.ended_at is not None:
        stale.mark(tx, call.started_at)
        last = last_pass(replace(call, ended_at=None), max(call.ended_at, call.entered_at))
        _write_last_pass(tx, call.id, call.hop, last)


def _write_last_pass(tx: Transaction, call_id: str, hop: int, last: Pass | None) -> None:
    """The pass a call ended in belongs to the document nobody answered any more."""
    if last is not None:
        tx.run(_PASSED, rows.of_pass(call_id, hop, 0, last))


_IS_APPLIED = """
SELECT 1 FROM answer WHERE call = :call AND hop = :hop
UNION ALL SELECT 1 FROM pass WHERE call = :call AND hop = :hop LIMIT 1"""

_RESTATE = """
UPDATE call SET
    caller = :caller, called = :called, revision = :revision, language = :language, started_at = :started_at,
    entered_at = :entered_at, step = :step, turn = :turn, silences = :silences, wrongs = :wrongs, hop = :hop,
    inputs = :inputs, pressed = :pressed, memory = :memory, outcome = :outcome, number = :number
WHERE id = :id"""


def replay(tx: Transaction, call: Call, passes: Sequence[Pass], document: bytes) -> bool:
    """Write down late what `arrive` or `move` would have written; False if it is here already.

    In any order: the call itself is what the answer with the highest hop made of it. The answer is the
    mark that this one was applied; where answers are forgotten already, its passes are.
    """
    known = _held(tx, call)
    hop = call.hop - 1
    if known.hop > hop and tx.row(_IS_APPLIED, {"call": call.id, "hop": hop}) is not None:
        return False
    if known.hop < call.hop:
        if known.ended_at is not None:
            tx.run(_FORGET_LAST, {"call": call.id, "hop": known.hop})
        _write(tx, replace(call, ended_at=known.ended_at), passes, document)
    else:
        _write(tx, replace(call, ended_at=None), passes, document)
    both = _of_both(known, call)
    tx.run(_RESTATE, {**rows.of_call(tx.seal, both), "number": rows.sealed(tx.seal, both.caller)})
    stale.mark(tx, both.started_at, max(known.started_at, both.entered_at, both.ended_at or 0))
    _tell(tx, both)
    return True


def _held(tx: Transaction, call: Call) -> Call:
    """The call, held for the rest of the transaction; put there with hop 0 if it is not here."""
    known = find(tx, call.id)
    if known is None:
        tx.run(_ORPHAN, {"id": call.id, "at": call.started_at})
        known = find(tx, call.id)
        assert known is not None
    return known


def _of_both(known: Call, told: Call) -> Call:
    """One call of what its row says and what a fact says: where it has come furthest, and who called when,
    if either knows it."""
    further, other = (told, known) if known.hop < told.hop else (known, told)
    return replace(
        further,
        caller=further.caller or other.caller,
        called=further.called or other.called,
        started_at=min(known.started_at, told.started_at),
        outcome=further.outcome or known.outcome,
        ended_at=known.ended_at,
    )


_END = """
UPDATE call SET
    outcome = :outcome, ended_at = :ended_at, end_source = :source, memory = :memory,
    started_at = CASE WHEN started_at > :ended_at THEN :ended_at ELSE started_at END
WHERE id = :id"""

_ENDED = "SELECT ended_at, end_source, outcome, memory, hop, started_at FROM call WHERE id = :id"

_ORPHAN = """
INSERT INTO call (id, called, revision, language, started_at, entered_at, silences, wrongs, hop, inputs,
                  pressed, memory)
VALUES (:id, '', 0, '', :at, :at, 0, 0, 0, 0, '', '[[],[],{},[]]')
ON CONFLICT (id) DO NOTHING"""

_LAST_LEFT = """
UPDATE pass SET left_at = CASE WHEN entered_at > :left_at THEN entered_at ELSE :left_at END
WHERE call = :call AND hop = :hop"""


def end(
    tx: Transaction, call_id: str, outcome: Outcome, ended_at: int, last: Pass | None, source: str
) -> bool:
    """Write down that a call has ended, `last` being the pass it ended in; True if that is news.

    Told again, in whatever order: the earliest end stands, and the outcome that says most (see SAYS_MORE).
    The end of a call that never arrived here is kept for its arrival. Secrets of the call are forgotten.
    """
    row = tx.locked_row(_ENDED, {"id": call_id})
    if row is None:
        tx.run(_ORPHAN, {"id": call_id, "at": ended_at})
        row = tx.locked_row(_ENDED, {"id": call_id})
        assert row is not None
    was_at, was_source, was_outcome, memory, hop, started_at = row
    first = (ended_at, source) if was_at is None else min((was_at, was_source), (ended_at, source))
    tx.run(
        _END,
        {
            "id": call_id,
            "outcome": str(_more(outcome, was_outcome)),
            "ended_at": first[0],
            "source": first[1],
            "memory": rows.without_secrets(memory),
        },
    )
    if was_at is None and last is not None:
        tx.run(_PASSED, rows.of_pass(call_id, hop, 0, last))
    elif first[0] != was_at:
        tx.run(_LAST_LEFT, {"call": call_id, "hop": hop, "left_at": first[0]})
    stale.mark(tx, min(started_at, first[0]), started_at)
    if was_at is None and hop:
        happened(tx, Event.CALL_ENDED, call_id, call_id, ended_at, ended_at + SETTLED_MS)
    return was_at is None


_CONNECTED = "UPDATE call SET outcome = :outcome WHERE id = :id"

_LAST_CONNECTED = "UPDATE pass SET ending = :ending WHERE call = :call AND hop = :hop"


def connected(tx: Transaction, call_id: str) -> None:
    """Somebody has talked in this call, however it will end."""
    tx.run(_CONNECTED, {"id": call_id, "outcome": str(Outcome.CONNECTED)})


def ended_in_conversation(tx: Transaction, call: Call) -> None:
    """The caller hung up on the party they talked to: that is how the call and its last pass ended."""
    tx.run(_CONNECTED, {"id": call.id, "outcome": str(Outcome.CONNECTED)})
    tx.run(_LAST_CONNECTED, {"call": call.id, "hop": call.hop, "ending": str(Ending.CONNECTED)})


_NOT_CONNECTED = """
UPDATE call SET outcome = :outcome
WHERE id = :id AND outcome = :talked AND talk = 0
    AND NOT EXISTS (SELECT 1 FROM leg WHERE leg.call = :id AND leg.ending = :connected)"""


def had_not_talked(tx: Transaction, call_id: str) -> None:
    """The caller hung up before they were joined to the party who had pressed 1."""
    talked, connected = str(Outcome.CONNECTED), str(Ending.CONNECTED)
    values = {"id": call_id, "outcome": str(Outcome.HUNG_UP), "talked": talked, "connected": connected}
    tx.run(_NOT_CONNECTED, values)


SAYS_MORE = (
    Outcome.LOST,
    Outcome.HUNG_UP,
    Outcome.GOODBYE,
    Outcome.MESSAGE,
    Outcome.CONNECTED,
    Outcome.TOO_MANY,
    Outcome.BLOCKED,
)
"""What may be told of the end of one call, by how much it says; the order of telling means nothing."""


def _more(one: Outcome, other: str | None) -> Outcome:
    return max(one, Outcome(other), key=SAYS_MORE.index) if other else one


_TALKED = "UPDATE call SET talk = talk + :seconds WHERE id = :id"


def talked(tx: Transaction, call_id: str, seconds: float) -> None:
    """Add the seconds the caller talked with a party; call it beside the `move` it belongs to."""
    tx.run(_TALKED, {"id": call_id, "seconds": seconds})


_STEPS_BACK = "SELECT step FROM pass WHERE call = :call ORDER BY hop DESC, nth DESC"


def steps_back(tx: Transaction, call_id: str) -> list[str]:
    """The steps of the passes the call has finished, the last one first."""
    return [row[0] for row in tx.rows(_STEPS_BACK, {"call": call_id})]


_COUNT_OPEN = "SELECT COUNT(*) FROM call WHERE ended_at IS NULL"


def count_open(tx: Transaction) -> int:
    """How many calls go on, as far as we know."""
    row = tx.row(_COUNT_OPEN, {})
    return row[0] if row else 0


_SILENT = """
SELECT id FROM call
WHERE ended_at IS NULL AND entered_at < :before
      AND (turn IS NULL OR turn <> 'dial' OR entered_at < :dialed_before)
      AND NOT EXISTS (SELECT 1 FROM errand WHERE errand.call = call.id AND kind = :asking
                      AND state IN ('waiting', 'running'))
ORDER BY started_at LIMIT 100"""


def silent_since(tx: Transaction, before: int, dialed_before: int, asking: str) -> list[str]:
    """Up to 100 calls that have not ended, as far as we know, and have done nothing since that time; since
    the other one if a party is rung for them. Not those for which an errand of the kind `asking` is open."""
    since = {"before": before, "dialed_before": dialed_before, "asking": asking}
    return [row[0] for row in tx.rows(_SILENT, since)]


_OVER = """
SELECT id, ended_at FROM call
WHERE ended_at >= :since AND ended_at < :before AND EXISTS (SELECT 1 FROM answer WHERE answer.call = call.id)
ORDER BY ended_at LIMIT :most"""


def with_answers(tx: Transaction, since: int, before: int, most: int) -> list[tuple[str, int]]:
    """Calls that ended in that time and still have documents, with their ends, the earliest first."""
    return [(row[0], row[1]) for row in tx.rows(_OVER, {"since": since, "before": before, "most": most})]


def forget_answers(tx: Transaction, call_id: str) -> None:
    """Drop the documents of a call that is long over: nobody asks for them again."""
    tx.run("DELETE FROM answer WHERE call = :call", {"call": call_id})
