"""Other systems are told what happens, event by event: until they take it, in order for each call."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from ivr.core import breaker
from ivr.core.alerts import in_words
from ivr.core.webhooks import Event, headers, secret
from ivr.ledger import Transaction, agents, callbacks, calls, errands, incidents, line, messages, talks
from ivr.ledger import surveys as callers_words
from ivr.ledger import webhooks as told
from ivr.ledger.errands import Errand
from ivr.outside.webhooks import NotTaken, post
from ivr.switchboard.attempts import settle
from ivr.switchboard.exchange import Exchange

FIRST_WAIT_MS = 1_000
LONGEST_WAIT_MS = 900_000
"""The waits between two tries double, from the first to the longest; there is no last try."""

About = Mapping[str, Any]


def tell(exchange: Exchange, errand: Errand) -> None:
    """Tells another system of one event. What nobody wants to hear any more is not told."""
    event, subject = told.what(errand)
    hotline = exchange.shelf.live(exchange.now()).hotline
    hook = hotline.webhook
    if hook is None or event not in hook.events:
        return settle(exchange, errand, {})
    with exchange.ledger.reading() as tx:
        about = ABOUT[event](tx, subject)
        call = _call(tx, errand.call, exchange.settings.base_url)
    if about is None:  # it did not happen after all
        return _over(exchange, errand)
    if _must_wait(exchange, errand):
        return None
    body = {"id": errand.once, "event": event, "at": moment(errand.created_at), "hotline": hotline.name}
    sent = json.dumps({**body, **({"call": call} if call else {}), **about}, ensure_ascii=False).encode()
    signed = headers(secret_of(exchange), errand.once or "", exchange.now(), sent)
    return _send(exchange, errand, hook.url, sent, signed)


def secret_of(exchange: Exchange) -> str:
    """What the other system checks our signature with."""
    return secret(exchange.settings.secret_key.encode())


def _send(exchange: Exchange, errand: Errand, url: str, body: bytes, signed: Mapping[str, str]) -> None:
    may_try, known = breaker.ask(exchange.breakers.get(url, breaker.CLOSED), exchange.now())
    exchange.breakers[url] = known
    try:
        if not may_try:
            raise NotTaken("it does not listen at the moment")
        post(url, body, signed)
    except NotTaken as reason:
        if may_try:
            exchange.breakers[url] = breaker.failed(known, exchange.now())
        wait = min(FIRST_WAIT_MS * 2 ** min(errand.tries - 1, 16), LONGEST_WAIT_MS)
        due_at = exchange.now() + max(wait, reason.after * 1_000)
        with exchange.ledger.transaction() as tx:
            errands.retry(tx, errand, due_at, str(reason))
    else:
        exchange.breakers[url] = breaker.succeeded()
        _over(exchange, errand, listens_again=errand.tries > 1)


def _must_wait(exchange: Exchange, errand: Errand) -> bool:
    """Whether something is to be told before: then the errand is put back, and is called by that one."""
    with exchange.ledger.transaction() as tx:
        if not told.is_behind(tx, errand):
            return False
        errands.retry(tx, errand, exchange.now() + LONGEST_WAIT_MS, "what happened before is told first")
    return True


def _over(exchange: Exchange, errand: Errand, *, listens_again: bool = False) -> None:
    """It was told; the next of the call is due."""
    now = exchange.now()
    with exchange.ledger.transaction() as tx:
        errands.done(tx, errand.id, {}, now)
        told.go_on(tx, errand, now, everywhere=listens_again)


# -- what is told ------------------------------------------------------------------------------------------


def moment(at: int | None) -> str | None:
    """UTC milliseconds in ISO 8601."""
    if at is None:
        return None
    return datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _between(since: int | None, until: int | None) -> float | None:
    return None if since is None or until is None else (until - since) / 1000


def _call(tx: Transaction, call_id: str | None, base_url: str) -> About | None:
    call = calls.find(tx, call_id) if call_id else None
    if call is None:
        return None
    return {
        "id": call.id,
        "caller": tx.seal.caller(call.caller),
        "called": call.called,
        "language": call.language,
        "started": moment(call.started_at),
        "ended": moment(call.ended_at),
        "seconds": _between(call.started_at, call.ended_at),
        "outcome": call.outcome,
        "page": f"{base_url}/calls/{call.id}",
    }


def _of_call(tx: Transaction, subject: str) -> About | None:
    return {} if calls.find(tx, subject) else None


def _visit(tx: Transaction, subject: str) -> About | None:
    visit = line.find(tx, subject)
    if visit is None:
        return None
    return {
        "visit": {
            "id": visit.id,
            "kind": visit.kind,
            "queue": visit.queue,
            "language": visit.language,
            "entered": moment(visit.entered_at),
            "ended": moment(visit.ended_at),
            "seconds": _between(visit.entered_at, visit.ended_at),
            "outcome": visit.outcome,
            "went_to": visit.went_to,
            "agent": _name(tx, visit.agent),
        }
    }


def _talk(tx: Transaction, subject: str) -> About | None:
    talk = talks.find(tx, subject)
    if talk is None:
        return None
    return {
        "talk": {
            "id": talk.offer,
            "visit": talk.visit,
            "queue": talk.queue,
            "agent": _name(tx, talk.agent),
            "answered": moment(talk.answered_at),
            "ended": moment(talk.talk_ended_at),
            "seconds": _between(talk.answered_at, talk.talk_ended_at),
            "held_seconds": talk.held / 1000,
            "wrap_up_seconds": _between(talk.talk_ended_at, talk.ended_at),
            "ended_by": talk.ended_by,
            "disposition": talk.disposition,
            "notes": talk.notes,
        }
    }


def _message(tx: Transaction, subject: str) -> About | None:
    message = messages.of_recording(tx, subject)
    if message is None:
        return None
    return {
        "message": {
            "id": message.id,
            "mailbox": message.mailbox,
            "left": moment(message.left_at),
            "seconds": message.seconds,
        }
    }


def _answer(tx: Transaction, subject: str) -> About | None:
    call_id, _, step = subject.partition(":")
    answer = next((each for each in callers_words.of_call(tx, call_id) if each.step == step), None)
    if answer is None:
        return None
    return {
        "answer": {
            "step": answer.step,
            "question": answer.question,
            "means": answer.means,
            "value": answer.value,
            "comment": answer.comment,
            "is_spoken": answer.recording is not None,
            "queue": answer.queue,
            "agent": _name(tx, answer.agent),
        }
    }


def _callback(tx: Transaction, subject: str) -> About | None:
    back = callbacks.find(tx, subject)
    if back is None:
        return None
    return {
        "callback": {
            "id": back.id,
            "number": tx.seal.caller(back.number),
            "queue": back.queue,
            "asked": moment(back.asked_at),
            "tries": back.tries,
            "ended": moment(back.ended_at),
            "outcome": back.over,
        }
    }


def _alert(tx: Transaction, subject: str) -> About | None:
    incident = incidents.find(tx, subject.rpartition(":")[0])
    if incident is None:
        return None
    return {
        "alert": {
            "id": incident.id,
            "name": incident.alert,
            "measure": incident.measure,
            "limit": incident.limit,
            "queues": list(incident.queues),
            "state": subject.rpartition(":")[2],
            "opened": moment(incident.opened_at),
            "ended": moment(incident.ended_at),
            "first": incident.first,
            "worst": incident.worst,
            "words": in_words(incident),
        }
    }


def _name(tx: Transaction, agent_id: str | None) -> str | None:
    agent = agents.find(tx, agent_id) if agent_id else None
    return agent.name if agent else agent_id


ABOUT: Mapping[Event, Callable[[Transaction, str], About | None]] = {
    Event.CALL_STARTED: _of_call,
    Event.CALL_ENDED: _of_call,
    Event.VISIT_ENDED: _visit,
    Event.TALK_ENDED: _talk,
    Event.MESSAGE_LEFT: _message,
    Event.SURVEY_ANSWERED: _answer,
    Event.CALLBACK_ASKED: _callback,
    Event.CALLBACK_ENDED: _callback,
    Event.ALERT: _alert,
}
