"""What callers were asked about their calls and what they answered, what they have written to us, and who
wants no messages."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from ivr.core.surveys import Answer, Means, Question, is_start, is_stop
from ivr.core.webhooks import Event
from ivr.ledger.reports import stale
from ivr.ledger.transaction import Transaction, Values
from ivr.ledger.webhooks import happened

_ASKED = """
INSERT INTO survey_answer (
    call, step, question, means, asked_at, caller, talk, agent, queue, language, called)
SELECT :call, :step, :question, :means, :asked_at, :caller, talk.offer, talk.agent, talk.queue,
       call.language, call.called
FROM (SELECT 1 AS one) AS once
LEFT JOIN call ON call.id = :call
LEFT JOIN talk ON talk.offer = (
    SELECT offer FROM talk AS each
    WHERE each.call = :call AND each.answered_at IS NOT NULL
    ORDER BY each.answered_at DESC LIMIT 1)
WHERE true
ON CONFLICT (call, step) DO NOTHING"""


def asked(tx: Transaction, answer: Answer) -> None:
    """A question was put; it is about the agent they have talked to last. Put again, it is the same one."""
    values = {
        "call": answer.call,
        "step": answer.step,
        "question": str(answer.question),
        "means": str(answer.means),
        "asked_at": answer.asked_at,
        "caller": tx.seal.caller(answer.caller),
    }
    tx.run(_ASKED, values)
    stale.mark(tx, answer.asked_at)


_ANSWERED = """
UPDATE survey_answer
SET answered_at = :at, value = :value, recording = :recording, comment = COALESCE(:comment, comment)
WHERE call = :call AND step = :step AND answered_at IS NULL"""

# A survey counts where its first question was put.
_MARK = """
INSERT INTO stale (since, until) SELECT MIN(first.asked_at), MIN(first.asked_at)
FROM survey_answer AS answered
JOIN survey_answer AS first
    ON first.call = answered.call AND COALESCE(first.talk, '') = COALESCE(answered.talk, '')
WHERE answered.call = :call AND answered.step = :step"""


def answered(tx: Transaction, answer: Answer) -> bool:
    """What they answered; False if they had before, or nobody has asked."""
    values = {
        "call": answer.call,
        "step": answer.step,
        "at": answer.answered_at,
        "value": answer.value,
        "recording": answer.recording,
        "comment": answer.comment,
    }
    if not tx.changed(_ANSWERED, values):
        return False
    tx.run(_MARK, {"call": answer.call, "step": answer.step})
    if answer.answered_at is not None:
        happened(tx, Event.SURVEY_ANSWERED, f"{answer.call}:{answer.step}", answer.call, answer.answered_at)
    return True


_SPARED = "SELECT 1 FROM survey_answer WHERE caller = :caller AND asked_at > :since LIMIT 1"
_WITHDRAWN = "SELECT 1 FROM withdrawal WHERE caller IN (:caller, :known_as)"


def is_spared(tx: Transaction, caller: str, since: int, means: Means) -> bool:
    """Whether this number was asked after that moment, or must get no messages."""
    if tx.row(_SPARED, {"caller": tx.seal.caller(caller), "since": since}) is not None:
        return True
    return means is Means.SMS and has_withdrawn(tx, caller)


_ANSWERS = """
SELECT call, step, question, asked_at, means, answered_at, value, recording, comment, caller, queue, agent,
       talk
FROM survey_answer"""


def of_call(tx: Transaction, call_id: str) -> list[Answer]:
    """All that was asked about a call, in order."""
    return _answers(tx, f"{_ANSWERS} WHERE call = :call ORDER BY asked_at, step", {"call": call_id})


def open_question(tx: Transaction, caller: str, since: int) -> Answer | None:
    """The question put to this number by a message after that moment that waits for its answer."""
    words = f"""{_ANSWERS}
    WHERE caller = :caller AND asked_at > :since AND means = 'sms' AND answered_at IS NULL
    ORDER BY asked_at DESC LIMIT 1"""
    found = _answers(tx, words, {"caller": tx.seal.caller(caller), "since": since})
    return found[0] if found else None


def _answers(tx: Transaction, words: str, values: Values) -> list[Answer]:
    rows = tx.rows(words, values)
    return [Answer(row[0], row[1], Question(row[2]), row[3], Means(row[4]), *row[5:]) for row in rows]


# -- what callers write ------------------------------------------------------------------------------------


class Kind(StrEnum):
    """What a message from a caller is."""

    FEEDBACK = "feedback"
    ANSWER = "answer"
    STOP = "stop"
    START = "start"


@dataclass(frozen=True, slots=True)
class Feedback:
    """A text message from a caller, by the carrier's id; `call` is their last one before it, `reply` what we
    answered, "" for nothing. `at` is UTC milliseconds."""

    id: str
    caller: str
    called: str
    text: str
    at: int
    kind: Kind
    call: str | None = None
    reply: str = ""


def one_by_one(tx: Transaction, caller: str) -> None:
    """What this number writes is taken one after the other, until the end of the transaction."""
    tx.hold(f"what {caller} writes")


OPEN_MS = 3 * 24 * 3_600_000
"""So long a question put by a message waits for its answer; a number that comes later is no answer."""


def take(
    tx: Transaction, written: Feedback, readings: Mapping[Question, int]
) -> tuple[Feedback, Answer | None]:
    """A message for what it is, and what it answers: who wants no more gets none, an answer counts. What is
    no answer on the scale is kept beside the question that was put."""
    taken = replace(written, call=last_call(tx, written.caller))
    if is_stop(written.text):
        withdraw(tx, written.caller, written.at)
        return replace(taken, kind=Kind.STOP), None
    if is_start(written.text) and has_withdrawn(tx, written.caller):
        come_back(tx, written.caller)
        return replace(taken, kind=Kind.START), None
    question = open_question(tx, written.caller, written.at - OPEN_MS)
    if question is None:
        return taken, None
    answer = _answer(question, written, readings)
    if answer is None:
        tx.run(_REMARKED, {"call": question.call, "step": question.step, "text": written.text})
        return replace(taken, call=question.call), None
    answered(tx, answer)
    return replace(taken, kind=Kind.ANSWER, call=answer.call), answer


_REMARKED = """
UPDATE survey_answer SET comment = COALESCE(comment || '\n' || :text, :text)
WHERE call = :call AND step = :step AND answered_at IS NULL"""


def _answer(question: Answer, written: Feedback, readings: Mapping[Question, int]) -> Answer | None:
    """The answer to a question in a message; None if it is none."""
    if question.question is Question.COMMENT:
        return replace(question, answered_at=written.at, comment=written.text)
    value = readings.get(question.question)
    return replace(question, answered_at=written.at, value=value) if value is not None else None


_WROTE = """
INSERT INTO feedback (id, caller, called, text, at, kind, call, reply)
VALUES (:id, :caller, :called, :text, :at, :kind, :call, :reply)
ON CONFLICT (id) DO NOTHING"""


def wrote(tx: Transaction, feedback: Feedback) -> None:
    """A caller has written to us."""
    values = {name: getattr(feedback, name) for name in ("id", "called", "text", "at", "call", "reply")}
    caller = tx.seal.caller(feedback.caller)
    tx.run(_WROTE, {**values, "caller": caller, "kind": str(feedback.kind)})


_FEEDBACK = "SELECT id, caller, called, text, at, kind, call, reply FROM feedback"


def find(tx: Transaction, feedback_id: str) -> Feedback | None:
    """The message of this id."""
    found = _feedback(tx, f"{_FEEDBACK} WHERE id = :id", {"id": feedback_id})
    return found[0] if found else None


def written_by(tx: Transaction, caller: str, most: int = 50) -> list[Feedback]:
    """What this number has written to us, the newest first."""
    words = f"{_FEEDBACK} WHERE caller = :caller ORDER BY at DESC, id LIMIT :most"
    return _feedback(tx, words, {"caller": tx.seal.caller(caller), "most": most})


def newest(tx: Transaction, before: int, most: int) -> list[Feedback]:
    """What callers wrote to us before that moment that answers no question, the newest first."""
    words = f"{_FEEDBACK} WHERE at < :before AND kind = 'feedback' ORDER BY at DESC, id LIMIT :most"
    return _feedback(tx, words, {"before": before, "most": most})


def _feedback(tx: Transaction, words: str, values: Values) -> list[Feedback]:
    rows = tx.rows(words, values)
    return [Feedback(row[0], row[1], row[2], row[3], row[4], Kind(row[5]), row[6], row[7]) for row in rows]


_LAST_CALL = "SELECT id FROM call WHERE caller = :caller ORDER BY started_at DESC LIMIT 1"


def last_call(tx: Transaction, caller: str) -> str | None:
    """The id of this number's last call."""
    row = tx.row(_LAST_CALL, {"caller": tx.seal.caller(caller)})
    return row[0] if row else None


# -- who wants none ----------------------------------------------------------------------------------------


_WITHDRAW = "INSERT INTO withdrawal (caller, at) VALUES (:caller, :at) ON CONFLICT (caller) DO NOTHING"
_RETURN = "DELETE FROM withdrawal WHERE caller IN (:caller, :known_as)"


def _by_both_names(tx: Transaction, caller: str) -> Values:
    """Of who was erased, or wrote while numbers were stored otherwise, that wish stands under a pseudonym."""
    return {"caller": caller, "known_as": tx.seal.pseudonym(caller)}


def withdraw(tx: Transaction, caller: str, now: int) -> None:
    """This number wants no messages any more."""
    tx.run(_WITHDRAW, {"caller": tx.seal.caller(caller), "at": now})


def come_back(tx: Transaction, caller: str) -> None:
    """This number wants messages again."""
    tx.run(_RETURN, _by_both_names(tx, caller))


def has_withdrawn(tx: Transaction, caller: str) -> bool:
    """Whether this number must get no messages."""
    return tx.row(_WITHDRAWN, _by_both_names(tx, caller)) is not None
